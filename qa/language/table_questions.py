"""Patterns of questions about tables: what is computed, conditions, totals, yes and no."""

import re
from typing import Literal

from corpus.formats.table_units import CURRENCIES

Operation = Literal[
    "lookup", "max", "min", "count", "sum", "average", "difference", "change", "share", "filter",
    "compare",
]  # fmt: skip
TOTAL = re.compile(
    r"(?i)(?:[^\w=+@]*(?:grand|net|overall|sub-?)[ -]?)?[^\w=+@]*(?:totals?|sub-?totals?|sum|"
    r"cumulative|all (?:items|rows|categories|groups|regions|areas|ages|departments|products))\b|"
    r".*[-–—:,] ?totals?\W*$"
)
ENDS_TOTAL = re.compile(r"(?i)\w (?:grand |sub-?)?totals?\W*$")  # of a row: "Works total"
AGGREGATE = re.compile(
    r"(?i)(?:all|totals?|overall|everyone|both(?: sexes)?|persons|combined|all \w+(?: \w+)?)"
)
YES = re.compile(r"(?i)(?:y|yes|true|x|✓|✔|✅|☑|●|included|available|supported)\W*")
NO = re.compile(r"(?i)(?:n|no|false|✗|✘|❌|☐|none|not (?:included|available|supported))\W*")
SUM = re.compile(
    r"(?i)\b(?:altogether|in (?:all|total)|combined|together|sum|totals?|overall|added up|"
    r"taken together|whole|entire|all (?:of )?the)\b"
)
SUM_STRONG = re.compile(
    r"(?i)\b(?:altogether|in (?:all|total)|combined|together|sum of|total(?: (?:number|amount|cost|"
    r"value))?|add(?:ed)? up)\b"
)
AVERAGE = re.compile(r"(?i)\b(?:averages?|mean|on average|averaged)\b")
DIFFERENCE = re.compile(
    r"(?i)\bby how (?:much|many)\b|\b(?:difference|gap|margin)\b|\bhow (?:much|many) (?:\w+ )?"
    r"(?:more|less|fewer|higher|lower|larger|bigger|smaller|longer|shorter|older|younger|faster|"
    r"slower|heavier|lighter|cheaper|dearer|taller|better|worse|greater)\b|"
    r"\bhow far (?:ahead|behind)\b|"
    r"\bhow (?:much|many) (?:\w+ ){1,3}(?:ahead|behind|more|fewer|less) (?:of|than)\b"
)
CHANGED = re.compile(
    r"(?i)\b(?:ris(?:e|en|ing)|rose|fall(?:en)?|fell|grow(?:n|th)?|grew|increas\w+|decreas\w+|"
    r"declin\w+|dropp?(?:ed)?|chang\w+|went (?:up|down)|go (?:up|down)|gone (?:up|down)|"
    r"shrank|shrink|"
    r"climb(?:ed)?|gain(?:ed)?|lost|lose)\b"
)
EACH = re.compile(r"(?i)\b(?:in|for|of|on) (?:each|every)\b")  # every value, not what changed
CHANGE_HEADER = re.compile(  # of a column that tells how others differ
    r"(?i)\b(?:change|growth|variance|increase|decrease|difference|yoy|qoq|y[/-]y|q[/-]q)\b|"
    r"\b(?:year|quarter|month)[- ](?:over|on|to)[- ](?:year|quarter|month)\b"
)
PERCENT = re.compile(r"(?i)\b(?:percent|per cent|percentage)\b|%")
SHARE = re.compile(
    r"(?i)\b(?:what|which|how (?:big|large) a) (?:share|proportion|percentage|percent|per cent|"
    r"fraction|part|%) (?:of)\b|\bhow much of\b|\bas a (?:share|percentage|proportion) of\b"
)
HOW_MANY = re.compile(r"(?i)\b(?:how many|(?:the )?number of|count of|count the)\b")
_SCALES = r"(?:thousand|million|billion)s?\b"
UNIT_ASKED = re.compile(  # "in USD millions", but not "in USA"
    rf"\b[Ii]n (?:(?:(?:{CURRENCIES})\b|US ?\$|(?:dollar|euro|pound)s\b)(?: {_SCALES})?|{_SCALES})"
)
WHAT_IS_THE = re.compile(r"(?i)\bwhat(?:'s| is| are| was| were) the\s*$")
HOW_MUCH = re.compile(r"(?i)\bhow much\b")
WHICH = re.compile(r"(?i)\b(?:which|what|who|whose|list|name|show|give|find)\b")
LISTING = re.compile(
    r"(?i)^\W*(?:please )?(?:list|name|show|give(?: me)?|find|(?:with |in |for |on |at |to |from )?"
    r"(?:which|what|who))\b"
)
ANYONE = re.compile(
    r"(?i)\b(?P<more>more|less|fewer|higher|lower|better|worse|greater|larger|smaller|bigger|"
    r"longer|shorter|earlier|later|older|younger|faster|slower|cheaper)\b[^?.]*?\bthan "
    r"(?:any(?:one|body|thing|where)?|all|every(?:one|body|thing)?)\b(?: (?:other|else|others))?"
)
TOP = re.compile(r"(?i)\b(?P<end>top|bottom|first|last)[- ](?P<n>\d{1,2}|two|three|four|five|six|"
                 r"seven|eight|nine|ten)\b")  # fmt: skip
