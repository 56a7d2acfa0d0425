"""A question read against one table: the cells it names, and its conditions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qa.language.superlatives import Superlative
from qa.language.table_questions import NUMBER_WORDS, Sign
from qa.tables.grid import Column, Grid
from qa.tables.matching import Binding, Named
from qa.tables.words import Asked

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on rows: a column compared with a number, another column, or yes and no."""

    column: int
    sign: Sign
    number: Decimal | None = None
    other: int | None = None
    told: str = ""


@dataclass
class Reading:
    """A question read against one table."""

    grid: Grid
    asked: Asked
    binding: Binding
    conditions: list[Condition] = field(default_factory=list)
    superlative: Superlative | None = None
    superlative_at: int = -1
    rank: int = 1
    top: int = 1
    negated: bool = False
    years: set[int] = field(default_factory=set)  # positions of numbers that name columns
    unmet: str = ""  # a condition that no column can be found for

    @property
    def named(self) -> list[Named]:
        """The texts of cells that are named."""
        return self.binding.named

    def named_in(self, column: int) -> list[Named]:
        """The texts of a column that are named."""
        return [n for n in self.named if n.column == column]

    def rows(self, without: int | None = None) -> list[int]:
        """Return the rows that match everything named, except in one column."""
        grid = self.grid
        chosen = set(grid.rows)
        for column in {n.column for n in self.named} - {without}:
            chosen &= {row for n in self.named_in(column) for row in n.rows}
        for column, whole in grid.aggregates.items():
            if column != without and not self.named_in(column):
                rest = chosen & set(grid.distinct[column][whole])
                chosen = rest or chosen
        return sorted(chosen)

    def labelled(self) -> bool:
        """Tell whether a row label is named, or a group of rows."""
        return any(n.column in self.grid.labels for n in self.named)

    def numeric(self) -> list[Column]:
        """The columns with figures, dates and times that are not labels or codes."""
        grid = self.grid
        return [
            c
            for c in grid.columns
            if c.kind in ("number", "date", "mixed")
            and c.index not in grid.labels
            and not any(n.column == c.index for n in self.named)
        ]


def positions_within(asked: Asked, start: int, end: int) -> set[int]:
    """Return the positions of the words that begin in a span of the question."""
    return {n for n, w in enumerate(asked.words) if start <= w.start < end}


def number_in(text: str, scale: str | None = None) -> Decimal | None:
    """Return the number written in digits or a word, None if there is none."""
    low = text.lower()
    if low in NUMBER_WORDS:
        number = Decimal(NUMBER_WORDS[low])
    else:
        plain = low.strip("$€£¥").replace(",", "").rstrip(".")
        if not re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
            return None
        number = Decimal(plain)
    return number * Decimal(10) ** SCALES[scale.lower()] if scale else number
