"""Pictures of pages: turned, slanted, blank, broken and vast ones, and how they are told of."""

import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import corpus.sandbox
from corpus.folder import read_document
from corpus.formats import ocr
from corpus.formats.content import ContentBuilder
from corpus.formats.pdf.lines import lines_of, regions
from corpus.formats.pdf.reader import read_pdf
from corpus.formats.pdf.scans import scanned_words
from corpus.sandbox import SandboxedReader

SIZE = (320.0, 200.0)
ROWS = (("Ferry", "Passengers", "Fare"), ("Aldersund", "18,604", "12.50"), ("Brekke", "7,093", "9"))


def draw_table(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 11)
    canvas.drawString(20, 165, "Traffic of the northern line in 2019")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            canvas.drawString(20 + 105 * column, 130 - 22 * row, cell)


def made(*draw: Callable[[Canvas], object], size: tuple[float, float] = SIZE) -> bytes:
    """Return a PDF, a page for each function."""
    file = io.BytesIO()
    canvas = Canvas(file, size)
    for paint in draw:
        paint(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pictured(data: bytes) -> Image.Image:
    """Return a picture of a PDF's first page."""
    picture: Image.Image = PdfDocument(data)[0].render(scale=200 / 72).to_pil()
    return picture.convert("RGB")


def scanned(picture: Image.Image) -> bytes:
    """Return a PDF of nothing but a picture."""
    file = io.BytesIO()
    picture.save(file, "PDF", resolution=200)
    return file.getvalue()


def read_first(data: bytes) -> ocr.ScannedPage:
    return ocr.read_page(PdfDocument(data)[0])


def test_words_have_their_places() -> None:
    page = read_first(scanned(pictured(made(draw_table))))
    words = {word.text: word for word in page.words}
    assert {"Ferry", "Passengers", "Fare", "18,604", "12.50", "7,093", "2019"} <= words.keys()
    assert (page.width, page.height) == pytest.approx(SIZE, abs=1)
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            word = words[cell]
            assert word.left == pytest.approx(20 + 105 * column, abs=4)
            assert word.bottom - 2 < 130 - 22 * row < word.top
            assert word.right - word.left < 70
            assert word.confidence > 0.8
    line = [word for word in page.words if word.line == words["Traffic"].line]
    assert [word.text for word in line] == [
        "Traffic",
        "of",
        "the",
        "northern",
        "line",
        "in",
        "2019",
    ]
    assert all(a.right <= b.left + 2 for a, b in zip(line, line[1:], strict=False))


@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_turned_back(turn: int) -> None:
    picture = pictured(made(draw_table)).rotate(-turn, expand=True)
    page = read_first(scanned(picture))
    assert page.turned == (360 - turn) % 360
    assert (page.width, page.height) == pytest.approx(SIZE, abs=1)
    words = {word.text: word for word in page.words}
    assert words["18,604"].left == pytest.approx(125, abs=4)
    assert words["18,604"].bottom == pytest.approx(106, abs=4)


@pytest.mark.parametrize(
    "text",
    [
        "Open the main vent valve and verify that all pressure gauges on the robot indicate",
        "Loosen both screws so no pressure is on the pump.",
    ],
)
def test_a_single_line_is_read_the_right_way_up(text: str) -> None:
    """The classifier of RapidOCR takes the first for upside down, and the second the other way."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(20, 50, text)

    picture = pictured(made(draw, size=(560, 100)))
    for turned in (0, 180):
        page = read_first(scanned(picture.rotate(turned)))
        assert page.turned == turned
        assert " ".join(word.text for word in page.words) == text


@pytest.mark.parametrize("turn", [0, 90])
def test_the_words_of_a_turned_picture_have_boxes_on_the_page_as_shown(
    turn: int, tmp_path: Path
) -> None:
    path = tmp_path / "turned.pdf"
    path.write_bytes(scanned(pictured(made(draw_table)).rotate(-turn, expand=True)))
    document = read_document(path, "turned")
    start = document.text.index("northern")
    [box] = [b for b in document.boxes if b.start == start]
    assert document.text[box.start : box.end] == "northern", "each word has its own"
    middle = ((box.left + box.right) / 20, (box.top + box.bottom) / 20)
    upright = (20 + 87, SIZE[1] - 169)
    shown = upright if turn == 0 else (SIZE[1] - upright[1], upright[0])
    assert middle == pytest.approx(shown, abs=6)


def test_the_lines_of_a_slanted_page_are_level() -> None:
    picture = pictured(made(draw_table)).rotate(
        2.5, fillcolor="white", resample=Image.Resampling.BICUBIC
    )  # fmt: skip
    words = {word.text: word for word in read_first(scanned(picture)).words}
    assert abs(words["Aldersund"].bottom - words["12.50"].bottom) < 3
    assert abs(words["Traffic"].top - words["2019"].top) < 3


def test_a_blank_page_has_no_words() -> None:
    page = read_first(scanned(Image.new("RGB", (890, 560), (252, 250, 244))))
    assert page.words == ()
    assert page.confidence == 0


def test_a_page_five_metres_wide_is_read() -> None:
    width = 5 / 0.0254 * 72

    def paint(canvas: Canvas) -> None:
        canvas.scale(width / SIZE[0], width / SIZE[0])
        draw_table(canvas)

    huge = made(paint, size=(width, width * SIZE[1] / SIZE[0]))
    page = read_first(huge)
    assert page.width == pytest.approx(width)
    assert "18,604" in {word.text for word in page.words}


def test_chinese_keeps_together() -> None:
    read = type("Read", (), {"word_cols": [[3, 9, 15], [30, 32]], "confs": [0.9] * 6})
    words = list(ocr._words("年度报 12", read))
    assert [word[0] for word in words] == ["年度报", "12"]


@pytest.mark.slow
def test_scans_among_text_are_read_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stamp does not make a scan text; a broken picture costs its own page alone."""
    monkeypatch.setattr(corpus.sandbox, "reading_seconds", lambda size: 3.0)  # but for pictures
    table = pictured(made(draw_table))
    table.save(tmp_path / "table.png")
    Image.new("RGB", (890, 560), "white").save(tmp_path / "blank.png")
    (tmp_path / "broken.jpg").write_bytes(_jpeg(table)[:700])

    def picture(name: str, stamp: str = "") -> Callable[[Canvas], object]:
        def paint(canvas: Canvas) -> None:
            canvas.drawImage(str(tmp_path / name), 0, 0, *SIZE)
            canvas.setFont("Helvetica", 6)
            canvas.drawString(120, 4, stamp)

        return paint

    data = made(
        lambda canvas: canvas.drawString(20, 100, "This page has letters."),
        picture("table.png"), picture("table.png", "Copied by the archive"),
        picture("blank.png"), picture("broken.jpg"), picture("table.png"),
    )  # fmt: skip
    told: list[tuple[str, int, int]] = []
    with closing(SandboxedReader(lambda *step: told.append(step))) as reader:
        content = reader.read(data, "mixed.pdf")
    assert content.pages is not None
    texts = [content.text[start:end] for start, end in content.pages]
    assert "This page has letters." in texts[0]
    assert all("18,604" in texts[at] for at in (1, 2, 5))
    assert texts[3] == texts[4] == ""
    [read, *others] = content.warnings
    assert read.startswith("pages 2-3, 6 are images, read by OCR (confidence 0.")
    assert others == ["no text on page 4", "no text on page 5"]
    assert told == [("Reading the pictures of 'mixed.pdf'", done, 5) for done in range(6)]
    [(rows, columns)] = {(b.table.rows, b.table.columns) for b in content.blocks if b.table}
    assert (rows, columns) == (3, 3)


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def test_pictures_beyond_the_time_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "FILE_SECONDS", 0.0)
    pages = [lambda canvas: canvas.rect(20, 20, 90, 90, fill=1)] * 3
    content = read_pdf(made(*pages, lambda canvas: canvas.drawString(20, 90, "Text.")), "a.pdf")
    [warning] = [w for w in content.warnings if "not read" in w]
    assert warning.startswith("pages 1-3 not read: OCR reached its limit of")
    assert not [w for w in content.warnings if w.startswith("no text")]


