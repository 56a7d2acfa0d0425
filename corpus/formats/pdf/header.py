"""Column headers: the lines above a table, and the columns that each of their parts names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.formats.pdf.grid import PageCell
from corpus.formats.pdf.lines import Line, levels
from corpus.formats.pdf.name_patterns import PERIOD, UNIT
from corpus.formats.tables import HEADER_LENGTH, NUMBER

Rule = tuple[float, float, float]
Span = tuple[float, float]
Bound = tuple[int, int, Line]  # the first and the last column that a part names
MAX_LINES = 12  # names in the middle of their cells stand on lines of their own
FAR = 2.2  # of the size, between lines of one header
GAP = 0.6  # of the size, between parts that name different columns
MAX_GROUPED = 30  # columns
SPELT = re.compile(r"[^\W\d_]{3}")  # "1 year", which names what "12 kg" does not
LONG = 60  # characters of a part that names columns


@dataclass(slots=True)
class Header:
    """The header cells of a table.

    `lines` is the number of lines above the table that they take, `rows` their number of rows;
    `sure` means that every column of figures has a name of its own.
    """

    cells: list[PageCell] = field(default_factory=list)
    rows: int = 0
    lines: int = 0
    unit: str = ""
    labels: list[Line] = field(default_factory=list)  # that stand between them and the figures
    sure: bool = False


def _underlines(rules: Sequence[Rule], line: Line, floor: float) -> list[Rule]:
    """Return the rules below a line that show what each of its parts spans.

    They stand right below it, or above `floor`, the highest line of names of single columns.
    """
    return [
        rule for rule in rules
        if -0.3 * line.size <= rule[0] - line.y1 <= max(0.8 * line.size, floor - line.y1)
    ]  # fmt: skip


def _range(
    part: Line, columns: Sequence[Span], free: Sequence[int], rules: Sequence[Rule]
) -> tuple[int, int] | None:
    """Return the first and last of the columns that a part names; None if that is unclear.

    Args:
        part: of the header line.
        columns: the spans of all columns.
        free: the columns that may be named, in order.
        rules: those below the part's line.
    """
    middle = (part.x0 + part.x1) / 2
    drawn = [r for r in rules if r[1] - 3 <= part.x0 and part.x1 <= r[2] + 3]
    if drawn:
        low, high = min(drawn, key=lambda r: (round(r[0] / 3), r[2] - r[1]))[1:]
        under = [c for c in free if low - 2 <= (columns[c][0] + columns[c][1]) / 2 <= high + 2]
        if under and high - low < 0.9 * (columns[-1][1] - columns[0][0]):
            return under[0], under[-1]
    over = [c for c in free if columns[c][0] < part.x1 and part.x0 < columns[c][1]]
    if len(over) == 1:
        a, b = columns[over[0]]
        tolerance = max(0.8 * part.size, 0.25 * (b - a))
        edges = abs(part.x1 - b) < tolerance or abs(part.x0 - a) < tolerance
        if edges or abs((a + b) / 2 - middle) < tolerance:
            return over[0], over[0]
    best: tuple[int, int, int, int] | None = None  # of equal ones, that of the fewest columns
    for first in free:
        for last in free:
            if last < first or any(not first <= c <= last for c in over):
                continue
            centre = (columns[first][0] + columns[last][1]) / 2
            width = columns[last][1] - columns[first][0]
            off = abs(centre - middle)
            if off <= max(1.2 * part.size, 0.12 * width):
                one = (int(off / (0.6 * part.size)), last - first, first, last)
                best = min(best or one, one)
    if best:
        return best[2], best[3]
    if len(over) != 1:
        return None
    a, b = columns[over[0]]
    inside = min(b + part.size, part.x1) - max(a - part.size, part.x0)
    return (over[0], over[0]) if inside > 0.7 * (part.x1 - part.x0) else None


def _one_each(parts: Sequence[Line], columns: Sequence[Span]) -> bool:
    """Tell whether each part is nearer to its own column than to any other."""
    middles = [(a + b) / 2 for a, b in columns]
    pitch = min((b - a for a, b in zip(middles, middles[1:], strict=False)), default=0.0)
    return all(
        _distance(part, columns[at]) < max(2 * part.size, 0.6 * pitch)
        and all(
            _distance(part, columns[at]) < _distance(part, other) for other in _beside(columns, at)
        )
        for at, part in enumerate(parts)
    )


def _split(line: Line, columns: Sequence[Span]) -> list[Line]:
    """Split a line at its widest gaps into as many parts as there are columns."""
    gaps = [b.x0 - a.x1 for a, b in zip(line.words, line.words[1:], strict=False)]
    count = len(columns) - 1
    if not 0 < count < len(gaps):
        return []
    widest = sorted(gaps, reverse=True)
    if widest[count - 1] < 1.15 * widest[count] or widest[count - 1] < 0.3 * line.size:
        return []
    parts, start = [], 0
    for at, gap in enumerate(gaps, 1):
        if gap >= widest[count - 1]:
            parts.append(Line.of(line.words[start:at]))
            start = at
    parts.append(Line.of(line.words[start:]))
    return parts if len(parts) == len(columns) and _one_each(parts, columns) else []


def _groups(parts: Sequence[Line], columns: Sequence[Span]) -> list[int]:
    """Return the number of columns that each part is centred over; [] if they do not fit."""
    if not parts:
        return []
    part = parts[0]
    for count in range(len(columns) - len(parts) + 1, 0, -1):
        width = columns[count - 1][1] - columns[0][0]
        middle = (columns[0][0] + columns[count - 1][1]) / 2
        if abs(middle - (part.x0 + part.x1) / 2) > 0.6 * part.size + 0.04 * width:
            continue
        if len(parts) == 1:
            if count == len(columns):
                return [count]
        elif rest := _groups(parts[1:], columns[count:]):
            return [count, *rest]
    return []


def _widened(columns: Sequence[Span], rules: Sequence[Rule]) -> list[Span]:
    """Return the columns, widened to the rules drawn above or below a single one."""
    found = list(columns)
    for _, low, high in rules:
        inside = [c for c, (a, b) in enumerate(columns) if a < high and low < b]
        if (
            len(inside) == 1
            and low <= columns[inside[0]][0] + 2
            and columns[inside[0]][1] <= high + 3
        ):
            a, b = found[inside[0]]
            found[inside[0]] = (min(a, low), max(b, high))
    return found


def _beside(columns: Sequence[Span], at: int) -> list[Span]:
    return [*columns[max(0, at - 1) : at], *columns[at + 1 : at + 2]]


def _distance(part: Line, column: Span) -> float:
    """Return the gap between a part and a column; negative if they overlap."""
    return max(part.x0, column[0]) - min(part.x1, column[1])


def _one_by_one(
    line: Line, parts: Sequence[Line], columns: Sequence[Span], figures: Sequence[bool]
) -> list[Bound]:
    """Return the parts of a line with one column for each; [] if that is unclear."""
    numbers = [c for c, is_one in enumerate(figures) if is_one]
    for which in (range(len(columns)), numbers):
        spans = [columns[c] for c in which]
        if len(parts) == len(spans) and _one_each(parts, spans):
            return [(c, c, part) for c, part in zip(which, parts, strict=True)]
    split = _split(line, [columns[c] for c in numbers])
    if len(split) > len(parts):
        return [(c, c, part) for c, part in zip(numbers, split, strict=True)]
    return []


def _by_groups(
    parts: Sequence[Line], columns: Sequence[Span], figures: Sequence[bool]
) -> list[Bound]:
    """Return the parts of a line with the columns that each is centred over; [] if unclear."""
    first = next((c for c, is_one in enumerate(figures) if is_one), len(columns))
    over = [part for part in parts if part.x1 > columns[min(first, len(columns) - 1)][0]]
    if not all(figures[first:]) or not len(over) < len(columns) - first < MAX_GROUPED:
        return []
    found: list[Bound] = []
    for count, part in zip(counts := _groups(over, columns[first:]), over, strict=False):
        found.append((first, first + count - 1, part))
        first += count
    return [*((0, 0, part) for part in parts if part not in over), *found] if counts else []


def _bind(
    line: Line, columns: Sequence[Span], figures: Sequence[bool], rules: Sequence[Rule],
    apart: bool = False, floor: float = 0.0,
) -> list[Bound] | None:  # fmt: skip
    """Return the parts of a header line with the columns that each names; None where unclear.

    `apart` says that it is a row of its own, and not the first line of cells of several; `floor`
    where names of single columns begin.
    """
    parts = line.parts(GAP)
    under = [
        rule for rule in _underlines(rules, line, floor)
        if sum(part.x0 < rule[2] and rule[1] < part.x1 for part in parts) == 1
    ]  # fmt: skip
    if found := _one_by_one(line, parts, columns, figures):
        return found
    if apart and (found := _by_groups(parts, columns, figures)):
        return found
    owner: dict[int, int] = {}
    for c, (a, b) in enumerate(columns):  # a column is of the part over it, if it is of one alone
        over = [p for p, part in enumerate(parts) if part.x0 < b and a < part.x1]
        if len(over) == 1:
            owner[c] = over[0]
        elif over:
            return None
    found = []
    for p, part in enumerate(parts):
        taken = found[-1][1] if found else -1
        beside = [c for c, is_one in enumerate(figures) if not is_one and columns[c][0] < part.x1]
        first = next((c for c, is_one in enumerate(figures) if is_one), len(columns))
        labels = [c for c in beside if taken < c < first]
        if labels and first < len(columns) and part.x1 <= columns[first][0]:
            after = parts[p + 1].x0 if p + 1 < len(parts) else 0.0
            last = max((c for c in labels if columns[c][1] < after), default=labels[0])
            found.append((labels[0], last, part))  # it names what the rows are called by
            continue
        if not figures[0] and part.x1 <= columns[first][0] and taken <= 0:
            words = [*found.pop()[2].words, *part.words] if found else part.words
            found.append((0, 0, Line.of(words)))  # of labels that are too seldom to be a column
            continue
        free = [c for c in range(taken + 1, len(columns)) if owner.get(c, p) == p]
        free = [c for c in free if all(owner.get(d, p) == p for d in range(min(free), c + 1))]
        bound = _range(part, columns, free, under) if free else None
        if bound is None:
            return None
        found.append((*bound, part))
    return found


def find_header(
    above: Sequence[Line], columns: Sequence[Span], figures: Sequence[bool], rules: Sequence[Rule]
) -> Header:
    """Return the header of a table whose columns are known.

    Args:
        above: the lines above it, from the top down.
        columns: their spans, from left to right.
        figures: the columns that hold figures.
        rules: horizontal rules of the page.
    """
    label_end = next((a for (a, _), is_one in zip(columns, figures, strict=True) if is_one), 0.0)
    bound: list[list[Bound]] = []
    labels: list[tuple[int, Line]] = []  # between the header and the figures
    units: list[str] = []
    pending: list[list[Bound]] = []
    lines = kept = 0
    low = below = float("inf")
    floor = 0.0
    if above:
        top = above[max(0, len(above) - MAX_LINES)].y0
        near = [r for r in rules if top < r[0] < above[-1].y1 + 2 * above[-1].size]
        columns = _widened(columns, near)
    for line, count in reversed(levels(above[-MAX_LINES:], GAP)):
        if bound and low - line.y1 > FAR * line.size:
            break
        text = line.text
        lines += count
        low = line.y0
        if _are_units(line.parts(GAP), sum(figures)):
            units.insert(0, text)
            kept = lines if bound else kept
            continue
        if line.x1 <= label_end + line.size and not _over(line, columns, figures):
            if bound:  # a title, but where lines that name columns follow
                spans = _bind(line, columns, figures, rules)
                if spans is None or len(pending) > 1 or text.endswith((".", ":", ",")):
                    break
                pending.append(spans)
                continue
            labels.insert(0, (lines, line))
            continue
        parts = line.parts(GAP)
        rest = [part for part in parts if not UNIT.fullmatch(part.text)]
        if rest and len(rest) < len(parts) and all(part.x1 <= label_end for part in rest):
            units.insert(0, " ".join(part.text for part in parts if part not in rest))
            words = [word for part in rest for word in part.words]
            if not bound:
                labels.insert(0, (lines, Line.of(words)))
            else:
                bound.append([(0, 0, Line.of(words))])
                kept = lines
            continue
        over = [part for part in parts if part.x1 > label_end]
        if not _may_name(over) or len(text) > HEADER_LENGTH * 2:
            break
        if not figures[0] and _is_title(parts, columns[0][0], label_end):
            break
        spans = _bind(line, columns, figures, rules, below - line.y1 > 1.25 * line.size, floor)
        if spans is None:
            break
        below = line.y1
        floor = line.y0 if _one_a_column(spans, figures) else floor
        names = {first: part for first, last, part in spans if first == last}
        columns = [
            (min(a, names[c].x0), max(b, names[c].x1)) if c in names else (a, b)
            for c, (a, b) in enumerate(columns)
        ]
        bound += [*pending, spans]
        pending = []
        kept = lines
    between = [line for number, line in labels if number <= kept]
    return _header(bound, kept, columns, figures, " ".join(units), between)


def _are_units(parts: Sequence[Line], columns: int) -> bool:
    """Tell whether parts of a line are the table's units, and not a different one a column."""
    texts = [part.text for part in parts]
    several = len(texts) == columns and len(set(texts)) > 1
    return all(map(UNIT.fullmatch, texts)) and not several


