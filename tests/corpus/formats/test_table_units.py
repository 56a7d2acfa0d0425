"""The unit that is named above a table, in every format."""

import io

import pytest
from openpyxl import Workbook

from corpus.document import Document
from corpus.formats.content import Content
from corpus.formats.registry import read_content
from corpus.formats.table_units import find_unit
from tests.support.office_files import cell, paragraph, table, word


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("(in thousands, except per share data)", "in thousands"),
        ("Table 7: Landings by port (NOK million)", "NOK million"),
        ("US$", "US$"), ("£'000", "£'000"), ("Revenue – EUR million", "EUR million"),
        ("Revenue, US$ m", "US$ m"), ("(dollars in thousands)", "dollars in thousands"),
        ("Expressed in Swiss francs", "in Swiss francs"), ("Unit: 1,000 tonnes", "1,000 tonnes"),
        ("Beträge in Mio. EUR", "in Mio. EUR"), ("en milliers d'euros", "en milliers d'euros"),
        ("Debt (% of gross domestic product)", "% of gross domestic product"),
        ("Distances in km", "in km"), ("Time at berth (hours)", "hours"),
        ("All figures in crores of rupees, unless stated otherwise", "in crores of rupees"),
    ],
)  # fmt: skip
def test_a_line_that_names_a_unit(line: str, unit: str) -> None:
    assert find_unit(line) == unit


@pytest.mark.parametrize(
    "line",
    ["Hours", "Minutes of the meeting", "Years of service", "Ships in the port", "Data (2021)",
     "Table 4 (continued)", "Sales of 3 million euros in the year", "Staff (see annex B)",
     "In the thousands of years since the ice", "The quay (north)", "Fees in May", ""],
)  # fmt: skip
def test_a_line_that_names_none(line: str) -> None:
    assert find_unit(line) == ""


def units(content: Content) -> list[str]:
    return [block.table.unit for block in content.blocks if block.table]


ROWS = [["Port", "2022", "2023"], ["Odde", "4", "6"], ["Vik", "11", "9"]]


def test_of_a_table_in_word() -> None:
    ours = table(*("".join(map(cell, row)) for row in ROWS))
    body = paragraph("Landings (tonnes)") + ours + paragraph("It rose.") + ours
    assert units(word(body)) == ["tonnes", ""]


@pytest.mark.parametrize(
    "above", [["Landings (tonnes)"], ["Landings", "Tonnes"], ["Tonnes", "Landings"]]
)
def test_of_a_sheet(above: list[str]) -> None:
    book = Workbook()
    for row in [*([title] for title in above), *ROWS]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    assert [u.lower() for u in units(read_content(buffer.getvalue(), "a.xlsx"))] == ["tonnes"]


def test_of_a_page() -> None:
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in ROWS)
    page = (
        f"<table><caption>Landings, EUR thousand</caption>{body}</table>"
        f"<p>Amounts in NOK million.</p><table>{body}</table>"
        f"<table><tr><td colspan=3>(in kg)</td></tr>{body}</table>"
        f"<table>{body.replace('Port', 'in kg')}</table><p>{'Long. ' * 40} (in kg)</p>"
        f"<table>{body}</table>"
    )
    found = units(read_content(page.encode(), "a.html"))
    assert found == ["EUR thousand", "in NOK million", "in kg", "in kg", ""]


def test_of_markdown() -> None:
    lines = [f"| {' | '.join(row)} |" for row in ROWS]
    text = "\n".join(["**Landings** (tonnes)", "", lines[0], "|---|---|---|", *lines[1:]])
    [unit] = (b.table.unit for b in Document("a", "A", text, markdown=True).blocks if b.table)
    assert unit == "tonnes"
