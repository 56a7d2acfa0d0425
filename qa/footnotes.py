"""An answer as text to paste elsewhere, every statement with its footnotes."""

import re
from collections.abc import Callable

from qa.answer import Answer, Citation, Statement

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+|~$!&])")


def place_of(citation: Citation) -> str:
    """Return title, section and page of a citation, for a person."""
    page = f"page {citation.page}" if citation.page is not None else ""
    return ", ".join(part for part in (citation.title, citation.section, page) if part)


def _plain(text: str) -> str:
    return " ".join(text.split())


def escaped(text: str) -> str:
    """Return Markdown that shows a text as it is."""
    return _SPECIAL.sub(r"\\\1", _plain(text))


def _with_footnotes(answer: Answer, marker: str, note: str, show: Callable[[str], str]) -> str:
    def told(statement: Statement) -> str:
        marks = "".join(marker.format(n) for n in statement.citations)
        reason = f": {statement.reason}" if statement.reason else ""
        doubt = "" if statement.verdict == "verified" else show(f" (unverified{reason})")
        return f"{show(statement.text)}{marks}{' ' * bool(doubt)}{doubt}"

    text = " ".join(told(statement) for statement in answer.statements) or show(answer.answer)
    notes = [f"{note.format(c.n)} “{show(c.quote)}” {show(place_of(c))}" for c in answer.citations]
    stopped = ["(stopped here)"] if answer.stopped else []
    return "\n\n".join([show(answer.question), text, *stopped, *notes]) + "\n"


def as_markdown(answer: Answer) -> str:
    """Return the question and its answer as Markdown with footnotes."""
    return _with_footnotes(answer, "[^{}]", "[^{}]:", escaped)


def as_text(answer: Answer) -> str:
    """Return the question and its answer as plain text with numbered notes."""
    return _with_footnotes(answer, "[{}]", "[{}]", _plain)
