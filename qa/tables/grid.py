"""A table as a grid: named columns, rows with labels, groups and totals."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.blocks import Block
from corpus.document import Document
from qa.language.sentences import CONTENTS_LINE
from qa.language.table_questions import AGGREGATE, ENDS_TOTAL, TOTAL
from qa.tables.values import Value, slashed_order, unit_of, value_of

SAMPLE = 300  # rows from which the kind of a column is told
MOST = 0.6  # share of a column's cells that make its kind
HEADERS = 3  # rows that may name columns although nothing marks them
LONG = 160  # characters from which a cell is prose
NEAR = 1200  # characters around a table that may explain it
BEGINNING = 1500  # characters of a document that may say what its tables are of
MAX_CELLS = 2_500_000
_CODE = re.compile(r"(?=.*\d)[\w./#-]*|#\S+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ENUMERATOR = re.compile(r"\(?(\d{1,4}|[A-Za-z])[.)]")
_WORD = re.compile(r"[^\W\d_]{3}")
_SERIAL = re.compile(r"(?i)(?:no|nr|#|id|pos|rank|s/n|index|№)\.?")


class Place(NamedTuple):
    """A cell's span in the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `parts` are its headers from the top, `kind` that of its cells."""

    index: int
    parts: tuple[str, ...]
    name: str
    unit: str
    kind: str  # "number", "date", "text", "mixed", "serial" or "blank"
    order: str = ""  # of its dates


