"""What names a column though it has digits, and what names only the unit of figures."""

import re

_MONTH = r"[A-Z][a-zäé]{2,8}\.?"
_YEAR = r"(?:(?:FY|CY)\s?'?)?(?:1[89]|20)\d\d(?:\s?[-–/]\s?(?:\d\d|\d{4}))?[A-Z]?[*¹²³]?"
PERIOD = re.compile(
    rf"{_YEAR}|{_MONTH} \d{{1,2}},?(?: {_YEAR})?|\d{{1,2}}\.? {_MONTH},?(?: {_YEAR})?|"
    rf"{_MONTH}[ -]?'?\d{{2}}|[1-4]?[QH][1-4]?(?:[ -]?(?:{_YEAR}|'?\d\d))?|FY'?\d\d|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d(?:-\d\d)?"
)
UNIT = re.compile(
    r"[(\[](?:.{0,60}\b)?(?:in|expressed in|amounts in|figures in|dollars|euros?|u\.?s\.?)?.{0,12}"
    r"(?:thousands?|millions?|billions?|%|percent|[$€£¥₹]|000s?|unaudited|audited|restated|crores?|"
    r"lakhs?|T?EUR|USD|RMB|GBP).{0,80}[)\]]|(?:in|In|IN) (?:thousands|millions|billions|[$€£¥%]|"
    r"T?EUR|Mio|Tsd|Prozent|percent|per cent).{0,60}|[$€£¥%]|T?EUR|[$€£₹] ?(?:m|bn|k|'000|million)",
    re.IGNORECASE,
)
