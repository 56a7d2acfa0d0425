"""Sums, averages and shares over the cells that a question names."""

import re
from collections.abc import Sequence
from decimal import Decimal

from index.words import STOPWORDS
from qa.language.table_questions import (
    AVERAGE,
    HOW_MANY,
    HOW_MUCH,
    NO_SUM,
    OF_TOTAL,
    SHARE,
    SUM_STRONG,
    TOTAL,
)
from qa.tables.differences import two_columns
from qa.tables.matching import GROUP
from qa.tables.reading import Likeness, Reading
from qa.tables.results import (
    Cell,
    Declined,
    Outcome,
    Result,
    best_measure,
    body_rows,
    common_unit,
    filters_of,
    meeting,
    say_cell,
    tell_conditions,
    tell_figure,
    title,
    valued,
)
from qa.tables.targets import measures, unit_in, wants_sum
from qa.tables.values import comparable, written


def _scope(reading: Reading, likeness: Likeness) -> tuple[list[Cell], str] | None:
    """Return the cells that a sum or average covers, and their name."""
    grid = reading.grid
    rows = body_rows(grid, reading.rows(), reading)
    if reading.conditions:
        rows, _ = meeting(reading, rows)
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
    if NO_SUM.search(title(grid, column)) and not AVERAGE.search(reading.asked.text):
        others = [c for c in found[1:] if not NO_SUM.search(title(grid, c))]
        whole = [c for c in numeric if TOTAL.match(title(grid, c))]
        if not (whole or others):
            return None  # prices are not added up
        column = (whole or others)[0]
    return [(r, column) for r in rows], title(grid, column)


def _clear(reading: Reading, found: Sequence[int]) -> bool:
    return bool(reading.binding.headed) and reading.binding.headed[0].column == found[0]


def _series(reading: Reading, numeric: Sequence[int]) -> list[int]:
    """Return the columns of one series that a question names: from one to another, or all."""
    grid, asked = reading.grid, reading.asked
    heads = [h for h in reading.binding.headed if h.column in numeric and h.exact]
    pair = two_columns(reading)
    if pair and re.search(r"(?i)\b(?:from|between|to|through|until)\b", asked.text):
        low, high = sorted(pair)
        series = grid.periods if {low, high} <= {*grid.periods} else numeric
        named = [c for c in series if low <= c <= high]
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
    found = valued(grid, cells)
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
    unit = common_unit(grid, used, values)
    total = sum(numbers, Decimal(0))
    shown = [tell_figure(n, [v], "") for n, v in zip(numbers, values, strict=True)]
    told = [f"({s})" if s.startswith("-") else s for s in shown]
    terms = " + ".join(told if len(told) <= 8 else [*told[:3], "…", told[-1]])
    blank = len(cells) - len(found)
    without = f"; {blank} without a value left out" if blank else ""
    what = tell_conditions(reading)
    over = f"{name}{f' ({what})' if what and what not in name else ''}"
    count = len(numbers)
    if mean and count < 2 <= len(cells):
        return Declined(f"Only one value of {name} is known: no average.", rows[:3])
    if mean:
        decimals = max(v.decimals for v in values)
        result = total / count
        exact = -int(result.normalize().as_tuple().exponent)
        places = decimals if exact <= decimals else decimals + 1
        size = tell_figure(result, values, unit, places)
        text = f"{size} on average: {over}, {count} values{without}."
        return Result(text, tuple(used), rows, 0.85, f"({terms}) ÷ {count} = {size}")
    size = tell_figure(total, values, unit)
    text = f"{size} in total: {over}, {count} values{without}."
    return Result(text, tuple(used), rows, 0.85, f"{terms} = {size}")


