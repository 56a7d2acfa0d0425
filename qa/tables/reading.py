"""What a question asks of a table: which rows, which columns, under which conditions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from index.words import STOPWORDS
from qa.language.table_questions import (
    AGAINST,
    ANYONE,
    ASKED_FOR,
    BELOW,
    BETWEEN,
    CHANGED,
    CODE_ASKED,
    COMPARATIVES,
    CONDITIONS,
    HOW_MANY,
    HOW_MUCH,
    MOST_ADJECTIVES,
    NEGATIVE,
    NO,
    NOT,
    NUMBER_WORDS,
    PERCENT,
    RANKED,
    SINCE,
    SUM,
    SUPERLATIVES,
    TIME_UNITS,
    TOP,
    YES,
    Sign,
    Superlative,
)
from qa.tables.grid import Column, Grid
from qa.tables.matching import (
    GROUP,
    Asked,
    Binding,
    Headed,
    Named,
    find_around,
    find_constant,
    find_headed,
    find_named,
    find_titled,
    keys_of,
    keys_only,
    same_concept,
)
from qa.tables.values import Value, measure_of

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
LIKELIER = 0.06  # more of cosine than the next column has: that is the one
SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}


@dataclass(frozen=True, slots=True)
class Condition:
    """What rows have to meet: a column's value against a number, another column, or yes and no."""

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
        """Return the rows that have all that is named, but for what one column names."""
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
        """Tell whether a label of rows is named, or a group of them."""
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


def read(grid: Grid, asked: Asked) -> Reading:
    """Return a question read against a table."""
    reading = Reading(grid, asked, Binding(grid, asked))
    binding = reading.binding
    found = _find_superlative(reading)
    numbers = _condition_positions(asked)
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
    named = find_named(grid, asked, numbers | found, titled)
    joint = {p for h in heads if h.exact and len(h.positions) > 1 for p in h.positions}
    named = [n for n in named if not (n.text.isdigit() and n.positions <= joint)]  # "week 31"
    named = [
        n for n in named
        if not n.positions <= alone or n.share > 0.99 and not grid.yearly(n.column)
    ]  # fmt: skip
    binding.named = _without_headers(named, heads, grid) + _numbered(grid, asked, heads)
    binding.named += _measured(grid, asked, {p for n in binding.named for p in n.positions})
    while not reading.rows() and any(n.share < 0.99 for n in binding.named):
        binding.named.remove(min(binding.named, key=lambda n: n.share))
    wholly = {
        p for n in binding.named if n.share >= 0.99 or len(n.positions) > 1 for p in n.positions
    }
    binding.headed = find_headed(grid, asked, numbers | wholly)
    binding.around = find_around(grid, asked)
    binding.used |= {n for n, w in enumerate(asked.words) if w.text.lower() in COMPARATIVES}
    binding.constant = find_constant(grid, asked)
    _find_conditions(reading, heads)
    return reading


def _without_headers(named: list[Named], heads: Sequence[Headed], grid: Grid) -> list[Named]:
    """Leave out texts named by no more than what wholly names a column."""
    kept = []
    for one in named:
        for head in heads:
            keys = set(keys_of(grid.columns[head.column].name))
            if head.exact and one.positions <= head.positions and len(head.positions) >= len(keys):
                if len(head.positions) > len(one.positions) or one.share < 0.99:
                    break
        else:
            kept.append(one)
    return kept


def _numbered(grid: Grid, asked: Asked, heads: Sequence[Headed]) -> list[Named]:
    """Return the cells that a column's name and a number name together: "seed 1", "grade 10"."""
    found = []
    joint = {p for h in heads if h.exact and len(h.positions) > 1 for p in h.positions}
    for head in heads:
        for n in head.positions if head.exact and head.column not in grid.labels else ():
            if (
                n + 1 >= len(asked.words)
                or n + 1 in joint
                or not asked.words[n + 1].text[0].isdigit()
            ):
                continue
            key = asked.words[n + 1].key
            rows = [r for r in grid.rows if keys_only(grid.text(r, head.column)) == (key,)]
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


def _at(asked: Asked, start: int, end: int) -> set[int]:
    return {n for n, w in enumerate(asked.words) if start <= w.start < end}


