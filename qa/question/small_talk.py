"""Small talk, as opposed to questions."""

from typing import Literal

from qa.language.dialogue import DOCUMENTS_ASKED, SMALL_TALK, THANKS


def small_talk(text: str) -> Literal["greeting", "thanks", "documents"] | None:
    """Return the kind of a message that does not ask about the documents; None for a question.

    >>> small_talk("Which documents do you have?")
    'documents'
    """
    said = text.strip()
    if DOCUMENTS_ASKED.fullmatch(said):
        return "documents"
    if SMALL_TALK.fullmatch(said) is None:
        return None
    return "thanks" if THANKS.match(said) else "greeting"


def is_small_talk(text: str) -> bool:
    """Tell whether a message only greets, thanks or asks what this is."""
    return small_talk(text) is not None
