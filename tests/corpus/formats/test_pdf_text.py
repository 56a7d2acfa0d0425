"""PDFs: letters that do not say which they are, and paragraphs that something interrupts."""

from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document
from corpus.folder import load_documents
from tests.support.hostile_files import pdf, stream
from tests.support.pdf_pages import read, row, write

PARAGRAPH = (
    "The mill at the lower weir was let in that year",
    "to a tenant from the next valley, who ground the",
    "barley of nine farms and kept two carts. He paid",
    "his rent in flour until the old wheel broke and",
)
REST = ("the owners had to put in a new one made of iron.", "It turns to this day, they say.")


def paragraphs(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "paragraph"]


def test_letters_of_a_font_that_does_not_say_which_they_are_are_named(tmp_path: Path) -> None:
    shape = b"600 0 0 0 500 700 d1 0 0 500 700 re f"
    text = b'BT /F 12 Tf 72 700 Td (!!"! "!"") Tj ET BT /G 12 Tf 72 600 Td (Twelve mills) Tj ET'
    data = pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R/G 7 0 R>>>>>>",
        stream(text),
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]"
        b"/CharProcs<</a1 6 0 R/a2 6 0 R>>/Encoding<</Type/Encoding/Differences[33/a1/a2]>>"
        b"/FirstChar 33/LastChar 34/Widths[600 600]>>",
        stream(shape),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    (tmp_path / "a.pdf").write_bytes(data)
    document = load_documents(tmp_path).documents[0]
    assert "Twelve mills" in document.text and '!"' not in document.text
    assert "8 characters in fonts without a Unicode mapping on page 1" in document.warnings


@pytest.mark.slow  # OCR
def test_a_page_whose_letters_do_not_say_which_they_are_is_read_as_a_picture(
    tmp_path: Path,
) -> None:
    path = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    glyphs = TTFontFile(str(path)).charToGlyph
    font = bytearray(path.read_bytes())
    for tag in (b"cmap", b"post"):  # which tell the letters by other ways
        at = font.index(tag)
        font[at : at + 4] = b"none"
    said = "".join(f"{glyphs[ord(letter)]:04x}" for letter in "Twelve mills stood")
    text = b"BT /F 30 Tf 72 700 Td <%s> Tj ET" % said.encode()
    data = pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        stream(text),
        b"<</Type/Font/Subtype/Type0/BaseFont/Q/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Q/CIDToGIDMap/Identity/DW 640"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/Q/Flags 4/FontBBox[0 0 900 900]/Ascent 900/Descent -200"
        b"/ItalicAngle 0/CapHeight 700/StemV 80/FontFile2 8 0 R>>",
        stream(bytes(font)),
    )
    (tmp_path / "a.pdf").write_bytes(data)
    document = load_documents(tmp_path).documents[0]
    assert "mills stood" in document.text
    assert any("read by OCR" in warning for warning in document.warnings)


def test_words_with_a_shadow_and_letters_that_touch_stand_once_and_whole(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 24)
        for shift in (0.0, 1.5):
            canvas.drawString(72 + shift, 760 - shift, "Mills of the valley")
        x = 72.0
        for letter in "MILLERS":
            canvas.drawString(x, 700, f"{letter} ")
            x += canvas.stringWidth(letter)
        canvas.setFont("Helvetica", 11)
        write(canvas, [*PARAGRAPH, *REST], top=600)

    document = read(tmp_path, draw)
    assert document.text.startswith("Mills of the valley")
    assert document.text.count("valley") == 2 and "MILLERS" in document.text


def test_a_sentence_goes_on_past_labels_of_a_figure_and_small_print(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, PARAGRAPH, x=60, top=400)
        canvas.setFont("Helvetica", 8)
        write(canvas, ("The tenant was the father of the last miller of the valley,",
                       "of whom more is said in the second volume."), x=60, top=200)  # fmt: skip
        canvas.setFont("Helvetica", 9)
        canvas.drawString(400, 740, "flour by the month")
        canvas.drawString(330, 640, "oats and rye")
        canvas.drawString(312, 600, "Figure 2. Flour that the mill made.")
        canvas.setFont("Helvetica", 11)
        write(canvas, REST, x=312, top=560)

    document = read(tmp_path, draw)
    assert " ".join((*PARAGRAPH, REST[0])) in document.text


def test_a_sentence_goes_on_past_labels_at_the_top_of_the_next_page(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, PARAGRAPH, top=160)
        canvas.showPage()
        canvas.setFont("Helvetica", 9)
        canvas.drawString(150, 740, "flour by the month")
        canvas.drawString(300, 640, "oats and rye")
        canvas.setFont("Helvetica", 11)
        write(canvas, REST, top=560)

    document = read(tmp_path, draw)
    assert " ".join((*PARAGRAPH, REST[0])) in document.text


