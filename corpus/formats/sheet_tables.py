"""Sheets: where one table ends and the next begins, and the titles above each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.formats.content import ContentBuilder, counted, one_line
from corpus.formats.tables import (
    PARTS,
    GridCell,
    Placed,
    Rows,
    column_names,
    could_name,
    count_header_rows,
    is_value,
    spread,
    write_table,
)

MAX_ROWS = 200_000  # of one sheet
MAX_COLUMNS = 2_000
MAX_CELL = 32_767  # characters, as Excel has it
GAP = 2  # blank rows within one table, at most
Line = dict[int, GridCell]  # the cells of a row that are not blank, by column


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet by row, without those that are hidden or blank."""

    name: str
    lines: dict[int, Line] = field(default_factory=dict)
    heads: set[int] = field(default_factory=set)  # rows that are declared to name columns
    frozen: set[int] = field(default_factory=set)  # rows that stay in view when it is scrolled
    notes: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)  # rows that are left out; they part no table

    def hide(self, rows: set[int], columns: set[int], builder: ContentBuilder) -> None:
        """Leave out hidden rows and columns, and warn of those that have text."""
        shown: dict[int, Line] = {}
        lost = 0
        lost_columns: set[int] = set()
        for number, line in self.lines.items():
            if number in rows:
                lost += 1
                continue
            lost_columns |= line.keys() & columns
            if kept := {c: cell for c, cell in line.items() if c not in columns}:
                shown[number] = kept
        self.lines, self.hidden = shown, rows
        for what, count in (("row", lost), ("column", len(lost_columns))):
            if count:
                warning = f"{counted(count, f'hidden {what}')} left out in sheet {self.name!r}"
                builder.warn(warning)

    def warn_of_formulas(self, cells: Sequence[str], builder: ContentBuilder) -> None:
        """Warn of formulas, by their cells, that have no stored value."""
        if cells:
            named = ", ".join(cells[:8]) + (", …" if len(cells) > 8 else "")
            builder.warn(
                f"{counted(len(cells), 'formula')} without a stored value in sheet {self.name!r} "
                f"({named}): open the file in a spreadsheet program and save it"
            )


def cell_text(text: str) -> str:
    """Return the text of a cell on one line, with its own lines separated."""
    return PARTS.join(line for part in text.split("\n") if (line := one_line(part)))[:MAX_CELL]


# Tables of a sheet


def _bands(sheet: Sheet) -> Iterator[list[tuple[int, Line]]]:
    """Yield runs of rows without a blank one between them."""
    band: list[tuple[int, Line]] = []
    end = 0
    for number, line in sorted(sheet.lines.items()):
        if band and any(between not in sheet.hidden for between in range(end, number)):
            yield band
            band = []
        band.append((number, line))
        end = max(end, number + max(cell.row_span for cell in line.values()))
    if band:
        yield band


