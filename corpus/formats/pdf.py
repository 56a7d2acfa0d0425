"""PDF: lines of characters at places on pages, made into paragraphs, headings and tables again.

pdfium gives the characters in reading order with their boxes, in points from the lower left.
"""

import ctypes
import io
import re
import shutil
import subprocess
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, check_pages, one_line, reading_seconds
from corpus.formats.layout import (
    HYPHEN,
    TOUCH,
    Item,
    Line,
    Piece,
    Rows,
    Writer,
    add_pages,
    with_open_tables,
    without_running_lines,
)

COLUMN_GAP = 0.8  # of the size of the letters, between the columns of a table without rules
MAX_RULES = 1_500  # of one page; more is a drawing
SCAN_DPI = 200
OCR_SHARE = 0.7  # of the time a file may take

_NO_TITLE = re.compile(r"untitled|anonymous|microsoft|\.\w{2,4}$|^\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    left: float
    bottom: float
    right: float
    top: float
    bold: bool


@dataclass(slots=True)
class _Grid:
    """A table with rules: the places of its columns and rows, and the text in each cell."""

    columns: list[float]
    rows: list[float]
    cells: dict[tuple[int, int], str]

    def cell_of(self, letter: _Letter) -> tuple[int, int] | None:
        """Return the (row, column) that a letter's middle stands in; None outside the table."""
        x, y = (letter.left + letter.right) / 2, (letter.bottom + letter.top) / 2
        row, column = len(self.rows) - bisect(self.rows, y), bisect(self.columns, x)
        inside = 0 < row < len(self.rows) and 0 < column < len(self.columns)
        return (row - 1, column - 1) if inside else None

    def table(self) -> Rows:
        """Return its cells as rows of lines."""
        return [
            [one_line(self.cells.get((row, column), "")) for column in range(len(self.columns) - 1)]
            for row in range(len(self.rows) - 1)
        ]


def _letters(textpage: Any) -> Iterator[_Letter | None]:
    """Yield the letters of a page in reading order, None at the end of a line."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    name = ctypes.create_string_buffer(64)
    flags = ctypes.c_int()
    for at in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, at)
        if code in (0x0A, 0):
            yield None
        elif code != 0x0D and raw.FPDFText_GetLooseCharBox(textpage, at, box):
            name.value = b""
            raw.FPDFText_GetFontInfo(textpage, at, name, 64, flags)
            hyphen = code in (0x02, 0xFFFE)
            text = HYPHEN if hyphen else chr(code)
            yield _Letter(text, box.left, box.bottom, box.right, box.top, b"Bold" in name.value)
            if hyphen:
                yield None


def _rules(page: Any) -> tuple[list[tuple[float, float, float]], ...]:
    """Return the horizontal rules of a page as (y, left, right), the vertical as (x, low, high)."""
    from pypdfium2 import raw

    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    for rule in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        left, bottom, right, top = rule.get_bounds()
        if top - bottom <= TOUCH:
            across.append(((top + bottom) / 2, left, right))
        elif right - left <= TOUCH:
            down.append(((left + right) / 2, bottom, top))
        elif raw.FPDFPath_CountSegments(rule) <= 5:  # a rectangle
            across += [(bottom, left, right), (top, left, right)]
            down += [(left, bottom, top), (right, bottom, top)]
        if len(across) + len(down) > MAX_RULES:
            return [], []
    return across, down


def _merged(places: Iterable[float]) -> list[float]:
    """Return places in order, without those that touch the one before."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > TOUCH:
            kept.append(place)
    return kept


def _grids(page: Any) -> list[_Grid]:
    """Return the tables that the rules of a page draw: at least two rows and two columns."""
    across, down = _rules(page)
    group = list(range(len(across) + len(down)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = at = group[group[at]]
        return at

    for i, (y, left, right) in enumerate(across):
        for j, (x, low, high) in enumerate(down, len(across)):
            if left - TOUCH <= x <= right + TOUCH and low - TOUCH <= y <= high + TOUCH:
                group[root(j)] = root(i)
    grids = []
    for tied in {root(at) for at in range(len(across))}:
        rows = _merged(rule[0] for at, rule in enumerate(across) if root(at) == tied)
        columns = _merged(rule[0] for at, rule in enumerate(down, len(across)) if root(at) == tied)
        if len(rows) > 2 and len(columns) > 2:
            grids.append(_Grid(columns, rows, {}))
    return grids


def _line(letters: Sequence[_Letter]) -> Line | None:
    """Return the line that letters make; None when they are only spaces."""
    shown = [letter for letter in letters if not letter.text.isspace()]
    if not shown:
        return None
    size = median(letter.top - letter.bottom for letter in shown)
    cells: list[tuple[str, float, float]] = []
    words, left, right = "", shown[0].left, shown[0].left
    for letter in letters:
        if letter.text.isspace():
            words += " "
            continue
        if words.strip() and letter.left - right > COLUMN_GAP * size:
            cells.append((one_line(words), left, right))
            words, left = "", letter.left
        words, right = words + letter.text, letter.right
    cells.append((one_line(words), left, right))
    bottom, top = min(a.bottom for a in shown), max(a.top for a in shown)
    bold = sum(letter.bold for letter in shown) > len(shown) / 2
    return Line(tuple(cells), bottom, top, size, bold)


def _items(page: Any) -> list[Item]:
    """Return the lines and ruled tables of a page in reading order."""
    grids = _grids(page)
    found: list[Item | _Grid] = []
    letters: list[_Letter] = []

    def end_line() -> None:
        if line := _line(letters):
            found.append(line)
        letters.clear()

    for letter in _letters(page.get_textpage()):
        if letter is None:
            end_line()
            for grid in grids:
                grid.cells = {place: text + " " for place, text in grid.cells.items()}
            continue
        for grid in grids:
            if cell := grid.cell_of(letter):
                if not any(item is grid for item in found):
                    end_line()
                    found.append(grid)
                grid.cells[cell] = grid.cells.get(cell, "") + letter.text
                break
        else:
            letters.append(letter)
    end_line()
    return [item.table() if isinstance(item, _Grid) else item for item in found]


def _scanned(page: Any, seconds: float) -> list[str]:
    """Return what Tesseract reads on the picture of a page; nothing without it or out of time."""
    tesseract = shutil.which("tesseract")
    if tesseract is None or seconds <= 0:
        return []
    picture = io.BytesIO()
    page.render(scale=SCAN_DPI / 72).to_pil().save(picture, "PNG")
    try:
        ran = subprocess.run(
            [tesseract, "stdin", "stdout"], input=picture.getvalue(), capture_output=True,
            timeout=seconds, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        return []  # the page is named as one without text
    text = ran.stdout.decode("utf-8", "replace")
    return [line for part in re.split(r"\n\s*\n", text) if (line := one_line(part))]


def read_pdf(data: bytes, name: str) -> Content:
    """Return the text of a PDF with its pages.

    Raises:
        CorpusError: it is no PDF, is protected, or has too many pages.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    started = process_time()
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "assword" in str(error):
            raise CorpusError("is protected by a password; save it without one") from error
        raise CorpusError(f"is no PDF, or a damaged one ({error}); save it again") from error
    check_pages(len(document))
    pages: list[list[Item]] = []
    heights: list[float] = []
    scans: dict[int, list[str]] = {}
    for number, page in enumerate(document):
        pages.append(list(with_open_tables(_items(page))))
        heights.append(page.get_height())
        if not pages[-1] and next(page.get_objects(), None) is not None:
            left = OCR_SHARE * reading_seconds(len(data)) - (process_time() - started)
            scans[number] = _scanned(page, left)
        page.close()
    pages = without_running_lines(pages, heights)
    title = one_line(document.get_metadata_value("Title"))
    builder = ContentBuilder("" if _NO_TITLE.search(title) else title)
    writer = Writer(pages)
    read: list[list[Piece | Rows]] = []
    for number, items in enumerate(pages):
        scanned = [Piece("paragraph", line) for line in scans.get(number, ())]
        if scanned:
            builder.warn(f"page {number + 1} is a picture, read by Tesseract")
        read.append([*scanned] or writer.pieces(items))
    add_pages(builder, read, writer)
    return builder.build()
