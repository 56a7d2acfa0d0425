"""Quantities and dates of a text, comparable however they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isclose
from typing import Literal

from qa.language.calendar import MONTH, MONTHS, YEAR
from qa.language.units import CURRENCIES, UNITS

Bound = Literal["", "about", "over", "under", "at least", "at most"]

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_SMALL = _TO_TWENTY.split()
_WORDS = (
    {word: float(n) for n, word in enumerate(_SMALL)}
    | {word: 10.0 * n for n, word in enumerate(_TENS, 2)}
    | {"hundred": 1e2, "dozen": 12.0, "a": 1.0, "an": 1.0, "and": 0.0}
    | {word: scale for word, scale in _SCALES.items() if len(word) > 2}
)
_FIRST = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
)
_ORDINALS = {word: n for n, word in enumerate(_FIRST.split(), 1)}
_LARGE = "hundred thousand dozen million billion trillion"
_COUNTED = "|".join((*_SMALL[2:], *_TENS, *_LARGE.split()))
_SPELLED = rf"(?:one[ -])?(?:{_COUNTED})s?(?:[ -](?:and[ -])?(?:one|{_COUNTED}))*"
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_BEHIND = tuple(
    (re.compile(rf"(?:{pattern})(?![\w²³])"), kind, size)
    for kind, patterns in UNITS.items()
    for pattern, size in patterns.items()
)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?<![A-Z]-)(?P<money>(?:{'|'.join(CURRENCIES.values())}) ?)?(?<![A-Za-z])"
    rf"(?:(?P<digits>{_DIGITS})|(?P<spelled>(?i:\b(?:{_SPELLED})\b)))"
    r"(?P<scale>[ -]?(?:(?i:thousand|million|billion|trillion)\b|(?:mn|bn|tn|m|k)\b))?"
)
_ADJECTIVE = re.compile(
    r"(?: (?:consecutive|straight|successive|full|whole|more|additional|further|short|long|"
    r"standard|metric|calendar|extra|U\.?S\.?|Chinese))?[ -]?"
)
_PART = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|\d)[ -](?P<part>half|third|quarter|fifth|tenth)s?"
    rf"|(?P<half>half)|(?P<some>{'|'.join(_SMALL[1:11])}|\d{{1,2}}) "
    rf"(?:out of|in)(?: every)? (?P<all>{'|'.join(_SMALL[2:11])}|\d{{1,3}})"
    rf"(?! (?:{'|'.join(MONTHS)})))\b"
    r"(?! (?:of (?:the )?(?:year|\d{4}|century|season|game|match)|year|time)\b)",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    r"\b(?:(twice|doubl(?:ed|es|ing|e)|two-?fold)|(tripl(?:ed|es|ing|e)|trebled|threefold)"
    r"|(quadrupl(?:ed|es|ing|e)|fourfold))",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?(?P<month>{MONTH})(?![\w])"
    r"(?:,? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d.,]*\d|[ -]?(?:%|per|million|billion)))?"
    r"|\b(?P<isoyear>(?:1\d|20)\d\d)-(?P<isomonth>[01]\d)-(?P<isoday>[0-3]\d)\b"
)
_PERIOD = re.compile(
    rf"\b(?P<which>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))[ -]"
    r"(?P<kind>quarter|half|century|centuries)\b|\b(?P<short>[QH])(?P<n>[1-4])\b",
    re.IGNORECASE,
)
_HEDGES: dict[Bound, tuple[str, str]] = {  # what stands before a figure, and behind it
    "at most": (
        r"up to|at most|(?:no|not) (?:more|greater|higher|later) than|within|maximum(?: of)?|"
        r"as (?:much|many) as|not exceed(?:ing)?|limited to|≤",
        r"or (?:less|fewer|under)|at (?:the )?most"),
    "at least": (
        r"at least|(?:no|not) (?:less|fewer|lower) than|minimum(?: of)?|as (?:little|few) as|≥",
        r"or (?:more|above)|\+|plus\b|at least"),
    "under": (
        r"nearly|almost|close to|under|below|less than|fewer than|approaching|<|short of|shy of|"
        r"younger than|lower than", r"(?!)"),
    "over": (
        r"more than|over|above|exceed(?:ed|s|ing)?|upwards? of|greater than|higher than|"
        r"in excess of|surpass(?:ed|es|ing)|topp(?:ed|ing)|beyond|>|passed|older than", r"(?!)"),
    "about": (
        r"about|around|roughly|approximately|approx\.?|some|circa|ca?\.|~|≈|estimated(?: at)?|"
        r"in the region of|or so|broadly", r"or so\b|approximately"),
}  # fmt: skip
_BOUNDS = tuple(
    (
        bound,
        re.compile(rf"(?:\b|(?<=\s))(?:{before})(?: (?:a|an|the|some))?\s?$", re.IGNORECASE),
        re.compile(rf"\s?(?:{after})"),
    )
    for bound, (before, after) in _HEDGES.items()
)
_SIDES: dict[Bound, int] = {"over": 1, "at least": 1, "under": -1, "at most": -1}
_PER = re.compile(r",? (?:an?|per|each|every) (second|minute|hour|day|week|month|quarter|year)\b")
_JOINED = re.compile(r"\s?(?:-|–|~|to|and|or|,|, and)\s?")
_COMPARING = re.compile(
    r",? (?:(?:up |down )?from|instead of|rather than|compared (?:with|to)|against|versus) "
)
_ENDS = re.compile(r"\s*(?:[.,;)]|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a text at `[start, end)`, in base units of its kind; `written` as it stands.

    `kind` is a measure ("percent", "yuan", "mass"), a part of a date ("year", "month", "day",
    "quarter", "half", "century") or "" for a plain count. `grain` is what one of the last digit
    that counts is worth; `bound` is how the text hedges the figure.
    """

    value: float
    kind: str
    grain: float
    bound: Bound
    written: str
    start: int
    end: int
    per: str = ""  # "year" of "3 % a year"

    @property
    def dated(self) -> bool:
        """Whether it is part of a date."""
        return self.kind in ("year", "month", "day", "quarter", "half", "century")

    def same_kind(self, other: "Quantity") -> bool:
        """Tell whether the two could be compared at all."""
        kinds = {self.kind, other.kind}
        return len(kinds) == 1 or kinds == {"year", ""}

    def borne_out_by(self, source: "Quantity") -> bool:
        """Tell whether this, as said in a statement, follows from a figure of the source.

        Equal values do unless one says "over" where the other says "under" or the exact value; a
        hedged one may also be the source's value rounded.
        """
        if not self.same_kind(source) or (self.per and source.per and self.per != source.per):
            return False
        side, theirs = _SIDES.get(self.bound, 0), _SIDES.get(source.bound, 0)
        if isclose(self.value, source.value, rel_tol=1e-6):
            lasts = self.kind in ("time", "months") or self.written.isalpha()  # "over five years"
            exact = self.bound in ("over", "under") and not (lasts and not source.bound)
            return self.dated or side in (0, theirs) or not (theirs or exact)
        off, room = source.value - self.value, min(self.grain, 0.2 * abs(self.value))
        if not self.bound or self.dated or self.grain <= source.grain:
            return False
        return 0 < off * side < room and theirs != -side if side else abs(off) <= room / 2


