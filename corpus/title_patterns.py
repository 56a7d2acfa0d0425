"""What names a document, and what stands on a title page and does not."""

import re

YEAR = r"(?:19|20)\d\d(?!\d)"
WORD_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:de\s|of\s)?[^\W\d_]{{3,12}}\.?,?\s(?:de\s|of\s)?{YEAR}"
    rf"|[A-Z][^\W\d_]{{2,11}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{YEAR})"
)
DATE = re.compile(
    rf"(?<![\w./-])(?:{WORD_DATE}|{YEAR}-\d\d-\d\d|\d{{1,2}}([./-])\d{{1,2}}\1{YEAR})(?![\w-])"
)
PERIOD = re.compile(
    rf"(?:(?:fiscal\s|financial\s)?(?:year|quarter|quarterly period|half[- ]year|months|period)"
    rf"\s(?:ended|ending)\s{WORD_DATE}"
    rf"|(?:first|second|third|fourth)\s(?:fiscal\s)?quarter(?:\sof)?(?:\sfiscal)?(?:\syear)?"
    rf"\s{YEAR}"
    rf"|\bQ[1-4]\s?(?:FY\s?)?{YEAR}|{YEAR}\s?Q[1-4]|\bFY\s?-?(?:{YEAR}|\d\d)\b"
    rf"|\b{YEAR}\s?[-–/]\s?(?:{YEAR}|\d\d)\b(?![-/.]\d)"
    rf"|(?<![\d.,/-])(?<!act of ){YEAR}(?![\d%]|[.,/-]\d))",
    re.IGNORECASE,
)
# What a file's properties have when nobody gave it a title, and names of files.
UNNAMED = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|anonymous|unknown|no title|title"
    r"|document\s?\d*|slide \d+|\(?unspecified\)?|about:blank|.*\.[a-z]{2,4}\d?|\S*\d\S*"
    r"|.*[^\W_]_[^\W_].*)",
    re.IGNORECASE,
)
# Letterheads, stamps, notices and signposts: they name no document.
BOILERPLATE = re.compile(
    r"(?:the\s)?united states(?: of america)?|(?:u\.?s\.? |united states )?securities and exchange"
    r" commission(?:\W+washington.*)?|united states securities .*|washington,? d\.?c\.?.*"
    r"|for immediate release.*|embargo.*|\(?mark one\)?|(?:strictly |private and )*confidential.*"
    r"|draft|final|internal"
    r"|protected [abc]|unclassified.*|restricted|copy|original|index|menu|home|search|next|previous"
    r"|(?:table of)?\s*(?:contents)?|t?his page (?:is |has been )?(?:intentionally )?left blank.*"
    r"|cover(?: page)?|title page|skip to .*|log ?in|sign in|back(?: to .*)?|on this page"
    r"|brought to you by.*|published.*|last (?:updated|revised|modified).*|effective.*|revised .*"
    r"|version [\d.]+|v\d[\d.]*|rev\b.*|approved .*|omb (?:no|control|number).*|or|and|by"
    r"|presented (?:to|by).*|prepared (?:for|by).*|submitted (?:to|by).*|instructions|page \d+.*"
    r"|author|abstract|show / hide.*|.*\b(?:logo|seal)|how to use this template|source:.*"
    r"|expir.*\bdate.*|vol(?:ume)?\b\.? ?\d.*|cc by\b.*|licen[cs]e\b.*|copyright.*"
    r"|©.*|[“\"].*[”\"]|[\[{].*[\]}]",
    re.IGNORECASE,
)
# Headings of the parts that many documents have: they name no document where they stand in it.
PART = re.compile(
    r"(?:chapter|section|article|part|appendix|annex(?:ure)?|figure|fig\.|table)[\s–—-]+"
    r"(?:\d|[ivx]+\b).*|(?:\d{1,2}(?:\.\d+)*[.)]?|[ivx]+[.)])\s.*"
    r"|(?:the )?(?:executive )?summary|introduction|overview|background|facts|foreword|preface"
    r"|general|recitals|details|definitions|interpretation.*|purpose|scope|attending|mission"
    r"|members present|acknowledge?ments?|about (?:this|us).*|highlights|dear .*"
    r"|(?:message|letter|welcome) ?(?:from|to).*|to (?:our|the)\b.*|key .*",
    re.IGNORECASE,
)
# Words that many documents of many houses have for a title.
GENERIC = re.compile(
    r"(?:\W|\d|annual|quarterly|interim|half-?year(?:ly)?|monthly|weekly|fiscal|year|quarter"
    r"|financial|statements?|reports?|results?|form|10-?[kq]|20-?f|40-?f|8-?k|6-?k|audited|unaudited"
    r"|consolidated|accounts|budget|minutes|agenda|newsletter|press|news|release|performance"
    r"|summary|appendix|and|of|the|for|ended|q[1-4]|fy|second|first|third|fourth|meeting|notes|earnings)+",
    re.IGNORECASE,
)
REGISTRANT = re.compile(r"\(?exact name of (?:the )?registrant", re.IGNORECASE)
HOUSE = re.compile(
    r"(?:^|\s)(?:inc|corp|ltd|llc|llp|plc|gmbh|ag|se|s\.?a|n\.?v|b\.?v|oy|ab|limited|corporation"
    r"|company|incorporated|foundation|authority|association|stiftung|e\.\s?v|a/s|holdings)\.?\W*$"
    r"|^(?:the )?(?:university|ministry|department|city|town|county|bank|government) of\s",
    re.IGNORECASE,
)
NAME_ONLY = re.compile(r"(?!I+\.|About\b)[^\W\d_a-z](?:[^\d©(){}*“”\"]|\([^\W\d_a-z][^\W\d_]*\))*")
# What kind of document many houses issue, and a line that only dates it.
KIND = re.compile(
    r"\b(?:report|statements?|accounts|results|minutes|agenda|newsletter|form|budget)\b",
    re.IGNORECASE,
)
YEAR_ALONE = re.compile(rf"\W*(?:FY\s?)?{YEAR}[\d\W]*")
AFTER_COMMA = re.compile(
    r",\s*(?:inc|ltd|llc|llp|l\.p|corp|s\.a|n\.v|limited|and)\b.*", re.IGNORECASE
)
SENTENCE = re.compile(r"[.;,:?!]$|[^\W\d]{4}\.\s[A-Z]")
ABBREVIATED = re.compile(
    r"\b(?:inc|corp|ltd|co|no|jr|sr|s\.a|n\.v|e\.v|dr|[A-Z])\.$", re.IGNORECASE
)
# A heading that goes on with the one above, whatever its letters' size; one that is not at its end.
GOES_ON = re.compile(r"(?:of|for|and|on|in|to|by|der|des|für|und|de|du|del|et|y)\s", re.IGNORECASE)
OPEN = re.compile(r"\b(?:of|for|and|on|the|der|des|für|und|de|du|del|et)$", re.IGNORECASE)
OPAQUE = re.compile(r"(?:[0-9a-f]{8,}|[\d\W_]*|\d{10}[-_]?\d\d[-_]?\d{6}.*)", re.IGNORECASE)
CONTACT = re.compile(r"https?:|www\.|@|\s[»›>|]\s|^\S+\.[a-z]{2,4}$", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])")