def _find_superlative(reading: Reading) -> set[int]:
    """Find a word such as "highest", "second most", "top three"; return what it takes up."""
    asked, taken = reading.asked, set[int]()
    for n, word in enumerate(asked.words):
        low = word.text.lower()
        if low in SUPERLATIVES and not (low in ("most", "least") and _partly(asked, n)):
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
            taken |= _at(asked, match.start("more"), match.end("more"))
            reading.superlative_at = min(taken, default=-1)
            than = asked.text.lower().index("than", match.start())
            taken |= _at(asked, than, match.end())
    if reading.superlative and (match := RANKED.search(asked.text)):
        word = match["n"].lower()
        reading.rank = NUMBER_WORDS.get(word) or int(re.sub(r"\D", "", word))
        taken |= _at(asked, *match.span())
    if match := TOP.search(asked.text):
        n = match["n"].lower()
        reading.top = NUMBER_WORDS.get(n) or int(n)
        if reading.superlative is None:
            end = "max" if match["end"].lower() in ("top", "first") else "min"
            reading.superlative = Superlative(end, ())  # type: ignore[arg-type]
        taken |= _at(asked, *match.span())
    elif reading.superlative:
        words = [w.text.lower() for w in asked.words]
        before = words[reading.superlative_at - 1] if reading.superlative_at > 0 else ""
        after = words[reading.superlative_at + 1 : reading.superlative_at + 2]
        for near in (before, *after):
            if near in NUMBER_WORDS and NUMBER_WORDS[near] > 1 and reading.rank == 1:
                reading.top = NUMBER_WORDS[near]
                taken.add(words.index(near))
    return taken


def _partly(asked: Asked, n: int) -> bool:
    """Tell whether "most" is of "at most", "most of"."""
    before = asked.words[n - 1].text.lower() if n else ""
    after = asked.words[n + 1].text.lower() if n + 1 < len(asked.words) else ""
    return before == "at" or after in ("of", "likely")


def _number(text: str, scale: str | None = None) -> Decimal | None:
    low = text.lower()
    if low in NUMBER_WORDS:
        number = Decimal(NUMBER_WORDS[low])
    else:
        plain = low.strip("$€£¥").replace(",", "").rstrip(".")
        if not re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
            return None
        number = Decimal(plain)
    return number * Decimal(10) ** SCALES[scale.lower()] if scale else number


def _condition_positions(asked: Asked) -> set[int]:
    taken = set[int]()
    for _, pattern in CONDITIONS:
        for match in pattern.finditer(asked.text):
            taken |= _at(asked, match.start("n"), match.end("n"))
    for pattern in (BETWEEN, SINCE):
        for match in pattern.finditer(asked.text):
            taken |= _at(asked, *match.span())
    return taken


def _find_conditions(reading: Reading, heads: Sequence[Headed]) -> None:
    asked, grid, text = reading.asked, reading.grid, reading.asked.text
    ranged = {p for n in reading.named for p in n.positions}
    between = BETWEEN.search(text)
    if (match := between) and not _at(asked, *between.span()) & reading.years:
        low, high = _number(match["n"]), _number(match["n2"])
        at = _at(asked, *match.span())
        column = _column_near(reading, at, heads)
        if low is not None and high is not None and column is not None:
            reading.conditions += [Condition(column, ">=", low, told=match[0]),
                                   Condition(column, "<=", high)]  # fmt: skip
            reading.binding.used |= at
        return
    spans: list[tuple[int, int]] = []
    for sign, pattern in CONDITIONS:
        for match in pattern.finditer(text):
            at = _at(asked, match.start("n"), match.end("n"))
            if any(s < match.end() and match.start() < e for s, e in spans) or at & ranged:
                continue
            if at & reading.years:
                continue
            spans.append(match.span())
            number = _number(match["n"], match["scale"])
            column = _column_near(reading, _at(asked, *match.span()), heads)
            if number is None or column is None:
                reading.unmet = match[0]
                continue
            reading.conditions.append(Condition(column, sign, number, told=match[0].strip()))
            reading.binding.used |= _at(asked, *match.span())
    for match in SINCE.finditer(text):
        if _at(asked, *match.span()) & reading.years:
            continue
        years = [c for c in reading.numeric() if c.kind == "date" or grid.yearly(c.index)]
        if len(years) == 1 and not spans:
            side = match["side"].lower()
            sign: Sign = {"after": ">", "since": ">=", "before": "<", "until": "<="}[side]  # type: ignore[assignment]
            reading.conditions.append(
                Condition(years[0].index, sign, Decimal(match["year"]), told=match[0])
            )
            reading.binding.used |= _at(asked, *match.span())
    if match := NEGATIVE.search(text):
        column = _column_near(reading, _at(asked, *match.span()), heads)
        low_side = match["sign"].lower() in ("negative", "below zero")
        if column is not None:
            reading.conditions.append(
                Condition(column, "<" if low_side else ">", Decimal(0), told=match[0])
            )
            reading.binding.used |= _at(asked, *match.span())
    if not reading.conditions:
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
    fitting = [c for c in reading.numeric() if _fits(reading, c)]
    if PERCENT.search(text):
        fitting = [c for c in reading.numeric() if _unit(reading.grid, c) == "%"]
    return fitting[0].index if len(fitting) == 1 else None


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
        c for c in numeric - {other} if _unit(grid, grid.columns[c]) == _unit(grid, grid.columns[other])
        and grid.columns[c].parts[:-1] == grid.columns[other].parts[:-1]
    ]  # fmt: skip
    named = [h.column for h in reading.binding.headed if h.column in peers]
    actual = [
        c
        for c in peers
        if any(same_concept(k, "actual") for k in keys_of(grid.columns[c].parts[-1]))
    ]
    first = min(peers, key=lambda c: abs(c - other), default=None)
    chosen = (actual or named or [first])[0]
    if chosen is None:
        return
    side = match["side"].split()[0].lower()
    reading.conditions.append(
        Condition(chosen, "<" if side in BELOW else ">", other=other, told=match[0].strip())
    )
    reading.binding.used |= _at(asked, *match.span()) | set(heads[0].positions)


