"""What names a column though it has digits, and what names only the unit of figures."""

import re

from corpus.formats import tables

PERIOD = re.compile(  # in a line of its own, also without its year
    rf"{tables.PERIOD.pattern}|{tables.YEAR.pattern}[*¹²³]|(?:FY|CY)\s?'?(?:\d\d|\d{{4}})|"
    r"[A-Z][a-zäé]{2,8}\.? \d{1,2},?|\d{1,2}\.? [A-Z][a-zäé]{2,8}\.?,?(?: \d{4})?|"
    r"[1-4][QH]|[QH][1-4]"
)
UNIT = re.compile(
    r"[(\[](?:.{0,60}\b)?(?:in|expressed in|amounts in|figures in|dollars|euros?|u\.?s\.?)?.{0,12}"
    r"(?:thousands?|millions?|billions?|%|percent|[$€£¥₹]|000s?|unaudited|audited|restated|crores?|"
    r"lakhs?|T?EUR|USD|RMB|GBP).{0,80}[)\]]|(?:in|In|IN) (?:thousands|millions|billions|[$€£¥%]|"
    r"T?EUR|Mio|Tsd|Prozent|percent|per cent).{0,60}|[$€£¥%]|T?EUR|[$€£₹] ?(?:m|bn|k|'000|million)",
    re.IGNORECASE,
)