def _spelled(text: str) -> float:
    """Return the value of a number in words: "two hundred and five thousand" is 205000."""
    total, group = 0.0, 0.0
    for word in re.split(r"[ -]+", text.lower()):
        value = _WORDS[word if word in _WORDS else word.removesuffix("s")]
        if value >= 1000:
            total, group = total + max(group, 1) * value, 0.0
        elif value == 100 or word.startswith("dozen"):
            group = max(group, 1) * value
        else:
            group += value
    return total + group


def _grain(digits: str) -> float:
    """Return the worth of the last digit that counts: 0.01 for 6.41, 1000 for 645,000."""
    plain = digits.replace(",", "")
    if "." in plain:
        return float(10 ** -len(plain.split(".")[1]))
    return float(10 ** (len(plain) - len(plain.rstrip("0")))) if plain.strip("0") else 1.0


def _bound(text: str, start: int, end: int) -> Bound:
    said = text[max(0, start - 32) : start]
    found = (bound for bound, before, _ in _BOUNDS if before.search(said))
    return next(found, "") or next((b for b, _, after in _BOUNDS if after.match(text, end)), "")


def _parts(text: str) -> Iterator[Quantity]:
    """Yield fractions as percentages, and factors."""

    def count(word: str) -> float:
        return float(word) if word.isdigit() else _WORDS[word.lower()]

    for match in _PART.finditer(text):
        if match["some"]:
            value = 100 * count(match["some"]) / count(match["all"])
        else:
            value = _FRACTIONS[(match["part"] or "half").lower()] * count(match["count"] or "a")
        if value <= 100:
            bound = _bound(text, *match.span())
            yield Quantity(value, "percent", 10, bound, match[0], *match.span())
    for match in _FACTOR.finditer(text):
        value = 1.0 + (match.lastindex or 1)
        yield Quantity(value, "times", 1, _bound(text, *match.span()), match[0], *match.span())


