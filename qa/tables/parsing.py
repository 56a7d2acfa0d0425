"""Parsing of a question against a table: labels and columns named, superlatives, numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.language.superlatives import COMPARATIVES, MOST_ADJECTIVES, SUPERLATIVES, Superlative
from qa.language.table_questions import (
    ANYONE,
    BETWEEN,
    CHANGED,
    CONDITIONS,
    DIFFERENCE,
    HOW_MANY,
    NUMBER_WORDS,
    RANGING,
    RANKED,
    SINCE,
    SLASHED_DATE,
    TOP,
    TOTAL,
    WHAT_IS_THE,
)
from qa.tables.conditions import find_conditions
from qa.tables.grid import YEAR, Grid
from qa.tables.matching import (
    WHOLE,
    Binding,
    Headed,
    Named,
    find_around,
    find_constant,
    find_headed,
    find_named,
    find_titled,
)
from qa.tables.reading import Reading, positions_within
from qa.tables.values import measure_of, value_of
from qa.tables.words import Asked, keys_of, keys_only


def read(grid: Grid, asked: Asked) -> Reading:
    """Return a question read against a table."""
    reading = Reading(grid, asked, Binding(grid, asked))
    binding = reading.binding
    found = _find_superlative(reading)
    numbers = _condition_positions(asked)
    dated = _find_dated(grid, asked)
    for match in SLASHED_DATE.finditer(asked.text) if dated is not None else ():
        numbers |= positions_within(asked, *match.span())
    if CHANGED.search(asked.text) or DIFFERENCE.search(asked.text):
        numbers -= _year_rows(grid, asked, numbers)  # "change between 2016 and 2020"
    binding.used |= found
    header_keys = {k for c in grid.columns for k in keys_of(c.name)}
    reading.years = {n for n in numbers if asked.words[n].key in header_keys and n not in found}
    numbers -= reading.years
    heads = find_headed(grid, asked, numbers)
    alone = {
        p for h in heads if h.exact for p in h.positions
        if asked.words[p].key in {k for part in grid.columns[h.column].parts for k in keys_of(part)}
    }  # fmt: skip
    titled = binding.titled = find_titled(grid, asked)
    labels = [
        n
        for n in (find_named(grid, asked, found, titled) if numbers else ())
        if n.share > 0.99
        and n.positions & numbers
        and len(n.positions) > 1
        and {asked.words[p].key for p in n.positions & numbers} <= set(keys_only(n.text))
    ]
    numbers -= {p for n in labels for p in n.positions}  # "under 35" is a label here
    taken = numbers | found
    if not any(grid.yearly(c) for c in grid.labels):  # years of columns, not within labels
        years = {n for n, w in enumerate(asked.words) if YEAR.fullmatch(w.text)}
        taken |= {n for n in years if asked.words[n].key in header_keys}
    named = find_named(grid, asked, taken, titled)
    joint = {p for h in heads if h.exact and len(h.positions) > 1 for p in h.positions}
    named = [n for n in named if not (n.text.isdigit() and n.positions <= joint)]  # "week 31"
    named = [
        n for n in named
        if not n.positions <= alone or n.share > 0.99 and not grid.yearly(n.column)
    ]  # fmt: skip
    told = {n for n, w in enumerate(asked.words) if TOTAL.match(w.text)}
    named = [n for n in named if n.positions & told or not {*n.rows} <= grid.totals]
    if HOW_MANY.search(asked.text):  # some words of a value, here and there, are no condition
        named = [n for n in named if n.share > 0.99 or not n.scattered or n.column in grid.labels]
    if reading.superlative:  # of all rows, whatever word of theirs it shares
        named = [n for n in named if n.share >= WHOLE or n.column not in grid.labels]
    if reading.superlative:  # "the largest in total": the column of totals, not their row
        whole = [h.positions for h in heads if h.exact and TOTAL.match(grid.columns[h.column].name)]
        named = [n for n in named if not (n.positions in whole and {*n.rows} <= grid.totals)]
    binding.named = _without_headers(named, heads, grid) + _numbered(grid, asked, heads)
    binding.named += dated or []
    binding.named += _measured(grid, asked, {p for n in binding.named for p in n.positions})
    weak = [n for n in binding.named if n.share < 0.99 or not any(
        asked.weights[p] for p in n.positions)]  # fmt: skip
    while not reading.rows() and weak:
        weakest = min(weak, key=lambda n: n.share)
        weak.remove(weakest)
        binding.named.remove(weakest)
    _fill_ranges(grid, asked, binding.named)
    wholly = {
        p for n in binding.named if n.share >= 0.99 or len(n.positions) > 1 for p in n.positions
    }
    binding.headed = find_headed(grid, asked, numbers | wholly)
    binding.around = find_around(grid, asked)
    binding.used |= {n for n, w in enumerate(asked.words) if w.text.lower() in COMPARATIVES}
    binding.constant = find_constant(grid, asked)
    find_conditions(reading, heads)
    return reading


def _find_dated(grid: Grid, asked: Asked) -> list[Named] | None:
    """Return the cells of the dates that a question writes in figures, None without any.

    A date names the cells of that very date, read in the order of their column, and no other.
    """
    if not SLASHED_DATE.search(asked.text):
        return None
    found = []
    for column in grid.columns:
        if column.kind != "date" or column.index not in grid.distinct:
            continue
        for match in SLASHED_DATE.finditer(asked.text):
            day = value_of(match[0], column.order).day
            texts = [t for t in grid.distinct[column.index]
                     if day and value_of(t, column.order).day == day]  # fmt: skip
            at = frozenset(positions_within(asked, *match.span()))
            found += [Named(column.index, t, tuple(grid.distinct[column.index][t]), at, 1.0, 4.0)
                      for t in texts]  # fmt: skip
    return found


def _year_rows(grid: Grid, asked: Asked, numbers: set[int]) -> set[int]:
    """Return the positions of years that name rows."""
    texts = {t for c in grid.labels if grid.yearly(c) for t in grid.distinct.get(c, ())}
    return {n for n in numbers if asked.words[n].text in texts}


def _without_headers(named: list[Named], heads: Sequence[Headed], grid: Grid) -> list[Named]:
    """Leave out texts named only by words that fully name a column."""
    kept = []
    for one in named:
        for head in heads:
            keys = set(keys_of(grid.columns[head.column].name))
            wholly = head.exact and len(head.positions) >= len(keys)
            more = len(head.positions) > len(one.positions) or one.share < 0.99
            if wholly and more and one.positions <= head.positions:
                break
        else:
            kept.append(one)
    return kept


def _fill_ranges(grid: Grid, asked: Asked, named: list[Named]) -> None:
    """Add the texts between two of a column that are named as a range: "2019 to 2022"."""
    for column in {n.column for n in named if n.column >= 0}:
        own = sorted((n for n in named if n.column == column), key=lambda n: max(n.positions))
        if len(own) != 2:
            continue
        first, last = own[0].positions - own[1].positions, own[1].positions - own[0].positions
        if not first or not last or not RANGING.match(asked.between(max(first), min(last))):
            continue
        years = [y for n in own if (y := value_of(n.text).number) is not None]
        if grid.yearly(column) and len(years) == 2:
            rows = [r for r in grid.rows if (y := grid.value(r, column).number) is not None
                    and min(years) <= y <= max(years)]  # fmt: skip
        elif all(len(n.rows) == 1 for n in own):
            low, high = sorted(n.rows[0] for n in own)
            rows = [r for r in grid.rows if low <= r <= high and r not in grid.totals]
        else:
            continue
        named.append(Named(column, f"{own[0].text} to {own[1].text}", tuple(rows),
                           first | last, 1.0, own[0].score))  # fmt: skip


def _numbered(grid: Grid, asked: Asked, heads: Sequence[Headed]) -> list[Named]:
    """Return the cells that a column's name and a number name together: "seed 1", "grade 10"."""
    found = []
    joint = {p for h in heads if h.exact and len(h.positions) > 1 for p in h.positions}
    for head in heads:
        for n in head.positions if head.exact else ():
            if (
                n + 1 >= len(asked.words)
                or n + 1 in joint
                or not asked.words[n + 1].text[0].isdigit()
            ):
                continue
            key = asked.words[n + 1].key
            first = head.column in grid.labels  # "11 · 1 April" of weeks
            rows = [
                r
                for r in grid.rows
                if (keys := keys_only(grid.text(r, head.column))) == (key,)
                or first
                and keys[:1] == (key,)
            ]
            if rows and len(rows) < len(grid.rows):
                at = frozenset({n, n + 1})
                found.append(Named(head.column, asked.words[n + 1].text, tuple(rows), at, 1.0, 2.0))
                break
    return found


