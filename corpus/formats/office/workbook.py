"""Workbooks of Excel: values as their formats show them, the tables of each sheet."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.content import (
    Content,
    ContentBuilder,
    check_pages,
    one_line,
    open_zip,
)
from corpus.formats.inline import apart, lowered, raised, struck
from corpus.formats.office.number_formats import format_date, format_number, general, is_date_format
from corpus.formats.office.package import A, Package
from corpus.formats.sheet_tables import MAX_COLUMNS, MAX_ROWS, Line, Sheet, add_sheet, cell_text
from corpus.formats.tables import GridCell, could_name

MAX_FROZEN = 20  # rows of a sheet that may stay in view as names of its columns
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _value_text(cell: Any) -> str:
    """Return a spreadsheet value in its number format."""
    value, code = cell.value, cell.number_format or "General"
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return format_number(value, code) if not is_date_format(code) else general(value)
        case datetime() | date() | time() | timedelta():
            dated = is_date_format(code)
            usual = "yyyy-mm-dd" if isinstance(value, date) else "h:mm"
            return format_date(value, code if dated else usual)
        case str():
            return cell_text(value)
        case _:
            return cell_text(_rich_text(value))


def _rich_text(pieces: Any) -> str:
    """Return rich text, with superscripts, subscripts and struck-out text marked."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        font, said = piece.font, str(piece.text)
        if font.vertAlign in ("superscript", "subscript") and said.strip():
            said = raised(said) if font.vertAlign == "superscript" else lowered(said)
        text += struck(said) if font.strike and said.strip() else said
    return apart(text)


@dataclass(slots=True)
class _Extras:
    """The content of a sheet besides its cells."""

    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)  # cells with formulas without a value
    rich: dict[str, str] = field(default_factory=dict)  # texts of several looks kept in their cells


def _extras(package: Package, part: str) -> _Extras:
    from lxml import etree
    from openpyxl.cell.rich_text import CellRichText

    extras, names = _Extras(), {"s": S.strip("{}")}
    unknown = etree.XPath("s:c[s:f and not(string(s:v))]/@r", namespaces=names)
    rich = etree.XPath("s:c[@r]/s:is[s:r]", namespaces=names)  # openpyxl reads them without looks
    tags = [f"{S}{name}" for name in ("row", "col", "mergeCell", "pane")]
    with package.open(part) as file:
        for _, element in etree.iterparse(file, tag=tags, resolve_entities=False, no_network=True,
                                          recover=True):  # fmt: skip
            name = element.tag.removeprefix(S)
            hidden = element.get("hidden") in ("1", "true")
            if name == "row":
                extras.unknown += map(str, unknown(element))
                for text in rich(element):
                    said = cell_text(_rich_text(CellRichText.from_tree(text)))
                    extras.rich[text.getparent().get("r")] = said
                if hidden:
                    extras.hidden_rows.add(int(element.get("r", "0")))
            elif name == "col" and hidden:
                last = min(int(element.get("max", "0")), MAX_COLUMNS)
                extras.hidden_columns |= set(range(int(element.get("min", "1")), last + 1))
            elif name == "pane" and "frozen" in element.get("state", ""):
                rows = float(element.get("ySplit", "0"))
                extras.frozen = set(range(1, int(rows) + 1)) if rows <= MAX_FROZEN else set()
            elif name == "mergeCell":
                extras.merged.append(element.get("ref", ""))
            element.clear()
    return extras


def _drawn_texts(package: Package, part: str, builder: ContentBuilder) -> Iterator[str]:
    """Yield the texts of a sheet's shapes; its pictures are counted."""
    for kind, target in package.relations(part).values():
        root = package.xml(target) if kind == "drawing" else None
        for element in root.iter() if root is not None else ():
            name = element.tag.rpartition("}")[2]
            if name == "txBody":
                yield one_line(" ".join(t.text or "" for t in element.iter(f"{A}t")))
            elif name == "pic":
                builder.lose("picture", "pictures")


