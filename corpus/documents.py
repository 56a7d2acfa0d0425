"""Documents: reading a folder of texts, with what is known of each source."""

import codecs
import hashlib
import os
import stat
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FootnoteError

SHIPPED = Path(__file__).parent / "documents"
SOURCES_FILE = "sources.toml"
SUFFIXES = (".txt", ".md")
MAX_BYTES = 50_000_000
TITLE_LENGTH = 120
LATIN_NULS = 0.2  # of all bytes; UTF-16 of Latin letters has 0.5


class CorpusError(FootnoteError):
    """A document or folder that cannot be read; the message says what to do."""


def is_whole(text: str) -> bool:
    """Tell whether a text can be written as UTF-8: JSON and file names can hold half pairs."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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


def _marked_encoding(data: bytes) -> str | None:
    """Return the UTF-16 that a byte-order mark, or a NUL byte in every Latin letter, tells of."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data[1::2].count(0) > len(data) * LATIN_NULS:
        return "utf-16-le"
    return "utf-16-be" if data[::2].count(0) > len(data) * LATIN_NULS else None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text of `data` in an encoding that is only tried; None where it is not that."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmarked_utf16(data: bytes) -> str | None:
    """Return the text of UTF-16 in another script, told by the NUL bytes of its spaces.

    None when it is not: Latin text that holds a few NUL bytes would decode as well, as Chinese.
    """
    controls = any(byte < 0x20 and byte not in b"\0\t\n\r\f" for byte in data)
    if not controls and _decoded(data, "utf-8") is not None:
        return None
    order = "le" if data[1::2].count(0) >= data[::2].count(0) else "be"
    text = _decoded(data, f"utf-16-{order}")
    if text is None:
        return None
    strange = any(unicodedata.category(c) in ("Cc", "Cn", "Co") and not c.isspace() for c in text)
    return None if strange else text


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8 or UTF-16, its byte-order mark dropped, all else kept.

    Raises:
        CorpusError: the bytes are neither, or hold NUL characters, or nothing but spaces.
    """
    encoding = _marked_encoding(data) or "utf-8-sig"
    text = _unmarked_utf16(data) if encoding == "utf-8-sig" and b"\0" in data else None
    try:
        text = text if text is not None else data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise CorpusError(f"is not {name} text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise CorpusError("holds NUL characters, so it is no text; save it as UTF-8 text")
    if not text.strip():
        raise CorpusError("holds no text; write some, or leave it out of the folder")
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
        raise CorpusError(
            f"{str(path)!r} cannot be read: {error.strerror}; "
            "make it readable or leave it out of the folder"
        ) from error
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
            raise CorpusError(f"{str(path)!r} cannot be used: {name!r} must be a table of strings")
    return tables


def find_files(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the readable kinds of files below `folder`, sorted, and a line for each left out.

    Hidden files and folders are passed over in silence.

    Raises:
        CorpusError: `folder` is not a folder.
    """
    if not folder.is_dir():
        raise CorpusError(f"{str(folder)!r} is not a folder; name the folder of your documents")
    root = os.path.realpath(folder)
    files: list[Path] = []
    problems: list[str] = []

    def refuse(error: OSError) -> None:
        problems.append(f"{str(error.filename)!r} cannot be listed: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if not is_whole(str(path.relative_to(folder))):
                problems.append(f"{str(path)!r} has a name that is not UTF-8; rename it")
            elif not Path(os.path.realpath(path)).is_relative_to(root):
                problems.append(f"{str(path)!r} is a link to outside the folder; copy the file")
            else:
                files.append(path)
    return sorted(files), problems


def name_documents(folder: Path, files: Iterable[Path]) -> dict[Path, str]:
    """Return each file's `doc`: its path below `folder`, without ending unless two share it."""
    names = {path: path.relative_to(folder).with_suffix("").as_posix() for path in files}
    while shared := {name for name, count in Counter(names.values()).items() if count > 1}:
        for path, name in names.items():
            if name in shared:
                names[path] = path.relative_to(folder).as_posix()
    return names


def load_documents(folder: Path) -> Corpus:
    """Read every document below `folder`; one that cannot be read becomes a problem line.

    Raises:
        CorpusError: there is no such folder, or it holds no readable document.
    """
    files, problems = find_files(folder)
    sources: dict[str, dict[str, str]] = {}
    try:
        sources = read_sources(folder)
    except CorpusError as error:
        problems.append(str(error))
    documents: list[Document] = []
    for path, doc in name_documents(folder, files).items():
        try:
            documents.append(read_document(path, doc, sources.get(doc)))
        except CorpusError as error:
            problems.append(str(error))
    if not documents:
        why = "; ".join(problems) or f"put {' or '.join(SUFFIXES)} files there"
        raise CorpusError(f"{str(folder)!r} holds no readable document: {why}")
    return Corpus(tuple(documents), tuple(problems))
