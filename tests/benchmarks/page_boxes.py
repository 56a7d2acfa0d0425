"""Do the boxes of a page lie on the words? `python -m tests.benchmarks.page_boxes PDF…`.

Of each PDF some sentences and rows of tables are chosen, by the seed; their boxes are cut from the
picture of the page, as the page would show them, and read by RapidOCR. Prints what was read of each
that differs, and how many were read as quoted. `PDF@90` turns the pages first, `PDF@crop` cuts
their edges off: the file is read as it is then.
"""

import argparse
import io
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from pypdfium2 import PdfDocument
from rapidfuzz import fuzz

from corpus.blocks import Box
from corpus.document import Document
from corpus.folder import read_document
from corpus.formats.ocr import read_picture
from corpus.page_pictures import PagePictures
from corpus.passages import split_document
from corpus.word_boxes import word_boxes

ALIKE = 88.0  # of 100: letters read as quoted, what OCR reads wrongly left out
PIXELS = 2400
MARGIN = 0.04  # of the page, cut off each edge
LENGTH = (25, 400)  # characters of what is quoted
NEAR = 1.5  # heights of a word: farther apart on a line, two words have a box each
GAP = 12  # pixels between lines that are read
EDGE = 100  # pixels around them: close to an edge RapidOCR finds no line


@dataclass
class Cited:
    """A quote, the page it is on and the boxes of its words."""

    quote: str
    page: int
    boxes: list[Box]


def changed(path: Path, change: str) -> bytes:
    """Return the file with its pages turned or cropped."""
    if not change:
        return path.read_bytes()
    document = PdfDocument(path)
    for page in document:
        if change == "crop":
            left, bottom, right, top = page.get_mediabox()
            across, down = MARGIN * (right - left), MARGIN * (top - bottom)
            page.set_cropbox(left + across, bottom + down, right - across, top - down)
        else:
            page.set_rotation((page.get_rotation() + int(change)) % 360)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def quotes(document: Document, count: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Yield spans of sentences and rows, on one page each."""
    spans = [
        (sentence.start, sentence.end)
        for passage in split_document(document, lambda text: len(text) // 4, 192)
        for sentence in passage.sentences
        if LENGTH[0] <= sentence.end - sentence.start <= LENGTH[1]
        and document.page_of(sentence.start) == document.page_of(sentence.end - 1)
    ]
    yield from chance.sample(spans, min(count, len(spans)))


def lines_of(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes of words joined along their lines, as page_view.js does."""
    tall = sum(box.bottom - box.top > box.right - box.left for box in boxes)
    if 2 * tall > len(boxes):
        return [_across(box) for box in _joined([_across(box) for box in boxes])]
    return _joined(boxes)


def _across(box: Box) -> Box:
    return box._replace(left=box.top, top=box.left, right=box.bottom, bottom=box.right)


def _joined(boxes: Sequence[Box]) -> list[Box]:
    found: list[Box] = []
    for box in boxes:
        high = box.bottom - box.top
        last = found[-1] if found else None
        if (
            last
            and min(last.bottom, box.bottom) - max(last.top, box.top)
            > 0.5 * min(high, last.bottom - last.top)
            and max(box.left - last.right, last.left - box.right) < NEAR * high
        ):
            found[-1] = last._replace(
                left=min(last.left, box.left), top=min(last.top, box.top),
                right=max(last.right, box.right), bottom=max(last.bottom, box.bottom),
            )  # fmt: skip
        else:
            found.append(box)
    return found


def read_back(picture: Image.Image, boxes: Sequence[Box], scale: float) -> Iterator[str]:
    """Yield what stands in boxes of a picture, all put on one sheet, either side of it up."""
    crops = []
    for box in lines_of(boxes):
        edges = (box.left - 12, box.top - 8, box.right + 12, box.bottom + 8)
        crop = picture.crop(tuple(round(edge * scale) for edge in edges))  # type: ignore[arg-type]
        crops.append(crop)
    turned = sum(crop.height > crop.width for crop in crops) > len(crops) / 2
    if turned:  # all at once: what lies on its side is turned, whichever side that is
        crops = [crop.rotate(90, expand=True) for crop in crops]
    width = max(crop.width for crop in crops) + 2 * EDGE
    for way in (0, 180):
        sheet = Image.new("RGB", (width, sum(c.height + GAP for c in crops) + 2 * EDGE), "white")
        down = EDGE
        for crop in crops:
            sheet.paste(crop.rotate(way), (EDGE, down))
            down += crop.height + GAP
        page = read_picture(np.asarray(sheet), 1.0)
        yield " ".join(word.text for word in page.words)


def printed(document: Document, start: int, end: int) -> str:
    """Return what a span has of the page: of a row its cells, whose columns' names stand above."""
    block = document.block_at(start)
    if block is None or block.table is None:
        return document.text[start:end]
    cells = [c for c in block.table.cells if start <= c.start and c.end <= end]
    return " ".join(document.text[c.start : c.end] for c in cells)


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="PDF[@90|@crop]")
    parser.add_argument("--citations", type=int, default=50)
    parser.add_argument("--seed", default="boxes")
    options = parser.parse_args()
    chance, pictures = random.Random(options.seed), PagePictures()
    right = total = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, named in enumerate(options.files):
            name, _, change = named.partition("@")
            data = changed(Path(name), change)
            path = Path(folder, f"{number}.pdf")
            path.write_bytes(data)
            document = read_document(path, str(number))
            share = options.citations // len(options.files)
            count = share + (number < options.citations % len(options.files))
            for start, end in quotes(document, count, chance):
                quote, page = document.text[start:end], document.page_of(start) or 1
                drawn = pictures.draw(named, lambda data=data: data, page, PIXELS)  # type: ignore[misc]
                on_page = [box for box in document.boxes if box.page == page]
                boxes = [
                    box
                    for box in word_boxes(document.text, on_page, drawn.words)
                    if box.start < end and start < box.end
                ]
                picture = Image.open(io.BytesIO(drawn.jpeg)).convert("RGB")
                wanted = letters(printed(document, start, end))
                alike, said = (
                    max(
                        (fuzz.ratio(letters(said), wanted), said)
                        for said in read_back(picture, boxes, picture.width / drawn.width / 10)
                    )
                    if boxes
                    else (0.0, "")
                )
                total, right = total + 1, right + (alike >= ALIKE)
                if alike < ALIKE:
                    print(f"{alike:.0f} {Path(name).name}@{change} page {page}")
                    print(f"  quoted {quote!r}\n  read   {said!r}")
    pictures.close()
    print(f"{right} of {total} quotes were read in their boxes")


if __name__ == "__main__":
    main()
