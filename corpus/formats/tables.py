"""Tables: header detection, and rows as text.

A row is one line in which each value follows its column header ("Port: Oslo; Ships: 1,204"), so
that it can be understood alone; header rows are one line each as well. Cells keep the offsets of
their own text. A wrong column name is worse than none: unless it is clear that a row is a header,
rows keep their values without names.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log10

from corpus.blocks import Cell

HEADER_LENGTH = 150  # characters of a cell; a longer one names no column
MAX_HEADER_ROWS = 4
SAMPLE = 200  # rows of a body that are looked at
MOST = 0.6  # share of a column's cells that make its type
SPREAD = 3.0  # powers of ten that figures of one kind may differ by
DISTINCT = 0.7  # share of the names of a header that no other column has
SHORT = 40  # characters of what names a thing
PARTS = " · "  # between the paragraphs of one cell

YEAR = re.compile(r"(?:FY\s?)?(?:1[5-9]\d\d|20\d\d)(?:\s?[-–/]\s?(?:\d\d|\d{4}))?[A-Z]?\*?")
PERIOD = re.compile(  # what may name a column although it has figures
    rf"{YEAR.pattern}(?: [A-Z][A-Za-z]*){{0,3}}|{YEAR.pattern}\W+[QHW]\d{{1,2}}|"
    rf"[QHW]\d{{1,2}}(?:\W+{YEAR.pattern})?|[1-4]?[QH][1-4]?[- ']?(?:FY)?\d{{2,4}}E?|"
    r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:, ?| )\d{4}|\d{1,2}\.? [A-Z][a-z]{2,8}\.?,? \d{4}|"
    r"[A-Z][a-z]{2,8}\.?[ -]?'?\d{2,4}|\d{4}-\d\d(?:-\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
_NULL = re.compile(r"[-–—.…*]{1,3}|n\.?/?a\.?|N\.?/?A\.?")
NUMBER = re.compile(
    r"[-+−–(~<>≤≥]*\s?(?:(?-i:[A-Z]{3})\s|(?-i:[A-Z]{1,2})(?=\$))?[$€£¥₹₽₩₺₴₦฿₱₫₪₡₵]?\s?[-+−–(]?\d[\d.,'’\s]*(?:e[-+]?\d+)?\s?"
    r"(?:%|‰|[^\w\s)]|(?:[A-Za-zµ°]{1,4}[²³]?(?:/[A-Za-z]{1,3})?))?\)?",
    re.IGNORECASE,
)
_VALUE = re.compile(
    rf"{NUMBER.pattern}|\d{{1,2}}:\d\d(?:\s?[ap]m)?|(?-i:{PERIOD.pattern})", re.IGNORECASE
)
_UNIT = re.compile(
    r"[(\[].{1,30}[)\]]|[%‰$€£¥₹#]|[$€£¥₹]\s?(?:m|bn|k|000)?|(?:[A-Z]{3}|[a-z]{1,4})"
)
_LABEL = re.compile(r"\d{1,3}[A-Z]")  # of a precinct, a class
_INDEX = re.compile(r"[(\[]\s?(\d{1,2}|[a-z])\s?[)\]]|\d{1,2}")  # of a column
_DIGITS = re.compile(r"\d[\d.,'’]*")


@dataclass(slots=True)
class GridCell:
    """A cell of the source: its text on one line, its spans, and whether it is a header.

    `header` is None if the source does not say; `strong` means that it is bold or shaded.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    header: bool | None = None
    strong: bool = False


Placed = tuple[int, int, GridCell]  # row, column, cell
Rows = list[list[GridCell | None]]  # each place with the cell that covers it


def spread(cells: Iterable[Placed]) -> Rows:
    """Return the rows of placed cells, with each cell in every position that it spans."""
    rows: Rows = []
    for row, column, cell in cells:
        while len(rows) < row + cell.row_span:
            rows.append([])
        for line in rows[row : row + cell.row_span]:
            if len(line) < column + cell.column_span:
                line += [None] * (column + cell.column_span - len(line))
            for c in range(column, column + cell.column_span):
                if line[c] is None:
                    line[c] = cell
    width = max(map(len, rows), default=0)
    return [line + [None] * (width - len(line)) for line in rows]


