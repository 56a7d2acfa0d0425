"""The picture of a page, and where its words stand on it."""

import io
from typing import Any, NamedTuple

from corpus.formats.pdf.words import read_words, shown_box

LONGEST = 6_000  # pixels of a side; pages of several metres are shown smaller
LARGEST = 12_000_000  # pixels of a picture
CLOSEST = 20.0  # pixels a point: pages of a few points are not blown up further
CHARACTERS = 30_000  # of a page whose words are looked for; more are a drawing
QUALITY = 80  # of the JPEG


class PlacedWord(NamedTuple):
    """A word of a page and its box, in tenths of a point from the upper left of what is shown."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


def _placed_words(page: Any) -> list[PlacedWord]:
    """Return the words of a page of pypdfium2, in the order of the file."""
    textpage = page.get_textpage()
    count = textpage.count_chars()
    textpage.close()
    if not 0 < count <= CHARACTERS:
        return []
    found = read_words(page, [])
    placed = []
    for word in found.words:
        box = shown_box(word, found.width, found.height)
        placed.append(PlacedWord(word.text, *(round(10 * max(-1e6, min(n, 1e6))) for n in box)))
    return placed


def draw_page(document: Any, number: int, pixels: int) -> tuple[bytes, dict[str, Any]]:
    """Return the picture of a page, some pixels wide, as JPEG; its size in points, and its words.

    Args:
        document: of pypdfium2, its forms ready.
        number: of the page, from 1.
        pixels: of the width, fewer where a limit says so.
    """
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(
        pixels / width, LONGEST / max(width, height), (LARGEST / (width * height)) ** 0.5, CLOSEST
    )
    picture = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=QUALITY)
    words = _placed_words(page)
    page.close()
    return jpeg.getvalue(), {"width": width, "height": height, "words": words}
