"""Folders of documents: their files, names and sources."""

import hashlib
import os
import stat
import tomllib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pathspec import GitIgnoreSpec

from corpus.blocks import check_blocks
from corpus.document import Corpus, Document
from corpus.encodings import decode, decode_any, is_whole
from corpus.errors import CorpusError, PassingError
from corpus.formats.registry import MARKDOWN, SHEETS, SUFFIXES
from corpus.identity import Identity, identify
from corpus.sandbox import Progress, SandboxedReader

SHIPPED = Path(__file__).parent / "documents"
SOURCES_FILE = "sources.toml"
IGNORE_FILE = ".footnoteignore"
MAX_BYTES = 50_000_000
HOME_FORMAT = 14  # raise it when a file would be read, split or kept otherwise


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Prefix an error with the name of the file."""
    try:
        yield
    except OSError as error:
        raise PassingError(
            f"{str(path)!r} cannot be read: {error.strerror}; "
            "make it readable or leave it out of the folder"
        ) from error
    except CorpusError as error:
        raise type(error)(f"{str(path)!r} {error}") from error


def _read_bytes(real: Path) -> bytes:
    """Return the bytes of a file, opened once, without links in any part of its path.

    Raises:
        OSError: it cannot be opened, or a part of its path has become a link.
        CorpusError: it is not a regular file, or is too large.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with ExitStack() as held:
        at = os.open(real.anchor, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        held.callback(os.close, at)
        for part in real.parts[1:-1]:
            at = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
            held.callback(os.close, at)
        with os.fdopen(os.open(real.name, flags, dir_fd=at), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CorpusError("is not a regular file; leave it out of the folder")
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise CorpusError(f"is larger than {MAX_BYTES:,} bytes; split it")
    return data


@dataclass(frozen=True, slots=True)
class File:
    """A file of a readable kind: the name of its document, and the known facts about its source.

    `real` is its path without links when the folder was listed.
    """

    path: Path
    doc: str
    source: Mapping[str, str]
    real: Path

    def load(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            PassingError: it cannot be opened.
            CorpusError: it is not a readable file, or is too large.
        """
        with _naming(self.path):
            return _read_bytes(self.real)

    def size(self) -> int:
        """Return how many bytes it has, 0 where nobody can tell: loading it says why."""
        try:
            return self.real.stat().st_size
        except OSError:
            return 0

    def digest_of(self, data: bytes) -> str:
        """Return a hash of everything that determines the document, without parsing it."""
        known = (HOME_FORMAT, self.path.name, self.doc, sorted(self.source.items()))
        hashed = hashlib.sha256(repr(known).encode("utf-8", "surrogatepass"))
        hashed.update(data)
        return hashed.hexdigest()

    def digest(self) -> str:
        """Return the hash of the file as it is now; raises as `load`."""
        return self.digest_of(self.load())

    def read(self, data: bytes, reader: SandboxedReader) -> Document:
        """Return the document read from its bytes.

        Raises:
            CorpusError: it holds no readable text; a PassingError if that may be temporary.
        """
        with _naming(self.path):
            content = reader.read(data, self.path.name)
            check_blocks(content.text, content.blocks)
        suffix = self.path.suffix.lower()
        identity = identify(
            content.text, content.blocks, content.pages, self.path.stem,
            Identity(content.title, content.organisation, content.date),
            markdown=suffix in MARKDOWN, named_by_file=suffix in SHEETS,
        )  # fmt: skip
        return Document(
            doc=self.doc,
            title=self.source.get("title") or identity.title,
            text=content.text,
            publisher=self.source.get("publisher", ""),
            date=self.source.get("date") or identity.date,
            rights=self.source.get("rights", ""),
            markdown=suffix in MARKDOWN,
            pages=content.pages,
            warnings=content.warnings,
            blocks=content.blocks,
            boxes=content.boxes,
            organisation=identity.organisation,
            period=identity.period,
            language=identity.language,
        )


def read_document(
    path: Path, doc: str, source: Mapping[str, str] | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Document:  # fmt: skip
    """Read one file; `progress` is told of pages that are read from their pictures.

    Raises:
        CorpusError: it cannot be opened or holds no readable text.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{str(path)!r}: only {' '.join(SUFFIXES)} files can be read")
    file = File(path, doc, source or {}, Path(os.path.realpath(path)))
    with closing(SandboxedReader(progress)) as reader:
        return file.read(file.load(), reader)


def read_sources(folder: Path) -> dict[str, dict[str, str]]:
    """Return the entries of `sources.toml` by document; empty if there is no such file.

    Raises:
        CorpusError: the file is not TOML with one table of strings per document.
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


class Folder(NamedTuple):
    """The files of a folder that are read, and a line for each that is left out."""

    documents: tuple[File, ...]
    problems: tuple[str, ...]


def list_documents(folder: Path) -> Folder:
    """Return the readable files below `folder`, by path.

    Hidden files and folders, lock files of open programs ("~$…") and files matched by the ignore
    file are skipped silently; files of unsupported kinds are named.

    Raises:
        CorpusError: `folder` is not a folder, or its ignore file cannot be used.
    """
    if not folder.is_dir():
        raise CorpusError(f"{str(folder)!r} is not a folder; name the folder of your documents")
    root = os.path.realpath(folder)
    ignored = _ignored(folder)
    files: dict[Path, Path] = {}
    unread: dict[str, list[str]] = {}  # names by ending
    problems: list[str] = []

    def refuse(error: OSError) -> None:
        problems.append(
            f"{str(error.filename)!r} cannot be listed: {error.strerror}; make it readable"
        )

    def counts(path: Path, end: str = "") -> bool:
        below = f"{path.relative_to(folder)}{end}"
        return not path.name.startswith((".", "~$")) and not ignored.match_file(below)

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if counts(Path(parent, name), "/")]
        for path in (Path(parent, name) for name in names):
            below = path.relative_to(folder)
            if not counts(path) or str(below) == SOURCES_FILE:
                continue
            real = Path(os.path.realpath(path))
            if not is_whole(str(below)):
                problems.append(f"{str(path)!r} has a name that is not UTF-8; rename it")
            elif path.suffix.lower() not in SUFFIXES:
                unread.setdefault(path.suffix.lower(), []).append(str(below))
            elif not real.is_relative_to(root):
                problems.append(
                    f"{str(path)!r} links to a file outside the folder; copy the file into it"
                )
            else:
                files[path] = real
    sources: dict[str, dict[str, str]] = {}
    try:
        sources = read_sources(folder)
    except CorpusError as error:
        problems.append(str(error))
    named = name_documents(folder, sorted(files))
    found = (File(path, doc, sources.get(doc, {}), files[path]) for path, doc in named.items())
    problems += [_unread(ending, names) for ending, names in sorted(unread.items())]
    return Folder(tuple(found), tuple(problems))


def _unread(ending: str, names: list[str]) -> str:
    """Return the line that names the files of an unsupported kind."""
    kind = f"{ending} files" if ending else "Files without an ending"
    return f"{kind} are not read: {', '.join(map(repr, sorted(names)))}"


Read = tuple[str, Document | CorpusError]  # a digest, and what reading gave


def iter_documents(
    files: Iterable[File], progress: Progress = lambda what, done, total: None
) -> Generator[Read, None, None]:
    """Yield the document of each file, or the problem with it, and the digest of the bytes read.

    The digest is that of the very bytes that were read, "" if there were none.
    """
    with closing(SandboxedReader(progress)) as reader:
        for file in files:
            digest = ""
            try:
                data = file.load()
                digest = file.digest_of(data)
                yield digest, file.read(data, reader)
            except CorpusError as error:
                yield digest, error


def load_documents(folder: Path) -> Corpus:
    """Read every document below `folder`; one that cannot be read becomes a problem line.

    Raises:
        CorpusError: there is no such folder, or it contains no readable document.
    """
    files, left_out = list_documents(folder)
    read = [found for _, found in iter_documents(files)]
    documents = tuple(item for item in read if isinstance(item, Document))
    problems = (*left_out, *(str(item) for item in read if isinstance(item, CorpusError)))
    if not documents:
        why = "; ".join(problems) or f"put files of these kinds there: {' '.join(SUFFIXES)}"
        raise CorpusError(f"{str(folder)!r} contains no readable document: {why}")
    return Corpus(documents, problems)