def test_a_run_in_heading_and_an_exponent_part_no_paragraph(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(72, 740, "How the Wheel Was Turned.")
        canvas.setFont("Helvetica", 11)
        x = 72 + canvas.stringWidth("How the Wheel Was Turned. ", "Helvetica-Bold", 9)
        canvas.drawString(x, 740, "The water of the weir")
        canvas.drawString(72, 726, "fell on the wheel with a force of 12 kg m")
        x = 72 + canvas.stringWidth("fell on the wheel with a force of 12 kg m")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(x, 734, "2x")
        canvas.setFont("Helvetica", 11)
        write(canvas, ("and turned it nine times in a minute, which was",
                       "more than the stones of the mill could bear."), top=712)  # fmt: skip

    [said] = paragraphs(read(tmp_path, draw))
    assert said.startswith("How the Wheel Was Turned. The water of the weir fell on the wheel")
    assert "12 kg m2x and turned" in said


def test_what_stands_below_the_number_of_a_table_is_its_caption(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, PARAGRAPH, top=740)
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(297, 660, "TABLE IV")
        canvas.setFont("Helvetica", 7)
        canvas.drawCentredString(
            297, 648, "FLOUR MADE BY THE MILLS OF THE VALLEY AND OF THE TWO TOWNS BELOW IT"
        )
        canvas.setFont("Helvetica", 9)
        for at, (name, cells) in enumerate((("Upper", ("12", "14")), ("Lower", ("31", "33")))):
            row(canvas, 620 - 14 * at, name, cells, (300, 380))
        canvas.drawRightString(300, 634, "1931")
        canvas.drawRightString(380, 634, "1932")
        canvas.setFont("Helvetica", 11)
        write(canvas, REST, top=560)

    document = read(tmp_path, draw)
    captions = [document.text[b.start : b.end] for b in document.blocks if b.kind == "caption"]
    assert captions[0].startswith("TABLE IV FLOUR MADE BY")
    assert " ".join((*PARAGRAPH, REST[0])) in document.text


def test_running_heads_of_the_first_page_stand_before_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(3):
            canvas.setFont("Helvetica", 9)
            canvas.drawCentredString(297, 810, "Rent roll of the mills in the year 1931")
            canvas.setFont("Helvetica", 11)
            write(canvas, [f"Page {number} of the roll names {line}" for line in PARAGRAPH])
            canvas.showPage()

    canvas = Canvas(str(tmp_path / "21.pdf"))
    draw(canvas)
    canvas.save()
    document = load_documents(tmp_path).documents[0]
    assert document.blocks[0].kind == "furniture"
    assert document.title == "Rent roll of the mills in the year 1931"


def test_a_column_that_begins_above_a_figure_beside_it_is_read_after_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, PARAGRAPH, top=160)
        canvas.showPage()
        canvas.setFont("Helvetica", 9)
        for at, label in enumerate(("120", "90", "60", "30", "oats and rye")):
            canvas.drawString(100, 730 - 22 * at, label)
        canvas.drawString(60, 600, "Figure 2. Flour that the mill made.")
        canvas.setFont("Helvetica", 11)
        write(canvas, (*REST[:1], *PARAGRAPH[:3]), x=60, top=560)
        write(canvas, ("ground for the people of the three towns above the weir",
                       "and for those who came over the hills with their carts,",
                       "as long as the snow allowed it and the bridge held."), x=320)  # fmt: skip

    text = read(tmp_path, draw).text
    assert "broke and the owners had to put in a new one" in text
    assert "He paid ground for the people of the three towns above the weir and for" in text


def test_text_beside_the_page_is_left_out_and_named(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, PARAGRAPH, x=60)
        canvas.drawString(500, 300, "Two mills are shown on the other half of this sheet")
        write(canvas, REST, x=700)

    document = read(tmp_path, draw, (595, 842))
    assert "iron" not in document.text and "broke and" in document.text
    assert "text outside the page left out on page 1" in document.warnings


def test_a_formula_stands_within_its_sentence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, (*PARAGRAPH[:3], "his rent in flour, of which the owners took"), x=72)
        canvas.drawString(250, 660, "F = m + k")
        write(canvas, ("where m is what was milled in the month and k what",
                       "the miller had kept from the month before it."), top=620)  # fmt: skip

    [said] = paragraphs(read(tmp_path, draw))
    assert "of which the owners took F = m + k where m is what was milled" in said
