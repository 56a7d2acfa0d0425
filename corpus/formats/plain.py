"""Plain text: the paragraphs, list items and headings formed by its lines."""

import re
from collections.abc import Iterator

from corpus.blocks import Block
from corpus.formats.content import Content, decoded_text

MAX_HEADING = 120  # characters
TERMINAL = (".", "!", "?", "。", "！", "？", "…", ";", ":", ",")
CLOSING = "\"'”’)]»*_"
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ITEM = re.compile(r"\s*(?:[-*+•–‣·▪]\s|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]\s|\|)")
_MARKER = re.compile(r"[-*+•–‣·▪]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]")
Lines = list[tuple[int, int, int]]  # start, end and indent of each


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _runs(text: str) -> Iterator[Lines]:
    """Yield runs of lines without a blank line."""
    run: Lines = []
    previous = 0
    for match in _LINE.finditer(text):
        start, end = stripped(text, *match.span())
        if start >= end:
            continue
        between = text[previous : match.start()].replace("\r\n", "\n")
        if run and (len(between.strip(" \t")) > 1 or "\x0c" in between):
            yield run
            run = []
        run.append((start, end, len(text[match.start() : start].expandtabs(4))))
        previous = match.end()
    if run:
        yield run


def _is_hard_wrapped(lines: list[str]) -> bool:
    """Tell whether the lines of a run are one paragraph broken at a column."""
    body = [line.rstrip() for line in lines[:-1]]
    open_ends = sum(not line.rstrip(CLOSING).endswith(TERMINAL[:7]) for line in body)
    return 40 <= max(map(len, body), default=0) <= 110 and open_ends >= 0.6 * len(body)


def _goes_on(above: str, line: str) -> bool:
    """Tell whether a line continues the sentence of the list item above."""
    return line[0].islower() and not above.rstrip(CLOSING).endswith(TERMINAL)


def _spans(text: str) -> Iterator[list[int]]:
    """Yield the [start, end] of each paragraph or list item."""
    for run in _runs(text):
        lines = [text[start:end] for start, end, _ in run]
        wrapped = _is_hard_wrapped(lines)
        current: list[int] = []
        above, margin = "", -1  # the indent of the list item that `current` is; -1: it is none
        for (start, end, indent), line in zip(run, lines, strict=True):
            item = bool(_ITEM.match(line))
            more = wrapped or margin >= 0 and (indent > margin or _goes_on(above, line))
            if current and more and not item:
                current[1] = end
            else:
                if current:
                    yield current
                current, margin = [start, end], indent if item else -1
            above = line
        if current:
            yield current


def _is_heading(line: str, below: str) -> bool:
    """Tell whether a line is a heading above running text: short, without a full stop."""
    return (
        len(line) <= MAX_HEADING
        and "\n" not in line
        and any(c.isalpha() for c in line)
        and not line.rstrip(CLOSING).endswith(TERMINAL)
        and (not _ITEM.match(line) or line[0].isdigit())
        and len(below) > max(80, len(line))
        and below.rstrip(CLOSING).endswith(TERMINAL)
    )


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text."""
    spans = list(_spans(text))
    blocks = []
    for (start, end), following in zip(spans, [*spans[1:], [0, 0]], strict=False):
        line, below = text[start:end], text[following[0] : following[1]]
        if _is_heading(line, below):
            blocks.append(Block("heading", start, end, level=1))
        elif found := _ITEM.match(line) and _MARKER.match(line):
            blocks.append(Block("list_item", start, end, 1, found[0]))
        else:
            blocks.append(Block("paragraph", start, end))
    return tuple(blocks)


def read_plain(data: bytes, name: str) -> Content:
    """Read plain text; only its encoding is changed."""
    text, guessed = decoded_text(data)
    return Content(text, warnings=guessed, blocks=plain_blocks(text))
