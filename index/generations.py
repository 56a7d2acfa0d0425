"""Generations of an index: switched atomically under one lock, removed when nobody reads them.

An index folder holds `lock`, `CURRENT` (the name of the active generation), `vectors.sqlite` (the
build cache), `left_out.json` (what was not read) and `generations/`. A generation is written in a
new folder, its manifest with the digests of all its files last, and never changed; it is removed
when it is no longer active and no reader holds its manifest's lock. If one of its files turns out
to be damaged, the marker `DAMAGED` is written beside it and the generation is no longer active.

chromadb 1.5.9 silently corrupts a directory with two writers and leaves open readers stale: neither
can happen to a directory that has one writer in its life and no reader before it is complete.

Several machines may share the folder if its disk supports locks between them (NFS 4 does).
"""

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from corpus.atomic import sync, write_atomic
from corpus.errors import FootnoteError
from corpus.folder import HOME_FORMAT
from corpus.stopping import current_stop
from index.digests import CheckedFolder, Damage, digests_of, is_damage, sealed, unsealed

LOCK_SECONDS = 900
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
STATUSES = "statuses.jsonl"
LEFT_OUT = "left_out.json"
DAMAGED = "DAMAGED"


class StoreError(FootnoteError):
    """A store that cannot be read or written; the message says what to do."""


class DamagedError(StoreError):
    """A generation that does not match its digests; the next build replaces it."""


def is_fault(error: BaseException) -> bool:
    """Tell whether disk, database or Chroma failed, without importing Chroma.

    Where its native code gives up, "pyo3_runtime" raises what is no Exception.
    """
    library = type(error).__module__.partition(".")[0]
    chroma = ("chromadb", "httpx", "pyo3_runtime")
    return isinstance(error, OSError | sqlite3.Error) or library in chroma


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn faults of disk and database into a StoreError that says what to do."""
    try:
        yield
    except BaseException as error:
        if not is_fault(error):
            raise
        raise StoreError(
            f"The index in {str(folder)!r} cannot be read or written: {error}. Check that the disk "
            "is not full and the folder is yours, or name another with FOOTNOTE_HOME. An existing "
            "index is unchanged."
        ) from error


@contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """Turn signs of damage into a DamagedError, and deactivate the generation."""
    try:
        yield
    except Exception as error:
        if not is_damage(error):
            raise
        put_out_of_force(folder, str(error))
        raise DamagedError(
            f"The index in {str(folder)!r} is damaged: {error}. It will be rebuilt from the "
            "documents when it is next opened; then ask again."
        ) from error


def put_out_of_force(folder: Path, damage: str) -> None:
    """Deactivate a damaged generation, so that the next build replaces it."""
    with suppress(OSError):  # of a disk that cannot be written, or of one removed meanwhile
        (folder / DAMAGED).write_text(damage, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """The status of one file: for `python -m index status` and the page's list of documents.

    `rows` are the first row and the number of its passages, `record` the number of its document's
    record; a file that could not be read has neither, and `problem` says why. `pages` is None for
    an unpaged format; `indexed` is when its text was first indexed, in UTC.
    """

    doc: str
    title: str
    digest: str
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    problem: str = ""
    indexed: str = ""
    rows: tuple[int, int] = (0, 0)
    record: int = -1

    @property
    def passages(self) -> int:
        """The number of its passages."""
        return self.rows[1]


def read_statuses(folder: Path) -> tuple[DocumentStatus, ...]:
    """Return the status of each file of a complete generation, by `doc`.

    Raises:
        DamagedError: it is damaged.
    """

    def parsed(fields: dict[str, Any]) -> DocumentStatus:
        lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return DocumentStatus(**fields | lists)

    with damage_told(folder):
        lines = files_of(folder, read_manifest(folder)).read(STATUSES).splitlines()
    return tuple(json.loads(line, object_hook=parsed) for line in lines)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a generation.

    Raises:
        Damage, OSError: it is damaged or missing.
    """
    return unsealed((folder / MANIFEST).read_bytes(), MANIFEST)


