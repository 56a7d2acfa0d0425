"""Sheets: where tables begin, what names their columns, what is hidden, what has no value."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from corpus.formats.content import Content
from corpus.formats.registry import read_content
from corpus.formats.sheet_tables import MAX_COLUMNS
from tests.support.office_files import said


def read(book: Workbook) -> Content:
    buffer = io.BytesIO()
    book.save(buffer)
    return read_content(buffer.getvalue(), "a.xlsx")


def of_rows(rows: Iterable[Sequence[object]]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return book


def read_csv(text: str, name: str = "a.csv") -> Content:
    return read_content(text.encode(), name)


def test_titles_stand_above_the_header() -> None:
    content = read(
        of_rows(
            [
                ["Nets in store"],
                ["Counted in May"],
                [],
                ["Net", "Mesh", "Pieces"],
                ["Trawl", 40, 3],
                ["Seine", 60, 11],
            ]
        )
    )
    assert said(content)[1:] == [
        ("paragraph", "Nets in store"), ("paragraph", "Counted in May"),
        ("table", "Net; Mesh; Pieces\nNet: Trawl; Mesh: 40; Pieces: 3\n"
                  "Net: Seine; Mesh: 60; Pieces: 11"),
    ]  # fmt: skip


def test_tables_below_each_other_have_their_own_headers() -> None:
    content = read(of_rows([["Pilot", "Trips"], ["Ebbe", 12], ["Solveig", 20], [],
                            ["Tug", "Tonnes pulled"], ["Bjørn", 900], ["Ulv", 750]]))  # fmt: skip
    assert "Pilot: Solveig; Trips: 20" in content.text
    assert "Tug: Bjørn; Tonnes pulled: 900" in content.text
    assert [block.kind for block in content.blocks] == ["heading", "table", "table"]


def test_names_with_their_values() -> None:
    content = read(
        of_rows([["Ship", "Havfrue"], ["Master", "I. Holm"], ["Cargo", "salt, in bags"]])
    )
    assert content.blocks[-1].table
    assert said(content)[-1][1].split("\n") == [
        "Ship: Havfrue", "Master: I. Holm", "Cargo: salt, in bags",
    ]  # fmt: skip


def test_what_is_hidden_is_left_out_and_named() -> None:
    book = of_rows([["Item", "Price", "Cost"], ["Rope", 30, 11], ["Buoy", 80, 35], ["Flag", 9, 4]])
    book.active.title = "Prices"
    book.active.column_dimensions["C"].hidden = True
    book.active.row_dimensions[3].hidden = True
    for number, state in ((1, "hidden"), (2, "veryHidden")):
        sheet = book.create_sheet(f"Old {number}")
        sheet.sheet_state = state
        sheet.append(["Rope", 99])
    content = read(book)
    for lost in ("11", "Cost", "Buoy", "99"):
        assert lost not in content.text
    assert "Item: Flag; Price: 9" in content.text
    assert content.warnings == (
        "1 hidden row is left out in sheet 'Prices'",
        "1 hidden column is left out in sheet 'Prices'",
        "sheet 'Old 1' is hidden and left out",
        "sheet 'Old 2' is hidden and left out",
    )


def test_formulas_without_a_value_are_named() -> None:
    book = of_rows([["Month", "Fish"], ["May", 4], ["June", 6], ["Sum", "=SUM(B2:B3)"],
                    ["Mean", "=B4/2"]])  # fmt: skip
    [warning] = read(book).warnings
    assert "2 formulas are without a stored value in sheet 'Sheet' (B4, B5)" in warning


def test_values_as_their_formats_show_them() -> None:
    book = of_rows([["Day", "Share", "Sum", "Loss", "Sold"],
                    [date(2024, 5, 1), 1, 1250.5, -300, 1200],
                    [date(2024, 5, 2), 0.075, 80, 20, 90]])  # fmt: skip
    codes = ["dd.mm.yyyy", "0.0%", '"£"#,##0.00', "#,##0;(#,##0)", "#,##0"]
    for row in book.active.iter_rows(min_row=2):
        for cell, code in zip(row, codes, strict=True):
            cell.number_format = code
    assert (
        "Day: 01.05.2024; Share: 100.0%; Sum: £1,250.50; Loss: (300); Sold: 1,200"
        in read(book).text
    )


def test_looks_within_cells_are_told() -> None:
    book = of_rows([["Rule", "Fee"], ["Bathing", "x"], ["Boats", "free"], ["Dogs", "y"]])
    book.active["B2"] = CellRichText(
        "10", TextBlock(InlineFont(vertAlign="superscript"), "3"), " l"
    )
    book.active["B3"].font = Font(strike=True)
    book.active["B4"] = "in spring\nin autumn"
    book.active["B4"].comment = Comment("ask first", "Ada")
    text = read(book).text
    assert "10³ l" in text
    assert "~~free~~" in text
    assert "in spring · in autumn" in text
    assert "B4: ask first" in text


def test_merged_cells_and_a_header_of_two_rows() -> None:
    book = of_rows([["Quay", "2022", None, "2023", None], [None, "In", "Out", "In", "Out"],
                    ["North", 4, 5, 6, 7], ["South", 1, 2, 3, 4]])  # fmt: skip
    for ref in ("A1:A2", "B1:C1", "D1:E1"):
        book.active.merge_cells(ref)
    content = read(book)
    assert "Quay: South; 2022 In: 1; 2022 Out: 2; 2023 In: 3; 2023 Out: 4" in content.text


def test_merged_ranges_are_no_larger_than_their_sheet() -> None:
    buffer, changed = io.BytesIO(), io.BytesIO()
    of_rows([["Ship", "Crew", "Flag"], ["Ran", 4, "NO"], ["Ull", 7, "DK"]]).save(buffer)
    merged = '</sheetData><mergeCells><mergeCell ref="C3:XFD1048576"/></mergeCells>'
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            is_sheet = name.endswith("sheet1.xml")
            new.writestr(name, text.replace("</sheetData>", merged) if is_sheet else text)
    content = read_content(changed.getvalue(), "a.xlsx")
    assert "Ship: Ull; Crew: 7; Flag: DK" in content.text
    [table] = [block.table for block in content.blocks if block.table]
    assert (table.rows, table.columns) == (3, 3)


def test_a_separator_line_names_the_delimiter() -> None:
    content = read_csv("sep=;\nRoute;Fare\nOdde - Vik;12,50\nVik - Sund;8,00\n")
    assert content.text.strip().split("\n") == [
        "Route; Fare", "Route: Odde - Vik; Fare: 12,50", "Route: Vik - Sund; Fare: 8,00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Port;Share;Sum\nOdde;1,5;20\nVik;2,25;1.300\n",
        "Port\tShare\tSum\nOdde\t1,5\t20\nVik\t2,25\t1.300\n",
        "Port|Share|Sum\nOdde|1,5|20\nVik|2,25|1.300\n",
        'Port,Share,Sum\nOdde,"1,5",20\nVik,"2,25",1.300\n',
    ],
)
def test_decimal_commas_stay_whole(text: str) -> None:
    assert "Port: Vik; Share: 2,25; Sum: 1.300" in read_csv(text).text


def test_columns_beyond_the_most_are_told() -> None:
    content = read_csv(",".join(f"c{n}" for n in range(MAX_COLUMNS + 5)) + "\n")
    assert content.warnings == (f"columns beyond the first {MAX_COLUMNS:,} are not read",)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_cost_of_a_sheet_follows_its_rows(kind: str) -> None:
    """Count the calls of Python that reading makes: no clock tells as exactly."""
    import cProfile
    import pstats

    def calls(rows: int) -> int:
        lines: list[list[object]] = [
            ["Buoy", "Depth", "Light"],
            *([f"B{n}", n * 0.5, "red"] for n in range(rows)),
        ]
        if kind == "csv":
            data = "\n".join(",".join(map(str, line)) for line in lines).encode()
        else:
            buffer = io.BytesIO()
            of_rows(lines).save(buffer)
            data = buffer.getvalue()
        profile = cProfile.Profile()
        profile.runcall(read_content, data, f"a.{kind}")
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    calls(10)  # what is made once
    assert calls(4_000) < 2.6 * calls(2_000)
