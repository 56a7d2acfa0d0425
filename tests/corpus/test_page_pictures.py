"""Pages as pictures, and words where their boxes say, however the page lies."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageStat
from reportlab.pdfgen.canvas import Canvas

import corpus.page_pictures
from corpus.errors import CorpusError
from corpus.folder import read_document
from corpus.page_pictures import PagePictures
from corpus.word_boxes import word_boxes

SENTENCE = "The lighthouse of Ytterholm burns seventeen litres of oil a night."


@pytest.fixture(scope="module")
def pictures() -> Iterator[PagePictures]:
    pictures = PagePictures()
    yield pictures
    pictures.close()


def make_pdf(
    width: float = 595, height: float = 842, rotation: int = 0, crop: tuple[int, ...] = ()
) -> bytes:
    """Return a page of three lines, the second in two colours: words beside it are grey."""
    file = io.BytesIO()
    canvas = Canvas(file, (width, height), pageCompression=0)
    canvas.setFont("Helvetica", 12)
    canvas.setFillGray(0.6)
    canvas.drawString(120, 500, "Nobody has counted the gulls of the outer skerries yet.")
    canvas.drawString(120, 468, "They come back in April from the south.")
    canvas.drawString(120, 484, "In winter:")
    canvas.setFillGray(0)
    canvas.drawString(190, 484, SENTENCE)
    canvas.showPage()
    canvas.save()
    document = pypdfium2.PdfDocument(file.getvalue())
    document[0].set_rotation(rotation)
    if crop:
        document[0].set_cropbox(*crop)
    turned = io.BytesIO()
    document.save(turned)
    return turned.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [(), (90, 380, 580, 700)])
def test_the_boxes_of_a_sentence_hold_its_words_and_no_others(
    rotation: int, crop: tuple[int, ...], pictures: PagePictures, tmp_path: Path
) -> None:
    data = make_pdf(rotation=rotation, crop=crop)
    (tmp_path / "light.pdf").write_bytes(data)
    document = read_document(tmp_path / "light.pdf", "light")
    drawn = pictures.draw(f"{rotation} {crop}", lambda: data, 1, 1100)
    picture = Image.open(io.BytesIO(drawn.jpeg)).convert("L")
    start = document.text.index(SENTENCE)
    words = list(word_boxes(document.text, document.boxes, drawn.words))
    inside = [b for b in words if b.start < start + len(SENTENCE) and start < b.end]
    assert len(inside) == len(SENTENCE.split())
    scale = picture.width / drawn.width / 10
    for box in inside:
        left, top, right, bottom = (
            round(n * scale) for n in (box.left, box.top, box.right, box.bottom)
        )
        darkest = ImageStat.Stat(picture.crop((left, top, right, bottom))).extrema[0][0]
        assert darkest < 60, document.text[box.start : box.end]
        picture.paste(255, (left, top, right, bottom))
    darkest = ImageStat.Stat(picture).extrema[0][0]
    assert darkest > 100, "what is left of the page is grey: all black words were in the boxes"


def test_a_page_of_metres_is_drawn_small(pictures: PagePictures) -> None:
    for size in ((14_400, 14_400), (120, 14_400), (14_400, 90)):
        data = make_pdf(*size)
        drawn = pictures.draw(f"{size}", lambda data=data: data, 1, 2400)  # type: ignore[misc]
        width, height = Image.open(io.BytesIO(drawn.jpeg)).size
        assert width * height <= 12_100_000 and max(width, height) <= 6_001


def test_what_cannot_be_drawn_is_told_in_a_sentence(pictures: PagePictures) -> None:
    for data in (b"", b"%PDF-1.7 and no more", make_pdf()[:600]):
        with pytest.raises(CorpusError, match=r"^This page cannot be drawn") as failed:
            pictures.draw(f"damaged {len(data)}", lambda data=data: data, 1, 700)  # type: ignore[misc]
        assert "pdfium" not in str(failed.value).lower()
    with pytest.raises(CorpusError, match="no such page"):
        pictures.draw("one", make_pdf, 2, 700)
    locked = io.BytesIO()
    Canvas(locked, encrypt="secret").save()
    with pytest.raises(CorpusError, match="password"):
        pictures.draw("locked", locked.getvalue, 1, 700)
    assert pictures.draw("one", make_pdf, 1, 700).words, "the next page is drawn all the same"


def test_a_page_that_takes_too_long_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures = PagePictures()
    monkeypatch.setattr(corpus.page_pictures, "SECONDS", 0.001)
    with pytest.raises(CorpusError, match="takes longer"):
        pictures.draw("slow", make_pdf, 1, 700)
    monkeypatch.setattr(corpus.page_pictures, "SECONDS", 60.0)
    assert pictures.draw("slow", make_pdf, 1, 700).jpeg
    pictures.close()


def test_pictures_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = PagePictures()
    loads = []

    def load() -> bytes:
        loads.append(1)
        return make_pdf()

    first = pictures.draw("kept", load, 1, 700)
    assert pictures.draw("kept", load, 1, 700) is first and len(loads) == 1
    monkeypatch.setattr(corpus.page_pictures, "KEPT", 1)
    second = pictures.draw("kept", load, 1, 1100)
    assert len(loads) == 1, "the file is open in its child"
    assert pictures.draw("kept", load, 1, 1100) is second
    assert pictures.draw("kept", load, 1, 700) is not first
    pictures.close()
