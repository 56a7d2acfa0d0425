"""Words of questions about tables, and of tables: operations, superlatives, what headers mean."""

import re
from typing import Literal, NamedTuple

from index.words import stem

Operation = Literal[
    "lookup", "max", "min", "count", "sum", "average", "difference", "change", "share", "filter",
    "compare",
]  # fmt: skip

TOTAL = re.compile(
    r"(?i)(?:\W*(?:grand|net|overall|sub-?)[ -]?)?\W*(?:totals?|sub-?totals?|sum|all (?:items|rows|"
    r"categories|groups|regions|areas|ages|departments|products))\b"
)
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
    r"slower|heavier|lighter|cheaper|dearer|taller|better|worse|greater)\b|\bhow far (?:ahead|behind)\b|"
    r"\bhow (?:much|many) (?:\w+ ){1,3}(?:ahead|behind|more|fewer|less) (?:of|than)\b"
)
CHANGED = re.compile(
    r"(?i)\b(?:ris(?:e|en|ing)|rose|fall(?:en)?|fell|grow(?:n|th)?|grew|increas\w+|decreas\w+|"
    r"declin\w+|dropp?(?:ed)?|chang\w+|went (?:up|down)|go (?:up|down)|gone (?:up|down)|shrank|shrink|"
    r"climb(?:ed)?|gain(?:ed)?|lost|lose)\b"
)
PERCENT = re.compile(r"(?i)\b(?:percent|per cent|percentage)\b|%")
SHARE = re.compile(
    r"(?i)\b(?:what|which|how (?:big|large) a) (?:share|proportion|percentage|percent|per cent|"
    r"fraction|part|%) (?:of)\b|\bhow much of\b|\bas a (?:share|percentage|proportion) of\b"
)
HOW_MANY = re.compile(r"(?i)\b(?:how many|(?:the )?number of|count of|count the)\b")
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
CONDITIONS: tuple[tuple[Sign, re.Pattern[str]], ...] = tuple(
    (sign, re.compile(rf"(?i)\b(?:{words})\s+(?:of\s+)?{_FIGURE}{_SCALE}"))
    for sign, words in (
        (">=", r"(?:at least|no (?:less|fewer|lower) than|not less than|minimum(?: of)?)"),
        ("<=", r"(?:at most|no (?:more|higher|greater) than|up to|not more than|maximum(?: of)?)"),
        (">", r"(?:(?:more|higher|greater|larger|bigger|longer|heavier|older|later|bett?er|dearer|"
              r"taller|warmer|wider|faster) than|over|above|exceed(?:s|ed|ing)?|in excess of|"
              r"beyond|surpass(?:es|ed|ing)?)"),
        ("<", r"(?:(?:less|fewer|lower|smaller|shorter|lighter|younger|earlier|worse|cheaper|"
              r"cooler|colder|narrower|slower) than|under|below)"),
    )
) + ((">=", re.compile(rf"(?i){_FIGURE}{_SCALE}(?: \w+)? (?:or (?:more|above|over|higher|later|longer))\b")),
     ("<=", re.compile(rf"(?i){_FIGURE}{_SCALE}(?: \w+)? (?:or (?:less|fewer|below|under|lower|earlier))\b")),
     )  # fmt: skip
BETWEEN = re.compile(
    rf"(?i)\bbetween {_FIGURE}(?:\s?%|\s?[a-z]{{1,8}})? and (?P<n2>[$€£¥]?-?\d[\d,.]*)"
)
SINCE = re.compile(
    r"(?i)\b(?P<side>after|since|before|until)\s+(?:the year )?(?P<year>(?:1[5-9]|20)\d\d)\b"
)
NEGATIVE = re.compile(r"(?i)\b(?P<sign>negative|positive|below zero|above zero)\b")
AGAINST = re.compile(  # one column against another: "below their reorder level"
    r"(?i)\b(?P<side>below|under|beneath|short of|(?:less|fewer|lower|smaller) than|above|over|"
    r"exceed(?:s|ed|ing)?|beyond|(?:more|higher|greater|larger) than)\s+(?:(?:its|their|his|her|the|"
    r"what was)\s+)?(?=[a-z])"
)
BELOW = frozenset("below under beneath short less fewer lower smaller".split())
NOT = re.compile(r"(?i)\b(?:not|no|without|never|lack(?:s|ing)?|isn't|aren't|don't|doesn't|didn't|"
                 r"wasn't|weren't|cannot|can't|unsupported|except)\b")  # fmt: skip
