"""Dates, parts of a year, weekdays and times of day in a text."""

import re
from collections.abc import Iterator

from qa.language.calendar import MONTH, MONTHS
from qa.language.numbers import ORDINALS, SMALL, WORTH

HALF_DAY = 720  # minutes: a time without "am" or "pm" is the same after as many
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?(?P<month>{MONTH})(?![\w])"
    r"(?:,? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d.,:]*\d|[ -]?(?:%|per|million|billion)))?"
    r"|\b(?P<isoyear>(?:1\d|20)\d\d)-(?P<isomonth>[01]\d)-(?P<isoday>[0-3]\d)\b"
    r"|\b(?P<one>\d{1,2})[/.](?P<two>\d{1,2})[/.](?P<year>(?:1\d|20)\d\d)\b"
)
_PERIOD = re.compile(
    rf"\b(?P<which>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))[ -]"
    r"(?P<kind>quarter|half|century|centuries|(?:six|three) months(?= of (?:the year\b|\d{4})))\b"
    r"|\b(?P<short>[QH])(?P<n>[1-4])\b",
    re.IGNORECASE,
)
_HOURS = "|".join(SMALL[1:13])
_MINUTES = rf"(?:{'|'.join(SMALL[1:])}|twenty(?:[- ]five)?|\d{{1,2}})"
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d)|\.(?P<point>[0-5]\d)(?=\s?[ap]\.?m\b))?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|\s?(?P<clock>o[’']clock)|(?=\b)(?P<bare>))"
    rf"|\b(?:(?P<before>half|(?:a )?quarter|{_MINUTES} minutes|{_MINUTES}(?= past)) )"
    rf"(?P<way>past|to) (?P<of>{_HOURS}|1[0-2]|[1-9])\b(?! (?:per|to|or|and)\b| ?%)"
    rf"|\b(?P<word>{_HOURS}) o[’']clock|\b(?P<named>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_PART_OF_DAY = re.compile(r",? (?:in the (morning|afternoon|evening)|at (night))\b", re.IGNORECASE)
Dated = tuple[str, float, float, int, int]  # kind, value, what one of it is worth, span


def dates_of(text: str) -> Iterator[Dated]:
    """Yield years, months, days, quarters, halves, centuries, weekdays and times of day.

    >>> [(kind, value) for kind, value, *_ in dates_of("half past two on 5 May, a Monday")]
    [('month', 5), ('day', 5), ('weekday', 0), ('clock', 150)]
    """
    for match in _DATE.finditer(text):
        for kind, value in _date(match).items():
            yield kind, value, 1, *match.span()
    for match in _PERIOD.finditer(text):
        letter = (match["short"] or match["kind"])[0].lower()  # "six months" are a half
        which = (match["which"] or "").lower()
        number = int(match["n"] or ORDINALS.get(which) or re.sub(r"\D", "", which))
        period = {"q": "quarter", "t": "quarter", "h": "half", "s": "half", "c": "century"}[letter]
        yield period, number, 1, *match.span()
    for match in re.finditer(rf"\b(?:{'|'.join(_WEEKDAYS)})(?=s?\b)", text):
        yield "weekday", _WEEKDAYS.index(match[0]), 1, *match.span()
    yield from _clocks(text)


def _date(match: re.Match[str]) -> dict[str, int]:
    if match["isoyear"]:
        return {k: int(match[f"iso{k}"]) for k in ("year", "month", "day")}
    if match["year"]:
        one, two = int(match["one"]), int(match["two"])
        plain = {"year": int(match["year"])}
        if one > 12 or two > 12:  # else it may be meant either way
            plain |= {"day": max(one, two), "month": min(one, two)}
        return plain
    month = next(n for n, m in enumerate(MONTHS, 1) if m[:3] == match["month"][:3])
    day = match["day"] or match["before"]
    return {"month": month} | ({"day": int(day)} if day else {})


def _clocks(text: str) -> Iterator[Dated]:
    """Yield times of day in minutes since midnight."""
    for match in _CLOCK.finditer(text):
        if match["bare"] is not None and not match["minute"]:
            continue
        half, end = (match["half"] or "").lower(), match.end()
        if match["named"]:
            value, half = (0, "a") if match["named"].lower() == "midnight" else (720, "p")
        elif match["way"]:
            past = _minutes(match["before"]) * (-1 if match["way"].lower() == "to" else 1)
            value = 60 * int(_number(match["of"])) + past
        elif match["word"]:
            value = 60 * int(WORTH[match["word"].lower()])
        else:
            value = 60 * int(match["hour"]) + int(match["minute"] or match["point"] or 0)
        if not half and (part := _PART_OF_DAY.match(text, end)):
            half, end = "a" if part[1] == "morning" else "p", part.end()
        known = half or value >= 780 or (match["hour"] or "").startswith("0")
        if half and not match["named"]:
            value = value % HALF_DAY + (HALF_DAY if half == "p" else 0)
        yield "clock", value, 1 if known else HALF_DAY, match.start(), end


def _number(written: str) -> float:
    return float(written) if written.isdigit() else WORTH[written.lower()]


def _minutes(written: str) -> int:
    plain = written.lower().removeprefix("a ").removesuffix(" minutes").replace("-", " ")
    known = {"half": 30, "quarter": 15}
    return known.get(plain) or int(sum(map(_number, plain.split())))
