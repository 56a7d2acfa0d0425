"""Folders of documents: which files, under which names, with what is known of each source."""

import hashlib
import os
import stat
import tomllib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pathspec import GitIgnoreSpec

from corpus.document import Corpus, Document, guess_title
from corpus.encodings import decode, decode_any, is_whole
from corpus.errors import CorpusError
from corpus.formats.registry import MARKDOWN, PLAIN, READERS_VERSION, SUFFIXES, read_plain
from corpus.sandbox import SandboxedReader

SHIPPED = Path(__file__).parent / "documents"
SOURCES_FILE = "sources.toml"
IGNORE_FILE = ".footnoteignore"
MAX_BYTES = 50_000_000


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put a file's name before what is wrong with it."""
    try:
        yield
    except OSError as error:
        raise CorpusError(
            f"{str(path)!r} cannot be read: {error.strerror}; "
            "make it readable or leave it out of the folder"
        ) from error
    except CorpusError as error:
        raise CorpusError(f"{str(path)!r} {error}") from error


def read_document(
    path: Path,
    doc: str,
    source: Mapping[str, str] | None = None,
    reader: SandboxedReader | None = None,
) -> Document:
    """Read one file; what is no plain text is read by `reader`, or by one of its own.

    Raises:
        CorpusError: it cannot be opened or holds no readable text.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise CorpusError(f"{str(path)!r}: only {' '.join(SUFFIXES)} files can be read")
    with _naming(path):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise CorpusError("is not a regular file; leave it out of the folder")
        if status.st_size > MAX_BYTES:
            raise CorpusError(f"is larger than {MAX_BYTES:,} bytes; split it")
        with nullcontext(reader) if reader else closing(SandboxedReader()) as sandboxed:
            content = read_plain(path) if suffix in PLAIN else sandboxed.read(path)
    known = source or {}
    markdown = suffix not in PLAIN or suffix in MARKDOWN
    title = known.get("title") or content.title
    return Document(
        doc=doc,
        title=title or guess_title(content.text, markdown, path.stem),
        text=content.text,
        publisher=known.get("publisher", ""),
        date=known.get("date", ""),
        rights=known.get("rights", ""),
        markdown=markdown,
        pages=content.pages,
        warnings=content.warnings,
    )


def read_sources(folder: Path) -> dict[str, dict[str, str]]:
    """Return what `sources.toml` says of each document; empty without such a file.

    Raises:
        CorpusError: the file is not TOML of one table of strings a document.
    """
    path = folder / SOURCES_FILE
    try:
        tables = tomllib.loads(decode(path.read_bytes())) if path.is_file() else {}
        for name, table in tables.items():
            if not isinstance(table, dict) or {type(value) for value in table.values()} - {str}:
                raise CorpusError(f"{name!r} must be a table of strings")
    except (OSError, tomllib.TOMLDecodeError, CorpusError) as error:
        raise CorpusError(f"{str(path)!r} cannot be used: {error}") from error
    return tables


def _ignored(folder: Path) -> GitIgnoreSpec:
    """Return the patterns of the folder's ignore file, which has the syntax of `.gitignore`."""
    path = folder / IGNORE_FILE
    try:
        lines = decode_any(path.read_bytes())[0].splitlines() if path.is_file() else []
        return GitIgnoreSpec.from_lines(lines)
    except (OSError, CorpusError, ValueError) as error:
        raise CorpusError(f"{str(path)!r} cannot be used: {error}") from error


def name_documents(folder: Path, files: Iterable[Path]) -> dict[Path, str]:
    """Return each file's `doc`: its path below `folder`, without ending unless two share it."""
    names = {path: path.relative_to(folder).with_suffix("").as_posix() for path in files}
    while shared := {name for name, count in Counter(names.values()).items() if count > 1}:
        for path, name in names.items():
            if name in shared:
                names[path] = path.relative_to(folder).as_posix()
    return names


@dataclass(frozen=True, slots=True)
class File:
    """A readable kind of file in a folder: the document it will be, and what is known of it."""

    path: Path
    doc: str
    source: Mapping[str, str]

    def digest(self) -> str:
        """Return a hash of all that the document is made of; costs no parsing.

        Raises:
            CorpusError: the file cannot be opened.
        """
        known = (READERS_VERSION, self.path.name, self.doc, sorted(self.source.items()))
        hashed = hashlib.sha256(repr(known).encode("utf-8", "surrogatepass"))
        with _naming(self.path):
            status = self.path.stat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES:
                hashed.update(self.path.read_bytes())
        return hashed.hexdigest()


class Folder(NamedTuple):
    """The files of a folder that will be documents, and a line for each that is left out."""

    documents: tuple[File, ...]
    problems: tuple[str, ...]


def list_documents(folder: Path) -> Folder:
    """Return what there is to read below `folder`, by path.

    Hidden files and folders, and those of the ignore file, are passed over in silence.

    Raises:
        CorpusError: `folder` is not a folder, or its ignore file cannot be used.
    """
    if not folder.is_dir():
        raise CorpusError(f"{str(folder)!r} is not a folder; name the folder of your documents")
    root = os.path.realpath(folder)
    ignored = _ignored(folder)
    files: list[Path] = []
    problems: list[str] = []

    def refuse(error: OSError) -> None:
        problems.append(f"{str(error.filename)!r} cannot be listed: {error.strerror}")

    def counts(path: Path, end: str = "") -> bool:
        below = f"{path.relative_to(folder)}{end}"
        return not path.name.startswith(".") and not ignored.match_file(below)

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if counts(Path(parent, name), "/")]
        for path in (Path(parent, name) for name in names):
            if path.suffix.lower() not in SUFFIXES or not counts(path):
                continue
            if not is_whole(str(path.relative_to(folder))):
                problems.append(f"{str(path)!r} has a name that is not UTF-8; rename it")
            elif not Path(os.path.realpath(path)).is_relative_to(root):
                problems.append(f"{str(path)!r} is a link to outside the folder; copy the file")
            else:
                files.append(path)
    sources: dict[str, dict[str, str]] = {}
    try:
        sources = read_sources(folder)
    except CorpusError as error:
        problems.append(str(error))
    named = name_documents(folder, sorted(files))
    found = (File(path, doc, sources.get(doc, {})) for path, doc in named.items())
    return Folder(tuple(found), tuple(problems))


def iter_documents(files: Iterable[File]) -> Generator[Document | CorpusError, None, None]:
    """Yield the document of each file, one at a time, or the problem with it."""
    with closing(SandboxedReader()) as reader:
        for file in files:
            try:
                yield read_document(file.path, file.doc, file.source, reader)
            except CorpusError as error:
                yield error


def load_documents(folder: Path) -> Corpus:
    """Read every document below `folder`; one that cannot be read becomes a problem line.

    Raises:
        CorpusError: there is no such folder, or it holds no readable document.
    """
    files, left_out = list_documents(folder)
    read = list(iter_documents(files))
    documents = tuple(item for item in read if isinstance(item, Document))
    problems = (*left_out, *(str(item) for item in read if isinstance(item, CorpusError)))
    if not documents:
        why = "; ".join(problems) or f"put files of these kinds there: {' '.join(SUFFIXES)}"
        raise CorpusError(f"{str(folder)!r} holds no readable document: {why}")
    return Corpus(documents, problems)