RANKED = re.compile(
    r"(?i)\b(?P<n>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|\dth)"
    r"[- ](?=most|least|\w+est\b|best|worst)"
)
NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "hundred": 100, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "2nd": 2, "3rd": 3, "zero": 0,
}  # fmt: skip
_WORDED = "|".join(NUMBER_WORDS)
_FIGURE = rf"(?P<n>[$€£¥]?-?\d[\d,.]*\d|[$€£¥]?-?\d|\b(?:{_WORDED})\b)"
_SCALE = r"(?:\s?(?P<scale>thousand|million|billion|k|m|bn)\b)?"
Sign = Literal["<", "<=", ">", ">=", "=", "!="]
_UPPER = rf"(?i){_FIGURE}{_SCALE}(?: \w+)? or (?:more|above|over|higher|later|longer)\b"
_LOWER = rf"(?i){_FIGURE}{_SCALE}(?: \w+)? or (?:less|fewer|below|under|lower|earlier)\b"
_BEFORE: tuple[tuple[Sign, str], ...] = (
    (">=", r"(?:at least|no (?:less|fewer|lower) than|not less than|minimum(?: of)?)"),
    ("<=", r"(?:at most|no (?:more|higher|greater) than|up to|not more than|maximum(?: of)?)"),
    (">", r"(?:(?:more|higher|greater|larger|bigger|longer|heavier|older|later|better|dearer|"
          r"taller|warmer|wider|faster) than|over|above|exceed(?:s|ed|ing)?|in excess of|"
          r"beyond|surpass(?:es|ed|ing)?)"),
    ("<", r"(?:(?:less|fewer|lower|smaller|shorter|lighter|younger|earlier|worse|cheaper|"
          r"cooler|colder|narrower|slower) than|under|below)"),
)  # fmt: skip
CONDITIONS: tuple[tuple[Sign, re.Pattern[str]], ...] = (
    *(
        (sign, re.compile(rf"(?i)\b(?:{words})\s+(?:of\s+)?{_FIGURE}{_SCALE}"))
        for sign, words in _BEFORE
    ),
    (">=", re.compile(_UPPER)),
    ("<=", re.compile(_LOWER)),
)
BETWEEN = re.compile(
    rf"(?i)\bbetween {_FIGURE}(?:\s?%|\s?[a-z]{{1,8}})? and (?P<n2>[$€£¥]?-?\d[\d,.]*)"
)
SINCE = re.compile(
    r"(?i)\b(?P<side>after|since|before|until)\s+(?:the year )?(?P<year>(?:1[5-9]|20)\d\d)\b"
)
HAVING = re.compile(  # whether there is any of it, or so many
    r"(?i)\b(?:ha(?:ve|s|d|ving)|with|own(?:s|ed)?|record(?:s|ed)?|do(?:es)? not have|without|"
    r"don't have|doesn't have|lack(?:s|ing)?)"
    r"\s+(?:(?P<none>no|zero|not any)|an?|any|some|at least one|one or more|"
    rf"(?:exactly )?{_FIGURE})\b"
)
WITHOUT = re.compile(r"(?i)\b(?:not|n't|without|lack(?:s|ing)?)\b|n't\b")
SLASHED_DATE = re.compile(r"(?<![\d/.-])\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?![\d/-])")
VALUE_OF = re.compile(  # "what was the yield of"; details and the like name no column
    r"(?i)\bwhat (?:is|are|was|were) the (?!(?:\w+ )?(?:details?|data|information|record|values?|"
    r"figures?|row|entry|facts?)\b)(?P<what>(?:\w+ ){0,2}\w+) (?:of|in|for|at|on)\b"
)
NEGATIVE = re.compile(r"(?i)\b(?P<sign>negative|positive|below zero|above zero)\b")
AGAINST = re.compile(  # one column against another: "below their reorder level"
    r"(?i)\b(?P<side>below|under|beneath|short of|(?:less|fewer|lower|smaller) than|above|over|"
    r"exceed(?:s|ed|ing)?|beyond|(?:more|higher|greater|larger) than)\s+"
    r"(?:(?:its|their|his|her|the|what was)\s+)?(?=[a-z])"
)
BELOW = frozenset(["below", "under", "beneath", "short", "less", "fewer", "lower", "smaller"])
NOT = re.compile(r"(?i)\b(?:not|no|without|never|lack(?:s|ing)?|isn't|aren't|don't|doesn't|didn't|"
                 r"wasn't|weren't|cannot|can't|unsupported|except)\b")  # fmt: skip
