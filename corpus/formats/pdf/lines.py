"""Words to lines, and regions of a page to columns.

A gutter is a vertical strip without words over several lines. If the text on both sides is running
prose, the sides are read one after the other; otherwise they are left to table detection.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.formats.inline import raised
from corpus.formats.pdf.words import SMALL, Word
from corpus.formats.tables import is_value

GUTTER = 0.9  # of the size of the letters, the least width of a gutter
CELL_GAP = 0.9  # of the size, between cells
TOUCHING = 0.13  # of the size, between pieces of one word
REACH = 12  # of the size, below names of columns, where their figures begin
HALF = 0.85  # of the size, between lines of cells that are level at their middles
STEP = 2.0  # points of height that are looked at together
SCRIPT = 6  # characters of an exponent or index
PROSE = 20  # characters of a line of running text, in the middle
SUPPORT = 0.2  # of the height of a gutter, the least that has text on its two sides
DEPTH = 12  # of columns within columns


@dataclass(slots=True)
class Line:
    """Words side by side, from left to right."""

    words: list[Word]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool

    @classmethod
    def of(cls, words: Iterable[Word]) -> "Line":
        """Build a line from words in any order."""
        ordered = sorted(words, key=lambda w: w.x0)
        letters = sum(len(w.text) for w in ordered)
        size = max(median_size(ordered), 0.1)
        core = [w for w in ordered if w.size > SMALL * size] or ordered
        bold = 2 * sum(len(w.text) for w in ordered if w.bold) > letters
        top, bottom = min(w.y0 for w in core), max(w.y1 for w in core)
        return cls(ordered, ordered[0].x0, top, max(w.x1 for w in ordered), bottom, size, bold)

    def parts(self, gap: float = CELL_GAP) -> list["Line"]:
        """Split the line at gaps of at least `gap` times the letter size."""
        found: list[list[Word]] = []
        end = 0.0
        for word in self.words:
            if found and word.x0 - end < gap * self.size:
                found[-1].append(word)
            else:
                found.append([word])
            end = max(end, word.x1) if len(found[-1]) > 1 else word.x1
        return [Line.of(words) for words in found] if len(found) > 1 else [self]

    def pieces(self) -> list[tuple[str, Word]]:
        """Return its words, each with the separator before it."""
        found: list[tuple[str, Word]] = []
        last: Word | None = None
        for word in self.words:
            text = word.text
            middle, height = (word.y0 + word.y1) / 2, self.y1 - self.y0
            small = word.size < SMALL * self.size
            joined = last is not None and (
                word.joined or small and word.x0 - last.x1 < TOUCHING * self.size
            )
            if small and last is not None and middle < self.y0 + 0.42 * height:
                text = raised(text) if text.isdigit() and joined else text
            if last is not None and not joined:
                text = f" {text}"
            found.append((text, word))
            last = word
        return found

    @property
    def text(self) -> str:
        """The text of the words."""
        return "".join(text for text, _ in self.pieces())


def median_size(words: Sequence[Word]) -> float:
    """Return the median letter size."""
    return median([w.size for w in words for _ in range(min(len(w.text), 8))])


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Group words into lines, from the top down."""
    rows: list[list[Word]] = []
    spans: list[list[float]] = []  # of each row: top, bottom, size
    for word in sorted(words, key=lambda w: ((w.y0 + w.y1) / 2, w.x0)):
        middle, height = (word.y0 + word.y1) / 2, max(word.y1 - word.y0, 0.1)
        best = -1
        for at in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            top, bottom, size = spans[at]
            off = abs(middle - (top + bottom) / 2)
            same = off < 0.35 * min(height, size)
            little = min(height, size) < 0.85 * max(height, size)
            inside = min(word.y1, bottom) - max(word.y0, top) > 0.6 * min(height, size)
            if same or little and inside and off < 0.6 * max(height, size):
                best = at
                break
        if best < 0:
            rows.append([word])
            spans.append([word.y0, word.y1, height])
        else:
            rows[best].append(word)
            if height > spans[best][2]:
                spans[best] = [word.y0, word.y1, height]
    lines = sorted((Line.of(row) for row in rows), key=lambda line: (line.y0 + line.y1) / 2)
    return _with_scripts(lines)


def _with_scripts(lines: list[Line]) -> list[Line]:
    """Return lines, with letters raised above or lowered below one put in it."""
    at = 0
    while at < len(lines):
        line = lines[at]
        for other in lines[at + 1 : at + 2] + lines[max(0, at - 1) : at]:
            if line.size < SMALL * other.size and _is_script(line, other):
                lines[lines.index(other)] = Line.of([*other.words, *line.words])
                del lines[at]
                break
        else:
            at += 1
    return lines


def _is_script(line: Line, other: Line) -> bool:
    """Tell whether small letters belong to a word of another line, right behind it."""
    if sum(len(word.text) for word in line.words) > SCRIPT:
        return False
    if min(line.y1, other.y1) - max(line.y0, other.y0) < 0.2 * line.size:
        return False
    size = other.size
    return all(
        any(-0.15 * size < word.x0 - before.x1 < 0.3 * size for before in other.words)
        and not any(word.x0 < o.x1 - 0.15 * size and o.x0 < word.x1 for o in other.words)
        for word in line.words
    )


