"""Numerals: numbers in digits and in words, and their values."""

import re

# Thousands stand apart by commas, points, spaces or apostrophes, lakh and crore by pairs; a comma
# that has one or two digits behind it is a decimal one, as in "7,5 %".
_GROUPED = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![,\d])|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?|"
    r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|"
    r"\d{1,3}(?:[\u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d+)?|"
    r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?![\d.,]*\d)"
)
DIGITS = rf"{_GROUPED}|\d+,\d{{1,2}}(?!\d|,\d)|\d+(?:\.\d+)?|\.\d+"
SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6, "billion": 1e9,
    "bn": 1e9, "bln": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_BROKEN = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_LARGE = ["hundred", "thousand", "dozen", "million", "billion", "trillion", "lakh", "crore"]
WORTH = (
    {word: float(n) for n, word in enumerate(SMALL)}
    | {word: 10.0 * n for n, word in enumerate(_TENS, 2)}
    | {"hundred": 1e2, "dozen": 12.0, "a": 1.0, "an": 1.0, "and": 0.0}
    | {word: scale for word, scale in SCALES.items() if len(word) > 3}
)
_COUNTED = "|".join((*SMALL[2:], *_TENS, *_LARGE))
_AND_PART = rf"(?: and (?:an?|one|three) (?:{'|'.join(_BROKEN)})s?)"
_OF_LARGE = rf"(?: (?:{'|'.join(_LARGE[1:])})s?)"
_HALVED = (
    r"(?:hour|minute|day|week|month|year|decade|century|mile|lit(?:er|re)|met(?:er|re)|ton|point)"
)
HALF_OF_UNIT = rf"(?:an? )?half(?:[ -]an?)?[ -](?={_HALVED})"
SPELLED = (
    rf"{HALF_OF_UNIT}|"
    rf"(?:one|{_COUNTED}){_AND_PART}{_OF_LARGE}?|(?:an? )?half an? (?:{'|'.join(_LARGE)})|"
    rf"(?:an?|one|three)[ -]quarters? of an? (?:{'|'.join(_LARGE)})|"
    rf"(?:one[ -])?(?:{_COUNTED})s?(?:[ -](?:and[ -])?(?:one|{_COUNTED}))*"
)
VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_ORDERED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
)
ORDINALS = {word: n for n, word in enumerate(_ORDERED.split(), 1)}


def read_digits(written: str) -> float:
    """Return the value of a number in digits.

    >>> [read_digits(w) for w in ("2,161,000", "7,5", "1.234,50", "5,00,000", "12 500")]
    [2161000.0, 7.5, 1234.5, 500000.0, 12500.0]
    """
    return float(plain_digits(written))


def plain_digits(written: str) -> str:
    """Return a number in digits with nothing but a decimal point."""
    plain = re.sub(r"[\s'’]", "", written)
    if re.fullmatch(r"\d+,\d{1,2}", plain) or re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", plain):
        return plain.replace(".", "").replace(",", ".")
    return plain.replace(".", "") if plain.count(".") > 1 else plain.replace(",", "")


def read_spelled(written: str) -> float:
    """Return the value of a number in words.

    >>> [read_spelled(w) for w in ("two hundred and five thousand", "one and a half million")]
    [205000.0, 1500000.0]
    >>> [read_spelled(w) for w in ("half a million", "three quarters of a million", "two dozen")]
    [500000.0, 750000.0, 24.0]
    """
    text = written.lower().replace("-", " ").strip()
    if re.fullmatch(r"(?:an? )?half(?: an?)?", text):
        return 0.5
    if found := re.fullmatch(r"(?:(an?|one|three) )?(half|quarter)s? (?:of )?an? (\w+)", text):
        return WORTH[found[1] or "a"] * _BROKEN[found[2]] * WORTH[found[3]]
    if found := re.fullmatch(
        r"(\w+) and (an?|one|three) (half|quarter|third)s?(?: (\w+?)s?)?", text
    ):
        whole = WORTH[found[1]] + WORTH[found[2]] * _BROKEN[found[3]]
        return whole * WORTH.get(found[4] or "", 1.0)
    total, group = 0.0, 0.0
    for word in text.split():
        value = WORTH[word if word in WORTH else word.removesuffix("s")]
        if value >= 1000:
            total, group = total + max(group, 1) * value, 0.0
        elif value == 100 or word.startswith("dozen"):
            group = max(group, 1) * value
        else:
            group += value
    return total + group


def grain_of(digits: str) -> float:
    """Return the value of the last significant digit: 0.01 for 6.41, 1000 for 645,000."""
    plain = plain_digits(digits)
    if "." in plain:
        return float(10 ** -len(plain.split(".")[1]))
    return float(10 ** (len(plain) - len(plain.rstrip("0")))) if plain.strip("0") else 1.0
