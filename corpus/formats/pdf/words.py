"""The words of a page with their positions, from which all else is built.

Positions are in points from the upper left of the page as displayed, y growing downwards. Rotated
words have the positions that they would have on a page turned for reading; `shown_box` turns them
back.
"""

import ctypes
import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

UNKNOWN = "\ufffd"  # a letter of a font that does not say which it is
UNREADABLE = 0.5  # of the letters of a page
HYPHEN = "\xad"  # at a line's end: the word goes on
LETTER_GAP = 0.3  # of the size, between letters of a word; pdfium writes a space at less, if any
SHADOW = 0.3  # of the size, from a word to the same drawn again
SMALL = 0.8  # of the size of the line: raised or lowered
TINY = 1.0  # points; smaller letters are not seen
ASKEW = math.radians(8)
WHITE = 245  # of 255
MAX_CHARACTERS = 200_000  # of one page
INVISIBLE = 3  # render mode: neither filled nor stroked
FAKE_BOLD = 2  # render mode: filled and stroked
ACCENTS = dict(
    zip(
        "`´¨^ˆ~˜¯˘˙˚˝ˇ¸˛",
        "\u0300\u0301\u0308\u0302\u0302\u0303\u0303\u0304\u0306\u0307\u030a\u030b\u030c\u0327\u0328",
        strict=True,
    )
)  # drawn by themselves over or under a letter, and as they combine with it
MAX_ACCENTS = 2_000  # of one page that stand alone
NEAR = 12  # words in the file from an accent to its letter
DOTLESS = {"ı": "i", "ȷ": "j"}

FORCE_BOLD = 1 << 18  # flag of a font
_BOLD = re.compile(rb"bold|black|heavy|demi|medi$|cmbx|-bd|,b$")

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Word:
    """A word: its text and box. `size` is the height of its letters.

    `joined` means that no space precedes it; `turn` is its rotation to the left, in quarters.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    joined: bool = False
    turn: int = 0


@dataclass(slots=True)
class PageWords:
    """The words of one page, and the number of letters left out, by reason."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    askew: list[Word] = field(default_factory=list)  # such as a watermark
    hidden: dict[str, int] = field(default_factory=dict)
    unknown: int = 0  # letters of fonts that do not tell which they are
    letters: int = 0
    outside: bool = False  # whether it has text that lies beside the page
    cut: bool = False  # whether it has more characters than are read
    by_recognition: bool = False  # unseen text over a picture of the page
    scanned: bool = False  # read from a picture
    turned: int = 0  # quarters to the right by which the picture of a page was turned for reading

    @property
    def unreadable(self) -> bool:
        """Whether the fonts of most of its letters do not tell which they are."""
        return self.unknown > UNREADABLE * self.letters


class _Style(NamedTuple):
    bold: bool
    turn: int  # -1 where it is askew
    hidden: str
    white: bool
    size: float


class Frame:
    """A page's box and rotation: from the file's coordinates to those of the displayed page."""

    def __init__(self, page: Any) -> None:
        """Take both from a pypdfium2 page."""
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.rotation = page.get_rotation() // 90 % 4
        self.width, self.height = page.get_size()

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return a box of the file in coordinates of the displayed page."""
        if self.rotation == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.rotation == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


def turned(box: Box, turn: int, width: float, height: float) -> Box:
    """Return a box of the page as it lies once text turned left by quarters is set upright."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return height - y1, x0, height - y0, x1
    if turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    return (y0, width - x1, y1, width - x0) if turn == 3 else box


def shown_box(word: Word, width: float, height: float) -> Box:
    """Return the box of a word on the page as displayed."""
    x0, y0, x1, y1 = box = (word.x0, word.y0, word.x1, word.y1)
    if word.turn == 1:
        return y0, height - x1, y1, height - x0
    if word.turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    return (width - y1, x0, width - y0, x1) if word.turn == 3 else box


def _style(
    raw: Any, textpage: Any, at: int, obj: Any, rotation: int, fonts: dict[int, bool]
) -> _Style:
    """Return the look of a text object's letters."""
    font = raw.FPDFTextObj_GetFont(obj)
    key = ctypes.addressof(font.contents) if font else 0
    if key not in fonts:
        name = ctypes.create_string_buffer(128)
        raw.FPDFFont_GetBaseFontName(font, name, 128)
        said = name.value.lower()
        fonts[key] = bool(_BOLD.search(said)) or raw.FPDFFont_GetFlags(font) >= FORCE_BOLD
    mode = raw.FPDFTextObj_GetTextRenderMode(obj)
    angle = raw.FPDFText_GetCharAngle(textpage, at)
    quarter = angle / (math.pi / 2)
    askew = abs(quarter - round(quarter)) * math.pi / 2 > ASKEW
    # pdfium counts angles to the right, a page's turn too.
    turn = -1 if askew else (-round(quarter) - rotation) % 4
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha)
    filled = mode in (0, 2, 4, 6)
    white = filled and min(red.value, green.value, blue.value) >= WHITE
    hidden = ""
    if mode == INVISIBLE or filled and alpha.value == 0:
        hidden = "invisible"
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    raw.FPDFTextObj_GetFontSize(obj, size)
    raw.FPDFPageObj_GetMatrix(obj, matrix)
    scaled = abs(size.value) * math.hypot(matrix.c, matrix.d)
    return _Style(
        fonts[key] or mode == FAKE_BOLD, turn, hidden, white and mode != FAKE_BOLD, scaled
    )


