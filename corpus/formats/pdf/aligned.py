"""Tables without rules: figures aligned over several lines form columns.

The lines above the figures name the columns. A wrong name is worse than none: unless each
column has a name of its own, the table is written without names and marked as unsure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.formats.pdf.grid import PageCell, PageTable
from corpus.formats.pdf.header import find_header
from corpus.formats.pdf.lines import Line
from corpus.formats.pdf.name_patterns import PERIOD
from corpus.formats.pdf.words import Word

Rule = tuple[float, float, float]
APART = 0.75  # of the size, between a label and a figure
FAR = 3.2  # of the size, between lines of one table
PENDING = 6  # lines without figures within a table
OFTEN = 0.3  # share of a table's rows that have text in a column of text
MAX_COLUMNS = 60

_CURRENCY = re.compile(r"(?:[A-Z]{1,3})?[$€£¥₹₽₩₺฿₫₪]|(?:US|HK|NT|R)\$|RMB|EUR|USD|GBP|CHF|Rs\.?|R")
_FIGURE = re.compile(
    r"[(\[]?[-+−–~<>≤≥]?\s?(?:(?:[A-Z]{1,3})?[$€£¥₹₽₩₺฿₫₪]\s?)?[(]?[-+−–]?"
    r"(?:\d{1,3}(?:[,.'’ ]\d{3})+|\d+)?(?:[.,]\d+)?"
    r"(?:\s?(?:%|‰|pp|pts?|bps|[xX]|[KMB]|bn|m))?[)\]]?"
    r"(?:\s?%)?[)\]]?[*†‡§⁰¹²³⁴-⁹]{0,3}"
)
_NONE = re.compile(r"[-–—−]{1,3}|n\.?/?a\.?|N\.?/?A\.?|[nN]\.?[mM]\.?|\*{1,3}|nil|%")
_TRAILING = re.compile(r"[€₽₺₫]|EUR|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RUB|kr\.?|zł|Kč|Mio\.?")
_CLOSING = re.compile(r"[)\]%*]+")


def is_figure(text: str) -> bool:
    """Tell whether a word is a figure, or marks a missing one."""
    return bool(any(c.isdigit() for c in text) and _FIGURE.fullmatch(text) or _NONE.fullmatch(text))


@dataclass(slots=True)
class Part:
    """Words of a line that form one cell; `figure` if they are a figure."""

    words: list[Word]
    x0: float
    x1: float
    figure: bool
    sure: bool  # whether it stands apart from what is before and after it

    @property
    def text(self) -> str:
        """The text of the words."""
        return " ".join(word.text for word in self.words)

    @property
    def sign(self) -> bool:
        """Whether it is only a currency sign so far."""
        return len(self.words) == 1 and bool(_CURRENCY.fullmatch(self.words[0].text))


def parts_of(line: Line) -> list[Part]:
    """Return the parts of a line: each figure with its signs, and the text in between."""
    found: list[Part] = []
    for word, after in zip(line.words, [*line.words[1:], None], strict=True):
        text = word.text
        gap = word.x0 - found[-1].x1 if found else 0.0
        last = found[-1] if found else None
        own = after is None or not is_figure(after.text) or after.x0 - word.x1 > gap
        sign = _CLOSING.fullmatch(text) or own and _TRAILING.fullmatch(text)
        if last and last.figure and sign and gap < line.size:
            last.words.append(word)
            last.x1 = word.x1
        elif last and last.sign and is_figure(text):
            last.words.append(word)  # the sign may stand at the left edge of the column
            last.x0, last.x1 = word.x0, word.x1
        elif last and word.joined and gap < 0.2 * line.size:
            last.words.append(word)
            last.x1 = word.x1
            last.figure = last.figure and (word.size < 0.8 * line.size or is_figure(last.text))
        elif is_figure(text) or _CURRENCY.fullmatch(text):
            found.append(
                Part([word], word.x0, word.x1, True, last is None or gap >= APART * line.size)
            )
        elif last and not last.figure and gap < APART * line.size:
            last.words.append(word)
            last.x1 = word.x1
        else:
            found.append(Part([word], word.x0, word.x1, False, True))
    return _settled(found, line.size)


def _settled(parts: Sequence[Part], size: float) -> list[Part]:
    """Return the parts, with figures that belong to the text beside them made text."""
    near = APART * size
    for part, after in zip(reversed(parts[:-1]), reversed(parts), strict=False):
        if part.figure and not after.figure and after.x0 - part.x1 < near:
            part.figure = False  # "12 months", "4105 - Salaries"
    found: list[Part] = []
    for at, part in enumerate(parts):
        if part.figure and not any(is_figure(word.text) for word in part.words):
            part.figure = False  # a currency's sign alone
        before = found[-1] if found else None
        gap = part.x0 - before.x1 if before else near
        if part.figure and before and before.figure:
            part.sure = gap >= 0.3 * size
        elif part.figure and gap < near:  # "Note 4", but "Other income 12  14"
            rest = parts[at + 1 :]
            part.sure, part.figure = False, bool(rest) and all(p.figure for p in rest)
        if before and gap < near and not part.figure and not before.figure:
            before.words += part.words
            before.x1 = part.x1
        else:
            found.append(part)
    return found


@dataclass(slots=True)
class _Row:
    line: Line
    parts: list[Part]

    @property
    def figures(self) -> list[Part]:
        """Its figures, except a number before the row label."""
        numbered = len(self.parts) > 1 and not self.parts[1].figure
        return [part for part in self.parts[numbered:] if part.figure and part.sure]

    @property
    def periods(self) -> bool:
        """Whether its only figures are years and dates, as in a header."""
        if figures := self.figures:
            return all(PERIOD.fullmatch(part.text) for part in figures)
        dates = sum(bool(PERIOD.fullmatch(part.text)) for part in self.parts)
        return dates > 1 and dates >= len(self.parts) - 1


def _spans(parts: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the unions of overlapping intervals, from left to right."""
    spans: list[tuple[float, float]] = []
    for x0, x1 in sorted(parts):
        if spans and x0 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(x1, spans[-1][1]))
        else:
            spans.append((x0, x1))
    return spans


