"""The documents of the page: those of the configured folder, and uploads."""

import hashlib
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time

from corpus.document import Document
from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES, File, Folder, list_documents, read_document
from corpus.formats.registry import SUFFIXES
from corpus.sandbox import SandboxedReader
from index.generations import DocumentStatus
from index.progress import Progress, no_progress
from index.settings import Settings
from qa.conversations.history import ANYONE
from qa.pipeline import Pipeline, build_pipeline

UPLOADS = "uploads"
EVERYONE = "everyone"  # the folder of what was brought before files belonged to browsers
SHARED = "-shared"  # what the name of a browser's folder is continued by for what it shares
REMOVED = ".removed"  # hidden, so no document
MAX_NAME = 180  # bytes of a file's name: file systems allow 255, and a number may be added
MAX_FILES = 20  # in one upload
KILLED = 3600.0  # seconds after which nobody is reading an upload any more


def safe_name(name: str) -> str:
    """Return a file's name without folders, control and direction characters, and not too long.

    Raises:
        CorpusError: files of this kind cannot be read.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    stem, dot, ending = kept.strip().rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in SUFFIXES:
        raise CorpusError(f"{kept[:80]!r}: only {' '.join(SUFFIXES)} files can be read")
    stem = stem.encode()[:MAX_NAME].decode(errors="ignore").strip(" .")
    return f"{stem or 'document'}{suffix}"


def is_upload(doc: str) -> bool:
    """Tell whether a document was uploaded, by its `doc`."""
    return doc.startswith(f"{UPLOADS}/")


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file, the `doc` it is read as, and what somebody may do with it.

    `shared`: it was shared with all browsers by the one that brought it.
    """

    path: Path
    doc: str
    removable: bool
    shareable: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class _UploadedFile(File):
    """A file that was read when it was uploaded: it is not read twice."""

    known: Mapping[str, Document] = field(default_factory=dict, compare=False)

    def read(self, data: bytes, reader: SandboxedReader) -> Document:
        before = self.known.get(_content(self.path, data))
        return replace(before, doc=self.doc) if before else File.read(self, data, reader)


def _content(path: Path, data: bytes) -> str:
    """Return what tells a file's name and content from others."""
    return f"{path.name}\0{hashlib.sha256(data).hexdigest()}"


