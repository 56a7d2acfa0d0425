"""Names of months, and years."""

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
MONTH = rf"(?:{'|'.join(MONTHS)}|{_SHORT})\b\.?"  # a name or its abbreviation
YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_FISCAL = re.compile(r"(?i)\b(?:FY|CY|fiscal(?: year)? |financial year )[-'’ ]?((?:19|20)?\d\d)\b")
_QUARTERS = {
    "1": "first|1st", "2": "second|2nd", "3": "third|3rd", "4": "fourth|4th|last|final",
}  # fmt: skip
_QUARTER = {
    n: re.compile(rf"(?i)\b(?:(?:{words})[ -]quarter|quarter {n}|Q{n}|{n}Q)(?=\b|(?:19|20)?\d\d\b)")
    for n, words in _QUARTERS.items()
}
_HALF = {
    "1": re.compile(r"(?i)\b(?:first|1st)[ -]half\b|\bH1(?=\b|\d)"),
    "2": re.compile(r"(?i)\b(?:second|2nd)[ -]half\b|\bH2(?=\b|\d)"),
}


def periods_in(text: str) -> set[str]:
    """Return the years, quarters and halves of a text, each in one form.

    >>> sorted(periods_in("revenue in the second quarter of FY19"))
    ['2019', 'q2']
    """
    fiscal = {f"20{year}" if len(year) == 2 else year for year in _FISCAL.findall(text)}
    quarters = {f"q{n}" for n, pattern in _QUARTER.items() if pattern.search(text)}
    halves = {f"h{n}" for n, pattern in _HALF.items() if pattern.search(text)}
    return {*YEAR.findall(text)} | fiscal | quarters | halves
