"""Conditions on rows: more than 20, below their limit, since 2019, yes and no."""

from collections.abc import Sequence
from decimal import Decimal

from qa.language.table_questions import (
    AGAINST,
    BELOW,
    BETWEEN,
    CONDITIONS,
    HAVING,
    NEGATIVE,
    NO,
    NOT,
    OF_TOTAL,
    PERCENT,
    SINCE,
    WITHOUT,
    YES,
    Sign,
)
from qa.tables.grid import Grid
from qa.tables.matching import Headed, find_headed
from qa.tables.reading import Condition, Reading, number_in, positions_within
from qa.tables.targets import could_be, unit_in
from qa.tables.values import Value
from qa.tables.words import keys_of, same_concept

_SIDES: dict[str, Sign] = {"after": ">", "since": ">=", "before": "<", "until": "<="}


def find_conditions(reading: Reading, heads: Sequence[Headed]) -> None:  # noqa: C901
    """Find the conditions of a question, and their columns."""
    asked, grid, text = reading.asked, reading.grid, reading.asked.text
    ranged = {p for n in reading.named for p in n.positions}
    between = BETWEEN.search(text)
    if (match := between) and not positions_within(asked, *between.span()) & reading.years:
        low, high = number_in(match["n"]), number_in(match["n2"])
        at = positions_within(asked, *match.span())
        column = _column_near(reading, at, heads)
        if low is not None and high is not None and 1400 < low < high < 2200:
            yearly = [c.index for c in grid.columns if grid.yearly(c.index)]
            column = yearly[0] if len(yearly) == 1 else column  # "between 2016 and 2020"
        if low is not None and high is not None and column is not None:
            reading.conditions += [Condition(column, ">=", low, told=match[0]),
                                   Condition(column, "<=", high)]  # fmt: skip
            reading.binding.used |= at
        return
    spans: list[tuple[int, int]] = []
    for sign, pattern in CONDITIONS:
        for match in pattern.finditer(text):
            at = positions_within(asked, match.start("n"), match.end("n"))
            if any(s < match.end() and match.start() < e for s, e in spans) or at & ranged:
                continue
            if at & reading.years:
                continue
            spans.append(match.span())
            number = number_in(match["n"], match["scale"])
            column = _column_near(reading, positions_within(asked, *match.span()), heads)
            if match["scale"] and number is not None and column is not None:
                number = _in_scale(grid, column, number, number_in(match["n"]))
            if number is None or column is None:
                reading.unmet = match[0]
                continue
            reading.conditions.append(Condition(column, sign, number, told=match[0].strip()))
            reading.binding.used |= positions_within(asked, *match.span())
    for match in SINCE.finditer(text):
        if positions_within(asked, *match.span()) & reading.years:
            continue
        years = [c for c in reading.numeric() if c.kind == "date" or grid.yearly(c.index)]
        if len(years) == 1 and not spans:
            side = match["side"].lower()
            bound = _SIDES[side]
            reading.conditions.append(
                Condition(years[0].index, bound, Decimal(match["year"]), told=match[0])
            )
            reading.binding.used |= positions_within(asked, *match.span())
    if match := NEGATIVE.search(text):
        column = _column_near(reading, positions_within(asked, *match.span()), heads)
        low_side = match["sign"].lower() in ("negative", "below zero")
        if column is not None:
            reading.conditions.append(
                Condition(column, "<" if low_side else ">", Decimal(0), told=match[0])
            )
            reading.binding.used |= positions_within(asked, *match.span())
    if not reading.conditions:
        _find_having(reading)
    if not reading.conditions and not OF_TOTAL.search(text):  # "the share of A over B" is none
        _find_column_against(reading)
    _find_yes_no(reading)


def _column_near(reading: Reading, at: set[int], heads: Sequence[Headed]) -> int | None:
    """Return the column with figures that the words next to a condition name."""
    numeric = {c.index for c in reading.numeric()}
    if not at or not numeric:
        return None
    named = [h for h in heads if h.column in numeric]
    if named:
        best = named[0].score
        near = [h for h in named if h.score >= best - 1e-6]
        return min(near, key=lambda h: min(abs(p - q) for p in h.positions for q in at)).column
    text = reading.asked.text
    fitting = [c for c in reading.numeric() if could_be(reading, c)]
    if PERCENT.search(text):
        fitting = [c for c in reading.numeric() if unit_in(reading.grid, c) == "%"]
    return fitting[0].index if len(fitting) == 1 else None


def _in_scale(grid: Grid, column: int, number: Decimal, bare: Decimal | None) -> Decimal:
    """Return a number as its column is written: in millions where it says so, or all below."""
    told = [v.number for r in grid.rows if (v := grid.value(r, column)).number is not None]
    largest = max((abs(n) for n in told if n is not None), default=Decimal(0))
    return bare if bare is not None and largest * 100 < number and bare < largest * 100 else number


