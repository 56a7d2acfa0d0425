"""Passages: contiguous spans of a document, with their sentences, at exact offsets.

Paragraphs and heading lines are found in the plain text; sentences by sentencex. Nothing is
rewritten: `document.text[p.start:p.end] == p.text` holds for every passage and sentence, and
between two neighbours there is nothing but white space.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from sentencex import get_sentence_boundaries

from corpus.document import Document

SPLITTER_VERSION = 5  # raise it when the same document would be split otherwise
MAX_SENTENCE = 500  # characters; what is longer is split at clauses, so that it can be cited
MAX_HEADING = 120  # characters
LONGEST_TOKEN = 16  # characters; a model reads a longer run without spaces as one unknown token
MAX_COLUMNS = 200  # characters of a table's header in the section of its further passages
MIN_PASSAGE = 48  # tokens; shorter paragraphs are joined with the next of their section

_TERMINAL = (".", "!", "?", "。", "！", "？", "…", ";", ":", ",")
_CLOSING = "\"'”’)]»*_"
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ITEM = re.compile(r"\s*(?:[-*+•–‣·▪]\s|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]\s|\|)")
_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s*")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_CLAUSE_ENDS = tuple(re.compile(mark) for mark in (r";\s+", r",\s+", r"\s+"))
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
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

    `section` is the heading it stands under (path of headings in Markdown), "" without one. The
    rows of a table that stand in another passage than its header have that at the path's end.
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
    columns: str = ""  # the header of the Markdown table that this is a row of
    names: bool = False  # it is such a header itself


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _is_hard_wrapped(lines: list[str]) -> bool:
    """Tell whether the lines of a block are one paragraph broken at a column."""
    body = [line.rstrip() for line in lines[:-1]]
    open_ends = sum(not line.rstrip(_CLOSING).endswith(_TERMINAL[:7]) for line in body)
    return 40 <= max(map(len, body), default=0) <= 110 and open_ends >= 0.6 * len(body)


def _blocks(text: str) -> Iterator[list[tuple[int, int, int]]]:
    """Yield runs of non-blank lines as (start, end, indent); headings come apart by their rules."""
    block: list[tuple[int, int, int]] = []
    previous = 0
    for match in _LINE.finditer(text):
        start, end = _strip(text, *match.span())
        if start >= end:
            continue
        between = text[previous : match.start()].replace("\r\n", "\n")
        if block and (len(between.strip(" \t")) > 1 or "\x0c" in between):
            yield block
            block = []
        block.append((start, end, len(text[match.start() : start].expandtabs(4))))
        previous = match.end()
    if block:
        yield block


def _paragraphs(document: Document) -> list[_Paragraph]:
    """Return the paragraphs, heading lines and table rows of a document, in order."""
    found: list[_Paragraph] = []
    fenced = False
    for block in _blocks(document.text):
        fenced = _read_block(document, block, fenced, found)
    if not document.markdown:
        _mark_plain_headings(document.text, found)
    return found


def _read_block(
    document: Document, block: list[tuple[int, int, int]], fenced: bool, found: list[_Paragraph]
) -> bool:
    """Add the paragraphs of a block of lines; return whether it ends inside fenced code."""
    lines = [document.text[start:end] for start, end, _ in block]
    wrapped = document.markdown or _is_hard_wrapped(lines)
    current: _Paragraph | None = None
    above = ""
    margin = -1  # the indent of the list item that `current` is; -1: it is none
    for (start, end, indent), line in zip(block, lines, strict=True):
        signs = document.markdown and indent < 4
        fence = signs and bool(_FENCE.match(line))
        fenced ^= fence
        mark = _mark(line, current, above) if signs and not fenced else ""
        if mark == "atx":
            found.append(_Paragraph(start, end, level=len(line) - len(line.lstrip("#"))))
            current = None
        elif current and mark == "setext":
            current.end, current.level = end, 1 if line.startswith("=") else 2
            current = None
        elif current and mark == "header":
            current.end, current.names, current.columns = end, True, _column_names(above)
        elif (
            current
            and not (mark or fence or fenced or current.columns or _ITEM.match(line))
            and (wrapped or margin >= 0 and (indent > margin or _goes_on(above, line)))
        ):
            current.end = end
        else:
            current = _Paragraph(start, end, columns=current.columns if current and mark else "")
            found.append(current)
            margin = indent if _ITEM.match(line) else -1
        above = line
    return fenced


def is_table_rule(line: str) -> bool:
    """Tell whether a line only parts the head of a Markdown table from its rows."""
    return "|" in line and bool(_TABLE_RULE.fullmatch(line.strip()))


def _mark(line: str, current: _Paragraph | None, above: str) -> str:
    """Return what the signs of Markdown make of a line: "atx", "setext", "header", "row" or ""."""
    if _ATX.match(line):
        return "atx"
    if current is None:
        return ""
    alone = current.end - current.start == len(above)
    if alone and "|" in above and is_table_rule(line):
        return "header"
    if current.columns and "|" in line:
        return "row"
    return "setext" if alone and _SETEXT.match(line) else ""


def _column_names(header: str) -> str:
    """Return the cells of a Markdown table's header as one line."""
    return " | ".join(cell.strip() for cell in header.strip(" |").split("|"))[:MAX_COLUMNS]


