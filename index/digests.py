"""Damage detection: digests of files and records, checked before their content is used.

A manifest has the SHA-256 of each file of a folder, and its own. Small files are checked whole. A
file of records has a table with the end of each record and the first 64 bits of its SHA-256: a
record is checked whenever it is read, so that opening need not read them all.
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

TABLE = ".records"  # what the name of a file of records is continued by for its table
SEAL = "seal"
_RECORD = np.dtype([("end", "<i8"), ("digest", "<u8")])
_BAD_SECTOR = (errno.EIO, errno.ENOENT, errno.ENOTDIR, errno.EISDIR)


class Damage(ValueError):
    """Bytes on disk that differ from those written; the message names the file."""


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_damage(error: Exception) -> bool:
    """Tell whether an error means that files are missing or changed rather than inaccessible."""
    return isinstance(error, Damage) or getattr(error, "errno", None) in _BAD_SECTOR


def sealed(content: Mapping[str, Any]) -> str:
    """Return JSON that carries its own digest."""
    return json.dumps({**content, SEAL: _seal(content)})


def unsealed(text: bytes, name: str) -> dict[str, Any]:
    """Return the content of sealed JSON.

    Raises:
        Damage: it does not match its digest.
    """
    try:
        content = json.loads(text)
        if content.pop(SEAL) == _seal(content):
            return dict(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # told below, whatever a changed byte made of it
    raise Damage(f"{name} does not match its digest")


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class CheckedFolder:
    """The files of a folder with known digests, by relative path."""

    def __init__(self, folder: Path, digests: Mapping[str, str]) -> None:
        """Take the folder and the digests, by file."""
        self._folder = folder
        self._digests = digests

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            Damage: it does not match its digest.
            OSError: it cannot be read.
        """
        data = (self._folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != self._digests.get(name):
            raise Damage(f"{name} does not match its digest")
        return data

    def damaged(self, within: str = "", largest: int | None = None) -> Iterator[str]:
        """Yield the files that are missing or do not match their digests.

        Args:
            within: check only the paths that begin with this.
            largest: skip files of records with more bytes than this.
        """
        for name, digest in self._digests.items():
            path = self._folder / name
            if not name.startswith(within):
                continue
            try:
                checked_later = f"{name}{TABLE}" in self._digests
                if largest is not None and checked_later and path.stat().st_size > largest:
                    continue
                whole = digest_file(path) == digest
            except OSError as error:
                if not is_damage(error):
                    raise
                whole = False
            if not whole:
                yield name


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file below a folder, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_file(path) for path in files}


def _short(record: bytes | memoryview) -> int:
    return int.from_bytes(hashlib.sha256(record).digest()[:8], "little")


class RecordWriter:
    """Writes records one after the other, and their table on closing."""

    def __init__(self, path: Path) -> None:
        """Create the file."""
        self._file: BinaryIO = path.open("wb")
        self._table = path.with_name(path.name + TABLE)
        self._records: list[tuple[int, int]] = []
        self._end = 0

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: bytes) -> None:
        """Write the next record."""
        self._end += self._file.write(record)
        self._records.append((self._end, _short(record)))

    def close(self) -> None:
        """Write the table."""
        self._file.close()
        self._table.write_bytes(np.array(self._records, dtype=_RECORD).tobytes())


class RecordFile:
    """Records on disk, each checked whenever it is read.

    They are read, not memory-mapped: the system keeps sixteen pages of a mapped file for each page
    touched, a question touches hundreds, and a file truncated meanwhile would kill the process.
    """

    def __init__(
        self,
        path: Path,
        table: bytes,
        guard: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Open the file; `table` indexes its records, and `guard` wraps reading."""
        self._name = path.name
        self._guard = guard
        records = np.frombuffer(table, dtype=_RECORD)
        self._digests: NDArray[np.uint64] = records["digest"]
        self._ends: NDArray[np.int64] = np.concatenate([[0], records["end"]])
        self._file = path.open("rb")

    def __len__(self) -> int:
        return len(self._digests)

    @property
    def size(self) -> int:
        """The size of all records, in bytes."""
        return int(self._ends[-1])

    def read(self, first: int, count: int = 1) -> bytes:
        """Return `count` records from `first`, concatenated.

        Raises:
            Damage: one of them does not match its digest; or the error that `guard` raises instead.
        """
        try:
            return self._read(first, count)
        except (OSError, Damage):
            with self._guard():  # only now: a question reads hundreds
                raise

    def _read(self, first: int, count: int) -> bytes:
        ends = self._ends[first : first + count + 1].tolist()
        data = os.pread(self._file.fileno(), ends[-1] - ends[0], ends[0])
        known = self._digests[first : first + count].tolist()
        view = memoryview(data)
        for start, end, digest in zip(ends, ends[1:], known, strict=False):
            if _short(view[start - ends[0] : end - ends[0]]) != digest:
                raise Damage(f"{self._name} does not match its digest")
        return data

    def close(self) -> None:
        """Release the file."""
        self._file.close()
