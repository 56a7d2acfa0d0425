"""What a question read against a table comes to: cells looked up, rows filtered, figures computed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from index.words import STOPWORDS
from qa.language.table_questions import (
    ALTERNATIVE,
    AVERAGE,
    CHANGE_OF,
    COMPARATIVES,
    DIFFERENCE,
    EXTREME_SPEED_IN_TIME,
    FIRST_PLACE,
    FROM,
    HOW_MANY,
    HOW_MUCH,
    LISTING,
    LOWEST_FALL,
    OF_TOTAL,
    PERCENT,
    PLACED,
    SECOND_PLACE,
    SHARE,
    SUM_STRONG,
)
from qa.tables.grid import Grid
from qa.tables.matching import Named, keys_of, same_concept
from qa.tables.reading import (
    GROUP,
    Likeness,
    Reading,
    asked_column,
    measures,
    meets,
    unit_in,
    wants_change,
    wants_sum,
)
from qa.tables.values import Value, clock, comparable, measure_of, written

Cell = tuple[int, int]  # row, column
MAX_TOLD = 30  # rows named in a statement
MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Result:
    """An answer from a table: what is said, the cells it rests on, and how it was worked out.

    `cells` are those that are the answer, `rows` all that it rests on; `working` is None where
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
Step = Callable[[Reading, Likeness], Outcome]


def compute(reading: Reading, likeness: Likeness) -> Outcome:
    """Return what a question comes to in its table, None where it does not ask that table."""
    for step in (_places, _extreme, _difference, _comparison, _share, _average, _sum, _listing,
                 _lookup):  # fmt: skip
        found = step(reading, likeness)
        if found is not None:
            return found
    return None


def computes(text: str) -> bool:
    """Tell whether a question asks for more than to look up a cell."""
    return any(p.search(text) for p in (DIFFERENCE, SUM_STRONG, AVERAGE))


# Telling


def title(grid: Grid, column: int) -> str:
    """Return what a column is called, its unit included."""
    return grid.columns[column].name


def _told(grid: Grid, cell: Cell) -> str:
    """Return a cell's text with its unit, where its column's name has a currency or per cent."""
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


def _say(grid: Grid, row: int, column: int, label: str = "") -> str:
    label = label or grid.label(row)
    name = title(grid, column)
    return f"{label} – {name}: {_told(grid, (row, column))}" if name else \
        f"{label}: {_told(grid, (row, column))}"  # fmt: skip


def _figure(
    number: Decimal, values: Sequence[Value], unit: str, decimals: int | None = None
) -> str:
    if any(v.clock for v in values):
        return clock(number)
    places = max((v.decimals for v in values), default=0) if decimals is None else decimals
    return written(number, places, unit)


def _unit(grid: Grid, cells: Sequence[Cell], values: Sequence[Value]) -> str:
    units = {v.unit for v in values if v.unit} or {unit_in(grid, grid.columns[c]) for _, c in cells}
    if len(units) == 1 and (unit := units.pop()):
        return unit
    label = {u for r, _ in cells if (u := _label_unit(grid.label(r)))}
    whole = _label_unit(" ".join(grid.headings[:1]))
    return label.pop() if len(label) == 1 else whole


def _label_unit(label: str) -> str:
    match = re.search(r"[(\[](?:in )?([^()\[\]]{1,12}?)(?: per [^()\[\]]+)?[)\]]", label)
    return match[1] if match and measure_of(match[1]) else ""


def _values(grid: Grid, cells: Sequence[Cell]) -> list[tuple[Cell, Value]]:
    """Return the cells that have a number, a date or a time, with it."""
    return [(cell, v) for cell in cells if (v := grid.value(*cell)).key is not None]


def _body(grid: Grid, rows: Sequence[int], reading: Reading) -> list[int]:
    """Return rows without those that add up others; they are kept where one is named."""
    plain = [r for r in rows if r not in grid.totals]
    return plain or list(rows)