def _comments(package: Package, part: str) -> Iterator[str]:
    """Yield the comments on cells, each with the cell it is on."""
    for kind, target in package.relations(part).values():
        root = package.xml(target) if kind == "comments" else None
        for comment in root.iter(f"{S}comment") if root is not None else ():
            text = one_line("".join(t.text or "" for t in comment.iter(f"{S}t")))
            if text:
                yield f"{comment.get('ref', '')}: {text}"


def _sheet_part(package: Package, sheet: Any) -> str:
    """Return the part of a sheet."""
    part: str = sheet._worksheet_path
    return part.lstrip("/")


def read_xlsx(data: bytes, name: str) -> Content:
    """Read a workbook: formulas as their stored values; hidden sheets are left out and named."""
    from openpyxl import load_workbook

    builder = ContentBuilder()
    with open_zip(data, name.rpartition(".")[2].upper(), "xl/workbook.xml") as zipped:
        package = Package(zipped)
        builder.title = package.title()
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False,
                             rich_text=True)  # fmt: skip
        check_pages(len(book.worksheets))
        for chart in getattr(book, "chartsheets", []):
            builder.warn(f"sheet {chart.title!r} is a chart and was not read")
        for sheet in book.worksheets:
            builder.begin_page()
            if sheet.sheet_state != "visible":
                builder.leave_out(f"sheet {sheet.title!r} is hidden and left out")
                continue
            part = _sheet_part(package, sheet)
            heads = _table_heads(package, part)
            read = _read_sheet(sheet, _extras(package, part), heads, builder)
            read.notes += [*_drawn_texts(package, part, builder), *_comments(package, part)]
            if read.lines or read.notes:
                builder.add("heading", one_line(sheet.title), 1)
                add_sheet(builder, read)
    return builder.build("sheet")


def _read_sheet(sheet: Any, extras: _Extras, heads: set[int], builder: ContentBuilder) -> Sheet:
    from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

    read = Sheet(sheet.title)
    sheet.reset_dimensions()  # what a file says of its size need not be so
    wide = 0
    for number, row in enumerate(islice(sheet.iter_rows(), 10 * MAX_ROWS), 1):
        wide = max(wide, len(row))
        if line := {at: cell for at, cell in enumerate(map(_cell, row[:MAX_COLUMNS]), 1) if cell}:
            read.lines[number] = line
        if len(read.lines) > MAX_ROWS:
            raise CorpusError(f"has more than {MAX_ROWS:,} rows in one sheet; split it")
    for ref, text in extras.rich.items():
        row, column = coordinate_to_tuple(ref)
        if (cell := read.lines.get(row, {}).get(column)) and not cell.text.startswith("~~"):
            cell.text = text
    last = max(read.lines, default=0)
    for ref in extras.merged:
        left, top, right, bottom = range_boundaries(ref)
        if merged := read.lines.get(top, {}).get(left):
            merged.row_span = min(bottom, last) - top + 1
            merged.column_span = min(right, wide, MAX_COLUMNS) - left + 1
    if wide > MAX_COLUMNS:
        builder.warn(f"columns beyond the first {MAX_COLUMNS:,} are not read")
    read.frozen = extras.frozen
    read.heads = {n for n in extras.frozen if _heads(read.lines.get(n, {}))} | heads
    read.hide(extras.hidden_rows, extras.hidden_columns, builder)
    read.warn_of_formulas(extras.unknown, builder)
    return read


def _heads(line: Line) -> bool:
    """Tell whether a frozen row names columns."""
    return len(line) > 1 and could_name(list(line.values()), [()] * len(line))


def _table_heads(package: Package, part: str) -> set[int]:
    """Return the header rows of the tables declared in a sheet."""
    from openpyxl.utils.cell import range_boundaries

    heads = set()
    for kind, target in package.relations(part).values():
        root = package.xml(target) if kind == "table" else None
        if root is not None and root.get("headerRowCount", "1") != "0":
            heads.add(range_boundaries(root.get("ref", "A1"))[1])
    return heads


def _cell(cell: Any) -> GridCell | None:
    """Return the displayed text of a cell; None if it is blank."""
    text = "" if cell.value is None else _value_text(cell)
    if not text:
        return None
    font = cell.font
    return GridCell(f"~~{text}~~" if font and font.strike else text, strong=bool(font and font.b))
