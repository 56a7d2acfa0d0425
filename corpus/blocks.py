"""The typed parts of a document's text: headings, paragraphs, list items, tables, code, notes.

Every block is a span `[start, end)` of the text. Blocks are in order, do not overlap, and cover all
text that is not blank. Offsets count characters.
"""

import base64
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, NamedTuple, get_args

BlockKind = Literal[
    "heading", "paragraph", "list_item", "table", "code", "caption", "note", "furniture"
]
KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
UNSEEN = "unseen"  # marker of furniture that is no text for people: front matter, comments
CONTENTS = "contents"  # marker of furniture that only lists headings


class Cell(NamedTuple):
    """A cell of a table, and the span of its value in the text.

    A cell that spans several rows or columns is listed once, at its first position; `header`
    marks a column header or a row label.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    header: bool
    start: int
    end: int


class Box(NamedTuple):
    """The box of a span of text on the page as displayed.

    In tenths of a point (1/720 inch) from the page's upper left corner; `page` counts from 1.
    """

    start: int
    end: int
    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a document's lines, and of each word in its tables, by their spans.

    Each is stored as seven 32-bit integers.
    """

    numbers: bytes = b""

    @classmethod
    def of(cls, boxes: Iterable[Box]) -> "Boxes":
        """Build the collection from boxes in any order."""
        return cls(array("i", [n for box in sorted(boxes) for n in box]).tobytes())

    def __iter__(self) -> Iterator[Box]:
        """Yield the boxes in the order of their spans."""
        numbers, width = memoryview(self.numbers).cast("i"), len(Box._fields)
        for at in range(0, len(numbers), width):
            yield Box(*numbers[at : at + width])

    def within(self, start: int, end: int) -> Iterator[Box]:
        """Return the boxes of the lines and words within a span of the text."""
        return (box for box in self if box.start < end and start < box.end)

    def to_json(self) -> str:
        """Return the JSON form that `from_json` reads."""
        return base64.b85encode(zlib.compress(self.numbers, 3)).decode("ascii")

    @classmethod
    def from_json(cls, packed: str) -> "Boxes":
        """Return the boxes from the form that `to_json` writes."""
        return cls(zlib.decompress(base64.b85decode(packed)))


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, by row and column; its caption and the unit of its figures, if named.

    Each cell is stored as seven 32-bit integers: a sheet may have millions.
    """

    rows: int
    columns: int
    numbers: bytes
    caption: str = ""
    unit: str = ""

    @classmethod
    def of(cls, cells: Iterable[Cell], caption: str = "", unit: str = "") -> "Table":
        """Build a table from cells in any order."""
        ordered = sorted(cells)
        rows = max((c.row + c.row_span for c in ordered), default=0)
        columns = max((c.column + c.column_span for c in ordered), default=0)
        numbers = array("i", chain.from_iterable(ordered))
        return cls(rows, columns, numbers.tobytes(), caption, unit)

    @property
    def cells(self) -> Iterator[Cell]:
        """The cells, by row, then column."""
        numbers, width = memoryview(self.numbers).cast("i"), len(Cell._fields)
        for at in range(0, len(numbers), width):
            row, column, row_span, column_span, header, start, end = numbers[at : at + width]
            yield Cell(row, column, row_span, column_span, bool(header), start, end)

    def to_json(self) -> list[Any]:
        """Return the JSON form that `from_json` reads."""
        packed = base64.b85encode(zlib.compress(self.numbers, 3)).decode("ascii")
        return [self.rows, self.columns, packed, self.caption, self.unit]

    @classmethod
    def from_json(cls, fields: Sequence[Any]) -> "Table":
        """Return the table from the form that `to_json` writes."""
        rows, columns, packed, caption, unit = fields
        return cls(rows, columns, zlib.decompress(base64.b85decode(packed)), caption, unit)


@dataclass(frozen=True, slots=True)
class Block:
    """A typed span of a document's text.

    `level` is that of a heading (1 is the highest) or of a list item (1 is the outermost);
    `marker` is what stands before a list item or a numbered heading, as printed.
    """

    kind: BlockKind
    start: int
    end: int
    level: int | None = None
    marker: str | None = None
    table: Table | None = None

    @property
    def unseen(self) -> bool:
        """Whether the block is not shown to readers, such as front matter."""
        return self.kind == "furniture" and self.marker == UNSEEN

    def to_json(self) -> list[Any]:
        """Return the JSON form that `from_json` reads."""
        table = self.table.to_json() if self.table else None
        return [self.kind, self.start, self.end, self.level, self.marker, table]

    @classmethod
    def from_json(cls, fields: Sequence[Any]) -> "Block":
        """Return the block from the form that `to_json` writes."""
        kind, start, end, level, marker, table = fields
        return cls(kind, start, end, level, marker, Table.from_json(table) if table else None)


def check_blocks(text: str, blocks: Sequence[Block]) -> None:
    """Assert that blocks are in order, do not overlap, and cover all text that is not blank.

    Raises:
        ValueError: names the first place where they do not.
    """
    at = 0
    for block in blocks:
        span = f"{block.kind} {block.start}-{block.end}"
        if not at <= block.start < block.end <= len(text) or block.kind not in KINDS:
            raise ValueError(f"block {span} is out of place at {at}")
        if between := text[at : block.start].strip():
            raise ValueError(f"text at {at} is in no block: {between[:40]!r}")
        for cell in block.table.cells if block.table else ():
            if not block.start <= cell.start <= cell.end <= block.end:
                raise ValueError(f"{cell} is outside its table {block.start}-{block.end}")
        at = block.end
    if text[at:].strip():
        raise ValueError(f"text at {at} is in no block: {text[at:].strip()[:40]!r}")
