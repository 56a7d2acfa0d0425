"""Every word that the page itself says, by view: the one place to read or translate them.

Not here: the words of documents and answers. What `qa` adds to an answer is in `qa/words.py`. `{}`
stands for what is filled in.
"""


class Frame:
    """The frame: navigation, signing in."""

    CHAT = "Chat"
    DOCUMENTS = "Documents"
    EVALUATION = "Evaluation"
    SETTINGS = "Settings"
    SIGN_IN = "Sign in"
    SIGN_OUT = "Sign out"
    SIGNED_IN = "Signed in as {}"
    NOBODY = "you"
    LIGHT_OR_DARK = "Light or dark"
    THEMES = {"System": "System", "Light": "Light", "Dark": "Dark"}
    TRY_AGAIN = "Try again"
    UNDO = "Undo"
    NUMBERED = {"page": "page {}", "slide": "slide {}", "sheet": "sheet {}"}
    COUNTS = {
        "page": ("1 page", "{:,} pages"),
        "slide": ("1 slide", "{:,} slides"),
        "sheet": ("1 sheet", "{:,} sheets"),
    }


class Welcome:
    """The first screen."""

    HEADING = "Ask your documents."
    INTRODUCTION = (
        "Footnote answers in the documents’ own words. Every statement carries a footnote that "
        "opens its source at that very sentence, and when the documents don’t say, Footnote says "
        "so."
    )
    DOCUMENTS = ("1 document", "{:,} documents")
    MORE = "and {:,} more"
    ADD = "Add your own under “Documents”."
    LEFT_OUT = ("1 file was left out", "{:,} files were left out")


class Opening:
    """Reading and indexing."""

    STEP = "Opening the documents"
    SUGGESTIONS = "Choosing example questions"
    COUNT = "{} ({:,} of {:,})"
    PREVENTED = "prevented the documents from being opened"
    INTERNAL = (
        "An internal error ({}) {}. Try again; the terminal running Footnote shows the details to "
        "report."
    )


class Chat:
    """The conversation."""

    ASK = "Ask about these documents"
    READING = "Reading the documents …"
    WAITING = "Waiting for the previous answer …"
    READ_ONLY = "This conversation is shared for reading only. Start a new one to ask a question."
    LOST = "This question was not answered because Footnote was stopped. Ask it again."
    UNKEPT = "{} This answer is kept in memory for now."
    EARLIER = "Show earlier questions ({:,})"
    STOP = "Stop"
    LOOK_IN = "Look only in"
    ALL = "All documents"
    SOME = "{} of {} documents"
    MORE = "More"
    EDIT = "Edit the question"
    AGAIN = "Ask again"
    AGAIN_WITH = "Ask again with {}"
    LINKS = "Links"
    TEST = "Save as test question"
    QUESTION = "Question"
    ASK_EDITED = "Ask"
    CANCEL = "Cancel"
    REMOVED = "The questions after it were removed."
    VERSIONS = "Versions"
    THIS_ANSWER = "This answer"
    NO_FOOTNOTE = "The link refers to footnote {}, which this answer does not have."
    NO_ANSWER = "The link refers to an answer that is gone; here is the rest of the conversation."
    SUGGESTIONS = "Try one of these"


class Conversations:
    """The list of conversations, and the menu of one."""

    NEW = "New conversation"
    SEARCH = "Search conversations"
    SEARCH_HINT = "Search"
    OLDER = "Search to find older ones."
    NONE = "Nothing found."
    DELETE_ALL = "Delete all"
    GONE = "That conversation is gone or belongs to someone else. This is a new one."
    FOR_NOW = "{} Until then, conversations are kept for this visit only."
    DELETED = "Deleted."
    ALL_DELETED = "All conversations deleted."
    DELETED_EARLIER = "Deleted earlier."
    MENU = "Conversation"
    TITLE = "Title"
    LINK_OF_ACCOUNT = "Link to this conversation. It opens only for you, when you are signed in."
    LINK = "Link to this conversation. Anyone who has it and can reach this page can read it."
    SHARE = "They can also ask, edit and rename"
    EXPORT = "Export with footnotes."
    DELETE = "Delete"


class Answer:
    """An answer, its sources and what stands near."""

    FOOTNOTE = "Footnote {}"
    OPEN = "Open the document"
    TABLE = "Table"
    NOT_SHOWN = "{} not shown"
    ROWS_MORE = ("1 more row", "{:,} more rows")
    COLUMNS_MORE = ("1 more column", "{:,} more columns")
    AND = " and "
    OR = " or "
    OPEN_PASSAGE = "Open in document"
    OPEN_PASSAGE_LABEL = "Open passage {} in document"
    CONFIDENCE = "Confidence {:.0%}: the estimated chance that these documents answer the question."
    QUOTED_ALL = "Quoted word for word"
    LIKELIHOOD = "the documents {} answer this"
    UNDERSTOOD = "Understood as:"
    DOUBT = "These documents may not answer this."
    DOUBT_NEAREST = "These documents may not answer this; this is the closest they come."
    EQUALLY_NEAR = "Equally close, but about something else"
    SHOWN_OF = "({} of {} shown)"
    DECLINED = "No answer found in these documents"
    STOPPED = "Stopped here."
    WRITTEN = "What the model had written"
    NEAREST = "The nearest passages"
    VERDICTS = {"verified": "verified", "computed": "computed", "unverified": "unverified",
                "quoted": "quoted"}  # fmt: skip
    VERIFIED_OF = ("{{}} of 1 statement verified", "{{}} of {} statements verified")
    QUOTED = "Quoted: appears word for word in"
    COMPUTED = "Computed from"
    VERIFIED_EXACTLY = "Verified: appears word for word in"
    VERIFIED = "Verified: is supported by"
    UNVERIFIED = "Unverified:"
    UNSUPPORTED = "it cites nothing that supports it"
    ANSWERED_BY = "Answered by {}."
    SOURCES = "Sources"
    SOURCE = "Source {}"
    PASSAGE = "Passage"
    LOOK_ALIKES = "Not to be confused with"
    COPY = "Copy with footnotes as"
    COPY_AS = "Copy as {}"
    TEXT = "text"
    CHANGED = "The document has changed since and no longer says this."
    GONE = "The document is gone."


