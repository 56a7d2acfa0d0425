"""Splits the lines of a reply into statements: lists, headings, tables, code, sources."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from qa.language.replies import (
    FENCE,
    FIRST_INLINE,
    HEADING,
    LIST_SIGN,
    NEXT_INLINE,
    SOURCES_LINE,
    TABLE_ROW,
    TABLE_RULE,
)

LABEL = 4  # words of a line with a colon that is rather a heading, where no list follows


@dataclass(frozen=True, slots=True)
class Written:
    """One statement without its markers, and the numbers they name, each once, in order."""

    text: str
    marks: tuple[int, ...]


@dataclass(slots=True)
class Cutter:
    """Cuts complete lines into statements; `read_line` cuts one line of prose.

    A list item is a statement together with its lead-in, a table row together with its headers. A
    heading asserts nothing. "Sources:" and markers on a line of their own belong to the statements
    before them that have none.
    """

    read_line: Callable[[str], list[Written]]
    statements: list[Written] = field(default_factory=list)
    _lead: Written | None = None  # ends with a colon, and waits for what it leads
    _leads: bool = False  # it had an item
    _headers: list[str] | None = None
    _code: list[str] | None = None
    _bare: list[int] | None = None  # while sources are listed: the statements that they are of

    def read(self, line: str) -> None:
        """Take the next complete line."""
        line = " ".join(line.split())
        if FENCE.match(line):
            if self._code is not None:
                self._add(self.read_line(" ".join(self._code)))
            self._code = None if self._code is not None else []
        elif self._code is not None:
            self._code.append(line)
        elif TABLE_ROW.match(line):
            self._read_row(line)
        elif line:
            self._end_table()
            for piece in inline_items(line):
                self._read_plain(piece)

    def reads_plainly(self, line: str) -> bool:
        """Tell whether an unfinished line is read the same way once it is complete."""
        waits = self._lead or self._code is not None or self._headers or self._bare
        return not waits and line[:1] not in "#|`~*-(" and not LIST_SIGN.match(line)

    def finish(self) -> list[Written]:
        """Return all statements, after the last line."""
        if self._code:
            self._add(self.read_line(" ".join(self._code)))
        self._end_table()
        self._drop_lead()
        return self.statements

    def _read_plain(self, line: str) -> None:
        if sources := SOURCES_LINE.match(line.replace("*", "")):
            self._drop_lead()
            self._bare = self._without_marks()
            self._mark_earlier(self.read_line("x " + sources["listed"]))
            return
        if self._bare is not None and (line[0] in "[(" or LIST_SIGN.match(line)):  # what was cited
            self._mark_earlier(self.read_line("x " + line))
            return
        self._bare = None
        if HEADING.match(line) or _all_bold(line):
            self._drop_lead()
            return
        sign = LIST_SIGN.match(line)
        said = self.read_line(line[sign.end() :] if sign else line)
        if sign and self._lead:
            lead, self._leads = self._lead, True
            marks = lead.marks
            said = [
                Written(f"{lead.text} {w.text}" if n == 0 else w.text, w.marks or marks)
                for n, w in enumerate(said)
            ]
        elif not sign:
            self._drop_lead()
            if not said:  # markers alone
                self._mark_earlier(self.read_line("x " + line))
            elif said[-1].text.endswith(":"):
                self._lead, self._leads = said.pop(), False
        self._add(said)

    def _read_row(self, line: str) -> None:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if TABLE_RULE.match(line):
            return
        if self._headers is None:
            self._headers = cells
            return
        named = zip(self._headers, cells, strict=False)
        self._add(self.read_line("; ".join(f"{h}: {c}" if h else c for h, c in named if c)))

    def _end_table(self) -> None:
        self._headers = None

    def _drop_lead(self) -> None:
        """Keep a lead-in without items, if it says something."""
        if self._lead and not self._leads and len(self._lead.text.split()) > LABEL:
            self._add([self._lead])
        self._lead, self._leads = None, False

    def _add(self, said: Sequence[Written]) -> None:
        self.statements += said

    def _without_marks(self) -> list[int]:
        return [n for n, written in enumerate(self.statements) if not written.marks]

    def _mark_earlier(self, said: Sequence[Written]) -> None:
        for n in self._without_marks() if self._bare is None else self._bare:
            earlier = self.statements[n]
            marks = dict.fromkeys([*earlier.marks, *(mark for w in said for mark in w.marks)])
            self.statements[n] = replace(earlier, marks=tuple(marks))


def _all_bold(line: str) -> bool:
    inner = line.rstrip(":")
    return inner[:2] == inner[-2:] == "**" and len(inner) > 4 and inner[-3] not in ".!?"


def inline_items(line: str) -> Iterator[str]:
    """Yield a line's lead-in and its numbered items, if it has any, else the line.

    >>> list(inline_items("Two highlights: 1. Exports rose. 2. Imports fell."))
    ['Two highlights:', '1. Exports rose.', '2. Imports fell.']
    """
    first = FIRST_INLINE.search(line)
    if not first:
        yield line
        return
    yield line[: first.start() + 1]
    start, number = first.end(), 2
    for found in NEXT_INLINE.finditer(line, first.end()):
        if int(found[1]) == number:
            yield line[start : found.start()]
            start, number = found.end(), number + 1
    yield line[start:]
