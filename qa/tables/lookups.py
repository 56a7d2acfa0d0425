"""Lookups of cells by row and column; lists and counts of rows by condition."""

from collections.abc import Sequence
from dataclasses import replace

from qa.language.table_questions import (
    CHANGE_HEADER,
    HOW_MANY,
    HOW_MUCH,
    LISTING,
    PLACED,
    VALUE_OF,
)
from qa.tables.differences import two_columns
from qa.tables.matching import GROUP
from qa.tables.reading import Likeness, Reading, positions_within
from qa.tables.results import (
    MAX_TOLD,
    MAX_WORDS,
    Declined,
    Outcome,
    Result,
    best_rows,
    body_rows,
    filters_of,
    meeting,
    tell,
    tell_conditions,
    title,
)
from qa.tables.targets import asked_column, measures, wants_change
from qa.tables.totals import counts_values
from qa.tables.words import keys_of, same_concept

MANY = 3  # columns that a look-up tells, from which none of them is what is asked for


def list_rows(reading: Reading, likeness: Likeness) -> Outcome:
    """List or count the rows that meet the conditions."""
    grid, text = reading.grid, reading.asked.text
    counting = bool(HOW_MANY.search(text)) and not counts_values(reading)
    listed = bool(LISTING.search(text)) or "?" not in text
    labels = set(grid.labels)
    if not counting and not listed:
        return None
    whole = [n for n in filters_of(reading) if n.column not in labels or len(labels) > 1]
    by_label = [n for n in filters_of(reading) if n.column in labels and len(labels) == 1]
    if reading.unmet:
        return Declined(f"It is not clear which column “{reading.unmet}” is about.")
    if not reading.conditions and not whole and (not counting or by_label):
        return None
    rows = body_rows(grid, reading.rows(), reading)
    if counting and not reading.conditions and len(rows) == 1 and reading.labelled():
        return None  # "how many staff" of one row: its figure
    met, unknown = meeting(reading, rows) if reading.conditions else (rows, [])
    if not reading.conditions and not counting and len(met) <= 1:
        return None
    column = asked_column(reading)
    if not counting and not reading.conditions and column is None and bool(by_label):
        return None
    conditioned = {n.column for n in whole} | {c.column for c in reading.conditions}
    if not counting and column is not None and column not in labels | conditioned:
        names = list(dict.fromkeys(t for r in met if (t := grid.text(r, column))))
        told_column = column
    else:
        names = [_short_label(reading, r) for r in met]
        told_column = grid.labels[0] if grid.labels else 0
    count = len(met)
    where = tell_conditions(reading)
    total = len(rows) if reading.conditions else len(body_rows(grid, grid.rows, reading))
    rest = f" For {len(unknown)} more it is not known." if unknown else ""
    cells = tuple((r, told_column) for r in met)
    used = tuple(met or rows)  # where none meets them, all of them show it
    cells += tuple((r, c.column) for r in used for c in reading.conditions)
    cells += tuple((r, n.column) for r in used for n in whole if n.column >= 0)
    working = f"{where or 'all rows'}: {count} of {total} rows"
    sure = 0.85 if reading.conditions or whole else 0.6
    if counting:
        sure = 0.4 if _uncounted(reading) else sure
        shown = ", ".join(names) if sum(len(n.split()) for n in names) <= 30 else ""
        listed_names = f": {shown}" if shown else ""
        text = f"{count:,} of {total:,}{f' ({where})' if where else ''}{listed_names}.{rest}"
        return Result(text, cells, used, sure, working)
    if not met:
        return Result(f"None of {total:,} ({where}).{rest}", cells, used, 0.6, working)
    told = names[:MAX_TOLD]
    while len(told) > 1 and sum(len(n.split()) for n in told) > MAX_WORDS:
        told.pop()
    more = f" and {len(names) - len(told):,} more" if len(told) < len(names) else ""
    return Result(f"{'; '.join(told)}{more}.{rest}", cells, tuple(met), sure, working)


