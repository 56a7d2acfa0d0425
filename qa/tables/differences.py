"""Differences of two cells of a table: how much, which is more, and changes over time."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from qa.language.superlatives import COMPARATIVES, EXTREME_SPEED_IN_TIME
from qa.language.table_questions import (
    ALTERNATIVE,
    CHANGE_OF,
    CHANGED,
    DIFFERENCE,
    EACH,
    FIRST_PLACE,
    FROM,
    PERCENT,
    SECOND_PLACE,
)
from qa.tables.grid import YEAR
from qa.tables.matching import GROUP, Named
from qa.tables.reading import Likeness, Reading
from qa.tables.results import (
    Cell,
    Declined,
    Outcome,
    Result,
    best_measure,
    best_rows,
    body_rows,
    common_unit,
    positions_of,
    tell,
    tell_figure,
    title,
    valued,
)
from qa.tables.targets import could_be, unit_in, wants_change
from qa.tables.values import comparable, value_of, written
from qa.tables.words import ESSENTIAL, Asked


def _pair_difference(
    reading: Reading, cells: Sequence[Cell], labels: Sequence[str], change: bool
) -> Outcome:
    """Return the difference of two cells, or the change from the first to the second."""
    grid = reading.grid
    found = valued(grid, cells)
    values = comparable([v for _, v in found])
    if len(found) != 2 or values is None:
        blank = next((label for cell, label in zip(cells, labels, strict=True)
                      if grid.value(*cell).key is None), labels[0])  # fmt: skip
        return Declined(f"The table gives no figure for {blank}.", tuple({r for r, _ in cells}))
    one, other = values
    rows = tuple(dict.fromkeys(r for r, _ in cells))
    if one.day and other.day:
        days = abs((other.day - one.day).days)
        return Result(f"{days:,} days between {labels[0]} ({grid.text(*cells[0])}) and {labels[1]} "
                      f"({grid.text(*cells[1])}).", tuple(cells), rows, 0.8,
                      f"{grid.text(*cells[1])} − {grid.text(*cells[0])} = {days:,}")  # fmt: skip
    assert one.number is not None and other.number is not None
    unit = common_unit(grid, cells, values)
    gap = other.number - one.number
    first, second = (tell_figure(v.number or Decimal(0), [v], unit) for v in values)
    if change and PERCENT.search(reading.asked.text) and unit != "%":
        if one.number == 0:
            return Declined("A change from 0 cannot be given as a percentage.", rows)
        percent = gap / abs(one.number) * 100
        told = "rise" if gap > 0 else "fall"
        return Result(
            f"{written(abs(percent), 1)}% {told}, from {first} ({labels[0]}) to {second} "
            f"({labels[1]}).",
            tuple(cells), rows, 0.85,
            f"({second} − {first}) ÷ {first} = {written(percent, 1)}%",
        )  # fmt: skip
    size = tell_figure(abs(gap), values, "percentage points" if unit == "%" else unit)
    if change:
        told = "rise" if gap > 0 else "fall" if gap < 0 else "change"
        text = f"{size} {told}: from {first} ({labels[0]}) to {second} ({labels[1]})."
    else:
        text = f"{size}: {labels[0]} {first}, {labels[1]} {second}."
    high, low = (second, first) if gap > 0 else (first, second)
    return Result(text, tuple(cells), rows, 0.85, f"{high} − {low} = {size}")


def compare_places(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer how far the first is ahead of the second."""
    text, grid = reading.asked.text, reading.grid
    if not (FIRST_PLACE.search(text) and SECOND_PLACE.search(text) and DIFFERENCE.search(text)):
        return None
    rows, column = body_rows(grid, reading.rows(), reading), best_measure(reading, likeness)
    if len(rows) < 2 or column is None:
        return None
    keys = [v.key for _, v in valued(grid, [(r, column) for r in rows])]
    if len(keys) < 2 or max(keys) != keys[0] and min(keys) != keys[0]:  # type: ignore[type-var]
        return None
    reading.binding.used |= positions_of(reading, FIRST_PLACE) | positions_of(reading, SECOND_PLACE)
    cells = [(rows[0], column), (rows[1], column)]
    return _pair_difference(reading, cells, [grid.label(r) for r in rows[:2]], False)


def _alternatives(reading: Reading, likeness: Likeness) -> tuple[list[Cell], list[str]] | None:
    """Return the two cells that a question compares, in its order, with their names."""
    grid = reading.grid
    for column in {n.column for n in reading.named}:
        texts = grid.distinct.get(column, {})
        own = [n for n in reading.named_in(column) if n.text in texts]  # not a range of them
        named = sorted(own, key=lambda n: _own_place(reading, n))
        if len(named) != 2 or column == GROUP:
            continue
        rest = set(reading.rows(without=column))
        places = [[r for r in n.rows if r in rest] for n in named]
        if any(len(r) != 1 for r in places):
            continue
        target = best_measure(reading, likeness, _comparing(reading))
        if target is None or target == column:
            continue
        return [(places[0][0], target), (places[1][0], target)], [n.text for n in named]
    rows = body_rows(grid, reading.rows(), reading)
    if len(rows) == 1 and (reading.labelled() or len(grid.rows) == 1):
        pair = two_columns(reading)
        if pair:
            return [(rows[0], c) for c in pair], [title(grid, c) for c in pair]
    if len(rows) > 1 and reading.labelled():
        pair = two_columns(reading)
        best = [r for r in rows if grid.label(r) in {n.text for n in reading.named}]
        if pair and len(best) == 1:
            return [(best[0], c) for c in pair], [title(grid, c) for c in pair]
    return None