def _fits(row: _Row, spans: Sequence[tuple[float, float]]) -> bool:
    """Tell whether the figures of a line fit the columns."""
    figures = row.figures
    under = sum(any(p.x0 < b + 2 and a - 2 < p.x1 for a, b in spans) for p in figures)
    return bool(spans) and under * 2 >= min(len(figures), len(spans))


def _is_row(row: _Row) -> bool:
    """Tell whether a line has separate figures, with little text after the first."""
    figures = row.figures
    if not figures or row.periods:
        return False
    first = row.parts.index(figures[0])
    after = [part for part in row.parts[first:] if not part.figure]
    long = sum(len(part.text) for part in after)
    return len(after) <= len(figures) + 1 and long <= 40 + 12 * len(figures)


def _crosses(row: _Row, left: float) -> bool:
    """Tell whether a line without figures runs across the columns as text does."""
    return any(
        part.x0 < left and part.x1 > left + 2 * row.line.size and len(part.text) > 30
        for part in row.parts
    )


def _names_columns(row: _Row, spans: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a line below figures names columns anew: periods, or words over several."""
    if row.periods:
        return len(row.figures) != 1
    over = [
        part for part in row.parts
        if not part.figure and any(part.x0 < b and a < part.x1 for a, b in spans)
    ]  # fmt: skip
    return not row.figures and len(over) > 1 and 2 * len(over) >= len(spans)


def _runs(rows: Sequence[_Row]) -> list[tuple[int, int]]:
    """Return the stretches of lines that have figures in the same columns."""
    found: list[tuple[int, int]] = []
    start, last = -1, -1
    spans: list[tuple[float, float]] = []
    for at, row in enumerate(rows):
        if start >= 0:
            above = rows[at - 1].line
            far = row.line.y0 - above.y1 > FAR * row.line.size
            stops = _names_columns(row, spans) or _crosses(row, spans[0][0])
            lost = _is_row(row) and not _fits(row, spans)
            if far or stops or lost or at - last > PENDING:
                found.append((start, last + 1))
                start, spans = -1, []
        if _is_row(row):
            start = at if start < 0 else start
            last = at
            spans = _spans([*spans, *((p.x0, p.x1) for p in row.figures)])
    return [*found, (start, last + 1)] if start >= 0 else found


def _text_columns(
    rows: Sequence[_Row], spans: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the text columns beside those of figures: one on the left, others if frequent."""
    loose = [
        [p for p in row.parts if not any(p.x0 < b and a < p.x1 for a, b in spans)]
        for row in rows if row.figures
    ]  # fmt: skip
    found = _spans((p.x0, p.x1) for parts in loose for p in parts)
    return [
        (a, b) for a, b in found
        if sum(any(a <= p.x0 < b for p in parts) for parts in loose) >= OFTEN * len(loose)
        and not any(a < d and c < b for c, d in spans)
    ]  # fmt: skip


def _with_signs(
    rows: Sequence[_Row], spans: Sequence[tuple[float, float]],
    words: Sequence[tuple[float, float]],
) -> list[tuple[float, float]]:  # fmt: skip
    """Return the columns of figures, including currency signs between them and other columns."""
    found: list[tuple[float, float]] = []
    for a, b in spans:
        starts = [
            p.words[0].x0 for row in rows for p in row.figures if a <= p.x0 < b and len(p.words) > 1
        ]
        end = max((y for _, y in [*found, *words] if y <= a), default=0.0)
        found.append((min([a, *(x for x in starts if x > end)]), b))
    return found


def _column_of(part: Part, columns: Sequence[tuple[float, float]]) -> int:
    """Return the column that a part overlaps most, or else the nearest on its left."""
    best = max(
        range(len(columns)),
        key=lambda c: min(part.x1, columns[c][1]) - max(part.x0, columns[c][0]),
    )
    a, b = columns[best]
    if min(part.x1, b) > max(part.x0, a):
        return best
    return max((c for c in range(len(columns)) if columns[c][0] <= part.x0), default=0)


def _table(
    rows: Sequence[_Row], above: Sequence[Line], rules: Sequence[Rule]
) -> tuple[PageTable, int] | None:
    """Return the table formed by lines with figures, and the number of header lines above."""
    spans = _spans((p.x0, p.x1) for row in rows for p in row.figures)
    figures = [row for row in rows if row.figures and not row.periods]
    words = _text_columns(rows, spans)
    if words and len(spans) > 1 and spans[0][1] < words[0][0]:
        words = sorted([*words, spans.pop(0)])  # numbers of the rows, before what they are called
    lowest = [p.text for row in rows for p in row.figures if p.x0 < spans[0][1]]
    if not words and len(spans) > 1 and all(map(PERIOD.fullmatch, lowest)):
        words = [spans.pop(0)]  # years that name the rows
    spans = _with_signs(rows, spans, words)
    columns = sorted([*spans, *words])
    first = spans[0][0]
    if not any(b <= first for _, b in columns):  # what names the rows, however seldom
        left = [p for row in rows for p in row.parts if p.x1 <= first and not p.figure]
        if left:
            columns.insert(0, (min(p.x0 for p in left), max(p.x1 for p in left)))
    if len(columns) < 2 or len(columns) > MAX_COLUMNS:
        return None
    header = find_header(above, columns, [c in spans for c in columns], rules)
    many = sum(len(row.figures) for row in figures)
    if len(figures) < 2 and not (header.sure and many > 1) or many < 3 and not header.sure:
        return None
    if len(spans) == 1 and len(figures) < 3 and not header.sure:
        return None
    cells = list(header.cells)
    at = header.rows
    labels: dict[int, bool] = {}  # of a row: whether it has figures
    for row in [*(_Row(line, parts_of(line)) for line in header.labels), *rows]:
        texts: dict[int, list[Word]] = {}
        for part in row.parts:
            texts.setdefault(_column_of(part, columns), []).extend(part.words)
        alone = set(texts) == {0}
        low = alone and row.parts[0].text[:1].islower()
        above_row = [c for c in cells if c.row == at - 1 and c.column == 0]
        if low and above_row and at > header.rows:  # its label goes on
            above_row[0].lines.append(row.line)
            labels[at - 1] = labels.get(at - 1, False)
            continue
        if (
            above_row and not alone and 0 in texts and labels.get(at - 1) is False
            and (row.parts[0].text[:1].islower() or _wraps(above_row[0].lines[-1], row, columns[0]))
        ):  # fmt: skip
            at -= 1
            above_row[0].lines.append(Line.of(texts.pop(0)))
        cells += [PageCell(at, column, [Line.of(some)]) for column, some in texts.items()]
        labels[at] = not alone
        at += 1
    return (
        PageTable.of(
            cells, headers=header.rows if header.sure else 0, unit=header.unit,
            unsure=not header.sure,
        ),
        header.lines,
    )  # fmt: skip


def _wraps(above: Line, row: _Row, column: tuple[float, float]) -> bool:
    """Tell whether a label that fills its column continues, indented, beside the figures."""
    full = above.x1 > column[0] + 0.85 * (column[1] - column[0])
    indented = row.parts[0].x0 > above.x0 + 0.3 * above.size
    return full and indented and row.line.y1 - above.y1 < 1.5 * above.size


def _label_goes_on(above: _Row, row: _Row) -> bool:
    """Tell whether a line continues the label of the row of figures above it."""
    first, label = above.parts[0], row.parts[0]
    return (
        len(row.parts) == 1 and not first.figure and label.text[:1].islower()
        and row.line.y1 - above.line.y1 < 1.6 * row.line.size
        and -row.line.size < label.x0 - first.x0 < 3 * row.line.size
        and label.x1 < above.parts[-1].x0
    )  # fmt: skip


def aligned_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | PageTable]:
    """Return the lines in order, with those that form tables of figures as tables.

    Args:
        lines: of one region of a page, from the top down.
        rules: horizontal, as (y, x0, x1); they show what a header spans.
    """
    rows = [_Row(line, parts_of(line)) for line in lines]
    found: list[Line | PageTable] = []
    done = 0
    for start, end in _runs(rows):
        while end < len(rows) and _label_goes_on(rows[end - 1], rows[end]):
            end += 1
        made = _table(rows[start:end], lines[done:start], rules)
        if made is None:
            continue
        table, headers = made
        found += [*lines[done : start - headers], table]
        done = end
    return [*found, *lines[done:]]
