"""Spreadsheet values as displayed: 0.125 as "12.5%", 45000 as "15/03/2023".

Number formats are those of ECMA-376 part 1, 18.8.30 and 18.8.31: sections for positive, negative,
zero and text; digits, literals, scales, percent, exponents, fractions, dates and times.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, log10

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<skip>_.|\*.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|'
    r"\[(?P<elapsed>h+|m+|s+)\]|(?P<bracket>\[[^\]]*\])|(?P<exponent>E[+-]0+)|"
    r"(?P<digits>[0#?.,]+)|(?P<percent>%)|(?P<ampm>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+)|"
    r"(?P<general>General)|(?P<text>@)|(?P<slash>/)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_NO_PLACE = re.compile(r"[^0#?]")
_EXACT = Context(prec=400)  # digits; a float has fewer
MOST = 1e300  # a larger number is no figure
Piece = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format, such as that for negative numbers.

    `parts` are the literals around its digits, with None in place of digits; `groups` are the
    digit placeholders of each None: one, except in telephone numbers and the like.
    """

    pieces: tuple[Piece, ...]
    condition: tuple[str, float] | None = None
    parts: tuple[str | None, ...] = ()
    groups: tuple[str, ...] = ()
    general: bool = False
    percents: int = 0
    exponent: str = ""
    fraction: bool = False


def general(value: float) -> str:
    """Return a number without a format of its own, in at most 11 digits."""
    if not -MOST < value < MOST:
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.11g}" if 1e-9 <= abs(value) < 1e15 else f"{value:.6g}"


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[Piece]] = [[]]
    for match in _PIECE.finditer(code):
        kind = match.lastgroup or "other"
        if kind == "other" and match[0] == ";":
            sections.append([])
        else:
            sections[-1].append((kind, match[match.lastgroup or 0]))
    return tuple(_section(tuple(pieces)) for pieces in sections)


def _section(pieces: tuple[Piece, ...]) -> _Section:
    kinds = [kind for kind, _ in pieces]
    condition = _CONDITION.match("".join(text for kind, text in pieces if kind == "bracket"))
    groups = tuple(text for kind, text in pieces if kind == "digits")
    plain = "general" in kinds or (not groups and "text" in kinds)
    fraction, exponent = "slash" in kinds, dict(pieces).get("exponent", "")
    if plain or fraction or exponent or any("," in group for group in groups):
        groups = ("".join(groups),)
    parts: list[str | None] = []
    for kind, text in pieces:
        if kind in ("digits", "general", "exponent", "slash", "text"):
            if parts.count(None) < len(groups):
                parts.append(None)
        else:
            parts.append(_literal(kind, text))
    return _Section(
        pieces,
        (condition[1], float(condition[2])) if condition else None,
        tuple(parts),
        groups,
        plain,
        kinds.count("percent"),
        exponent,
        fraction,
    )


@lru_cache(maxsize=1024)
def is_date_format(code: str) -> bool:
    """Tell whether a format shows a date or a time."""
    return any(kind in ("date", "elapsed", "ampm") for kind, _ in _sections(code)[0].pieces)


@lru_cache(maxsize=50_000)
def format_number(value: float, code: str) -> str:
    """Return a number in its format; unchanged if the format is unknown."""
    sections = _sections(code)
    if not -MOST < value < MOST:
        return str(value)
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _holds(value, *section.condition):
                return _shown(abs(value) if value < 0 and section.condition else value, section)
        return general(value)
    if value < 0 and len(sections) > 1:
        return _shown(-value, sections[1])
    if value == 0 and len(sections) > 2:
        return _shown(0.0, sections[2])
    return _shown(value, sections[0])


def _holds(value: float, sign: str, bound: float) -> bool:
    return {"<": value < bound, ">": value > bound, "=": value == bound, "<=": value <= bound,
            ">=": value >= bound, "<>": value != bound}[sign]  # fmt: skip


def _shown(value: float, section: _Section) -> str:
    """Return a number formatted by one section."""
    if section.general:
        digits = [general(abs(value))]
    elif section.groups:
        plain = _digits(abs(value) * 100**section.percents, section)
        digits = _by_group(plain, section.groups)
    else:
        return "".join(filter(None, section.parts)).strip()
    sign = "-" if value < 0 and any(c in "123456789" for c in "".join(digits)) else ""
    found = iter(digits)
    text = "".join(next(found) if part is None else part for part in section.parts)
    return sign + " ".join(text.split())


