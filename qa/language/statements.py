"""Patterns of statements and headings that can be turned into questions."""

import re

_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten"
_SUBJECT = r"(?:In (?P<year>\d{4}), )?(?P<subject>(?:The|[A-Z][\w’'-]*)(?: [\w’'-]+){0,8}?)"
PAST_TENSES = {
    "increased": "increase", "rose": "rise", "grew": "grow", "fell": "fall",
    "decreased": "decrease", "declined": "decline", "dropped": "drop",
}  # fmt: skip
TELLING = (  # sentences, each with the question that it answers
    (
        re.compile(rf"{_SUBJECT} (?P<verb>{'|'.join(PAST_TENSES)}) by [\d.,]+ ?(?:%|percent)"),
        "By how much did {subject} {verb}{when}?",
    ),
    (
        re.compile(
            rf"{_SUBJECT} (?:reached|total+ed|amounted to|came to) (?:[A-Z]{{3}} ?|[$€£¥])\d"
        ),
        "How much did {subject} amount to{when}?",
    ),
    (
        re.compile(rf"{_SUBJECT} (?P<verb>is|are) (?:an?|the) [a-z]"),
        "What {verb} {subject}?",
    ),
)
COUNTED_HEADING = re.compile(
    rf"(?P<number>{_NUMBERS}) (?P<noun>(?:[a-z]+ )?[a-z]+s) (?P<rest>[a-z].*\w)", re.IGNORECASE
)
PLAIN = re.compile(r"[\w ,’'“”&%.()-]+\??")
VAGUE = re.compile(
    r"(?i)\b(?:it|its|he|his|she|her|they|their|this|these|those|that|which|who|there|here|what|we|"
    r"our|you|another|one|others?|such|has|have|had|was|were|been)\b"
)
