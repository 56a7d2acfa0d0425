"""One cell of each of two tables of one make, compared: two years, two companies, two halls."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from qa.answer import AnswerTable
from qa.language.superlatives import COMPARATIVES
from qa.language.table_questions import (
    ALTERNATIVE,
    CHANGE_OF,
    CHANGED,
    DIFFERENCE,
    PERCENT,
)
from qa.tables.grid import Grid
from qa.tables.lookups import look_up
from qa.tables.matching import title_keys
from qa.tables.parsing import read
from qa.tables.reading import Likeness
from qa.tables.results import Cell, Result, common_unit, tell, tell_figure, title
from qa.tables.values import Value, comparable, written
from qa.tables.words import Asked

ALIKE = 0.5  # share of their columns or labels that tables of one make have in common
MOST_LABELS = 200  # compared of each


@dataclass(frozen=True, slots=True)
class Part:
    """A cell of one of the tables, and the words of the question that name the table."""

    grid: Grid
    cell: Cell
    name: str

    @property
    def value(self) -> Value:
        """What the cell is worth."""
        return self.grid.value(*self.cell)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the cells of two tables come to, and how."""

    text: str
    working: str
    parts: tuple[Part, Part]

    @property
    def shown(self) -> AnswerTable:
        """The two cells, a row each."""
        one = self.parts[0]
        return AnswerTable(
            caption=one.grid.label(one.cell[0]),
            header=("", title(one.grid, one.cell[1])),
            rows=tuple((p.name, p.grid.text(*p.cell)) for p in self.parts),
            marked=((0, 1), (1, 1)),
        )


def compare_tables(asked: Asked, grids: Sequence[Grid], likeness: Likeness) -> Comparison | None:
    """Return how a cell of one table compares with that of another, None where none is asked."""
    more = next((f for w in asked.words if (f := COMPARATIVES.get(w.text.lower()))), None)
    changed = bool(CHANGE_OF.search(asked.text) and CHANGED.search(asked.text))
    differ = bool(DIFFERENCE.search(asked.text))
    which = more is not None and bool(ALTERNATIVE.search(asked.text))
    if not (changed or differ or which):
        return None
    for one, other in combinations(grids, 2):
        names = _named_apart(asked, one, other)
        if names is None or not _of_one_make(one, other):
            continue
        own, theirs = names
        parts = [
            _look_up(asked, one, own, theirs, likeness),
            _look_up(asked, other, theirs, own, likeness),
        ]
        if parts[0] and parts[1] and _same_place(parts[0], parts[1]):
            first, second = sorted((parts[0], parts[1]), key=lambda p: asked.text.find(p.name))
            if which and more and not differ:
                return _tell_which(first, second, more.end)
            return _tell_difference(first, second, changed, bool(PERCENT.search(asked.text)))
    return None


def _named_apart(asked: Asked, one: Grid, other: Grid) -> tuple[set[int], set[int]] | None:
    """Return the positions of the words that only the title of either table has."""
    keys, others = title_keys(one), title_keys(other)
    own, theirs = (
        {n for n, word in enumerate(asked.words) if word.key in only}
        for only in (keys - others, others - keys)
    )
    return (own, theirs) if own and theirs else None


def _of_one_make(one: Grid, other: Grid) -> bool:
    """Tell whether two tables have the same columns, or the same rows."""
    names = [
        (
            {c.name.casefold() for c in grid.columns if c.name},
            {grid.label(r).casefold() for r in grid.rows[:MOST_LABELS]},
        )
        for grid in (one, other)
    ]
    for first, second in zip(*names, strict=True):
        if first and len(first & second) >= ALIKE * max(len(first), len(second)):
            return True
    return False


def _look_up(
    asked: Asked, grid: Grid, own: set[int], rest: set[int], likeness: Likeness
) -> Part | None:  # fmt: skip
    """Return the cell that a table has for a question about both, without the other's name."""
    text = asked.text
    for n in sorted(rest, reverse=True):
        word = asked.words[n]
        text = text[: word.start] + text[word.end :]
    reading = read(grid, Asked(text))
    if reading.binding.missing:
        return None
    found = look_up(reading, likeness)
    if not isinstance(found, Result) or len(found.cells) != 1:
        return None
    if grid.value(*found.cells[0]).number is None:
        return None
    first, last = min(own), max(own)
    name = asked.text[asked.words[first].start : asked.words[last].end]
    alone = len(own) == last - first + 1  # no other words between them
    return Part(grid, found.cells[0], name if alone else asked.words[first].text)


def _same_place(one: Part, other: Part) -> bool:
    """Tell whether two cells are of the same column and row label."""
    columns, labels = (
        {told(p).casefold() for p in (one, other)}
        for told in (lambda p: title(p.grid, p.cell[1]), lambda p: p.grid.label(p.cell[0]))
    )
    return len(columns) == len(labels) == 1


def _tell_which(one: Part, other: Part, end: str) -> Comparison | None:
    values = comparable([one.value, other.value])
    if values is None:
        return None
    keys = [v.key or Decimal(0) for v in values]
    told = [tell(p.grid, p.cell) for p in (one, other)]
    what = f"{one.grid.label(one.cell[0])} – {title(one.grid, one.cell[1])}"
    if keys[0] == keys[1]:
        text = f"Neither: {one.name} and {other.name} have the same ({what}: {told[0]})."
        return Comparison(text, f"{told[0]} = {told[1]}", (one, other))
    win = 0 if (keys[0] > keys[1]) == (end == "max") else 1
    names = one.name, other.name
    text = f"{names[win]} – {what}: {told[win]}, against {told[1 - win]} ({names[1 - win]})."
    sign = ">" if keys[win] > keys[1 - win] else "<"
    return Comparison(text, f"{told[win]} {sign} {told[1 - win]}", (one, other))


def _tell_difference(one: Part, other: Part, changed: bool, percent: bool) -> Comparison | None:
    values = comparable([one.value, other.value])
    if values is None or any(v.number is None for v in values):
        return None
    if changed and one.name.isdigit() and other.name.isdigit() and int(one.name) > int(other.name):
        one, other, values = other, one, values[::-1]
    first, second = (v.number or Decimal(0) for v in values)
    unit = common_unit(one.grid, [one.cell], values[:1])
    told = [tell_figure(n, [v], unit) for n, v in zip((first, second), values, strict=True)]
    gap = second - first
    what = f"{one.grid.label(one.cell[0])}, {title(one.grid, one.cell[1])}"
    both = f"{one.name} {told[0]}, {other.name} {told[1]}"
    direction = (" rise" if gap > 0 else " fall" if gap < 0 else "") if changed else ""
    if percent and unit != "%":
        if not first:
            return None
        share = written(abs(gap / first * 100), 1)
        return Comparison(f"{share}%{direction}: {what}: {both}.",
                          f"({told[1]} − {told[0]}) ÷ {told[0]} = {written(gap / first * 100, 1)}%",
                          (one, other))  # fmt: skip
    size = tell_figure(abs(gap), values, "percentage points" if unit == "%" else unit)
    high, low = (told[1], told[0]) if gap > 0 else (told[0], told[1])
    return Comparison(f"{size}{direction}: {what}: {both}.", f"{high} − {low} = {size}",
                      (one, other))  # fmt: skip
