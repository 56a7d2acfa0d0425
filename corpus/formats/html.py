"""Readers of files that are no plain text: what each holds, as Markdown that we write.

Every paragraph, heading and table row is one line, and blank lines part them. A table's row names
its columns (`Port: Oslo; Ships: 1,204`), so that it is understood alone. Libraries are imported
where they are used: answering a question must not load them.
"""

import csv
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, islice, zip_longest
from pathlib import Path
from typing import Any

from corpus.encodings import decode_any, is_whole
from corpus.errors import CorpusError

READERS_VERSION = 3  # raise it when the same file would be read otherwise
SECONDS, SECONDS_PER_MB = 60.0, 20.0  # that reading a file may take
MAX_EXPANDED = 300_000_000  # bytes that the parts of one zipped file may have together
MAX_PARTS = 10_000
MAX_PAGES = 5_000
MAX_ROWS = 200_000  # of one sheet
MAX_COLUMNS = 1_000
MAX_SPAN = 100  # rows or columns that one cell is repeated for
HEADER_LENGTH = 80  # characters of a cell; a longer one heads no column

_SPACES = re.compile(r"[\s\x00-\x1f\x7f\ufffe\uffff]+")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
NUMBER = re.compile(r"[-+−(~]?\s?[^\w\s]?\s?\d[\d.,\s]*(?:e[-+]?\d+)?\s?[%)]?", re.IGNORECASE)
_BREAK, _SPACE, _GLUE, _LINE = _MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3"  # parse as any letter would
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)=["']?\s*([\w-]+)""", re.IGNORECASE
)
_NO_TEXT = ("script", "style", "template", "noscript", "svg", "math", "head", "nav", "aside",
            "footer", "button", "select", "textarea", "iframe", "object")  # fmt: skip