def _short_label(reading: Reading, row: int) -> str:
    """Return a row's label without the part that all rows asked for share."""
    grid = reading.grid
    shared = {n.column for n in reading.named} | set(grid.aggregates)
    told = [grid.text(row, c) for c in grid.labels if c not in shared]
    return ", ".join(filter(None, told)) or grid.label(row)


def look_up(reading: Reading, likeness: Likeness) -> Outcome:
    """Return the cells whose row and column are named."""
    grid, asked = reading.grid, reading.asked
    rows = reading.rows()
    if not rows and reading.named:
        told = " and ".join(dict.fromkeys(n.text for n in reading.named))
        near = max(reading.named, key=lambda n: n.score).rows
        return Declined(f"The table has no row with {told} together.", tuple(near[:2]))
    if not filters_of(reading) and len(grid.rows) > 1:
        return None
    if len(rows) > 1:
        rows = best_rows(reading, rows)
    if len(rows) > 3:
        return None
    columns = _lookup_columns(reading, likeness)
    if columns is None:
        return None
    if len(columns) > MANY and (unnamed := _unnamed(reading)):
        return Declined(f"The table has no column of “{unnamed}”.", tuple(rows))
    if len(columns) > 1 and (counted := _uncounted(reading)):
        return Declined(f"The table has no column of “{counted}”.", tuple(rows))
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
            f"{title(grid, c)}: {tell(grid, (row, c))}" if title(grid, c) else tell(grid, (row, c))
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


def _lookup_columns(reading: Reading, likeness: Likeness) -> list[int] | None:
    """Return the columns that a lookup asks for, None if that is unclear."""
    grid = reading.grid
    idle = ("blank", "serial")
    values = [c.index for c in grid.columns if c.index not in grid.labels and c.kind not in idle]
    if not (CHANGE_HEADER.search(reading.asked.text) or wants_change(reading)):
        plain = [c for c in values if not CHANGE_HEADER.search(grid.columns[c].name)]
        values = plain or values
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
        pair = two_columns(reading)
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


def _unnamed(reading: Reading) -> str:
    """Return the words that "what is the …" asks for where nothing of the table has any."""
    match, asked = VALUE_OF.search(reading.asked.text), reading.asked
    at = positions_within(asked, *match.span("what")) if match else set()
    weighty = {n for n in at if asked.weights[n]}
    told = {p for h in reading.binding.headed if h.exact for p in h.positions}
    told |= {p for n in reading.named for p in n.positions}
    return match["what"] if match and weighty and not weighty & told else ""


def _uncounted(reading: Reading) -> str:
    """Return the word that "how many" asks of where nothing of the table has it, else ""."""
    match, asked = HOW_MANY.search(reading.asked.text), reading.asked
    told = reading.binding.covered
    after = [n for n, w in enumerate(asked.words) if match and w.start >= match.end()][:1]
    return "".join(asked.words[n].text for n in after if asked.weights[n] and n not in told)


def _counted_column(reading: Reading, values: Sequence[int]) -> int | None:
    """Return the column with the number of a row's items: "how many lures"."""
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
        and all(same_concept(k, "quantiti") for k in keys_of(grid.columns[c].name))
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def replace_heads(reading: Reading, pool: Sequence[int]) -> Reading:
    """Return a reading without named columns and with only some columns to choose from."""
    bound = replace(reading.binding, headed=[h for h in reading.binding.headed if h.column in pool])
    return replace(reading, binding=bound)


def _likeliest(reading: Reading, pool: Sequence[int], likeness: Likeness) -> list[int]:
    names = [title(reading.grid, c) for c in pool]
    scores = likeness(reading.asked.text, names)
    order = sorted(range(len(pool)), key=lambda n: -scores[n])
    if len(order) > 1 and scores[order[0]] - scores[order[1]] < 0.03:
        return list(pool)
    return [pool[order[0]]]
