"""OCR of page images: RapidOCR detects the lines of an image and recognises each.

Orientation and skew are determined for the page as a whole, since a single line does not show them.
The models come with the wheel of RapidOCR and are loaded with the first image.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from time import process_time
from typing import TYPE_CHECKING, Any

from corpus.formats.content import ContentBuilder, one_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

DPI = 200
LONGEST = 3_400  # pixels of a page's longer side; pages larger than A3 are shown smaller
FINDING = 1_280  # pixels of the longer side at which lines are found
THREADS = 1
PAGE_SECONDS = 60.0  # of processor time that reading one page may take
FILE_SECONDS = 1_800.0  # of processor time for the pages of one file
LEAST = 0.5  # lines less sure than this are specks
UPRIGHT = 0.1  # of the votes, by length: fewer for "upside down" leave the page as it is
SAMPLE = 4  # lines, the longest, that are read both ways up if more say so or there are no others
DOUBTFUL = 0.9  # pages less sure than this are named
WIDE = 1.5  # a line at least so many times as high as wide runs up or down the page
LETTER_GAP = 5  # columns of the reader between the letters of a word; a column is 1/6 of the height
SQUARE_GAP = 9  # the same between the square letters of Chinese, Japanese and Korean
_SQUARE = 0x2E80  # the first code point of those

told: ContextVar[Callable[[int, int], None]] = ContextVar("told", default=lambda done, total: None)
"""Called before each page with the number of pages read and their total."""


@dataclass(frozen=True, slots=True)
class ScannedWord:
    """A recognised word: its box, in points from the page's lower left, and its confidence.

    `line` is the number of its line, from top to bottom; `confidence` is between 0 and 1.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    confidence: float
    line: int


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The words recognised on a page that was set upright by `turned` degrees, clockwise."""

    words: tuple[ScannedWord, ...]
    width: float
    height: float
    turned: int = 0

    @property
    def confidence(self) -> float:
        """The mean confidence of its letters; 0 for a page without words."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / max(1, letters)


@cache
def _engine() -> Any:
    """Return RapidOCR, which loads each of its models on first use."""
    import cv2
    import rapidocr

    cv2.setNumThreads(1)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            # Named, for else the library would make their folder, which a reader may not.
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _find_lines(picture: "Picture") -> "NDArray[np.float32]":
    """Return the corners of an image's lines, clockwise from the upper left, shape (n, 4, 2)."""
    import cv2
    import numpy as np
    from rapidocr.main import RapidOCRError

    scale = min(1.0, FINDING / max(picture.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    try:
        _, found = _engine().detect_and_crop(small, {})
    except RapidOCRError:  # its way to say that there are none
        return np.empty((0, 4, 2), np.float32)
    return np.asarray(found.boxes / scale, np.float32)


def _sides(corners: "NDArray[np.float32]") -> tuple[float, float]:
    """Return the length and the height of a line."""
    return math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3])


def _is_upside_down(crops: Sequence["Picture"]) -> bool:
    """Tell whether lines are read with more confidence the other way up."""
    import numpy as np

    longest = sorted(crops, key=lambda crop: -crop.shape[1])[:SAMPLE]
    over = [np.ascontiguousarray(np.rot90(crop, 2)) for crop in longest]
    scores: Sequence[float] = _engine().recognize_txt([*longest, *over]).scores
    return sum(scores[len(longest) :]) > sum(scores[: len(longest)])


def _upright(picture: "Picture") -> tuple["Picture", int, list["NDArray[np.float32]"], list[Any]]:
    """Return an image set upright, the rotation in degrees, its lines, and their images."""
    import numpy as np
    from rapidocr.utils.process_img import get_rotate_crop_image

    turned = 0
    lines = _find_lines(picture)
    sides = [_sides(line) for line in lines]
    down = sum(high for wide, high in sides if high >= WIDE * wide)
    if down > sum(wide for wide, high in sides if high < WIDE * wide):
        picture, turned = np.ascontiguousarray(np.rot90(picture, -1)), 90
        lines = _find_lines(picture)
    kept = [line for line in lines if min(_sides(line)) >= 2]
    crops = [get_rotate_crop_image(picture, line) for line in kept]
    if not crops:
        return picture, turned, [], []
    _, judged = _engine().cls_and_rotate(crops)
    votes = [(label == "180", sure * crop.shape[1])
             for (label, sure), crop in zip(judged.cls_res, crops, strict=True)]  # fmt: skip
    flipped = sum(weight for flip, weight in votes if flip)
    doubted = len(crops) <= SAMPLE or flipped > UPRIGHT * sum(weight for _, weight in votes)
    if doubted and _is_upside_down(crops):
        picture, turned = np.ascontiguousarray(np.rot90(picture, 2)), turned + 180
        height, width = picture.shape[:2]
        corner = np.asarray((width, height), np.float32)
        kept = [(corner - line)[[2, 3, 0, 1]] for line in kept][::-1]
        crops = [get_rotate_crop_image(picture, line) for line in kept]
    return picture, turned, kept, crops


