"""What kind of answer a question wants, and what a sentence has to offer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.words import words
from qa.language.antonyms import CHANGES

Kind = Literal["count", "money", "number", "percent", "date", "who", "where", "why", "how",
               "yes_no", "summary", "other"]  # fmt: skip

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_DATE = re.compile(rf"\b{_MONTHS}|\b(?:1[0-9]|20)\d\ds?\b|\b\d{{1,2}}(?:st|nd|rd|th) century\b")
_PARTS = (
    r"(?:half|(?:a|one|two)[- ]thirds?|thirds? of|(?:a|one|three)[- ]quarters?|quarters? of|"
    r"majority|one out of|one in)\b"
)
_PERCENT = re.compile(
    rf"\d\s*(?:%|points?\b)|\b(?:percent|per cent|percentage points?|{_PARTS})", re.IGNORECASE
)
_COUNTED = re.compile(
    r"(?i)\b(?:none|one(?! (?:of|another|out|in)\b)|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|(?<!\d )(?:hundred|thousand|[mb]illion|trillion)|"
    r"dozen|half|double|triple|twice|once)\b(?!-(?:third|quarter|fifth|digit)s?)"
)
_NAME = re.compile(
    rf"(?:(?<=[\w,;:)(“\"] )|^(?=[A-Z]{{2}}))(?!{_MONTHS}|(?:RMB|CNY|USD|EUR|GBP|JPY)\b)"
    r"[A-Z][\w’'-]+"
)
_REASON = re.compile(
    r"(?i)\b(?:because|due to|owing to|thanks to|in order to|so that|therefore|thus|as a result|"
    r"reasons?|caused?|affected by|leads? to|led to|results? (?:in|from)|since|"
    r"to (?:help|ensure|reduce|improve|allow|prevent|avoid|protect|make|provide|increase|keep))\b"
)
_LEANING = re.compile(
    r"(?:(?:And|But|Also|However|Moreover|Then|So|In addition|At the same time|For example|"
    r"For instance|Specifically|Meanwhile|As a result|First|Second|Third|Fourth|Finally|"
    r"In (?:\w+ )?\d{4}|Since \d{4}|By \d{4}),? )?"
    r"(?:[Ii]ts?|[Tt]hey|[Tt]heir|[Tt]hem|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Ss]uch|[Hh]e|[Ss]he|"
    r"[Hh]is|[Hh]ers?|[Aa]mong (?:them|these|which)|[Oo]f (?:them|these|which)|[Bb]oth|"
    r"[Tt]he (?:former|latter|same|number of|annual|two|three|above))\b"
)
_CARRY_ON = re.compile(r"(?:Specifically|For example|For instance|Among (?:them|these)|That is)\b")
_ENUMERATED = re.compile(
    r"(?P<word>First(?:ly)?|Second(?:ly)?|Third(?:ly)?|Fourth(?:ly)?|Fifth(?:ly)?|Sixth(?:ly)?|"
    r"Finally|Last(?:ly)?)\b[,:]?\s|(?P<mark>[-*+•–‣·▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s"
)

_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_SHARE_ASKED = re.compile(
    r"(?i)\b(?:share|proportions?|fraction|portion of|part of|makes? up|account\w* for|how much of|"
    r"contribut\w+ to)\b|(?:\b(?:percent|per cent|percentage)|%) of\b"
)
_SHARE = re.compile(
    rf"(?i)\b(?:share|proportions?|fraction|portion|account\w*|makes? up|made up|completed by|"
    rf"contribut\w+|cover\w*|stake|constitut\w+|compris\w+|represent\w+)\b|\b{_PARTS}|"
    r"(?:%|percent|per cent) (?:of|were|was|are|is|had|have)\b"
)
_CURRENCY = (
    r"(?:[$€£¥₹]|\b(?:RMB|CNY|USD|EUR|GBP|JPY|US\$|yuan|dollars?|euros?|pounds?|yen|rupees?)\b)"
)
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion|bn|m|k))?"
_MONEY = re.compile(
    rf"{_CURRENCY}\s?\d|(?<!\d)\d[\d.,]*+{_SCALE}\s(?:yuan|dollars|euros|pounds|yen|rupees|RMB|USD|EUR)\b"
)
# A figure that counts things: no currency before it or behind, no percentage, no year.
_COUNT = re.compile(
    rf"(?<![\d.,$€£¥₹])(?<!RMB )(?<!USD )(?<!EUR )(?!(?:1[0-9]|20)\d\d\b(?![.,]\d))"
    rf"\d+(?:[.,]\d+)*(?![\d.,]*\d){_SCALE}(?!\s?(?:%|percent|per cent|percentage|yuan|dollars|"
    r"euros|pounds|yen|rupees))(?![\d%])"
)
_MONEY_ASKED = re.compile(
    rf"(?i)\b(?:value|worth|spen[dt]|cost|costs|price|paid|pay|revenue|turnover|budget|money|"
    rf"earn(?:ed)?|"
    rf"savings?|fines?|salary|income|sales)\b|{_CURRENCY}"
)
_ASKED: dict[Kind, re.Pattern[str]] = {  # by what is found first
    "summary": re.compile(
        r"(?i)\b(?:summar(?:y|i[sz]e|i[sz]ing)|gist|tl;?dr|outline|key (?:points|takeaways)|"
        r"main points|"
        r"takeaways|in a nutshell|recap|sum up|bottom line|what (?:is|are) (?:this|these|the|both) "
        r"(?:[\w-]+ ){0,3}?(?:documents?|texts?|articles?|reports?|section|page) about)\b"
    ),
    "why": re.compile(
        r"(?i)\bwhy\b|\breasons?\b|\bhow come\b|\bwhat (?:caused?|causes|made|makes|led)\b"
    ),
    "date": re.compile(
        r"(?i)^(?:(?:and|so|but|since|until),? )*when\b|\b(?:since|until|by) when\b|"
        r"\bwhen (?:did|do|does|was|were|is|are|will|has|have|had|can)\b|"
        r"\b(?:what|which) (?:year|date|day|month|century|decade|time|period|era)\b|"
        r"\bsince what\b|\bhow recently\b"
    ),
    "percent": re.compile(
        r"(?i)percent|per cent|%|\bshare\b|proportions?\b|fraction|\bportion of|\bby how much|"
        r"how fast|"
        r"how many (?:percentage )?points|\b(?:growth|inflation|(?:interest|success|error) rate)\b"
        r"(?! of)|\brate of|\byoy\b|year[- ]on[- ]year|how much (?:more|less|faster|higher|lower)|"
        r"how much (?:did|has|have|do|does|was|were)\b.*\b(?:grow|grown|rise|risen|increase|fall|"
        r"fallen|drop|decline|decrease|shrink|climb|gain|lose|change)"
    ),
    "count": re.compile(r"(?i)\bhow many\b|\bnumber of\b|\bunits\b"),
    "number": re.compile(
        r"(?i)\bhow (?:many|much|large|big|long|old|far|tall|high|deep|wide|often|heavy|hot|cold|"
        r"few|"
        r"small|late|early)\b|\b(?:number|amount|value|size|quantity|total|volume|length|cost|"
        r"price|"
        r"population|turnover|revenue|budget|scale) of\b|\bwhat (?:number|amount|total|size|price|"
        r"cost|value|sum|age|population|percentage)\b|\b(?:value|volume|total|scale|units|amount)\b"
        r"(?=[^a-z]*(?:in|for|yuan|rmb|usd|\d|$))|\bspend on\b"
    ),
    "who": re.compile(r"(?i)\bwho(?:m|se)?\b"),
    "where": re.compile(
        r"(?i)\bwhere\b|\b(?:what|which|in what|in which) (?:\w+ )?(?:country|countries|city|"
        r"cities|state|"
        r"states|place|places|region|regions|province|county|river|continent|port)\b"
    ),
    "how": re.compile(r"(?i)\bhow\b|\bexplain|\bdescribe|\bin what way"),
}
_YES_NO = re.compile(
    r"(?i)(?:so |and |but |ok,? )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|"
    r"should|may|might|must)(?:n't|n’t)?\b"
)
_PLEASE = re.compile(
    r"(?i)\W*(?:can|could|would|will) you (?:please )?(?:summari[sz]e|sum up|recap)\b"
)
_DEFINED = re.compile(
    r"(?i)(?:who|what) (?:is|are|was|were|does) (?:an? |the )?(?P<what>[^,?]+?)"
    r"(?: mean(?:t by)?)?[?. ]*"
)
_HOW_DONE = re.compile(
    r"(?i)\W*(?:how (?:do|does|did|is|are|was|were|can|could|will|would|to|has|have|had)|explain|"
    r"describe)\b"
)
_ALTERNATIVES = re.compile(
    r"(?i)\bvs?\.?\b|\bversus\b|\bcompar|\b(?:difference|differ)\b|\bbetween\b.*\band\b|\bboth\b|"
    r"\b(?:more|less|fewer|larger|bigger|higher|smaller|lower|greater|better|worse|longer|shorter|"
    r"faster|slower|earlier|later|cheaper|most|largest|biggest|highest)\b.*\bor\b|"
    r"\bor\b.*\b(?:more|less|larger|bigger|higher|smaller|lower|greater|better|faster|slower)\b|"
    r"\b(?:faster|slower|more|less|bigger|larger|higher|lower|better|worse|outpace|"
    r"exceed)\b.*\bthan\b|"
    r"\boutpace|\bratio\b"
)
_LISTED = re.compile(
    r"(?i)\b(?:list|name (?:the|all|some)|bullets?|bullet points|overview|table|each of|all of|"
    r"all (?:the|mentions|sections)|all it|every|respectively|several)\b"
)
_PLURAL = re.compile(
    r"(?i)\b(?:various|examples?|points|what are|what were|which are|next steps?|steps|ways|kinds|"
    r"types|aspects|factors|features|characteristics|measures|plans?|risks|goals|objectives|aims|"
    r"conditions|requirements|benefits|advantages|problems|challenges)\b|"
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!(?:was|is|has|does|this)\b)\w{3,}s\b (?:are|were|did|"
    r"do|have|saw|does|would|will|can|of|in|for|to)\b|"
    r"\b(?:which|what) (?!does\b)[a-z]{2,}(?:ies|[^s\W]s)\b(?! (?:is|was|has)\b)|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d)\b (?:\w+ ){0,2}?\w+s\b"
)
_SMALL = (
    "two", "2", "three", "3", "four", "4", "five", "5", "six", "6", "seven", "7", "eight", "8",
    "nine", "9", "ten", "10",
)  # fmt: skip
_ITEMS = re.compile(rf"\b({'|'.join(_SMALL)})\b (?:[a-z]+ ){{0,2}}?[a-z]+s\b", re.IGNORECASE)
_EXPLAIN = re.compile(
    r"(?i)\bexplain|\bdescribe|\bhow (?:do|does|did|is|are|was|were|can|will|has|have)\b|"
    r"\bwhat (?:do|does|did|will|has|have|is|are) .*\b(?:do|done|say|said|plan|mean|meant|"
    r"doing|achieve|want|intend|hope|expect|think|decide|agree|conclude|recommend|"
    r"propose)\b|\btell me about\b|"
    r"\bwhat (?:happened|is said|about)\b"
)

_CHANGE = re.compile(rf"{CHANGES}|\b(?:growth|chang\w+)\b", re.IGNORECASE)
_CHANGE_ASKED = re.compile(rf"{_CHANGE.pattern}|\bby how much\b|\bhow fast\b", re.IGNORECASE)


_HAS = {
    "counted": _COUNTED, "counting": _COUNT, "money": _MONEY, "percent": _PERCENT,
    "share": _SHARE, "change": _CHANGE, "dated": _DATE, "reason": _REASON,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for.

    `kind` is what answers it; `several` says that it may need more than one sentence (a list, a
    comparison, parts that lie apart); `explained` that it wants an account rather than a fact.
    """

    kind: Kind
    several: bool
    explained: bool
    compared: bool  # things are compared: figures tell it
    share: bool  # a percentage is asked for, of a whole
    change: bool  # a percentage is asked for, of growth or fall
    figures: frozenset[str]
    years: frozenset[str]
    words: frozenset[str]
    defined: str  # X in "Who is X?" and "What does X mean?"
    items: int  # how many things are asked for by number, as in "the three reasons"; 0 if none

    @property
    def figure(self) -> bool:
        """Whether a figure or date answers."""
        return self.amount or self.kind == "date"

    @property
    def amount(self) -> bool:
        """Whether a figure answers that is no date."""
        return self.kind in ("count", "money", "number", "percent")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sentence has; figures as written, without thousands commas."""

    figures: frozenset[str]
    years: frozenset[str]
    counted: bool  # in words
    counting: bool  # in figures, of things rather than money or shares
    money: bool
    percent: bool
    share: bool  # the percentage is one of a whole
    change: bool  # or one of growth or fall
    dated: bool
    names: frozenset[str]  # their words, in lower case
    reason: bool
    leaning: bool
    specifying: bool  # goes on with details of the sentence before: "Specifically, …"
    announcing: bool
    asking: bool

    @property
    def tells_figure(self) -> bool:
        """Whether it has a figure that is no year, in digits or words."""
        return self.counted or self.percent or bool(self.figures - self.years)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of figures that it has."""
        named: dict[Kind, bool] = {
            "percent": self.percent, "money": self.money, "count": self.counting,
            "date": self.dated,
        }  # fmt: skip
        return frozenset(kind for kind, there in named.items() if there)

    def gives(self, wanted: Wanted) -> bool:
        """Tell whether it has a figure of the kind asked for that the question does not have."""
        if self.figures and self.figures <= wanted.figures:
            return False
        if wanted.kind == "number":
            return self.counted or bool(self.kinds - {"date", "percent"})
        return wanted.kind in self.kinds or (wanted.kind == "count" and self.counted)

    def meets(self, wanted: Wanted) -> float:
        """Return how well this can be what was asked for, 0 to 1; 0.5 where any sentence may."""
        fresh = self.figures - wanted.figures
        match wanted.kind:
            case "count":
                return 1.0 if self.counting or self.counted else 0.3 * bool(fresh - self.years)
            case "money":
                return 1.0 if self.money else 0.3 * bool(fresh - self.years)
            case "number":
                if self.counting or self.money or self.counted:
                    return 1.0
                return 0.5 * bool(fresh - self.years or self.percent)
            case "percent":
                told = self.percent and bool(fresh or not self.figures)
                other = (wanted.share and not self.share) or (wanted.change and not self.change)
                return (0.5 if other else 1.0) if told else 0.3 * bool(fresh - self.years)
            case "date":
                return float(self.dated and bool(fresh or not wanted.years))
            case "who" | "where":
                return min(len(self.names - wanted.words), 2) / 2
            case "why":
                return float(self.reason)
            case _:
                return 0.5