def _goes_on(above: str, line: str) -> bool:
    """Tell whether a line goes on with the sentence of the list item above."""
    return line[0].islower() and not above.rstrip(_CLOSING).endswith(_TERMINAL)


def _mark_plain_headings(text: str, paragraphs: list[_Paragraph]) -> None:
    """Mark short unpunctuated lines that stand over running text as headings."""
    for here, following in pairwise(paragraphs):
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
    """Return where an over-long span is best cut in two: clause, then word, near its middle."""
    middle = (start + end) // 2
    first, last = max(start, middle - MAX_SENTENCE), min(end, middle + MAX_SENTENCE)
    for mark in _CLAUSE_ENDS:
        ends = (match.end() for match in mark.finditer(text, first, last))
        if places := [place for place in ends if start + 20 < place < end - 20]:
            return min(places, key=lambda place: abs(place - middle))
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
        edges = [first, *(semicolons or [_cut(text, first, last)]), last]
        pieces = [_strip(text, a, b) for a, b in pairwise(edges)]
        pending += [piece for piece in reversed(pieces) if piece[0] < piece[1]]


def _heading_title(heading: str, markdown: bool) -> str:
    """Return the words of a heading as one line, without Markdown's signs."""
    if markdown and (atx := _ATX.match(heading)):
        heading = atx[2].rstrip(" \t#")
    elif markdown:
        heading = "\n".join(line for line in heading.splitlines() if not _SETEXT.match(line))
    return " ".join(heading.split())


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
    path: dict[int, str] = {}  # open headings by level
    section = ""
    columns: dict[int, str] = {}  # of the table whose row starts there
    group: list[Sentence] = []
    size = 0

    def tokens(piece: str) -> int:
        return max(count(piece), len(piece) // LONGEST_TOKEN)

    def flush() -> None:
        nonlocal group, size
        for part in _parts(text, group, tokens, budget):
            start, end = part[0].start, part[-1].end
            under = " › ".join(filter(None, (section, columns.get(start))))
            passages.append(Passage(document.doc, start, end, text[start:end], under, tuple(part)))
        group, size = [], 0

    for paragraph in _paragraphs(document):
        heads = bool(paragraph.level) or paragraph.names
        spans = _spans(text, paragraph, tokens, budget)
        costs = [tokens(text[a:b]) for a, b in spans]
        total = sum(costs)
        full = size + total > budget or (size >= MIN_PASSAGE and not paragraph.columns)
        if any(not s.heading for s in group) and (heads or full):
            flush()
        if paragraph.level:
            title = _heading_title(text[paragraph.start : paragraph.end], document.markdown)
            path = {k: t for k, t in path.items() if k < paragraph.level} | {paragraph.level: title}
            section = " › ".join(path.values())
        share = ceil(total / ceil(total / budget)) if total else 0
        for (start, end), cost in zip(spans, costs, strict=True):
            over = size + cost > budget or (total + size > budget and size >= share)
            if over and any(not s.heading for s in group) or size + cost > budget:
                flush()
            if paragraph.columns and not paragraph.names:
                columns[start] = paragraph.columns
            group.append(Sentence(start, end, heading=heads))
            size += cost
    flush()
    return tuple(passages)


def _spans(
    text: str, paragraph: _Paragraph, tokens: Callable[[str], int], budget: int
) -> list[tuple[int, int]]:
    """Return the sentences of a paragraph, cut to the budget; a heading or row is one."""
    whole = [(paragraph.start, paragraph.end)]
    split = not (paragraph.level or paragraph.columns)
    spans = _sentence_spans(text, *whole[0]) if split else whole
    return [piece for span in spans for piece in _fit(text, *span, tokens, budget)]
