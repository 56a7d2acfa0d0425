"""The values of table cells: numbers, dates, times, and missing ones."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from qa.language.calendar import MONTHS
from qa.language.units import CURRENCIES, UNITS

MAX_VALUE = 60  # characters of a cell that can be a number or a date
MAX_DIGITS = 25

_BLANK = re.compile(r"\W*|(?:n\.?/?a\.?|none|nil|not available|unknown|tbc|tbd|missing)", re.I)
_MONEY = "|".join(CURRENCIES.values())
_SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "mio": 6, "billion": 9, "bn": 9,
           "b": 9, "trillion": 12, "tn": 12}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+−–])?\s*(?P<before>(?:"
    + _MONEY
    + r"|[A-Z]{1,3}\$|[$€£¥₹₩₽]))?\s*"
    r"(?P<open2>\()?\s*(?P<inner>[-−–])?(?P<digits>\d[\d,.'’\s]*\d|\d|[.,]\d+)\s*"
    r"(?P<scale>thousand|million|billion|trillion|mn|mio|bn|tn|[kmb](?![\w²³/]))?\s*(?P<close>\))?"
    r"(?P<behind>[^\d()\[\]*†‡]{0,24}?)\s*(?P<close2>\))?\s*(?:[*†‡]+|\[\w{1,3}\])?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:([,.'’\s])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_LAKH = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_NAMED = {m[:3].lower(): n for n, m in enumerate(MONTHS, 1)}
_MONTH = r"(?P<month>" + "|".join(f"{m[:3]}(?:{m[3:]}|t)?" for m in MONTHS) + r")\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ][\d:.]+Z?)?",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -]" + _MONTH + r",?[ -](?P<y>\d{4}|\d\d)",
        _MONTH + r" (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})",
        _MONTH + r"[ ,-]+(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
    )
)
_SLASHED = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d(?:\.\d+)?)")
_UNIT_OF_HEADER = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]|,\s*((?:in )?[^\s,]{1,8})$|(%)\s*$")
_BASES = tuple(
    (re.compile(rf"(?:{pattern})"), kind, Decimal(str(size)))
    for kind, patterns in UNITS.items()
    for pattern, size in patterns.items()
)


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a cell: a number in a unit, a date, or a time in seconds; else only text.

    `unit` is as written, "%" for a percentage; `decimals` is the number of decimals written.
    """

    number: Decimal | None = None
    unit: str = ""
    decimals: int = 0
    day: date | None = None
    clock: bool = False  # the number is seconds
    scale: str = ""  # "M" of $1.2M, as written
    power: int = 0  # of ten, that the scale stands for
    blank: bool = False

    @property
    def key(self) -> Decimal | None:
        """The sort key of values of one kind."""
        return Decimal(self.day.toordinal()) if self.day else self.number


BLANK = Value(blank=True)


def _plain(digits: str) -> Decimal | None:
    """Return the number written as digits with separators, None if that is unclear."""
    digits = digits.strip()
    if len(digits) > MAX_DIGITS:
        return None
    if match := _GROUPED.fullmatch(digits):
        mark = match[1]
        whole = digits.replace(mark, "") if mark not in ".," else digits
        if mark == ".":
            if digits.count(".") == 1 and "," not in digits:
                return Decimal(digits)  # 1.204 is rather a decimal
            whole = digits.replace(".", "").replace(",", ".")
        elif mark == ",":
            whole = digits.replace(",", "")
        return Decimal(whole.replace(",", "."))
    if _LAKH.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return Decimal(digits.replace(",", "."))
    return Decimal(digits) if re.fullmatch(r"\d*\.?\d+", digits) else None


def _number(text: str) -> Value | None:
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    opened = [match["open"], match["open2"]]  # (£905), $ (6,986)
    closed = [match["close"], match["close2"]]
    if len(list(filter(None, opened))) != len(list(filter(None, closed))) or all(opened):
        return None
    number = _plain(match["digits"])
    behind = match["behind"].strip(" .;:")
    if number is None or (behind and not _is_unit(behind)):
        return None
    digits = match["digits"].strip()
    decimals = -int(number.as_tuple().exponent) if "." in str(number) else 0
    if any(opened) or (match["sign"] or match["inner"] or "+") not in "+":
        number = -number
    scale, power = match["scale"] or "", 0
    if len(scale) == 1 and not match["before"]:
        scale, behind = "", scale + behind  # 5 m: metres
    elif scale:
        power = _SCALES[scale.lower()]
        number = Decimal(format(number.scaleb(power), "f"))
    if digits[:1] == "0" and len(digits) > 1 and digits.isdigit():
        return None  # a code
    unit = (match["before"] or "").strip() or behind
    return Value(number, unit, decimals, scale=scale, power=power)


