"""The words that an answer has beside those of the documents: the one place to read or translate.

Why a question is declined is put together from what was found, in `qa/extractive/declining.py`;
messages of errors stand where they are raised, help beside its option.
"""


class Sentences:
    """What is said in place of an answer."""

    NOTHING = "The selected documents contain no text."
    THANKS = "You're welcome. Ask another question whenever you like."
    GREETING = (
        "I answer questions from your documents and cite the sentence behind every statement. "
        "Ask me something they may answer, for example one of the questions below."
    )
    DOCUMENT = "I search 1 document: {}."
    DOCUMENTS = "I search {} documents: {}."
    MORE = "; and {} more"


class Terminal:
    """What is said around an answer at a terminal."""

    SHOWN_OF = "({} of {} shown)"
    LIKELIHOOD = "(The documents {} answer this.)"
    COMPUTED = "(computed: {})"
    UNVERIFIED = "(unverified: {})"
    PAGE = ", page {}"
    PLACE = "{}, characters {}-{}"
    NEAREST = "nearest: {}"
    WROTE = "What {} wrote:"
    VERIFIED_OF = "{} of {} statements verified."
    STOPPED = " Stopped before the end."
