"""Passages: contiguous spans of a document, with their sentences, at exact offsets.

Blocks come from the readers of the formats, sentences from sentencex. Nothing is rewritten:
`document.text[p.start:p.end] == p.text` holds for every passage and sentence, and between two
neighbours there is only white space, or text that is not shown to readers.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from time import thread_time

from sentencex import get_sentence_boundaries

from corpus.blocks import CONTENTS, Block
from corpus.document import Document
from corpus.errors import CorpusError
from corpus.formats.content import reading_seconds
from corpus.formats.markdown import is_table_rule, plain_text
from corpus.stopping import current_stop

MAX_SENTENCE = 500  # characters; what is longer is split at clauses, so that it can be cited
LONGEST_TOKEN = 16  # characters; a model reads a longer run without spaces as one unknown token
MAX_COLUMNS = 200  # characters of a table's header in the section of its further passages
MIN_PASSAGE = 48  # tokens; shorter paragraphs are joined with the next of their section
WINDOW = 4_000  # characters in which sentences are looked for at once: sentencex is quadratic

_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s*")
_CLAUSE_ENDS = tuple(re.compile(mark) for mark in (r";\s+", r",\s+", r"\s+"))
_STRUCK = re.compile(r"\W*~~[^~]*~~\W*")  # what is not in force is no answer
_STRUCK_SENTENCES = re.compile(r"(?:^|(?<=[.!?]\s)|(?<=\n))~~[^~]*[.!?]~~\s*", re.MULTILINE)
_CELL_END = re.compile(r"; |\|")
_BREAK = re.compile(r"\n")
_LINE = re.compile(r"[^\n\r]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The span of one sentence (or heading, list item, table row, clause of a long sentence)."""

    start: int
    end: int
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one document: the unit that is embedded, retrieved and cited.

    `section` is the path of the headings above it, "" if there are none. For rows of a table whose
    header is in another passage, the path ends in the table's caption and header.
    """

    doc: str
    start: int
    end: int
    text: str
    section: str
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        edges = [self.start, *(e for s in self.sentences for e in (s.start, s.end)), self.end]
        if len(self.text) != self.end - self.start or edges != sorted(edges):
            raise ValueError(f"passage {self.start}-{self.end} of {self.doc!r} is not its span")

    def quote(self, sentence: Sentence) -> str:
        """Return the text of one of this passage's sentences."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(slots=True)
class _Unit:
    """A block, or a row of a table, with its sentences."""

    spans: list[tuple[int, int]]
    heads: bool = False  # it is a heading, or names the columns of a table
    title: str = ""  # of a heading
    level: int = 0
    above: str = ""  # of a table's row: what its table is called, and its columns
    row: bool = False
    apart: bool = False  # it stands under no heading: a page's footer, a footnote


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences that sentencex finds, window by window."""
    while start < end:
        stop = min(end, start + WINDOW)
        if stop < end and (space := text.rfind(" ", start + 1, stop)) > start:
            stop = space
        found = [
            (start + one["start_index"], start + one["end_index"])
            for one in get_sentence_boundaries("en", text[start:stop])
        ]
        if stop < end and len(found) > 1:
            found.pop()  # it may go on in the next window
        yield from found
        start = found[-1][1] if found else stop


def _sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of one paragraph; enumerators stay with the text they number."""
    spans: list[tuple[int, int]] = []
    carry: int | None = None
    for boundary in _boundaries(text, start, end):
        first, last = _strip(text, *boundary)
        if first >= last:
            continue
        first, carry = first if carry is None else carry, None
        piece = text[first:last]
        if _ENUMERATOR.fullmatch(piece):
            carry = first
        elif spans and not any(c.isalnum() for c in piece):
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    if carry is not None:
        spans.append((carry, end))
    return spans


def _cut(text: str, start: int, end: int) -> int:
    """Return the best place to cut an over-long span: a clause, else a word, near its middle."""
    middle = (start + end) // 2
    first, last = max(start, middle - MAX_SENTENCE), min(end, middle + MAX_SENTENCE)
    for mark in _CLAUSE_ENDS:
        ends = (match.end() for match in mark.finditer(text, first, last))
        if places := [place for place in ends if start + 20 < place < end - 20]:
            return min(places, key=lambda place: abs(place - middle))
    return middle


Fits = Callable[[int, int], bool]


def _cut_to_fit(text: str, start: int, end: int, fits: Fits) -> Iterator[tuple[int, int]]:
    """Yield the span in pieces that can each be cited and embedded whole."""
    pending = [_strip(text, start, end)]
    while pending:
        first, last = pending.pop()
        if last - first <= 1 or fits(first, last):
            yield first, last
            continue
        semicolons = [m.end() for m in _CLAUSE_ENDS[0].finditer(text, first, last - 1)]
        edges = [first, *(semicolons or [_cut(text, first, last)]), last]
        pieces = [_strip(text, a, b) for a, b in pairwise(edges)]
        pending += [piece for piece in reversed(pieces) if piece[0] < piece[1]]


def _packed(text: str, edges: list[int], fits: Fits) -> Iterator[tuple[int, int]]:
    """Yield the span from the first to the last edge, cut at as few of the others as possible."""
    first = edges[0]
    if fits(first, edges[-1]):
        yield _strip(text, first, edges[-1])
        return
    for here, following in pairwise(edges[1:]):
        if not fits(first, following) and first < here:
            yield from _cut_to_fit(text, first, here, fits)
            first = here
    yield from _cut_to_fit(text, first, edges[-1], fits)


