"""Vectors kept between builds by hash of their text, so that nothing is embedded twice."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.embedder import Vectors


class VectorCache:
    """One file of them, opened by one process at a time: the one that holds the index's lock."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open or make the cache file; a damaged one is begun anew."""
        self._dimension = dimension
        self._used: set[bytes] = set()
        try:
            self._connection = self._open(path)
        except sqlite3.OperationalError:  # the disk's fault, not the file's
            raise
        except sqlite3.DatabaseError:
            path.unlink()
            self._connection = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # one writer: no shared memory file
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS embedded (hash BLOB PRIMARY KEY, vector BLOB)"
            )
            connection.execute("CREATE TEMP TABLE used (hash BLOB PRIMARY KEY)")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def embed(
        self, hashes: Sequence[bytes], texts: Sequence[str], embed: Callable[[list[str]], Vectors]
    ) -> tuple[Vectors, int]:
        """Return a vector a text, shape (len(texts), dimension), and how many were embedded now."""
        known: dict[bytes, bytes] = {}
        unique = list(dict.fromkeys(hashes))
        for group in (unique[i : i + 500] for i in range(0, len(unique), 500)):
            marks = ",".join("?" * len(group))
            rows = self._connection.execute(
                f"SELECT hash, vector FROM embedded WHERE hash IN ({marks}) AND length(vector) = ?",
                (*group, self._dimension * 4),
            )
            known.update(rows.fetchall())
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        vectors = embed(list(missing.values()))
        fresh = [(h, v.tobytes()) for h, v in zip(missing, vectors, strict=True)]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?)", fresh)
        self._connection.executemany(
            "INSERT OR IGNORE INTO used VALUES (?)", [(h,) for h in unique]
        )
        self._connection.execute("COMMIT")
        known.update(fresh)
        joined = b"".join(known[h] for h in hashes)
        shape = (len(hashes), self._dimension)
        return np.frombuffer(joined, dtype=np.float32).reshape(shape), len(missing)

    def prune(self) -> None:
        """Forget what was not asked for since the file was opened."""
        self._connection.execute("DELETE FROM embedded WHERE hash NOT IN (SELECT hash FROM used)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