FIRST_PLACE = re.compile(r"(?i)\b(?:champions?|winners?|first place|league leaders?|leaders?)\b")
SECOND_PLACE = re.compile(r"(?i)\b(?:runners?-up|second place)\b")


class Superlative(NamedTuple):
    """Which end of a column a word asks for, and what headers such a column may have."""

    end: Literal["max", "min"]
    concepts: tuple[str, ...]


_SUPERLATIVES: dict[tuple[str, str], str] = {
    ("max", ""): "most highest largest biggest greatest maximum max top best furthest main leading "
                 "major peak record",
    ("min", ""): "least fewest lowest smallest minimum min worst bottom littlest",
    ("max", "price"): "dearest priciest costliest",
    ("min", "price"): "cheapest",
    ("max", "date"): "latest newest youngest",
    ("min", "date"): "earliest oldest",
    ("max", "duration length"): "longest",
    ("min", "duration length"): "shortest quickest",
    ("max", "height"): "tallest",
    ("max", "depth"): "deepest",
    ("max", "weight"): "heaviest",
    ("min", "weight"): "lightest",
    ("max", "temperature"): "hottest warmest",
    ("min", "temperature"): "coldest coolest",
    ("max", "rain"): "wettest rainiest",
    ("min", "rain"): "driest",
    ("max", "width"): "widest broadest",
    ("min", "width"): "narrowest",
    ("max", "distance"): "farthest",
    ("min", "distance"): "nearest closest",
    ("max", "speed"): "fastest",
    ("min", "speed"): "slowest",
    ("max", "population"): "busiest",
    ("min", "population"): "quietest",
    ("max", "wealth"): "richest",
    ("min", "wealth"): "poorest",
}  # fmt: skip
SUPERLATIVES = {
    word: Superlative(end, tuple(concepts.split()))  # type: ignore[arg-type]
    for (end, concepts), words in _SUPERLATIVES.items()
    for word in words.split()
}
COMPARATIVES: dict[str, Superlative] = {
    word: Superlative(end, tuple(concepts.split()))  # type: ignore[arg-type]
    for (end, concepts), words in {
        ("max", ""): "more higher larger bigger greater better likelier further ahead",
        ("min", ""): "less fewer lower smaller worse behind",
        ("max", "price"): "dearer pricier costlier",
        ("min", "price"): "cheaper",
        ("max", "date"): "later newer younger",
        ("min", "date"): "earlier older sooner",
        ("max", "duration length"): "longer",
        ("min", "duration length"): "shorter quicker",
        ("max", "height"): "taller",
        ("max", "depth"): "deeper",
        ("max", "weight"): "heavier",
        ("min", "weight"): "lighter",
        ("max", "temperature"): "hotter warmer",
        ("min", "temperature"): "colder cooler",
        ("max", "rain"): "wetter",
        ("min", "rain"): "drier",
        ("max", "width"): "wider broader",
        ("min", "width"): "narrower",
        ("max", "distance"): "farther",
        ("min", "distance"): "nearer closer",
        ("max", "speed"): "faster",
        ("min", "speed"): "slower",
    }.items()
    for word in words.split()
}
MOST_ADJECTIVES = {  # "most expensive", "least recent"
    "expensive": "price", "costly": "price", "valuable": "price", "recent": "date",
    "populous": "population", "populated": "population", "common": "quantity",
    "numerous": "quantity", "profitable": "profit", "visited": "visitors", "popular": "visitors",
    "successful": "points", "remote": "distance", "experienced": "age", "productive": "produced",
}  # fmt: skip
EXTREME_SPEED_IN_TIME = {"fastest": "min", "slowest": "max", "faster": "min", "slower": "max"}

