"""Passages: contiguous spans of a document, with their sentences, at exact offsets.

Paragraphs and heading lines are found in the plain text; sentences by sentencex. Nothing is
rewritten: `document.text[p.start:p.end] == p.text` holds for every passage and sentence, and
between two neighbours there is nothing but white space.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from sentencex import get_sentence_boundaries

from corpus.documents import Document

SPLITTER_VERSION = 3  # raise it when the same document would be split otherwise
MAX_SENTENCE = 500  # characters; what is longer is split at clauses, so that it can be cited
MAX_HEADING = 120  # characters
LONGEST_TOKEN = 16  # characters; a model reads a longer run without spaces as one unknown token
MIN_PASSAGE = 48  # tokens; shorter paragraphs are joined with the next of their section

_TERMINAL = (".", "!", "?", "。", "！", "？", "…", ";", ":", ",")
_CLOSING = "\"'”’)]»*_"
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ITEM = re.compile(r"\s*(?:[-*+•–‣·▪]\s|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]\s|\|)")
_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s*")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_CLAUSE_ENDS = tuple(re.compile(mark) for mark in (r";\s+", r",\s+", r"\s+"))
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The span of one sentence (or heading, list item, clause of an over-long sentence)."""

    start: int
    end: int
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one document: the unit that is embedded, retrieved and cited.

    `section` is the heading it stands under (path of headings in Markdown), "" without one.
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
class _Paragraph:
    start: int
    end: int
    level: int = 0  # of a heading, 1 is the highest; 0 is no heading


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _is_hard_wrapped(lines: list[str]) -> bool:
    """Tell whether the lines of a block are one paragraph broken at a column."""
    body = [line.rstrip() for line in lines[:-1]]
    if not body or not 40 <= max(len(line) for line in body) <= 110:
        return False
    open_ends = sum(not line.rstrip(_CLOSING).endswith(_TERMINAL[:7]) for line in body)
    return open_ends >= 0.6 * len(body)


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of non-blank lines as spans; lone headings come apart by their own rules."""
    block: list[tuple[int, int]] = []
    previous = 0
    for match in _LINE.finditer(text):
        start, end = _strip(text, match.start(), match.end())
        between = text[previous : match.start()].replace("\r\n", "\n")
        if start == end:
            continue
        if block and (len(between.strip(" \t")) > 1 or "\x0c" in between):
            yield block
            block = []
        block.append((start, end))
        previous = match.end()
    if block:
        yield block


def _paragraphs(document: Document) -> list[_Paragraph]:
    """Return the paragraphs and heading lines of a document, in order."""
    text = document.text
    found: list[_Paragraph] = []
    fenced = False
    for block in _blocks(text):
        lines = [text[start:end] for start, end in block]
        wrapped = _is_hard_wrapped(lines)
        current: _Paragraph | None = None
        for (start, end), line in zip(block, lines, strict=True):
            fence = document.markdown and bool(_FENCE.match(line))
            fenced ^= fence
            atx = _ATX.match(line) if document.markdown and not fenced else None
            setext = _SETEXT.match(line) if document.markdown and not fenced else None
            if atx:
                found.append(_Paragraph(start, end, level=len(atx[1])))
                current = None
            elif setext and current and found and "\n" not in text[current.start : current.end]:
                found[-1].end = end
                found[-1].level = 1 if setext[1].startswith("=") else 2
                current = None
            elif current and wrapped and not _ITEM.match(line):
                current.end = end
            else:
                current = _Paragraph(start, end)
                found.append(current)
    if not document.markdown:
        _mark_plain_headings(text, found)
    return found


def _mark_plain_headings(text: str, paragraphs: list[_Paragraph]) -> None:
    """Mark short unpunctuated lines that stand over running text as headings."""
    for here, following in zip(paragraphs, paragraphs[1:], strict=False):
        line, below = text[here.start : here.end], text[following.start : following.end]
        here.level = int(
            len(line) <= MAX_HEADING
            and "\n" not in line
            and any(c.isalpha() for c in line)
            and not line.rstrip(_CLOSING).endswith(_TERMINAL)
            and (not _ITEM.match(line) or line[0].isdigit())
            and len(below) > max(80, len(line))
            and below.rstrip(_CLOSING).endswith(_TERMINAL)
        )


def _sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of one paragraph; enumerators stay with what they number."""
    spans: list[tuple[int, int]] = []
    carry: int | None = None
    for boundary in get_sentence_boundaries("en", text[start:end]):
        first, last = _strip(text, start + boundary["start_index"], start + boundary["end_index"])
        if first >= last:
            continue
        first = first if carry is None else carry
        carry = None
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
    """Return where an over-long span is best cut in two: clause, then word, near its middle."""
    middle = (start + end) // 2
    first, last = max(start, middle - MAX_SENTENCE), min(end, middle + MAX_SENTENCE)
    for mark in _CLAUSE_ENDS:
        places = [m.end() for m in mark.finditer(text, first, last)]
        places = [p for p in places if start + 20 < p < end - 20]
        if places:
            return min(places, key=lambda p: abs(p - middle))
    return middle


