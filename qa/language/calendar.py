"""Names of months, and years."""

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
MONTH = rf"(?:{'|'.join(MONTHS)}|{_SHORT})\b\.?"  # a name or its abbreviation
YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
