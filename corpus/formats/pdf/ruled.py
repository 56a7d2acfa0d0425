"""Tables with drawn cells: rules that meet form a grid; a cell spans where a rule is missing."""

from bisect import bisect, bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from corpus.formats.pdf.drawing import Drawing
from corpus.formats.pdf.grid import PageCell, PageTable
from corpus.formats.pdf.lines import Line, figures_below
from corpus.formats.pdf.words import Word
from corpus.formats.tables import could_be_names, is_value

TOUCH = 3.0  # points between rules that meet
MAX_MERGED = 1_500  # rules of one page, those in line with each other being one
MAX_SLOTS = 40_000
PITCH = 1.7  # of the size, between lines of one label
LAYOUT = 1_200  # characters of a cell; what has more is a page's layout
Rule = tuple[float, float, float]


def joined_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules with those that are collinear and touch merged."""
    rows: list[tuple[float, list[Rule]]] = []
    for rule in sorted(rules):
        if rows and rule[0] - rows[-1][0] <= 1.0:
            rows[-1][1].append(rule)
        else:
            rows.append((rule[0], [rule]))
    found: list[Rule] = []
    for place, row in rows:
        start = len(found)
        for _, low, high in sorted(row, key=lambda rule: rule[1]):
            if len(found) > start and low <= found[-1][2] + TOUCH:
                found[-1] = (place, found[-1][1], max(high, found[-1][2]))
            else:
                found.append((place, low, high))
    return found


def _merged(places: Iterable[float]) -> list[float]:
    """Return positions in order, without those that touch the one before."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > TOUCH:
            kept.append(place)
    return kept


class _Sets:
    """Disjoint sets of numbers."""

    def __init__(self, count: int) -> None:
        self._up = list(range(count))

    def root(self, at: int) -> int:
        while self._up[at] != at:
            self._up[at] = at = self._up[self._up[at]]
        return at

    def join(self, one: int, other: int) -> None:
        self._up[self.root(other)] = self.root(one)


def _components(
    across: Sequence[Rule], down: Sequence[Rule]
) -> list[tuple[list[Rule], list[Rule]]]:
    """Group the rules that meet."""
    sets = _Sets(len(across) + len(down))
    order = sorted(range(len(down)), key=lambda at: down[at][0])
    places = [down[at][0] for at in order]
    for i, (y, left, right) in enumerate(across):
        for at in order[bisect_left(places, left - TOUCH) : bisect_right(places, right + TOUCH)]:
            if down[at][1] - TOUCH <= y <= down[at][2] + TOUCH:
                sets.join(i, len(across) + at)
    found: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for at, rule in enumerate([*across, *down]):
        found[sets.root(at)][at >= len(across)].append(rule)
    return list(found.values())


def _covered(rules: Sequence[Rule], place: float, low: float, high: float) -> bool:
    """Tell whether a rule at a position covers most of a span."""
    middle = (low + high) / 2
    return any(
        abs(rule[0] - place) <= TOUCH and rule[1] - TOUCH <= middle <= rule[2] + TOUCH
        for rule in rules
    )


Slots = dict[tuple[int, int], tuple[int, int, int, int]]  # slot: row, column and spans of its cell


def _spans(across: Sequence[Rule], down: Sequence[Rule], xs: list[float], ys: list[float]) -> Slots:
    """Return the cell that each slot of a grid belongs to."""
    height, width = len(ys) - 1, len(xs) - 1
    sets = _Sets(height * width)
    at_x, at_y = defaultdict(list), defaultdict(list)
    for rule in down:
        for x in xs[bisect_left(xs, rule[0] - TOUCH) : bisect_right(xs, rule[0] + TOUCH)]:
            at_x[x].append(rule)
    for rule in across:
        for y in ys[bisect_left(ys, rule[0] - TOUCH) : bisect_right(ys, rule[0] + TOUCH)]:
            at_y[y].append(rule)
    for r in range(height):
        for c in range(width):
            if c + 1 < width and not _covered(at_x[xs[c + 1]], xs[c + 1], ys[r], ys[r + 1]):
                sets.join(r * width + c, r * width + c + 1)
            if r + 1 < height and not _covered(at_y[ys[r + 1]], ys[r + 1], xs[c], xs[c + 1]):
                sets.join(r * width + c, (r + 1) * width + c)
    cells: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number in range(height * width):
        cells[sets.root(number)].append(divmod(number, width))
    found: Slots = {}
    for slots in cells.values():
        rows, columns = [r for r, _ in slots], [c for _, c in slots]
        top, left = min(rows), min(columns)
        tall, wide = max(rows) - top + 1, max(columns) - left + 1
        for slot in slots:
            whole = tall * wide == len(slots)
            found[slot] = (top, left, tall, wide) if whole else (*slot, 1, 1)
    return found


