"""Scanned pages: their detection, and their words in the form of other pages."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from corpus.formats.ocr import ScannedPage
from corpus.formats.pdf.words import Word

PICTURE_SHARE = 0.5  # of a page; one that is a picture but for its edges is a scan with a stamp
EDGE = 0.08  # of the page's height, at its head and its foot
LETTERS = 0.85  # of the height of a line as it is found: that of its letters
LIKE_BODY = 1.3  # letters in pictures that are so many times the usual size are measured badly


def is_picture(page: Any, words: Sequence[Word]) -> bool:
    """Tell whether a page has content, but no text except at the edges of a large image."""
    from pypdfium2 import raw

    if not words:
        return next(page.get_objects(), None) is not None
    width, height = page.get_size()
    if any(EDGE * height < (w.y0 + w.y1) / 2 < (1 - EDGE) * height for w in words):
        return False
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= PICTURE_SHARE * width * height:
            return True
    return False


def scanned_words(page: ScannedPage) -> list[Word]:
    """Return the words recognised on a page; those of a line share its top, bottom and size."""
    sides: dict[int, list[float]] = {}
    for word in page.words:
        side = sides.setdefault(word.line, [word.bottom, word.top])
        side[0], side[1] = min(side[0], word.bottom), max(side[1], word.top)
    body = median(top - bottom for bottom, top in sides.values()) if sides else 0.0
    found = []
    for word in page.words:
        bottom, top = sides[word.line]
        high = body if 1 / LIKE_BODY < (top - bottom) / body < LIKE_BODY else top - bottom
        middle = page.height - (bottom + top) / 2
        found.append(
            Word(
                word.text,
                word.left,
                middle - high / 2,
                word.right,
                middle + high / 2,
                LETTERS * high,
            )  # fmt: skip
        )
    return found