def _fit(
    text: str, start: int, end: int, cost: Callable[[str], int], budget: int
) -> Iterator[tuple[int, int]]:
    """Yield the span, cut until every piece can be cited and embedded whole."""
    pending = [_strip(text, start, end)]
    while pending:
        first, last = pending.pop()
        fits = last - first <= MAX_SENTENCE and cost(text[first:last]) <= budget
        if fits or last - first <= 1:
            yield first, last
            continue
        semicolons = [m.end() for m in _CLAUSE_ENDS[0].finditer(text, first, last - 1)]
        cuts = semicolons or [_cut(text, first, last)]
        edges = [first, *cuts, last]
        pieces = [_strip(text, a, b) for a, b in zip(edges, edges[1:], strict=False)]
        pending.extend(reversed([p for p in pieces if p[0] < p[1]]))


def _heading_title(heading: str, markdown: bool) -> str:
    """Return the words of a heading as one line, without Markdown's signs."""
    if markdown and (atx := _ATX.match(heading)):
        heading = atx[2]
    elif markdown:
        heading = "\n".join(line for line in heading.splitlines() if not _SETEXT.match(line))
    return " ".join(heading.split())


def _section_of(path: dict[int, str], level: int, title: str) -> str:
    """Enter a heading into the path of open headings and return the path as one line."""
    for deeper in [known for known in path if known >= level]:
        del path[deeper]
    path[level] = title
    return " › ".join(path[known] for known in sorted(path))


def _parts(
    text: str, group: list[Sentence], tokens: Callable[[str], int], budget: int
) -> Iterator[list[Sentence]]:
    """Yield a passage's sentences, halved while they cost more joined than their sum said."""
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
        document: its text may be anything.
        count: tokens of a text in the embedding model's own word pieces.
        budget: the most tokens a passage may have, markers of the model not counted.
    """
    text = document.text
    passages: list[Passage] = []
    path: dict[int, str] = {}
    section = ""
    group: list[Sentence] = []
    size = 0

    def tokens(piece: str) -> int:
        return max(count(piece), len(piece) // LONGEST_TOKEN)

    def flush() -> None:
        nonlocal group, size
        for part in _parts(text, group, tokens, budget):
            start, end = part[0].start, part[-1].end
            passages.append(
                Passage(document.doc, start, end, text[start:end], section, tuple(part))
            )
        group, size = [], 0

    for paragraph in _paragraphs(document):
        if paragraph.level:
            if any(not s.heading for s in group):
                flush()
            title = _heading_title(text[paragraph.start : paragraph.end], document.markdown)
            new_section = _section_of(path, paragraph.level, title)
            spans = list(_fit(text, paragraph.start, paragraph.end, tokens, budget))
        else:
            new_section = section
            spans = [
                piece
                for span in _sentence_spans(text, paragraph.start, paragraph.end)
                for piece in _fit(text, *span, tokens, budget)
            ]
        costs = [tokens(text[a:b]) for a, b in spans]
        total = sum(costs)
        if any(not s.heading for s in group) and (size >= MIN_PASSAGE or size + total > budget):
            flush()
        section = new_section
        share = ceil(total / ceil(total / budget)) if total else 0
        for (start, end), cost in zip(spans, costs, strict=True):
            over = size + cost > budget or (total + size > budget and size >= share)
            if over and any(not s.heading for s in group) or size + cost > budget:
                flush()
            group.append(Sentence(start, end, heading=bool(paragraph.level)))
            size += cost
    flush()
    return tuple(passages)