# What questions and headers call one thing. A phrase of several words is written with "_".
_CONCEPTS: dict[str, str] = {
    "price": "price prices cost costs costing charge charged charges fee fees tariff rate fare "
             "dear cheap expensive dearest cheapest dearer cheaper pay paid £ $ €",
    "spent": "spend spent spending expenditure expense expenses outgoings cost costs pay paid "
             "paying payments outlay",
    "income": "income revenue revenues receipts takings turnover earn earned earnings took take "
              "taken brought_in raised sales proceeds",
    "actual": "actual actuals outturn spent paid paying received took end_up ended_up turned_out "
              "really cost came realised spend",
    "budget": "budget budgeted planned plan set_aside allocated allocation estimate estimated "
              "forecast expected target provision earmarked",
    "variance": "variance difference over_budget under_budget overspend underspend overspent",
    "stock": "on_hand in_stock stock inventory left available quantity qty held holding",
    "quantity": "quantity qty amount number count no",
    "supplier": "supplier suppliers vendor vendors supplied supplies comes_from come_from source "
                "provider from buy bought",
    "maker": "manufacturer maker made makes brand built builder producer produced",
    "place": "location venue bin shelf where site place address room building kept stored held "
             "position station city town country region area district county swum played based",
    "date": "date dates when day set_on due deadline",
    "year": "year years season",
    "person": "who name person holder owner contact author lead manager responsible assignee staff "
              "employee player driver student candidate member winner by",
    "holder": "holder holds hold held holding",
    "weight": "weight weigh weighs weighed heavy heavier heaviest light mass kg g grams",
    "height": "height tall high elevation altitude taller tallest",
    "length": "length long longer longest km distance",
    "width": "width wide wider widest breadth",
    "depth": "depth deep deeper deepest",
    "duration": "duration long longer longest time days hours minutes seconds weeks months takes "
                "take lasts last runtime",
    "shelf_life": "shelf_life keep keeps last lasts best_before",
    "age": "age aged old years_old older oldest younger",
    "temperature": "temperature temp hot cold warm hottest coldest warmest °c °f degrees",
    "rain": "rain rainfall rained precipitation wet wetter wettest dry drier driest mm",
    "population": "population people inhabitants residents live lives living pop",
    "visitors": "visitors visitor visited visits visit attendance attended footfall people",
    "area": "area size large big sq_km km² hectares acres",
    "distance": "distance far km miles away",
    "speed": "speed fast quick slow mph km/h",
    "salary": "salary salaries wage wages pay paid earn earns earned",
    "profit": "profit profits surplus net gain result loss deficit",
    "loss": "loss losses deficit shortfall",
    "grade": "grade grades result results outcome passed failed classification",
    "mark": "mark marks score scores scored points result percentage",
    "points": "points pts score",
    "won": "won win wins winning victories w",
    "drawn": "drawn draw draws drew tied ties",
    "lost": "lost lose loses losses defeats defeated",
    "played": "played play plays appearances",
    "born": "born birth birthday",
    "died": "died death dead",
    "share": "share percentage percent per_cent proportion pct % rate",
    "votes": "votes vote voted polled ballots cast",
    "party": "party parties stand stood standing",
    "elected": "elected won win result winner seat",
    "sold": "sold sell sells sales sale",
    "produced": "yield yielded produced produce give gave harvest output production",
    "phone": "phone telephone tel call number",
    "email": "email e-mail mail",
    "web": "url website link site",
    "version": "version release",
    "state": "status state stage",
    "begin": "start starts started begin begins began open opens opening from commenced departs "
             "leave leaves departure depart",
    "end": "end ends ended finish finishes finished close closes closing until arrival arrive "
           "arrives expires expiry",
    "meaning": "meaning mean means description describe definition explanation stands what_is does",
    "reason": "reason why cause because",
    "fix": "fix remedy action solution resolve do resolution",
    "capacity": "capacity seats seat hold holds places",
    "staff": "staff employees employee headcount workers employ employs fte personnel",
    "default": "default defaults",
    "type": "type kind sort category class",
    "title": "title called name named",
    "code": "code id identifier number sku ref reference",
    "colour": "colour color coloured colored marked",
    "language": "language languages spoken speak written",
    "licence": "licence license licensed",
    "gender": "gender sex male female men women",
    "currency": "currency",
    "owner": "owner owns owned belong belongs",
    "energy": "energy electricity power kwh mwh gwh calories kcal kj",
    "debt": "debt debts borrowing loan loans liabilities owed owe",
    "emissions": "emissions co2 carbon",
    "tax": "tax taxes duty levy",
    "effect": "effect effects impact",
    "goals_for": "goals_for scored gf",
    "goals_against": "goals_against conceded ga",
    "goal_difference": "goal_difference gd",
    "priority": "priority urgency severity important",
    "frequency": "frequency often every how_often",
    "floor": "floor storey level",
    "mandatory": "mandatory required compulsory obligatory must",
    "unit": "unit units measured",
}  # fmt: skip
PHRASES = {
    tuple(word.split("_")): word
    for words in _CONCEPTS.values()
    for word in words.split()
    if "_" in word
}
CONCEPTS: dict[str, frozenset[str]] = {}
for _name, _words in _CONCEPTS.items():
    for _word in _words.split():
        _key = _word if "_" in _word else stem(_word)
        CONCEPTS[_key] = CONCEPTS.get(_key, frozenset()) | {_name}

