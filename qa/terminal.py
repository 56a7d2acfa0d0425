"""Answers for a person at a terminal."""

import re
import shutil
import textwrap
from collections.abc import Sequence
from itertools import takewhile

from qa.answer import Answer, Question, Statement
from qa.pipeline import Pipeline
from qa.tables.drawing import table_as_text
from qa.verification.verifier import PENDING
from qa.words import Terminal

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # a terminal would obey them
_COLUMNS, _LEAST = 96, 20  # of an answer, where the terminal has as many; and where it has none


def _wrap(text: str, indent: int = 0) -> list[str]:
    space = " " * indent
    columns = shutil.get_terminal_size((_COLUMNS, 0)).columns
    width = max(min(_COLUMNS, columns), _LEAST) - indent
    return textwrap.wrap(text, width, initial_indent=space, subsequent_indent=space)


def show_answer(answer: Answer, told: int = 0) -> str:
    """Return an answer for a person: the text, then its numbered sources.

    Of a written answer, `told` statements have already been printed.
    """
    lines = [*_written(answer.statements[told:]), "", _tally(answer)]
    if answer.fallback or not answer.prompt_version or not answer.statements:
        lines = _wrap(answer.answer)
        lines += [Terminal.SHOWN_OF.format(*answer.listed)] if answer.listed else []
        lines += ["", Terminal.LIKELIHOOD.format(answer.likelihood)] * bool(answer.citations)
    for statement in answer.statements:
        if statement.verdict == "computed" and statement.reason:
            lines += _wrap(Terminal.COMPUTED.format(statement.reason), 4)
        if statement.table:
            lines += ["", *(f"    {line}" for line in table_as_text(statement.table, 92))]
    for citation in answer.citations:
        page = Terminal.PAGE.format(citation.page) if citation.page else ""
        section = f" — {citation.section}" if citation.section else ""
        lines += ["", f"[{citation.n}] {citation.title}{section}{page}"]
        lines += _wrap(f'"{" ".join(citation.quote.split())}"', 4)
        place = Terminal.PLACE.format(citation.doc, citation.start, citation.end)
        lines.append(f"    {place}")
    for passage in () if answer.citations else answer.passages[:3]:
        lines += ["", Terminal.NEAREST.format(passage.title)]
        lines += _wrap(textwrap.shorten(passage.passage.text, 240), 4)
    if answer.fallback:
        lines += ["", *_wrap(answer.fallback)]
        lines += [Terminal.WROTE.format(answer.answerer)] * bool(answer.written)
        lines += _written(answer.written)
    lines += [f"  - {suggestion}" for suggestion in answer.suggestions]
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))


def _tally(answer: Answer) -> str:
    verified = sum(statement.verdict != "unverified" for statement in answer.statements)
    stopped = Terminal.STOPPED if answer.stopped else ""
    said = Terminal.VERIFIED_OF.format(verified, len(answer.statements)) + stopped
    return f"{said} {answer.checking}".strip()


def _written(statements: Sequence[Statement]) -> list[str]:
    """Return the lines of statements that a chat model wrote, each with its problem, if any."""
    lines = []
    for statement in statements:
        marks = "".join(f"[{n}]" for n in statement.citations)
        lines += _wrap(f"{statement.text} {marks}".strip())
        if statement.verdict == "unverified":
            lines += _wrap(Terminal.UNVERIFIED.format(statement.reason), 4)
    return lines


def print_as_written(pipeline: Pipeline, question: Question) -> None:
    """Print a written answer statement by statement as each is complete and checked."""
    told: tuple[Statement, ...] = ()
    answer = None
    try:
        for answer in pipeline.stream(question):
            settled = tuple(takewhile(lambda s: s.reason != PENDING, answer.statements))
            if not answer.fallback and len(settled) > len(told) and settled[: len(told)] == told:
                for line in _written(settled[len(told) :]):
                    print(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", line), flush=True)
                told = settled
    except KeyboardInterrupt:
        if answer:
            print(show_answer(answer.stop(), len(told)), flush=True)
        raise
    if answer:
        same = answer.statements[: len(told)] == told and not answer.fallback
        print(show_answer(answer, len(told) if same else 0), flush=True)
