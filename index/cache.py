"""What a build needs again: documents that were read, and vectors by hash of their text."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index.embedder import Embedder, Span, Vectors, unit

Packed = NDArray[np.int8]

OPENING = """
    PRAGMA page_size=32768;  -- of a new file: rows of 3 kB would leave much of smaller ones empty
    PRAGMA locking_mode=EXCLUSIVE;  -- one writer: no shared memory file
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=NORMAL;
    PRAGMA temp_store=MEMORY;
    DROP TABLE IF EXISTS embedded;  -- of releases before format 6
    CREATE TABLE IF NOT EXISTS passages (hash BLOB PRIMARY KEY, own BLOB, parts BLOB);
    CREATE TABLE IF NOT EXISTS read (digest TEXT PRIMARY KEY, found TEXT);
    CREATE TEMP TABLE used (hash BLOB PRIMARY KEY);
"""


def pack(vectors: Vectors) -> Packed:
    """Return vectors of length 1, shape (n, dimension), in a quarter of the room.

    A component is kept as a share of its vector's largest, in 127ths: cosines change by some
    0.0005, which is why only sentences are kept so.
    """
    largest = np.abs(vectors).max(axis=1, initial=1e-9, keepdims=True)
    packed: Packed = np.rint(vectors * (127 / largest)).astype(np.int8)
    return packed


def unpack(packed: Packed) -> Vectors:
    """Return the vectors of length 1 that were packed."""
    return unit(packed)


class BuildCache:
    """One file of them, opened by one process at a time: the one that holds the index's lock."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open or make the cache file; a damaged one is begun anew."""
        self._dimension = dimension
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # the disk's fault, not the file's
                raise
            path.unlink()
            self._open(path)

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._connection.executescript(OPENING)
        except sqlite3.Error:
            self._connection.close()
            raise

    def embed(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]], embedder: Embedder
    ) -> tuple[Vectors, Packed, int]:
        """Return the vectors of texts and of their parts, and how many texts were embedded now.

        Shapes (len(texts), dimension) and (all parts, dimension), the latter packed.
        """
        asked = list(zip(texts, map(tuple, parts), strict=True))
        hashes = [sha256(repr(one).encode()).digest() for one in asked]
        unique = dict(zip(hashes, asked, strict=True))
        query = """SELECT own, parts FROM passages
                   WHERE hash = ? AND length(own) = ? AND length(parts) = ?"""
        sizes = {key: len(spans) * self._dimension for key, (_, spans) in unique.items()}
        known: dict[bytes, tuple[bytes, bytes]] = {
            key: row
            for key, size in sizes.items()
            if (row := self._connection.execute(query, (key, self._dimension * 4, size)).fetchone())
        }
        missing = [key for key in unique if key not in known]
        own, of_parts = embedder.embed_parts(
            [unique[key][0] for key in missing], [unique[key][1] for key in missing]
        )
        packed, at = pack(of_parts).tobytes(), 0
        for key, vector in zip(missing, own, strict=True):
            known[key] = vector.tobytes(), packed[at : (at := at + sizes[key])]
        self._connection.execute("BEGIN")
        fresh = [(key, *known[key]) for key in missing]
        self._connection.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?, ?)", fresh)
        self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", zip(unique))
        self._connection.execute("COMMIT")
        joined = (b"".join(known[key][kind] for key in hashes) for kind in (0, 1))
        vectors, packed_parts = (
            np.frombuffer(data, dtype).reshape(-1, self._dimension)
            for data, dtype in zip(joined, (np.float32, np.int8), strict=True)
        )
        return vectors, packed_parts, len(missing)

    def sizes(self) -> dict[str, int]:
        """Return what was read before: by the file's digest, about how long it is."""
        return dict(self._connection.execute("SELECT digest, length(found) FROM read"))

    def keep(self, digest: str, found: Document | str) -> None:
        """Keep what reading gave: a document, or the sentence that tells why there is none."""
        text = json.dumps(found if isinstance(found, str) else found.to_json())
        self._connection.execute("INSERT OR REPLACE INTO read VALUES (?, ?)", (digest, text))

    def read(self, digest: str) -> Document | str:
        """Return what was kept."""
        query = "SELECT found FROM read WHERE digest = ?"
        found = json.loads(self._connection.execute(query, (digest,)).fetchone()[0])
        return found if isinstance(found, str) else Document.from_json(found)

    def prune(self, digests: Iterable[str]) -> None:
        """Forget vectors not asked for since the file was opened, and all but these documents."""
        self._connection.execute("DELETE FROM passages WHERE hash NOT IN (SELECT hash FROM used)")
        gone = self.sizes().keys() - set(digests)
        self._connection.executemany("DELETE FROM read WHERE digest = ?", zip(gone))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