def _is_unit(text: str) -> bool:
    return text in "%‰$€£¥₹°" or bool(re.fullmatch(r"[A-Za-zµμ°²³/%. ]{1,24}", text))


def _date(text: str) -> date | None:
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            month = found.get("m") or _NAMED[found["month"][:3].lower()]
            year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
            try:
                return date(year, int(month), int(found.get("d") or 1))
            except ValueError:
                return None
    return None


def slashed_order(texts: list[str]) -> str:
    """Return the order of a column's dates: "dmy", "mdy", or "" if unclear."""
    firsts = [(int(m[1]), int(m[3])) for t in texts if (m := _SLASHED.fullmatch(t))]
    day_first = any(first > 12 for first, _ in firsts)
    month_first = any(second > 12 for _, second in firsts)
    if day_first == month_first:
        return ""
    return "dmy" if day_first else "mdy"


@lru_cache(maxsize=65536)
def value_of(text: str, order: str = "") -> Value:
    """Return the value of a cell's text; `order` is that of dates such as 3/4/2024."""
    text = text.strip().strip("*_`").strip()
    if _BLANK.fullmatch(text):
        return BLANK
    if len(text) > MAX_VALUE or not any(c.isdigit() for c in text):
        return Value()
    if found := _date(text):
        return Value(day=found)
    if match := _SLASHED.fullmatch(text):
        if not order:
            return Value()
        day, month = (match[1], match[3]) if order == "dmy" else (match[3], match[1])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        try:
            return Value(day=date(year, int(month), int(day)))
        except ValueError:
            return Value()
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
        return Value(hours * 3600 + minutes * 60 + seconds, clock=True)
    return _number(text) or Value()


def unit_of(header: str) -> str:
    """Return the unit in a column's name, "" if there is none."""
    found = [next(filter(None, m.groups())) for m in _UNIT_OF_HEADER.finditer(header)]
    units = [unit.removeprefix("in ") for unit in found]
    return next((u for u in reversed(units) if measure_of(u)), "")


@lru_cache(maxsize=1024)
def measure_of(unit: str) -> tuple[str, Decimal] | None:
    """Return the quantity that a unit measures and its base units, None if unknown."""
    bare = unit.strip().removeprefix("per ").strip(". ")
    for pattern, kind, size in _BASES:
        if pattern.fullmatch(bare):
            return kind, size
    scaled = re.fullmatch(rf"({_MONEY}) ?(m|k|bn|mn|000|000s|thousands?|millions?|billions?)", bare)
    if scaled:
        power = {"0": 3, "t": 3, "k": 3, "m": 6, "b": 9}[scaled[2][0]]
        kind = next(k for p, k, _ in _BASES if p.fullmatch(scaled[1]))
        return kind, Decimal(10) ** power
    return None


def comparable(values: list[Value]) -> list[Value] | None:
    """Return the values in one unit, None if they are of several kinds or unclear."""
    if len({(v.day is not None, v.clock) for v in values}) > 1:
        return None
    units = {v.unit for v in values}
    if len(units) <= 1:
        return values
    measures = [measure_of(v.unit) if v.unit else None for v in values]
    known = [m for m in measures if m]
    if len(known) < len(values):
        bare = [v for v, m in zip(values, measures, strict=True) if not m]
        if any(v.unit for v in bare) or len({m[0] for m in known}) != 1:
            return None
        if known[0][0] in ("percent", "percentage points"):
            return None  # 0.5 beside 50 %: half a per cent, or half
        if len({v.unit for v in values if v.unit}) != 1:
            return None
        unit = next(v.unit for v in values if v.unit)
        return [replace(v, unit=unit) for v in values]
    if len({kind for kind, _ in known}) != 1:
        return None
    smallest = min(known, key=lambda m: m[1])
    unit = next(v.unit for v, m in zip(values, measures, strict=True) if m == smallest)
    return [
        replace(v, number=v.number * m[1] / smallest[1], unit=unit)
        for v, m in zip(values, known, strict=True)
        if v.number is not None
    ]


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Return a number rounded half up."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def written(number: Decimal, decimals: int, unit: str = "") -> str:
    """Return a number as written in answers: 1,204.50, £7,349, 12 mm, 8.8%."""
    shown = f"{abs(rounded(number, decimals)):,f}"
    sign = "-" if number < 0 and any(c not in "0.," for c in shown) else ""
    measure = measure_of(unit) if unit else None
    if measure and measure[0] in CURRENCIES and len(unit) <= 3 and not unit[-1].isalpha():
        return f"{sign}{unit}{shown}"
    if unit in ("%", "‰", "°"):
        return f"{sign}{shown}{unit}"
    return f"{sign}{shown} {unit}".rstrip()


