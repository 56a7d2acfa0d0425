"""Export of an answer or a conversation, every statement with its footnotes."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment

from index.retriever import RetrievedPassage
from qa.answer import Answer, AnswerTable, Citation, Statement
from qa.conversations.history import Exchange
from qa.tables.drawing import table_as_markdown, table_as_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+|~$!&])")
NAMED = 80  # characters of a file's name
NEAREST = 3  # passages told with a declined question
_PAGE = Path(__file__).with_name("conversation.html.j2")


def file_name(title: str) -> str:
    """Return a name for a file, without an ending, that every system takes."""
    words = re.sub(r"[^\w\s().,'’-]+", " ", title)
    return " ".join(words.split())[:NAMED].strip(" .") or "conversation"


def place_of(citation: Citation) -> str:
    """Return the title, section and page of a citation for display."""
    page = f"page {citation.page}" if citation.page is not None else ""
    return ", ".join(part for part in (citation.title, citation.section, page) if part)


def near_place(found: RetrievedPassage) -> str:
    """Return title, section and page of a passage, for a person."""
    page = f"page {found.page}" if found.page is not None else ""
    return ", ".join(part for part in (found.title, found.passage.section, page) if part)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Return Markdown that displays a text literally."""
    return _SPECIAL.sub(r"\\\1", _plain(text))


def _with_footnotes(
    answer: Answer, marker: str, colon: str, show: Callable[[str], str],
    draw: Callable[[AnswerTable], str],
) -> str:  # fmt: skip
    def told(statement: Statement) -> str:
        marks = "".join(marker.format(n) for n in statement.citations)
        reason = f": {statement.reason}" if statement.reason else ""
        noted = statement.verdict in ("unverified", "computed")
        doubt = show(f" ({statement.verdict}{reason})") if noted else ""
        return f"{show(statement.text)}{marks}{' ' * bool(doubt)}{doubt}"

    text = " ".join(told(statement) for statement in answer.statements) or show(answer.answer)
    notes = [
        f"{marker.format(c.n)}{colon} “{show(c.quote)}” {show(place_of(c))}"
        for c in answer.citations
    ]
    near = [
        f"{show('Near:')} “{show(p.passage.text)}” {show(near_place(p))}"
        for p in answer.passages[:NEAREST]
        if answer.status != "answered"
    ]
    stopped = ["(stopped here)"] if answer.stopped else []
    tables = [draw(statement.table) for statement in answer.statements if statement.table]
    return "\n\n".join([show(answer.question), text, *tables, *stopped, *notes, *near]) + "\n"


def answer_as_markdown(answer: Answer, prefix: str = "") -> str:
    """Return the question and its answer as Markdown; `prefix` keeps footnote names distinct."""

    def draw(table: AnswerTable) -> str:
        return table_as_markdown(table, _escaped)

    return _with_footnotes(answer, f"[^{prefix}{{}}]", ":", _escaped, draw)


def answer_as_text(answer: Answer) -> str:
    """Return the question and its answer as plain text with numbered notes."""

    def draw(table: AnswerTable) -> str:
        return "\n".join(table_as_text(table))

    return _with_footnotes(answer, "[{}]", "", _plain, draw)


def as_markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as Markdown with footnotes."""
    parts = [f"# {_escaped(title)}"]
    for q, exchange in enumerate(exchanges, 1):
        if exchange.answer:
            told = answer_as_markdown(exchange.answer, f"{q}-").strip()
        else:
            said = exchange.error or "Not answered yet."
            told = f"{_escaped(exchange.question)}\n\n{_escaped(said)}"
        parts.append(f"## {told}")
    return "\n\n".join(parts) + "\n"


def as_html(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as a self-contained HTML page."""
    template = Environment(autoescape=True).from_string(_PAGE.read_text("utf-8"))
    return template.render(title=title, exchanges=exchanges, place_of=place_of,
                           near_place=near_place, nearest=NEAREST)  # fmt: skip


def as_json(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as JSON: contract results, each with the user's feedback."""
    kept: list[dict[str, Any]] = [
        {
            "question": e.question,
            "documents": list(e.docs),
            "result": e.answer.to_json() if e.answer else None,
            "error": e.error,
            "feedback": None if e.good is None else {"good": e.good, "reason": e.reason},
        }
        for e in exchanges
    ]
    return json.dumps({"title": title, "exchanges": kept}, ensure_ascii=False, indent=1)