def of_texts(rows: Sequence[Sequence[str]]) -> list[Placed]:
    """Return rows of texts as placed cells, without blank ones."""
    return [
        (r, c, GridCell(text)) for r, row in enumerate(rows) for c, text in enumerate(row) if text
    ]


def _text(cell: GridCell | None) -> str:
    return cell.text if cell else ""


def is_value(text: str) -> bool:
    """Tell whether a cell holds a figure, a date or a time, or marks a missing one."""
    return bool(_VALUE.fullmatch(text) or _NULL.fullmatch(text))


def could_be_names(texts: Sequence[str]) -> bool:
    """Tell whether cells could all name columns: short, without figures but periods."""
    return all(
        len(text) <= HEADER_LENGTH and (not is_value(text) or bool(PERIOD.fullmatch(text)))
        for text in texts
    )


def column_names(rows: Rows, count: int) -> list[str]:
    """Return the name of each column in the first rows, joined over several rows.

    A last header row that only numbers the columns is ignored.
    """
    last = [text for text in map(_text, rows[count - 1]) if text] if count > 1 else []
    count -= bool(last) and all(map(_INDEX.fullmatch, last))
    columns = zip(*rows[:count], strict=True) if count else ()
    return [" ".join(dict.fromkeys(filter(None, map(_text, column)))) for column in columns]