# Columns


@dataclass(slots=True)
class Band:
    """A part of a region that gutters run through, from its top to its bottom."""

    top: float
    bottom: float
    gutters: list[tuple[float, float]]


def _free(mask: int, least: int) -> list[tuple[int, int]]:
    """Return the runs of at least `least` free positions within the extent of a mask."""
    runs = []
    at = (mask & -mask).bit_length() - 1
    end = mask.bit_length()
    while at < end:
        filled = ~(mask >> at)
        at += (filled & -filled).bit_length() - 1  # past what is filled
        if at >= end:
            break
        rest = mask >> at
        width = (rest & -rest).bit_length() - 1
        if width >= least:
            runs.append((at, at + width))
        at += width
    return runs


def bands(words: Sequence[Word], size: float) -> list[Band]:
    """Return the bands of a region from the top down, each with the gutters that run through it."""
    least = max(4, int(GUTTER * size + 0.5))
    slices: dict[int, int] = {}
    for word in words:
        x0, x1 = max(0, int(word.x0)), max(1, int(word.x1 + 0.99))
        bits = (1 << x1) - (1 << min(x0, x1 - 1))
        inset = 0.2 * (word.y1 - word.y0)
        for y in range(int((word.y0 + inset) / STEP), int((word.y1 - inset) / STEP) + 1):
            slices[y] = slices.get(y, 0) | bits
    bands: list[Band] = []
    mask, start, runs = 0, 0, list[tuple[int, int]]()
    for y in sorted(slices):
        own = slices[y]
        both = mask | own
        now = _free(both, least)
        alone = bool(runs) and not any(  # it lies across, or beside, every gutter of the band
            a < run[1] and run[0] < b for a, b in now for run in runs
        )
        if mask and (runs or _free(own, least)) and (alone or not runs and not now):
            bands.append(Band(start * STEP, y * STEP, runs))  # type: ignore[arg-type]
            mask, both, now = 0, own, _free(own, least)
        elif mask and not runs and _free(own, least):
            bands.append(Band(start * STEP, y * STEP, []))
            mask, both, now = 0, own, _free(own, least)
        if not mask:
            start = y
        mask, runs = both, now
    if mask:
        bands.append(Band(start * STEP, (max(slices) + 1) * STEP, runs))  # type: ignore[arg-type]
    return bands


def _share(lines: Sequence[Line]) -> float:
    """Return the share of figures among the words of lines."""
    words = [word.text for line in lines for word in line.words]
    return sum(map(is_value, words)) / max(1, len(words))


def _is_prose(lines: Sequence[Line]) -> bool:
    """Tell whether the lines of a strip are running text rather than cells."""
    if len(lines) < 3:
        return False
    return median([len(line.text) for line in lines]) >= PROSE and _share(lines) < 0.25


def _starts(lines: Sequence[Line]) -> set[int]:
    """Return the heights at which a new item starts in a strip: below a wider gap."""
    pitch = median([b.y1 - a.y1 for a, b in zip(lines, lines[1:], strict=False)] or [0])
    return {
        round(b.y1 / 3)
        for a, b in zip(lines, lines[1:], strict=False)
        if b.y1 - a.y1 > 1.35 * pitch
    }


