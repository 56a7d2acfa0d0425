"""Extremes: the row or column with the highest, lowest or third highest value."""

from collections.abc import Sequence
from decimal import Decimal

from qa.language.superlatives import EXTREME_SPEED_IN_TIME
from qa.language.table_questions import LOWEST_FALL, TOTAL
from qa.tables.reading import Likeness, Reading
from qa.tables.results import (
    Declined,
    Outcome,
    Result,
    body_rows,
    common_unit,
    meeting,
    tell,
    tell_figure,
    title,
    unread,
    valued,
)
from qa.tables.targets import asked_column, measures, unit_in
from qa.tables.values import Value, comparable


def find_extreme(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer which row, or column, has the highest or lowest value."""
    if reading.superlative is None:
        return None
    grid, asked = reading.grid, reading.asked
    rows = [r for r in body_rows(grid, reading.rows(), reading)]
    against = next((c for c in reading.conditions if c.other is not None), None)
    if reading.conditions and not against:
        rows, _ = meeting(reading, rows)
    concepts = reading.superlative.concepts
    if len(rows) == 1 and reading.labelled():
        return _extreme_across(reading, rows[0])
    if len(rows) < 2:
        return None
    if against:
        return _extreme_gap(reading, rows, against.column, against.other or 0, against.sign == "<")
    columns = measures(reading, likeness, concepts)
    if not columns:
        return None
    column = columns[0]
    rivals = [
        c
        for c in columns[1:]
        if unit_in(grid, grid.columns[c]) == unit_in(grid, grid.columns[column])
    ]
    sure = 0.9 if not rivals or reading.binding.headed else 0.6
    found = valued(grid, [(r, column) for r in rows])
    values = comparable([v for _, v in found])
    odd = next((t for t in (grid.text(r, column) for r in rows) if unread(t)), None)
    if odd is not None and found:
        return Declined(f"Not every value of {title(grid, column)} is a number: “{odd[:40]}”.")
    if not found or values is None:
        return Declined(f"The column {title(grid, column)} mixes values that cannot be compared.")
    end = reading.superlative.end
    word = asked.words[reading.superlative_at].text.lower() if reading.superlative_at >= 0 else ""
    timed = any(v.clock for v in values) or "speed" not in title(grid, column).lower()
    if word in EXTREME_SPEED_IN_TIME and timed:
        end = EXTREME_SPEED_IN_TIME[word]  # type: ignore[assignment]
    if LOWEST_FALL.search(asked.text) and any((v.number or 0) < 0 for v in values):
        end = "min"
    ranked = sorted(
        zip([r for (r, _), _ in found], values, strict=True),
        key=lambda p: p[1].key or Decimal(0), reverse=end == "max",
    )  # fmt: skip
    keys = list(dict.fromkeys(v.key for _, v in ranked))
    if reading.top > 1:
        picked = ranked[: reading.top]
    else:
        at = keys[reading.rank - 1] if reading.rank <= len(keys) else None
        picked = [p for p in ranked if p[1].key == at]
    if not picked:
        return Declined(
            f"The table has only {len(keys)} different values of {title(grid, column)}."
        )
    return _tell_extreme(reading, picked, column, end, len(found), rows, sure)


def _tell_extreme(
    reading: Reading, picked: Sequence[tuple[int, Value]], column: int, end: str, count: int,
    rows: Sequence[int], sure: float,
) -> Result:  # fmt: skip
    grid = reading.grid
    asked = asked_column(reading, but=[column])
    also = asked if asked is not None and asked not in grid.labels else None
    by_date = picked[0][1].day is not None
    ends = {("max", False): "highest", ("min", False): "lowest", ("max", True): "latest",
            ("min", True): "earliest"}  # fmt: skip
    place = ends[end, by_date]
    if reading.rank > 1:
        place = f"{_ordinal(reading.rank)} {place}"
    parts = []
    for row, _ in picked:
        lead = f"{grid.text(row, also)} – " if also is not None and grid.text(row, also) else ""
        name = title(grid, column) or "value"
        parts.append(f"{lead}{grid.label(row)} – {name}: {tell(grid, (row, column))}")
    blank = len(rows) - count
    without = f", {blank} without a value left out" if blank else ""
    text = f"{'; '.join(parts)} ({place} of {count}{without})."
    cells = tuple((row, column) for row, _ in picked)
    working = f"{place} of {count} values of {title(grid, column) or 'the table'}{without}"
    return Result(text, cells, tuple(r for r, _ in picked), sure, working)


def _ordinal(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(n, f"{n}th")


def _extreme_across(reading: Reading, row: int) -> Outcome:
    """Answer which column has the highest or lowest value of a row."""
    grid = reading.grid
    assert reading.superlative
    numeric = [c for c in reading.numeric() if c.kind == "number"]
    headed = {h.column for h in reading.binding.headed if h.exact}
    numeric = [c for c in numeric if not TOTAL.match(c.name)]
    chosen = [c for c in numeric if c.index in headed] if len(headed) > 1 else numeric
    found = valued(grid, [(row, c.index) for c in chosen])
    values = comparable([v for _, v in found])
    if (
        len(found) < 2
        or values is None
        or len({unit_in(grid, grid.columns[c]) for (_, c), _ in found}) > 1
    ):
        return None
    pairs = list(zip([cell for cell, _ in found], values, strict=True))
    keys = sorted(
        {v.key for v in values if v.key is not None}, reverse=reading.superlative.end == "max"
    )
    if reading.rank > len(keys):
        return None
    picked = [cell for cell, v in pairs if v.key == keys[reading.rank - 1]]
    place = "highest" if reading.superlative.end == "max" else "lowest"
    told = "; ".join(
        f"{title(grid, c)} – {grid.label(row)}: {tell(grid, (row, c))}" for _, c in picked
    )
    return Result(f"{told} ({place} of {len(pairs)}).", tuple(picked), (row,), 0.85,
                  f"{place} of {len(pairs)} values of {grid.label(row)}")  # fmt: skip


def _extreme_gap(
    reading: Reading, rows: Sequence[int], column: int, other: int, below: bool
) -> Outcome:
    """Answer which row is furthest above or below another column."""
    grid = reading.grid
    gaps = []
    for row in rows:
        have, limit = grid.value(row, column).number, grid.value(row, other).number
        if have is not None and limit is not None:
            gaps.append((limit - have if below else have - limit, row))
    if not gaps or max(gaps)[0] <= 0:
        return None
    most = max(gap for gap, _ in gaps)
    picked = [row for gap, row in gaps if gap == most]
    cells = [(row, c) for row in picked for c in (column, other)]
    values = [grid.value(*cell) for cell in cells]
    size = tell_figure(most, values, common_unit(grid, cells, values))
    side = "below" if below else "above"
    text = "; ".join(
        f"{grid.label(row)} – {title(grid, column)} {tell(grid, (row, column))} against "
        f"{title(grid, other)} {tell(grid, (row, other))}" for row in picked
    )  # fmt: skip
    working = f"{size} {side} {title(grid, other)}, the most of {len(gaps)} rows"
    return Result(f"{text}: {size} {side}.", tuple(cells), tuple(picked), 0.75, working)
