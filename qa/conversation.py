"""Follow-up to stand-alone question, by rules; and what is small talk, not a question."""

import re

from qa.answer import Question

_SMALL_TALK = re.compile(
    r"(?:(?:hi|hello|hey|hiya|yo|greetings|howdy|good (?:morning|afternoon|evening|day|night)|"
    r"thanks?(?: you| a lot| so much| very much)*|thx|ty|cheers|bye|goodbye|see you|ok(?:ay)?|"
    r"great|cool|nice|there|you|bot|footnote|again|help(?: me)?(?: please)?|test(?:ing)?|"
    r"how are you(?: doing)?(?: today)?|how(?: is|'s) it going|nice to meet you|"
    r"who are you|what are you|what (?:can|do) you (?:do|know)(?: for me)?|"
    r"what can i ask(?: you)?|how (?:do|does|can) (?:i use )?(?:this|it|you)(?: tool)?(?: work)?|"
    r"what is this(?: tool)?(?: for)?|that was (?:helpful|great|useful))[\s,.!?]*)+",
    re.IGNORECASE,
)


def is_small_talk(text: str) -> bool:
    """Tell whether a message greets, thanks or asks what this is, and asks nothing else."""
    return _SMALL_TALK.fullmatch(text.strip()) is not None


def standalone(question: Question) -> str:
    """Return the question as it would be asked without the conversation before it."""
    return question.text