def files_of(folder: Path, manifest: Mapping[str, Any]) -> CheckedFolder:
    """Return the files of a generation, by its manifest."""
    return CheckedFolder(folder, manifest["files"])


class IndexFolder:
    """One index on disk: its generations, the active one, and the lock for writing."""

    def __init__(self, path: Path, forget: Callable[[str], None] = lambda name: None) -> None:
        """Take the folder, which is created when first written.

        `forget` removes what a generation, given by name, has outside its folder.
        """
        self.path = path
        self._generations = path / "generations"
        self._forget = forget

    def current(self) -> Path | None:
        """Return the folder of the active generation; None if there is no complete one."""
        folder, damage = self.inspect()
        return None if damage else folder

    def inspect(self) -> tuple[Path | None, str]:
        """Return the folder of the active generation, if there is one, and its damage."""
        try:
            name = (self.path / CURRENT).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None, ""
        except ValueError:
            name = ""
        folder = self._generations / Path(name).name
        try:
            manifest = read_manifest(folder)
        except Damage as error:
            return (None, "") if _is_older(folder / MANIFEST) else (folder, str(error))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None, f"{CURRENT} names no generation"
        if manifest["format"] != HOME_FORMAT:
            return None, ""
        try:
            return folder, (folder / DAMAGED).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return folder, ""

    def left_out(self) -> tuple[str, ...]:
        """Return a line for each file, or kind of file, that the last build did not read."""
        try:
            return tuple(unsealed((self.path / LEFT_OUT).read_bytes(), LEFT_OUT)["lines"])
        except (FileNotFoundError, NotADirectoryError, Damage):  # the next build writes it
            return ()

    def keep_left_out(self, lines: Sequence[str]) -> None:
        """Store the lines for what the last build did not read."""
        if self.left_out() != tuple(lines):
            write_atomic(self.path / LEFT_OUT, sealed({"lines": list(lines)}))

    def new_generation(self, fingerprint: str) -> Path:
        """Return the path of a new folder, whose name begins with the fingerprint of its inputs."""
        return self._generations / f"{fingerprint}-{uuid4().hex[:12]}"

    def switch(self, folder: Path) -> None:
        """Activate a complete generation, then remove the others."""
        write_atomic(self.path / CURRENT, folder.name)
        self.remove_unused()

    def remove_unused(self) -> None:
        """Remove generations that are neither active nor being read: only while `writing`."""
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
        """Hold the lock for writing; `waiting` is called when another process has it.

        Raises:
            StoreError: the folder cannot be written, or the other writer takes too long.
            StoppedError: a stop was requested.
        """
        with explained(self.path):
            self._generations.mkdir(parents=True, exist_ok=True)
            lock, stop = FileLock(self.path / "lock"), current_stop()
            try:
                try:
                    held = lock.acquire(timeout=0)
                except Timeout:
                    waiting()
                    held = lock.acquire(timeout=LOCK_SECONDS, cancel_check=lambda: stop.stopped)
            except Timeout as error:
                stop.check()
                raise StoreError(
                    f"Another process has been writing the index in {str(self.path)!r} for "
                    f"{LOCK_SECONDS} s. Wait until it ends, or stop it, then start again."
                ) from error
        with held:
            yield


def _is_older(manifest: Path) -> bool:
    """Tell whether a manifest is of a release whose manifests had no digest."""
    try:
        return int(json.loads(manifest.read_bytes())["format"]) < HOME_FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        return False


def complete(folder: Path, said: dict[str, int]) -> None:
    """Complete a generation: flush its files to disk, then write its manifest."""
    for path in (*folder.rglob("*"), folder):
        sync(path)
    said_of_all = {"format": HOME_FORMAT, **said, "files": digests_of(folder)}
    write_atomic(folder / MANIFEST, sealed(said_of_all))


def hold(folder: Path, files: ExitStack) -> dict[str, Any]:
    """Keep a generation from being removed until `files` closes; return its manifest."""
    file = files.enter_context((folder / MANIFEST).open("rb"))
    fcntl.flock(file, fcntl.LOCK_SH)
    return unsealed(file.read(), MANIFEST)