def _unspanned(cell: PageCell, cells: Sequence[PageCell]) -> list[PageCell]:
    """Return a cell of several rows, or one per row if its lines are the labels of the rows."""
    if cell.row_span == 1 or len(cell.lines) < 2:
        return [cell]
    parts: dict[int, list[Line]] = defaultdict(list)
    for line in cell.lines:
        rows = [
            other.row
            for other in cells
            if other.row_span == 1 and cell.row <= other.row < cell.row + cell.row_span
            and any(abs(own.y1 - line.y1) < 0.4 * line.size for own in other.lines)
        ]  # fmt: skip
        parts[min(rows, default=-1)].append(line)
    if len(parts.keys() - {-1}) < 2 or len(parts.get(-1, ())) * 2 > len(cell.lines):
        return [cell]
    at, kept = cell.row, dict[int, list[Line]]()
    for line in cell.lines:
        at = next((row for row, lines in parts.items() if row >= 0 and line in lines), at)
        kept.setdefault(at, []).append(line)
    return [PageCell(row, cell.column, lines, 1, cell.column_span) for row, lines in kept.items()]


def _split_rows(cells: Sequence[PageCell]) -> list[PageCell]:
    """Return cells with rows that hold several lines of figures side by side split.

    Such are the rows of tables with rules between columns only.
    """
    rows: dict[int, list[PageCell]] = defaultdict(list)
    for cell in [part for whole in cells for part in _unspanned(whole, cells)]:
        rows[cell.row].append(cell)
    found, shift = list[PageCell](), 0
    for row in sorted(rows):
        anchors: list[float] = []
        own = rows[row]
        stacked = [
            c for c in own
            if len(c.lines) > 1 and sum(is_value(a.text) for a in c.lines) > 0.6 * len(c.lines)
        ]  # fmt: skip
        if stacked and len(own) > 1 and all(cell.row_span == 1 for cell in own):
            anchors = _anchors(stacked)
        for cell in own:
            if not anchors:
                found.append(
                    PageCell(row + shift, cell.column, cell.lines, cell.row_span, cell.column_span)
                )
                continue
            parts: dict[int, list[Word]] = defaultdict(list)
            for line, at in zip(cell.lines, _beside(cell.lines, anchors), strict=True):
                parts[at] += line.words
            found += [
                PageCell.of(row + shift + at, cell.column, words, 1, cell.column_span)
                for at, words in parts.items()
            ]
        shift += max(0, len(anchors) - 1)
    return found


def _anchors(stacked: Sequence[PageCell]) -> list[float]:
    """Return the feet of the lines of figures that several cells share, or those of the longest."""
    longest = max(stacked, key=lambda cell: len(cell.lines))
    rest = [line for cell in stacked if cell is not longest for line in cell.lines]
    shared = [
        line.y1 for line in longest.lines
        if any(abs(line.y1 - other.y1) < 0.4 * line.size for other in rest)
    ]  # fmt: skip
    return shared if len(stacked) > 2 and len(shared) > 1 else [a.y1 for a in longest.lines]


def _beside(lines: Sequence[Line], anchors: Sequence[float]) -> list[int]:
    """Return which of the lines of figures, by their feet, each line of a cell belongs to.

    They stand beside the first line of what is in the cell, or beside the middle of it.
    """
    off = [min(abs(anchor - line.y1) - 0.3 * line.size for line in lines) for anchor in anchors]
    if any(0 < distance < lines[0].size for distance in off):
        return [
            min(range(len(anchors)), key=lambda at: abs(anchors[at] - line.y1)) for line in lines
        ]
    found: list[int] = []
    for number, line in enumerate(lines):
        near = min(range(len(anchors)), key=lambda at: abs(anchors[at] - line.y1))
        at = max(0, bisect(anchors, line.y1 + 0.4 * line.size) - 1)
        goes_on = number and line.y1 - lines[number - 1].y1 < PITCH * line.size
        found.append(at if goes_on or anchors[near] < line.y1 else near)
    return found


def _tables(cells: Sequence[PageCell], width: int) -> list[PageTable]:
    """Return the tables of a grid: one, unless its columns change altogether.

    First rows about the table as a whole become tables, or lines, of their own.
    """
    rows: dict[int, list[PageCell]] = defaultdict(list)
    for cell in cells:
        for row in range(cell.row, cell.row + cell.row_span):
            rows[row].append(cell)
    parts: list[list[int]] = []
    borders: set[int] = set()
    for row in sorted(rows):
        own = {cell.column for cell in rows[row]} - {0}
        begins = all(cell.row == row for cell in rows[row])
        other = bool(own and borders) and not (own <= borders or borders <= own)
        above = [rows[r] for r in parts[-1]] if parts else []
        titled = bool(own) and any(map(_of_the_whole, above)) and all(map(_of_the_whole, above))
        if not parts or begins and (other or titled):
            parts.append([])
            borders = set()
        parts[-1].append(row)
        borders |= own
    found = []
    for part in parts:
        kept = [c for c in cells if part[0] <= c.row <= part[-1]]
        moved = [
            PageCell(c.row - part[0], c.column, c.lines, c.row_span, c.column_span) for c in kept
        ]
        if moved:
            found.append(PageTable.of(moved, drawn=True))
    return found


