"""Patterns of sentences: what figures, dates, names, reasons and list signs look like."""

import re

from qa.language.antonyms import CHANGES
from qa.language.calendar import MONTH, WEEKDAY
from qa.language.units import CURRENCY_CODES

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
CONTENTS_LINE = re.compile(r"(?:[.·_…] ?){4,}\W*\d{0,4}\W*$|\s…\s\d{1,4}\W*$")  # and its page
CLOCK = (
    r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b|\b\d{1,2} ?(?:[ap]\.?m\b|o['’]clock)|\b(?:noon|midnight)\b"
)
DATE = re.compile(
    rf"{CLOCK}|\b{WEEKDAY}|\b{MONTH}|\b(?:1[0-9]|20)\d\ds?\b|\b\d{{1,2}}(?:st|nd|rd|th) century\b"
)
PARTS = (
    r"(?:half|(?:a|one|two)[- ]thirds?|thirds? of|(?:a|one|three)[- ]quarters?|quarters? of|"
    r"majority|one out of|one in)\b"
)
PERCENT = re.compile(
    rf"\d\s*(?:%|points?\b)|\b(?:percent|per cent|percentage points?|{PARTS})", re.IGNORECASE
)
COUNTED = re.compile(
    r"(?i)\b(?:none|one(?! (?:of|another|out|in)\b)|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|(?<!\d )(?:hundred|thousand|[mb]illion|trillion)|"
    r"dozen|half|double|triple|twice|once)\b(?!-(?:third|quarter|fifth|digit)s?)"
)
CAPITALISED = re.compile(
    rf"(?:(?<=[\w,;:)(“\"] )|^(?=[A-Z]{{2}}))(?!{MONTH}|(?:{CURRENCY_CODES})\b)"
    r"[A-Z][\w’'-]+"
)
REASON = re.compile(
    r"(?i)\b(?:because|due to|owing to|thanks to|in order to|so that|therefore|thus|as a result|"
    r"reasons?|(?:the|a) (?:\w+ )?(?:result|consequence) of|caused?|affected by|leads? to|led to|"
    r"results? (?:in|from)|since|"
    r"to (?:help|ensure|reduce|improve|allow|prevent|avoid|protect|make|provide|increase|keep))\b"
)
LEANING = re.compile(
    r"(?:(?:And|But|Also|However|Moreover|Then|So|In addition|At the same time|For example|"
    r"For instance|Specifically|Meanwhile|As a result|First|Second|Third|Fourth|Finally|"
    r"In (?:\w+ )?\d{4}|Since \d{4}|By \d{4}),? )?"
    r"(?:[Ii]ts?|[Tt]hey|[Tt]heir|[Tt]hem|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Ss]uch|[Hh]e|[Ss]he|"
    r"[Hh]is|[Hh]ers?|[Aa]mong (?:them|these|which)|[Oo]f (?:them|these|which)|[Bb]oth|"
    r"[Tt]he (?:former|latter|same|number of|annual|two|three|above))\b"
)
CARRY_ON = re.compile(r"(?:Specifically|For example|For instance|Among (?:them|these)|That is)\b")
TURNING = re.compile(
    r"(?i)\W*(?:however|but|yet|still|although|though|nevertheless|nonetheless|conversely|"
    r"on the other hand|by contrast|in contrast)\b"
)
ENUMERATED = re.compile(
    r"(?P<word>First(?:ly)?|Second(?:ly)?|Third(?:ly)?|Fourth(?:ly)?|Fifth(?:ly)?|Sixth(?:ly)?|"
    r"Finally|Last(?:ly)?)\b[,:]?\s|(?P<mark>[-*+•–‣·▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s"
)
SHARE = re.compile(
    rf"(?i)\b(?:share|proportions?|fraction|portion|account\w*|makes? up|made up|completed by|"
    rf"contribut\w+|cover\w*|stake|constitut\w+|compris\w+|represent\w+)\b|\b{PARTS}|"
    r"(?:%|percent|per cent) (?:of|were|was|are|is|had|have)\b"
)
CURRENCY = (
    r"(?:[$€£¥₹]|\b(?:RMB|CNY|USD|EUR|GBP|JPY|US\$|yuan|dollars?|euros?|pounds?|yen|rupees?)\b)"
)
SCALE = r"(?:\s?(?:thousand|million|billion|trillion|bn|m|k))?"
MONEY = re.compile(
    rf"{CURRENCY}\s?\d|(?<!\d)\d[\d.,]*+{SCALE}\s(?:yuan|dollars|euros|pounds|yen|rupees|RMB|USD|EUR)\b"
)
# A figure that counts things: no currency before it or behind, no percentage, no year.
COUNT = re.compile(
    rf"(?<![\d.,$€£¥₹])(?<![A-Za-z]-)(?<!RMB )(?<!USD )(?<!EUR )(?!(?:1[0-9]|20)\d\d\b(?![.,]\d))"
    rf"\d+(?:[.,]\d+)*(?![\d.,]*\d){SCALE}(?!\s?(?:%|percent|per cent|percentage|yuan|dollars|"
    r"euros|pounds|yen|rupees))(?![\d%])"
)
_TOLD = r"(?:listed|described|shown|explained|given|set out)"
ANNOUNCING = re.compile(  # what follows is announced, if not by a colon
    r"(?i)(?:\b(?:below|here|following) (?:is|are) [^.:]*|\bthe following (?:describes?|lists?|"
    rf"shows?|explains?|gives?) [^.:]*|\b(?:as follows|{_TOLD} below))[.:]?\W*$"
)
CHANGE = re.compile(rf"{CHANGES}|\b(?:growth|chang\w+)\b", re.IGNORECASE)
EVENT = re.compile(
    r"(?i)\b(?:when|whenever|if|once|after|until|till|upon|as of|before|within|unless|during|"
    r"on (?:the|such|a) (?:day|date)|circumstances?|in cases?|on occasions?|"
    r"as (?:long|often|far) as|so long as|for the (?:duration|term|life) of|each|every|"
    r"annually|monthly|weekly|daily)\b"
)
CLAUSE_BREAK = re.compile(  # where what is said of one thing ends and of another begins
    r"[,;:()—–](?=\s|$)|[.!?][\"”’)]?(?=\s+[A-Z“\"])|\b(?:while|whereas|but|although|though|and|against|than)\b"
)


def figures_of(text: str) -> frozenset[str]:
    """Return the figures of a text without thousands commas."""
    return frozenset(f.replace(",", "") for f in FIGURE.findall(text))