def test_a_doubtful_page_is_named() -> None:
    word = ocr.ScannedWord("smudge", 0, 0, 30, 10, 0.71, 0)
    pages = {4: ocr.ScannedPage((word,), *A4), 5: ocr.ScannedPage((), *A4)}
    builder = ContentBuilder()
    ocr.warn_of_pictures(builder, [4, 5], pages)
    assert builder.build().warnings == (
        "page 5 is an image, read by OCR (confidence 0.71)",
        "page 5 could hardly be read; compare with the original",
    )


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    """Rows of a table are lines of cells; lines of two columns of prose are not one line."""

    def line(number: int, side: str, left: float, bottom: float) -> list[ocr.ScannedWord]:
        said = f"{side} {number} goes on and on to the edge of it".split()
        lefts = [left + 20 * at for at in range(len(said))]
        return [
            ocr.ScannedWord(word, x, bottom, x + 18, bottom + 10, 1, number)
            for word, x in zip(said, lefts, strict=True)
        ]

    words: list[ocr.ScannedWord] = []
    for row in range(4):
        words += line(2 * row, "left", 20, 700 - 14 * row)
        words += line(2 * row + 1, "right", 300, 700 - 14 * row)
    found = scanned_words(ocr.ScannedPage(tuple(words), *A4))
    lines = [line for region in regions(found) for line in lines_of(region)]
    assert [line.text.split()[0] for line in lines] == ["left"] * 4 + ["right"] * 4