def _measured(grid: Grid, asked: Asked, taken: set[int]) -> list[Named]:
    """Return the cells that a number with its unit names: "10 L" of a column of sizes."""
    found = []
    for n, word in enumerate(asked.words[:-1]):
        after = asked.words[n + 1]
        if n in taken or not word.text[0].isdigit() or not measure_of(after.text):
            continue
        for column in grid.columns:
            if column.kind != "number" or column.index in grid.labels:
                continue
            keys = (word.key, after.key)
            rows = [r for r in grid.rows if keys_only(grid.text(r, column.index)) == keys]
            if rows and len(rows) < len(grid.rows):
                said = grid.text(rows[0], column.index)
                at = frozenset({n, n + 1})
                found.append(Named(column.index, said, tuple(rows), at, 1.0, 2.0))
    return found


def _find_superlative(reading: Reading) -> set[int]:
    """Find a word such as "highest", "second most", "top three"; return its positions."""
    asked, taken = reading.asked, set[int]()
    for n, word in enumerate(asked.words):
        low = word.text.lower()
        part = low in ("most", "least") and _partly(asked, n) or _names_column(reading, n)
        if low in SUPERLATIVES and not part:
            reading.superlative, reading.superlative_at = SUPERLATIVES[low], n
            taken.add(n)
            after = asked.words[n + 1].text.lower() if n + 1 < len(asked.words) else ""
            if low in ("most", "least") and after in MOST_ADJECTIVES:
                end = reading.superlative.end
                reading.superlative = Superlative(end, (MOST_ADJECTIVES[after],))
                taken.add(n + 1)
            break
    if reading.superlative is None and (match := ANYONE.search(asked.text)):
        found = COMPARATIVES.get(match["more"].lower())
        if found:
            reading.superlative = found
            taken |= positions_within(asked, match.start("more"), match.end("more"))
            reading.superlative_at = min(taken, default=-1)
            than = asked.text.lower().index("than", match.start())
            taken |= positions_within(asked, than, match.end())
    if reading.superlative and (match := RANKED.search(asked.text)):
        place = match["n"].lower()
        reading.rank = NUMBER_WORDS.get(place) or int(re.sub(r"\D", "", place))
        taken |= positions_within(asked, *match.span())
    if match := TOP.search(asked.text):
        count = match["n"].lower()
        reading.top = NUMBER_WORDS.get(count) or int(count)
        if reading.superlative is None:
            last = match["end"].lower() not in ("top", "first")
            reading.superlative = Superlative("min" if last else "max", ())
        taken |= positions_within(asked, *match.span())
    elif reading.superlative:
        words = [w.text.lower() for w in asked.words]
        before = words[reading.superlative_at - 1] if reading.superlative_at > 0 else ""
        behind = words[reading.superlative_at + 1 : reading.superlative_at + 2]
        for near in (before, *behind):
            if near in NUMBER_WORDS and NUMBER_WORDS[near] > 1 and reading.rank == 1:
                reading.top = NUMBER_WORDS[near]
                taken.add(words.index(near))
    return taken


def _names_column(reading: Reading, n: int) -> bool:
    """Tell whether a superlative is part of a column's name: "the maximum loan from Vik"."""
    asked = reading.asked
    if not WHAT_IS_THE.search(asked.text[: asked.words[n].start]) or n + 2 >= len(asked.words):
        return False
    own = (asked.words[n].key, asked.words[n + 1].key)
    return any(own in pairwise(keys_only(column.name)) for column in reading.grid.columns)


def _partly(asked: Asked, n: int) -> bool:
    """Tell whether "most" is of "at most", "most of"."""
    before = asked.words[n - 1].text.lower() if n else ""
    after = asked.words[n + 1].text.lower() if n + 1 < len(asked.words) else ""
    return before == "at" or after in ("of", "likely")


def _condition_positions(asked: Asked) -> set[int]:
    taken = set[int]()
    for _, pattern in CONDITIONS:
        for match in pattern.finditer(asked.text):
            taken |= positions_within(asked, match.start("n"), match.end("n"))
    for pattern in (BETWEEN, SINCE):
        for match in pattern.finditer(asked.text):
            taken |= positions_within(asked, *match.span())
    return taken
