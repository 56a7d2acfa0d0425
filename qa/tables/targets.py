"""The columns that a question asks for, computes over, or compares by."""

import re
from collections.abc import Sequence

from index.words import STOPWORDS
from qa.language.table_concepts import TIME_UNITS
from qa.language.table_questions import (
    ASKED_FOR,
    CHANGED,
    CODE_ASKED,
    HOW_MANY,
    HOW_MUCH,
    PERCENT,
    SUM,
)
from qa.tables.grid import Column, Grid
from qa.tables.matching import find_headed
from qa.tables.reading import Likeness, Reading, positions_within
from qa.tables.values import measure_of
from qa.tables.words import keys_of, same_concept

LIKELIER = 0.06  # more of cosine than the next column has: that is the one


def unit_in(grid: Grid, column: Column) -> str:
    """Return the unit of a column: its header's, else that of its cells, else its table's."""
    if column.unit:
        return column.unit
    for row in grid.rows[:20]:
        if unit := grid.value(row, column.index).unit:
            return unit
    return ""


def could_be(reading: Reading, column: Column) -> bool:
    """Tell whether the values of a column fit what the question asks for."""
    text, grid = reading.asked.text, reading.grid
    unit = unit_in(grid, column)
    measure = (measure_of(unit) or ("",))[0] if unit else ""
    if re.search(r"(?i)\bhow long\b", text):
        return measure in ("time", "months", "length") or unit in TIME_UNITS
    if re.search(r"(?i)\bhow heavy\b|\bweigh", text):
        return measure == "mass"
    if PERCENT.search(text):
        return unit == "%" or any(same_concept(k, "percentag") for k in keys_of(column.name))
    if re.search(r"(?i)\bwhen\b|\b(?:what|which) date\b", text):
        return column.kind == "date"
    if HOW_MANY.search(text):
        money = measure in ("pounds", "dollars", "euros", "yen", "yuan", "rupees")
        return (
            column.kind == "number" and not money and unit != "%" and not grid.yearly(column.index)
        )
    if HOW_MUCH.search(text):
        return column.kind in ("number", "mixed") and not grid.yearly(column.index)
    return True


def measures(reading: Reading, likeness: Likeness, concepts: Sequence[str] = ()) -> list[int]:
    """Return the columns of values for a computation or lookup, best first."""
    numeric = reading.numeric()
    allowed = {c.index for c in numeric}
    headed = [h for h in reading.binding.headed if h.column in allowed]
    if concepts:
        meant = [
            c.index for c in numeric
            if any(same_concept(k, concept_key(name)) for k in keys_of(c.name) for name in concepts)
            or c.kind == "date" and "date" in concepts
            or measure_of(c.unit) and _measures_concept(c.unit, concepts)
        ]  # fmt: skip
        both = [h.column for h in headed if h.column in meant and h.exact]
        if both or meant:
            return both or meant
    if headed:
        best = headed[0].score
        exact = [h for h in headed if h.score > 0 and (h.score >= best * 0.8)]
        return [h.column for h in exact] or [headed[0].column]
    fitting = [c.index for c in numeric if could_be(reading, c)]
    if len(fitting) == 1:
        return fitting
    pool = fitting or [c.index for c in numeric]
    return likely(reading, pool, likeness) if len(pool) > 1 else pool


def concept_key(name: str) -> str:
    """Return a key that stands for a concept."""
    keys = keys_of(name.replace("_", " "))
    return keys[0] if keys else name


def _measures_concept(unit: str, concepts: Sequence[str]) -> bool:
    kinds = {"price": ("pounds", "dollars", "euros", "yen", "yuan", "rupees"), "weight": ("mass",),
             "duration": ("time", "months"), "length": ("length",), "height": ("length",),
             "depth": ("length",), "width": ("length",), "distance": ("length",),
             "speed": ("speed",),
             "temperature": ("degrees Celsius", "degrees Fahrenheit")}  # fmt: skip
    measure = measure_of(unit)
    return measure is not None and any(measure[0] in kinds.get(c, ()) for c in concepts)


def likely(reading: Reading, pool: Sequence[int], likeness: Likeness) -> list[int]:
    """Return the columns by similarity of their names to the question; only the first if clear."""
    names = [reading.grid.columns[c].name for c in pool]
    if not any(names):
        return list(pool)
    scores = likeness(reading.asked.text, names)
    order = sorted(range(len(pool)), key=lambda n: -scores[n])
    if scores[order[0]] - scores[order[1]] >= LIKELIER:
        return [pool[order[0]]]
    return [pool[n] for n in order]


def asked_column(reading: Reading, but: Sequence[int] = ()) -> int | None:
    """Return the column that answers "who", "which party", "when" or "where"."""
    grid, asked = reading.grid, reading.asked
    match = re.search(
        r"(?i)\b(?:which|what|whose|in what|in which)\s+((?:[\w'’-]+\s?){1,4})", asked.text
    )
    if match:
        at = positions_within(asked, *match.span(1))
        first = sorted(p for p in at if asked.words[p].text.lower() not in STOPWORDS)[:2]
        for head in sorted(find_headed(grid, asked, set(range(len(asked.words))) - set(first)),
                           key=lambda h: (not h.exact, -h.score)):  # fmt: skip
            keys = keys_of(grid.columns[head.column].parts[-1])
            if head.column not in but and head.exact and set(first[:1]) & head.positions and keys:
                if grid.coded(head.column) and grid.labels and not CODE_ASKED.search(match[1]):
                    return grid.labels[0]  # "which students": their names, not their numbers
                return head.column
    for pattern, concept in ASKED_FOR:
        if not pattern.search(asked.text):
            continue
        key = concept_key(concept)
        meant = [
            c.index for c in grid.columns
            if c.index not in but
            and (any(same_concept(k, key) for k in keys_of(c.name))
                 or concept == c.kind == "date")
        ]  # fmt: skip
        named = [h.column for h in reading.binding.headed if h.column in meant]
        if named or len(meant) == 1:
            return (named or meant)[0]
        if concept == "duration":
            timed = [c.index for c in grid.columns if c.unit.lower() in TIME_UNITS]
            if len(timed) == 1:
                return timed[0]
        if meant:
            return meant[0]
    return None


def wants_sum(reading: Reading) -> bool:
    """Tell whether a question asks to add up."""
    return bool(SUM.search(reading.asked.text))


def wants_change(reading: Reading) -> bool:
    """Tell whether a question asks how something changed."""
    return bool(CHANGED.search(reading.asked.text))