def _sides(band: list[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    """Return the tables that are side by side in a band, each with row labels of its own.

    A blank column within a table divides nothing: both sides need a first column of words.
    """
    used = sorted({c for _, line in band for at, cell in line.items()
                   for c in range(at, at + cell.column_span)})  # fmt: skip
    for left, right in zip(used, used[1:], strict=False):
        if right - left < 2:
            continue
        parts = [
            [
                (n, kept)
                for n, line in band
                if (kept := {c: x for c, x in line.items() if within(c)})
            ]
            for within in (left.__ge__, right.__le__)
        ]
        if all(_has_labels(part) for part in parts):
            return [parts[0], *_sides(parts[1])]
    return [band]


def _has_labels(part: Sequence[tuple[int, Line]]) -> bool:
    columns = {c for _, line in part for c in line}
    first = [line[min(columns)].text for _, line in part[1:] if min(columns) in line]
    return len(columns) > 1 and len(part) > 1 and bool(first) and not any(map(is_value, first))


def add_sheet(builder: ContentBuilder, sheet: Sheet) -> None:
    """Add the tables of a sheet, titles above them, and its notes."""
    writer = _SheetWriter(builder, sheet)
    for band in _bands(sheet):
        for part in _sides(band):
            writer.add(part)
        writer.last = band[-1][0]
    for note in sheet.notes:
        builder.add("note", note)


class _SheetWriter:
    """Adds tables one after the other, and remembers column names for continuations."""

    def __init__(self, builder: ContentBuilder, sheet: Sheet) -> None:
        self._builder = builder
        self._heads = sheet.heads
        self._above: list[str] = []  # the names of columns of the table before, by column
        self._frozen = _frozen_names(sheet)
        self.last = 0  # the last row of the tables before

    def add(self, part: list[tuple[int, Line]]) -> None:
        """Add a table; single cells above it become its titles, isolated ones become text."""
        width = max(len(line) for _, line in part)
        first = 0
        while first < len(part) and width > 1 and len(part[first][1]) == 1:
            first += 1
        if first == len(part) or width == 1:
            for _, line in part:
                for cell in line.values():
                    self._builder.add("paragraph", cell.text)
            return
        for _, line in part[:first]:
            self._builder.add("caption", next(iter(line.values())).text)
        part, left = part[first:], min(c for _, line in part for c in line)
        if before := _preamble(part, left):
            self._builder.add_cells(*write_table(_placed(part[:before], left), sheet=True))
        self._add_rows(part[before:], left)

    def _add_rows(self, part: list[tuple[int, Line]], left: int) -> None:
        top, placed = part[0][0], _placed(part, left)
        rows = _rows_of(placed)
        declared = 0
        while declared < len(part) - 1 and part[declared][0] in self._heads:
            declared += 1
        count = declared or count_header_rows(rows, sheet=True)
        names: list[str] = []
        if not count and top > max(self._heads, default=0) and any(self._frozen[left:]):
            names = self._frozen[left:]
        elif not count and top - self.last <= GAP + 1 and _goes_on(rows, left, self._above):
            names = self._above[left:]
        self._builder.add_cells(*write_table(placed, sheet=True, headers=count, above=names))
        if count:
            self._above = [""] * left + column_names(rows, count)
        elif len(part) == 1 and not names and could_name(rows[0], [()] * len(rows[0])):
            self._above = [""] * left + column_names(rows, 1)  # a header over the table below
        elif not names:
            self._above = []


def _placed(part: list[tuple[int, Line]], left: int) -> list[Placed]:
    top = part[0][0]
    return [(number - top, c - left, cell) for number, line in part for c, cell in line.items()]


def _rows_of(placed: list[Placed]) -> Rows:
    return [row for row in spread(placed) if any(cell and cell.text for cell in row)]


def _preamble(part: list[tuple[int, Line]], left: int) -> int:
    """Return the number of rows above the header that only describe the table: few cells."""
    width = max(len(line) for _, line in part)
    count = 0
    while count < len(part) and 2 * len(part[count][1]) <= width > 3:
        if any(cell.column_span > 1 for cell in part[count][1].values()):
            return 0  # it groups columns
        count += 1
    if not 0 < count < len(part) - 1:
        return 0
    named = count_header_rows(_rows_of(_placed(part[count:], left)), sheet=True)
    return count if named else 0


def _frozen_names(sheet: Sheet) -> list[str]:
    """Return the column names in the frozen rows of a sheet."""
    rows = [(n, sheet.lines[n]) for n in sorted(sheet.frozen & sheet.lines.keys())]
    placed: list[Placed] = [(n, c, cell) for n, line in rows if n in sheet.heads
                            for c, cell in line.items()]  # fmt: skip
    grid = [row for row in spread(placed) if any(row)]
    return column_names(grid, len(grid))


def _goes_on(rows: Rows, left: int, above: list[str]) -> bool:
    """Tell whether rows without a header continue the table above: values under its columns."""
    if left + len(rows[0]) > len(above):
        return False
    for row in rows:
        values = [cell for cell in row[1:] if cell and cell.text]
        if not values or not all(is_value(cell.text) for cell in values):
            return False
    return True
