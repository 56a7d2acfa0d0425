"""Patterns of questions: the kind of answer, by how they are put."""

import re
from typing import Literal

from index.words import terms
from qa.language.names import OFFICE
from qa.language.sentences import CHANGE, CURRENCY

AnswerKind = Literal["count", "money", "number", "percent", "date", "who", "where", "why", "how",
               "yes_no", "summary", "other"]  # fmt: skip

ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
SHARE_ASKED = re.compile(
    r"(?i)\b(?:share|proportions?|fraction|portion of|part of|makes? up|account\w* for|how much of|"
    r"contribut\w+ to)\b|(?:\b(?:percent|per cent|percentage)|%) of\b"
)
MONEY_ASKED = re.compile(
    rf"(?i)\b(?:value|worth|spen[dt]|cost|costs|price|paid|pay|revenue|turnover|budget|money|"
    rf"earn(?:ed)?|"
    rf"savings?|fines?|salary|income|sales)\b|{CURRENCY}"
)
MEASURE = (  # of a company or a fund: asked for in a period, it is a figure
    r"(?:revenues?|sales|turnover|incomes?|profits?|loss(?:es)?|earnings|ebitda|eps|margins?|"
    r"assets|asset value|liabilities|equity|debt|cash|inventor(?:y|ies)|goodwill|dividends?|"
    r"capex|expenses?|expenditures?|costs?|returns?|yield|headcount|deficits?|surplus(?:es)?|"
    r"net worth|deposits|receivables|payables|provisions?|depreciation|amorti[sz]ation|"
    r"tax(?:es)?|(?:cash )?flows?)"
)
ASKED: dict[AnswerKind, re.Pattern[str]] = {  # by what is found first
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
        r"(?i)^(?:(?:and|so|but|since|until),? )*when\b(?!.*, (?:\w+ )?(?:what|which|who\w*|how|"
        r"where|why)\b)|\b(?:since|until|by) when\b|"
        r"\bwhen (?:did|do|does|was|were|is|are|will|has|have|had|can)\b|"
        r"\b(?:what|which) (?:year|date|day|month|century|decade|time|period|era)\b|"
        r"\bsince what\b|\bhow recently\b"
    ),
    "percent": re.compile(
        r"(?i)percent|per cent|%|\bshare\b(?! (?:an?|the|this|their|your|my|our|any|with|what|"
        r"which|\w+ (?:with|to))\b)|proportions?\b|fraction|\bportion of|\bby how much|how fast|"
        r"how many (?:percentage )?points|\b(?:growth(?! [a-z]+[ ?]*$)|inflation|"
        r"(?:growth|interest|success|error) rate)\b(?! of)|\brate of|\byoy\b|year[- ]on[- ]year|"
        r"how much (?:more|less|faster|higher|lower)|"
        r"how much (?:did|has|have|do|does|was|were)\b.*\b(?:grow|grown|rise|risen|increase|fall|"
        r"fallen|drop|decline|decrease|shrink|climb|gain|lose|change)"
    ),
    "count": re.compile(r"(?i)\bhow many\b|\bnumber of\b|\bunits\b"),
    "number": re.compile(
        r"(?i)\bhow (?:many|much|large|big|long|old|far|tall|high|deep|wide|often|heavy|hot|cold|"
        r"few|"
        r"small|late|early)\b|"
        r"^\W*(?:and |so |but )?what (?:do|does|did|would|will) [^,?]+ costs?"
        r"(?: (?:in|for|per|to)\b[^?]*)?[?. ]*$|"
        r"\b(?:number|amount|value|size|quantity|total|volume|length|cost|"
        r"price|"
        r"population|turnover|revenue|budget|scale) of\b|\bwhat (?:number|amount|total|size|price|"
        r"cost|value|sum|age|population|percentage)\b|\b(?:value|volume|total|amount)\b"
        r"(?=[^a-z]*(?:in|for|yuan|rmb|usd|\d|$))|\bspend on\b|"
        rf"^\W*what (?:was|were|is|are) [^,?]*?\b{MEASURE}\b(?! (?:of|for) (?:a|each|every)\b)"
        r"[^?]*\b(?:(?:19|20)\d\d|quarter|FY\d*|Q[1-4])\b"
    ),
    "who": re.compile(r"(?i)\bwho(?:m|se)?\b"),
    "where": re.compile(
        r"(?i)\bwhere\b|\b(?:what|which|in what|in which) (?:\w+ )?(?:country|countries|city|"
        r"cities|state|"
        r"states|place|places|region|regions|province|county|river|continent|port)\b"
    ),
    "how": re.compile(r"(?i)\bhow\b|\bexplain|\bdescribe|\bin what way"),
}
YES_NO = re.compile(
    r"(?i)(?:so |and |but |ok,? )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|"
    r"should|may|might|must)(?:n't|n’t)?\b"
)
PLEASE = re.compile(
    r"(?i)\W*(?:can|could|would|will) you (?:please )?(?:summari[sz]e|sum up|recap)\b"
)
DEFINED = re.compile(
    r"(?i)(?:who|what) (?:is|are|was|were|does) (?:an? |the )?(?P<what>[^,?]+?)"
    r"(?: mean(?:t by)?)?[?. ]*"
)
HOW_DONE = re.compile(
    r"(?i)\W*(?:how (?:do|does|did|is|are|was|were|can|could|will|would|to|has|have|had)|explain|"
    r"describe)\b"
)
HOW_TO = re.compile(
    r"(?i)\bhow (?:do|can|could|should|must|would|may) (?:i|we|you|one|someone|somebody|people|"
    r"users?|employees?|staff|members?|an?|the \w+)\b|\bhow to\b|\bwhat (?:do|should|must) (?:i|we|"
    r"you|one) do\b|\bwhat steps\b|\bwhich steps\b|\bsteps to\b"
)
ALTERNATIVES = re.compile(
    r"(?i)\bvs?\.?\b|\bversus\b|\bcompar|\b(?:difference|differ)\b|\bbetween\b.*\band\b|\bboth\b|"
    r"\b(?:more|less|fewer|larger|bigger|higher|smaller|lower|greater|better|worse|longer|shorter|"
    r"faster|slower|earlier|later|cheaper|most|largest|biggest|highest)\b.*\bor\b|"
    r"\bor\b.*\b(?:more|less|larger|bigger|higher|smaller|lower|greater|better|faster|slower)\b|"
    r"\b(?:faster|slower|more|less|bigger|larger|higher|lower|better|worse|outpace|"
    r"exceed)\b.*\bthan\b|"
    r"\boutpace|\bratio\b"
)
LISTED = re.compile(
    r"(?i)\b(?:list|name (?:the|all|some)|bullets?|bullet points|overview|table|each of|all of|"
    r"all (?:the|mentions|sections)|all it|every|respectively|several)\b"
)
PLURAL = re.compile(
    r"(?i)\b(?:various|examples?|points|what are|what were|which are|next steps?|steps|ways|kinds|"
    r"types|aspects|factors|features|characteristics|measures|plans?|risks|goals|objectives|aims|"
    r"conditions|requirements|benefits|advantages|problems|challenges)\b|"
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!(?:was|is|has|does|this)\b)\w{3,}s\b (?:are|were|did|"
    r"do|have|saw|does|would|will|can|of|in|for|to)\b|"
    r"\b(?:which|what) (?!does\b)[a-z]{2,}(?:ies|[^s\W]s)\b(?! (?:is|was|has)\b)|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d)\b (?:\w+ ){0,2}?\w+s\b"
)
SMALL_NUMBERS = (
    "two", "2", "three", "3", "four", "4", "five", "5", "six", "6", "seven", "7", "eight", "8",
    "nine", "9", "ten", "10",
)  # fmt: skip
COUNTED_ITEMS = re.compile(
    rf"\b({'|'.join(SMALL_NUMBERS)})\b (?:[a-z]+ ){{0,2}}?[a-z]+s\b", re.IGNORECASE
)
EXPLAIN = re.compile(
    r"(?i)\bexplain|\bdescribe|\bhow (?:do|does|did|is|are|was|were|can|will|has|have)\b|"
    r"\bwhat (?:do|does|did|will|has|have|is|are) .*\b(?:do|done|say|said|plan|mean|meant|"
    r"doing|achieve|want|intend|hope|expect|think|decide|agree|conclude|recommend|"
    r"propose)\b|\btell me about\b|"
    r"\bwhat (?:happened|is said|about)\b"
)
CHANGE_ASKED = re.compile(rf"{CHANGE.pattern}|\bby how much\b|\bhow fast\b", re.IGNORECASE)
RATE = re.compile(r"percent|per cent|%|\b(?:share|proportion|portion|fraction)\b", re.IGNORECASE)
LASTING = re.compile(r"\bhow (?:long|old|often|far|late|early)\b", re.IGNORECASE)
NAME_ASKED = re.compile(
    r"(?i)\b(?:which|what) (?:(?!(?:of|do|does|did|is|are|was|were|has|have|had|can|will|would|"
    r"should|must|may|an?|the)\b)[\w'’-]+ ){0,2}?(?:country|nation|city|town|province|"
    r"continent|river|company|firm|corporation|\w*maker|manufacturer|brand|airline|bank|"
    r"university|minister|president|king|queen|emperor|author|act(?:or|ress)|scientist)\b(?! of\b)"
)
JOINING = re.compile(  # two clauses, of which the text may have the first in other words
    r"(?i)\b(?:before|after)\b[^,?]*\b(?:is|are|was|were|do|does|did|has|have|had|can|will|would)\b"
)
REFERENCE = re.compile(  # a numbered part of a document
    r"(?i)(?:\b(?P<kind>clause|section|article|paragraph|chapter|part|rule|item|point|annex|appendix|"
    r"schedule|subsection|step)|(?P<sign>§))\s*(?P<label>\d+(?:\.\d+)*(?:\([a-z0-9]\))?|"
    r"(?-i:[IVXLC]+|[A-Z]))(?!\w)"
)
KIND_NAMED = re.compile(
    r"(?i)\b(?:what|which|whose)(?: (?:is|are|was|were) the name of (?:the )?)?"
    r"((?: [\w'’-]+){1,2})"
)
VAGUE_TERMS = frozenset(terms(  # of a question; a sentence that answers seldom has them
    "name names year years date day type kind sort form reason example way thing entity individual "
    "person people organization organisation group term word number amount total percentage part "
    "place location country yes item option choice information case event process effect result "
    "main several certain typical typically specific usually current currently different similar "
    "various common generally happen first last second third new old long due without among over "
    "today now recently formerly once still already best better collect "
    "everything anything something often between after before during until"
))  # fmt: skip
WHO_ASKED = re.compile(r"(?i)^\W*(?:and |so |but )?(?:by |to |from |with |for )?who(?:m|se)?\b")
# Asks for a person by an office: "Who is the mayor of Hull?"
OFFICE_HELD = re.compile(
    rf"(?i)\bwho (?:is|was|are|were) (?:now |currently |today )?(?:the|its|their|our|your|an?)\b"
    rf"(?:\W+\w+){{0,3}}?\W+{OFFICE}\b"
)
PLACE_ASKED = re.compile(
    r"(?i)\b(?:in|from|to|at) (?:which|what) (?:\w+ ){0,2}?(?P<kind>cit(?:y|ies)|towns?|"
    r"countr(?:y|ies)|states?|provinces?|villages?|count(?:y|ies)|districts?|continents?)\b"
)
_LASTS = r"time|notice|leave|holiday|longer|later|earlier|older|younger|rest|sleep|warning|sooner"
TIME_ASKED = re.compile(rf"(?i)\bhow much (?:\w+ )?(?:{_LASTS})\b")
AGE_ASKED = re.compile(r"(?i)\bhow old\b|\bwhat age\b")
AGE = re.compile(  # of a person or a thing
    r"(?i)\b(?:old|older|young|younger|ages?|aged|born|birth|built|founded|established|opened|since|"
    r"dat(?:es?|ed|ing)|century|(?:over|under|at least|minimum of|below|above) \d+|\d{4}s?)\b"
)
ADDRESS_ASKED = re.compile(  # where somebody is reached
    r"(?i)\b(?:which|what) (?:(?:is|are) (?:the|your|their|its|our) )?(?:[\w'’-]+ )?"
    r"(?:e-?mail address|e-?mail|phone number|telephone number)\b"
)
HOW_MUCH = re.compile(rf"(?i)\bhow much\b(?!.*\b(?:{_LASTS})\b)")
LABEL_ASKED = re.compile(  # what a thing is written down under: "Invoice number 20417"
    r"(?i)\bwhat (?:is|was|are|were) the (?P<label>(?:serial |reference |order )?"
    r"(?:numbers?|codes?|ids?|references?)) of (?:the |an? |our |my |this |that )?(?P<thing>[\w-]+)"
)
LIMIT_ASKED = re.compile(r"(?i)\bhow (?:large|big|high|small|much)\b[^?]*\b(?:can|may|could)\b")
WHENEVER = re.compile(
    r"(?i)\b(?:when|how (?:long|often|late|early)) "
    r"(?:do|does|is|are|can|will|would|must|should|may|shall)\b"
)
CONTACT_ASKED = re.compile(r"(?i)\b(?:contact|reach|e-?mail|call|phone|write to|turn to)\b")
CONTACT = re.compile(r"\S@\w|https?://|www\.|\+?\d[\d ()-]{6,}\d")  # where somebody is reached
_VERB = r"(?:did|do|does|was|were|is|are|has|have|had|will|would|can|could|took)\b"
FIGURED = re.compile(
    r"(?i)\b(?:how (?:many|much)(?: more| less)?|(?:number|amount|value|volume|quantity|percentage|"
    rf"share|proportion|tonnes|cost|price) of) (?!{_VERB})(?P<what>(?:[\w'’-]+ ){{0,4}}?[\w'’-]+?)"
    rf"(?= {_VERB}| (?:in|of|to|from|by|between|that|who|which|on|for|at|with)\b|[?,.;]|$)"
)
SUMMARY_TERMS = frozenset(terms(  # of a question that only wants a summary
    "summarise summarize summary summaries gist tl dr tldr outline key main points takeaways in a "
    "nutshell recap sum up bottom line what is this about both whole entire everything document "
    "documents text texts article report paper file files page give me us short brief briefly "
    "overview content contents please two three"
))  # fmt: skip
