"""Documents: reading a folder of texts, with what is known of each source."""

import codecs
import hashlib
import os
import stat
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent / "documents"
SOURCES_FILE = "sources.toml"
SUFFIXES = (".txt", ".md")
MAX_BYTES = 50_000_000
TITLE_LENGTH = 120


class CorpusError(Exception):
    """A document or folder that cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source text.

    `doc` is its path below the folder with `/`, without the file's ending. Offsets everywhere
    count characters of `text`. `pages` are `(start, end)` offsets, or None for unpaged formats.
    """

    doc: str
    title: str
    text: str
    publisher: str = ""
    date: str = ""
    rights: str = ""
    markdown: bool = False
    pages: tuple[tuple[int, int], ...] | None = None

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


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8 or UTF-16, its byte-order mark dropped, all else kept.

    Raises:
        CorpusError: the bytes are neither, or hold NUL characters, or nothing but spaces.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1::2].count(0) > len(data) * 0.2:  # Latin letters in UTF-16 have one NUL byte each
        encoding = "utf-16-le"
    elif data[::2].count(0) > len(data) * 0.2:
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"is not {encoding.removesuffix('-sig').upper()} text (byte {error.start}); "
            "save it as UTF-8"
        ) from error
    if "\0" in text:
        raise CorpusError("holds NUL characters, so it is no text; save it as UTF-8 text")
    if not text.strip():
        raise CorpusError("holds no text")
    return text


def guess_title(text: str, markdown: bool, stem: str) -> str:
    """Return a title for a text without one: its first short line, else its file's stem."""
    first = next(line.strip() for line in text.splitlines() if line.strip())
    if markdown:
        first = first.lstrip("#").strip() or stem
    alone = len(first) <= TITLE_LENGTH and not first.endswith((".", ":", ";", ",", "?", "!"))
    return first if alone else stem.replace("_", " ").replace("-", " ")


def read_document(path: Path, doc: str, source: Mapping[str, str] | None = None) -> Document:
    """Read one file.

    Raises:
        CorpusError: it cannot be opened or holds no readable text.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{str(path)!r}: only {' and '.join(SUFFIXES)} files can be read")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise CorpusError("is not a regular file; leave it out of the folder")
        if status.st_size > MAX_BYTES:
            raise CorpusError(f"is larger than {MAX_BYTES:,} bytes; split it")
        text = decode(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except CorpusError as error:
        raise CorpusError(f"{str(path)!r} {error}") from error
    source = source or {}
    markdown = path.suffix.lower() == ".md"
    return Document(
        doc=doc,
        title=source.get("title") or guess_title(text, markdown, path.stem),
        text=text,
        publisher=source.get("publisher", ""),
        date=source.get("date", ""),
        rights=source.get("rights", ""),
        markdown=markdown,
    )


def read_sources(folder: Path) -> dict[str, dict[str, str]]:
    """Return what `sources.toml` says of each document; empty without such a file.

    Raises:
        CorpusError: the file is not TOML of one table of strings a document.
    """
    path = folder / SOURCES_FILE
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(decode(path.read_bytes()))
    except (OSError, tomllib.TOMLDecodeError, CorpusError) as error:
        raise CorpusError(f"{str(path)!r} cannot be used: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
            raise CorpusError(f"{str(path)!r}: {name!r} must be a table of strings")
    return tables


def find_files(folder: Path) -> list[Path]:
    """Return the readable kinds of files below `folder`, sorted; hidden ones are left out.

    Raises:
        CorpusError: `folder` is not a folder that can be listed.
    """
    if not folder.is_dir():
        raise CorpusError(f"{str(folder)!r} is not a folder; name the folder of your documents")
    root = folder.resolve()
    try:
        os.listdir(folder)
    except OSError as error:
        raise CorpusError(f"{str(folder)!r} cannot be listed: {error.strerror}") from error
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.resolve().is_relative_to(root)
        and not path.is_dir()
    )


def load_documents(folder: Path) -> Corpus:
    """Read every document below `folder`; one that cannot be read becomes a problem line.

    Raises:
        CorpusError: there is no such folder, or it holds no readable document.
    """
    sources = read_sources(folder)
    files = find_files(folder)
    stems = Counter(path.relative_to(folder).with_suffix("").as_posix() for path in files)
    documents: list[Document] = []
    problems: list[str] = []
    for path in files:
        relative = path.relative_to(folder)
        doc = relative.with_suffix("").as_posix()
        if stems[doc] > 1:
            doc = relative.as_posix()
        try:
            documents.append(read_document(path, doc, sources.get(doc)))
        except CorpusError as error:
            problems.append(str(error))
    if not documents:
        why = "; ".join(problems) or f"put {' or '.join(SUFFIXES)} files there"
        raise CorpusError(f"{str(folder)!r} holds no readable document: {why}")
    return Corpus(tuple(documents), tuple(problems))
