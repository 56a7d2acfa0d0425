"""Spreadsheets and tables of separated values: each sheet is a page."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.content import (
    Content,
    as_text,
    check_pages,
    check_zip,
    decoded_text,
    one_line,
    with_pages,
)
from corpus.formats.tables import table_lines

MAX_ROWS = 200_000  # of one sheet
MAX_COLUMNS = 1_000


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
    text, guessed = decoded_text(path)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    rows = csv.reader(text.splitlines(keepends=True), dialect)
    cells = ([one_line(cell) for cell in row[:MAX_COLUMNS]] for row in rows)
    return Content(as_text(table_lines(_sheet_rows(cells))), path.stem, None, guessed)