def _dates(text: str) -> Iterator[Quantity]:
    """Yield months, days, quarters, halves and centuries."""
    for match in _DATE.finditer(text):
        if match["isoyear"]:
            found = {k: int(match[f"iso{k}"]) for k in ("year", "month", "day")}
        else:
            month = next(n for n, m in enumerate(MONTHS, 1) if m[:3] == match["month"][:3])
            day = match["day"] or match["before"]
            found = {"month": month} | ({"day": int(day)} if day else {})
        for kind, value in found.items():
            yield Quantity(value, kind, 1, "", match[0].strip(), *match.span())
    for match in _PERIOD.finditer(text):
        letter = (match["short"] or match["kind"])[0].lower()
        kind = {"q": "quarter", "h": "half", "c": "century"}[letter]
        which = (match["which"] or "").lower()
        number = int(match["n"] or _ORDINALS.get(which) or re.sub(r"\D", "", which))
        yield Quantity(number, kind, 1, "", match[0], *match.span())


def _figures(text: str) -> Iterator[Quantity]:
    """Yield numbers with what is measured."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        scale = (match["scale"] or "").strip(" -").lower()
        if scale == "m" and not match["money"]:
            scale, end = "", match.start("scale")
        digits = match["digits"]
        value = float(digits.replace(",", "")) if digits else _spelled(match["spelled"])
        size = _SCALES.get(scale, 1.0)
        grain = _grain(digits or f"{value:.0f}") * size
        kind, unit = "", 1.0
        if match["money"]:
            kind = next(k for p, k, _ in _BEHIND if p.match(match["money"].strip()))
        else:
            at = _ADJECTIVE.match(text, end)
            assert at is not None
            behind = ((p.match(text, at.end()), name, base) for p, name, base in _BEHIND)
            for measured, name, base in behind:
                if measured:
                    kind, unit, end = name, base, measured.end()
                    break
        if not kind and digits and not scale and YEAR.fullmatch(digits):
            kind = "year"
        rate = _PER.match(text, end)
        per = rate[1].lower() if rate else ""
        bound, written = _bound(text, start, end), text[start:end].strip()
        yield Quantity(value * size * unit, kind, grain * unit, bound, written, start, end, per)


@lru_cache(maxsize=16384)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """Return the figures and dates of a text in order."""
    special = [*_dates(text), *_parts(text)]
    figures = [
        f for f in _figures(text) if all(f.end <= s.start or s.end <= f.start for s in special)
    ]
    # "2.3 and 2 %", "10-20 days", "2 seconds instead of 6": one unit for both
    pairs = [(i, i + 1, _JOINED) for i in range(len(figures) - 2, -1, -1)]
    pairs += [(i, i - 1, _COMPARING) for i in range(1, len(figures))]
    for bare, full, link in pairs:
        here, measured = figures[bare], figures[full]
        first, second = sorted([here, measured], key=lambda q: q.start)
        joined = link.fullmatch(text[first.end : second.start])
        ends = bare < full or _ENDS.match(text, here.end)
        if joined and ends and not here.kind and measured.kind and not measured.dated:
            units = (s for p, k, s in _BEHIND if k == measured.kind and p.search(measured.written))
            unit = next(units, 1.0)
            figures[bare] = replace(
                here, kind=measured.kind, value=here.value * unit, grain=here.grain * unit
            )
    return tuple(sorted([*special, *figures], key=lambda q: (q.start, q.end)))
