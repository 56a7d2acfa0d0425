"""What a build needs again: documents that were read, and vectors by hash of their text."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from corpus.documents import Document
from index.embedder import Vectors

OPENING = """
    PRAGMA locking_mode=EXCLUSIVE;  -- one writer: no shared memory file
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=NORMAL;
    PRAGMA temp_store=MEMORY;
    CREATE TABLE IF NOT EXISTS embedded (hash BLOB PRIMARY KEY, vector BLOB);
    CREATE TABLE IF NOT EXISTS read (digest TEXT PRIMARY KEY, found TEXT);
    CREATE TEMP TABLE used (hash BLOB PRIMARY KEY);
"""


def document_of(fields: dict[str, Any]) -> Document:
    """Return the document whose fields JSON has kept."""
    pages = fields["pages"]
    fields["pages"] = None if pages is None else tuple(map(tuple, pages))
    return Document(**fields | {"warnings": tuple(fields["warnings"])})


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
        self, texts: Sequence[str], embed: Callable[[list[str]], Vectors]
    ) -> tuple[Vectors, int]:
        """Return a vector a text, shape (len(texts), dimension), and how many were embedded now."""
        hashes = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        unique = dict(zip(hashes, texts, strict=True))
        query = "SELECT vector FROM embedded WHERE hash = ? AND length(vector) = ?"
        size = self._dimension * 4
        known: dict[bytes, bytes] = {
            key: row[0]
            for key in unique
            if (row := self._connection.execute(query, (key, size)).fetchone())
        }
        missing = [key for key in unique if key not in known]
        vectors = embed([unique[key] for key in missing])
        fresh = [(key, vector.tobytes()) for key, vector in zip(missing, vectors, strict=True)]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?)", fresh)
        self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", zip(unique))
        self._connection.execute("COMMIT")
        known.update(fresh)
        joined = np.frombuffer(b"".join(known[h] for h in hashes), dtype=np.float32)
        return joined.reshape(len(hashes), self._dimension), len(missing)

    def sizes(self) -> dict[str, int]:
        """Return what was read before: by the file's digest, about how long it is."""
        return dict(self._connection.execute("SELECT digest, length(found) FROM read"))

    def keep(self, digest: str, found: Document | str) -> None:
        """Keep what reading gave: a document, or the sentence that tells why there is none."""
        text = json.dumps(found if isinstance(found, str) else asdict(found))
        self._connection.execute("INSERT OR REPLACE INTO read VALUES (?, ?)", (digest, text))

    def read(self, digest: str) -> Document | str:
        """Return what was kept."""
        query = "SELECT found FROM read WHERE digest = ?"
        found = json.loads(self._connection.execute(query, (digest,)).fetchone()[0])
        return found if isinstance(found, str) else document_of(found)

    def prune(self, digests: Iterable[str]) -> None:
        """Forget vectors not asked for since the file was opened, and all but these documents."""
        self._connection.execute("DELETE FROM embedded WHERE hash NOT IN (SELECT hash FROM used)")
        gone = self.sizes().keys() - set(digests)
        self._connection.executemany("DELETE FROM read WHERE digest = ?", zip(gone))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
