"""Lines to headings, paragraphs, items of lists, captions and notes.

Whether a line continues the one above follows from the sentence and from the usual look of
paragraphs in the document: their line pitch, letter size and right edge.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from corpus.blocks import BlockKind
from corpus.formats.pdf.grid import PageTable
from corpus.formats.pdf.lines import Line
from corpus.formats.pdf.words import HYPHEN, Word

LARGE = 1.12  # of the body's size; larger lines are headings
MAX_HEADING = 120  # characters
NOTE = 0.93  # of the body's size; smaller text at a page's foot is a note
MAX_BETWEEN = 24  # blocks that may stand between two parts of one sentence
LABEL = 60  # characters of what is written in a figure
FOOT = 0.55  # of a page's height, below which notes stand

_ENDS = re.compile(r"[.!?:;…。！？][\"'”’)\]»¹²³⁰⁴-⁹\d,]*$")
_STOPS = re.compile(r"[.!?…。！？][\"'”’)\]»¹²³⁰⁴-⁹]*$")
_BULLETS = "•‣·▪◦●○■□➢➤►▶✓✔❖§\uf0b7\uf0a7\ufffd"
_ITEM = re.compile(
    rf"(?:[-*–{_BULLETS}]|\(?(?:\d{{1,3}}|[A-Za-z]|[ivx]{{1,5}})[.)]|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?)\s"
)
_BULLET = re.compile(rf"^[{_BULLETS}]\s+")
_CAPTION = re.compile(
    r"(?:Fig(?:ure|\.)?|Table|Tab\.|Chart|Exhibit|Graph|Box|Plate|Scheme|Abbildung|Abb\.|Tabelle|"
    r"Figura|Tabla|Tableau|Schéma|Grafik|FIGURE|TABLE|FIG\.)\s?(?:\d{1,3}|[A-Z]\d?|[IVX]{1,4})"
    r"(?:[.\-–]\d{1,2})*(?P<mark>\s?[.:|—–-]|\s{2,}|$)?"
)
_NOTE = re.compile(r"(?:[*†‡§]{1,3}|[¹²³⁰⁴-⁹]{1,3}|\d{1,3}|\(\d{1,2}\)|\[\d{1,2}\])\.?\s?(?=\S)")
_DOTS = re.compile(r"(?: ?\.){4,} ?|(?: ?…){2,} ?|_{4,}")
_OPERATOR = re.compile(r"[=≤≥<>±∓×·∙∑∏∫√∂∇∈→←↔≈≡≃∼∝∞+−∗]")
LEADERS = " … "  # between a heading and its page in a table of contents
Span = tuple[int, int, Sequence[Word]]  # of a text, and the words that stand there


@dataclass(slots=True)
class Piece:
    """A block of a page before it is added to the document: its lines from the top down."""

    kind: BlockKind
    text: str
    spans: list[Span]
    level: int | None = None
    marker: str | None = None
    full: bool = False  # whether its last line reaches the right edge
    size: float = 0.0


@dataclass(slots=True)
class Style:
    """The usual letter size, line pitch and words of a document."""

    body: float = 10.0
    levels: dict[int, int] = field(default_factory=dict)
    bold: bool = False
    words: Counter[str] = field(default_factory=Counter)
    pitches: dict[int, float] = field(default_factory=dict)  # by the size of letters

    @classmethod
    def of(cls, pages: Iterable[Sequence[Word]]) -> "Style":
        """Measure the words of all pages."""
        sizes: Counter[float] = Counter()
        words: Counter[str] = Counter()
        bold = 0
        steps: dict[int, Counter[int]] = defaultdict(Counter)
        for page in pages:
            last: Word | None = None
            for word in page:
                letters = len(word.text)
                sizes[round(word.size, 1)] += letters
                bold += letters if word.bold else 0
                if "-" in word.text:
                    words[word.text.strip(".,;:()").casefold()] += 1
                down = word.y1 - last.y1 if last else 0.0
                if last and word.x0 < last.x0 and 0.5 * word.size < down < 3 * word.size:
                    steps[round(word.size)][round(2 * down)] += 1
                last = word
        body = sizes.most_common(1)[0][0] if sizes else 10.0
        large = sorted({round(size) for size in sizes if size > body * LARGE}, reverse=True)
        return cls(
            body, {size: min(level, 5) for level, size in enumerate(large, 1)},
            2 * bold > sum(sizes.values()), words,
            {size: found.most_common(1)[0][0] / 2 for size, found in steps.items()},
        )  # fmt: skip

    def pitch(self, size: float) -> float:
        """Return the usual line pitch of a letter size."""
        return self.pitches.get(round(size)) or 1.2 * size

    def join(self, text: str, more: str) -> tuple[str, str]:
        """Return two lines joined, as the first and what follows it."""
        if text.endswith((HYPHEN, "-")) and more[:1].islower():
            before = re.split(r"[^\w-]", text[:-1])[-1]
            after = re.findall(r"^[\w-]*", more)[0]
            kept = self.words[f"{before}-{after}".casefold()]
            return (f"{text[:-1]}-" if kept else text[:-1]), more
        if text.endswith("-") and more[:1].isupper() and text[-2:-1].isalnum():
            return text, more  # a double name
        if text.endswith(HYPHEN):
            text = f"{text[:-1]}-"
        return text, f" {more}"


def ends(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return bool(_STOPS.search(text))


def _level(lines: Sequence[Line], style: Style, text: str) -> int:
    """Return the level of a heading; 0 for other lines."""
    if len(text) > MAX_HEADING or not any(c.isalpha() for c in text) or len(lines) > 3:
        return 0
    if lines[0].size > style.body * LARGE and not (ends(text) and len(text) > 60):
        return style.levels.get(round(lines[0].size), 5)
    plain = all(line.bold for line in lines) and not style.bold and not _ENDS.search(text)
    return 6 if plain and len(lines) <= 2 and lines[0].size > 0.85 * style.body else 0


def _goes_on(group: Sequence[Line], line: Line, style: Style, right: float, text: str) -> bool:
    """Tell whether a line continues the paragraph above; `right` is the region's edge."""
    above = group[-1]
    if len(group) == 1 and _CAPTION.fullmatch(text):  # what it is called stands below
        return 0 < line.y1 - above.y1 < 2 * style.pitch(above.size)
    end, start = above.words[-1], line.words[0]
    alike = abs(end.size - start.size) < 0.03 * style.body and end.bold == start.bold
    if abs(above.size - line.size) > 0.1 * max(above.size, style.body) and not alike:
        return False
    bold = not alike and above.bold != line.bold and (len(group) == 1 or len(line.words) > 3)
    if bold and (above.bold and len(group) == 1 or line.bold):
        return False
    step, pitch = line.y1 - above.y1, style.pitch(line.size)
    if step <= 0 or step > 2.4 * pitch or LEADERS in text:
        return False
    own, open_end = line.text, not _ENDS.search(text)
    lower = own[:1].islower()
    full = above.x1 > right - max(4 * line.size, 0.12 * (right - group[0].x0))
    if step > 1.35 * pitch and not (open_end and lower and step < 2 * pitch):
        return False
    if _ITEM.match(own) and not (open_end and full and own[0] not in f"-–*{_BULLETS}"):
        return False
    if _CAPTION.match(own) and not open_end:
        return False
    if text.endswith((HYPHEN, "-")):
        return True
    if open_end and (lower or text.endswith(",")):
        return True
    item = len(group) == 1 and _ITEM.match(text)
    if line.x0 - above.x0 > 0.8 * line.size and not item and not open_end:
        return False  # it is indented
    if line.bold and above.bold and line.size > LARGE * style.body:
        return step < 1.5 * pitch  # a heading of two lines
    word = len(own.split(" ", 1)[0]) * 0.5 * line.size
    short = above.x1 + word + 0.5 * line.size < right
    half = above.x1 - above.x0 < 0.5 * (right - above.x0)
    return not (short and (half or not open_end))