def _letters(
    unicode_of: Callable[[Any, int], int], handle: Any, count: int
) -> Iterator[tuple[int, str]]:
    """Yield the characters of a page by their numbers, "" where a word ends."""
    high = 0
    for at in range(count):
        code = unicode_of(handle, at)
        if code in (0x02, 0xFFFE):
            yield at, HYPHEN
        elif code <= 32 or code == 0xA0:
            yield at, ""
        elif 0xD800 <= code < 0xDC00:  # half of a letter
            high = code
        elif 0xDC00 <= code < 0xE000:
            yield at, chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else UNKNOWN
            high = 0
        else:
            private = 0xE000 <= code < 0xF900 or code > 0x10FFFF
            yield at, UNKNOWN if private else chr(code)


def _is_next(word: Word, last: float, x0: float, y1: float, size: float) -> bool:
    """Tell whether a letter belongs to a word; `last` is where the letter before it begins."""
    return (
        abs(y1 - word.y1) < 0.15 * word.size
        and abs(size - word.size) < 0.2 * word.size
        and x0 > last - 0.1 * size
        and x0 - word.x1 < LETTER_GAP * max(size, word.size)
    )


def _accented(letter: str, accent: str) -> str:
    """Return a letter with an accent that is drawn over or under it."""
    return unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + ACCENTS[accent])


def _over_last(words: Sequence[tuple[Word, _Style]], last: float, text: str, box: Box) -> bool:
    """Join a letter and the one before it where one of them is the other's accent; tell if so."""
    if not words:
        return False
    word = words[-1][0]
    before = word.text[-1]
    x0, y0, x1, y1 = box
    if min(y1, word.y1) <= max(y0, word.y0):
        return False
    if text in ACCENTS:
        if not (before.isalpha() and last < (x0 + x1) / 2 < word.x1):
            return False
        word.text = word.text[:-1] + _accented(before, text)
        return True
    if before not in ACCENTS or not text.isalpha() or not x0 < (last + word.x1) / 2 < x1:
        return False
    word.text = word.text[:-1] + _accented(text, before)
    word.x1 = max(word.x1, x1)
    if len(word.text) == 1:  # its accent may be raised
        word.x0, word.y0, word.x1, word.y1 = box
    return True


def _place_accents(
    words: list[tuple[Word, _Style]], starts: Sequence[Sequence[float]]
) -> list[tuple[Word, _Style]]:
    """Return words, accents that stand alone put on the letters that they are drawn over."""
    alone = [at for at, (word, _) in enumerate(words) if word.text in ACCENTS][:MAX_ACCENTS]
    gone = set()
    for at in alone:
        mark = words[at][0]
        x, y = (mark.x0 + mark.x1) / 2, (mark.y0 + mark.y1) / 2
        for other in range(max(0, at - NEAR), min(len(words), at + NEAR)):
            word = words[other][0]
            letter = bisect_right(starts[other], x) - 1
            if not (word.x0 < x < word.x1 and word.y0 < y < word.y1) or other == at:
                continue
            if len(word.text) == len(starts[other]) and word.text[letter].isalpha():
                whole = _accented(word.text[letter], mark.text)
                if len(whole) == 1:
                    word.text = word.text[:letter] + whole + word.text[letter + 1 :]
                    gone.add(at)
                    break
    for at in gone:  # pdfium has a space where an accent was
        before, after = words[at - 1][0] if at else None, words[at + 1 : at + 2]
        if before and after:
            word = after[0][0]
            level = abs(word.y1 - before.y1) < 0.15 * word.size
            word.joined = word.joined or level and abs(word.x0 - before.x1) < 0.05 * word.size
    return [one for at, one in enumerate(words) if at not in gone]


def _without_shadows(words: list[tuple[Word, _Style]]) -> list[tuple[Word, _Style]]:
    """Return words without those drawn again beside themselves, as shadows are."""
    seen: dict[tuple[str, str, bool], list[Word]] = {}
    kept = []
    for word, style in words:
        same = seen.setdefault((word.text, style.hidden, style.white), [])
        near = SHADOW * word.size
        if word.text == UNKNOWN or not any(
            abs(word.x0 - other.x0) < near
            and abs(word.x1 - other.x1) < near
            and abs(word.y1 - other.y1) < near
            for other in same
        ):
            kept.append((word, style))
            same.append(word)
    return kept


