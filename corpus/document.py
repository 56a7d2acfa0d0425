"""Documents: texts with their titles and origins, and the corpus that some of them make."""

import hashlib
from dataclasses import dataclass

from corpus.encodings import is_whole
from corpus.errors import CorpusError

TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Document:
    """One source text.

    `doc` is its path below the folder with `/`, without the file's ending. Offsets everywhere
    count characters of `text`. `pages` are `(start, end)` offsets, or None for unpaged formats;
    slides and sheets are pages.
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

    def __post_init__(self) -> None:
        for value in (self.doc, self.title, self.text):
            if not is_whole(value):
                raise CorpusError(
                    f"{self.doc!r} holds half of a character (a lone surrogate); "
                    "write its text again as UTF-8"
                )

    def page_of(self, start: int) -> int | None:
        """Return the 1-based page that holds the character at `start`; None if unpaged."""
        for number, (first, last) in enumerate(self.pages or (), 1):
            if first <= start < last:
                return number
        return None

    def digest(self) -> str:
        """Return a hash of everything an index takes from this document."""
        fields = (self.doc, self.title, self.publisher, self.date, self.rights,
                  str(self.markdown), repr(self.pages), self.text)  # fmt: skip
        return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of one folder, and a sentence for each file that could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[str, ...] = ()


def guess_title(text: str, markdown: bool, stem: str) -> str:
    """Return a title for a text without one: its first short line, else its file's stem."""
    first = next(line.strip() for line in text.splitlines() if line.strip())
    if markdown:
        first = first.lstrip("#").strip() or stem
    alone = len(first) <= TITLE_LENGTH and not first.endswith((".", ":", ";", ",", "?", "!"))
    return first if alone else stem.replace("_", " ").replace("-", " ")
