"""PDFs: columns, tables, running lines, hidden text, forms, notes, boxes."""

from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from corpus.document import Document
from corpus.folder import load_documents
from tests.support.pdf_pages import read, row, write

LEFT = (
    "The ferry was built at the yard in Moss and",
    "came into service on the first of June that",
    "year. Its engine was replaced twice before",
    "the owners gave it up and sold the hull for",
    "scrap. Nobody was hurt in the fire that had",
    "broken out below deck in the winter.",
)
RIGHT = (
    "The new pier has room for nine boats of up",
    "to twelve metres. Fees are paid in advance",
    "by every owner, who gets a key in return",
    "and hands it back when the season is over.",
    "Water is turned off from November until the",
    "ice has gone from the inner harbour.",
)


@pytest.mark.parametrize("offset", [0.0, 6.0])
def test_columns_are_read_down_below_a_title_that_spans_them(tmp_path: Path, offset: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawCentredString(297, 780, "A year in the life of the two harbours of Moss")
        canvas.setFont("Helvetica", 11)
        write(canvas, LEFT, x=60)
        write(canvas, RIGHT, x=312, top=740 - offset)

    document = read(tmp_path, draw)
    texts = [document.text[b.start : b.end] for b in document.blocks]
    assert texts == [
        "A year in the life of the two harbours of Moss",
        " ".join(LEFT),
        " ".join(RIGHT),
    ]
    assert document.blocks[0].kind == "heading"


def test_a_sentence_goes_on_over_columns_and_a_figure(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, (*LEFT[:-1], "broken out below deck, which was a very"), x=60)
        canvas.drawString(312, 740, "Figure 3. The ferry in 1931.")
        write(canvas, ("great relief to all of the people in town.",), x=312, top=700)

    document = read(tmp_path, draw)
    assert "which was a very great relief to all" in document.text
    assert [b.kind for b in document.blocks] == ["paragraph", "caption"]


EDGES = (330, 400, 470, 540)


def statement(canvas: Canvas) -> None:
    """Draw a table without rules, its head over three lines."""
    canvas.setFont("Helvetica", 10)
    canvas.drawCentredString(350, 742, "Half-year ended")
    canvas.drawCentredString(490, 742, "Year ended")
    row(canvas, 728, "", ("2024", "2025", "2024", "2025"), EDGES)
    row(canvas, 714, "(in thousands)", ("", "", "", ""), EDGES)
    row(canvas, 700, "Berths let:", ("", "", "", ""), EDGES)
    row(canvas, 686, "  Motor boats", ("1,204", "1,310", "2,377", "2,512"), EDGES)
    row(canvas, 672, "  Sailing boats", ("(87)", "—", "190", "(204)"), EDGES)
    for edge in EDGES:
        canvas.drawString(edge - 50, 658, "$")
    row(
        canvas, 658, "Total for all of the berths that", ("1,117", "1,310", "2,567", "2,308"), EDGES
    )
    canvas.drawString(72, 646, "the harbour lets")


def test_figures_in_line_make_columns_that_the_lines_above_name(tmp_path: Path) -> None:
    document = read(tmp_path, statement)
    names = ("Half-year ended 2024", "Half-year ended 2025", "Year ended 2024", "Year ended 2025")

    def line(label: str, *values: str) -> str:
        cells = (f"{name}: {value}" for name, value in zip(names, values, strict=True))
        return "; ".join((label, *cells))

    assert line("Motor boats", "1,204", "1,310", "2,377", "2,512") in document.text
    assert line("Sailing boats", "(87)", "—", "190", "(204)") in document.text
    assert line(
        "Total for all of the berths that the harbour lets",
        "$ 1,117", "$ 1,310", "$ 2,567", "$ 2,308",
    ) in document.text  # fmt: skip
    assert "(in thousands)" in document.text
    assert not document.warnings


def test_columns_without_certain_names_have_none_and_a_warning(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "The harbour counted these boats in the course of the summer.")
        for number, label in enumerate(("Oak Bay", "Elm Bay", "Ash Bay", "Fir Bay")):
            row(canvas, 700 - 14 * number, label, (f"{number + 2}13", f"{number + 4}07"), EDGES[:2])

    document = read(tmp_path, draw)
    assert "Oak Bay; 213; 407\n" in document.text
    assert "summer.:" not in document.text
    assert document.warnings == ("figures in tables on page 1 lack the names of their columns",)


def test_a_year_between_words_or_a_code_is_no_column(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        row(canvas, 728, "", ("Budget", "Spent"), EDGES[:2])
        row(canvas, 714, "4105 - Wages of pilots", ("1,100", "900"), EDGES[:2])
        row(canvas, 700, "4110 - Fuel in 2024", ("2,100", "1,950"), EDGES[:2])
        row(canvas, 686, "4200 - Paint", ("75", "80"), EDGES[:2])

    text = read(tmp_path, draw).text
    assert "4110 - Fuel in 2024; Budget: 2,100; Spent: 1,950" in text


def test_cells_drawn_over_several_columns_and_lines_are_whole(tmp_path: Path) -> None:
    rows = [
        ["Order for the winter storage of the sloop Tern", "", "", ""],
        ["Task", "Days", "Price", "Sum"],
        ["Mast taken\ndown and kept", "2", "310", "620"],
        ["The keel is blasted if the owner asks for it in writing", "", "", ""],
        ["Hull washed", "1", "95", "95"],
    ]
    table = Table(rows, colWidths=(150, 60, 60, 60))
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 0), (-1, 0)),
                    ("SPAN", (0, 3), (-1, 3))])  # fmt: skip
    SimpleDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4).build([table])
    text = load_documents(tmp_path).documents[0].text
    assert "Order for the winter storage of the sloop Tern\n" in text
    assert "Task: Mast taken down and kept; Days: 2; Price: 310; Sum: 620\n" in text
    assert "The keel is blasted if the owner asks for it in writing\n" in text