def _one_a_column(spans: Sequence[Bound], figures: Sequence[bool]) -> bool:
    """Tell whether a line names each column of figures by itself."""
    return sum(first == last for first, last, _ in spans) >= sum(figures)


def _is_title(parts: Sequence[Line], left: float, label_end: float) -> bool:
    """Tell whether a line runs from the labels over the columns, or has its middle over labels."""
    first = parts[0]
    runs = first.x0 < (left + label_end) / 2 and first.x1 > label_end + first.size
    return runs or len(parts) == 1 and first.x0 + first.x1 < 2 * label_end


def _may_name(parts: Sequence[Line]) -> bool:
    """Tell whether parts of a line above figures are short, with no figures but periods."""
    return not any(
        len(part.text) > LONG
        or NUMBER.fullmatch(part.text)
        and not PERIOD.fullmatch(part.text)
        and not SPELT.search(part.text)
        for part in parts
    )


def _over(line: Line, columns: Sequence[Span], figures: Sequence[bool]) -> bool:
    """Tell whether a line stands over a column of figures."""
    return any(
        is_one and line.x1 > (a + b) / 2 for (a, b), is_one in zip(columns, figures, strict=True)
    )


def _header(
    bound: Sequence[Sequence[Bound]], kept: int, columns: Sequence[Span],
    figures: Sequence[bool], unit: str, labels: list[Line],
) -> Header:  # fmt: skip
    """Return the header formed by lines, bound from the bottom up, and whether it is certain."""
    rows = list(reversed(bound))
    names = [""] * len(columns)
    cells: list[PageCell] = []
    for row, spans in enumerate(rows):
        for first, last, part in spans:
            cells.append(PageCell(row, first, [part], 1, last - first + 1))
            for column in range(first, last + 1):
                names[column] = f"{names[column]} {part.text}".strip()
    wanted = [name for name, is_one in zip(names, figures, strict=True) if is_one]
    named = all(any(c.isalnum() or c in "%$€£" for c in name) for name in wanted)
    # A name may come again where what stands before it tells which it is: "2023; %; 2022; %".
    pairs = list(zip(["", *wanted], wanted, strict=False))
    sure = (
        bool(rows)
        and named
        and len(set(pairs)) == len(wanted)
        and all(before != name for before, name in pairs)
        and (len(set(wanted)) * 2 >= len(wanted))
    )
    if not sure:
        return Header()
    return Header(cells, len(rows), kept, unit, labels, True)
