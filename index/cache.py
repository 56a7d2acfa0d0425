"""The build cache: documents already read, and vectors by the hash of their text.

Each row has a digest of its content: a row that does not match it is ignored. A file that SQLite
finds malformed is replaced. Either costs nothing but time.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index.digests import Damage
from index.embedder import Embedder, Span, Vectors, unit

Packed = NDArray[np.int8]

OPENING = """
    PRAGMA page_size=32768;  -- of a new file: rows of 3 kB would leave much of smaller ones empty
    PRAGMA locking_mode=EXCLUSIVE;  -- one writer: no shared memory file
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=NORMAL;
    PRAGMA temp_store=MEMORY;
    PRAGMA cell_size_check=ON;
    DROP TABLE IF EXISTS embedded;  -- of releases before format 6
    DROP TABLE IF EXISTS passages;  -- and before format 8
    DROP TABLE IF EXISTS read;
    CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, own BLOB, parts BLOB, seal BLOB);
    CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY, found BLOB, seal BLOB);
    CREATE TEMP TABLE used (hash BLOB PRIMARY KEY);
"""
_PASSING = (  # what the disk or another process did, and no byte of the file
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH,
)  # fmt: skip


def shows_damage(error: sqlite3.Error) -> bool:
    """Tell whether an SQLite error means that the file is damaged rather than inaccessible.

    The queries are fixed and correct, so a missing table is damage too.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    cut = code == sqlite3.SQLITE_IOERR_SHORT_READ
    return cut or code & 0xFF not in _PASSING


def _seal(*parts: bytes) -> bytes:
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


def pack(vectors: Vectors) -> Packed:
    """Pack unit vectors, shape (n, dimension), into a quarter of their size.

    A component is stored as a share of its vector's largest, in 127ths: cosines change by about
    0.0005, so only the vectors of sentences are packed.
    """
    largest = np.abs(vectors).max(axis=1, initial=1e-9, keepdims=True)
    packed: Packed = np.rint(vectors * (127 / largest)).astype(np.int8)
    return packed


def unpack(packed: Packed) -> Vectors:
    """Return unit vectors from packed ones."""
    return unit(packed)


class BuildCache:
    """The cache file of an index, opened only by the process that holds the index's lock.

    `damage` says what was damaged, "" if nothing; damaged entries are ignored.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        """Open or create the cache file; a damaged one is replaced."""
        self._dimension = dimension
        self._path = path
        self.damage = ""
        try:
            self._open()
        except sqlite3.Error as error:
            if not shows_damage(error):
                raise
            self.begin_anew(str(error))

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            self._connection.executescript(OPENING)
        except sqlite3.Error:
            self._connection.close()
            raise

    def begin_anew(self, damage: str) -> None:
        """Replace the file, damaged as `damage` says, with an empty one."""
        self.damage = damage
        self.close()
        for ending in ("", "-wal", "-journal"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        self._open()

    def _has_seal(self, seal: bytes, *parts: bytes) -> bool:
        whole = all(isinstance(part, bytes) for part in parts) and seal == _seal(*parts)
        if not whole:
            self.damage = "a row does not match its digest"
        return whole

    def embed(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]], embedder: Embedder
    ) -> tuple[Vectors, Packed, int]:
        """Return the vectors of texts and of their parts, and the number of texts embedded now.

        Shapes (len(texts), dimension) and (all parts, dimension), the latter packed.
        """
        asked = list(zip(texts, map(tuple, parts), strict=True))
        hashes = [sha256(repr(one).encode()).digest() for one in asked]
        unique = dict(zip(hashes, asked, strict=True))
        sizes = {key: len(spans) * self._dimension for key, (_, spans) in unique.items()}
        known: dict[bytes, tuple[bytes, bytes]] = {}
        for key, size in sizes.items():
            query = "SELECT own, parts, seal FROM vectors WHERE hash = ?"
            row = self._connection.execute(query, (key,)).fetchone()
            if row and self._has_seal(row[2], key, row[0], row[1]):
                own, of_parts, _ = row
                if len(own) == self._dimension * 4 and len(of_parts) == size:
                    known[key] = own, of_parts
        missing = [key for key in unique if key not in known]
        vectors, of_all = embedder.embed_parts(
            [unique[key][0] for key in missing], [unique[key][1] for key in missing]
        )
        packed, at = pack(of_all).tobytes(), 0
        for key, vector in zip(missing, vectors, strict=True):
            known[key] = vector.tobytes(), packed[at : (at := at + sizes[key])]
        self._connection.execute("BEGIN")
        fresh = [(key, *known[key], _seal(key, *known[key])) for key in missing]
        self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", fresh)
        self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", zip(unique))
        self._connection.execute("COMMIT")
        joined = (b"".join(known[key][kind] for key in hashes) for kind in (0, 1))
        vectors, packed_parts = (
            np.frombuffer(data, dtype).reshape(-1, self._dimension)
            for data, dtype in zip(joined, (np.float32, np.int8), strict=True)
        )
        return vectors, packed_parts, len(missing)

    def sizes(self) -> dict[str, int]:
        """Return the approximate length of each cached document, by the digest of its file."""
        rows = self._connection.execute("SELECT digest, found, seal FROM texts")
        return {
            digest: len(found)
            for digest, found, seal in rows
            if self._has_seal(seal, str(digest).encode(), found)
        }

    def keep(self, digest: str, found: Document | str) -> None:
        """Store the result of reading: a document, or the sentence that says why there is none."""
        text = json.dumps(found if isinstance(found, str) else found.to_json()).encode()
        row = (digest, text, _seal(digest.encode(), text))
        self._connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", row)

    def read(self, digest: str) -> Document | str:
        """Return a stored result.

        Raises:
            Damage: it is damaged, or was never stored.
        """
        query = "SELECT found, seal FROM texts WHERE digest = ?"
        row = self._connection.execute(query, (digest,)).fetchone()
        if not row or not self._has_seal(row[1], digest.encode(), row[0]):
            raise Damage("a cached text does not match its digest")
        found = json.loads(row[0])
        return found if isinstance(found, str) else Document.from_json(found)

    def prune(self, digests: Iterable[str]) -> None:
        """Delete vectors not requested since the file was opened, and all but these documents."""
        self._connection.execute("DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM used)")
        kept = {digest for (digest,) in self._connection.execute("SELECT digest FROM texts")}
        gone = kept - set(digests)
        self._connection.executemany("DELETE FROM texts WHERE digest = ?", zip(gone))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def find_cache_damage(path: Path) -> str:
    """Return the damage of a cache file that no process is writing, "" if none."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            [first, *_] = file.execute("PRAGMA integrity_check(1)").fetchone()
            if first != "ok":
                return str(first)
            texts = file.execute("SELECT seal, CAST(digest AS BLOB), found FROM texts")
            vectors = file.execute("SELECT seal, hash, own, parts FROM vectors")
            if all(seal == _seal(*parts) for seal, *parts in chain(texts, vectors)):
                return ""
            return "a row does not match its digest"
    except (sqlite3.Error, TypeError) as error:
        if isinstance(error, sqlite3.Error) and not shows_damage(error):
            raise
        return str(error)
