"""Quantities and dates of a text, comparable in any notation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isclose
from typing import Literal

from qa.language.calendar import MONTHS, YEAR
from qa.language.dates import HALF_DAY, dates_of
from qa.language.numbers import (
    DIGITS,
    HALF_OF_UNIT,
    SCALES,
    SMALL,
    SPELLED,
    VULGAR,
    WORTH,
    grain_of,
    read_digits,
    read_spelled,
)
from qa.language.units import BEFORE_FIGURES, UNITS

Bound = Literal["", "about", "over", "under", "at least", "at most"]

_FRACTIONS = {
    name: 100 / part
    for part, name in enumerate(
        ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 2
    )
}
_BEHIND = tuple(
    (re.compile(rf"(?:{pattern})(?![\w²³])"), kind, size)
    for kind, patterns in UNITS.items()
    for pattern, size in patterns.items()
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?<![A-Z]-)(?P<sign>(?<![^\s(\[|:;])[-–−](?=[\d.$€£¥])|− |\b(?i:minus|negative) )?"
    rf"(?P<money>(?:{BEFORE_FIGURES}) ?)?(?<![A-Za-z])(?:(?P<vulgar>(?:\d+ ?)?[{''.join(VULGAR)}])"
    rf"|(?P<digits>{DIGITS})|(?P<spelled>(?i:\b(?:{SPELLED})\b)))"
    rf"(?P<scale>[ -]?(?:(?i:{'|'.join(s for s in SCALES if len(s) > 3)})s?\b"
    r"|(?:mn|mln|bn|bln|tn|[mMkKB])\b))?"
)
_BELOW = re.compile(r" (?:below (?:zero|freezing)|of frost)\b")
_FALL = re.compile(
    r"\b(?:f[ae]ll\w*|drop\w*|declin\w+|decreas\w+|down|loss(?:es)?|lost|lose\w*|deficits?|"
    r"shr[aiu]nk\w*|contract\w+|reduc\w+|lower\w*|less|below|slump\w*|worse\w*|weak\w+|cut)\b",
    re.IGNORECASE,
)
_LEADING = 48  # characters before a figure in which a fall is told
_ADJECTIVE = re.compile(
    r"(?: (?:consecutive|straight|successive|full|whole|more|additional|further|short|long|"
    r"standard|metric|calendar|business|working|continuous|extra|U\.?S\.?|Chinese)){0,2}[ -]?"
)
_PART = re.compile(
    rf"(?<!\band )(?<!\band an )(?<!\band a )(?!{HALF_OF_UNIT})\b"
    rf"(?:(?P<count>an?|{'|'.join(SMALL[1:10])}|\d)[ -](?P<part>{'|'.join(_FRACTIONS)})s?"
    rf"|(?P<half>half)|(?P<some>{'|'.join(SMALL[1:11])}|\d{{1,2}})(?: [a-z]+)? "
    rf"(?:out of|in)(?: every)? (?P<all>{'|'.join(SMALL[2:13])}|twenty|\d{{1,3}})"
    rf"(?! (?:{'|'.join(MONTHS)})))\b(?! past\b)"
    r"(?! (?:of (?:the |an? )?(?:year|\d{4}|century|season|game|match)|year|time|of an? \w+ion)\b)"
    rf"(?! to (?:{'|'.join(SMALL[1:13])})\b(?! \w+ion))"
    r"(?! an? (?:\w+ion|thousand|dozen|hundred)\b)",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    r"\b(?:(twice|doubl(?:ed|es|ing|e)|two-?fold)|(tripl(?:ed|es|ing|e)|trebled|threefold)"
    r"|(quadrupl(?:ed|es|ing|e)|fourfold)|(halv(?:ed|es|ing|e)))\b",
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
_MEETING: tuple[set[Bound], ...] = ({"over", "at most"}, {"under", "at least"})
_PER = re.compile(r",? (?:an?|per|each|every) (second|minute|hour|day|week|month|quarter|year)\b")
_JOINED = re.compile(r"\s?(?:-|–|~|to|and|or|,|, and)\s?")
_COMPARING = re.compile(
    r",? (?:(?:up |down )?from|instead of|rather than|compared (?:with|to)|against|versus) "
)
_DATED = ("year", "month", "day", "quarter", "half", "century", "weekday", "clock")
_COMPARABLE = (
    {"year", ""}, {"clock", ""}, {"times", "percent"}, {"points", "percentage points"},
    {"degrees", "degrees Celsius"}, {"degrees", "degrees Fahrenheit"},
)  # fmt: skip
_ROUNDED = 0.67  # percent that "a third" and "33 %" may be apart
_ENDS = re.compile(r"\s*(?:[.,;)]|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a text at `[start, end)`, in base units of its kind; `written` as it stands.

    `kind` is a measure ("percent", "yuan", "mass"), a part of a date ("year", "month", "day",
    "quarter", "half", "century", "weekday", "clock") or "" for a plain count. `grain` is the
    value of the last significant digit; `bound` is how the text hedges the figure; `falls` is
    whether it is that of a fall or a loss.
    """

    value: float
    kind: str
    grain: float
    bound: Bound
    written: str
    start: int
    end: int
    per: str = ""  # "year" of "3 % a year"

    falls: bool = False

    @property
    def dated(self) -> bool:
        """Whether it is part of a date."""
        return self.kind in _DATED

    def same_kind(self, other: "Quantity") -> bool:
        """Tell whether the two could be compared at all."""
        kinds = {self.kind, other.kind}
        return len(kinds) == 1 or kinds in _COMPARABLE

    def borne_out_by(self, source: "Quantity") -> bool:
        """Tell whether this figure of a statement follows from a figure of the source.

        Equal values do, unless one is "over" and the other "under" or exact; a hedged one may
        also be the source's value rounded. "Doubled" is a rise of 100 %, a loss of
        5 is -5, and a third is 33 %.
        """
        if not self.same_kind(source) or (self.per and source.per and self.per != source.per):
            return False
        if "clock" in (self.kind, source.kind):
            return _same_time(self, source)
        if self.kind != source.kind and "times" in (self.kind, source.kind):
            factor, share = sorted([self, source], key=lambda q: q.kind, reverse=True)
            said = {100 * factor.value, 100 * abs(factor.value - 1)}
            return any(isclose(share.value, value) for value in said)
        ours, theirs = self.value, source.value
        if ours * theirs < 0 and not self.kind.startswith("degrees"):
            unsigned = self if ours > 0 else source
            ours, theirs = (abs(ours), abs(theirs)) if unsigned.falls else (ours, theirs)
        parts = (q for q in (self, source) if not any(map(str.isdigit, q.written)))
        vague = any(q.value % 5 for q in parts)
        if self.kind == "percent" and vague and abs(ours - theirs) <= _ROUNDED:
            return True
        return self._follows(ours, source, theirs)

    def _follows(self, ours: float, source: "Quantity", value: float) -> bool:
        side, theirs = _SIDES.get(self.bound, 0), _SIDES.get(source.bound, 0)
        if isclose(ours, value, rel_tol=1e-6):
            lasts = self.kind in ("time", "months") or self.written.isalpha()  # "over five years"
            exact = self.bound in ("over", "under") and not (lasts and not source.bound)
            meets = {self.bound, source.bound} in _MEETING  # "beyond 4 weeks" of "up to 4 weeks"
            return self.dated or side in (0, theirs) or meets or not (theirs or exact)
        off, room = value - ours, min(self.grain, 0.2 * abs(ours))
        if not self.bound or self.dated or self.grain <= source.grain:
            return False
        return 0 < off * side < room and theirs != -side if side else abs(off) <= room / 2


