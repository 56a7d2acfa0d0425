"""Documents: texts with titles and origins; a corpus is a set of them."""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, fields
from typing import Any

from corpus.blocks import Block, Boxes
from corpus.encodings import is_whole
from corpus.errors import CorpusError
from corpus.formats.markdown import markdown_blocks, plain_text
from corpus.formats.plain import plain_blocks

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """One source text.

    `doc` is its path below the folder with `/`, without the file's ending. Offsets everywhere
    count characters of `text`. `pages` are `(start, end)` offsets, or None for unpaged formats;
    slides and sheets are pages. `organisation`, `date`, `period` (the time it covers), `language`
    (ISO 639-1) are "" where the document does not state them. `markdown` means that the text is
    Markdown. `blocks`, if not given, are parsed from the text.
    """

    doc: str
    title: str
    text: str
    publisher: str = ""
    date: str = ""
    rights: str = ""
    markdown: bool = False
    pages: tuple[tuple[int, int], ...] | None = None
    warnings: tuple[str, ...] = ()  # what was not read, and what is a guess; no part of the index
    blocks: tuple[Block, ...] = ()
    boxes: Boxes = Boxes()  # where on its pages the text stands, as far as the format tells
    organisation: str = ""
    period: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        for value in (self.doc, self.title, self.text):
            if not is_whole(value):
                raise CorpusError(
                    f"{self.doc!r} contains half of a character (a lone surrogate); "
                    "save its text again as UTF-8"
                )
        if not self.blocks:
            find_blocks = markdown_blocks if self.markdown else plain_blocks
            object.__setattr__(self, "blocks", find_blocks(self.text))

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form that `from_json` reads."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        blocks = [block.to_json() for block in self.blocks]
        return kept | {"blocks": blocks, "boxes": self.boxes.to_json()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Document":
        """Return the document from the form that `to_json` writes."""
        pages = kept["pages"] and tuple(map(tuple, kept["pages"]))
        blocks = tuple(map(Block.from_json, kept["blocks"]))
        boxes = Boxes.from_json(kept["boxes"])
        warnings = tuple(kept["warnings"])
        read = {"pages": pages, "warnings": warnings, "blocks": blocks, "boxes": boxes}
        return cls(**kept | read)

    def said(self, text: str) -> str:
        """Return a piece of the text for display: on one line, without Markdown syntax."""
        return plain_text(text) if self.markdown else " ".join(text.split())

    def find(self, quote: str, near: int) -> tuple[int, int] | None:
        """Return the span of a quote nearest to `near`; None if the text does not contain it.

        Only its words are compared: a document that was read again may have other punctuation
        and line breaks.
        """
        if self.text.startswith(quote, near):
            return near, near + len(quote)
        words = _WORD.findall(quote)
        if not words:
            return None
        for pattern in (re.escape(quote), r"[\W_]+".join(map(re.escape, words))):
            found = re.finditer(rf"(?<!\w){pattern}(?!\w)", self.text)
            spans = (match.span() for match in found)
            if span := min(spans, key=lambda span: abs(span[0] - near), default=None):
                return span
        return None

    def block_at(self, place: int) -> Block | None:
        """Return the block that holds the character at `place`; None between blocks."""
        at = bisect_right(self.blocks, place, key=lambda block: block.start) - 1
        return self.blocks[at] if at >= 0 and place < self.blocks[at].end else None

    def page_of(self, start: int) -> int | None:
        """Return the 1-based page that holds the character at `start`; None if unpaged."""
        for number, (first, last) in enumerate(self.pages or (), 1):
            if first <= start < last:
                return number
        return None

    def digest(self) -> str:
        """Return a hash of everything an index takes from this document."""
        parts = (self.doc, self.title, self.publisher, self.date, self.rights, self.organisation,
                 self.period, self.language, repr((self.markdown, self.pages, self.blocks)),
                 self.text)  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of one folder, and a sentence for each file that could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[str, ...] = ()
