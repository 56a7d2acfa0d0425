"""Sheets of cells: where a table ends and the next begins, and what titles stand above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.formats.content import ContentBuilder, counted, one_line
from corpus.formats.tables import (
    PARTS,
    GridCell,
    Placed,
    column_names,
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
    notes: list[str] = field(default_factory=list)

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
        self.lines = shown
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
    """Return the text of a cell on one line, its own lines kept apart."""
    return PARTS.join(line for part in text.split("\n") if (line := one_line(part)))[:MAX_CELL]


# Tables of a sheet


def _bands(lines: dict[int, Line]) -> Iterator[list[tuple[int, Line]]]:
    """Yield runs of rows without a blank one between them."""
    band: list[tuple[int, Line]] = []
    end = 0
    for number, line in sorted(lines.items()):
        if band and number > end:
            yield band
            band = []
        band.append((number, line))
        end = max(end, number + max(cell.row_span for cell in line.values()))
    if band:
        yield band


def _sides(band: list[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    """Return the tables that stand side by side in a band, each with labels of its own.

    A blank column within a table parts nothing: both sides need a first column of words.
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
    above: list[str] | None = None  # the names of the columns of the table before, by column
    last = 0
    for band in _bands(sheet.lines):
        for part in _sides(band):
            left = min(c for _, line in part for c in line)
            near = part[0][0] - last <= GAP + 1
            above = _add_table(builder, part, left, above if near else None)
        last = band[-1][0]
    for note in sheet.notes:
        builder.add("note", note)


def _add_table(
    builder: ContentBuilder, part: list[tuple[int, Line]], left: int, above: list[str] | None
) -> list[str] | None:
    """Add a table, single cells above it as its title; return the names of its columns.

    One without names of its own goes on with those `above`, where its values are of their kind.
    """
    width = max(len(line) for _, line in part)
    first = 0
    while first < len(part) and width > 1 and len(part[first][1]) == 1:
        first += 1
    for _, line in part[:first] if first < len(part) else part:
        for cell in line.values():
            builder.add("caption" if first < len(part) and width > 1 else "paragraph", cell.text)
    if first == len(part) or width == 1:
        for _, line in part[first:]:
            builder.add("paragraph", next(iter(line.values())).text)
        return above
    top = part[first][0]
    placed: list[Placed] = [
        (number - top, column, cell)
        for number, line in part[first:]
        for column, cell in line.items()
    ]
    shifted = [(row, column - left, cell) for row, column, cell in placed]
    rows = [row for row in spread(shifted) if any(cell and cell.text for cell in row)]
    count = count_header_rows(rows, sheet=True)
    goes_on = not count and above is not None and _goes_on(rows, left, above)
    names = above[left:] if goes_on and above else []
    builder.add_cells(*write_table(shifted, sheet=True, headers=count, above=names))
    if goes_on:
        return above
    return [""] * left + column_names(rows, count) if count else None


def _goes_on(rows: list[list[GridCell | None]], left: int, above: list[str]) -> bool:
    """Tell whether rows without a header are more of the table above: values under its names."""
    if left + len(rows[0]) > len(above):
        return False
    for row in rows:
        values = [cell for cell in row[1:] if cell and cell.text]
        if not values or not all(is_value(cell.text) for cell in values):
            return False
    return True