def _same_time(one: Quantity, other: Quantity) -> bool:
    """Tell whether two times of day are the same; a plain "six" is a full hour."""
    first, second = (q.value if q.kind else 60 * q.value for q in (one, other))
    vague = any(not q.kind or q.grain == HALF_DAY for q in (one, other))
    return first % HALF_DAY == second % HALF_DAY if vague else first == second


def _bound(text: str, start: int, end: int) -> Bound:
    said = text[max(0, start - 32) : start]
    found = (bound for bound, before, _ in _BOUNDS if before.search(said))
    return next(found, "") or next((b for b, _, after in _BOUNDS if after.match(text, end)), "")


def _parts(text: str) -> Iterator[Quantity]:
    """Yield fractions as percentages, and factors."""

    def count(word: str) -> float:
        return float(word) if word.isdigit() else WORTH[word.lower()]

    for match in _PART.finditer(text):
        if match["some"]:
            value = 100 * count(match["some"]) / max(count(match["all"]), 1)
        else:
            value = _FRACTIONS[(match["part"] or "half").lower()] * count(match["count"] or "a")
        if value <= 100:
            bound = _bound(text, *match.span())
            yield Quantity(value, "percent", 10, bound, match[0], *match.span())
    for match in _FACTOR.finditer(text):
        value = (2.0, 3.0, 4.0, 0.5)[(match.lastindex or 1) - 1]
        yield Quantity(value, "times", 1, _bound(text, *match.span()), match[0], *match.span())


def _dates(text: str) -> Iterator[Quantity]:
    for kind, value, grain, start, end in dates_of(text):
        yield Quantity(value, kind, grain, "", text[start:end].strip(), start, end)


def _numeral(match: re.Match[str]) -> tuple[float, float]:
    """Return the value of a number and of its last significant digit, without its scale."""
    if match["vulgar"]:
        whole, part = match["vulgar"][:-1].strip(), VULGAR[match["vulgar"][-1]]
        return float(whole or 0) + part, 0.01
    if match["digits"]:
        return read_digits(match["digits"]), grain_of(match["digits"])
    value = read_spelled(match["spelled"])
    return value, grain_of(f"{value:.0f}" if value == int(value) else f"{value:g}")


def _figures(text: str) -> Iterator[Quantity]:
    """Yield numbers with the quantity measured."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        scale = (match["scale"] or "").strip(" -")
        if scale == "m" and not match["money"]:
            scale, end = "", match.start("scale")
        scale = scale.lower() if scale.lower() in SCALES else scale.lower().removesuffix("s")
        value, grain = _numeral(match)
        size = SCALES.get(scale, 1.0)
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
        if not kind and match["digits"] and not scale and YEAR.fullmatch(match["digits"]):
            kind = "year"
        sign = (match["sign"] or "").strip()
        if sign and re.search(r"[\d%]\s*$", text[:start]):  # "10 –20" is a range
            sign, start = "", match.end("sign")
        below = kind.startswith("degrees") and _BELOW.match(text, end)
        value = -value if sign or below else value
        rate = _PER.match(text, end)
        per, end = (rate[1].lower(), rate.end()) if rate else ("", end)
        bound, written = _bound(text, start, end), text[start:end].strip()
        falls = bool(_FALL.search(text, max(0, start - _LEADING), start) or
                     _FALL.match(text[end : end + 12].lstrip()))  # fmt: skip
        yield Quantity(
            value * size * unit, kind, grain * size * unit, bound, written, start, end, per, falls
        )


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