def defines(sentence: str, thing: str) -> bool:
    """Tell whether a sentence says who or what a thing is: "X, the …", "X is", "the … X said"."""
    if not thing:
        return False
    if re.search(rf"\w \({re.escape(thing)}\)", sentence):
        return True
    named = r", (?:an? |the |who |which |(?!and |but |or |as )[a-z]+ (?:of|for|at) )"
    after = rf"(?:{named}| \(| (?:is|are|was|were|means?|refers?)\b)"
    said = rf"(?<!according to )\b{re.escape(thing)}[\"”]?{after}"
    quoted = (
        rf"[\"“]{re.escape(thing)}[\"”] (?:[\w'’-]+ ){{0,12}}?(?:means?|refers? to|shall mean)\b"
    )
    return bool(re.search(f"{said}|{quoted}", sentence, re.IGNORECASE))


def figures_of(text: str) -> frozenset[str]:
    """Return the figures of a text without thousands commas."""
    return frozenset(f.replace(",", "") for f in _FIGURE.findall(text))


@lru_cache(maxsize=4096)
def wanted_by(question: str) -> Wanted:
    """Return what a question asks for; a closing aside in parentheses does not count."""
    question = _ASIDE.sub("", question) or question
    found: Iterator[Kind] = (name for name, asked in _ASKED.items() if asked.search(question))
    settles = _YES_NO.match(question.strip()) and not _PLEASE.match(question)
    kind: Kind = "yes_no" if settles else next(found, "other")
    if kind == "number" and _HOW_DONE.match(question):
        kind = "how"
    elif kind in ("number", "other") and _MONEY_ASKED.search(question):
        kind = "money" if kind == "number" or _ASKED["number"].search(question) else kind
    compared = bool(_ALTERNATIVES.search(question))
    several = compared or bool(_LISTED.search(question))
    if kind in ("other", "how", "why", "who"):
        parts = question.count("?") + question.count(";") + question.count(",") > 2
        several = several or parts or bool(_PLURAL.search(question))
    explained = kind in ("why", "how", "summary") or (
        kind == "other" and bool(_EXPLAIN.search(question))
    )
    counted = _ITEMS.search(question)
    asks = _DEFINED.fullmatch(question.strip())
    items = _SMALL.index(counted[1].lower()) // 2 + 2 if counted else 0
    share = kind == "percent" and bool(_SHARE_ASKED.search(question))
    change = kind == "percent" and not share and bool(_CHANGE_ASKED.search(question))
    return Wanted(
        kind, several, explained, compared, share, change, figures_of(question),
        frozenset(_YEAR.findall(question)), frozenset(words(question)),
        asks["what"] if asks else "", items,
    )  # fmt: skip


@lru_cache(maxsize=16384)
def offer_of(sentence: str) -> Offer:
    """Return what a sentence has to offer; the number of a list's item is no figure."""
    match = _ENUMERATED.match(sentence)
    sentence = sentence[match.end() :] if match and match["mark"] else sentence
    return Offer(
        figures=figures_of(sentence),
        years=frozenset(_YEAR.findall(sentence)),
        **{name: bool(pattern.search(sentence)) for name, pattern in _HAS.items()},
        names=frozenset(name.lower() for name in _NAME.findall(sentence)),
        leaning=bool(_LEANING.match(sentence) or _CARRY_ON.match(sentence)),
        specifying=bool(_CARRY_ON.match(sentence)),
        announcing=sentence.rstrip().endswith(":"),
        asking=sentence.rstrip("\"'”’) ").endswith("?"),
    )


def enumerator(sentence: str) -> str | None:
    """Return the kind of enumerator a sentence opens with: "word", "mark" or None."""
    match = _ENUMERATED.match(sentence)
    return match.lastgroup if match else None
