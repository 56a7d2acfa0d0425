"""Every format: each sentence and table cell is found again, at its place and on its page."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from corpus.document import Document
from corpus.folder import load_documents
from corpus.formats.tables import of_texts, write_table
from corpus.passages import Passage, split_document
from tests.corpus.test_passages import check, count_words
from tests.support.format_files import MAKERS, PARTS, Part
from tests.support.running import ROOT

PAGED = {"pdf", "pptx", "xlsx", "odp", "ods"}
WITHOUT_TABLES = {"txt", "eml"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    folder = tmp_path_factory.mktemp("formats")
    for kind, make in MAKERS.items():
        make(folder / f"{kind}.{kind}")
    corpus = load_documents(folder)
    assert corpus.problems == ()
    return {document.doc: document for document in corpus.documents}


def parts_of(kind: str) -> Iterator[tuple[int, Part]]:
    for number, part in enumerate(PARTS, 1):
        sentences = (
            () if kind == "csv" or (kind in ("xlsx", "ods") and part.rows) else part.sentences
        )
        rows = () if kind in WITHOUT_TABLES or (kind == "csv" and number > 1) else part.rows
        yield number, Part(part.heading, sentences, rows)


def found(document: Document, text: str) -> list[tuple[Passage, str]]:
    """Return the passages that have a sentence with the text in it, and that sentence."""
    passages = split_document(document, count_words, 120)
    check(document, passages)
    return [
        (passage, passage.quote(sentence))
        for passage in passages
        for sentence in passage.sentences
        if text in passage.quote(sentence)
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_every_sentence_is_found_on_its_page(documents: dict[str, Document], kind: str) -> None:
    document = documents[kind]
    for number, part in parts_of(kind):
        for sentence in part.sentences:
            places = found(document, sentence)
            assert places, (kind, sentence)
            for passage, quote in places:
                assert quote.removeprefix("• ") == sentence
                page = document.page_of(passage.start + passage.text.index(quote))
                assert page == (number if kind in PAGED else None)


@pytest.mark.parametrize("kind", sorted(MAKERS.keys() - WITHOUT_TABLES - {"md"}))
def test_every_table_cell_stands_in_a_row_with_its_column(
    documents: dict[str, Document], kind: str
) -> None:
    document = documents[kind]
    for number, part in parts_of(kind):
        for row in part.rows[1:]:
            expected = "; ".join(
                f"{name}: {cell}" for name, cell in zip(part.rows[0], row, strict=True)
            )
            [(passage, quote)] = found(document, expected)
            assert quote == expected
            page = document.page_of(passage.start + passage.text.index(quote))
            assert page == (number if kind in PAGED else None)


def test_a_row_of_a_markdown_table_stands_below_its_header(documents: dict[str, Document]) -> None:
    document = documents["md"]
    [(passage, quote)] = found(document, "Christine Meyer")
    assert quote == "| Bergen | 980 | 2,100,000 | Christine Meyer |"
    assert passage.text.startswith("| Port | Ships |")


@pytest.mark.parametrize("kind", sorted(MAKERS.keys() - WITHOUT_TABLES - {"csv"}))
def test_headings_are_the_sections(documents: dict[str, Document], kind: str) -> None:
    for _, part in parts_of(kind):
        text = part.sentences[0] if part.sentences else part.rows[1][1]
        passage, _ = found(documents[kind], text)[0]
        assert passage.section.endswith(part.heading)


def test_titles_and_what_is_no_text_of_its_own(documents: dict[str, Document]) -> None:
    assert {kind: document.title for kind, document in documents.items()} == {
        "pdf": "Harbour traffic", "docx": "Report of the harbour", "pptx": "Harbour traffic",
        "xlsx": "xlsx", "csv": "csv", "html": "Harbour & co", "md": "Harbour traffic",
        "txt": "txt", "odt": "Harbour traffic", "ods": "ods", "odp": "Harbour traffic",
        "epub": "The harbour", "eml": "On the harbour",
    }  # fmt: skip
    for word in ("secret", "Home page"):
        assert word not in documents["html"].text
    last = documents["html"].blocks[-1]
    assert (last.kind, documents["html"].text[last.start : last.end]) == (
        "furniture", "All rights reserved",
    )  # fmt: skip
    assert "of 3" not in documents["pdf"].text
    assert documents["pdf"].text.count("Harbour Report") == 1
    assert "windows" not in documents["html"].warnings
    assert [len(documents[kind].warnings) for kind in ("pdf", "html", "txt")] == [0, 0, 1]
    assert "cp125" in documents["txt"].warnings[0]


def read_pdf(path: Path, draw: Callable[[Canvas], None]) -> Document:
    """Draw a PDF and read it."""
    canvas = Canvas(str(path / "a.pdf"), pagesize=A4)
    draw(canvas)
    canvas.save()
    return load_documents(path).documents[0]


def write_lines(canvas: Canvas, lines: Sequence[str], x: float = 72, top: float = 740) -> None:
    for number, line in enumerate(lines):
        canvas.drawString(x, top - 14 * number, line)


def test_words_parted_at_lines_and_pages_are_whole_again(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write_lines(
            canvas,
            [
                "The trade of the well-known harbour rests on trans-",
                "port by ship. A well-",
                "known pilot said that it will grow in the",
            ],
        )
        canvas.showPage()
        write_lines(canvas, ["years that are to come. It did."])

    document = read_pdf(tmp_path, draw)
    assert document.text == (
        "The trade of the well-known harbour rests on transport by ship. A well-known pilot said "
        "that it will grow in the years that are to come. It did.\n\n"
    )
    assert document.page_of(document.text.index("years")) == 2
    assert document.page_of(document.text.index("grow")) == 1


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [["", "2022", "2023"], ["Employees", "158", "161"]],
            ["Employees; 2022: 158; 2023: 161"],
        ),
        (
            [["Basel", "1914", "1918"], ["Bern", "1939", "1945"]],
            ["Basel; 1914; 1918", "Bern; 1939; 1945"],
        ),
        ([["Founded", "1914", "12"], ["Closed", "x", "9"]], ["Founded; 1914; 12", "Closed; x; 9"]),
    ],
)
def test_years_may_name_columns(rows: list[list[str]], lines: list[str]) -> None:
    text, _ = write_table(of_texts(rows))
    assert text.split("\n")[-len(lines) :] == lines


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = ["The left column of this page tells of", "the ships that came in spring and went"] * 3
    right = ["while the right one tells what cargo", "they had brought, and at what price it"] * 3

    def draw(canvas: Canvas) -> None:
        write_lines(canvas, left)
        write_lines(canvas, right, x=320)

    text = read_pdf(tmp_path, draw).text
    assert text.startswith(" ".join(left))
    assert " ".join(right) in text


def test_a_table_that_goes_on_keeps_its_header(tmp_path: Path) -> None:
    rows = [["Port", "Ships"], *([f"Port {number}", str(number * 7)] for number in range(90))]
    table = Table(rows, colWidths=200)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    SimpleDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4).build([table])
    document = load_documents(tmp_path).documents[0]
    assert document.pages is not None
    assert len(document.pages) == 3
    for number in range(90):
        assert f"Port: Port {number}; Ships: {number * 7}\n" in document.text


def test_cells_that_span_stand_in_each_place(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<table><caption>Trade</caption><tr><th rowspan=2>Port<th colspan=2>Ships"
        "<tr><th>2022<th>2023<tr><td rowspan=2>Oslo<td>1<td>2<tr><td>3<td>4</table>"
        "<pre>for x in y:\n    z</pre><ol><li>one<li>two<ul><li>deep</ul></ol>"
    )
    assert load_documents(tmp_path).documents[0].text.split("\n\n") == [
        "Trade",
        "Port; Ships\nPort; 2022; 2023\nPort: Oslo; Ships 2022: 1; Ships 2023: 2\n"
        "Port: Oslo; Ships 2022: 3; Ships 2023: 4",
        "for x in y:\n    z",
        "1. one",
        "2. two",
        "• deep",
        "",
    ]


def test_values_of_a_workbook_are_as_people_read_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Day", "Share", "Sum", "Open"])
    sheet.append([date(2024, 1, 2), 0.053, 0.1 + 0.2, True])
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "a.xlsx")
    text = load_documents(tmp_path).documents[0].text
    assert "Day: 2024-01-02; Share: 5.3%; Sum: 0.3; Open: TRUE" in text


def test_libraries_of_formats_are_not_loaded_with_plain_text() -> None:
    program = "import sys, corpus.folder; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
                         check=True)  # fmt: skip
    heavy = {"lxml", "pypdfium2", "pptx", "openpyxl", "charset_normalizer", "PIL"}
    assert not heavy & set(ran.stdout.split())
