"""Patterns of conversation: small talk, ellipsis, anaphora, several questions."""

import re

SMALL_TALK = re.compile(
    r"(?i)(?:(?:hi|hello|hey|hiya|yo|greetings|howdy|good (?:morning|afternoon|evening|day|night)|"
    r"(?:many )?thanks?(?: you| a lot| so much| very much)*+|thx|ty|cheers|bye|goodbye|see you|"
    r"ok(?:ay)?|great|cool|nice|perfect|awesome|there|you|bot|footnote|again|"
    r"help(?: me)?(?: please)?|test(?:ing)?|"
    r"how are you(?: doing)?(?: today)?|how(?: is|'s) it going|nice to meet you|what'?s up|"
    r"who are you|what are you|what (?:can|do) you (?:do|know)(?: for me)?|"
    r"what (?:can|should|could) i ask(?: you)?(?: about)?|"
    r"how (?:do|does|can) (?:i use )?(?:this|it|you)(?: tool| app| thing)?(?: work)?|"
    r"what is this(?: tool| app)?(?: for)?|(?:that|this|it) (?:was|is) (?:very |really |so )?"
    r"(?:helpful|great|useful|good|nice)|(?:very |really )?(?:helpful|useful)|that'?s all|"
    r"[:;]-?[)(DP])[\s,.!?]*)+"
)
THANKS = re.compile(r"(?i)\W*(?:many |ok,? |great,? |perfect,? )*(?:thank|thx|ty\b|cheers)")
DOCUMENTS_ASKED = re.compile(
    r"(?i)\W*(?:please )?(?:(?:which|what) (?:documents?|files?|texts?|sources?|papers?) "
    r"(?:do|can|are|have|did)(?: you| i| we| there| here| available| loaded| indexed| in)*"
    r"(?: have| know| hold| search| read| use| see| contain| access| here| loaded| indexed|"
    r" available| ask(?: you)?(?: about)?)*|"
    r"(?:list|show|name|give)(?: me)? (?:all )?(?:(?:of )?(?:the|your|my|our) )?"
    r"(?:available |loaded )?(?:documents|files|texts|sources)(?: (?:you have|available|here))?|"
    r"what (?:are|is) your (?:sources?|documents?|files?)|what do you have(?: here| on file)?)"
    r"[\s?.!]*"
)
CITED = re.compile(r"\[\d+\]")  # what only an answer from the documents has
ELLIPSIS = re.compile(
    r"(?i)^(?:(?:ok(?:ay)?|so|and|but|or|well|then)[, ]+)*(?:and|or|but|what about|how about|"
    r"same for|"
    r"what of|also)\b[, ]*"
)
_BE = r"(?:is|are|was|were|be|been|being|will|would|can|could|may|might)"
BACK_REFERENCE = re.compile(  # not "the firm that makes it", "one of", "How many were there?"
    r"(?i)\b(?:it|its|they|them|their|theirs|he|him|his|she|her|this|these|those|then|"
    r"former|latter|same|before that|previous)\b|"
    r"(?<!\w )\bthat\b|\b(?:is|was|does|did|do|about|of|for|like|in|after|before|than|why|how|"
    r"and|on|with|to|from|at|by|said|call|mean) that\b(?! (?:the|an?|there|it|they|all|no)\b)|"
    r"\b(?:this|that|which|the|other|last|first|second|new|old) ones?\b|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )"
    rf"\bthere\b(?! {_BE}\b)"
)
PERSON_REFERENCE = re.compile(r"(?i)\b(?:he|him|she|her|his)\b")
POSSESSIVE = re.compile(r"(?i)\bhis\b|\bher(?= \w)")
# To all that was said, rather than to a thing named in it.
WHOLE_REFERENCE = re.compile(r"(?i)\b(?:this|that)\b")
ASKING = re.compile(
    r"(?i)\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|does|do|has|have|"
    r"had|"
    r"can|could|will|would|list|name|give|tell|explain|summari[sz]e)\b"
)
NEW_TOPIC = re.compile(
    r"(?i)\b(?:(?:something|anything) (?:else|different)|(?:another|different|new) (?:question|"
    r"topic)|"
    r"by the way|changing (?:the )?(?:topic|subject))\b"
)
SUBJECT = re.compile(  # what stands before the subject of a question
    r"(?i)\W*(?:(?:who|what|which|when|where|why|how(?: \w+)?) )?(?:is|are|was|were|do|does|did|"
    r"can|could|may|must|should|will|would|has|have|had) (?:the |an? |our |my |your )?"
)
YEARS_AWAY = {
    -1: re.compile(r"(?:in )?(?:the )?(?:year before|previous year|prior year|year earlier)", re.I),
    1: re.compile(r"(?:in )?(?:the )?(?:year after|following year|next year|year later)", re.I),
}
# What a thing of its own does: "What does the otter eat?"
DOING = re.compile(r"(?i)(?:what|when|where|why|which|how)\b.*? (?:do|does|did) (?:the|an?) \w")
# A question word, a verb and a name: "Who is the mayor of Ardenbrook?"
COMPLETE = re.compile(
    r"(?:[Ww]ho|[Ww]hat|[Ww]hen|[Ww]here|[Ww]hy|[Ww]hich|[Hh]ow)\b.* "
    r"(?:is|are|was|were|did|does|do|has|have|will)\b.* [A-Z][a-z]"
)
_WH = r"(?:what|how|when|where|which|who|why)"
NEXT_PART = re.compile(
    rf"[?]+[\s)\"']+|[,;]? (?:and|as well as|plus) (?={_WH} \w+ \w+)", re.IGNORECASE
)
FURTHER_PART = re.compile(  # what follows a question is one as well, and no aside
    rf"(?i)[\s\"']*(?:and|(?:what|how) about|(?:{_WH}|is|are|was|were|did|does|do|has|have|had|can|"
    r"could|will|would)(?:\W+\w+){3})\b"
)
# A pronoun that stands for something in the question itself: named before it, in another clause.
BOUND = re.compile(
    r"\w.*(?:,|\b(?:and|but|or|because|since|when|while|after|before|if|although|that|as)\b).*"
    r"\b(?:it|its|they|them|their|he|him|his|she|her)\b|"
    r".*[a-z] [A-Z][\w’'-]+(?: [\w’'-]+){0,3} (?:its|their|his|her)\b"
)