def _of_the_whole(row: Sequence[PageCell]) -> bool:
    """Tell whether a row names no columns: one cell, or labels with their values."""
    texts = [cell.text for cell in row]
    return (
        len(row) == 1
        and row[0].column == 0
        and row[0].column_span > 1
        or any(": " in text or len(text) > 80 for text in texts)
    )


def _closed(
    place: tuple[int, int, int, int], across: Sequence[Rule], down: Sequence[Rule],
    xs: Sequence[float], ys: Sequence[float],
) -> bool:  # fmt: skip
    """Tell whether a cell at a grid's upper or lower edge has a rule there, or one at its side."""
    row, column, tall, wide = place
    top, bottom = ys[row], ys[row + tall]
    edges = [y for y, at_edge in ((top, row == 0), (bottom, row + tall == len(ys) - 1)) if at_edge]
    sides = xs[column], xs[column + wide]
    return all(_covered(across, y, *sides) for y in edges) or any(
        _covered(down, x, top, bottom) for x in sides
    )


def _table_of(
    across: Sequence[Rule], down: Sequence[Rule], words: Sequence[Word]
) -> tuple[list[PageTable], set[int]] | None:
    """Return the tables of rules that meet, and the indices of their words; None if none."""
    ends = [end for rule in across for end in rule[1:]], [end for rule in down for end in rule[1:]]
    xs = _merged([*(rule[0] for rule in down), min(ends[0]), max(ends[0])])
    ys = _merged([*(rule[0] for rule in across), min(ends[1]), max(ends[1])])
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > MAX_SLOTS:
        return None
    inside: dict[tuple[int, int], list[Word]] = defaultdict(list)
    taken = set()
    for at, word in enumerate(words):
        r, c = bisect(ys, (word.y0 + word.y1) / 2) - 1, bisect(xs, (word.x0 + word.x1) / 2) - 1
        if 0 <= r < len(ys) - 1 and 0 <= c < len(xs) - 1:
            inside[r, c].append(word)
            taken.add(at)
    if len(inside) < 3:
        return None
    spans = _spans(across, down, xs, ys)
    for slot in [slot for slot in inside if not _closed(spans[slot], across, down, xs, ys)]:
        gone = {id(word) for word in inside.pop(slot)}  # it stands beside the table
        taken -= {at for at in taken if id(words[at]) in gone}
    texts: dict[tuple[int, int, int, int], list[Word]] = defaultdict(list)
    for slot, some in inside.items():
        texts[spans[slot]] += some
    columns = {place[1] for place in texts}
    rows = {place[0] for place in texts}
    longest = max(sum(len(w.text) + 1 for w in some) for some in texts.values())
    total = sum(len(w.text) + 1 for w in words)
    filled = len(texts) / max(1, len(set(spans.values())))
    if (
        len(columns) < 2
        or len(rows) < 2
        or filled < 0.2
        or (longest > LAYOUT and longest > 0.4 * total)
    ):
        return None
    cells = [
        PageCell.of(r, c, some, tall, wide) for (r, c, tall, wide), some in sorted(texts.items())
    ]
    return _tables(_split_rows(cells), len(xs) - 1), taken


def ruled_tables(drawing: Drawing, words: Sequence[Word]) -> tuple[list[PageTable], list[Word]]:
    """Return the ruled tables of a page, and the words outside of them."""
    across, down = joined_rules(drawing.across), joined_rules(drawing.down)
    if not across or not down or len(across) + len(down) > MAX_MERGED:
        return [], list(words)
    found: list[PageTable] = []
    rest = list(words)
    parts = _components(across, down)
    for rows, columns in sorted(parts, key=lambda part: -len(part[0]) * len(part[1])):
        if len(rows) + len(columns) < 4 or not rows or not columns:
            continue
        made = _table_of(rows, columns, rest)
        if made:
            left = [word for at, word in enumerate(rest) if at not in made[1]]
            if not _is_part_of_header(made[0], left):
                found += made[0]
                rest = left
    return found, rest


def _is_part_of_header(tables: Sequence[PageTable], words: Sequence[Word]) -> bool:
    """Tell whether rules are those of some names of columns alone.

    Then there are no figures within them, other words level with them, and figures below.
    """
    cells = [cell for table in tables for cell in table.cells]
    top, bottom = min(t.y0 for t in tables), max(t.y1 for t in tables)
    if not could_be_names([cell.text for cell in cells]) or not any(
        top - word.size < (word.y0 + word.y1) / 2 < bottom + word.size for word in words
    ):
        return False
    lines = [cell.lines[0] for cell in cells if cell.column_span == 1]
    return sum(figures_below(line, words) for line in lines) > 1
