"""The documents of the page: those of the settings' folder, and what people uploaded."""

import hashlib
import shutil
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time

from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES, Folder, list_documents, read_document
from corpus.formats.registry import SUFFIXES
from index.generations import DocumentStatus
from index.progress import Progress, no_progress
from index.settings import Settings
from qa.pipeline import Pipeline, build_pipeline

UPLOADS = "uploads"
REMOVED = ".removed"  # hidden, so no document
MAX_NAME = 180  # bytes of a file's name: file systems allow 255, and a number may be added
MAX_FILES = 20  # in one upload
KILLED = 3600.0  # seconds after which nobody is reading an upload any more


def safe_name(name: str) -> str:
    """Return a file's name without folders, control and direction characters, short enough.

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


class Library:
    """What one person, or everybody who does not sign in, can ask about."""

    def __init__(self, settings: Settings, owner: str = "") -> None:
        """Take the settings, and who is signed in, if anybody."""
        self.settings = settings
        whose = hashlib.sha256(owner.encode()).hexdigest()[:32] if owner else "everyone"
        self.folder = settings.home / UPLOADS / whose

    def save(self, name: str, data: bytes) -> str:
        """Keep an uploaded file that can be read; return the name it got.

        Raises:
            CorpusError: it cannot be read, or not be kept; nothing of it is left.
        """
        shown = safe_name(name)
        if len(data) > MAX_BYTES:
            raise CorpusError(f"{shown!r} is larger than {MAX_BYTES // 10**6} MB; split it")
        path, number = self.folder / shown, 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while path.exists():
                if path.read_bytes() == data:
                    raise CorpusError(f"{shown!r} is among the documents already")
                number += 1
                path = path.with_name(f"{Path(shown).stem} ({number}){path.suffix}")
            with TemporaryDirectory(prefix=".", dir=self.folder) as drafts:
                draft = Path(drafts) / path.name
                draft.write_bytes(data)
                try:
                    read_document(draft, path.stem)
                except CorpusError as error:
                    said = str(error).replace(repr(str(draft)), repr(shown))
                    raise CorpusError(said) from error
                draft.replace(path)
        except OSError as error:
            raise CorpusError(f"{shown!r} cannot be kept: {error.strerror}") from error
        return path.name

    def remove(self, file: str) -> None:
        """Take an uploaded file out; `restore` puts it back."""
        self._move(self.folder / file, self.folder / REMOVED / file)

    def restore(self, file: str) -> None:
        """Put back a file that was removed.

        Raises:
            CorpusError: another of that name is there now, or it cannot be moved.
        """
        if (self.folder / file).exists():
            raise CorpusError(f"Another {file!r} was uploaded since; remove that first")
        self._move(self.folder / REMOVED / file, self.folder / file)

    def removed(self) -> list[str]:
        """Return the names of the files that `restore` can put back."""
        return sorted(path.name for path in (self.folder / REMOVED).glob("*"))

    @staticmethod
    def _move(old: Path, new: Path) -> None:
        try:
            new.parent.mkdir(exist_ok=True)
            old.replace(new)
        except OSError as error:
            raise CorpusError(
                f"{old.name!r} cannot be moved: {error.strerror}; another window may have done it"
            ) from error

    def forget_removed(self) -> None:
        """Delete for good what was removed before, and the drafts of uploads that were killed."""
        for path in (self.folder / REMOVED).glob("*"):
            path.unlink(missing_ok=True)
        for path in self.folder.glob(".*"):
            if path.name != REMOVED and path.is_dir() and time() - path.stat().st_mtime > KILLED:
                shutil.rmtree(path, ignore_errors=True)

    def files(self) -> list[str]:
        """Return the names of the uploaded files."""
        return sorted(p.name for p in self.folder.glob("*") if not p.name.startswith("."))

    def _both(self) -> Folder:
        """Return the files of both folders, the uploaded ones first, the latest before all.

        Without a readable folder of documents it is the uploaded ones.
        """
        uploaded = list_documents(self.folder)
        try:
            given = list_documents(self.settings.documents)
        except CorpusError as error:
            given = Folder((), (str(error),))
        if not given.documents:
            here = str(self.settings.documents)
            given = Folder((), (*given.problems, f"{here!r} holds no readable document"))
        latest = sorted(uploaded.documents, key=lambda f: f.path.stat().st_mtime, reverse=True)
        mine = tuple(replace(f, doc=f"{UPLOADS}/{f.doc}") for f in latest)
        return Folder(mine + given.documents, given.problems + uploaded.problems)

    def open(self, progress: Progress = no_progress) -> Pipeline:
        """Bring the index up to date and open it.

        Raises:
            FootnoteError: it cannot be opened.
        """
        if not self.files():
            return build_pipeline(self.settings, progress=progress)
        name = f"{self.settings.documents.resolve()} and {self.folder.resolve()}"
        return build_pipeline(self.settings, self._both(), progress, name)

    def entries(self, pipeline: Pipeline) -> list[tuple[str, DocumentStatus]]:
        """Return the documents that an open pipeline answers from, uploaded ones first.

        Each stands with the name of its uploaded file, "" for another.
        """
        files = self.files()
        shared = Counter(Path(file).stem for file in files)
        named = {
            f"{UPLOADS}/{file if shared[Path(file).stem] > 1 else Path(file).stem}": file
            for file in files
        }
        read = [(named.get(s.doc, ""), s) for s in pipeline.index.statuses if not s.problem]
        return sorted(read, key=lambda entry: (not entry[0], entry[1].doc))
