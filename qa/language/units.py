"""Units and currencies: their notations, and their values in base units."""

import re

from qa.language.calendar import MONTHS

CURRENCY_CODES = "RMB|CNY|USD|EUR|GBP|JPY"
# By kind: what is written, and how many base units it is. Longer patterns come first.
_SQUARE = r"sq(?:uare|\.)? ?"
CURRENCIES = {
    "yuan": r"RMB|CNY|yuan|renminbi|¥",
    "Australian dollars": r"AU?\$|AUD|Australian dollars?",
    "Hong Kong dollars": r"HK\$|HKD|Hong Kong dollars?",
    "Canadian dollars": r"CA?\$|CAD|Canadian dollars?",
    "New Zealand dollars": r"NZ\$|NZD|New Zealand dollars?",
    "Singapore dollars": r"S\$|SGD|Singapore dollars?",
    "reais": r"R\$|BRL|reais",
    "dollars": r"US ?\$|USD|(?:US )?dollars?|\$",
    "euros": r"EUR|euros?|€",
    "pounds": r"GBP|pounds? sterling|pounds|£",
    "yen": r"JPY|yen",
    "rupees": r"INR|Rs\.?|rupees?|₹",
    "francs": r"CHF|(?:Swiss )?francs?",
    "crowns": (
        r"SEK|NOK|DKK|CZK|(?:Swedish |Norwegian |Danish |Czech )?(?:kron(?:a|or|e|er)|crowns?)"
    ),
    "won": r"KRW|South Korean won|₩",
    "roubles": r"RUB|roubles?|rubles?",
    "zloty": r"PLN|zlotys?",
    "rand": r"ZAR|rand",
    "pesos": r"MXN|pesos?",
}
BEFORE_FIGURES = "|".join(  # signs and codes; a word such as "pounds" stands behind
    sign
    for written in CURRENCIES.values()
    for sign in written.split("|")
    if not re.search("[a-z]{2}|[()]|^[a-z]", sign)
)
UNITS: dict[str, dict[str, float]] = {
    "percentage points": {r"percentage[ -]points?|pp|ppts?|p\.p\.": 1, "basis points|bps": 0.01},
    "percent": {r"%|percent|per ?cent|pct": 1},
    **{kind: {pattern: 1} for kind, pattern in CURRENCIES.items()},
    "area": {
        rf"{_SQUARE}(?:km|kilomet(?:er|re)s?)|km²|km2": 1e6, rf"{_SQUARE}miles?": 2.589988e6,
        rf"{_SQUARE}(?:m|met(?:er|re)s?)|m²|m2": 1, rf"{_SQUARE}(?:ft|feet|foot)": 0.092903,
        "hectares?|ha": 1e4, "acres?": 4046.856,
    },
    "volume": {
        "cubic (?:met(?:er|re)s?|m)|m³|m3": 1e3, "millilit(?:er|re)s?|ml|mL": 1e-3,
        "lit(?:er|re)s?|L": 1,
    },
    "gallons": {"gallons?": 1},
    "barrels": {"barrels?": 1},
    "speed": {"(?:km|kilomet(?:er|re)s) (?:per|an) hour|km/h|kph": 1,
              "miles (?:per|an) hour|mph": 1.609344},
    "length": {
        "km|kilomet(?:er|re)s?": 1e3, "cm|centimet(?:er|re)s?": 1e-2,
        "mm|millimet(?:er|re)s?": 1e-3, "nm|nanomet(?:er|re)s?": 1e-9, "met(?:er|re)s?|m": 1,
        "miles?|mi": 1609.344, "feet|foot|ft": 0.3048, "inch(?:es)?": 0.0254, "yards?": 0.9144,
    },
    "mass": {
        "micrograms?|mcg|µg|μg": 1e-9, "milligrams?|mg": 1e-6, "kilograms?|kilos?|kg": 1,
        "Gt|gigaton(?:ne)?s?": 1e12, "Mt|megaton(?:ne)?s?": 1e9, "kt|kiloton(?:ne)?s?": 1e6,
        "(?:metric )?ton(?:ne)?s?|t": 1e3, "grams?|g": 1e-3, "lbs?": 0.453592,
    },
    "degrees Celsius": {"(?:degrees? )?(?:Celsius|centigrade)|° ?C": 1},
    "degrees Fahrenheit": {"(?:degrees? )?Fahrenheit|° ?F": 1},
    "degrees": {"degrees?|°": 1},
    "time": {
        "milliseconds?|ms": 1e-3, "seconds|secs?": 1, "minutes?|mins?": 60, "hours?|hrs?": 3600,
        "days?": 86400, "weeks?": 7 * 86400, "fortnights?": 14 * 86400,
    },
    "months": {"months?": 1, "years?|yrs?": 12, "decades?": 120, "centur(?:y|ies)": 1200},
    "energy": {"kWh|kilowatt[- ]hours?": 1, "MWh|megawatt[- ]hours?": 1e3,
               "GWh|gigawatt[- ]hours?": 1e6, "TWh|terawatt[- ]hours?": 1e9},
    "power": {"kW|kilowatts?": 1, "MW|megawatts?": 1e3, "GW|gigawatts?": 1e6},
    "times": {"times|fold": 1},
    "points": {"points?": 1},
}  # fmt: skip

# Of months, abbreviations that are no words.
_ABBREVIATED = {"January": 3, "February": 3, "September": 4}
_MONTHS = tuple(
    rf"\b{month[:short]}(?:{month[short:]})?\b"
    if (short := _ABBREVIATED.get(month))
    else rf"\b{month}\b"
    for month in MONTHS
    if month != "May"  # a verb, too
)
# What a question names and a sentence may lack: units, months, parts of a year.

NAMED_UNITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[$]|\b(?:usd|us dollars?|dollars?)\b", r"€|\b(?:eur|euros?)\b", r"£|\b(?:gbp|pounds)\b",
        r"¥|\b(?:rmb|cny|yuan|renminbi)\b", r"\b(?:tons?|tonnes?)\b",
        r"\b(?:kg|kilograms?|kilos?)\b", r"\b(?:km|kilomet(?:er|re)s?)\b", r"\bmiles?\b",
        r"\bbarrels?\b", r"\b(?:litres?|liters?|gallons?)\b", r"\bhours?\b", r"\bminutes?\b",
        r"\b(?:degrees?|°)", r"\b(?:square|sq|hectares?|acres?)\b",
        *_MONTHS, r"(?<=in )may\b|\bmay (?=\d)",
        r"\bquarter\b(?=.*\b(?:19|20)\d\d\b)|\bq[1-4]\b", r"\b(?:first|second) half\b|\bh[12]\b",
    )
)  # fmt: skip


def missing_unit(asked: str, said: str) -> str:
    """Return the unit, month or quarter that a question names and a text lacks, or ""."""
    named = (unit.search(asked) for unit in NAMED_UNITS if not unit.search(said))
    return next((match[0] for match in named if match), "")