class _Splitter:
    """Splits the blocks of a document into units of sentences."""

    def __init__(self, document: Document, fits: Fits) -> None:
        self.document = document
        self.text = document.text
        self.fits = fits

    def units(self) -> Iterator[_Unit]:
        """Yield the units of all blocks that are shown to readers."""
        blocks = [b for b in self.document.blocks if not (b.unseen or b.marker == CONTENTS)]
        for block, following in zip(blocks, [*blocks[1:], None], strict=False):
            start, end = block.start, block.end
            if block.table:
                yield from self._rows(block)
            elif block.kind == "heading":
                title = self._said(self.text[start:end])
                spans = list(_cut_to_fit(self.text, start, end, self.fits))
                yield _Unit(spans, True, title, block.level or 1)
            elif block.kind == "code":
                ends = (m.end() for m in _BREAK.finditer(self.text, start, end))
                edges = [start, *ends, end]
                yield _Unit(list(_packed(self.text, edges, self.fits)))
            else:
                apart = block.kind == "furniture" or (block.kind == "note" and bool(block.marker))
                caption = block.kind == "caption" and following and following.table
                sentences = [
                    span for part in self._valid(start, end)
                    for span in _sentence_spans(self.text, *part)
                    if not _STRUCK.fullmatch(self.text, *span)
                ]  # fmt: skip
                spans = [p for span in sentences for p in _cut_to_fit(self.text, *span, self.fits)]
                yield _Unit(spans, bool(caption), apart=apart)

    def _valid(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield a span without the sentences that are struck out as a whole."""
        for match in _STRUCK_SENTENCES.finditer(self.text, start, end):
            if self.text[start : match.start()].strip():
                yield start, match.start()
            start = match.end()
        if self.text[start:end].strip():
            yield start, end

    def _said(self, text: str) -> str:
        return plain_text(text) if self.document.markdown else " ".join(text.split())

    def _rows(self, block: Block) -> Iterator[_Unit]:
        """Yield the rows of a table; a long one is cut between its cells."""
        assert block.table
        cells = sorted((cell.start, cell.header) for cell in block.table.cells)
        starts = [start for start, _ in cells]
        above = [block.table.caption] if block.table.caption else []
        for match in _LINE.finditer(self.text, block.start, block.end):
            start, end = _strip(self.text, *match.span())
            if start >= end or self.document.markdown and is_table_rule(self.text[start:end]):
                continue
            of_row = cells[bisect_left(starts, start) : bisect_left(starts, end)]
            heads = bool(of_row) and all(header for _, header in of_row)
            if heads and self.document.markdown:  # its rows do not name their columns themselves
                above.append(self._said(self.text[start:end])[:MAX_COLUMNS])
            ends = (m.end() for m in _CELL_END.finditer(self.text, start, end))
            spans = list(_packed(self.text, [start, *ends, end], self.fits))
            yield _Unit(spans, heads, above=" › ".join(above), row=True)


def _parts(
    text: str, group: list[Sentence], tokens: Callable[[str], int], budget: int
) -> Iterator[list[Sentence]]:
    """Yield a passage's sentences, halved while together they exceed the budget."""
    pending = [group] if group else []
    while pending:
        part = pending.pop()
        half = len(part) // 2
        if half and tokens(text[part[0].start : part[-1].end]) > budget:
            pending += [part[half:], part[:half]]
        else:
            yield part


def split_document(
    document: Document, count: Callable[[str], int], budget: int
) -> tuple[Passage, ...]:
    """Split a document into passages of at most `budget` tokens.

    Args:
        document: with any text.
        count: counts the embedding model's own tokens in a text.
        budget: the most tokens that a passage may have, special tokens excluded.

    Raises:
        CorpusError: it takes longer than a file of this size may take to read.
        StoppedError: a stop was requested.
    """
    text = document.text
    seconds, begun = reading_seconds(len(text)), thread_time()
    passages: list[Passage] = []
    path: dict[int, str] = {}  # open headings by level
    section = ""
    above: dict[int, str] = {}  # of the table whose row starts there
    group: list[Sentence] = []
    size = 0

    def tokens(piece: str) -> int:
        if thread_time() - begun > seconds:
            raise CorpusError(f"took longer than {seconds:.0f} seconds to split; split the file")
        current_stop().check()
        return max(count(piece), len(piece) // LONGEST_TOKEN)

    def fits(start: int, end: int) -> bool:
        return end - start <= MAX_SENTENCE and tokens(text[start:end]) <= budget

    def flush() -> None:
        nonlocal group, size
        for part in _parts(text, group, tokens, budget):
            start, end = part[0].start, part[-1].end
            under = " › ".join(filter(None, (section, above.get(start))))
            passages.append(Passage(document.doc, start, end, text[start:end], under, tuple(part)))
        group, size = [], 0

    for unit in _Splitter(document, fits).units():
        costs = [tokens(text[a:b]) for a, b in unit.spans]
        total = sum(costs)
        full = size + total > budget or (size >= MIN_PASSAGE and not unit.row)
        if any(not s.heading for s in group) and (unit.heads or full):
            flush()
        if unit.level or unit.apart:
            deeper = unit.level or 1
            path = {k: title for k, title in path.items() if k < deeper}
            path |= {unit.level: unit.title} if unit.level else {}
            section = " › ".join(filter(None, path.values()))
        share = ceil(total / ceil(total / budget)) if total else 0
        for (start, end), cost in zip(unit.spans, costs, strict=True):
            over = size + cost > budget or (total + size > budget and size >= share)
            if over and any(not s.heading for s in group) or size + cost > budget:
                flush()
            if unit.row and not unit.heads:
                above[start] = unit.above
            group.append(Sentence(start, end, heading=unit.heads))
            size += cost
    flush()
    return tuple(passages)