def _words(text: str, read: Any) -> Iterator[tuple[str, float, float, float]]:
    """Yield the words of a line: text, first and last column of the recogniser, confidence."""
    columns = [column for word in read.word_cols for column in word]
    letters = [(letter, sure) for letter, sure in zip(text, read.confs, strict=True)]
    shown = [at for at, (letter, _) in enumerate(letters) if not letter.isspace()]
    placed = dict(zip(shown, columns, strict=True))
    parts: list[list[int]] = []
    for before, at in pairwise([None, *shown]):
        assert at is not None
        square = ord(text[at]) >= _SQUARE
        apart = before is None or before + 1 < at or (
            placed[at] - placed[before] > (SQUARE_GAP if square else LETTER_GAP)
        )  # fmt: skip
        if apart:
            parts.append([])
        parts[-1].append(at)
    steps = [placed[b] - placed[a] for part in parts for a, b in pairwise(part)]
    half = (fmean(steps) if steps else LETTER_GAP / 2) / 2
    for part in parts:
        word = one_line("".join(text[at] for at in part))
        first, last = placed[part[0]] + 0.5 - half, placed[part[-1]] + 0.5 + half
        if word:
            yield word, first, last, fmean(letters[at][1] for at in part)


def _slant(lines: Sequence["NDArray[np.float32]"]) -> float:
    """Return the median angle, in radians, by which the lines of a page fall to the right."""
    found = []
    for line in lines:
        length, height = _sides(line)
        if length > 5 * height:
            along = line[1] + line[2] - line[0] - line[3]
            found.append((math.atan2(float(along[1]), float(along[0])), length))
    found.sort()
    half = sum(length for _, length in found) / 2
    for angle, length in found:
        half -= length
        if half <= 0:
            return angle
    return 0.0


def read_picture(picture: "Picture", scale: float) -> ScannedPage:
    """Return the words in the image of a page.

    Args:
        picture: rows of RGB pixels.
        scale: pixels per point of the page.
    """
    import numpy as np

    picture, turned, lines, crops = _upright(picture)
    height, width = picture.shape[:2]
    if not lines:
        return ScannedPage((), width / scale, height / scale, turned)
    read = _engine().recognize_txt(crops)
    slant = _slant(lines)
    level = np.array(((math.cos(slant), -math.sin(slant)), (math.sin(slant), math.cos(slant))))
    middle = np.array((width / 2, height / 2))
    words = []
    found = zip(lines, read.txts, read.scores, read.word_results, strict=True)
    for number, (corners, text, score, placed) in enumerate(found):
        if score < LEAST or not text.strip():
            continue
        long, high = _sides(corners)
        if high >= WIDE * long:  # it runs upwards: its letters stand below each other
            corners = corners[[1, 2, 3, 0]]
        for word, first, last, sure in _words(text, placed):
            start, end = (min(max(at / placed.line_txt_len, 0), 1) for at in (first, last))
            upper, lower = corners[1] - corners[0], corners[2] - corners[3]
            box = np.array([corners[0] + start * upper, corners[0] + end * upper,
                            corners[3] + start * lower, corners[3] + end * lower])  # fmt: skip
            box = ((box - middle) @ level + middle) / scale
            (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
            words.append(
                ScannedWord(
                    word, float(left), height / scale - float(bottom),
                    float(right), height / scale - float(top), float(sure), number,
                )
            )  # fmt: skip
    return ScannedPage(tuple(words), width / scale, height / scale, turned)


def read_page(page: Any) -> ScannedPage:
    """Return the words of a pypdfium2 page, recognised in its image."""
    scale = min(DPI / 72, LONGEST / max(page.get_size()))
    return read_picture(page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3], scale)


def read_pages(document: Any, numbers: Sequence[int]) -> dict[int, ScannedPage]:
    """Recognise pages of a pypdfium2 document until the time limit of the file."""
    from pypdfium2 import PdfiumError

    read: dict[int, ScannedPage] = {}
    started = process_time()
    for done, number in enumerate(numbers):
        if process_time() - started >= FILE_SECONDS:
            break
        told.get()(done, len(numbers))
        try:
            read[number] = read_page(document[number])
        except PdfiumError:  # it cannot be shown
            read[number] = ScannedPage((), 0.0, 0.0)
    if numbers:
        told.get()(len(numbers), len(numbers))
    return read


def warn_of_pictures(
    builder: ContentBuilder, numbers: Sequence[int], read: Mapping[int, ScannedPage]
) -> None:
    """Warn which pages, counted from 0, were read by OCR, how confidently, and which were not."""
    sure = {number: read[number].confidence for number in read if read[number].words}
    if sure:
        share = math.floor(100 * fmean(sure.values())) / 100
        are = "is an image" if len(sure) == 1 else "are images"
        builder.warn(f"{_pages(sure)} {are}, read by OCR (confidence {share:.2f})")
    doubtful = [number for number, share in sure.items() if share < DOUBTFUL]
    if doubtful:
        builder.warn(f"{_pages(doubtful)} could hardly be read; compare with the original")
    late = [number for number in numbers if number not in read]
    if late:
        builder.leave_out(
            f"{_pages(late)} not read: OCR reached its limit of {FILE_SECONDS / 60:.0f} minutes; "
            "split the file",
            [number + 1 for number in late],
        )


def _pages(numbers: Iterable[int]) -> str:
    """Return "page 3", or "pages 1-4, 7": counted from 1, of numbers counted from 0."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if not runs or number > runs[-1][-1] + 1:
            runs.append([])
        runs[-1].append(number)
    named = ", ".join(
        f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs
    )
    return f"{'page' if named.isdigit() else 'pages'} {named}"
