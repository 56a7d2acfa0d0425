"""Markdown: its blocks (CommonMark with tables), and its text without syntax."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from corpus.blocks import UNSEEN, Block, BlockKind, Cell, Table
from corpus.formats.content import Content, decoded_text, one_line
from corpus.formats.plain import stripped
from corpus.formats.table_units import LONGEST, unit_of_table

_LINES = re.compile(r"\r\n?|\n")
_FRONT = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n?|\n)(.*?)(?:\r\n?|\n)\1[ \t]*(?=\r|\n|$)", re.S
)
_FIELD = re.compile(r"""^(title|date)\s*[:=]\s*(["']?)(.+?)\2\s*$""", re.MULTILINE | re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>|<![^<>]*>", re.DOTALL)
_TEMPLATE = re.compile(r"\{%(?:(?!%\}).)*%\}|\{\{<(?:(?!>\}\}).)*>\}\}", re.DOTALL)  # of sites
_NOTE = re.compile(r"\[\^[\w-]+\]:")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)*")


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        ends = [match.start() for match in _LINES.finditer(text)] + [len(text)]
        starts = [0, *(match.end() for match in _LINES.finditer(text))]
        self.lines = list(zip(starts, ends, strict=True))
        self.blocks: list[Block] = []

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the span of lines without the white space at its ends."""
        return stripped(
            self.text, self.lines[first][0], self.lines[min(last, len(self.lines)) - 1][1]
        )

    def add(
        self, kind: BlockKind, lines: tuple[int, int], level: int | None = None,
        marker: str | None = None, table: Table | None = None,
    ) -> None:  # fmt: skip
        """Add a block of whole lines, unless they are blank or already covered."""
        start, end = self.span(*lines)
        if self.blocks and start < self.blocks[-1].end:
            start = stripped(self.text, self.blocks[-1].end, max(end, self.blocks[-1].end))[0]
        if start < end:
            self.blocks.append(Block(kind, start, end, level, marker, table))

    def read(self) -> None:
        """Add the blocks of all tokens that have lines."""
        first = 0
        if front := _FRONT.match(self.text):
            first = len(_LINES.findall(front[0])) + 1
            self.add("furniture", (0, first), marker=UNSEEN)
        body = "\n" * first + "\n".join(self.text[s:e] for s, e in self.lines[first:])
        depth, markers = 0, list[str | None]()
        tokens = _parser().parse(body)
        for at, token in enumerate(tokens):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    depth -= 1
                case "list_item_open":
                    markers.append(f"{token.info}{token.markup}")
                case "list_item_close":
                    markers.pop()
                case "heading_open":
                    self.add("heading", token.map, int(token.tag[1]))
                case "paragraph_open":
                    self._add_paragraph(token.map, tokens[at + 1].content, depth, markers)
                case "fence" | "code_block":
                    self.add("code", token.map)
                case "html_block":
                    seen = _TAG.sub(" ", token.content).strip()
                    self.add("paragraph" if seen else "furniture", token.map,
                             marker=None if seen else UNSEEN)  # fmt: skip
                case "hr":
                    self.add("furniture", token.map, marker=UNSEEN)
                case "table_open":
                    self._add_table(token.map)
        self._cover()

    def _add_paragraph(
        self, lines: tuple[int, int], content: str, depth: int, markers: list[str | None]
    ) -> None:
        if not _TAG.sub("", _TEMPLATE.sub("", content)).strip():
            self.add("furniture", lines, marker=UNSEEN)
        elif _NOTE.match(content):
            self.add("note", lines)
        elif markers and markers[-1]:
            self.add("list_item", lines, depth, markers[-1])
            markers[-1] = None  # what follows in the item has none
        else:
            self.add("paragraph", lines)

    def _add_table(self, lines: tuple[int, int]) -> None:
        cells: list[Cell] = []
        row, width = 0, 0
        for number in range(lines[0], lines[1]):
            if number == lines[0] + 1:
                continue  # the rule below the header
            spans = self._cells(number)
            width = width or len(spans)
            cells += [
                Cell(row, column, 1, 1, row == 0, start, end)
                for column, (start, end) in enumerate(spans[:width])
                if start < end
            ]
            row += 1
        start, end = self.span(*lines)
        moved = [c._replace(start=c.start - start, end=c.end - start) for c in cells]
        above = [plain_text(self.text[b.start : b.end]) for b in self.blocks[-1:]
                 if b.kind in ("paragraph", "heading") and b.end - b.start <= LONGEST]  # fmt: skip
        unit = unit_of_table(self.text[start:end], moved, above)
        self.add("table", lines, table=Table.of(cells, unit=unit))

    def _cells(self, number: int) -> list[tuple[int, int]]:
        """Return the spans of the cells of a line."""
        start, end = self.lines[number]
        start += len(_QUOTE.match(self.text[start:end])[0])  # type: ignore[index]
        start, end = stripped(self.text, start, end)
        bars = [start + match.start() for match in _BAR.finditer(self.text[start:end])]
        edges = [start - 1, *bars, end]
        if bars and bars[0] == start:
            edges = edges[1:]
        if bars and bars[-1] == end - 1:
            edges = edges[:-1]
        return [stripped(self.text, a + 1, b) for a, b in zip(edges, edges[1:], strict=False)]

    def _cover(self) -> None:
        """Add text that no token covers: definitions of links, never displayed, and of notes."""
        covered, found = 0, list[Block]()
        for block in [*self.blocks, None]:
            end = block.start if block else len(self.text)
            start, stop = stripped(self.text, covered, max(end, covered))
            if start < stop:
                note = _NOTE.match(self.text[start:stop])
                found.append(Block("note", start, stop) if note else
                             Block("furniture", start, stop, marker=UNSEEN))  # fmt: skip
            if block:
                found.append(block)
                covered = block.end
        self.blocks = found


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text, at their offsets."""
    reader = _Reader(text)
    reader.read()
    return tuple(reader.blocks)


def is_table_rule(line: str) -> bool:
    """Tell whether a line is the rule between a table's header and its rows."""
    return "|" in line and bool(_RULE.fullmatch(line.strip()))


def _inline(tokens: Any) -> Iterator[str]:
    for token in tokens or ():
        match token.type:
            case "text" | "code_inline":
                yield token.content
            case "softbreak" | "hardbreak":
                yield " "
            case "image":
                yield "".join(_inline(token.children))
            case "s_open" | "s_close":
                yield "~~"
            case "html_inline":
                yield " " if token.content.lower().startswith("<br") else ""


def _named(row: list[str], names: list[str]) -> Iterator[str]:
    """Yield the cells of a row that are not blank, with the names of their columns."""
    for column, cell in enumerate(row):
        name = names[column] if column < len(names) else ""
        if cell:
            yield f"{name}: {cell}" if name else cell


@lru_cache(maxsize=4096)
def plain_text(text: str) -> str:
    """Return the text of a piece of Markdown on one line, without syntax, tags or link targets."""
    lines = [line.lstrip("> \t") for line in text.splitlines() if line.strip()]
    barred = lines and all(_BAR.search(line) for line in lines)
    if barred and (lines[0].startswith("|") or any(map(is_table_rule, lines))):
        rows = [[plain_text(c.strip()) for c in _BAR.split(line.strip().strip("|"))]
                for line in lines if not is_table_rule(line)]  # fmt: skip
        names = rows.pop(0) if len(rows) > 1 and any(map(is_table_rule, lines)) else []
        return " · ".join("; ".join(_named(row, names)) for row in rows)
    pieces = []
    for token in _parser().parse(_TEMPLATE.sub(" ", _NOTE.sub("", text))):
        if token.type == "inline":
            pieces.append("".join(_inline(token.children)))
        elif token.type in ("fence", "code_block"):
            pieces.append(token.content)
        elif token.type == "html_block":
            pieces.append(_TAG.sub(" ", token.content))
    return one_line(" ".join(pieces))


def read_markdown(data: bytes, name: str) -> Content:
    """Read Markdown; the text stays as it is in the file."""
    text, guessed = decoded_text(data)
    front = _FRONT.match(text)
    said = {name: "" for name in ("title", "date")} | {
        name.lower(): value for name, _, value in _FIELD.findall(front[2] if front else "")
    }
    return Content(text, said["title"], None, guessed, markdown_blocks(text), date=said["date"])