def read_words(page: Any, backgrounds: Sequence[Box]) -> PageWords:
    """Return the words of a pdfium page, in the order of the file.

    Args:
        page: of pypdfium2.
        backgrounds: coloured boxes and images, on which white text is visible.
    """
    from pypdfium2 import raw

    frame = Frame(page)
    found = PageWords(frame.width, frame.height)
    textpage = page.get_textpage()
    handle = textpage.raw
    count = raw.FPDFText_CountChars(handle)
    found.cut = count > MAX_CHARACTERS
    count = min(count, MAX_CHARACTERS)
    styles: dict[int, _Style] = {}
    fonts: dict[int, bool] = {}
    rect = raw.FS_RECTF()
    box_of, object_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetTextObject
    unmapped = raw.FPDFText_HasUnicodeMapError  # pdfium gives the code in the font instead
    words: list[tuple[Word, _Style]] = []
    starts: list[list[float]] = []  # of the letters of each word
    word: Word | None = None
    style = _Style(False, 0, "", False, 0.0)
    known = 0
    last = 0.0  # where the letter before begins; those of a ligature share a box
    accent = False  # whether the letter before is an accent, which may be of this one
    touching = False  # whether no space stood since the last letter
    for at, text in _letters(raw.FPDFText_GetUnicode, handle, count):
        if unmapped(handle, at) == 1 and text:
            text = UNKNOWN
        if not text or not box_of(handle, at, rect):
            word, touching = None, False
            continue
        obj = object_of(handle, at)
        key = ctypes.addressof(obj.contents) if obj else known
        if key != known:
            known = key
            if key not in styles:
                styles[key] = _style(raw, handle, at, obj, frame.rotation, fonts)
            if styles[key] != style:
                word, style = None, styles[key]
        found.unknown += text == UNKNOWN
        found.letters += 1
        box = frame.box(rect.left, rect.bottom, rect.right, rect.top)
        if style.turn > 0:
            box = turned(box, style.turn, frame.width, frame.height)
        x0, y0, x1, y1 = box
        size = y1 - y0
        if 0.55 * size < style.size < 1.4 * size:
            size = style.size
        if (text in ACCENTS or accent) and _over_last(words, last, text, box):
            accent, word, last, touching = False, words[-1][0], min(last, x0), True
            continue
        accent = text in ACCENTS
        if word is not None and _is_next(word, last, x0, y1, size):
            word.text += text
            starts[-1].append(x0)
            word.x1, word.y0, word.y1 = max(word.x1, x1), min(word.y0, y0), max(word.y1, y1)
        else:
            near = bool(words) and touching and abs(x0 - words[-1][0].x1) < 0.15 * size
            word = Word(text, x0, y0, x1, y1, size, style.bold, near, max(style.turn, 0))
            words.append((word, style))
            starts.append([x0])
        last, touching = x0, True
        if text == HYPHEN:
            word, touching = None, False
    textpage.close()
    _sort_out(found, _without_shadows(_place_accents(words, starts)), backgrounds)
    return found


def _sort_out(
    found: PageWords, words: Sequence[tuple[Word, _Style]], pictures: Sequence[Box]
) -> None:
    """Separate the words that are visible from those that are not."""
    unseen = sum(bool(style.hidden) for _, style in words)
    area = found.width * found.height
    whole = any((b[2] - b[0]) * (b[3] - b[1]) > 0.5 * area for b in pictures)
    found.by_recognition = unseen > 0.5 * len(words) and whole
    backs = _Backgrounds(pictures)
    for word, style in words:
        why = "" if style.hidden and found.by_recognition else style.hidden
        x0, y0, x1, y1 = shown_box(word, found.width, found.height)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if not (0 <= x <= found.width and 0 <= y <= found.height):
            found.outside = True
            continue
        if not why and style.white and not backs.cover(x, y):
            why = "white"
        if not why and word.size < TINY:
            why = "too small to see"
        if why:
            found.hidden[why] = found.hidden.get(why, 0) + len(word.text)
        elif style.turn < 0:
            found.askew.append(word)
        else:
            found.words.append(word)


class _Backgrounds:
    """Boxes sorted by their tops, to look up what covers a position."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = sorted(boxes, key=lambda box: box[1])
        self._tops = [box[1] for box in self._boxes]

    def cover(self, x: float, y: float) -> bool:
        """Tell whether a box covers a position."""
        return any(
            b[0] - 1 <= x <= b[2] + 1 and y <= b[3] + 1
            for b in self._boxes[: bisect_right(self._tops, y + 1)]
        )
