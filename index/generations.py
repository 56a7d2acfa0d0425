"""Generations of an index: switched atomically under one lock, removed when nobody reads them.

An index folder holds `lock`, `CURRENT` (the name of the generation in force), `vectors.sqlite`
(what was read and embedded before), `left_out.json` (what was not read) and `generations/`. A
generation is written in a new folder, its manifest last, and never changed; it is removed when it
is out of force and no reader holds its manifest's lock. chromadb 1.5.9 corrupts a directory with
two writers in silence and leaves open readers stale: neither can happen to a directory that has
one writer in its life and no reader before it is complete.

Several machines may share the folder when its disk keeps locks for all of them (NFS 4 does).
"""

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from corpus.atomic import sync, write_atomic
from corpus.errors import FootnoteError
from corpus.folder import HOME_FORMAT

LOCK_SECONDS = 900
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
STATUSES = "statuses.jsonl"
LEFT_OUT = "left_out.json"
DAMAGE = (ValueError, KeyError, TypeError, IndexError, EOFError)


class StoreError(FootnoteError):
    """A store that cannot be read or written; the message says what to do."""


def is_fault(error: Exception) -> bool:
    """Tell whether disk, database or Chroma failed; Chroma is not imported to find out."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError | sqlite3.Error) or library in ("chromadb", "httpx")


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn faults of disk and database into a StoreError that says what to do."""
    try:
        yield
    except Exception as error:
        if not is_fault(error):
            raise
        raise StoreError(
            f"The index in {str(folder)!r} cannot be read or written: {error}. Check that the disk "
            "is not full and the folder is yours, or name another with FOOTNOTE_HOME; an index "
            "built before stays as it was."
        ) from error


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """What became of one file: for `python -m index status` and the page's list of documents.

    `rows` are the passages' first row and their number, `span` the bytes of its line in
    documents.jsonl; a file that could not be read has none of either, and says why in `problem`.
    `pages` is None for an unpaged format; `indexed` is when its text first was, in UTC.
    """

    doc: str
    title: str
    digest: str
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    problem: str = ""
    indexed: str = ""
    rows: tuple[int, int] = (0, 0)
    span: tuple[int, int] = (0, 0)

    @property
    def passages(self) -> int:
        """How many passages it has."""
        return self.rows[1]


def read_statuses(folder: Path) -> tuple[DocumentStatus, ...]:
    """Return what became of each file of a complete generation, by `doc`."""

    def parsed(fields: dict[str, Any]) -> DocumentStatus:
        lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return DocumentStatus(**fields | lists)

    with (folder / STATUSES).open(encoding="utf-8") as file:
        return tuple(json.loads(line, object_hook=parsed) for line in file)


class IndexFolder:
    """One index on disk: where its generations are, which is in force, who may write."""

    def __init__(self, path: Path, forget: Callable[[str], None] = lambda name: None) -> None:
        """Take the folder, made when first written.

        `forget` removes what a generation, by its name, has outside its folder.
        """
        self.path = path
        self._generations = path / "generations"
        self._forget = forget

    def current(self) -> Path | None:
        """Return the folder of the generation in force; None without one that is complete."""
        try:
            name = (self.path / CURRENT).read_text(encoding="ascii").strip()
            folder = self._generations / Path(name).name
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return folder if manifest["format"] == HOME_FORMAT else None
        except (FileNotFoundError, NotADirectoryError, *DAMAGE):  # damaged: as if not there
            return None

    def left_out(self) -> tuple[str, ...]:
        """Return a line for each file, or kind of file, that the last build did not read."""
        try:
            return tuple(json.loads((self.path / LEFT_OUT).read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError, *DAMAGE):  # the next build writes it
            return ()

    def keep_left_out(self, lines: Sequence[str]) -> None:
        """Keep what the last build did not read."""
        if self.left_out() != tuple(lines):
            write_atomic(self.path / LEFT_OUT, json.dumps(lines))

    def new_generation(self, fingerprint: str) -> Path:
        """Return a folder that is nowhere yet; its name begins with what it will be made from."""
        return self._generations / f"{fingerprint}-{uuid4().hex[:12]}"

    def switch(self, folder: Path) -> None:
        """Put a complete generation in force, then remove the others."""
        write_atomic(self.path / CURRENT, folder.name)
        self.remove_unused()

    def remove_unused(self) -> None:
        """Remove what is neither in force nor being read: only while `writing`."""
        current = self.current()
        for folder in self._generations.iterdir():
            if folder == current:
                continue
            with ExitStack() as held:
                try:
                    file = held.enter_context((folder / MANIFEST).open("rb"))
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:  # a reader holds it: a later writer removes it
                    continue
                except (FileNotFoundError, NotADirectoryError):
                    pass  # never completed
                self._forget(folder.name)
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def writing(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the one right to write; `waiting` is called when another process has it.

        Raises:
            StoreError: the folder cannot be written, or the other writer takes too long.
        """
        with explained(self.path):
            self._generations.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "lock")
            try:
                try:
                    held = lock.acquire(timeout=0)
                except Timeout:
                    waiting()
                    held = lock.acquire(timeout=LOCK_SECONDS)
            except Timeout as error:
                raise StoreError(
                    f"Another process has been writing the index in {str(self.path)!r} for "
                    f"{LOCK_SECONDS} s. Wait for it or end it, then start again."
                ) from error
        with held:
            yield


def complete(folder: Path, said: dict[str, int]) -> None:
    """Make a folder a generation: have the disk hold its files, then what it says of itself."""
    for path in (*folder.rglob("*"), folder):
        sync(path)
    write_atomic(folder / MANIFEST, json.dumps({"format": HOME_FORMAT, **said}))


def hold(folder: Path, files: ExitStack) -> dict[str, int]:
    """Keep a generation from being removed until `files` close; return what it says of itself."""
    file = files.enter_context((folder / MANIFEST).open("rb"))
    fcntl.flock(file, fcntl.LOCK_SH)
    return dict(json.load(file))
