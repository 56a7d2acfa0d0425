"""Whether a text speaks of the opposite of what was asked, or in another unit."""

import re
from collections.abc import Collection

from index.words import stem, terms

_UP = re.compile(
    r"\b(?:gr[eo]w\w*|ris[ei]\w*|rose|increas\w+|climb\w*|gain\w*|jump\w*|up|higher|"
    r"more|faster|record high|improv\w+)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:f[ae]ll(?:en|s|ing)?|drop\w*|declin\w+|decreas\w+|reduc\w+|shr[aiu]nk\w*|down|lower|"
    r"less|slower|fewer|worse\w*)\b",
    re.IGNORECASE,
)
CHANGES = f"{_UP.pattern}|{_DOWN.pattern}"
_MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "march", "april", "june", "july", "august", "sept(?:ember)?",
    "october", "november", "december",
)  # fmt: skip
_UNITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[$]|\b(?:usd|us dollars?|dollars?)\b", r"€|\b(?:eur|euros?)\b", r"£|\b(?:gbp|pounds)\b",
        r"¥|\b(?:rmb|cny|yuan|renminbi)\b", r"\b(?:tons?|tonnes?)\b",
        r"\b(?:kg|kilograms?|kilos?)\b", r"\b(?:km|kilomet(?:er|re)s?)\b", r"\bmiles?\b",
        r"\bbarrels?\b", r"\b(?:litres?|liters?|gallons?)\b", r"\bhours?\b", r"\bminutes?\b",
        r"\b(?:degrees?|°)", r"\b(?:square|sq|hectares?|acres?)\b",
        *(rf"\b{month}\b" for month in _MONTHS), r"(?<=in )may\b|\bmay (?=\d)",
        r"\bquarter\b(?=.*\b(?:19|20)\d\d\b)|\bq[1-4]\b", r"\b(?:first|second) half\b|\bh[12]\b",
    )
)  # fmt: skip


def lacking_unit(asked: str, said: str) -> str:
    """Return the unit, month or quarter that a question names and a text does not have, or ""."""
    named = (unit.search(asked) for unit in _UNITS if not unit.search(said))
    return next((match[0] for match in named if match), "")


def goes_other_way(asked: str, said: str) -> bool:
    """Tell whether a question supposes a rise and a text tells of falls only, or the reverse."""
    up, down = bool(_UP.search(asked)), bool(_DOWN.search(asked))
    risen, fallen = bool(_UP.search(said)), bool(_DOWN.search(said))
    return (up and not down and fallen and not risen) or (down and not up and risen and not fallen)


_PAIRS = (
    "export/import rise/fall increase/decrease sell/buy first/last minimum/maximum "
    "inbound/outbound public/private value/volume price/volume largest/smallest highest/lowest "
    "before/after"
)
_OPPOSITES = tuple(  # (stem, its opposite's, the plain words), each both ways
    (stem(one), stem(other), one, other)
    for pair in _PAIRS.split()
    for one, other in (pair.split("/"), pair.split("/")[::-1])
)


def find_opposite(asked: Collection[str], said: Collection[str]) -> str | None:
    """Return "imports, not exports" where stems speak of the opposite of what was asked."""
    found = (
        f"{other}, not {one}"
        for this, that, one, other in _OPPOSITES
        if this in asked and that not in asked and that in said and this not in said
    )
    return next(found, None)


_BOTH = re.compile(
    "|".join(rf"\b{one}s?,? (?:and|&) {other}s?\b" for _, _, one, other in _OPPOSITES),
    re.IGNORECASE,
)


def opposition(asked: Collection[str], said: str) -> float:
    """Return 1 where a text speaks of the opposite of what was asked, 0.5 where of both, else 0.

    Of both together, as in "imports and exports", is not what was asked, either: 1.
    """
    stems = terms(said)
    met = {
        this
        for this, that, _, _ in _OPPOSITES
        if this in asked and that not in asked and that in stems
    }
    if not met:
        return 0.0
    return 0.5 if met.issubset(terms(_BOTH.sub(" ", said))) else 1.0
