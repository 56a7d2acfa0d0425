"""Quantities and dates of a text, comparable however they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

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
_YEARLY = "January February March April May June July August September October November December"
_MONTHS = _YEARLY.split()
_COUNTED = "|".join((*_SMALL[2:], *_TENS, "hundred", "thousand", "dozen", "million"))
_SPELLED = (
    rf"(?:(?:one|{_COUNTED})[ -](?:and[ -])?)*(?:{_COUNTED}|billion|trillion)s?(?:[ -]"
    rf"(?:and[ -])?(?:one|{_COUNTED}|billion|trillion))*"
)
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}

# Units: what is written, the kind, and how many base units it is. Longer patterns come first.
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"percentage[ -]points?|pp|ppts?|p\.p\.", "percentage points", 1),
    (r"basis points|bps", "percentage points", 0.01),
    (r"%|percent|per ?cent|pct", "percent", 1),
    (r"RMB|CNY|yuan|renminbi|¥", "yuan", 1),
    (r"US ?\$|USD|(?:US )?dollars?|\$", "dollars", 1),
    (r"EUR|euros?|€", "euros", 1),
    (r"GBP|pounds? sterling|pounds|£", "pounds", 1),
    (r"JPY|yen", "yen", 1),
    (r"INR|rupees?|₹", "rupees", 1),
    (r"(?:sq(?:uare|\.)? ?(?:km|kilomet(?:er|re)s?)|km²|km2)", "area", 1e6),
    (r"(?:sq(?:uare|\.)? ?miles?)", "area", 2.589988e6),
    (r"(?:sq(?:uare|\.)? ?(?:m|met(?:er|re)s?)|m²|m2)", "area", 1),
    (r"(?:sq(?:uare|\.)? ?(?:ft|feet|foot))", "area", 0.092903),
    (r"hectares?|ha", "area", 1e4),
    (r"acres?", "area", 4046.856),
    (r"cubic (?:met(?:er|re)s?|m)|m³|m3", "volume", 1e3),
    (r"millilit(?:er|re)s?|ml|mL", "volume", 1e-3),
    (r"lit(?:er|re)s?|L", "volume", 1),
    (r"gallons?", "gallons", 1),
    (r"barrels?", "barrels", 1),
    (r"(?:km|kilomet(?:er|re)s) (?:per|an) hour|km/h|kph", "speed", 1),
    (r"miles (?:per|an) hour|mph", "speed", 1.609344),
    (r"km|kilomet(?:er|re)s?", "length", 1e3),
    (r"cm|centimet(?:er|re)s?", "length", 1e-2),
    (r"mm|millimet(?:er|re)s?", "length", 1e-3),
    (r"nm|nanomet(?:er|re)s?", "length", 1e-9),
    (r"met(?:er|re)s?|m", "length", 1),
    (r"miles?|mi", "length", 1609.344),
    (r"feet|foot|ft", "length", 0.3048),
    (r"inch(?:es)?", "length", 0.0254),
    (r"yards?", "length", 0.9144),
    (r"micrograms?|mcg|µg|μg", "mass", 1e-9),
    (r"milligrams?|mg", "mass", 1e-6),
    (r"kilograms?|kilos?|kg", "mass", 1),
    (r"(?:metric )?ton(?:ne)?s?|t", "mass", 1e3),
    (r"grams?|g", "mass", 1e-3),
    (r"lbs?", "mass", 0.453592),
    (r"(?:degrees? )?(?:Celsius|centigrade)|° ?C", "degrees Celsius", 1),
    (r"(?:degrees? )?Fahrenheit|° ?F", "degrees Fahrenheit", 1),
    (r"degrees?|°", "degrees", 1),
    (r"milliseconds?|ms", "time", 1e-3),
    (r"seconds|secs?", "time", 1),
    (r"minutes?|mins?", "time", 60),
    (r"hours?|hrs?", "time", 3600),
    (r"days?", "time", 86400),
    (r"weeks?", "time", 7 * 86400),
    (r"months?", "months", 1),
    (r"years?|yrs?", "months", 12),
    (r"decades?", "months", 120),
    (r"centur(?:y|ies)", "months", 1200),
    (r"kWh|kilowatt[- ]hours?", "energy", 1),
    (r"MWh|megawatt[- ]hours?", "energy", 1e3),
    (r"GWh|gigawatt[- ]hours?", "energy", 1e6),
    (r"kW|kilowatts?", "power", 1),
    (r"MW|megawatts?", "power", 1e3),
    (r"GW|gigawatts?", "power", 1e6),
    (r"times|fold", "times", 1),
    (r"points?", "points", 1),
)  # fmt: skip
_CURRENCIES = "|".join(pattern for pattern, _, _ in _UNITS[3:9])
_BEHIND = tuple(
    (re.compile(rf"(?:{pattern})(?![\w²³])"), kind, size) for pattern, kind, size in _UNITS
)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?<![A-Z]-)(?P<money>(?:{_CURRENCIES}) ?)?(?<![A-Za-z])"
    rf"(?:(?P<digits>{_DIGITS})|(?P<spelled>(?i:\b(?:{_SPELLED}|an? (?:hundred|thousand|dozen|"
    r"million|billion|trillion))\b)))"
    r"(?P<scale>[ -]?(?:(?i:thousand|million|billion|trillion)\b|(?:mn|bn|tn|m|k)\b))?"
)
_ADJECTIVE = re.compile(
    r"(?: (?:consecutive|straight|successive|full|whole|more|additional|further|short|long|"
    r"standard|metric|calendar|extra|U\.?S\.?|Chinese))?[ -]?"
)
_PART = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|\d)[ -](?P<part>half|third|quarter|fifth|tenth)s?"
    r"|(?P<half>half)|(?P<some>one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) "
    r"(?:out of|in)(?: every)? (?P<all>two|three|four|five|six|seven|eight|nine|ten|\d{1,3})"
    r"(?! (?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)))\b(?! (?:of (?:the )?(?:year|\d{4}|century|season|game|match)|year|time)\b)",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    r"\b(?P<two>twice|doubl(?:ed|es|ing|e)|two-?fold)|\b(?P<three>tripl(?:ed|es|ing|e)|trebled"
    r"|threefold)|\b(?P<four>quadrupl(?:ed|es|ing|e)|fourfold)",
    re.IGNORECASE,
)
_MONTH_NAMES = "|".join(f"{m}|{m[:3]}\\.?" if len(m) > 4 else m for m in _MONTHS) + r"|Sept\.?"
_DATE = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?(?P<month>{_MONTH_NAMES})(?![\w])"
    r"(?:,? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d.,]*\d|[ -]?(?:%|per|million|billion)))?"
    r"|\b(?P<isoyear>(?:1\d|20)\d\d)-(?P<isomonth>[01]\d)-(?P<isoday>[0-3]\d)\b"
)
_PERIOD = re.compile(
    rf"\b(?P<which>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))[ -]"
    r"(?P<kind>quarter|half|century|centuries)\b|\b(?P<short>[QH])(?P<n>[1-4])\b",
    re.IGNORECASE,
)
_DECADE = re.compile(r"\b((?:1\d|20)\d0)['’]?s\b")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_SHORT_YEAR = re.compile(r"\b((?:1[0-9]|20)\d\d)[-–/](\d\d)\b(?![-–/\d])")
_HEDGES: tuple[tuple[Bound, str], ...] = (
    (
        "at most",
        r"up to|at most|(?:no|not) (?:more|greater|higher|later) than|within|"
        r"(?:a )?maximum(?: of)?|as (?:much|many) as|not exceed(?:ing)?|limited to|≤",
    ),
    (
        "at least",
        r"at least|(?:no|not) (?:less|fewer|lower) than|(?:a )?minimum(?: of)?|"
        r"as (?:little|few) as|≥",
    ),
    (
        "under",
        r"nearly|almost|close to|just under|under|below|less than|fewer than|approaching|<|"
        r"just short of|shy of|younger than|lower than",
    ),
    (
        "over",
        r"more than|over|above|exceed(?:ed|s|ing)?|upwards? of|greater than|higher than|"
        r"in excess of|surpass(?:ed|es|ing)|topp(?:ed|ing)|beyond|>|passed|older than",
    ),
    (
        "about",
        r"about|around|roughly|approximately|approx\.?|some|circa|ca?\.|~|≈|estimated(?: at)?|"
        r"an estimated|in the region of|or so|broadly",
    ),
)
_BEFORE = tuple(
    (bound, re.compile(rf"(?:\b|(?<=\s))(?:{words})(?: (?:a|an|the|some))?\s?$", re.IGNORECASE))
    for bound, words in _HEDGES
)
_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at least", re.compile(r"\s?(?:or more|\+|or above|plus\b|at least)")),
    ("at most", re.compile(r"\s?(?:or less|or fewer|at most|at the most|or under)")),
    ("about", re.compile(r"\s?(?:or so\b|approximately)")),
)
_PER = re.compile(r",? (?:an?|per|each|every) (second|minute|hour|day|week|month|quarter|year)\b")
_COMPARED = re.compile(r"(?:\d|%|percent|per cent|points|times) ?$")  # "3 % more than"
_BEARS: dict[Bound, tuple[Bound, ...]] = {  # hedges of an equal figure that bear each hedge
    "over": ("over", "at least"),
    "under": ("under", "at most"),
    "at least": ("", "about", "over", "at least"),
    "at most": ("", "about", "under", "at most"),
}
_JOINED = re.compile(r"\s?(?:-|–|~|to|and|or|,|, and)\s?")

_COMPARING = re.compile(
    r",? (?:(?:up |down )?from|instead of|rather than|compared (?:with|to)|against|versus) "
)
_ENDS = re.compile(r"\s*(?:[.,;)]|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a text at `[start, end)`, in base units of its kind; `written` as it stands.

    `kind` is a measure ("percent", "yuan", "mass"), a part of a date ("year", "month", "day",
    "quarter", "half", "century", "decade") or "" for a plain count. `grain` is what one of the
    last digit that counts is worth; `bound` is how the text hedges the figure.
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
        return self.kind in ("year", "month", "day", "quarter", "half", "century", "decade")

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
        if abs(self.value - source.value) <= 1e-6 * max(abs(self.value), abs(source.value)):
            loose = self.dated or self.bound in ("", "about")
            # "over five years", "over two summers"
            lasts = self.kind in ("time", "months") or self.written.isalpha()
            lasting = lasts and not source.bound
            return loose or lasting or source.bound in _BEARS[self.bound]
        off, room = source.value - self.value, min(self.grain, 0.2 * abs(self.value))
        if not self.bound or self.dated or self.grain <= source.grain:
            return False
        if self.bound in ("over", "at least"):
            return 0 < off < room and source.bound not in ("under", "at most")
        if self.bound in ("under", "at most"):
            return 0 < -off < room and source.bound not in ("over", "at least")
        return abs(off) <= room / 2


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
    before, after = text[max(0, start - 32) : start], text[end : end + 16]
    for bound, pattern in _BEFORE:
        hedge = pattern.search(before)
        if hedge and not _COMPARED.search(before[: hedge.start()]):
            return bound
    return next((bound for bound, pattern in _AFTER if pattern.match(after)), "")


def _parts(text: str) -> Iterator[Quantity]:
    """Yield fractions as percentages, and factors."""
    for match in _PART.finditer(text):
        if match["some"]:
            some, whole = (
                float(w) if w.isdigit() else _WORDS[w.lower()]
                for w in (match["some"], match["all"])
            )
            if some >= whole:
                continue
            value = 100 * some / whole
        else:
            count = (match["count"] or "a").lower()
            size = _FRACTIONS[(match["part"] or "half").lower()]
            value = size * (float(count) if count.isdigit() else _WORDS[count])
        yield Quantity(value, "percent", 10, _bound(text, *match.span()), match[0], *match.span())
    for match in _FACTOR.finditer(text):
        value = {"two": 2.0, "three": 3.0, "four": 4.0}[match.lastgroup or "two"]
        yield Quantity(value, "times", 1, _bound(text, *match.span()), match[0], *match.span())


def _dates(text: str) -> Iterator[Quantity]:
    """Yield months, days, quarters, centuries and decades."""
    for match in _DATE.finditer(text):
        found: list[tuple[str, int]]
        if match["isoyear"]:
            found = [(k, int(match[f"iso{k}"])) for k in ("year", "month", "day")]
        else:
            day = match["day"] or match["before"]
            alone = match["month"] in ("May", "March", "Mar", "Mar.") and not day
            if (
                alone
                and not re.search(
                    r"\b(?:in|of|since|by|until|from|to|early|late|mid|last|and|through)[ -]$",
                    text[: match.start()],
                )
                and not re.match(r",? \d{4}", text[match.end() :])
            ):
                continue
            month = next(n for n, m in enumerate(_MONTHS, 1) if m[:3] == match["month"][:3])
            found = [("month", month), *([("day", int(day))] if day else [])]
        for kind, value in found:
            yield Quantity(value, kind, 1, "", match[0].strip(), *match.span())
    for match in _PERIOD.finditer(text):
        letter = (match["short"] or match["kind"])[0].lower()
        kind = {"q": "quarter", "h": "half", "c": "century"}[letter]
        which = (match["which"] or "").lower()
        number = int(match["n"] or _ORDINALS.get(which) or re.sub(r"\D", "", which))
        yield Quantity(number, kind, 1, "", match[0], *match.span())
    for match in _DECADE.finditer(text):
        yield Quantity(float(match[1]), "decade", 1, "", match[0], *match.span())


def _figures(text: str) -> Iterator[Quantity]:
    """Yield numbers with what is measured; the first of "2 and 3 million" shares what follows."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        scale = (match["scale"] or "").strip(" -").lower()
        if scale == "m" and not match["money"]:
            scale, end = "", match.start("scale")
        digits = match["digits"]
        value = float(digits.replace(",", "")) if digits else _spelled(match["spelled"])
        size = _SCALES.get(scale, 1.0)
        grain = (_grain(digits) if digits else _grain(f"{value:.0f}")) * size
        kind, unit = "", 1.0
        if match["money"]:
            kind = next(k for p, k, _ in _BEHIND if p.match(match["money"].strip()))
        else:
            at = _ADJECTIVE.match(text, end)
            assert at is not None
            for pattern, name, base in _BEHIND:
                behind = pattern.match(text, at.end())
                if behind:
                    kind, unit, end = name, base, behind.end()
                    break
        if not kind and digits and not scale and _YEAR.fullmatch(digits):
            kind = "year"
        first = match.start("digits") if digits else match.start("spelled")
        bound = _bound(text, start, end)
        written = text[start:end].strip()
        if digits or first >= 0:
            rate = _PER.match(text, end)
            per = rate[1].lower() if rate else ""
            yield Quantity(value * size * unit, kind, grain * unit, bound, written, start, end, per)


@lru_cache(maxsize=16384)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """Return the figures and dates of a text in order."""
    special = [*_dates(text), *_parts(text)]
    short = [
        Quantity(float(m[1][:2] + m[2]), "year", 1, "", m[0], m.start(2), m.end(2))
        for m in _SHORT_YEAR.finditer(text)
        if int(m[2]) > int(m[1][2:])
    ]
    special += short
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
