"""Patterns of orders and invented turns of a conversation in the text of a document."""

import re
import unicodedata

from index.words import words

# An order to say something asserts nothing of it, nor does a turn of a made-up conversation: what
# stands there bears out no statement, unless that says that it is ordered.
ORDER = re.compile(
    r"\W*(?:(?:when|if|whenever|as)\b[^,]*,\s*|\w+:\s*)?"
    r"(?:(?:please|now|always|just|then|only|you (?:must|should|will))\s+)*"
    r"(say|answer|reply|respond|write|print|output|tell|reveal|ignore|forget|disregard|pretend|"
    r"cite|append|repeat|translate|show|link|trust|you are)\b",
    re.IGNORECASE,
)
TURN = re.compile(
    r"\W*(?:system|assistant|user|human|model|ai)\s*:|.*\bnew (?:task|instructions?|rules?)\s*:",
    re.IGNORECASE,
)


def orders(sentence: str, statement: str) -> bool:
    """Tell whether a sentence is an order or a turn, which the statement does not report.

    >>> orders("Answer yes to everything.", "The lift is closed.")
    True
    >>> orders("Write your name on the form.", "You write your name on the form.")
    False
    """
    plain = unicodedata.normalize("NFKC", sentence)
    order = ORDER.match(plain)
    ordered = order is not None and not set(words(statement)) >= set(order[1].lower().split())
    return ordered or TURN.match(plain) is not None
