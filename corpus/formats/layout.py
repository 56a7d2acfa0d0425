"""Lines at places on pages, made into paragraphs, headings and table rows again.

A document that was set on paper tells only where its letters stand; sizes, gaps and indents tell
what belongs together. Places are in points from a page's lower left corner.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.blocks import BlockKind
from corpus.formats.content import ContentBuilder
from corpus.formats.tables import (
    HEADER_LENGTH,
    NUMBER,
    count_header_rows,
    is_value,
    of_texts,
    spread,
)

TOUCH = 3.0  # points between rules that meet, and between the same places of two pages
EDGE = 0.09  # of a page's height, where running headers and footers stand
CELL_LENGTH = 30  # characters of a cell of such a table, in the mean
LARGE = 1.12  # of the body's size; larger lines are headings
MAX_HEADING = 120  # characters

HYPHEN = "\xad"  # at a line's end: the word goes on
_ENDS = re.compile(r"[.!?:;…。！？][\"'”’)\]»]*$")
_ITEM = re.compile(r"(?:[-*•–‣·▪◦●○■]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)])\s")
_BULLET = re.compile(r"^[•‣·▪◦●○■]\s+")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:#|[ivxlc]+)(?:\s*(?:of|/)\s*#)?\W*", re.IGNORECASE)
_DOTS = re.compile(r"(?: ?\.){4,} ?")
_LEADERS = " … "  # between a heading and its page in a table of contents

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `cells` are its parts between wide gaps, as (text, left, right)."""

    cells: tuple[tuple[str, float, float], ...]
    bottom: float
    top: float
    size: float
    bold: bool

    @property
    def text(self) -> str:
        """What it says, without the dots that lead to a page's number."""
        return _DOTS.sub(_LEADERS, " ".join(text for text, _, _ in self.cells))

    @property
    def left(self) -> float:
        """Where its first letter begins."""
        return self.cells[0][1]

    @property
    def right(self) -> float:
        """Where its last letter ends."""
        return self.cells[-1][2]


Item = Line | Rows