def _rows_agree(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Tell whether two strips are columns of a table: their items start at the same heights."""
    one, other = _starts(left), _starts(right)
    near = {y for y in one if {y - 1, y, y + 1} & other}
    return len(near) >= 2 and len(near) >= 0.7 * max(len(one), len(other))


def _aligned(left: Sequence[Line], right: Sequence[Line], most: float = 0.8) -> bool:
    """Tell whether the lines of the strip with fewer lines are level with lines of the other."""
    few, many = sorted((left, right), key=len)
    places: list[float] = []
    for line in many:
        insort(places, line.y1)
    beside = sum(any(abs(line.y1 - y) < 0.25 * line.size for y in places) for line in few)
    return beside >= most * len(few)


def _columns(words: Sequence[Word], gutters: Sequence[tuple[float, float]]) -> list[list[Word]]:
    """Return the words of a band by column; as one column if it has none."""
    edges = [0.0, *((a + b) / 2 for a, b in gutters), float("inf")]
    strips = [
        [w for w in words if low <= (w.x0 + w.x1) / 2 < high]
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    strips = [strip for strip in strips if strip]
    lines = [lines_of(strip) for strip in strips]
    columns, tabular = [strips[0]], False
    last = lines[0]
    for strip, own in zip(strips[1:], lines[1:], strict=True):
        marks = all(len(line.text) <= 5 and not is_value(line.text) for line in last)
        few = len(own) < 3 and len(last) > 4 and all(len(a.text) > PROSE for a in own)
        prose = _is_prose(last) and (
            few and _share(own) < 0.25 or _is_prose(own) and not _rows_agree(last, own)
        )
        figures = [line for line in own if any(is_value(w.text) for w in line.words)]
        beside = len(figures) * 2 > len(own) and _aligned(last, figures, 0.6)
        tabular = tabular or beside or _share(own) > 0.25 and _share(last) > 0.25
        if tabular and not prose:
            columns[-1] = columns[-1] + strip  # its lines belong to the labels beside them
            last = last if _is_prose(last) else own
            continue
        tabular = False
        if not marks and (prose or not _aligned(last, own) and min(len(last), len(own)) > 1):
            columns.append(strip)
        else:
            columns[-1] = columns[-1] + strip
            if not marks and _is_prose(last):
                own = last
        last = own
    return columns


def _outdented(words: Sequence[Word], band: Band) -> tuple[float, float] | None:
    """Return the heights of stray text beside a band's only gutter, such as a page number.

    None if both sides of a gutter have text over much of its height.
    """
    height = band.bottom - band.top
    for low, high in band.gutters:
        sides = [w for w in words if w.x1 <= low + 1], [w for w in words if w.x0 >= high - 1]
        spans = [(min(w.y0 for w in side), max(w.y1 for w in side)) for side in sides if side]
        if len(spans) < 2 or min(b - a for a, b in spans) > SUPPORT * height:
            return None
        small = min(spans, key=lambda span: span[1] - span[0])
    return small if band.gutters and height > 8 * median_size(words) else None


def _with_first_lines(parted: Sequence[Band], words: Sequence[Word], size: float) -> list[Band]:
    """Return bands, each with the first lines of a right column that begins above the left one."""
    found: list[Band] = []
    for band in parted:
        last = found[-1] if found else None
        if last and not last.gutters and band.gutters:
            edge = band.gutters[0][1] - 1
            above = [w for w in words if last.top <= (w.y0 + w.y1) / 2 < last.bottom]
            below = [
                w.y0 for w in words
                if last.bottom <= (w.y0 + w.y1) / 2 < band.bottom and w.x0 >= edge
            ]  # fmt: skip
            if (
                above and below
                and min(w.x0 for w in above) >= edge
                and min(below) - max(w.y1 for w in above) < 0.8 * size
            ):  # fmt: skip
                found[-1] = Band(last.top, band.bottom, band.gutters)
                continue
        found.append(band)
    return found


def regions(words: Sequence[Word], depth: int = 0) -> list[list[Word]]:
    """Return the words of a page in single-column regions, in reading order."""
    if not words or depth > DEPTH:
        return [list(words)] if words else []
    size = median_size(words)
    found: list[list[Word]] = []
    together: list[Word] = []
    left = sorted(words, key=lambda w: (w.y0 + w.y1) / 2)
    at = 0
    parted = _with_first_lines(bands(left, size), left, size)
    for number, band in enumerate(parted):
        end = at
        last = number == len(parted) - 1
        while end < len(left) and (last or (left[end].y0 + left[end].y1) / 2 < band.bottom):
            end += 1
        part, at = left[at:end], end
        if part and (heights := _outdented(part, band)):
            parts = [
                [w for w in part if w.y1 <= heights[0] + 1],
                [w for w in part if heights[0] + 1 < w.y1 <= heights[1]],
                [w for w in part if w.y1 > heights[1]],
            ]
            if max(map(len, parts)) < len(part):
                inner = [one for some in parts for one in regions(some, depth + 1)]
                if len(inner) > 3:
                    found += [together, *inner] if together else inner
                    together = []
                    continue
        columns = _columns(part, band.gutters) if band.gutters and part else [part]
        if len(columns) == 1:
            together += part
            continue
        if together:
            found.append(together)
            together = []
        for column in columns:
            found += regions(column, depth + 1)
    return [*found, together] if together else found


def figures_below(name: Line, words: Iterable[Word]) -> bool:
    """Tell whether figures, and hardly anything else, stand right below what may name a column."""
    below = [
        is_value(word.text) for word in words
        if name.y1 - 1 < word.y0 < name.y1 + REACH * name.size
        and word.x0 < name.x1 and name.x0 < word.x1
    ]  # fmt: skip
    return len(below) > 1 and sum(below) > 0.6 * len(below)


def levels(lines: Sequence[Line], gap: float) -> list[tuple[Line, int]]:
    """Return lines, those half a line apart as one, and how many lines each is of.

    Such are the cells of one row, set at the middle of its height, with one line and with two.
    """
    found: list[tuple[Line, int]] = []
    for line in lines:
        if found and found[-1][1] == 1:
            above = found[-1][0]
            near = line.y1 - above.y1 < HALF * line.size and line.y0 - above.y0 < HALF * line.size
            beside = all(
                max(part.x0, other.x0) > min(part.x1, other.x1) + gap * line.size
                for part in line.parts(gap)
                for other in above.parts(gap)
            )
            if near and beside:
                found[-1] = (Line.of([*above.words, *line.words]), 2)
                continue
        found.append((line, 1))
    return found