def _piece(lines: Sequence[Line], style: Style, right: float, foot: float) -> Piece:
    """Return the block formed by lines."""
    text, spans = "", list[Span]()
    for line in lines:
        said = _DOTS.sub(LEADERS, line.text)
        if text:
            text, said = style.join(text, said)
        start = len(text) + (said[:1] == " ")
        spans.append((start, len(text) + len(said), line.words))
        text += said
    if text.endswith(HYPHEN):
        text = f"{text[:-1]}-"
    last, size = lines[-1], median([line.size for line in lines])
    full = last.x1 > right - max(4 * last.size, 0.1 * (right - lines[0].x0))
    piece = Piece("paragraph", text.replace(HYPHEN, "-"), spans, full=full, size=size)
    caption = _CAPTION.match(text)
    note = _NOTE.match(text)
    if caption and (caption["mark"] or len(text) < MAX_HEADING and not ends(text)):
        piece.kind = "caption"
    elif note and lines[0].size < NOTE * style.body and lines[0].y0 > foot:
        piece.kind = "note"
    elif level := _level(lines, style, text):
        piece.kind, piece.level = "heading", level
    elif found := _ITEM.match(text):
        piece.kind, piece.level = "list_item", 1
        piece.marker = "•" if _BULLET.match(text) else found[0].strip()
        cut = found.end()
        piece.text = piece.text[cut:]
        piece.spans = [(max(0, a - cut), max(0, b - cut), words) for a, b, words in spans]
    return piece


def pieces_of(
    items: Sequence[Line | PageTable], style: Style, height: float
) -> list[Piece | PageTable]:
    """Return the blocks of one region of a page.

    Args:
        items: its lines and tables, from the top down.
        style: of the document.
        height: of the page.
    """
    found: list[Piece | PageTable] = []
    group: list[Line] = []
    text = ""
    rights = sorted(item.x1 for item in items if isinstance(item, Line))
    right = rights[min(len(rights) - 1, int(0.93 * len(rights)))] if rights else 0.0

    def end() -> None:
        if group:
            found.append(_piece(group, style, right, FOOT * height))
        group.clear()

    for item in items:
        if isinstance(item, PageTable):
            end()
            found.append(item)
            continue
        if group and not _goes_on(group, item, style, right, text):
            end()
        text = _DOTS.sub(LEADERS, item.text)
        group.append(item)
    end()
    return found


