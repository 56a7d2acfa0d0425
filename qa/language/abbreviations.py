"""Abbreviations of business figures and periods, and what they stand for."""

import re

_FIGURES = {
    "r&d": "research and development", "sg&a": "selling, general and administrative",
    "g&a": "general and administrative", "s&m": "sales and marketing",
    "m&a": "mergers and acquisitions", "d&a": "depreciation and amortization",
    "pp&e": "property, plant and equipment", "ppe": "property, plant and equipment",
    "capex": "capital expenditures", "opex": "operating expenses", "cogs": "cost of goods sold",
    "eps": "earnings per share", "fcf": "free cash flow", "dau": "daily active users",
    "daus": "daily active users", "mau": "monthly active users", "maus": "monthly active users",
    "aum": "assets under management", "nav": "net asset value", "ftes": "full-time equivalents",
    "gmv": "gross merchandise value", "nii": "net interest income",
    "sbc": "stock-based compensation", "ebit": "earnings before interest and taxes",
    "arr": "annual recurring revenue", "arpu": "average revenue per user",
    "pbt": "profit before tax", "roe": "return on equity", "roa": "return on assets",
    "yoy": "year over year", "rpo": "remaining performance obligations",
}  # fmt: skip
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}
_FIGURE = re.compile(rf"(?<![\w&])(?:{'|'.join(map(re.escape, _FIGURES))})(?![\w&])", re.IGNORECASE)
_YEAR = r"(?:[ -]?(?:of )?(?P<fiscal>FY|fiscal(?: year)? )?[ '’]?(?P<year>(?:19|20)?\d\d)\b)?"
_QUARTER = re.compile(rf"\b(?:Q(?P<n>[1-4])|(?P<m>[1-4])Q)(?=\b|\d){_YEAR}")
_SPELT_QUARTER = re.compile(
    rf"\b(?:the )?(?P<n>{'|'.join(_ORDINALS.values())}|1st|2nd|3rd|4th)(?: fiscal)? quarter{_YEAR}",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"\bFY ?-?['’]?(?P<year>(?:19|20)?\d\d)\b")


def spell_out(question: str) -> str:
    """Return a question with its abbreviations of figures and periods written out.

    >>> spell_out("What was Oaken's R&D expense in 1Q23?")
    "What was Oaken's research and development expense in the first quarter of 2023?"
    >>> spell_out("capex in FY19, EPS in Q3 FY2024")
    'capital expenditures in 2019, earnings per share in the third quarter of fiscal year 2024'
    """
    text = _QUARTER.sub(_quarter, question)
    text = _FISCAL.sub(lambda match: _whole(match["year"]), text)
    return _FIGURE.sub(lambda match: _FIGURES[match[0].lower()], text)


def _quarter(match: re.Match[str]) -> str:
    told = f"{_ORDINALS[match['n'] or match['m']]} quarter"
    before = match.string[: match.start()].rstrip().lower()
    told = told if before.endswith("the") else f"the {told}"
    if not match["year"]:
        return told
    return f"{told} of {'fiscal year ' * bool(match['fiscal'])}{_whole(match['year'])}"


def _whole(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def code_quarters(text: str) -> str:
    """Return a text with its quarters written as codes, however it writes them.

    >>> code_quarters("the fourth quarter of fiscal year 2023, 4Q22, Q3'24, Q2 FY2025")
    'Q4 2023, Q4 2022, Q3 2024, Q2 2025'
    """
    return _QUARTER.sub(_code, _SPELT_QUARTER.sub(_code, text))


def _code(match: re.Match[str]) -> str:
    parts = match.groupdict()
    told = (parts["n"] or parts["m"]).lower()
    number = next((n for n, word in _ORDINALS.items() if word == told), told[0])
    return f"Q{number}" + (f" {_whole(parts['year'])}" if parts["year"] else "")
