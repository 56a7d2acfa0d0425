"""How well pictures of pages are read: pages with text are made pictures, and their figures found.

    python -m tests.benchmarks.ocr DIR [--pages 20] [--turn 180] [--slant 1.5] [--quality 60]

takes some of the PDFs below DIR, of each the middlemost page with figures, renders those at 200
dots an inch, stores them as PDFs of JPEG pictures alone, and reads the words on those. A figure is
right where they have it as often as the PDF's own text layer shows it.
"""

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError, raw

from corpus.formats.ocr import read_page

DPI = 200
LEAST = 15  # figures on a page that is taken
ALL_SHOWN = 0.98  # of the figures of such a page; others have text under pictures
LEAST_INK = 40  # between the lightest and the darkest of 256 greys where a letter is
FIGURE = re.compile(r"\d(?:[\d.,]*\d)?")


def figures(text: str) -> Counter[str]:
    """Return the figures of a text: digits with the points and commas between them."""
    return Counter(FIGURE.findall(text))


def words(text: str) -> Counter[str]:
    """Return the words of a text, of letters alone."""
    return Counter(re.findall(r"[^\W\d_]{2,}", text))


def shown_figures(page: Any) -> Counter[str]:
    """Return the figures that a page shows: without hidden ones, and those drawn twice once."""
    textpage = page.get_textpage()
    text = "".join(
        chr(raw.FPDFText_GetUnicode(textpage, at)) for at in range(textpage.count_chars())
    )
    scale = DPI / 72
    ink = page.render(scale=scale, grayscale=True).to_numpy().squeeze().astype(int)
    seen: set[tuple[str, int, int]] = set()
    for match in FIGURE.finditer(text):
        left, bottom, right, top = textpage.get_charbox(match.start())
        x, y = int(left * scale), int((page.get_height() - top) * scale)
        part = ink[max(0, y) : y + int((top - bottom) * scale) + 2,
                   max(0, x) : x + int((right - left) * scale) + 2]  # fmt: skip
        if part.size and part.max() - part.min() >= LEAST_INK:
            seen.add((match[0], round(left / 2), round(bottom / 2)))
    return Counter(figure for figure, _, _ in seen)


def picked(folder: Path, count: int) -> Iterator[tuple[Path, Any]]:
    """Yield a page with figures of each of some files, from all over a folder."""
    paths = sorted(folder.rglob("*.pdf"))
    for path in paths[:: max(1, len(paths) // count)]:
        try:
            document = PdfDocument(path)
        except PdfiumError as error:
            print(f"{path.name!r} cannot be opened: {error}", file=sys.stderr)
            continue
        middle = len(document) // 2
        for at in (*range(middle, len(document)), *range(middle)):
            page = document[at]
            known = figures(page.get_textpage().get_text_range()).total()
            if known >= LEAST and shown_figures(page).total() >= ALL_SHOWN * known:
                yield path, page
                break


def as_picture(page: Any, turn: int, slant: float, quality: int) -> bytes:
    """Return a PDF of nothing but the picture of a page."""
    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    image = image.rotate(slant, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    image = image.rotate(-turn, expand=True)
    file = io.BytesIO()
    image.save(file, "PDF", resolution=DPI, quality=quality)
    return file.getvalue()


def main() -> None:
    """Read the pages and print what was right of each, and of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ocr")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--turn", type=int, default=0, help="degrees, clockwise: 0, 90, 180, 270")
    parser.add_argument("--slant", type=float, default=0.0, help="degrees")
    parser.add_argument("--quality", type=int, default=75, help="of the JPEG")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    seconds = 0.0
    for path, page in islice(picked(arguments.folder, arguments.pages), arguments.pages):
        text = page.get_textpage().get_text_range()
        scan = as_picture(page, arguments.turn, arguments.slant, arguments.quality)
        started = process_time()
        read = read_page(PdfDocument(scan)[0])
        seconds += process_time() - started
        said = " ".join(word.text for word in read.words)
        theirs, ours = shown_figures(page), figures(said)
        missed, more = theirs - ours, ours - theirs
        total["pages"] += 1
        total["figures"] += theirs.total()
        total["missed"] += missed.total()
        total["words"] += words(text).total()
        total["words missed"] += (words(text) - words(said)).total()
        print(f"{path.name[:45]:45} figures {theirs.total():4} "
              f"missed {missed.total():3} {' '.join(missed)[:60]!r} "
              f"read {' '.join(more)[:60]!r} "
              f"turned {read.turned}, confidence {read.confidence:.3f}", flush=True)  # fmt: skip
    right = 1 - total["missed"] / max(1, total["figures"])
    spelled = 1 - total["words missed"] / max(1, total["words"])
    print(f"{total['pages']} pages: figures right {right:.4f} of {total['figures']}, words "
          f"{spelled:.4f} of {total['words']}, "
          f"{seconds / max(1, total['pages']):.1f} s of processor time a page")  # fmt: skip


if __name__ == "__main__":
    main()
