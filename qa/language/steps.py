"""Signs of instructions: imperatives, duties and permissions, commands."""

import re

_VERBS = "|".join(
    re.findall(
        r"\w+",
        """
    add allow apply ask assign attach book bring build buy call carry change check choose click
    clone close collect commit complete configure confirm connect contact copy create cut deliver
    delete describe discuss disconnect divide download draw drop edit email enable ensure enter
    execute export fill find fix follow get give go hold import include inform insert install keep
    launch leave let list log look make mark measure mix move multiply navigate notify open pay
    pick place plug post pour prepare press provide pull push put raise read record register remove
    repeat replace report request reset restart return review run save search select send set share
    sign speak specify start state stop store submit switch take talk tap tell test touch turn type
    unplug update upgrade upload use verify visit wait wear write
        """,
    )
)
_DOERS = r"you|we|one|employees?|users?|members?|staff|applicants?|participants?|customers?"
_MODAL = r"can|may|must|should|shall|will|needs? to|ha(?:ve|s) to|is to|are to|(?:is|are) able to"
_BEFORE = r"(?:(?:please|first|next|then|and|simply|just|always)\b,? ?)*"
INSTRUCTING = re.compile(
    rf"(?i)(?:^\W*|[.;:!]\s|, ){_BEFORE}(?:{_VERBS})\b|"
    rf"\b(?:{_DOERS}) (?:{_MODAL})\b|\b(?:{_MODAL}) (?:\w+ )?be \w{{3,}}|"
    r"\bby (?:\w+ly )?\w+ing\b|(?:^|\s)[$>%] \w|\brecommended (?:that you|to)\b"
)
_DUTY = re.compile(
    r"(?i)\bwhat (?:must|should|shall|(?:do|does) [^?]+ (?:need|have) to) "
    r"(?:[^?]+ )?(?P<verb>\w{3,})\W*$"
)


def orders_as_asked(question: str, text: str) -> bool:
    """Tell whether a text orders what a question asks for as somebody's duty.

    Whom it orders is whoever reads it, and seldom named.

    >>> orders_as_asked("What must divers wear?", "Note: wear a hood.")
    True
    >>> orders_as_asked("What must divers wear?", "Divers like to wear hoods.")
    False
    """
    duty = _DUTY.search(question)
    return bool(
        duty
        and re.search(rf"(?i)(?:^|[.:;!]\s+){_BEFORE}{re.escape(duty['verb'])}\b", text.strip())
    )
