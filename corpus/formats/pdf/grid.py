"""A table on a page: its cells with their words, before it becomes text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.formats.pdf.lines import Line, lines_of
from corpus.formats.pdf.words import HYPHEN, Word
from corpus.formats.tables import GridCell, Placed

BESIDE = 6.0  # points from a name to the figures that it stands over


@dataclass(slots=True)
class PageCell:
    """A cell by its row and column, and its lines from the top down."""

    row: int
    column: int
    lines: list[Line]
    row_span: int = 1
    column_span: int = 1

    @classmethod
    def of(
        cls, row: int, column: int, words: Iterable[Word], row_span: int = 1, column_span: int = 1
    ) -> "PageCell":
        """Build a cell from words in any order."""
        return cls(row, column, lines_of(words), row_span, column_span)

    def pieces(self) -> list[tuple[str, Word]]:
        """Return its words, each with the separator before it."""
        found: list[tuple[str, Word]] = []
        for line in self.lines:
            pieces = line.pieces()
            if found:
                text, word = found[-1]
                parted = text.endswith(HYPHEN) and pieces[0][0][:1].islower()
                found[-1] = (text[:-1] if parted else text.replace(HYPHEN, "-"), word)
                pieces[0] = (pieces[0][0] if parted else f" {pieces[0][0]}", pieces[0][1])
            found += pieces
        return [(text.replace(HYPHEN, "-"), word) for text, word in found]

    @property
    def text(self) -> str:
        """The text on one line."""
        return "".join(text for text, _ in self.pieces())


@dataclass(slots=True)
class PageTable:
    """A table at its position on a page.

    `headers` is the number of header rows, None if not known yet.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    cells: list[PageCell]
    headers: int | None = None
    unit: str = ""
    drawn: bool = False  # whether rules show its cells
    unsure: bool = False  # whether it has figures whose columns no header names for certain
    names: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, cells: Sequence[PageCell], **more: object) -> "PageTable":
        """Build a table from cells."""
        lines = [line for cell in cells for line in cell.lines]
        return cls(
            min(a.x0 for a in lines), min(a.y0 for a in lines), max(a.x1 for a in lines),
            max(a.y1 for a in lines), list(cells), **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def columns(self) -> dict[int, tuple[float, float]]:
        """Return where the cells of each column stand, those that span several apart."""
        found: dict[int, tuple[float, float]] = {}
        for cell in self.cells:
            if cell.column_span == 1:
                for line in cell.lines:
                    low, high = found.get(cell.column, (line.x0, line.x1))
                    found[cell.column] = min(low, line.x0), max(high, line.x1)
        return found

    def goes_on_from(self, above: "PageTable") -> bool:
        """Tell whether its columns stand below those of a table: each of one, none of two."""
        theirs, own = above.columns(), self.columns()
        return len(own) > 1 and own.keys() <= theirs.keys() and all(
            low < b + BESIDE and a < high + BESIDE if c == other else high <= a or b <= low
            for c, (low, high) in own.items()
            for other, (a, b) in theirs.items()
        )  # fmt: skip

    def placed(self) -> list[Placed]:
        """Return its cells in the form common to all formats."""
        return [
            (
                cell.row, cell.column,
                GridCell(cell.text, cell.row_span, cell.column_span,
                         strong=bool(cell.lines) and all(line.bold for line in cell.lines)),
            )
            for cell in self.cells
        ]  # fmt: skip