_NOT_SHOWN = (
    "//*[@hidden or @aria-hidden='true' or contains(@class, 'headerlink') or @role='navigation'"
    " or @role='search' or @role='banner' or @role='contentinfo' or @role='complementary']"
)
_BLOCKS = ("address", "article", "blockquote", "body", "caption", "center", "dd",
           "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "form",
           "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main",
           "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td",
           "tfoot", "th", "thead", "tr", "ul")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader takes from a file; `title` is "" where the file says none."""

    text: str
    title: str = ""
    pages: tuple[tuple[int, int], ...] | None = None
    warnings: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters, double spaces, half characters."""
    if not is_whole(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _SPACES.sub(" ", text).strip()


def as_text(lines: Iterable[str]) -> str:
    """Return lines as paragraphs."""
    return "".join(f"{line}\n\n" for line in lines)


def with_pages(pages: Iterable[Sequence[str]], title: str = "", unit: str = "page") -> Content:
    """Return the content of pages of lines; a page without any is told of."""
    texts = [as_text(lines) for lines in pages]
    ends = list(accumulate(map(len, texts)))
    spans = tuple(zip([0, *ends], ends, strict=False))
    empty = [f"no text on {unit} {number}" for number, text in enumerate(texts, 1) if not text]
    return Content("".join(texts), title, spans, tuple(empty))


def heads(row: Sequence[str], below: Sequence[str] = ()) -> bool:
    """Tell whether a table's first row names its columns: short, all different, no figures.

    Years may name columns, several of them, and none `below` them in the next row.
    """
    years = [at for at, cell in enumerate(row) if _YEAR.fullmatch(cell)]
    named = [cell for at, cell in enumerate(row) if at not in years]
    return (
        len(row) > 1
        and all(row[1:])
        and len(set(row)) == len(row)
        and len(years) != 1
        and not any(_YEAR.fullmatch(below[at]) for at in years if at < len(below))
        and all(len(cell) <= HEADER_LENGTH and not NUMBER.fullmatch(cell) for cell in named)
    )


def table_lines(rows: Sequence[Sequence[str]], headers: int = 0) -> list[str]:
    """Return a line for each row of a table, in which each value stands after its column's name.

    Args:
        rows: cells of one line each.
        headers: how many first rows name the columns; 0: the first if it looks so, else none.
    """
    rows = [row for row in rows if any(row)]
    headers = headers or int(len(rows) > 1 and heads(rows[0], rows[1]))
    if headers >= len(rows):
        headers = 0
    columns = zip_longest(*rows[:headers], fillvalue="")
    names = [" ".join(dict.fromkeys(filter(None, cells))).rstrip(":") for cells in columns]
    lines = []
    for row in rows[headers:]:
        pairs = [pair for pair in zip_longest(names, row, fillvalue="") if pair[1]]
        if not headers and len(row) == len(pairs) == 2:  # a name and its value
            pairs = [(row[0].rstrip(":"), row[1])]
        lines.append("; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs))
    return lines


def _span(cell: Any, name: str) -> int:
    """Return how many places a cell of HTML takes."""
    value = cell.get(name, "").strip()
    return max(1, min(int(value), MAX_SPAN)) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _html_table(table: Any) -> list[str]:
    """Return the lines of a table; a cell that spans several places stands in each."""
    headers = 0
    trs = table.xpath(".//tr")
    grid: list[dict[int, str]] = [{} for _ in trs]
    for at, tr in enumerate(trs):
        cells = tr.xpath("./td | ./th")
        if headers == at and cells and all(cell.tag == "th" for cell in cells):
            headers = at + 1
        column = 0
        for cell in cells:
            text = one_line("".join(cell.itertext()).replace(_BREAK, " "))
            while column in grid[at]:
                column += 1
            for row in grid[at : at + _span(cell, "rowspan")]:
                for right in range(_span(cell, "colspan")):
                    row.setdefault(column + right, text)
    caption = [one_line("".join(part.itertext())) for part in table.xpath("./caption")]
    rows = [[row.get(at, "") for at in range(max(row, default=-1) + 1)] for row in grid]
    return [*filter(None, caption), *table_lines(rows, headers)]


def _replace(element: Any, text: str) -> None:
    """Put text in the place of all that an element holds."""
    element.clear(keep_tail=True)
    element.text = text


def _mark_blocks(root: Any) -> None:
    """Write breaks, and the marks of headings, lists, tables and code, into the tree's text."""
    for element in root.xpath(".//pre"):
        code = "".join(element.itertext()).expandtabs(4).splitlines()
        kept = (f"    {line.rstrip()}".replace(" ", _SPACE) for line in code if line.strip())
        _replace(element, _BREAK + _LINE.join(kept))
    for element in root.xpath(".//table[not(.//table or .//h1 or .//h2 or .//h3 or .//pre)]"):
        _replace(element, "".join(_BREAK + line for line in _html_table(element)))
    for element in root.xpath(".//ol"):
        for number, item in enumerate(element.xpath("./li"), 1):
            item.text = f"{number}.{_GLUE}{item.text or ''}"
    marks = {"ul/li": "-"} | {f"h{level}": "#" * level for level in range(1, 7)}
    for path, mark in marks.items():
        for element in root.xpath(f".//{path}"):
            element.text = f"{mark}{_GLUE}{element.text or ''}"
    for element in root.xpath(".//br"):
        element.tail = " " + (element.tail or "")
    for element in root.iterdescendants(*_BLOCKS):
        element.text = _BREAK + (element.text or "")
        element.tail = _BREAK + (element.tail or "")


def html_lines(root: Any) -> list[str]:
    """Return the lines of an HTML tree without what is no text of its own; changes the tree."""
    for element in [*root.iter(*_NO_TEXT), *root.xpath(_NOT_SHOWN)]:
        if element.getparent() is not None:
            element.drop_tree()
    mains = root.xpath("(//main | //*[@role='main'])[1]")
    root = mains[0] if mains and "".join(mains[0].itertext()).strip() else root
    _mark_blocks(root)
    lines, mark = [], ""
    for piece in "".join(root.itertext()).split(_BREAK):
        *marks, words = one_line(piece).replace(_SPACE, " ").replace(_LINE, "\n").split(_GLUE)
        mark = "".join(part.strip() + " " for part in marks) or mark
        if words.strip():
            lines.append(mark + (words if words.startswith("    ") else words.strip()))
            mark = ""
    return lines


def _parse_html(data: str) -> Any:
    from lxml import html

    data = data.translate(dict.fromkeys(map(ord, _MARKS), " "))
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    root = html.document_fromstring(data.encode("utf-8"), parser=parser)
    if root is None:
        raise CorpusError("holds no text; write some, or leave it out of the folder")
    return root


def read_plain(path: Path) -> Content:
    """Read plain text: nothing is changed but its encoding."""
    text, guessed = _decoded(path)
    return Content(text, warnings=guessed)


def read_html(path: Path) -> Content:
    """Read a page of HTML: its main part, without navigation."""
    declared = _DECLARED.search(path.read_bytes()[:4096])
    text, guessed = _decoded(path, declared[1].decode("ascii") if declared else "")
    root = _parse_html(text)
    titles = root.xpath("//head/title[1]")
    title = one_line("".join(titles[0].itertext())) if titles else ""
    return Content(as_text(html_lines(root)), title, None, guessed)


def _decoded(path: Path, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a warning where its encoding is a guess."""
    text, guess = decode_any(path.read_bytes(), declared)
    return text, (f"read as {guess}, a guess; save it as UTF-8",) if guess else ()


def read_docx(path: Path) -> Content:
    """Read a Word document: paragraphs, lists, tables, footnotes; pictures and macros are not."""
    import mammoth

    check_zip(path, "word/document.xml")
    with path.open("rb") as file:
        styles = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
        no_pictures = mammoth.images.img_element(lambda image: {})
        result = mammoth.convert_to_html(file, style_map=styles, convert_image=no_pictures)
    return Content(as_text(html_lines(_parse_html(f"<body>{result.value}</body>"))))


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield the shapes of a slide, those of groups too."""
    for shape in shapes:
        yield from _shapes(shape.shapes) if hasattr(shape, "shapes") else [shape]


def _slide_lines(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and (text := one_line(title.text_frame.text)):
        yield f"# {text}"
    for shape in _shapes(slide.shapes):
        if getattr(shape, "has_table", False):
            rows = [[one_line(cell.text) for cell in row.cells] for row in shape.table.rows]
            yield from table_lines(rows)
        elif shape.has_text_frame and (title is None or shape.shape_id != title.shape_id):
            yield from filter(None, (one_line(p.text) for p in shape.text_frame.paragraphs))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        yield from filter(None, (one_line(line) for line in notes.text.splitlines()))


def read_pptx(path: Path) -> Content:
    """Read slides, each a page: title, text, tables, notes."""
    from pptx import Presentation

    check_zip(path, "ppt/presentation.xml")
    with path.open("rb") as file:
        slides = Presentation(file).slides
        check_pages(len(slides))
        return with_pages([list(_slide_lines(slide)) for slide in slides], unit="slide")


def _cell_text(cell: Any) -> str:
    """Return a spreadsheet's value as people read it."""
    value = cell.value
    if isinstance(value, float):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return "" if value is None else one_line(str(value))


def _sheet_rows(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return the rows of a sheet without empty ends."""
    filled = (list(row) for row in rows if any(row))
    kept = list(islice(filled, MAX_ROWS + 1))
    if len(kept) > MAX_ROWS:
        raise CorpusError(f"has more than {MAX_ROWS:,} rows in one sheet; split it")
    return [row[: max(at for at, cell in enumerate(row, 1) if cell)] for row in kept]


def read_xlsx(path: Path) -> Content:
    """Read a workbook, each sheet a page; formulas as the values they last had."""
    from openpyxl import load_workbook

    check_zip(path, "xl/workbook.xml")
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheets = book.worksheets
    check_pages(len(sheets))
    pages = []
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its size need not be so
        rows = ([_cell_text(cell) for cell in row[:MAX_COLUMNS]] for row in sheet.iter_rows())
        lines = table_lines(_sheet_rows(rows))
        pages.append([f"# {one_line(sheet.title)}", *lines] if lines else [])
    return with_pages(pages, path.stem, "sheet")


def read_csv(path: Path) -> Content:
    """Read a table of comma, semicolon or tab separated values."""
    text, guessed = _decoded(path)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    rows = csv.reader(text.splitlines(keepends=True), dialect)
    cells = ([one_line(cell) for cell in row[:MAX_COLUMNS]] for row in rows)
    return Content(as_text(table_lines(_sheet_rows(cells))), path.stem, None, guessed)


def read_pdf(path: Path) -> Content:
    """Read a PDF; see corpus/pdf.py."""
    from corpus.formats.pdf import read

    return read(path)


READERS: dict[str, Callable[[Path], Content]] = {
    ".pdf": read_pdf, ".docx": read_docx, ".pptx": read_pptx, ".xlsx": read_xlsx,
    ".csv": read_csv, ".tsv": read_csv, ".html": read_html, ".htm": read_html, ".xhtml": read_html,
}  # fmt: skip


def reading_seconds(path: Path) -> float:
    """Return how long a file may take to read: a large one may hold many scanned pages."""
    return SECONDS + SECONDS_PER_MB * path.stat().st_size / 1_000_000


def check_pages(count: int) -> None:
    """Refuse a file of too many pages.

    Raises:
        CorpusError: it has more than MAX_PAGES.
    """
    if count > MAX_PAGES:
        raise CorpusError(f"has {count:,} pages, more than {MAX_PAGES:,}; split it")


def check_zip(path: Path, part: str) -> None:
    """Refuse a zipped file that is not what its name says, or that would expand too far.

    Raises:
        CorpusError: it is another kind of file, encrypted, or larger than MAX_EXPANDED.
    """
    kind = path.suffix[1:].upper()
    if path.read_bytes()[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise CorpusError(f"is encrypted or of an older format; save it as {kind} without password")
    try:
        with zipfile.ZipFile(path) as zipped:
            parts = zipped.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:  # RuntimeError: a new version
        raise CorpusError(f"is no {kind} file, or a damaged one; save it again") from error
    if len(parts) > MAX_PARTS or sum(info.file_size for info in parts) > MAX_EXPANDED:
        raise CorpusError(f"expands to more than {MAX_EXPANDED:,} bytes; split it")
    if all(info.filename != part for info in parts):
        raise CorpusError(f"is no {kind} file: it has no {part!r}; save it again")


def read_content(path: Path) -> Content:
    """Return what a file holds, by its ending.

    Raises:
        CorpusError: it holds no text, or is not what its ending says.
    """
    warnings.simplefilter("ignore")  # the libraries' own; what a person needs is in Content
    content = READERS[path.suffix.lower()](path)
    if not content.text.strip():
        raise CorpusError("holds no text" + "".join(f"; {w}" for w in content.warnings[:1]))
    return content