class Library:
    """What somebody can ask about: an account, a browser, or a browser that has no uploads.

    Files of an account are its own. Those of a browser are too, until it shares them: then all
    browsers ask about them, and it alone takes them back. Those that were brought before files
    belonged to browsers are everybody's.
    """

    def __init__(self, settings: Settings, owner: str = "") -> None:
        """Take the settings, and whose it is: an account, a browser, or "" for neither."""
        self.settings, self.owner = settings, owner
        self._place = settings.home / UPLOADS
        whose = hashlib.sha256(owner.encode()).hexdigest()[:32] if owner else EVERYONE
        self.folder = self._place / whose
        self._sharing = self._place / f"{whose}{SHARED}" if owner.startswith(ANYONE) else None
        self._open_to_all = not owner or self._sharing is not None
        self._read: dict[str, Document] = {}  # what was uploaded and is not indexed yet
        self.originals: dict[str, File] = {}  # by `doc`, as of the last opening

    @property
    def _removing(self) -> list[Path]:
        """The folders of which files may be taken out, its own first."""
        everyone = self._place / EVERYONE
        return [*self._own, *([everyone] if self._open_to_all and everyone != self.folder else [])]

    @property
    def _own(self) -> list[Path]:
        return [self.folder, *([self._sharing] if self._sharing else [])]

    @property
    def _reading(self) -> list[Path]:
        """The folders whose files are read, its own first."""
        others = sorted(self._place.glob(f"*{SHARED}")) if self._open_to_all else []
        return list(dict.fromkeys([*self._removing, *others]))

    @property
    def has_own(self) -> bool:
        """Whether it holds files that others do not see, or see by its leave."""
        return any(_names(folder) for folder in self._own)

    def save(self, name: str, data: bytes, progress: Progress = no_progress) -> str:
        """Keep an uploaded file that can be read; return the name it got.

        `progress` is told of pages that are read from their pictures.

        Raises:
            CorpusError: it cannot be read, or not be kept; nothing of it is left.
        """
        shown = safe_name(name)
        if len(data) > MAX_BYTES:
            raise CorpusError(f"{shown!r} is larger than {MAX_BYTES // 10**6} MB; split it")
        path, number, here = self.folder / shown, 1, set(self.files())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while path.name in here:
                if self._found(path.name).read_bytes() == data:
                    raise CorpusError(f"{shown!r} is already among the documents")
                number += 1
                path = path.with_name(f"{Path(shown).stem} ({number}){path.suffix}")
            with TemporaryDirectory(prefix=".", dir=self.folder) as drafts:
                draft = Path(drafts) / path.name
                draft.write_bytes(data)
                try:
                    found = read_document(draft, path.stem, progress=progress)
                except CorpusError as error:
                    said = str(error).replace(repr(str(draft)), repr(shown))
                    raise CorpusError(said) from error
                self._read[_content(path, data)] = found
                draft.replace(path)
        except OSError as error:
            raise CorpusError(f"{shown!r} cannot be stored: {error.strerror}") from error
        return path.name

    def _found(self, file: str, within: str = "") -> Path:
        """Return where a file that may be taken out is, or was before it was removed."""
        folders = [folder / within for folder in self._removing]
        return next((f / file for f in folders if (f / file).exists()), folders[0] / file)

    def remove(self, file: str) -> None:
        """Remove an uploaded file; `restore` puts it back.

        Raises:
            CorpusError: it is none of those that may be taken out, or cannot be moved.
        """
        path = self._found(file)
        self._move(path, path.parent / REMOVED / file)

    def restore(self, file: str) -> None:
        """Put back a file that was removed.

        Raises:
            CorpusError: another file of that name exists now, or it cannot be moved.
        """
        if self._found(file).exists():
            raise CorpusError(f"Another {file!r} has been uploaded since; remove that first")
        path = self._found(file, REMOVED)
        self._move(path, path.parent.parent / file)

    def share(self, file: str, shared: bool) -> None:
        """Have all browsers ask about a file of this one, or none but it.

        Raises:
            CorpusError: it is none of its files, or cannot be moved.
        """
        if self._sharing is None:
            raise CorpusError(f"{file!r} cannot be shared: only a browser's own files can")
        here, there = (self.folder, self._sharing) if shared else (self._sharing, self.folder)
        self._move(here / file, there / file)

    def removed(self) -> list[str]:
        """Return the names of the files that `restore` can put back."""
        return sorted({path.name for f in self._removing for path in (f / REMOVED).glob("*")})

    @staticmethod
    def _move(old: Path, new: Path) -> None:
        try:
            new.parent.mkdir(exist_ok=True)
            old.replace(new)
        except OSError as error:
            raise CorpusError(
                f"{old.name!r} cannot be moved: {error.strerror}; another window may have moved it"
            ) from error

    def forget_removed(self) -> None:
        """Delete removed files for good, and the drafts of interrupted uploads.

        The library of those without uploads, which is opened at every start, does so for all.
        """
        for folder in self._own if self.folder.name != EVERYONE else self._place.glob("*"):
            for path in (folder / REMOVED).glob("*"):
                path.unlink(missing_ok=True)
            for path in folder.glob(".*"):
                old = path.is_dir() and time() - path.stat().st_mtime > KILLED
                if path.name != REMOVED and old:
                    shutil.rmtree(path, ignore_errors=True)

    def files(self) -> list[str]:
        """Return the names of the uploaded files that may be taken out."""
        return sorted({name for folder in self._removing for name in _names(folder)})

    def uploads(self) -> list[Upload]:
        """Return the uploaded files that are read: its own first, the latest before all."""
        return [upload for upload, _ in self._uploads()[0]]

    def _uploads(self) -> tuple[list[tuple[Upload, File]], list[str]]:
        """Return them with what is to be read of each, and a line for each that is left out."""
        found: list[tuple[Upload, File]] = []
        problems: list[str] = []
        taken: set[str] = set()
        for folder in self._reading:
            files, left_out = list_documents(folder) if folder.is_dir() else Folder((), ())
            problems += left_out
            for file in files:
                names = (f"{file.path.stem} ({n}){file.path.suffix}" for n in count(2))
                doc = next(d for d in chain((file.doc, file.path.name), names) if d not in taken)
                taken.add(doc)
                upload = Upload(
                    file.path, f"{UPLOADS}/{doc}", folder in self._removing,
                    self._sharing is not None and folder in self._own, folder == self._sharing,
                )  # fmt: skip
                read = _UploadedFile(file.path, upload.doc, file.source, file.real, self._read)
                found.append((upload, read))
        own = self._own
        found.sort(key=lambda one: (one[0].path.parent not in own, -_age(one[0].path)))
        return found, problems

    def state(self) -> tuple[tuple[str, float], ...]:
        """Return what differs when other files are to be read than before."""
        return tuple((upload.doc, _age(upload.path)) for upload in self.uploads())

    def _both(self) -> Folder:
        """Return the uploaded files, then those of the folder of documents.

        Without a readable folder of documents it is the uploaded ones.
        """
        uploaded, left_out = self._uploads()
        try:
            given = list_documents(self.settings.documents)
        except CorpusError as error:
            given = Folder((), (str(error),))
        if not given.documents:
            here = str(self.settings.documents)
            given = Folder((), (*given.problems, f"{here!r} contains no readable document"))
        mine = tuple(file for _, file in uploaded)
        return Folder(mine + given.documents, (*given.problems, *left_out))

    def open(self, progress: Progress = no_progress) -> Pipeline:
        """Bring the index up to date and open it.

        Raises:
            FootnoteError: it cannot be opened.
        """
        read = tuple(self._read)
        if self.uploads():
            given = self._both()
            name = f"{self.settings.documents.resolve()} and {self.folder.resolve()}"
        else:
            given, name = list_documents(self.settings.documents), None
        pipeline = build_pipeline(self.settings, given, progress, name)
        for content in read:
            del self._read[content]
        self.originals = {file.doc: file for file in given.documents}
        return pipeline

    def entries(self, pipeline: Pipeline) -> list[tuple[Upload | None, DocumentStatus]]:
        """Return the documents that an open pipeline answers from, uploaded ones first.

        Each stands with its upload, None for one of the folder of documents.
        """
        named = {upload.doc: upload for upload in self.uploads()}
        read = [(named.get(s.doc), s) for s in pipeline.index.statuses if not s.problem]
        return sorted(read, key=lambda entry: (not entry[0], entry[1].doc))


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*") if not path.name.startswith(".")]


def _age(path: Path) -> float:
    """Return when a file was brought, 0 where it is gone by now."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