ABBREVIATIONS = {
    "p": "played", "w": "won", "d": "drawn", "l": "lost", "gd": "goal difference",
    "gf": "goals for", "ga": "goals against", "pts": "points", "pos": "position", "qty": "quantity",
    "no": "number", "nr": "number", "avg": "average", "ave": "average", "pop": "population",
    "temp": "temperature", "dept": "department", "yr": "year", "yrs": "years", "hrs": "hours",
    "min": "minimum", "max": "maximum", "amt": "amount", "desc": "description", "ref": "reference",
    "tel": "telephone", "pct": "percentage", "mins": "minutes", "wt": "weight", "vol": "volume",
    "est": "estimate", "rev": "revenue", "exp": "expenditure", "req": "required", "cat": "category",
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june",
    "jul": "july", "aug": "august", "sep": "september", "sept": "september", "oct": "october",
    "nov": "november", "dec": "december", "mon": "monday", "tue": "tuesday", "wed": "wednesday",
    "thu": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday",
}  # fmt: skip
LEGEND = r"(?:^|[\s(;,.:])%s\s*(?:[=:–-]|stands for|means|is|are)?\s*(?P<meaning>[a-z][\w -]{2,40}?)(?=[,.;:)\n]|$)"

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
    (re.compile(r"(?i)\bhow much (?:does|do|did|is|are|was|were|will|would)\b.*\b(?:cost|charge)"), "price"),
)  # fmt: skip
TIME_UNITS = frozenset("second seconds s minute minutes min hour hours h day days week weeks month "
                       "months year years ms".split())  # fmt: skip
# Words of a question that carry no content of their own when a table is asked.
FILLER = frozenset(
    stem(word)
    for word in """
    a an and any are as at be been by can could did do does each every few for from get gets give
    given go got had has have having how i in into is it its just kind kinds list many me more most
    much name no not of off on one or other our out over own please show single so some sort
    table than that the their them then there these they this those to under up us was were what
    when where which who whose why will with would you your tell find number amount figure value
    item items row rows entry entries thing things different record recorded according people end
    ended total altogether together combined average mean difference highest lowest most least
    single particular both between across during per all also only same whole entire overall use
    used take taken took came come make made reach reached stand stood belong belongs say says
    show shown listed finish finished season during itself themselves there too than any
    anyone anybody else anything everyone very exactly currently now today year years size s t put
    end up paying answer question document documents file sheet spreadsheet data
    """.split()
)
ALTERNATIVE = re.compile(r"(?i)\bor\b|\bthan\b|\bbetween\b.*\band\b|\bversus\b|\bvs\b")
LOWEST_FALL = re.compile(r"(?i)\b(?:biggest|largest|greatest|worst) (?:loss|deficit|fall|drop|decline|"
                         r"decrease|shortfall)\b")  # fmt: skip
CODE_ASKED = re.compile(
    r"(?i)\b(?:numbers?|no\.|codes?|ids?|identifiers?|sku|ref\w*|rank|position)\b"
)
EXPLAINED = re.compile(  # asks for what a text says, not for a cell
    r"(?i)\bwhat (?:caused|led to|drove|triggered|explains?|contributed)\b|"
    r"\bwhat (?:do|does|did) \b.*\b(?:exclude|include|represent|consist|comprise|refer|relate)\b|"
    r"\bhow (?:is|are|was|were|do|does|did) \b(?!.*\b(?:compare|rank)\b)"
)
CHANGE_OF = re.compile(
    r"(?i)\b(?:by how (?:much|many)|by what|how much|how many|(?:what|which) (?:is|was|were|are)?\s?"
    r"(?:the )?(?:\w+ ){0,3}?\(?(?:increase|decrease|change|growth|rise|fall|drop|decline|movement)|"
    r"percent|per cent)|%"
)
FROM = re.compile(r"(?i)\bfrom\b[^\d]{0,30}(?P<year>(?:19|20)\d\d)")
OF_TOTAL = re.compile(
    r"(?i)\b(?:percent|percentage|per cent|share|proportion|fraction|part)\b.{0,40}?\b(?:of|to)\b"
)
PLACED = re.compile(r"(?i)\b(?:who(?:m|se)?|where|when)\b")