def _by_group(digits: str, groups: tuple[str, ...]) -> list[str]:
    """Split digits among the groups of placeholders, aligned at the right."""
    if len(groups) == 1:
        return [digits]
    whole, point, decimals = digits.partition(".")
    found: list[str] = []
    for group in reversed(groups[1:]):
        left, inner, _ = group.partition(".")
        at = max(0, len(whole) - len(left))
        found.insert(0, whole[at:] + (f"{point}{decimals}" if inner else ""))
        whole = whole[:at]
    return [whole, *found]


def _literal(kind: str, text: str) -> str:
    match kind:
        case "quoted" | "escaped" | "currency" | "percent" | "other":
            return text
        case "skip":
            return " " if text.startswith("_") else ""
        case "date" | "ampm":
            return text  # letters that stand for themselves in a format of numbers
        case _:
            return ""


def _digits(value: float, section: _Section) -> str:
    """Return the digits of a number that is not negative."""
    pattern, exponent = "".join(section.groups), section.exponent
    if section.fraction:
        whole, part = divmod(value, 1)
        fraction = Fraction(part).limit_denominator(10 ** max(1, pattern.count("?") // 2) - 1)
        shown = f"{fraction.numerator}/{fraction.denominator}" if fraction.numerator else ""
        return f"{int(whole) or ''} {shown}".strip() or "0"
    scale = len(pattern) - len(pattern.rstrip(","))
    left, _, right = pattern.rstrip(",").partition(".")
    value /= 1000**scale
    places = len(_NO_PLACE.sub("", right))
    if exponent:
        power = floor(log10(value)) if value else 0
        shown = f"{value / 10**power:.{places}f}"
        return f"{shown}E{'-' if power < 0 else '+' if '+' in exponent else ''}{abs(power):02}"
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
    text = f"{rounded:,f}" if "," in left.strip(",") else f"{rounded:f}"
    before, _, after = text.partition(".")
    least = right.count("0")
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    if before == "0" and left.count("0") == 0:
        before = ""
    before = before.zfill(left.count("0"))
    return f"{before}.{after}" if after else before


def format_date(value: datetime | date | time | timedelta, code: str) -> str:
    """Return a date or time in its format."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}" + (
            f":{seconds % 60:02}" if "s" in code.lower() else ""
        )
    moment = (value if isinstance(value, datetime)
              else datetime.combine(date.min, value) if isinstance(value, time)
              else datetime.combine(value, time.min))  # fmt: skip
    pieces = _sections(code)[0].pieces
    half = any(kind == "ampm" for kind, _ in pieces)
    text = ""
    for number, (kind, piece) in enumerate(pieces):
        low = piece.lower()
        if kind == "ampm":
            text += "AM" if moment.hour < 12 else "PM"
        elif kind in ("date", "elapsed") and low[0] == "m" and _minutes(pieces, number):
            text += f"{moment.minute:0{len(low)}}"
        elif kind in ("date", "elapsed"):
            text += _date_part(moment, low, half)
        elif kind == "slash":
            text += "/"
        elif kind == "digits":
            text += piece.strip("0#?")
        else:
            text += _literal(kind, piece)
    return " ".join(text.split())


def _minutes(pieces: tuple[Piece, ...], at: int) -> bool:
    """Tell whether an "m" means minutes: next to hours or seconds."""
    parts = [(n, text.lower()[0]) for n, (kind, text) in enumerate(pieces)
             if kind in ("date", "elapsed")]  # fmt: skip
    place = next(n for n, (number, _) in enumerate(parts) if number == at)
    before = parts[place - 1][1] if place else ""
    after = parts[place + 1][1] if place + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _date_part(moment: datetime, part: str, half: bool) -> str:
    match part[0]:
        case "y" | "e":
            return f"{moment.year % 100:02}" if len(part) <= 2 else f"{moment.year:04}"
        case "m":
            name = _MONTHS[moment.month - 1]
            return {3: name[:3], 4: name, 5: name[0]}.get(
                len(part), f"{moment.month:0{min(len(part), 2)}}")  # fmt: skip
        case "d":
            name = _DAYS[moment.weekday()]
            return {3: name[:3], 4: name}.get(len(part), f"{moment.day:0{min(len(part), 2)}}")
        case "h":
            hour = (moment.hour - 1) % 12 + 1 if half else moment.hour
            return f"{hour:0{min(len(part), 2)}}"
        case _:
            return f"{moment.second:0{min(len(part.partition('.')[0]), 2)}}"