def _conditioned(reading: Reading, rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the rows that meet all conditions, and those of which it is not known."""
    met, unknown = [], []
    for row in rows:
        found = [meets(reading.grid, row, c) for c in reading.conditions]
        if all(found):
            met.append(row)
        elif None in found and False not in found:
            unknown.append(row)
    return met, unknown


def _where(reading: Reading) -> str:
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


# Operations


def _pair_difference(
    reading: Reading, cells: Sequence[Cell], labels: Sequence[str], change: bool
) -> Outcome:
    """Return the difference of two cells, or the change from the first to the second."""
    grid = reading.grid
    found = _values(grid, cells)
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
                      f"{grid.text(*cells[1])} − {grid.text(*cells[0])} = {days:,} days")  # fmt: skip
    assert one.number is not None and other.number is not None
    unit = _unit(grid, cells, values)
    gap = other.number - one.number
    first, second = (_figure(v.number or Decimal(0), [v], unit) for v in values)
    if change and PERCENT.search(reading.asked.text) and unit != "%":
        if one.number == 0:
            return Declined("A change from 0 cannot be told as a percentage.", rows)
        percent = gap / abs(one.number) * 100
        told = "rise" if gap > 0 else "fall"
        return Result(
            f"{written(abs(percent), 1)}% {told}, from {first} ({labels[0]}) to {second} ({labels[1]}).",
            tuple(cells), rows, 0.85,
            f"({second} − {first}) ÷ {first} = {written(percent, 1)}%",
        )  # fmt: skip
    size = _figure(abs(gap), values, "percentage points" if unit == "%" else unit)
    if change:
        told = "rise" if gap > 0 else "fall" if gap < 0 else "change"
        text = f"{size} {told}: from {first} ({labels[0]}) to {second} ({labels[1]})."
    else:
        text = f"{size}: {labels[0]} {first}, {labels[1]} {second}."
    high, low = (second, first) if gap > 0 else (first, second)
    return Result(text, tuple(cells), rows, 0.85, f"{high} − {low} = {size}")


def _measure(reading: Reading, likeness: Likeness, concepts: Sequence[str] = ()) -> int | None:
    found = measures(reading, likeness, concepts)
    return found[0] if found else None


def _places(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer how far the first is ahead of the second."""
    text, grid = reading.asked.text, reading.grid
    if not (FIRST_PLACE.search(text) and SECOND_PLACE.search(text) and DIFFERENCE.search(text)):
        return None
    rows, column = _body(grid, reading.rows(), reading), _measure(reading, likeness)
    if len(rows) < 2 or column is None:
        return None
    keys = [v.key for _, v in _values(grid, [(r, column) for r in rows])]
    if len(keys) < 2 or max(keys) != keys[0] and min(keys) != keys[0]:  # type: ignore[type-var]
        return None
    reading.binding.used |= _positions(reading, FIRST_PLACE) | _positions(reading, SECOND_PLACE)
    cells = [(rows[0], column), (rows[1], column)]
    return _pair_difference(reading, cells, [grid.label(r) for r in rows[:2]], False)


def _positions(reading: Reading, pattern: re.Pattern[str]) -> set[int]:
    spans = [m.span() for m in pattern.finditer(reading.asked.text)]
    return {n for n, w in enumerate(reading.asked.words)
            if any(s <= w.start < e for s, e in spans)}  # fmt: skip


def _extreme(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer which row, or column, has the highest or lowest value."""
    if reading.superlative is None:
        return None
    grid, asked = reading.grid, reading.asked
    rows = [r for r in _body(grid, reading.rows(), reading)]
    against = next((c for c in reading.conditions if c.other is not None), None)
    if reading.conditions and not against:
        rows, _ = _conditioned(reading, rows)
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
    found = _values(grid, [(r, column) for r in rows])
    values = comparable([v for _, v in found])
    if not found or values is None:
        return Declined(f"The column {title(grid, column)} mixes values that cannot be compared.")
    end = reading.superlative.end
    word = asked.words[reading.superlative_at].text.lower() if reading.superlative_at >= 0 else ""
    if word in EXTREME_SPEED_IN_TIME and (any(v.clock for v in values) or not concepts == ("speed",)
                                          or "speed" not in title(grid, column).lower()):  # fmt: skip
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
        parts.append(f"{lead}{grid.label(row)} – {name}: {_told(grid, (row, column))}")
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
    chosen = [c for c in numeric if c.index in headed] if len(headed) > 1 else numeric
    found = _values(grid, [(row, c.index) for c in chosen])
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
        f"{title(grid, c)} – {grid.label(row)}: {_told(grid, (row, c))}" for _, c in picked
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
    size = _figure(most, values, _unit(grid, cells, values))
    side = "below" if below else "above"
    text = "; ".join(
        f"{grid.label(row)} – {title(grid, column)} {_told(grid, (row, column))} against "
        f"{title(grid, other)} {_told(grid, (row, other))}" for row in picked
    )  # fmt: skip
    working = f"{size} {side} {title(grid, other)}, the most of {len(gaps)} rows"
    return Result(f"{text}: {size} {side}.", tuple(cells), tuple(picked), 0.75, working)


def _alternatives(reading: Reading, likeness: Likeness) -> tuple[list[Cell], list[str]] | None:
    """Return two cells that a question sets against each other, in its order, with their names."""
    grid = reading.grid
    for column in {n.column for n in reading.named}:
        named = sorted(reading.named_in(column), key=lambda n: _own_place(reading, n))
        if len(named) != 2 or column == GROUP:
            continue
        rest = set(reading.rows(without=column))
        rows = [[r for r in n.rows if r in rest] for n in named]
        if any(len(r) != 1 for r in rows):
            continue
        target = _measure(reading, likeness, _comparing(reading))
        if target is None or target == column:
            continue
        return [(rows[0][0], target), (rows[1][0], target)], [n.text for n in named]
    rows = _body(grid, reading.rows(), reading)
    if len(rows) == 1 and (reading.labelled() or len(grid.rows) == 1):
        pair = _two_columns(reading)
        if pair:
            return [(rows[0], c) for c in pair], [title(grid, c) for c in pair]
    if len(rows) > 1 and reading.labelled():
        pair = _two_columns(reading)
        best = [r for r in rows if grid.label(r) in {n.text for n in reading.named}]
        if pair and len(best) == 1:
            return [(best[0], c) for c in pair], [title(grid, c) for c in pair]
    return None


def _own_place(reading: Reading, named: Named) -> int:
    """Return where a question names something: by the words that nothing else of it shares."""
    others = {p for n in reading.named_in(named.column) if n is not named for p in n.positions}
    return min(named.positions - others or named.positions)


def _two_columns(reading: Reading) -> tuple[int, int] | None:
    """Return the two columns that a question sets against each other, in its order."""
    grid, asked = reading.grid, reading.asked
    allowed = {c.index for c in reading.numeric()}
    heads = [h for h in reading.binding.headed if h.column in allowed and h.exact]
    best: tuple[float, tuple[int, int]] | None = None
    for n, one in enumerate(heads):
        for other in heads[n + 1 :]:
            own, theirs = one.positions - other.positions, other.positions - one.positions
            if not own or not theirs or not asked.coordinated(own, theirs):
                continue
            if unit_in(grid, grid.columns[one.column]) != unit_in(grid, grid.columns[other.column]):
                continue
            pair = sorted([(min(own), one.column), (min(theirs), other.column)])
            score = one.score + other.score
            if best is None or score > best[0]:
                best = score, (pair[0][1], pair[1][1])
    return best[1] if best else None


def _comparing(reading: Reading) -> tuple[str, ...]:
    for word in reading.asked.words:
        if found := COMPARATIVES.get(word.text.lower()):
            return found.concepts
    return ()


def _difference(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer by how much two cells differ, or how one changed."""
    text, grid = reading.asked.text, reading.grid
    changed = wants_change(reading) and CHANGE_OF.search(text)
    if not DIFFERENCE.search(text) and not changed:
        return None
    pair = _alternatives(reading, likeness)
    if pair is None and changed:
        pair = _first_and_last(reading)
    if pair is None:
        return None
    (one, other), labels = pair
    start = FROM.search(text)
    if changed and one[1] != other[1] and one[0] == other[0] and {one[1], other[1]} <= {
        *grid.periods
    }:
        order = sorted([one, other], key=lambda c: grid.periods.index(c[1]))
        if start and start["year"] in title(grid, order[1][1]) and "to" in text[start.end() :]:
            order.reverse()
        one, other = order
        labels = [title(grid, c[1]) for c in order]
    elif one[1] != other[1] and re.search(r"(?i)\bfrom\b.*\bto\b", text) is None and changed:
        order = sorted([one, other], key=lambda c: title(grid, c[1]))
        labels = [title(grid, c[1]) for c in order]
        one, other = order
    named = grid.label(one[0])
    labels = labels if one[0] != other[0] else [f"{named}, {label}" for label in labels]
    return _pair_difference(reading, (one, other), labels, bool(changed))


def _first_and_last(reading: Reading) -> tuple[list[Cell], list[str]] | None:
    """Return a row's cells of the two periods that its table has, or that are named."""
    grid = reading.grid
    rows = _best_rows(reading, _body(grid, reading.rows(), reading))
    named = [c for c in grid.periods if any(h.column == c and h.exact and h.positions & reading.years
                                            for h in reading.binding.headed)]  # fmt: skip
    periods = named if len(named) == 2 else [*grid.periods] if not named else []
    if len(rows) != 1 or len(periods) != 2 or not reading.labelled():
        return None
    return [(rows[0], c) for c in periods], [title(grid, c) for c in periods]


def _comparison(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer which of two has more."""
    grid, asked = reading.grid, reading.asked
    match = next(((w, f) for w in asked.words if (f := COMPARATIVES.get(w.text.lower()))), None)
    if match is None or not ALTERNATIVE.search(asked.text):
        return None
    pair = _alternatives(reading, likeness)
    if pair is None:
        return None
    (one, other), labels = pair
    found = _values(grid, (one, other))
    values = comparable([v for _, v in found])
    if len(found) != 2 or values is None:
        return Declined("The table does not give a value for both that can be compared.",
                        (one[0], other[0]))  # fmt: skip
    end = match[1].end
    word = match[0].text.lower()
    if word in EXTREME_SPEED_IN_TIME and any(v.clock for v in values):
        end = EXTREME_SPEED_IN_TIME[word]  # type: ignore[assignment]
    keys = [v.key or Decimal(0) for v in values]
    told = [_told(grid, cell) for cell in (one, other)]
    rows = tuple(dict.fromkeys((one[0], other[0])))
    what = title(grid, one[1]) if one[1] == other[1] else grid.label(one[0])
    if keys[0] == keys[1]:
        text = f"Neither: {labels[0]} and {labels[1]} have the same ({what}: {told[0]})."
        return Result(text, (one, other), rows, 0.85, f"{told[0]} = {told[1]}")
    win = 0 if (keys[0] > keys[1]) == (end == "max") else 1
    text = f"{labels[win]} – {what}: {told[win]}, against {told[1 - win]} ({labels[1 - win]})."
    sign = ">" if keys[win] > keys[1 - win] else "<"
    return Result(text, (one, other), rows, 0.85, f"{told[win]} {sign} {told[1 - win]}")


def _scope(reading: Reading, likeness: Likeness) -> tuple[list[Cell], str] | None:
    """Return the cells that a sum or average is over, and what they are called."""
    grid = reading.grid
    rows = _body(grid, reading.rows(), reading)
    if reading.conditions:
        rows, _ = _conditioned(reading, rows)
    across = [h for h in reading.binding.headed if h.exact]
    numeric = {c.index for c in reading.numeric() if c.kind in ("number", "mixed")}
    if len(rows) == 1 and reading.labelled():
        columns = _series(reading, sorted(numeric))
        if len(columns) > 1:
            first, last = title(grid, columns[0]), title(grid, columns[-1])
            return [(rows[0], c) for c in columns], f"{grid.label(rows[0])}, {first} to {last}"
        return None
    found = [c for c in measures(reading, likeness) if c in numeric]
    if not found or len(rows) < 2:
        return None
    if len(found) > 1 and not across and len(numeric) > 1 and not _clear(reading, found):
        return None
    column = found[0]
    return [(r, column) for r in rows], title(grid, column)


def _clear(reading: Reading, found: Sequence[int]) -> bool:
    return bool(reading.binding.headed) and reading.binding.headed[0].column == found[0]


def _series(reading: Reading, numeric: Sequence[int]) -> list[int]:
    """Return the columns of one series that a question names: from one to another, or all."""
    grid, asked = reading.grid, reading.asked
    heads = [h for h in reading.binding.headed if h.column in numeric and h.exact]
    pair = _two_columns(reading)
    if pair and re.search(r"(?i)\b(?:from|between|to|through|until)\b", asked.text):
        low, high = sorted(pair)
        named = [c for c in numeric if low <= c <= high]
    elif len(heads) > 1 and pair:
        named = sorted(h.column for h in heads)
    elif not heads and len(grid.periods) > 1:
        return list(grid.periods)
    elif not heads and re.search(
        r"(?i)\b(?:all|whole|each|every|over|across|a year|per year)\b", asked.text
    ):
        named = list(numeric)
    else:
        return []
    totals = [c for c in named if re.match(r"(?i)\W*(?:total|sum|average|mean)\b", title(grid, c))]
    kept = [c for c in named if c not in totals]
    units = {unit_in(grid, grid.columns[c]) for c in kept}
    return kept if len(units) == 1 else []


def _add(reading: Reading, cells: Sequence[Cell], name: str, mean: bool) -> Outcome:
    grid = reading.grid
    found = _values(grid, cells)
    values = comparable([v for _, v in found])
    rows = tuple(dict.fromkeys(r for r, _ in cells))
    if not found or values is None or any(v.number is None for v in values):
        return Declined(
            f"The values of {name} cannot be added up: they are not of one kind.", rows[:3]
        )
    odd = [c for c in cells if grid.value(*c).key is None and not grid.value(*c).blank]
    if odd:
        return Declined(
            f"Not every value of {name} is a number: “{grid.text(*odd[0])[:40]}”.", rows[:3]
        )
    numbers = [v.number for v in values if v.number is not None]
    used = [cell for cell, _ in found]
    unit = _unit(grid, used, values)
    total = sum(numbers, Decimal(0))
    shown = [_figure(n, [v], "") for n, v in zip(numbers, values, strict=True)]
    told = [f"({s})" if s.startswith("-") else s for s in shown]
    terms = " + ".join(told if len(told) <= 8 else [*told[:3], "…", told[-1]])
    blank = len(cells) - len(found)
    without = f"; {blank} without a value left out" if blank else ""
    what = _where(reading)
    over = f"{name}{f' ({what})' if what and what not in name else ''}"
    count = len(numbers)
    if mean:
        decimals = max(v.decimals for v in values)
        result = total / count
        exact = -int(result.normalize().as_tuple().exponent)  # type: ignore[operator]
        places = decimals if exact <= decimals else decimals + 1
        size = _figure(result, values, unit, places)
        text = f"{size} on average: {over}, {count} values{without}."
        return Result(text, tuple(used), rows, 0.85, f"({terms}) ÷ {count} = {size}")
    size = _figure(total, values, unit)
    text = f"{size} in total: {over}, {count} values{without}."
    return Result(text, tuple(used), rows, 0.85, f"{terms} = {size}")


def _average(reading: Reading, likeness: Likeness) -> Outcome:
    if not AVERAGE.search(reading.asked.text):
        return None
    if any("averag" in keys or "mean" in keys for keys in _exact_heads(reading)):
        return None  # a column gives it
    scope = _scope(reading, likeness)
    return _add(reading, *scope, mean=True) if scope else None


def _exact_heads(reading: Reading) -> list[list[str]]:
    return [
        [reading.asked.words[p].key for p in h.positions] for h in reading.binding.headed if h.exact
    ]


def _sum(reading: Reading, likeness: Likeness) -> Outcome:
    """Add up what a question names, or take the total that its table gives."""
    text, grid = reading.asked.text, reading.grid
    wanted = wants_sum(reading)
    counted = HOW_MANY.search(text) or HOW_MUCH.search(text)
    own = reading.named
    rows = _body(grid, reading.rows(), reading)
    if wanted and not reading.conditions and grid.totals and not _filters(reading):
        column = _measure(reading, likeness)
        given = [r for r in grid.totals if grid.group(r) == "" or any(
            n.column == GROUP and n.text == grid.group(r) for n in own)]  # fmt: skip
        given = given or sorted(grid.totals)
        named = [r for r in grid.totals if any(grid.label(r) == n.text for n in own)]
        given = named or (given if len(given) == 1 else [])
        if column is not None and len(given) == 1 and grid.text(given[0], column):
            cell = (given[0], column)
            return Result(f"{_say(grid, *cell)}.", (cell,), (given[0],), 0.85)
    if any(n.column in grid.labels and grid.totals & set(n.rows) for n in own):
        return None
    if not wanted and not (counted and _filters(reading) and len(rows) > 1):
        return None
    if not wanted and (reading.conditions or not _additive(reading, likeness)):
        return None
    if HOW_MANY.search(text) and not _counts_values(reading):
        return None
    if len(rows) == 1 and not SUM_STRONG.search(text):
        return None
    scope = _scope(reading, likeness)
    if scope is None:
        return None
    percents = unit_in(grid, grid.columns[scope[0][0][1]]) == "%"
    if percents and not wanted:
        return None
    return _add(reading, *scope, mean=False)


def _ratio(reading: Reading) -> Outcome:
    """Answer what part one named row is of a named total, in the one column asked for."""
    grid = reading.grid
    rows = [n.rows[0] for n in reading.named if n.column in grid.labels and len(n.rows) == 1]
    parts, wholes = [r for r in rows if r not in grid.totals], [r for r in rows if r in grid.totals]
    if not wholes and len(grid.totals) == 1:
        wholes = [*grid.totals]
    heads = [h for h in reading.binding.headed if h.exact]
    numeric = [c.index for c in reading.numeric() if c.kind in ("number", "mixed")]
    columns = [h.column for h in heads if h.column in numeric] or (numeric[:1] if len(numeric) == 1 else [])
    if len(parts) != 1 or len(wholes) != 1 or not columns:
        return None
    cells = [(parts[0], columns[0]), (wholes[0], columns[0])]
    values = comparable([v for _, v in _values(grid, cells)])
    if values is None or len(values) != 2 or not values[1].number or values[0].number is None:
        return None
    percent = values[0].number / values[1].number * 100
    unit = _unit(grid, cells, values)
    part, whole = (_figure(v.number or Decimal(0), [v], unit) for v in values)
    told = written(percent, 1)
    return Result(f"{told}%: {grid.label(parts[0])} {part} of {grid.label(wholes[0])} {whole} "
                  f"({title(grid, columns[0])}).", tuple(cells), (parts[0], wholes[0]), 0.8,
                  f"{part} ÷ {whole} = {told}%")  # fmt: skip


def _filters(reading: Reading) -> list[Named]:
    """Return what is named that picks some rows of a table."""
    return [n for n in reading.named if set(n.rows) < set(reading.grid.rows)]


def _additive(reading: Reading, likeness: Likeness) -> bool:
    """Tell whether the values asked for may be added up although it is not said so."""
    found = measures(reading, likeness)
    heads = [h for h in reading.binding.headed if h.exact]
    if not found or not heads:
        return False
    unit = unit_in(reading.grid, reading.grid.columns[found[0]])
    labels = reading.grid.labels
    several = [n for n in reading.named if n.column in labels and len(labels) == 1]
    return unit != "%" and found[0] == heads[0].column and not several


def _counts_values(reading: Reading) -> bool:
    """Tell whether "how many" asks for the figures of a column rather than the number of rows."""
    match = HOW_MANY.search(reading.asked.text)
    if not match:
        return True
    numeric = {c.index for c in reading.numeric() if c.kind in ("number", "mixed")}
    after: list[int] = []  # what is counted: the words that follow at once
    for n, w in enumerate(reading.asked.words):
        if w.start >= match.end() and len(after) < 3:
            if w.text.lower() in STOPWORDS and after:
                break
            after.append(n)
    labels = reading.grid.labels
    for n in after:
        for head in reading.binding.headed:
            if n not in head.positions:
                continue
            if head.column in numeric:
                return True
            if head.column in labels and head.exact:
                return False
    whole = " ".join([*reading.grid.headings, reading.grid.document.title]).lower()
    unnamed = len(numeric) >= 1 and not any(reading.grid.columns[c].unit for c in numeric)
    word = reading.asked.words[after[0]].text.lower().rstrip("s") if after else ""
    return unnamed and bool(word) and word[:6] in whole and reading.labelled()


def _share(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer what part of a total one row is, where no column says so."""
    grid, text = reading.grid, reading.asked.text
    if reading.conditions:
        return None
    if OF_TOTAL.search(text) and (ratio := _ratio(reading)):
        return ratio
    if not SHARE.search(text):
        return None
    if any(unit_in(grid, c) == "%" for c in grid.columns):
        return None
    rows = _body(grid, reading.rows(), reading)
    column = _measure(reading, likeness)
    if len(rows) != 1 or column is None or not reading.labelled():
        return None
    group = grid.group(rows[0])
    peers = [r for r in _body(grid, grid.rows, reading) if grid.group(r) == group]
    found = _values(grid, [(r, column) for r in peers])
    values = comparable([v for _, v in found])
    own = grid.value(rows[0], column).number
    if values is None or own is None or any(v.number is None or v.number < 0 for v in values):
        return None
    total = sum((v.number for v in values if v.number is not None), Decimal(0))
    if not total:
        return Declined("The values add up to 0, of which nothing is a share.", tuple(rows))
    percent = own / total * 100
    unit = _unit(grid, [c for c, _ in found], values)
    shown, whole = _figure(own, values, unit), _figure(total, values, unit)
    return Result(
        f"{written(percent, 1)}%: {grid.label(rows[0])} – {title(grid, column)} {shown} of {whole}.",
        ((rows[0], column),), tuple(rows), 0.75, f"{shown} ÷ {whole} = {written(percent, 1)}%",
    )  # fmt: skip


def _listing(reading: Reading, likeness: Likeness) -> Outcome:
    """List or count the rows that meet what is asked."""
    grid, text = reading.grid, reading.asked.text
    counting = bool(HOW_MANY.search(text)) and not _counts_values(reading)
    listed = bool(LISTING.search(text)) or "?" not in text
    labels = set(grid.labels)
    if not counting and not listed:
        return None
    whole = [n for n in _filters(reading) if n.column not in labels or len(labels) > 1]
    by_label = [n for n in _filters(reading) if n.column in labels and len(labels) == 1]
    if reading.unmet:
        return Declined(f"It is not clear which column “{reading.unmet}” is about.")
    if not reading.conditions and not whole:
        if not counting or by_label:
            return None
    rows = _body(grid, reading.rows(), reading)
    met, unknown = _conditioned(reading, rows) if reading.conditions else (rows, [])
    if not reading.conditions and not counting and len(met) <= 1:
        return None
    column = asked_column(reading)
    if not counting and not reading.conditions and column is None and not by_label == []:
        return None
    conditioned = {n.column for n in whole} | {c.column for c in reading.conditions}
    if not counting and column is not None and column not in labels | conditioned:
        names = list(dict.fromkeys(t for r in met if (t := grid.text(r, column))))
        told_column = column
    else:
        names = [_short_label(reading, r) for r in met]
        told_column = grid.labels[0] if grid.labels else 0
    count = len(met)
    where = _where(reading)
    total = len(rows) if reading.conditions else len(_body(grid, grid.rows, reading))
    rest = f" Of {len(unknown)} more it is not known." if unknown else ""
    cells = tuple((r, told_column) for r in met)
    cells += tuple((r, c.column) for r in met for c in reading.conditions)
    cells += tuple((r, n.column) for r in met for n in whole if n.column >= 0)
    working = f"{where or 'all rows'}: {count} of {total} rows"
    sure = 0.85 if reading.conditions or whole else 0.6
    if counting:
        shown = ", ".join(names) if sum(len(n.split()) for n in names) <= 30 else ""
        listed_names = f": {shown}" if shown else ""
        text = f"{count:,} of {total:,}{f' ({where})' if where else ''}{listed_names}.{rest}"
        return Result(text, cells, tuple(met), sure, working)
    if not met:
        return Result(f"None of {total:,} ({where}).{rest}", (), (), 0.6, working)
    told = names[:MAX_TOLD]
    while len(told) > 1 and sum(len(n.split()) for n in told) > MAX_WORDS:
        told.pop()
    more = f" and {len(names) - len(told):,} more" if len(told) < len(names) else ""
    return Result(f"{'; '.join(told)}{more}.{rest}", cells, tuple(met), sure, working)


def _short_label(reading: Reading, row: int) -> str:
    """Return a row's label without what all rows asked for share."""
    grid = reading.grid
    shared = {n.column for n in reading.named} | set(grid.aggregates)
    told = [grid.text(row, c) for c in grid.labels if c not in shared]
    return ", ".join(filter(None, told)) or grid.label(row)


def _lookup(reading: Reading, likeness: Likeness) -> Outcome:
    """Take the cells that a row and a column are named of."""
    grid, asked = reading.grid, reading.asked
    rows = reading.rows()
    if not rows and reading.named:
        told = " and ".join(dict.fromkeys(n.text for n in reading.named))
        near = max(reading.named, key=lambda n: n.score).rows
        return Declined(f"The table has no row with {told} together.", tuple(near[:2]))
    if not _filters(reading) and len(grid.rows) > 1:
        return None
    if len(rows) > 1:
        rows = _best_rows(reading, rows)
    if len(rows) > 3:
        return None
    columns = _lookup_columns(reading, likeness)
    if columns is None:
        return None
    cells = [(r, c) for r in rows for c in columns]
    filled = [cell for cell in cells if grid.text(*cell) and not grid.value(*cell).blank]
    if not filled:
        name = title(grid, columns[0]) or "this"
        return Declined(f"The table leaves {name} blank for {grid.label(rows[0])}.", tuple(rows))
    sure = 0.9 if len(columns) == 1 and len(rows) == 1 else 0.7
    parts = []
    for row in rows:
        own = [c for r, c in filled if r == row]
        if not own:
            continue
        label = _row_name(reading, row, own)
        values = "; ".join(
            f"{title(grid, c)}: {_told(grid, (row, c))}"
            if title(grid, c)
            else _told(grid, (row, c))
            for c in own[:8]
        )
        parts.append(f"{label} – {values}" if label else values)
    del asked
    return Result(f"{'. '.join(parts)}.", tuple(filled), tuple(rows), sure)


def _row_name(reading: Reading, row: int, columns: Sequence[int]) -> str:
    grid = reading.grid
    parts = [grid.group(row) if any(n.column == GROUP for n in reading.named) else ""]
    parts += [grid.text(row, c) for c in grid.labels if c not in columns]
    for one in reading.named:
        if one.column >= 0 and one.column not in grid.labels and one.column not in columns:
            whole = grid.text(row, one.column)
            words = [reading.asked.words[p].text for p in sorted(one.positions)]
            parts.append(whole if len(whole) <= 40 and one.share > 0.99 else " ".join(words))
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _best_rows(reading: Reading, rows: Sequence[int]) -> list[int]:
    """Return rows that are named wholly, where some of those named are not."""
    grid = reading.grid
    best = max((n.share for n in reading.named if n.column in grid.labels), default=0.0)
    whole = {
        r
        for n in reading.named
        if n.share >= best - 0.05 and n.column in grid.labels
        for r in n.rows
    }
    return [r for r in rows if r in whole] or list(rows)


def _lookup_columns(reading: Reading, likeness: Likeness) -> list[int] | None:
    """Return the columns that a look-up asks for, None where that is not clear."""
    grid = reading.grid
    values = [c.index for c in grid.columns if c.index not in grid.labels and c.kind != "blank"]
    named = {n.column for n in reading.named}
    if len(values) == 1:
        return values
    asked = asked_column(reading)
    if asked is None and PLACED.search(reading.asked.text):
        return None
    heads = [h for h in reading.binding.headed if h.column in values and h.column not in named]
    if asked is not None and asked not in named | set(grid.labels):
        words = grid.columns[asked].kind in ("text", "date")
        if words or not heads or heads[0].column == asked:
            return [asked]
    counted = _counted_column(reading, values)
    if counted is not None and not any(h.exact for h in heads):
        return [counted]
    if heads and heads[0].score > 0:
        best = heads[0]
        pair = _two_columns(reading)
        if pair and best.column in pair:
            return list(pair)
        tied = [h for h in heads if h.score >= best.score - 1e-6]
        if len(tied) > 1 and asked in [h.column for h in tied]:
            return [asked]
        if len(tied) == 1 and (best.exact or len(heads) == 1 or best.score > 1.3 * heads[1].score):
            return [best.column]
        pool = [h.column for h in heads if h.score >= best.score * 0.8]
        fitting = measures(replace_heads(reading, pool), likeness)
        pool = [c for c in fitting if c in pool] or pool
        return pool[:1] if len(pool) == 1 else _likeliest(reading, pool, likeness)
    if asked is not None and asked in grid.labels and asked not in named:
        return [asked]
    fitting = measures(reading, likeness)
    if (HOW_MANY.search(reading.asked.text) or HOW_MUCH.search(reading.asked.text)) and fitting:
        return fitting[:1] if len(fitting) == 1 else fitting[:4]
    return [c for c in values if c not in named][:8] or None


def _counted_column(reading: Reading, values: Sequence[int]) -> int | None:
    """Return the column that has the number of what a row is about: "how many lures"."""
    match = HOW_MANY.search(reading.asked.text)
    grid = reading.grid
    labels = {p for n in reading.named if n.column in grid.labels for p in n.positions}
    next_word = next(
        (n for n, w in enumerate(reading.asked.words) if match and w.start >= match.end()), -1
    )
    if not labels & {next_word, next_word + 1, next_word + 2}:
        return None
    found = [
        c for c in values if grid.columns[c].kind == "number"
        and any(same_concept(k, "quantiti") for k in keys_of(grid.columns[c].name))
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def replace_heads(reading: Reading, pool: Sequence[int]) -> Reading:
    """Return a reading in which no column is named, and only some have figures to choose from."""
    bound = replace(reading.binding, headed=[h for h in reading.binding.headed if h.column in pool])
    return replace(reading, binding=bound)


def _likeliest(reading: Reading, pool: Sequence[int], likeness: Likeness) -> list[int]:
    names = [title(reading.grid, c) for c in pool]
    scores = likeness(reading.asked.text, names)
    order = sorted(range(len(pool)), key=lambda n: -scores[n])
    if len(order) > 1 and scores[order[0]] - scores[order[1]] < 0.03:
        return list(pool)
    return [pool[order[0]]]


def rises(numbers: Sequence[Decimal]) -> bool:
    """Tell whether numbers never fall."""
    return all(a <= b for a, b in pairwise(numbers))
