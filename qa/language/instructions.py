"""Patterns of orders and made-up turns of a conversation in the text of a document."""

import re

# An order to say something asserts nothing of it, nor does a turn of a made-up conversation: what
# stands there bears out no statement, unless that says that it is ordered.
ORDER = re.compile(
    r"\W*(?:(?:when|if|whenever|as)\b[^,]*,\s*|\w+:\s*)?"
    r"(?:(?:please|now|always|just|then|only|you (?:must|should|will))\s+)*"
    r"(say|answer|reply|respond|write|print|output|tell|reveal|ignore|forget|disregard|pretend|"
    r"cite|append|repeat|translate|show|link|trust|you are)\b",
    re.IGNORECASE,
)
TURN = re.compile(r"\W*(?:system|assistant|user|human|model|ai)\s*:", re.IGNORECASE)