def _own_place(reading: Reading, named: Named) -> int:
    """Return where a question names something, by the words that it shares with nothing else."""
    others = {p for n in reading.named_in(named.column) if n is not named for p in n.positions}
    return min(named.positions - others or named.positions)


def two_columns(reading: Reading) -> tuple[int, int] | None:
    """Return the two columns that a question compares, in its order."""
    grid, asked = reading.grid, reading.asked
    allowed = {c.index for c in reading.numeric()}
    heads = [h for h in reading.binding.headed if h.column in allowed and h.exact]
    best: tuple[tuple[bool, float], tuple[int, int]] | None = None
    for n, one in enumerate(heads):
        for other in heads[n + 1 :]:
            own, theirs = one.positions - other.positions, other.positions - one.positions
            names = _essential(asked, own), _essential(asked, theirs)
            if all(names):  # "fiscal 2017 and fiscal 2018": the years
                own, theirs = names
            if not own or not theirs or not asked.coordinated(own, theirs):
                continue
            if unit_in(grid, grid.columns[one.column]) != unit_in(grid, grid.columns[other.column]):
                continue
            pair = sorted([(min(own), one.column), (min(theirs), other.column)])
            fits = all(could_be(reading, grid.columns[column]) for _, column in pair)
            score = fits, one.score + other.score
            if best is None or score > best[0]:
                best = score, (pair[0][1], pair[1][1])
    return best[1] if best else None


def _essential(asked: Asked, positions: frozenset[int]) -> frozenset[int]:
    return frozenset(p for p in positions if asked.weights[p] == ESSENTIAL)


def _comparing(reading: Reading) -> tuple[str, ...]:
    for word in reading.asked.words:
        if found := COMPARATIVES.get(word.text.lower()):
            return found.concepts
    return ()


def find_difference(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer by how much two cells differ, or how one changed."""
    text, grid = reading.asked.text, reading.grid
    changed = wants_change(reading) and CHANGE_OF.search(text) and not EACH.search(text)
    if not DIFFERENCE.search(text) and not changed:
        return None
    pair = _alternatives(reading, likeness)
    if pair is None and changed:
        pair = _first_and_last(reading)
    if pair is None:
        return None
    (one, other), labels = pair
    reading.binding.used |= positions_of(reading, CHANGED) | positions_of(reading, DIFFERENCE)
    reading.binding.used |= positions_of(reading, PERCENT)
    first, second = (_when(label) for label in labels)
    if changed and first and second and first != second:
        start = FROM.search(text)
        late = labels[0] if first > second else labels[1]  # "from 2021 to 2019" is meant so
        back = bool(start and start["year"] in late and re.search(r"\bto\b", text[start.end() :]))
        if (first > second) != back:
            one, other, labels = other, one, labels[::-1]
    elif one[1] != other[1] and re.search(r"(?i)\bfrom\b.*\bto\b", text) is None and changed:
        order = sorted([one, other], key=lambda c: title(grid, c[1]))
        labels = [title(grid, c[1]) for c in order]
        one, other = order
    named = grid.label(one[0])
    labels = labels if one[0] != other[0] else [f"{named}, {label}" for label in labels]
    return _pair_difference(reading, (one, other), labels, bool(changed))


def _when(label: str) -> date | None:
    """Return the date that a label names, the first of its year if it has only that."""
    if day := value_of(label).day:
        return day
    years = {int(year) for year in YEAR.findall(label)}
    return date(years.pop(), 1, 1) if len(years) == 1 else None


def _first_and_last(reading: Reading) -> tuple[list[Cell], list[str]] | None:
    """Return a row's cells of the two periods named, or of the only two in the table."""
    grid = reading.grid
    rows = best_rows(reading, body_rows(grid, reading.rows(), reading))
    heads = [h for h in reading.binding.headed if h.exact and h.positions & reading.years]
    named = [c for c in grid.periods if any(h.column == c for h in heads)]
    periods = named if len(named) == 2 else [*grid.periods] if not named else []
    if len(rows) != 1 or len(periods) != 2 or not reading.labelled():
        return None
    return [(rows[0], c) for c in periods], [title(grid, c) for c in periods]


def compare_two(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer which of two has more."""
    grid, asked = reading.grid, reading.asked
    match = next(((w, f) for w in asked.words if (f := COMPARATIVES.get(w.text.lower()))), None)
    if match is None or not ALTERNATIVE.search(asked.text):
        return None
    pair = _alternatives(reading, likeness)
    if pair is None:
        return None
    (one, other), labels = pair
    found = valued(grid, (one, other))
    values = comparable([v for _, v in found])
    if len(found) != 2 or values is None:
        return Declined("The table does not give comparable values for both.",
                        (one[0], other[0]))  # fmt: skip
    end = match[1].end
    word = match[0].text.lower()
    if word in EXTREME_SPEED_IN_TIME and any(v.clock for v in values):
        end = EXTREME_SPEED_IN_TIME[word]  # type: ignore[assignment]
    keys = [v.key or Decimal(0) for v in values]
    told = [tell(grid, cell) for cell in (one, other)]
    rows = tuple(dict.fromkeys((one[0], other[0])))
    what = title(grid, one[1]) if one[1] == other[1] else grid.label(one[0])
    if keys[0] == keys[1]:
        text = f"Neither: {labels[0]} and {labels[1]} have the same ({what}: {told[0]})."
        return Result(text, (one, other), rows, 0.85, f"{told[0]} = {told[1]}")
    win = 0 if (keys[0] > keys[1]) == (end == "max") else 1
    text = f"{labels[win]} – {what}: {told[win]}, against {told[1 - win]} ({labels[1 - win]})."
    sign = ">" if keys[win] > keys[1 - win] else "<"
    return Result(text, (one, other), rows, 0.85, f"{told[win]} {sign} {told[1 - win]}")