class Grid:
    """The body of a table: `columns`, and rows numbered from 0 below the header."""

    def __init__(self, document: Document, block: Block) -> None:
        """Take the document and the block of its table."""
        assert block.table
        self.document, self.block, self._text = document, block, document.text
        self._common: list[tuple[int, Counter[str]]] = []
        cells = np.frombuffer(block.table.numbers, dtype=np.int32).reshape(-1, 7)
        width, height = block.table.columns, block.table.rows
        self.too_large = width * height > MAX_CELLS
        if self.too_large:
            cells, width, height = cells[:0], 0, 0
        starts = np.zeros((height, width), dtype=np.int32)
        ends = np.zeros((height, width), dtype=np.int32)
        heads: NDArray[np.bool_] = np.zeros((height, width), dtype=bool)
        starts[cells[:, 0], cells[:, 1]] = cells[:, 5]
        ends[cells[:, 0], cells[:, 1]] = cells[:, 6]
        heads[cells[:, 0], cells[:, 1]] = cells[:, 4] == 1
        wide = set()
        for row, column, tall, broad, header, start, end in cells[(cells[:, 2:4] > 1).any(axis=1)]:
            down = slice(row, row + tall)
            across = slice(column, column + (broad if header else 1))
            starts[down, across], ends[down, across], heads[down, across] = start, end, header
            if broad > 1 and not header:
                wide.add(int(row))
        filled = ends > starts
        every: NDArray[np.bool_] = np.asarray((heads | ~filled).all(axis=1) & filled.any(axis=1))
        if height > 2 and width > 2 and not every[:1].all():
            every[: self._unmarked_header(starts, ends)] = True
        count = 0
        while count < height - 1 and every[count]:
            count += 1
        while count > 1 and len(set(starts[count - 1][filled[count - 1]].tolist())) == 1:
            count -= 1  # the title of the first group of rows
        self._starts, self._ends = starts[count:], ends[count:]
        self._heads = starts[:count], ends[:count]
        self.height, self.width = len(self._starts), width
        self.head_rows = count
        again = every[count:] & ((starts[count:] != starts[count:, :1]) & filled[count:]).any(
            axis=1
        )
        self._groups, self._skipped = self._find_groups(filled[count:], again, wide, count)

    def _unmarked_header(self, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> int:
        """Return the number of unmarked header rows: words above figures."""

        def figure(row: int, column: int) -> bool | None:
            text = self._text[starts[row, column] : ends[row, column]].strip()
            return value_of(text).number is not None if text else None

        def named(row: int, column: int) -> bool | None:
            """Tell whether a cell above figures is words, "2023 votes" among them."""
            text = self._text[starts[row, column] : ends[row, column]].strip()
            return bool(_WORD.search(text)) or not figure(row, column) if text else None

        below = range(HEADERS, min(len(starts), HEADERS + 12))
        numeric = []
        for column in range(min(starts.shape[1], 60)):
            told = [f for row in below if (f := figure(row, column)) is not None]
            if len(told) > 2 and sum(told) > 0.8 * len(told):
                numeric.append(column)
        for row in reversed(range(min(HEADERS, len(starts) - 2))):
            own = [named(row, column) for column in numeric]
            short = (ends[row] - starts[row]).max() < LONG
            if len(numeric) > 1 and short and own.count(True) >= 2 and own.count(False) == 0:
                return row + 1
        return 0

    def _find_groups(
        self, filled: NDArray[np.bool_], again: NDArray[np.bool_], wide: set[int], count: int
    ) -> tuple[dict[int, str], set[int]]:
        """Return the group of each row that has one, and the rows that hold no values."""
        groups: dict[int, str] = {}
        skipped = set(np.flatnonzero(again).tolist()) | set(
            np.flatnonzero(~filled.any(axis=1)).tolist()
        )
        starts = self._starts
        alike = (starts == starts[:, :1]) | ~filled  # one cell in all that it spans
        lone = np.flatnonzero(alike.all(axis=1) & filled[:, :1].any(axis=1))
        title = ""
        if self.width < 2 or len(lone) * 2 > len(filled):
            return groups, skipped
        alone = set(lone.tolist())
        for row in range(len(filled)) if alone else ():
            if row in alone and (row + 1 < len(filled)):
                title = self.text(row, 0)
                skipped.add(row)
            elif title:
                groups[row] = title
                if TOTAL.match(self.text(row, 0)):
                    title = ""
        return groups, skipped

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, "" if it is blank."""
        raw = self._text[self._starts[row, column] : self._ends[row, column]]
        return self.document.said(raw) if self.document.markdown else " ".join(raw.split())

    def place(self, row: int, column: int) -> Place:
        """Return the span of a cell."""
        return Place(int(self._starts[row, column]), int(self._ends[row, column]))

    def value(self, row: int, column: int) -> Value:
        """Return the value of a cell, with the unit of its column if it has none."""
        return value_of(self.text(row, column), self.columns[column].order)

    def group(self, row: int) -> str:
        """Return the name of a row's group, "" if it has none."""
        return self._groups.get(row, "")

    @cached_property
    def rows(self) -> list[int]:
        """The rows of values: neither group titles nor repeated headers."""
        return [row for row in range(self.height) if row not in self._skipped]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns with their names and kinds."""
        found = []
        for index in range(self.width):
            starts, ends = self._heads
            texts = [
                " ".join(self._text[s:e].split())
                for s, e in zip(starts[:, index], ends[:, index], strict=True)
            ]
            said = [self.document.said(t) for t in texts] if self.document.markdown else texts
            parts = tuple(dict.fromkeys(filter(None, (part.rstrip(" :") for part in said))))
            sample = [t for row in range(min(self.height, SAMPLE)) if (t := self.text(row, index))]
            order = slashed_order(sample)
            values = [v for t in sample if not (v := value_of(t, order)).blank]
            name = " ".join(parts)
            kind = "serial" if _numbers_rows(sample) else _kind(values)
            found.append(Column(index, parts, name, unit_of(name), kind, order))
        return tuple(found)

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """The columns that together form the row label."""
        texts = [c.index for c in self.columns if c.kind in ("text", "mixed")]
        if not texts:
            return (0,) if self.width else ()
        names = [c for c in texts if not self.coded(c)] or texts
        rows = [r for r in self.rows[:SAMPLE] if not self.is_total(r)]
        first = names[0]
        if _distinct([self.text(r, first) for r in rows]) >= 0.95:
            return (first,)
        if self.columns[0].kind in ("date", "number") and first > 0 and self._leads(rows):
            return (0,)
        chosen: list[int] = []
        for column in names:
            filled = sum(bool(self.text(r, column)) for r in rows)
            alone = _distinct([t for r in rows if (t := self.text(r, column))])
            if alone >= 0.95 and filled > MOST * len(rows) and self._short(column, rows):
                return (column,)
        for column in names[:4]:
            chosen.append(column)
            joint = [" ".join(self.text(r, c) for c in chosen) for r in rows]
            if _distinct(joint) >= 0.95:
                return tuple(chosen)
        return (first,)

    def _leads(self, rows: Sequence[int]) -> bool:
        """Tell whether the first column identifies rows and is more than a row number."""
        head = self.columns[0]
        serial = _SERIAL.fullmatch(head.name) or head.name.lower() in ("rank", "position")
        return not serial and _distinct([self.text(r, 0) for r in rows]) >= 0.95

    def coded(self, column: int) -> bool:
        """Tell whether a column holds codes rather than names."""
        if self.columns[column].kind not in ("text", "mixed"):
            return False
        texts = [t for r in self.rows[:SAMPLE] if (t := self.text(r, column))]
        coded = sum(bool(_CODE.fullmatch(t)) for t in texts)
        return bool(texts) and coded > MOST * len(texts)

    def _short(self, column: int, rows: Sequence[int]) -> bool:
        texts = [t for r in rows if (t := self.text(r, column))]
        return sum(map(len, texts)) < 60 * max(len(texts), 1)

    def label(self, row: int) -> str:
        """Return the label of a row."""
        told = (self.text(row, column) for column in self.labels)
        return ", ".join(dict.fromkeys(filter(None, told)))

    def is_total(self, row: int) -> bool:
        """Tell whether a row is a total of others."""
        texts = [self.text(row, c) for c in range(min(self.width, 3))]
        return any(TOTAL.match(t) or ENDS_TOTAL.search(t) for t in texts if t)

    @cached_property
    def totals(self) -> frozenset[int]:
        """The rows that are totals of others."""
        return frozenset(row for row in self.rows if self.is_total(row))

    @cached_property
    def distinct(self) -> dict[int, dict[str, list[int]]]:
        """The distinct texts of each column of words, and the rows that have them."""
        found: dict[int, dict[str, list[int]]] = {}
        for column in self.columns:
            words = column.kind in ("text", "mixed", "date") or self.yearly(column.index)
            if words or column.index in self.labels:
                texts: dict[str, list[int]] = {}
                for row in self.rows:
                    if text := self.text(row, column.index):
                        texts.setdefault(text, []).append(row)
                found[column.index] = texts
        return found

    @cached_property
    def periods(self) -> tuple[int, ...]:
        """The columns of figures of one kind for different years, in chronological order."""
        found = []
        for column in self.columns:
            years = {int(y) for y in YEAR.findall(column.name)}
            rest = YEAR.sub("", column.name).strip(" ,-–/")
            if len(years) == 1 and column.kind in ("number", "mixed") and "%" not in column.name:
                found.append((years.pop(), column.index, rest))
        whole = len(found) > 1 and len({rest for *_, rest in found}) <= max(1, len(found) - 1)
        apart = len({year for year, *_ in found}) == len(found)
        return tuple(index for _, index, _ in sorted(found)) if whole and apart else ()

    def yearly(self, column: int) -> bool:
        """Tell whether a column's figures are years."""
        found = [self.value(r, column) for r in self.rows[:30]] if column >= 0 else []
        numbers = [v.number for v in found if v.number is not None]
        return bool(numbers) and all(
            1400 < n < 2200 and n == int(n) and "," not in self.text(r, column)
            for r, n in zip(self.rows, numbers, strict=False)
        )

    @cached_property
    def aggregates(self) -> dict[int, str]:
        """By column, the text that stands for all others in it, such as "All ages"."""
        return {
            column: text
            for column, texts in self.distinct.items()
            if 2 < len(texts) <= len(self.rows) / 2
            for text in texts
            if AGGREGATE.fullmatch(text)
        }

    @cached_property
    def contents(self) -> bool:
        """Whether most of its lines lead to a page: a table of contents."""
        lines = self.document.text[self.block.start : self.block.end].splitlines()[:SAMPLE]
        return 2 * sum(bool(CONTENTS_LINE.search(line)) for line in lines) > len(lines)

    @cached_property
    def prose(self) -> bool:
        """Whether most of its cells are long: text in a layout rather than values."""
        lengths = (self._ends - self._starts)[: SAMPLE * 3]
        filled = lengths[lengths > 0]
        return filled.size == 0 or bool((filled > LONG).mean() > 0.4)

    @cached_property
    def around(self) -> str:
        """The text just before and after it, up to the next table or heading."""
        blocks = self.document.blocks
        at = next(n for n, b in enumerate(blocks) if b.start == self.block.start)
        near = []
        for step in (-1, 1):
            n = at + step
            while 0 <= n < len(blocks) and not blocks[n].table and blocks[n].kind != "heading":
                if abs(blocks[n].start - blocks[at].start) > NEAR + (
                    self.block.end - self.block.start
                ):
                    break
                near.append(self._text[blocks[n].start : blocks[n].end])
                n += step
        return "\n".join(near)

    @cached_property
    def lowered(self) -> str:
        """The table's text and what is around it, in lower case."""
        return f"{self._text[self.block.start : self.block.end]}\n{self.around}".lower()

    @cached_property
    def context(self) -> str:
        """The text around it, and the beginning of its document."""
        return f"{self.around} {self.document.text[:BEGINNING]}"

    def common(self, keys: Callable[[str], Iterable[str]]) -> list[tuple[int, Counter[str]]]:
        """By column of words: the number of texts, and of those that contain each key."""
        if not self._common:
            for texts in self.distinct.values():
                some = list(texts)[:SAMPLE]
                self._common.append((len(some), Counter(k for t in some for k in set(keys(t)))))
        return self._common

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The headings above it, and its caption, innermost first."""
        path: list[tuple[int, str]] = []
        for block in self.document.blocks:
            if block.start >= self.block.start:
                break
            if block.kind == "heading":
                level = block.level or 1
                path = [p for p in path if p[0] < level]
                said = self.document.said(self._text[block.start : block.end]).lstrip("# ")
                path.append((level, said))
        assert self.block.table
        caption = self.block.table.caption
        return tuple(dict.fromkeys(filter(None, [caption, *(t for _, t in reversed(path))])))

    def row_span(self, row: int) -> tuple[int, int]:
        """Return the span of a row's line, or of its cells if the line is very long."""
        cells = [self.place(row, c) for c in range(self.width) if self._ends[row, c]]
        own = [c for c in cells if c.end > c.start]
        start, end = min(c.start for c in own), max(c.end for c in own)
        first = self._text.rfind("\n", self.block.start, start) + 1 or self.block.start
        first = max(first, self.block.start)
        last = self._text.find("\n", end, self.block.end)
        last = self.block.end if last < 0 else last
        return first, last


def _kind(values: Sequence[Value]) -> str:
    if not values:
        return "blank"
    counts = Counter(
        "date" if v.day else "number" if v.number is not None else "text" for v in values
    )
    kind, most = counts.most_common(1)[0]
    return kind if most >= MOST * len(values) else "mixed"


def _numbers_rows(texts: Sequence[str]) -> bool:
    """Tell whether texts are the enumerators of rows, as "1." and "2." are."""
    marks = [match[1] for text in texts if (match := _ENUMERATOR.fullmatch(text))]
    return len(marks) > max(1.0, MOST * len(texts)) and _distinct(marks) == 1.0


def _distinct(texts: Sequence[str]) -> float:
    return len(set(texts)) / len(texts) if texts else 0.0
