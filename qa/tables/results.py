"""The result of a question about a table, and the wording of its cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import shorten

from qa.tables.conditions import meets
from qa.tables.grid import Grid
from qa.tables.matching import Named
from qa.tables.reading import Likeness, Reading
from qa.tables.targets import measures, unit_in
from qa.tables.values import Value, clock, measure_of, value_of, written, written_scaled

Cell = tuple[int, int]  # row, column
MAX_TOLD = 30  # rows named in a statement
MAX_WORDS = 60
MAX_PLACES = 3  # rows and columns named as read
MAX_NAME = 60  # characters of such a name
_FIGURE = re.compile(r"\d")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]|[*†‡].*")


@dataclass(frozen=True, slots=True)
class Result:
    """An answer from a table: its text, the cells it rests on, and how it was worked out.

    `cells` are those that are the answer, `rows` all that it rests on; `working` is None if
    nothing was computed. `sure` is how clearly the question was understood, 0 to 1.
    """

    text: str
    cells: tuple[Cell, ...]
    rows: tuple[int, ...]
    sure: float
    working: str | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a table does not answer, in a sentence, and the rows nearest to what is asked."""

    reason: str
    rows: tuple[int, ...] = ()


Outcome = Result | Declined | None


def title(grid: Grid, column: int) -> str:
    """Return the name of a column, with its unit."""
    return grid.columns[column].name


def tell(grid: Grid, cell: Cell) -> str:
    """Return a cell's text with its unit, if its column's name has a currency or per cent."""
    text = grid.text(*cell)
    value, unit = grid.value(*cell), grid.columns[cell[1]].unit
    if (
        value.number is not None
        and not value.unit
        and unit in ("%", "£", "$", "€")
        and text[0].isdigit()
    ):
        return f"{text}%" if unit == "%" else f"{unit}{text}"
    return text


def say_cell(grid: Grid, row: int, column: int, label: str = "") -> str:
    """Return a cell with its row and column: "Oslo – Ships: 1,204"."""
    label = label or grid.label(row)
    name = title(grid, column)
    return f"{label} – {name}: {tell(grid, (row, column))}" if name else \
        f"{label}: {tell(grid, (row, column))}"  # fmt: skip


def tell_places(grid: Grid, cells: Sequence[Cell]) -> str:
    """Return where cells stand: "row “Oslo”, column “Ships”"."""
    rows = [grid.label(row) for row in dict.fromkeys(row for row, _ in cells)]
    columns = [title(grid, column) for column in dict.fromkeys(column for _, column in cells)]
    told = [
        f"{what}{'s' * (len(names) > 1)} {', '.join(f'“{n}”' for n in names[:MAX_PLACES])}"
        f"{' and others' * (len(names) > MAX_PLACES)}"
        for what, named in (("row", rows), ("column", columns))
        if (names := [shorten(n, MAX_NAME, placeholder="…") for n in named if n])
    ]
    return ", ".join(told) or "the table"


def tell_figure(
    number: Decimal, values: Sequence[Value], unit: str, decimals: int | None = None
) -> str:
    """Return a computed figure with the decimals of its values and the given unit."""
    if any(v.clock for v in values):
        return clock(number)
    places = max((v.decimals for v in values), default=0) if decimals is None else decimals
    scales = {(v.scale, v.power) for v in values}
    scale, power = scales.pop() if len(scales) == 1 else ("", 0)
    if scale and unit != "percentage points":
        return written_scaled(number, places, unit, scale, power)
    return written(number, 0 if any(power for _, power in scales) else places, unit)


def common_unit(grid: Grid, cells: Sequence[Cell], values: Sequence[Value]) -> str:
    """Return the unit of cells: their own, else that of their columns, rows or table."""
    units = {v.unit for v in values if v.unit} or {unit_in(grid, grid.columns[c]) for _, c in cells}
    if len(units) == 1 and (unit := units.pop()):
        return unit
    label = {u for r, _ in cells if (u := _label_unit(grid.label(r)))}
    whole = _label_unit(" ".join(grid.headings[:1]))
    return label.pop() if len(label) == 1 else whole


def _label_unit(label: str) -> str:
    match = re.search(r"[(\[](?:in )?([^()\[\]]{1,12}?)(?: per [^()\[\]]+)?[)\]]", label)
    return match[1] if match and measure_of(match[1]) else ""


def valued(grid: Grid, cells: Sequence[Cell]) -> list[tuple[Cell, Value]]:
    """Return the cells with a number, date or time, and its value."""
    return [(cell, v) for cell in cells if (v := grid.value(*cell)).key is not None]


def unread(text: str) -> bool:
    """Tell whether a cell has a figure whose value is not known: "about 30", but no "n/a (3)"."""
    return value_of(text).key is None and bool(_FIGURE.search(_BRACKETED.sub("", text)))


def body_rows(grid: Grid, rows: Sequence[int], reading: Reading) -> list[int]:
    """Return rows without totals of others, unless one is named."""
    plain = [r for r in rows if r not in grid.totals]
    return plain or list(rows)


def meeting(reading: Reading, rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the rows that meet all conditions, and those for which it is unknown."""
    met, unknown = [], []
    for row in rows:
        found = [meets(reading.grid, row, c) for c in reading.conditions]
        if all(found):
            met.append(row)
        elif None in found and False not in found:
            unknown.append(row)
    return met, unknown


def tell_conditions(reading: Reading) -> str:
    """Return the conditions in words."""
    grid = reading.grid
    parts = [
        n.text for n in reading.named if n.column not in grid.labels or len(reading.rows()) > 1
    ]
    for c in reading.conditions:
        name = title(grid, c.column)
        if c.other is not None:
            parts.append(f"{name} {c.sign} {title(grid, c.other)}")
        elif c.number is None:
            parts.append(f"{name}: {'no' if c.sign == '!=' else 'yes'}")
        else:
            parts.append(f"{name} {c.sign} {c.number:,f}")
    return ", ".join(dict.fromkeys(parts))


def best_measure(reading: Reading, likeness: Likeness, concepts: Sequence[str] = ()) -> int | None:
    """Return the column most likely asked for, None if there is none."""
    found = measures(reading, likeness, concepts)
    return found[0] if found else None


def positions_of(reading: Reading, pattern: re.Pattern[str]) -> set[int]:
    """Return the positions of the words that a pattern matches."""
    spans = [m.span() for m in pattern.finditer(reading.asked.text)]
    return {n for n, w in enumerate(reading.asked.words)
            if any(s <= w.start < e for s, e in spans)}  # fmt: skip


def filters_of(reading: Reading) -> list[Named]:
    """Return the named texts that select rows of a table."""
    return [n for n in reading.named if set(n.rows) < set(reading.grid.rows)]


def best_rows(reading: Reading, rows: Sequence[int]) -> list[int]:
    """Return the rows that are fully named, if some of those named are not."""
    grid = reading.grid
    best = max((n.share for n in reading.named if n.column in grid.labels), default=0.0)
    whole = {
        r
        for n in reading.named
        if n.share >= best - 0.05 and n.column in grid.labels
        for r in n.rows
    }
    return [r for r in rows if r in whole] or list(rows)
