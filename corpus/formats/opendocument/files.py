"""ODT, ODS, ODP: the pages of each kind of file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.content import Content, check_pages, one_line, open_zip
from corpus.formats.office.package import Package, local_name
from corpus.formats.opendocument.reader import OpenDocumentReader
from corpus.formats.opendocument.styles import DRAW, OFFICE, TABLE
from corpus.formats.reading_order import Box, reading_order
from corpus.formats.sheet_tables import Sheet, add_sheet

INSET = 7.0  # points at the edges of a frame that may overlap another's
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}


@contextmanager
def _opened(data: bytes, name: str, kind: str) -> Iterator[tuple[OpenDocumentReader, Any]]:
    """Yield a reader of a file and the body element of its kind.

    Raises:
        CorpusError: it is not such a file, or is protected by a password.
    """
    ending = name.rpartition(".")[2].upper()
    with open_zip(data, ending, "content.xml") as zipped:
        package = Package(zipped)
        manifest = package.xml("META-INF/manifest.xml")
        parts = manifest.iter() if manifest is not None else ()
        if any(local_name(part) == "encryption-data" for part in parts):
            raise CorpusError("is protected by a password; save it without a password")
        root = package.xml("content.xml")
        body = root.find(f"{OFFICE}body/{OFFICE}{kind}") if root is not None else None
        if body is None:
            raise CorpusError(f"is not an {ending} file, or is damaged; save it again")
        yield OpenDocumentReader(package), body


def read_odt(data: bytes, name: str) -> Content:
    """Read a text document."""
    with _opened(data, name, "text") as (reader, body):
        reader.note_changes(body)
        reader.add_blocks(body)
        reader.add_notes()
        reader.add_furniture()
        return reader.builder.build()


# Sheets


def read_ods(data: bytes, name: str) -> Content:
    """Read a workbook; hidden sheets are left out and named."""
    with _opened(data, name, "spreadsheet") as (reader, body):
        tables = body.findall(f"{TABLE}table")
        check_pages(len(tables))
        for table in tables:
            reader.builder.begin_page()
            title = one_line(table.get(f"{TABLE}name", ""))
            look = reader.styles.properties(table.get(f"{TABLE}style-name", ""), "table-properties")
            if look is not None and look.get(f"{TABLE}display") == "false":
                reader.builder.leave_out(f"sheet {title!r} is hidden and left out")
            else:
                _add_sheet(reader, table, title)
        return reader.builder.build("sheet")


def _add_sheet(reader: OpenDocumentReader, table: Any, title: str) -> None:
    sheet = Sheet(title)
    for row, column, cell, _ in reader.placed(table):
        sheet.lines.setdefault(row + 1, {})[column + 1] = cell
    sheet.hide(*_hidden(table), reader.builder)
    sheet.warn_of_formulas(
        [
            cell.get(f"{TABLE}formula").partition(":")[2]
            for cell in table.iter(f"{TABLE}table-cell")
            if cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") is None
            and not "".join(cell.itertext()).strip()
        ],
        reader.builder,
    )  # fmt: skip
    if sheet.lines:
        reader.builder.add("heading", title, 1)
        add_sheet(reader.builder, sheet)
    for shape in table.iterfind(f"{TABLE}shapes/*"):
        reader.add_frame(shape)
    reader.add_frames_of_cells()
    reader.add_notes()


def _hidden(table: Any) -> tuple[set[int], set[int]]:
    """Return the numbers, from 1, of a sheet's hidden rows and columns."""
    found: dict[str, set[int]] = {"table-row": set(), "table-column": set()}
    for name, numbers in found.items():
        at = 1
        for element in table.iter(f"{TABLE}{name}"):
            again = element.get(f"{TABLE}number-{name.removeprefix('table-')}s-repeated", "1")
            count = min(int(again), 1_100_000) if again.isdigit() else 1
            if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
                numbers |= set(range(at, at + count))
            at += count
    return found["table-row"], found["table-column"]


# Slides


def _length(text: str | None) -> float:
    found = _LENGTH.match(text or "")
    return float(found[1]) * _POINTS[found[2] or "pt"] if found else 0.0


def _ordered(shapes: list[Any]) -> list[Any]:
    """Return shapes in reading order."""
    boxes = []
    for shape in shapes:
        x, y, wide, high = (_length(shape.get(f"{_SVG}{n}")) for n in ("x", "y", "width", "height"))
        boxes.append(Box(x + INSET, y + INSET, x + max(wide, 2 * INSET) - INSET,
                         y + max(high, 2 * INSET) - INSET))  # fmt: skip
    return [shapes[at] for at in reading_order(boxes)]


def read_odp(data: bytes, name: str) -> Content:
    """Read a presentation; hidden slides are left out and named."""
    with _opened(data, name, "presentation") as (reader, body):
        pages = body.findall(f"{DRAW}page")
        check_pages(len(pages))
        for number, page in enumerate(pages, 1):
            reader.builder.begin_page()
            style = page.get(f"{DRAW}style-name", "")
            look = reader.styles.properties(style, "drawing-page-properties")
            if look is not None and look.get(f"{_PRESENTATION}visibility") == "hidden":
                reader.builder.leave_out(f"slide {number} is hidden and left out")
            else:
                _add_slide(reader, page)
        return reader.builder.build("slide")


def _add_slide(reader: OpenDocumentReader, page: Any) -> None:
    shapes = [c for c in page if local_name(c) not in ("notes", "forms", "annotation", "")]
    titles = [s for s in shapes if s.get(f"{_PRESENTATION}class") == "title"]
    for title in titles:
        lines = (reader.line(p) for p in title.iter() if local_name(p) in ("p", "h"))
        reader.builder.add("heading", one_line(" ".join(lines)), 1)
    for shape in _ordered([s for s in shapes if s not in titles]):
        reader.add_blocks([shape])
    for notes in page.iterfind(f"{_PRESENTATION}notes"):
        for frame in notes:
            if frame.get(f"{_PRESENTATION}class") == "notes":
                reader.add_blocks([frame], "note")
    for annotation in page.iterfind(f"{OFFICE}annotation"):
        reader.note_comment(annotation)
    reader.add_notes()
