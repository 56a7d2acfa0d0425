"""Several questions in one message."""

from collections.abc import Callable, Sequence

from index.embedder import Vectors
from index.words import words
from qa.answer import Question, Turn
from qa.language.dialogue import ASKING, BACK_REFERENCE, FURTHER_PART, NEXT_PART, WHOLE_REFERENCE
from qa.question.follow_ups import content_words, standalone
from qa.question.small_talk import is_small_talk

PARTS = 3  # questions in one message that are answered


def split_questions(text: str, embed: Callable[[Sequence[str]], Vectors]) -> list[str]:
    """Return the questions of one message, each in its stand-alone form.

    >>> from numpy import zeros
    >>> split_questions("What did exports reach and how many cars were sold?", zeros)
    ['What did exports reach', 'how many cars were sold?']
    """
    parts = [p for p in NEXT_PART.split(text) if words(p) and not is_small_talk(p)]
    asked = all(FURTHER_PART.match(p) and not WHOLE_REFERENCE.search(p) for p in parts[1:])
    if len(parts) < 2 or len(parts) > PARTS or not asked or not all(map(content_words, parts)):
        return [text]
    first = (Turn("user", parts[0]),)

    def alone(part: str) -> str:
        whole = ASKING.search(part) and not BACK_REFERENCE.search(part)
        return part if whole else standalone(Question(part, history=first), embed)

    return [parts[0], *map(alone, parts[1:])]