def _find_yes_no(reading: Reading) -> None:
    """Find columns of yes and no that are named: "contain milk"."""
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
        reading.conditions.append(Condition(head.column, "!=" if negated else "=",
                                            told=("not " if negated else "") + column.name))  # fmt: skip


def _unit(grid: Grid, column: Column) -> str:
    """Return the unit of a column: its header's, else that of its cells, else its table's."""
    if column.unit:
        return column.unit
    for row in grid.rows[:20]:
        if unit := grid.value(row, column.index).unit:
            return unit
    return ""


unit_in = _unit


def _fits(reading: Reading, column: Column) -> bool:
    """Tell whether the values of a column can be what the question asks for."""
    text, grid = reading.asked.text, reading.grid
    unit = _unit(grid, column)
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
    """Return the columns with values that a computation or look-up is about, best first."""
    grid = reading.grid
    numeric = [c for c in reading.numeric()]
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
    fitting = [c.index for c in numeric if _fits(reading, c)]
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
             "speed": ("speed",), "temperature": ("degrees Celsius", "degrees Fahrenheit")}  # fmt: skip
    measure = measure_of(unit)
    return bool(measure) and any(measure[0] in kinds.get(c, ()) for c in concepts)


def likely(reading: Reading, pool: Sequence[int], likeness: Likeness) -> list[int]:
    """Return the columns in the order in which their names are like the question, the first
    alone where it is clearly likelier."""
    names = [reading.grid.columns[c].name for c in pool]
    if not any(names):
        return list(pool)
    scores = likeness(reading.asked.text, names)
    order = sorted(range(len(pool)), key=lambda n: -scores[n])
    if scores[order[0]] - scores[order[1]] >= LIKELIER:
        return [pool[order[0]]]
    return [pool[n] for n in order]


def asked_column(reading: Reading, but: Sequence[int] = ()) -> int | None:
    """Return the column that holds what "who", "which party", "when" or "where" asks for."""
    grid, asked = reading.grid, reading.asked
    match = re.search(
        r"(?i)\b(?:which|what|whose|in what|in which)\s+((?:[\w'’-]+\s?){1,4})", asked.text
    )
    if match:
        at = _at(asked, *match.span(1))
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
            and (any(same_concept(k, key) for k in keys_of(c.name)) or (concept == "date" and c.kind == "date"))
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


def meets(grid: Grid, row: int, condition: Condition) -> bool | None:
    """Tell whether a row meets a condition, None where its cell does not tell."""
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


def wants_sum(reading: Reading) -> bool:
    """Tell whether a question asks to add up."""
    return bool(SUM.search(reading.asked.text))


def wants_change(reading: Reading) -> bool:
    """Tell whether a question asks how something changed."""
    return bool(CHANGED.search(reading.asked.text))


__all__ = [
    "GROUP", "Condition", "Reading", "asked_column", "likely", "measures", "meets", "read",
    "unit_in", "wants_change", "wants_sum",
]  # fmt: skip