def test_rows_of_words_keep_their_lines_together(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 10)
        for x, text in ((72, "Duty"), (220, "Who"), (330, "When")):
            canvas.drawString(x, 740, text)
        canvas.setFont("Helvetica", 10)
        y = 722
        for cells in (
            (("Lamps on the", "outer mole"), ("Ola",), ("Each evening before", "the sun sets")),
            (("Ice on the stairs",), ("Kari",), ("When it freezes and", "after each snowfall")),
            (("Boats that have", "come loose"), ("All",), ("At once",)),
        ):
            for x, lines in zip((72, 220, 330), cells, strict=True):
                write(canvas, lines, x, y, 12)
            y -= 30

    text = read(tmp_path, draw).text
    assert "Duty: Lamps on the outer mole; Who: Ola; When: Each evening before the sun sets" in text
    assert "Duty: Ice on the stairs; Who: Kari; When: When it freezes and after each snow" in text


def test_lines_at_the_edge_go_only_where_they_say_the_same(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(4):
            canvas.drawString(72, 810, "Report of the pilots of Moss")
            canvas.drawRightString(520, 810, f"Order no. {8800 + 7 * number}")
            canvas.drawString(72, 600, f"The boats of bay {'ABCD'[number]} were counted by hand.")
            canvas.drawString(290, 30, f"Page {number + 1} of 4")
            canvas.showPage()

    document = read(tmp_path, draw)
    assert document.text.count("Report of the pilots") == 1
    assert [f"Order no. {8800 + 7 * n}" in document.text for n in range(4)] == [True] * 4
    assert "Page 2" not in document.text
    furniture = [document.text[b.start : b.end] for b in document.blocks if b.kind == "furniture"]
    assert "Report of the pilots of Moss" in furniture


def test_text_that_no_one_sees_is_left_out_and_named(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "The toll is nine crowns.")
        canvas.setFillColor(colors.white)
        canvas.drawString(72, 700, "The toll is eight crowns.")
        canvas.setFillColor(colors.darkblue)
        canvas.rect(70, 640, 300, 30, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.drawString(72, 650, "White on blue is seen.")
        canvas.setFillColor(colors.black)
        hidden = canvas.beginText(72, 600)
        hidden.setTextRenderMode(3)
        hidden.textLine("The toll is seven crowns.")
        canvas.drawText(hidden)
        canvas.drawString(72, -200, "The toll is six crowns.")

    document = read(tmp_path, draw)
    assert "nine crowns" in document.text
    assert "White on blue is seen." in document.text
    for word in ("eight", "seven", "six crowns"):
        assert word not in document.text
    for reason in ("white", "invisible", "outside the page"):
        assert any(reason in warning for warning in document.warnings)


def test_fields_stand_beside_their_labels_and_notes_after_the_page(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "Name of the boat:")
        canvas.acroForm.textfield(name="boat", value="Havella", x=200, y=734, width=200, height=18)
        canvas.drawString(72, 700, "Has a mast:")
        canvas.acroForm.checkbox(name="mast", checked=True, x=200, y=696, size=14)
        canvas.textAnnotation("The fee was waived by the board.", Rect=[400, 500, 420, 520])

    document = read(tmp_path, draw)
    assert "Name of the boat: Havella" in document.text
    assert "Has a mast: ☒" in document.text
    assert document.text[document.blocks[-1].start :].startswith("The fee was waived")
    assert document.blocks[-1].kind == "note"


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages_read_as_they_are_shown(tmp_path: Path, angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(angle)
        width, height = landscape(A4)
        x, y = {90: (height, 0), 180: (width, height), 270: (0, width)}[angle]
        canvas.translate(x, y)
        canvas.rotate(angle)
        write(canvas, LEFT, x=60, top=500)

    document = read(tmp_path, draw, landscape(A4))
    assert document.text == " ".join(LEFT) + "\n\n"
    box = next(iter(document.boxes))
    assert abs(box.left - 600) < 20


def test_every_line_and_every_word_of_a_table_has_its_box(tmp_path: Path) -> None:
    document = read(tmp_path, statement)
    boxes = {document.text[box.start : box.end]: box for box in document.boxes}
    figure = boxes["2,512"]
    assert (figure.page, abs(figure.right - 5400) < 10) == (1, True)
    assert abs(figure.bottom - 10 * (A4[1] - 686)) < 40
    again = Document.from_json(document.to_json())
    assert again == document
    write_lines = read(tmp_path, lambda canvas: write(canvas, LEFT))
    assert [write_lines.text[b.start : b.end] for b in write_lines.boxes] == list(LEFT)


def test_letters_drawn_one_by_one_are_words(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for row_number, line in enumerate(("The crane lifts", "nine tonnes.")):
            x = 72.0
            for letter in line:
                canvas.drawString(x, 700 - 14 * row_number, letter)
                x += canvas.stringWidth(letter)

    assert read(tmp_path, draw).text == "The crane lifts nine tonnes.\n\n"


def test_notes_items_and_headings_are_told_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(72, 760, "Rules of the slipway")
        canvas.setFont("Helvetica", 11)
        write(canvas, ("The slipway is open to all who have paid the fee of the year. Boats may",
                       "stand there for three days."))  # fmt: skip
        write(
            canvas,
            ("(a) Trailers go back to the car park", "      at once.", "(b) No fires."),
            top=700,
        )
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 90, "1 The fee is set by the board in March.")

    document = read(tmp_path, draw)
    assert [(b.kind, b.marker) for b in document.blocks] == [
        ("heading", None), ("paragraph", None), ("list_item", "(a)"), ("list_item", "(b)"),
        ("note", None),
    ]  # fmt: skip
    assert "(a) Trailers go back to the car park at once." in document.text


def test_a_very_wide_page_and_a_drawing_of_many_rules_are_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "The chart shows the soundings.")
        for number in range(9_000):
            canvas.line(100, number / 20, 14_000, number / 20)

    document = read(tmp_path, draw, (14_173, 842))
    assert "The chart shows the soundings." in document.text
    assert any("too many lines" in warning for warning in document.warnings)


def test_rules_drawn_within_a_form_part_the_cells(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("grid")
        for number in range(3):
            canvas.line(0, 30 * number, 200, 30 * number)
        for x in (0, 120, 200):
            canvas.line(x, 0, x, 60)
        canvas.endForm()
        canvas.saveState()
        canvas.translate(72, 600)
        canvas.scale(1.5, 1.0)
        canvas.doForm("grid")
        canvas.restoreState()
        for number, (buoy, lamp) in enumerate((("North mole", "red,"), ("Rock", "white,"))):
            canvas.drawString(76, 632 - 30 * number, buoy)
            write(canvas, (lamp, "seen far"), 256, 646 - 30 * number, 12)

    text = read(tmp_path, draw).text
    assert "North mole: red, seen far\nRock: white, seen far" in text


@pytest.mark.parametrize("letters", ["e´", "´e"])
def test_an_accent_drawn_over_a_letter_is_of_it(tmp_path: Path, letters: str) -> None:
    def draw(canvas: Canvas) -> None:
        x = 72.0
        for piece in ("The caf", *letters, " closes at five."):
            shift = canvas.stringWidth("e")
            canvas.drawString(x if piece != "´" or letters[0] == "´" else x - shift, 700, piece)
            x += 0 if piece == "´" else canvas.stringWidth(piece)

    assert read(tmp_path, draw).text == "The café closes at five.\n\n"


def test_letters_set_wide_are_words(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 12)
        x = 72.0
        for letter in "Harbour dues":
            canvas.drawString(x, 740, letter)
            x += canvas.stringWidth(letter) + 4
        canvas.setFont("Helvetica", 11)
        write(canvas, ("Boats of up to twelve metres pay nine crowns a night.",), top=700)

    assert read(tmp_path, draw).text.startswith("Harbour dues\n")


def test_a_head_below_figures_names_the_rows_below_it_anew(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for top, period, factor in ((740, "May 2022", 1), (650, "May 2021", 3)):
            row(canvas, top, period, ("Quays", "Sheds", "Cranes", "In all"), EDGES)
            for number, label in enumerate(("Opening sum", "Bought", "Closing sum")):
                values = [f"{factor * (number + 2) * (at + 3)}.5" for at in range(4)]
                row(canvas, top - 14 * (number + 1), label, values, EDGES)

    text = read(tmp_path, draw).text
    assert "May 2022: Bought; Quays: 9.5; Sheds: 12.5; Cranes: 15.5; In all: 18.5" in text
    assert "May 2021: Bought; Quays: 27.5; Sheds: 36.5; Cranes: 45.5; In all: 54.5" in text


def test_a_unit_beside_years_is_no_name_and_hides_none(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawCentredString(424, 742, "Year ended 30 June")
        row(canvas, 728, "In thousands, except for boats", ("2023", "2022"), EDGES[1:3])
        row(canvas, 714, "Dues", ("1,204", "1,310"), EDGES[1:3])
        row(canvas, 700, "Fines", ("87", "96"), EDGES[1:3])
        row(canvas, 686, "Boats", ("412", "398"), EDGES[1:3])

    text = read(tmp_path, draw).text
    assert "Fines; Year ended 30 June 2023: 87; Year ended 30 June 2022: 96" in text


def test_figures_beside_the_middle_of_a_label_are_of_all_its_lines(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for x in (70, 280, 380, 480):
            canvas.line(x, 750, x, 640)
        canvas.line(70, 750, 480, 750)
        canvas.line(70, 730, 480, 730)
        canvas.line(70, 640, 480, 640)
        row(canvas, 735, "Account", ("BUDGET 2020", "SPENT 2020"), (375, 475))
        for y, lines, values in (
            (715, ("Wages of pilots",), ("1,100", "900")),
            (691, ("Dues that were paid for the boats", "of other harbours"), ("2,100", "1,950")),
            (660, ("Lamps, oil and wicks for the three", "lights of the mole"), ("75", "80")),
        ):
            write(canvas, lines, 74, y + 6 * (len(lines) - 1), 12)
            row(canvas, y, "", values, (375, 475))

    text = read(tmp_path, draw).text
    assert (
        "Account: Dues that were paid for the boats of other harbours; BUDGET 2020: 2,100; "
        "SPENT 2020: 1,950" in text
    )
    assert "Account: Lamps, oil and wicks for the three lights of the mole; BUDGET" in text


def test_a_sentence_goes_on_over_pages_with_running_heads_and_floats(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(2):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(72, 720, f"{310 + number}")
            canvas.drawString(172, 720, "Pilots of Moss / Yearbook 12 (2005)")
            canvas.setFont("Helvetica", 11)
            if number:
                canvas.drawString(72, 690, "Figure 3. The mole in winter, seen from the lamp.")
                write(canvas, ("of the harbour before the ice came in.", *LEFT), top=600)
            else:
                write(canvas, (*LEFT, "In that year the last of the boats had gone out"), top=690)
            canvas.showPage()

    document = read(tmp_path, draw)
    assert "the boats had gone out of the harbour before the ice" in document.text
    assert document.text.count("Yearbook 12") == 1