def _find_having(reading: Reading) -> None:
    """Find a column of counts that rows have any or none of: "which have a slipway"."""
    asked = reading.asked
    counts = {c.index for c in reading.numeric() if c.kind == "number"}
    for match in HAVING.finditer(asked.text):
        exact = number_in(match["n"]) if match["n"] else None
        near = 1 if exact is None else 2
        after = [n for n, w in enumerate(asked.words) if w.start >= match.end()][:near]
        for head in reading.binding.headed:
            if head.column in counts and head.exact and head.positions & set(after):
                none = bool(match["none"] or WITHOUT.search(match[0]))
                sign: Sign = "=" if none or exact is not None else ">"
                reading.conditions.append(
                    Condition(head.column, sign, exact or Decimal(0), told=match[0])
                )
                reading.binding.used |= positions_within(asked, *match.span())
                return


def _find_column_against(reading: Reading) -> None:
    """Find one column compared with another: "below their reorder level"."""
    asked, grid = reading.asked, reading.grid
    match = AGAINST.search(asked.text)
    if not match or match["side"].split()[0].lower() not in BELOW | {
        "above", "over", "beyond", "more", "higher", "greater", "larger",
        "exceed", "exceeds", "exceeded", "exceeding",
    }:  # fmt: skip
        return
    after = {n for n, w in enumerate(asked.words) if match.end() <= w.start < match.end() + 40}
    numeric = {c.index for c in reading.numeric() if c.kind == "number"}
    heads = [
        h for h in find_headed(grid, asked, set(range(len(asked.words))) - after)
        if h.column in numeric and h.exact
    ]  # fmt: skip
    allowed = {h.column for h in reading.binding.headed if h.column in numeric}
    heads = [h for h in heads if len(heads) == 1 or h.column in allowed] or heads
    if not heads:
        return
    other = heads[0].column
    peers = [
        c for c in numeric - {other}
        if unit_in(grid, grid.columns[c]) == unit_in(grid, grid.columns[other])
        and grid.columns[c].parts[:-1] == grid.columns[other].parts[:-1]
    ]  # fmt: skip
    named = [h.column for h in reading.binding.headed if h.column in peers]
    actual = [
        c
        for c in peers
        if any(same_concept(k, "actual") for k in keys_of(grid.columns[c].parts[-1]))
    ]
    if not peers:
        return
    chosen = (actual or named or [min(peers, key=lambda c: abs(c - other))])[0]
    side = match["side"].split()[0].lower()
    reading.conditions.append(
        Condition(chosen, "<" if side in BELOW else ">", other=other, told=match[0].strip())
    )
    reading.binding.used |= positions_within(asked, *match.span()) | set(heads[0].positions)


def _find_yes_no(reading: Reading) -> None:
    """Find yes/no columns that are named: "contain milk"."""
    grid, asked = reading.grid, reading.asked
    labels = set(grid.labels)
    for head in reading.binding.headed:
        column = grid.columns[head.column]
        texts = list(grid.distinct.get(head.column, {}))
        if head.column in labels or not texts or column.kind == "number" or not head.exact:
            continue
        told = [t for t in texts if YES.fullmatch(t) or NO.fullmatch(t)]
        if not any(YES.fullmatch(t) for t in texts) or len(told) < max(1, len(texts) - 2):
            continue
        before = asked.text[: asked.words[min(head.positions)].end]
        negated = bool(NOT.search(before))
        said = f"not {column.name}" if negated else column.name
        reading.conditions.append(Condition(head.column, "!=" if negated else "=", told=said))


def meets(grid: Grid, row: int, condition: Condition) -> bool | None:
    """Tell whether a row meets a condition, None if its cell does not say."""
    if condition.number is None and condition.other is None:
        text = grid.text(row, condition.column)
        yes = bool(YES.fullmatch(text))
        if condition.sign == "=":
            return yes
        return bool(NO.fullmatch(text)) or not text
    value = grid.value(row, condition.column)
    have = _scaled(value, condition)
    if condition.other is not None:
        limit = grid.value(row, condition.other).number
    else:
        limit = condition.number
    if have is None or limit is None:
        return None
    return {"<": have < limit, "<=": have <= limit, ">": have > limit, ">=": have >= limit,
            "=": have == limit, "!=": have != limit}[condition.sign]  # fmt: skip


def _scaled(value: Value, condition: Condition) -> Decimal | None:
    if value.day and condition.number is not None and 1000 < condition.number < 3000:
        return Decimal(value.day.year)
    return value.number