FIRST_PLACE = re.compile(r"(?i)\b(?:champions?|winners?|first place|league leaders?|leaders?)\b")
SECOND_PLACE = re.compile(r"(?i)\b(?:runners?-up|second place)\b")
LEGEND = (
    r"(?:^|[\s(;,.:])%s\s*(?:[=:–-]|stands for|means|is|are)?\s*"
    r"(?P<meaning>[a-z][\w -]{2,40}?)(?=[,.;:)\n]|$)"
)
# What the answer of a question word may stand under.
ASKED_FOR = (
    (re.compile(r"(?i)\bwho(?:m|se)?\b"), "person"),
    (re.compile(r"(?i)\bwhere\b"), "place"),
    (re.compile(r"(?i)\bwhen\b|\b(?:what|which) (?:date|day)\b"), "date"),
    (re.compile(r"(?i)\b(?:what|which) year\b"), "year"),
    (re.compile(r"(?i)\bhow heavy\b|\bweigh"), "weight"),
    (re.compile(r"(?i)\bhow (?:tall|high)\b"), "height"),
    (re.compile(r"(?i)\bhow deep\b"), "depth"),
    (re.compile(r"(?i)\bhow wide\b"), "width"),
    (re.compile(r"(?i)\bhow far\b"), "distance"),
    (re.compile(r"(?i)\bhow old\b"), "age"),
    (re.compile(r"(?i)\bhow fast\b"), "speed"),
    (re.compile(r"(?i)\bhow often\b"), "frequency"),
    (re.compile(r"(?i)\bhow (?:big|large)\b"), "area"),
    (re.compile(r"(?i)\bhow (?:hot|cold|warm)\b"), "temperature"),
    (re.compile(r"(?i)\bhow long\b"), "duration"),
    (re.compile(r"(?i)\bhow much (?:do|is|are|was|will|would)\w*\b.*\b(?:cost|charge)"), "price"),
)  # fmt: skip
ALTERNATIVE = re.compile(r"(?i)\bor\b|\bthan\b|\bbetween\b.*\band\b|\bversus\b|\bvs\b")
LOWEST_FALL = re.compile(r"(?i)\b(?:biggest|largest|greatest|worst) (?:loss|deficit|fall|"
                         r"drop|decline|decrease|shortfall)\b")  # fmt: skip
CODE_ASKED = re.compile(
    r"(?i)\b(?:numbers?|no\.|codes?|ids?|identifiers?|sku|ref\w*|rank|position)\b"
)
EXPLAINED = re.compile(  # asks for what a text says, not for a cell
    r"(?i)\bwhat (?:caused|led to|drove|triggered|explains?|contributed)\b|"
    r"\bwhat (?:do|does|did) \b.*\b(?:exclude|include|represent|consist|comprise|refer|relate)\b|"
    r"\bhow (?:is|are|was|were|do|does|did) \b(?!.*\b(?:compare|rank)\b)"
)
CHANGE_OF = re.compile(
    r"(?i)\b(?:by how (?:much|many)|by what|how much|how many|"
    r"(?:what|which) (?:is|was|were|are)?\s?(?:the )?(?:\w+ ){0,3}?\(?"
    r"(?:increase|decrease|change|growth|rise|fall|drop|decline|movement)|percent|per cent)|%"
)
FROM = re.compile(r"(?i)\bfrom\b[^\d]{0,30}(?P<year>(?:19|20)\d\d)")
OF_TOTAL = re.compile(
    r"(?i)\b(?:percent|percentage|per cent|share|proportion|fraction|part)\b.{0,40}?\b(?:of|to)\b"
)
PLACED = re.compile(r"(?i)\b(?:who(?:m|se)?|where|when)\b")
RANGING = re.compile(r"(?i)^\s*(?:to|through|until|till|up to|-|–|—)\s*$")
NO_SUM = re.compile(
    r"(?i)(?<![a-z])(?:unit|per|each|rates?|prices?|average|avg|mean|median|index)(?![a-z])|%"
)
