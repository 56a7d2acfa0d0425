"""What is small talk, not a question."""

from typing import Literal

from qa.language.dialogue import DOCUMENTS_ASKED, SMALL_TALK, THANKS


def small_talk(text: str) -> Literal["greeting", "thanks", "documents"] | None:
    """Return what a message is that asks nothing of the documents' content; None for a question.

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
    """Tell whether a message greets, thanks or asks what this is, and asks nothing else."""
    return small_talk(text) is not None