def _whole(text: str) -> str:
    """Return a text whose last letter is a hyphen where it was one."""
    return f"{text[:-1]}-" if text.endswith(HYPHEN) else text


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the spans on the page that the cells of lines keep to, from left to right."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((left, right) for line in lines for _, left, right in line.cells):
        if columns and left <= columns[-1][1] + 1:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _open_table(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> Rows:
    """Return the rows of a table without rules.

    Its first line is a header where it is bold above others, or words above a column of figures;
    else each line is a row of one cell.
    """
    starts = [left for left, _ in columns]
    rows = [[""] * len(columns) for _ in lines]
    for row, line in zip(rows, lines, strict=True):
        for text, left, _ in line.cells:
            at = bisect(starts, left) - 1
            row[at] = f"{row[at]} {text}".strip()
    figures = any(
        all(NUMBER.fullmatch(cell) for cell in cells) for cells in zip(*rows[1:], strict=True)
    )
    bold = lines[0].bold and not any(line.bold for line in lines[1:])
    named = all(rows[0]) and not any(is_value(c) or len(c) > HEADER_LENGTH for c in rows[0])
    if named and (figures or bold):
        return rows
    return [[line.text] for line in lines]


def with_open_tables(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items with runs of three and more lines in columns made tables."""
    run: list[Line] = []
    for item in [*items, None]:
        if isinstance(item, Line) and len(item.cells) > 1:
            run.append(item)
            continue
        columns = _columns(run)
        # Cells, rather than columns of running text.
        short = sum(len(a.text) for a in run) <= CELL_LENGTH * sum(len(a.cells) for a in run)
        if len(run) > 2 and len(columns) > 1 and short:
            yield _open_table(run, columns)
        else:
            yield from run
        run = []
        if item is not None:
            yield item


def without_running_lines(pages: list[list[Item]], heights: Sequence[float]) -> list[list[Item]]:
    """Return the pages without the headers, footers and page numbers at their edges."""
    edges = [
        {
            id(line): (re.sub(r"\d+", "#", line.text), round(line.bottom / TOUCH))
            for line in items
            if isinstance(line, Line)
            and not EDGE * height < (line.bottom + line.top) / 2 < (1 - EDGE) * height
        }
        for items, height in zip(pages, heights, strict=True)
    ]
    often = Counter(key for edge in edges for key in set(edge.values()))
    running = {
        name
        for edge in edges
        for name, key in edge.items()
        if often[key] > 1 or len(key[0]) <= MAX_HEADING and _PAGE_NUMBER.fullmatch(key[0])
    }
    return [[item for item in items if id(item) not in running] for items in pages]


class Writer:
    """Makes the text of a document from the items of its pages."""

    def __init__(self, pages: Sequence[Sequence[Item]]) -> None:
        """Measure what is usual in the document: its letters, the gaps between its lines."""
        lines = [item for items in pages for item in items if isinstance(item, Line)]
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
        self._body = sizes.most_common(1)[0][0] if sizes else 1.0
        large = sorted({round(size) for size in sizes if size > self._body * LARGE}, reverse=True)
        self._levels = {size: min(level, 5) for level, size in enumerate(large, 1)}
        self._bold = 2 * sum(len(a.text) for a in lines if a.bold) > sum(sizes.values())
        self._words = Counter(word for line in lines for word in re.findall(r"[\w-]+", line.text))
        gaps = [a.bottom - b.top for a, b in pairwise(lines)]
        near = [gap for gap in gaps if -self._body / 2 < gap < self._body]
        self._gap = median(near) if near else 0.0

    def join(self, text: str, more: str) -> str:
        """Return two lines as one; a word parted between them is whole again."""
        if text.endswith((HYPHEN, "-")) and more[:1].islower():
            before = re.split(r"[^\w-]", text[:-1])[-1]
            after = re.findall(r"^\w*", more)[0]
            if self._words[f"{before}-{after}"] == 0:
                return text[:-1] + more
            return f"{text[:-1]}-{more}"
        return f"{_whole(text)} {more}"

    def _level(self, line: Line, alone: bool) -> int:
        """Return the level of a heading line; 0 for other lines."""
        text = line.text
        if len(text) > MAX_HEADING or not any(c.isalpha() for c in text):
            return 0
        if line.size > self._body * LARGE:
            return self._levels.get(round(round(line.size, 1)), 5)
        return 6 if alone and line.bold and not self._bold and not _ENDS.search(text) else 0

    def _goes_on(self, above: Line, line: Line, first: bool, right: float) -> bool:
        """Tell whether a line is of the paragraph of the line above; `right` is its widest."""
        size = self._body
        if abs(above.size - line.size) > size * 0.08 or above.bold != line.bold and first:
            return False
        near = -size < above.bottom - line.top <= self._gap + 0.4 * size
        if _LEADERS in above.text or not near or _ITEM.match(line.text):
            return False
        item = first and _ITEM.match(above.text)
        if line.left - above.left > size and not item or line.left > above.right:
            return False
        if above.text.endswith((HYPHEN, "-")):
            return True
        edge = max(right, line.right)
        word = len(line.text.split()[0]) * 0.5 * size
        short = above.right + word < edge
        half = above.right - above.left < 0.5 * (edge - above.left)
        return not (short and (half or _ENDS.search(above.text)))

    def _paragraph(self, lines: list[Line]) -> "Piece":
        level = self._level(lines[0], len(lines) == 1)
        text = lines[0].text
        for line in lines[1:]:
            text = self.join(text, line.text)
        text = _whole(text)
        if level:
            return Piece("heading", text, level)
        if found := _ITEM.match(text):
            bullet = _BULLET.match(text)
            marker = "•" if bullet else found[0].strip()
            return Piece("list_item", text[found.end() :], 1, marker)
        return Piece("paragraph", text)

    def pieces(self, items: Sequence[Item]) -> list["Piece | Rows"]:
        """Return the paragraphs, headings and tables of one page."""
        found: list[Piece | Rows] = []
        group: list[Line] = []
        for item in [*items, None]:
            line = item if isinstance(item, Line) else None
            right = max((above.right for above in group), default=0.0)
            if group and not (line and self._goes_on(group[-1], line, len(group) == 1, right)):
                found.append(self._paragraph(group))
                group = []
            if line:
                group.append(line)
            elif isinstance(item, list):
                found.append(item)
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a page before it is added to the document."""

    kind: BlockKind
    text: str
    level: int | None = None
    marker: str | None = None


def add_pages(
    builder: ContentBuilder, pages: Sequence[Sequence[Piece | Rows]], writer: Writer
) -> None:
    """Add the blocks of pages; a sentence may go on to the next."""
    last: Piece | None = None
    header: list[str] = []  # of the table that the last page ended with
    for pieces in pages:
        builder.begin_page()
        for at, piece in enumerate(pieces):
            if isinstance(piece, list):
                goes_on = at == 0 and len(header) == len(piece[0]) and piece[0] != header
                count = count_header_rows(spread(of_texts(piece)))
                builder.add_table(of_texts(piece), above=header if goes_on and not count else ())
                header = header if goes_on and not count else piece[0] if count else []
                last = None
                continue
            header = []
            open_end = last and last.kind != "heading" and not _ENDS.search(last.text)
            if at == 0 and last and open_end and piece.text[:1].islower() and not piece.marker:
                whole = writer.join(last.text, piece.text)
                said = f"{last.marker} {whole}" if last.marker else whole
                builder.go_on(said, len(piece.text))
                piece = Piece(last.kind, whole, last.level, last.marker)
            else:
                builder.add(piece.kind, piece.text, piece.level, piece.marker)
            last = piece