class Source:
    """What is said instead of a source that cannot be shown."""

    GONE = "This document is gone. Reload the page."
    CHANGED = "The file was changed or removed since it was read; this is its text as it was read."


READER = {  # the pane beside the chat, and the page's scripts, which fill in {}
    "document": "The document",
    "source": "The source",
    "previous": "Previous footnote (p)",
    "next": "Next footnote (n)",
    "close": "Close the source (Escape)",
    "previousPage": "Previous page",
    "nextPage": "Next page",
    "smaller": "Smaller",
    "larger": "Larger",
    "text": "Text",
    "page": "Page",
    "showText": "Show the text",
    "showPage": "Show the page as it looks",
    "search": "Search",
    "searchIn": "Search in the document",
    "previousHit": "Previous hit",
    "nextHit": "Next hit",
    "noHits": "None",
    "original": "Original",
    "originalHelp": "Open or save the original file",
    "of": "{} of {}",
    "cited": "The cited words",
    "unreachable": "The source could not be loaded. Reload the page and try again.",
    "unplaced": "These words could not be placed on the page.",
    "picture": "Page {} of {}",
    "starts": {"page": "Page {}", "slide": "Slide {}", "sheet": "Sheet {}"},
    "table": "Table",
    "copied": "Copied.",
}


class Documents:
    """The documents view."""

    ADD = "Add documents: up to {} files of at most {} MB ({})"
    ONLY_YOU = "You are signed in: only you can see what you upload."
    ONLY_THIS_BROWSER = (
        "Only this browser gets answers from what you upload, until you share it with everyone who "
        "can open this page."
    )
    TOO_MANY = "{} more were left out: the limit is {}"
    STATES = {"waiting": "waiting", "reading": "reading", "read": "indexing", "ready": "ready"}
    READY_OF = "{} of {} ready"
    LEFT = "about {:.0f} s of reading left"
    REMOVED = "{} was removed."
    RESTORE = "Restore {}"
    PASSAGES = ("1 passage", "{:,} passages")
    WARNINGS = "read with warnings"
    SHARE = "Share"
    SHARE_HELP = "Let everyone who can open this page ask about {}"
    STOP_SHARING = "Stop sharing"
    STOP_SHARING_HELP = "Let only this browser ask about {}"
    REMOVE = "Remove"
    REMOVE_HELP = "Remove {}"
    STOP = "Stop reading"
    RESUME = "Resume reading"
    ASK_NOW = "Ready: ask now"
    BEING_INDEXED = "being indexed"
    NOT_INDEXED = "not indexed"


class Feedback:
    """Thumbs, and an answer as a test question."""

    REASON = "Reason"
    WHY = "Why? (optional)"
    ANSWERABLE = "The documents answer it"
    RIGHT_ANSWER = "The right answer in a few words, one accepted wording per line"
    KIND = "Kind of question"
    EVIDENCE = "Which sentences support it?"
    SAVE = "Save"
    SAVED = "Saved in {}. The evaluation view lists it."


class Evaluation:
    """The evaluation view."""

    QUESTIONS = "Questions"
    RUN = "Run"
    CANCEL = "Cancel"
    COUNT = "{:,} of {:,} questions"
    MEASURING = "Measuring"
    ENDED = "ended the evaluation"
    REPORT = "Report"
    DOWNLOAD = "Download"
    THE_REPORT = "The report"
    COMPARE = "Compare two"
    COMPARISON = "Comparison"
    NOW = "Now"
    BEFORE = "Before"
    HEADINGS = ("measure", "before", "now", "95 % interval of the change", "judgement")
    RANGE = "{} to {}"
    REGRESSION = "regression"
    WORSE = "worse"


class Settings:
    """The settings view."""

    SCOPE = "These settings apply to this visit."
    ANSWERER = "Answered by"
    ANSWERER_HELP = (
        "`extractive` copies the documents' sentences; the others are chat models. Whoever runs "
        "Footnote can offer more with `FOOTNOTE_ANSWERERS`."
    )
    NOT_OFFERED = (
        "The answerer {!r} is not offered here. Whoever runs Footnote can offer it with "
        "FOOTNOTE_ANSWERERS."
    )
    KEY = "Key"
    KEY_HELP = (
        "Kept in memory for this visit; not stored, logged or exported. If empty, the server's own "
        "key is used."
    )
    SENT = "Questions and the passages retrieved for them are sent to {}."
    JUDGE = "Checked by"
    JUDGE_HINT = "the model that answers"
    JUDGE_HELP = (
        "The chat model that judges whether the passages support the statements. If empty, the "
        "model that answers does. With `none`, only figures, names and wording are compared."
    )
    THRESHOLD = "Lowest confidence to answer with"
    THRESHOLD_HELP = "Footnote declines if the probability that the documents answer is lower."
    COST = (
        "At {:.2f}, <b>{:.0%}</b> of the answerable and <b>{:.0%}</b> of the unanswerable "
        "questions in the calibration data are declined."
    )
    PASSAGES = "Passages to search"
    PASSAGES_HELP = "More passages find answers that rank low; fewer are faster and cheaper."


def counted(count: int, forms: tuple[str, str]) -> str:
    """Return the form for one, or that for several with the number in it."""
    return forms[count != 1].format(count)
