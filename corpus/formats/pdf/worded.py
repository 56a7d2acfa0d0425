"""Tables of text without rules: columns whose lines are level with each other."""

from collections.abc import Sequence
from statistics import median

from corpus.formats.pdf.grid import PageCell, PageTable
from corpus.formats.pdf.lines import Line, bands, lines_of
from corpus.formats.pdf.words import Word

WIDE = 2.2  # of the size, the gap that parts two cells of a single line
FAR = 3.5  # of the size, between lines of one table
MARK = 5  # characters of what stands before an item of a list


def _rows(strips: Sequence[Sequence[Line]]) -> list[float]:
    """Return where the rows of a table begin; cells may have several lines."""
    lines = sorted((line for strip in strips for line in strip), key=lambda a: a.y1)
    levels: list[list[Line]] = []
    for line in lines:
        if levels and line.y1 - levels[-1][0].y1 < 0.4 * line.size:
            levels[-1].append(line)
        else:
            levels.append([line])
    gaps = [b[0].y1 - a[0].y1 for a, b in zip(levels, levels[1:], strict=False)]
    most = max(map(len, levels))
    close = min(gaps, default=0.0)
    begins = [levels[0][0].y0]
    first = min(line.x0 for line in strips[0])
    for level, gap in zip(levels[1:], gaps, strict=True):
        left = min(line.x0 for line in level) < first + 0.5 * level[0].size
        apart = close and gap > 1.25 * close
        full = len(level) == most and most > 1
        if left and (full or apart or len(level) > 1 and most == 2):
            begins.append(min(line.y0 for line in level))
        elif left and not apart and len(level) == 1 and all(len(a) == 1 for a in levels):
            begins.append(level[0].y0)
    return begins


def _table(words: Sequence[Word], gutters: Sequence[tuple[float, float]]) -> PageTable | None:
    """Return the table of words separated by gutters; None if they look like a list marker."""
    edges = [0.0, *((a + b) / 2 for a, b in gutters), float("inf")]
    parts = [
        [w for w in words if low <= (w.x0 + w.x1) / 2 < high]
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    strips = [lines_of(part) for part in parts if part]
    if len(strips) < 2:
        return None
    if len(strips) == 2 and all(len(line.text) <= MARK for line in strips[0]):
        return None
    begins = _rows(strips)
    cells = []
    for column, strip in enumerate(strips):
        inside: dict[int, list[Word]] = {}
        for line in strip:
            row = max(0, sum(y <= line.y0 + 0.45 * line.size for y in begins) - 1)
            inside.setdefault(row, []).extend(line.words)
        cells += [PageCell.of(row, column, some) for row, some in inside.items()]
    return PageTable.of(cells)


def worded_tables(items: Sequence[Line | PageTable]) -> list[Line | PageTable]:
    """Return the items in order, with lines that form tables of text as tables."""
    found: list[Line | PageTable] = []
    run: list[Line] = []
    for item in [*items, None]:
        if isinstance(item, Line) and (
            not run or item.y0 - run[-1].y1 < FAR * item.size and item.y0 > run[-1].y0
        ):
            run.append(item)
            continue
        found += _split(run)
        run = [item] if isinstance(item, Line) else []
        if isinstance(item, PageTable):
            found.append(item)
    return found


def _split(lines: Sequence[Line]) -> list[Line | PageTable]:
    """Return the lines, with those that gutters divide as tables."""
    if not any(len(line.parts()) > 1 for line in lines):
        return list(lines)
    size = median([line.size for line in lines])
    found: list[Line | PageTable] = []
    at = 0
    for band in bands([word for line in lines for word in line.words], size):
        own: list[Line] = []
        while at < len(lines) and (lines[at].y0 + lines[at].y1) / 2 < band.bottom:
            own.append(lines[at])
            at += 1
        parted = sum(len(line.parts()) > 1 for line in own)
        gutters = band.gutters
        if parted < 2:  # one line alone has cells where it has much between them
            gutters = [(a, b) for a, b in gutters if b - a > WIDE * size]
        short = parted and median([len(line.text) for line in own]) < 160
        table = _table([w for a in own for w in a.words], gutters) if gutters and short else None
        found += [table] if table else own
    return [*found, *lines[at:]]
