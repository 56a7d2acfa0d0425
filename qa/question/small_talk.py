"""What is small talk, not a question."""

from qa.language.dialogue import SMALL_TALK


def is_small_talk(text: str) -> bool:
    """Tell whether a message greets, thanks or asks what this is, and asks nothing else."""
    return SMALL_TALK.fullmatch(text.strip()) is not None