def find_average(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer with the average of the cells asked for."""
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


def add_up(reading: Reading, likeness: Likeness) -> Outcome:
    """Add up the cells that a question names, or take the total given in its table."""
    text, grid = reading.asked.text, reading.grid
    wanted = wants_sum(reading)
    counted = HOW_MANY.search(text) or HOW_MUCH.search(text)
    own = reading.named
    rows = body_rows(grid, reading.rows(), reading)
    if wanted and not reading.conditions and grid.totals and not filters_of(reading):
        column = best_measure(reading, likeness)
        given = [r for r in grid.totals if grid.group(r) == "" or any(
            n.column == GROUP and n.text == grid.group(r) for n in own)]  # fmt: skip
        given = given or sorted(grid.totals)
        named = [r for r in grid.totals if any(grid.label(r) == n.text for n in own)]
        given = named or (given if len(given) == 1 else [])
        if column is not None and len(given) == 1 and grid.text(given[0], column):
            cell = (given[0], column)
            return Result(f"{say_cell(grid, *cell)}.", (cell,), (given[0],), 0.85)
    if any(n.column in grid.labels and grid.totals & set(n.rows) for n in own):
        return None
    if not wanted and not (counted and filters_of(reading) and len(rows) > 1):
        return None
    if not wanted and (reading.conditions or not _additive(reading, likeness)):
        return None
    if HOW_MANY.search(text) and not counts_values(reading):
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
    """Answer with the share of one named row in a named total, in the one column asked for."""
    grid = reading.grid
    rows = [n.rows[0] for n in reading.named if n.column in grid.labels and len(n.rows) == 1]
    parts, wholes = [r for r in rows if r not in grid.totals], [r for r in rows if r in grid.totals]
    if not wholes and len(grid.totals) == 1:
        wholes = [*grid.totals]
    heads = [h for h in reading.binding.headed if h.exact]
    numeric = [c.index for c in reading.numeric() if c.kind in ("number", "mixed")]
    columns = [h.column for h in heads if h.column in numeric] or (
        numeric[:1] if len(numeric) == 1 else []
    )
    if len(parts) != 1 or len(wholes) != 1 or not columns:
        return None
    cells = [(parts[0], columns[0]), (wholes[0], columns[0])]
    values = comparable([v for _, v in valued(grid, cells)])
    if values is None or len(values) != 2 or not values[1].number or values[0].number is None:
        return None
    percent = values[0].number / values[1].number * 100
    unit = common_unit(grid, cells, values)
    part, whole = (tell_figure(v.number or Decimal(0), [v], unit) for v in values)
    told = written(percent, 1)
    return Result(f"{told}%: {grid.label(parts[0])} {part} of {grid.label(wholes[0])} {whole} "
                  f"({title(grid, columns[0])}).", tuple(cells), (parts[0], wholes[0]), 0.8,
                  f"{part} ÷ {whole} = {told}%")  # fmt: skip


def _additive(reading: Reading, likeness: Likeness) -> bool:
    """Tell whether the values asked for may be added up although the question does not say so."""
    found = measures(reading, likeness)
    heads = [h for h in reading.binding.headed if h.exact]
    if not found or not heads:
        return False
    unit = unit_in(reading.grid, reading.grid.columns[found[0]])
    labels = reading.grid.labels
    several = [n for n in reading.named if n.column in labels and len(labels) == 1]
    return unit != "%" and found[0] == heads[0].column and not several


def counts_values(reading: Reading) -> bool:
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
    conditioned = {c.column for c in reading.conditions}
    for n in after:
        for head in reading.binding.headed:
            if n not in head.positions or head.column in conditioned:
                continue
            if head.column in numeric:
                return True
            if head.column in labels and head.exact:
                return False
    whole = " ".join([*reading.grid.headings, reading.grid.document.title]).lower()
    unnamed = len(numeric) >= 1 and not any(reading.grid.columns[c].unit for c in numeric)
    word = reading.asked.words[after[0]].text.lower().rstrip("s") if after else ""
    return unnamed and bool(word) and word[:6] in whole and reading.labelled()


def find_share(reading: Reading, likeness: Likeness) -> Outcome:
    """Answer with the share of one row in a total, if no column gives it."""
    grid, text = reading.grid, reading.asked.text
    if reading.conditions:
        return None
    if OF_TOTAL.search(text) and (ratio := _ratio(reading)):
        return ratio
    if not SHARE.search(text):
        return None
    if any(unit_in(grid, c) == "%" for c in grid.columns):
        return None
    rows = body_rows(grid, reading.rows(), reading)
    column = best_measure(reading, likeness)
    if len(rows) != 1 or column is None or not reading.labelled() or rows[0] in grid.totals:
        return None
    group = grid.group(rows[0])
    peers = [r for r in body_rows(grid, grid.rows, reading) if grid.group(r) == group]
    found = valued(grid, [(r, column) for r in peers])
    values = comparable([v for _, v in found])
    own = grid.value(rows[0], column).number
    if values is None or own is None or any(v.number is None or v.number < 0 for v in values):
        return None
    total = sum((v.number for v in values if v.number is not None), Decimal(0))
    if not total:
        return Declined("The values add up to 0, so there is no share.", tuple(rows))
    percent = own / total * 100
    unit = common_unit(grid, [c for c, _ in found], values)
    shown, whole = tell_figure(own, values, unit), tell_figure(total, values, unit)
    return Result(
        f"{written(percent, 1)}%: {grid.label(rows[0])} – {title(grid, column)} {shown} "
        f"of {whole}.",
        ((rows[0], column),), tuple(rows), 0.75, f"{shown} ÷ {whole} = {written(percent, 1)}%",
    )  # fmt: skip
