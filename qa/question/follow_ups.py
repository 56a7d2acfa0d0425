"""Follow-up to stand-alone question, by rules; and what is small talk, not a question."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from index.embedder import Vectors
from index.words import STOPWORDS, words
from qa.answer import Question, Turn

_SMALL_TALK = re.compile(
    r"(?i)(?:(?:hi|hello|hey|hiya|yo|greetings|howdy|good (?:morning|afternoon|evening|day|night)|"
    r"(?:many )?thanks?(?: you| a lot| so much| very much)*+|thx|ty|cheers|bye|goodbye|see you|"
    r"ok(?:ay)?|great|cool|nice|perfect|awesome|there|you|bot|footnote|again|"
    r"help(?: me)?(?: please)?|test(?:ing)?|"
    r"how are you(?: doing)?(?: today)?|how(?: is|'s) it going|nice to meet you|what'?s up|"
    r"who are you|what are you|what (?:can|do) you (?:do|know)(?: for me)?|"
    r"what (?:can|should|could) i ask(?: you)?(?: about)?|"
    r"how (?:do|does|can) (?:i use )?(?:this|it|you)(?: tool| app| thing)?(?: work)?|"
    r"what is this(?: tool| app)?(?: for)?|(?:that|this|it) (?:was|is) (?:very |really |so )?"
    r"(?:helpful|great|useful|good|nice)|(?:very |really )?(?:helpful|useful)|that'?s all|"
    r"[:;]-?[)(DP])[\s,.!?]*)+"
)
_ELLIPSIS = re.compile(
    r"(?i)^(?:(?:ok(?:ay)?|so|and|but|or|well|then)[, ]+)*(?:and|or|but|what about|how about|"
    r"same for|"
    r"what of|also)\b[, ]*"
)
_BACK = re.compile(
    r"(?i)\b(?:it|its|they|them|their|theirs|he|him|his|she|her|this|that|these|those|one|ones|"
    r"there|"
    r"then|former|latter|same|before that|previous)\b"
)
_SAID = re.compile(r"(?i)\b(?:this|that)\b")  # all that was said, rather than a thing named in it
_ASKING = re.compile(
    r"(?i)\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|does|do|has|have|"
    r"had|"
    r"can|could|will|would|list|name|give|tell|explain|summari[sz]e)\b"
)
_NEW_TOPIC = re.compile(
    r"(?i)\b(?:(?:something|anything) (?:else|different)|(?:another|different|new) (?:question|"
    r"topic)|"
    r"by the way|changing (?:the )?(?:topic|subject))\b"
)
_YEARS_AWAY = {
    -1: re.compile(r"(?:in )?(?:the )?(?:year before|previous year|prior year|year earlier)", re.I),
    1: re.compile(r"(?:in )?(?:the )?(?:year after|following year|next year|year later)", re.I),
}
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
# A question word, a verb and a name: "Who is the mayor of Ardenbrook?"
_WHOLE = re.compile(
    r"(?:[Ww]ho|[Ww]hat|[Ww]hen|[Ww]here|[Ww]hy|[Ww]hich|[Hh]ow)\b.* "
    r"(?:is|are|was|were|did|does|do|has|have|will)\b.* [A-Z][a-z]"
)
_TOKEN = re.compile(r"\S+")
FEW_TERMS = 3  # a question with fewer terms of its own says too little to stand alone
TURNS = 12  # before which a question is not made to stand alone itself
CONTENT = 500  # characters read of an earlier question
PARTS = 3  # questions in one message that are answered
ALIKE = 0.15  # cosine from which a phrase takes another's place
PER_WORD = 0.03  # likeness a phrase must gain with each further word


_WH = r"(?:what|how|when|where|which|who|why)"
_NEXT_PART = re.compile(
    rf"[?]+[\s)\"']+|[,;]? (?:and|as well as|plus) (?={_WH} \w+ \w+)", re.IGNORECASE
)
_ALSO = re.compile(  # what follows a question is one as well, and no aside
    rf"(?i)[\s\"']*(?:and|(?:what|how) about|(?:{_WH}|is|are|was|were|did|does|do|has|have|had|can|"
    r"could|will|would)(?:\W+\w+){3})\b"
)
# A pronoun that stands for something in the question itself: named before it, in another clause.
_BOUND = re.compile(
    r"\w.*(?:,|\b(?:and|but|or|because|since|when|while|after|before|if|although|that|as)\b).*"
    r"\b(?:it|its|they|them|their|he|him|his|she|her)\b|"
    r".*[a-z] [A-Z][\w’'-]+(?: [\w’'-]+){0,3} (?:its|their|his|her)\b"
)


def is_small_talk(text: str) -> bool:
    """Tell whether a message greets, thanks or asks what this is, and asks nothing else."""
    return _SMALL_TALK.fullmatch(text.strip()) is not None


def _terms(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOPWORDS]


def _leans(text: str) -> bool:
    """Tell whether a question cannot be understood without what was said before it."""
    own = _terms(text)
    if _NEW_TOPIC.search(text):
        return False
    if _ELLIPSIS.match(text) and len(own) <= 2 * FEW_TERMS:
        return True
    if _WHOLE.match(text) and not _BACK.search(text):
        return False
    if _BACK.search(text) and len(own) <= 2 * FEW_TERMS:
        return not (_BOUND.match(text) and len(own) > FEW_TERMS)
    return len(own) < FEW_TERMS and len(words(text)) < 8


def _phrases(text: str) -> list[tuple[int, int]]:
    """Return spans of up to four words that begin and end with a word that says something."""
    tokens = [(m.start(), m.start() + len(m[0].rstrip("?,.!;:"))) for m in _TOKEN.finditer(text)]
    spans = []
    for i, (start, _) in enumerate(tokens):
        for _, end in tokens[i : i + 4]:
            piece = words(text[start:end])
            ends = piece and {piece[0], piece[-1]} & STOPWORDS
            if piece and not ends and not _ASKING.fullmatch(piece[0]):
                spans.append((start, end))
    return spans


def _substitute(before: str, fragment: str, embed: Callable[[Sequence[str]], Vectors]) -> str:
    """Put `fragment` in the place of the phrase of the earlier question most like it."""
    known = _YEAR.search(before)
    years = _YEAR.findall(fragment)
    if known and years and len(_terms(fragment)) == len(years):
        return _YEAR.sub(years[0], before)
    for away, pattern in _YEARS_AWAY.items():
        if known and pattern.match(fragment):
            return _YEAR.sub(str(int(known[0]) + away), before)
    own = list(_TOKEN.finditer(fragment))
    while own and own[0][0].lower() in STOPWORDS:
        del own[0]
    fragment = fragment[own[0].start() :] if own else fragment
    spans = _phrases(before)
    if not spans or not _terms(fragment):
        return f"{before} {fragment}"
    vectors = embed([fragment, *(before[a:b] for a, b in spans)])
    extra = np.array([before[a:b].count(" ") for a, b in spans])
    likeness = vectors[1:] @ vectors[0] - PER_WORD * extra
    best = int(likeness.argmax())
    if likeness[best] < ALIKE:
        return f"{before.rstrip(' ?.!')} {fragment}?"
    start, end = spans[best]
    return f"{before[:start]}{fragment}{before[end:]}"


def standalone(question: Question, embed: Callable[[Sequence[str]], Vectors]) -> str:
    """Return the question as it would be asked without the conversation before it.

    An ellipsis ("and imports?") takes the place of what it is most like in the question before; a
    question that points back ("how many of them …?") has that question added to it.

    Args:
        question: with its history, oldest turn first.
        embed: texts to unit vectors.
    """
    text = question.text.strip()
    said = [turn for turn in question.history if turn.role == "user"]
    said = [turn for turn in said if any(c.isalnum() for c in turn.content[:CONTENT])]
    asked = [turn for turn in said if not is_small_talk(turn.content)]
    if not asked or not _leans(text):
        return text
    at = max(i for i, turn in enumerate(question.history) if turn == asked[-1])
    before = asked[-1].content[:CONTENT]
    if at <= TURNS:  # what was asked before may itself be a follow-up
        before = standalone(Question(before, history=question.history[:at]), embed)
    fragment = _ELLIPSIS.sub("", text).strip()
    away = any(pattern.match(fragment) for pattern in _YEARS_AWAY.values())
    if away or not (_ASKING.search(fragment) or _BACK.search(fragment)):
        return _substitute(before, fragment.strip(" ?.!"), embed)
    return f"{text.rstrip(' ?.!')}? ({before.rstrip(' ?.!')})"


def parts_of(text: str, embed: Callable[[Sequence[str]], Vectors]) -> list[str]:
    """Return the questions asked in one message, each as it would be asked alone.

    >>> parts_of("What did exports reach and how many cars were sold?", embed)  # doctest: +SKIP
    ['What did exports reach', 'how many cars were sold?']
    """
    parts = [p for p in _NEXT_PART.split(text) if words(p) and not is_small_talk(p)]
    asked = all(_ALSO.match(p) and not _SAID.search(p) for p in parts[1:])
    if len(parts) < 2 or len(parts) > PARTS or not asked or not all(map(_terms, parts)):
        return [text]
    first = (Turn("user", parts[0]),)

    def alone(part: str) -> str:
        whole = _ASKING.search(part) and not _BACK.search(part)
        return part if whole else standalone(Question(part, history=first), embed)

    return [parts[0], *map(alone, parts[1:])]