def written_scaled(number: Decimal, decimals: int, unit: str, scale: str, power: int) -> str:
    """Return a number as it is told in thousands or millions: $41M, 1.2 million km."""
    told = written(number.scaleb(-power), decimals, unit)
    figure = written(number.scaleb(-power), decimals)
    apart = " " if len(scale) > 2 else ""
    return told.replace(figure.lstrip("-"), f"{figure.lstrip('-')}{apart}{scale}", 1)


def clock(seconds: Decimal) -> str:
    """Return seconds in time notation: 2:19.76."""
    whole, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(int(whole), 60)
    tail = f"{rest:05.2f}" if rest % 1 else f"{int(rest):02d}"
    told = f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
    return f"-{told}" if seconds < 0 else told


def in_order(numbers: list[Decimal]) -> bool:
    """Tell whether numbers are monotonic."""
    return all(a <= b for a, b in pairwise(numbers)) or all(a >= b for a, b in pairwise(numbers))


_RANGE = re.compile(
    r"(?:(?P<over>over|above|more than|from|>)\s*)?(?P<low>\d[\d,.]*)\s*(?P<unit1>[a-z%°£$€]{0,8})"
    r"\s*(?:to|-|–|—|up to|and under|and up to)\s*(?P<high>\d[\d,.]*)\s*"
    r"(?P<unit>[^\d\s]{0,12})\b.*",
    re.IGNORECASE,
)
_OPEN_RANGE = re.compile(
    r"(?:(?P<up>up to|under|below|less than|at most|until|<|≤|to)|(?P<over>over|above|more than|"
    r"from|at least|>|≥))\s*(?P<n>\d[\d,.]*)\s*(?P<unit>[^\d\s]{0,12}).*"
    r"|(?P<n2>\d[\d,.]*)\s*(?P<unit2>[a-z]{0,8})\s*(?:\+|and (?:over|above|more)|or (?:more|over))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a label such as "Over 2 to 5 kg" stands for."""

    low: Decimal | None
    high: Decimal | None
    above: bool  # the low end itself is not in it
    unit: str
    below: bool = False  # nor the high end

    def holds(self, number: Decimal) -> bool:
        """Tell whether a number lies in it."""
        low = self.low is None or number > self.low or (number == self.low and not self.above)
        high = self.high is None or number < self.high or (number == self.high and not self.below)
        return low and high


@lru_cache(maxsize=16384)
def range_of(text: str) -> Range | None:
    """Return the range of numbers that a label stands for, None for any other label."""
    text = text.strip()
    if not text or len(text) > MAX_VALUE or value_of(text).day:
        return None
    if match := _RANGE.fullmatch(text):
        low, high = _plain(match["low"].strip(".,")), _plain(match["high"].strip(".,"))
        if low is None or high is None or low >= high:
            return None
        return Range(low, high, bool(match["over"]) and match["over"].lower() != "from",
                     match["unit"] or match["unit1"])  # fmt: skip
    if match := _OPEN_RANGE.fullmatch(text):
        number = _plain((match["n"] or match["n2"]).strip(".,"))
        if number is None:
            return None
        if match["up"]:
            below = match["up"].lower() in ("under", "below", "less than", "<")
            return Range(None, number, False, match["unit"], below)
        strict = bool(match["over"]) and match["over"].lower() in (
            "over",
            "above",
            "more than",
            ">",
        )
        return Range(number, None, strict, match["unit"] or match["unit2"] or "")
    return None
