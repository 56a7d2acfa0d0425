"""Names of columns: what lines above figures, boxes of names and parts of a table say."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from tests.support.pdf_pages import read, row

EDGES = (330, 400, 470, 540)
TWO = (400, 500)


def test_names_at_the_top_of_each_page_are_no_running_head(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(3):
            canvas.drawString(72, 815, "Harbour board of Moss, accounts")
            row(canvas, 780, "", ("Dues", "Fines"), TWO)
            for at, label in enumerate(("Quays", "Sheds", "Cranes", "Lights")):
                values = (f"{page + 2}{at},100.5", f"{page + 5}{at}.25")
                row(canvas, 766 - 14 * at, label, values, TWO)
            canvas.showPage()

    text = read(tmp_path, draw).text
    assert "Sheds; Dues: 31,100.5; Fines: 61.25" in text
    assert "Lights; Dues: 43,100.5; Fines: 73.25" in text
    assert text.count("Harbour board of Moss") == 1


def test_names_hold_for_the_next_part_of_a_table_but_not_for_other_columns(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        row(canvas, 760, "Account", ("Planned", "Spent"), TWO)
        row(canvas, 746, "Wages", ("4,100", "3,900"), TWO)
        row(canvas, 732, "Oil", ("310", "295"), TWO)
        canvas.drawString(72, 670, "Works on the mole and its lights, of which:")
        row(canvas, 656, "Stone", ("870", "912"), TWO)
        row(canvas, 642, "Lamps", ("95", "101"), TWO)
        row(canvas, 560, "Boats", ("12", "14", "9"), (250, 340, 430))
        row(canvas, 546, "Rafts", ("3", "2", "1"), (250, 340, 430))

    document = read(tmp_path, draw)
    assert "Lamps; Planned: 95; Spent: 101" in document.text
    assert "Rafts; 3; 2; 1" in document.text
    assert any("lack the names" in warning for warning in document.warnings)


def test_names_set_at_the_middle_of_their_cells_are_of_one_row(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        row(canvas, 760, "", ("", "", "Asked for", "Allowed by"), EDGES)
        row(canvas, 753, "Account", ("Spent 2031", "Plan 2032", "", ""), EDGES)
        row(canvas, 746, "", ("", "", "2033", "the board"), EDGES)
        row(canvas, 726, "Stamps", ("$11.00", "$150.00", "$140.00", "$135.00"), EDGES)
        row(canvas, 712, "Ropes", ("$73.60", "$200.00", "$210.00", "$190.00"), EDGES)

    assert (
        "Account: Ropes; Spent 2031: $73.60; Plan 2032: $200.00; Asked for 2033: $210.00; "
        "Allowed by the board: $190.00" in read(tmp_path, draw).text
    )


def test_a_span_of_time_and_a_unit_name_a_column(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        row(canvas, 760, "Claims", ("1 year", "2 years", "Longer"), EDGES[:3])
        row(canvas, 746, "On boats", ("1,100", "870", "12"), EDGES[:3])
        row(canvas, 732, "On quays", ("310", "295", "—"), EDGES[:3])
        row(canvas, 626, "", ("%", "(in thousands)"), TWO)
        row(canvas, 612, "Tax due", ("25.2", "4,294"), TWO)
        row(canvas, 598, "Tax paid", ("24.0", "3,910"), TWO)

    text = read(tmp_path, draw).text
    assert "Claims: On quays; 1 year: 310; 2 years: 295; Longer: —" in text
    assert "Tax paid; %: 24.0; (in thousands): 3,910" in text


def test_rules_around_names_alone_make_no_table_of_them(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(340, 756, 200, 16)
        canvas.rect(340, 740, 100, 16)
        canvas.rect(440, 740, 100, 16)
        canvas.drawCentredString(440, 760, "Share held")
        row(canvas, 744, "Company", ("Spring 2031", "Spring 2030"), (420, 520))
        for at, label in enumerate(("Pilots of Moss", "Ice and Oil", "Lamp Works")):
            row(canvas, 720 - 14 * at, label, (f"{26 + at}.5%", f"{31 + at}.0%"), (420, 520))

    assert (
        "Company: Ice and Oil; Share held Spring 2031: 27.5%; Share held Spring 2030: 32.0%"
        in read(tmp_path, draw).text
    )


def test_a_box_of_names_names_the_figures_below_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for x, wide, name in ((70, 200, "Account"), (270, 130, "Owed"), (400, 140, "Paid")):
            canvas.rect(x, 740, wide, 32)
            canvas.drawCentredString(x + wide / 2, 752, name)
        for at, label in enumerate(("Quays", "Sheds", "Cranes")):
            row(canvas, 720 - 14 * at, label, (f"{at + 2},400.10", f"{at + 5},120.30"), (360, 490))

    assert "Account: Sheds; Owed: 3,400.10; Paid: 6,120.30" in read(tmp_path, draw).text