def could_name(row: Sequence[GridCell | None], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row could be a header: short, with no figures but periods."""
    texts = [_text(cell) for cell in row]
    filled = [text for text in texts if text]
    if not filled or any(len(text) > HEADER_LENGTH for text in filled):
        return False
    for text, column in zip(texts, below, strict=True):
        if not text or not is_value(text):
            continue
        if _LABEL.fullmatch(text) and not any(map(_LABEL.fullmatch, column)):
            continue
        alike = sum(bool(PERIOD.fullmatch(other)) for other in column)
        if not PERIOD.fullmatch(text) or alike * 2 > len(column):
            return False
    years = [text for text in filled if PERIOD.fullmatch(text)]
    return len(years) != 1 or len(filled) > 2 or not is_value(filled[-1])


def _homogeneous(column: Sequence[str]) -> bool:
    """Tell whether the figures of a column are of one kind: in one format, of similar size."""
    sizes, forms = [], set()
    for text in column:
        if found := _DIGITS.search(text):
            plain = re.sub(r"\D", "", found[0].partition(".")[0]) or "0"
            sizes.append(log10(max(float(plain[:15]), 1)))
            forms.add((text[: found.start()].strip("(-−–+ "), text[found.end() :].strip(") ")))
    return bool(sizes) and len(forms) == 1 and max(sizes) - min(sizes) <= SPREAD


def count_header_rows(rows: Rows, sheet: bool = False) -> int:
    """Return the number of header rows of a table, 0 if none is clearly one.

    Args:
        rows: as `spread` gives them, none blank.
        sheet: whether it is from a spreadsheet, where two columns more likely have a header than
            labels with their values.
    """
    declared = 0
    while declared < len(rows) and all(c is None or c.header for c in rows[declared]):
        declared += 1
    if declared and any(map(_text, rows[0])):
        return declared if declared < len(rows) else 0
    if any(cell is not None and cell.header is False for cell in rows[0]):
        return 0  # the source tells headers, and has none
    deep = max((cell.row_span for cell in rows[0] if cell), default=1)
    doubled = 0  # a count that would do, but for names that several columns have
    for count in range(max(1, deep), min(MAX_HEADER_ROWS, len(rows) - 1) + 1):
        body = [[_text(cell) for cell in row] for row in rows[count : count + SAMPLE]]
        columns = [[text for text in column if text] for column in zip(*body, strict=True)]
        if not all(could_name(row, columns) for row in rows[:count]):
            continue  # with what the next row adds, a row of periods may be one
        names = column_names(rows, count)
        used = [name for name, column in zip(names[1:], columns[1:], strict=True) if column]
        if len(names) < 2 or not all(used):
            continue  # a second row may name the others
        if not _clearly_names(rows, count, names, columns, sheet):
            continue
        if len(set(names)) == len(names):
            return count + _names_units(rows, count)
        if not doubled and len(set(names)) >= DISTINCT * len(names):
            doubled = count + _names_units(rows, count)
    return doubled


def _names_units(rows: Rows, count: int) -> bool:
    """Tell whether the row below a header only has the units of the columns."""
    units = [text for text in map(_text, rows[count]) if text] if count + 1 < len(rows) else []
    told = len(units) > 1 or bool(units) and units[0][0] in "([%"
    return told and all(map(_UNIT.fullmatch, units))


def _clearly_names(
    rows: Rows, count: int, names: Sequence[str], columns: Sequence[Sequence[str]], sheet: bool
) -> bool:
    """Tell whether a possible header differs from the rows below it."""
    first = [cell for cell in rows[0] if cell and cell.text]
    others = [
        cell for row in rows[count : count + SAMPLE] for cell in row[1:] if cell and cell.text
    ]
    if all(cell.strong for cell in first) and not all(cell.strong for cell in others):
        return True
    figures = [
        column
        for name, column in zip(names, columns, strict=True)
        if column and not is_value(name) and sum(map(is_value, column)) >= MOST * len(column)
    ]
    periods = sum(bool(PERIOD.fullmatch(name)) for name in names) > 1
    if len(names) == 2:
        rest = len(rows) - count
        return bool(figures and figures[-1] is columns[1]) and (
            _homogeneous(columns[1]) and (sheet or rest > 2)
        )
    if figures or periods:
        return True
    again = any(name in column for name, column in zip(names, columns, strict=True))
    short = all(len(name) <= SHORT and name[-1:] not in ".;!?" for name in names if name)
    return len(rows) > count + 1 and short and not again


def is_key_value(rows: Rows) -> bool:
    """Tell whether a table without a header holds labels with their values."""
    keys = [_text(row[0]) for row in rows]
    return (
        all(len(row) == 2 and _text(row[0]) and _text(row[1]) for row in rows)
        and all(len(key) <= HEADER_LENGTH and not is_value(key) for key in keys)
        and len(set(keys)) == len(keys)
    )


def write_table(
    placed: Sequence[Placed],
    sheet: bool = False,
    headers: int | None = None,
    above: Sequence[str] = (),
) -> tuple[str, list[Cell]]:
    """Return the text of a table, and its cells at their offsets in it.

    A cell that spans several rows is repeated in each; its own span is in the first.

    Args:
        placed: its cells, in any order.
        sheet: whether it is from a spreadsheet.
        headers: the number of header rows; detected by default.
        above: the column names, if continued from a table before.
    """
    every = spread(placed)
    kept = [n for n, row in enumerate(every) if any(map(_text, row))]
    rows = [every[n] for n in kept]
    if not rows:
        return "", []
    count = 0 if above else count_header_rows(rows, sheet) if headers is None else headers
    names = list(above) or [name.rstrip(" :") for name in column_names(rows, count)]
    pairs = not (count or above) and is_key_value(rows)
    prefixes = [f"{name}: " if name else "" for name in names]
    prefixes += [""] * (len(rows[0]) - len(names))
    between = ": " if pairs else "; "
    lines, cells, at = list[str](), list[Cell](), 0
    written: set[int] = set()  # of the cells that span several places
    for number, row in enumerate(rows):
        line, last, new, heads = "", None, False, number < count
        for column, (cell, prefix) in enumerate(zip(row, prefixes, strict=False)):
            if cell is None or cell is last:
                continue
            last = cell
            if not cell.text:
                continue
            value = cell.text.rstrip(" :") if pairs and column == 0 else cell.text
            if line:
                line += between
            if not heads:
                line += prefix
            if id(cell) not in written:
                new, span = True, 1
                if cell.row_span > 1 or cell.column_span > 1:
                    written.add(id(cell))
                    span = _kept_span(kept, number, cell.row_span)
                start = at + len(line)
                header = heads or bool(cell.header) or (pairs and column == 0)
                end = start + len(value)
                cells.append(Cell(number, column, span, cell.column_span, header, start, end))
            line += value
        if new:  # else it has nothing but what goes on from above
            lines.append(line)
            at += len(line) + 1
    return "\n".join(lines), cells


def _kept_span(kept: Sequence[int], number: int, row_span: int) -> int:
    """Return the number of rows that a cell spans, blank ones not counted."""
    return bisect_left(kept, kept[number] + row_span, number) - number