def joined_over(pieces: Sequence[Piece | PageTable], style: Style) -> list[Piece | PageTable]:
    """Return the blocks of a page, with those whose sentence continues in the next column merged.

    Blocks between them, such as a table or a caption, come after.
    """
    found: list[Piece | PageTable] = []
    for piece in pieces:
        if isinstance(piece, Piece) and piece.kind == "paragraph":
            piece = _with_formulas(found, piece, style)
            at = _open_before(found, piece)
            if at is not None:
                found[at] = merged(found[at], piece, style)  # type: ignore[arg-type]
                continue
        found.append(piece)
    return found


def _with_formulas(found: list[Piece | PageTable], piece: Piece, style: Style) -> Piece:
    """Return a paragraph that goes on below a formula, with it; take that from the blocks."""
    at = len(found)
    while at and _is_formula(found[at - 1]):
        at -= 1
    run = [part for part in found[at:] if isinstance(part, Piece)]
    if not piece.text[:1].islower() or not any(_OPERATOR.search(part.text) for part in run):
        return piece
    del found[at:]
    whole = Piece("paragraph", run[0].text, run[0].spans, full=run[0].full, size=piece.size)
    for part in [*run[1:], piece]:
        whole = merged(whole, part, style)
    whole.size = piece.size
    if found and isinstance(found[-1], Piece) and may_go_on(found[-1], piece):
        return merged(found.pop(), whole, style)  # type: ignore[arg-type]
    return whole


def _is_formula(piece: Piece | PageTable) -> bool:
    """Tell whether a block may be a line of a formula: short, of signs and short names."""
    if isinstance(piece, PageTable) or piece.kind != "paragraph" or len(piece.text) > LABEL:
        return False
    if _ENDS.search(piece.text):
        return False
    words = [len(word) for word in re.findall(r"[^\W\d_]+", piece.text)]
    return bool(_OPERATOR.search(piece.text)) or bool(words) and max(words) <= 3


def _open_before(found: Sequence[Piece | PageTable], piece: Piece) -> int | None:
    """Return which of the blocks before a paragraph has the first part of its sentence."""
    labels = False  # of a figure that stands between
    for at in range(len(found) - 1, max(-1, len(found) - 1 - MAX_BETWEEN), -1):
        last = found[at]
        if isinstance(last, PageTable) or last.kind in ("caption", "note"):
            continue
        whole = last.full and (len(last.spans) > 1 or not last.text[:1].islower())
        near = not labels and (last.full or last.kind == "paragraph")
        if may_go_on(last, piece) and (whole or near):
            return at
        if not is_aside(last, piece.size):
            return None
        labels = True
    return None


def is_aside(piece: Piece | PageTable, size: float) -> bool:
    """Tell whether a block may interrupt a paragraph.

    Such are tables, captions and notes; and, unless `size` is 0, labels in a figure and what is
    set in letters smaller than that.
    """
    if isinstance(piece, PageTable) or piece.kind in ("caption", "note"):
        return True
    if piece.kind == "heading":
        return piece.size < NOTE * size
    label = size > 0 and len(piece.text) <= LABEL and not _ENDS.search(piece.text)
    return piece.size < NOTE * size or label and piece.kind == "paragraph"


def last_open(pieces: Sequence[Piece | PageTable]) -> int | None:
    """Return which block's sentence may continue on the next page, below asides."""
    for at in range(len(pieces) - 1, max(-1, len(pieces) - 1 - MAX_BETWEEN), -1):
        piece = pieces[at]
        if isinstance(piece, Piece) and open_ended(piece):
            size = piece.size if piece.full else 0.0
            return at if all(is_aside(other, size) for other in pieces[at + 1 :]) else None
    return None


def may_go_on(last: Piece, piece: Piece) -> bool:
    """Tell whether a paragraph continues the sentence of one that ended a column or a page."""
    if last.kind not in ("paragraph", "list_item") or piece.kind != "paragraph":
        return False
    if _ENDS.search(last.text) or abs(last.size - piece.size) > 0.08 * last.size:
        return False
    if LEADERS in last.text or LEADERS in piece.text:
        return False
    return piece.text[:1].islower() or last.full and len(last.text) > 60 and last.text[-1] in ",-"


def merged(last: Piece, piece: Piece, style: Style) -> Piece:
    """Merge two pieces of a paragraph."""
    text, more = style.join(last.text, piece.text)
    at = len(text) + (more[:1] == " ")
    spans = [*last.spans, *((a + at, b + at, words) for a, b, words in piece.spans)]
    return Piece(last.kind, text + more, spans, last.level, last.marker, piece.full, piece.size)


def open_ended(piece: Piece | PageTable) -> bool:
    """Tell whether a block's sentence may continue on the next page."""
    return (
        isinstance(piece, Piece) and piece.kind in ("paragraph", "list_item")
        and not _ENDS.search(piece.text) and len(piece.text) > 40
    )  # fmt: skip
