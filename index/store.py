"""The store: immutable generations of an index on disk, switched atomically under one lock.

An index folder holds `lock`, `CURRENT` (the name of the generation in force), `vectors.sqlite`
(what was embedded before, by hash of its text) and `generations/`. A generation is written
beside the others, its manifest last, and never changed once `CURRENT` names it. chromadb 1.5.9
corrupts a directory with two writers in silence and leaves open readers stale: neither can
happen to a directory that has one writer in its life and no reader before it is complete.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock, Timeout

from corpus.documents import Document
from corpus.passages import Passage, Sentence
from index.embedder import Vectors
from index.lexical import LexicalIndex

FORMAT_VERSION = 1
COLLECTION = "passages"
LOCK_SECONDS = 900
BATCH = 256
KEPT_GENERATIONS = 2  # the one in force, and the one before for readers that still hold it


class StoreError(Exception):
    """A store that cannot be read or written; the message says what to do."""


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn faults of disk and database into a StoreError that says what to do."""
    try:
        yield
    except (OSError, sqlite3.Error, chromadb.errors.ChromaError) as error:
        raise StoreError(
            f"The index in {str(folder)!r} cannot be read or written: {error}. Check that the disk "
            "is not full and the folder is yours, or name another with FOOTNOTE_HOME; an index "
            "built before stays as it was."
        ) from error


class VectorCache:
    """Vectors by hash of their text, kept between builds so that nothing is embedded twice."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open or make the cache file."""
        self._dimension = dimension
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, vector BLOB, used INTEGER)"
            " WITHOUT ROWID"
        )
        self._connection.execute("UPDATE vectors SET used = 0")

    def embed(
        self, hashes: Sequence[bytes], texts: Sequence[str], embed: Callable[[list[str]], Vectors]
    ) -> tuple[Vectors, int]:
        """Return a vector a text, shape (len(texts), dimension), and how many were embedded now."""
        known: dict[bytes, bytes] = {}
        unique = list(dict.fromkeys(hashes))
        for group in (unique[i : i + 500] for i in range(0, len(unique), 500)):
            marks = ",".join("?" * len(group))
            rows = self._connection.execute(
                f"UPDATE vectors SET used = 1 WHERE hash IN ({marks}) RETURNING hash, vector", group
            )
            known.update(rows.fetchall())
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        vectors = embed(list(missing.values()))
        fresh = [(h, v.tobytes()) for h, v in zip(missing, vectors, strict=True)]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, 1)", fresh)
        self._connection.execute("COMMIT")
        known.update(fresh)
        joined = b"".join(known[h] for h in hashes)
        shape = (len(hashes), self._dimension)
        return np.frombuffer(joined, dtype=np.float32).reshape(shape), len(missing)

    def close(self, prune: bool) -> None:
        """Close the file; with `prune`, first forget what the build just made did not use."""
        if prune:
            self._connection.execute("DELETE FROM vectors WHERE used = 0")
        self._connection.close()


class IndexFolder:
    """One index on disk: where its generations are, which is in force, who may write."""

    def __init__(self, path: Path) -> None:
        """Take the folder, made when first written."""
        self.path = path

    def generation(self, name: str) -> Path:
        """Return the folder of a generation, there or not."""
        return self.path / "generations" / name

    def current(self) -> str | None:
        """Return the name of the complete generation in force; None without one."""
        try:
            name = (self.path / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return name if self.manifest(name) else None

    def manifest(self, name: str) -> dict[str, Any] | None:
        """Return what a complete generation says of itself; None when incomplete or damaged."""
        try:
            text = (self.generation(name) / "manifest.json").read_text(encoding="utf-8")
            manifest: dict[str, Any] = json.loads(text)
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
            return None
        return manifest if manifest.get("format") == FORMAT_VERSION else None

    def switch(self, name: str) -> None:
        """Put a complete generation in force, then remove all but it and the one before."""
        before = self.current()
        draft = self.path / "CURRENT.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.path / "CURRENT")
        for folder in (self.path / "generations").iterdir():
            if folder.name not in (name, before):
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def writing(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the one right to write; `waiting` is called when another process has it.

        Raises:
            StoreError: the folder cannot be written, or the other writer takes too long.
        """
        with explained(self.path):
            (self.path / "generations").mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waiting()
                try:
                    lock.acquire(timeout=LOCK_SECONDS)
                except Timeout as error:
                    raise StoreError(
                        f"Another process has been writing the index in {str(self.path)!r} for "
                        f"{LOCK_SECONDS} s. Wait for it or end it, then start again."
                    ) from error
        try:
            yield
        finally:
            lock.release()


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(
        path=str(folder), settings=ChromaSettings(anonymized_telemetry=False)
    )


def write_generation(
    folder: Path,
    manifest: Mapping[str, Any],
    documents: Iterable[Document],
    batches: Iterable[tuple[Sequence[Passage], Vectors, Vectors]],
    lexical_texts: Iterable[str],
) -> None:
    """Write a whole generation into the new folder `folder`; its manifest last.

    Args:
        folder: where; an incomplete generation there is removed first.
        manifest: what the generation says of itself.
        documents: all documents.
        batches: passages with their vectors (passages, dimension) and their sentences' vectors
            (sum of the passages' sentences, dimension), in row order.
        lexical_texts: a text a passage for BM25, in row order.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "lexical").mkdir(parents=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8", errors="surrogatepass") as file:
        for document in documents:
            file.write(json.dumps(asdict(document)) + "\n")
    client = _client(folder / "chroma")
    try:
        collection = client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
            embedding_function=None,
        )
        row = sentence_row = 0
        with (folder / "sentences.f32").open("wb") as vectors_file:
            for passages, vectors, sentence_vectors in batches:
                metadatas = []
                for passage in passages:
                    metadatas.append(_metadata(passage, sentence_row))
                    sentence_row += len(passage.sentences)
                collection.upsert(
                    ids=[str(row + i) for i in range(len(passages))],
                    embeddings=np.asarray(vectors),
                    documents=[passage.text for passage in passages],
                    metadatas=metadatas,
                )
                row += len(passages)
                vectors_file.write(sentence_vectors.tobytes())
        if collection.count() != row:
            raise StoreError(f"Chroma kept {collection.count()} of {row} passages; build it again")
    finally:
        client.close()
    LexicalIndex.build(lexical_texts, folder / "lexical")
    draft = folder / "manifest.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({**manifest, "format": FORMAT_VERSION, "rows": row}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / "manifest.json")


def _metadata(passage: Passage, sentence_row: int) -> dict[str, Any]:
    sentences = " ".join(f"{s.start}-{s.end}{'h' if s.heading else ''}" for s in passage.sentences)
    return {
        "doc": passage.doc,
        "start": passage.start,
        "end": passage.end,
        "section": passage.section,
        "sentences": sentences,
        "sentence_row": sentence_row,
    }


def _passage(metadata: Mapping[str, Any], text: str) -> Passage:
    sentences = []
    for item in metadata["sentences"].split():
        start, end = item.removesuffix("h").split("-")
        sentences.append(Sentence(int(start), int(end), item.endswith("h")))
    return Passage(
        metadata["doc"], metadata["start"], metadata["end"], text, metadata["section"],
        tuple(sentences),
    )  # fmt: skip


class Generation:
    """A complete generation, open for reading."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            StoreError: it is damaged.
        """
        with explained(folder):
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            self._client = _client(folder / "chroma")
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            if self._collection.count() != manifest["rows"]:
                raise StoreError(
                    f"The index in {str(folder)!r} is damaged; delete that folder and start again"
                )
            self.lexical = LexicalIndex.load(folder / "lexical")
            self._sentences = np.memmap(
                folder / "sentences.f32", dtype=np.float32, mode="r"
            ).reshape(-1, manifest["dimension"])
            self.documents = MappingProxyType(_read_documents(folder / "documents.jsonl"))
        self.rows = int(manifest["rows"])

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Return the rows of the `k` passages nearest to a vector (dimension,), nearest first."""
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=min(k, self.rows), include=[]
        )
        return [int(row) for row in found["ids"][0]]

    def read(self, rows: Sequence[int]) -> list[tuple[Passage, Vectors, int]]:
        """Return each row's passage, its vector (dimension,) and its first sentence's row."""
        found = self._collection.get(
            ids=[str(row) for row in rows], include=["documents", "metadatas", "embeddings"]
        )
        by_id = {
            int(i): (_passage(m, t), np.asarray(v, dtype=np.float32), int(m["sentence_row"]))
            for i, t, m, v in zip(
                found["ids"], found["documents"], found["metadatas"], found["embeddings"],
                strict=True,
            )
        }  # fmt: skip
        return [by_id[row] for row in rows]

    def sentence_vectors(self, first: int, count: int) -> Vectors:
        """Return the vectors of sentence rows, shape (count, dimension)."""
        return np.asarray(self._sentences[first : first + count])

    def close(self) -> None:
        """Release the files."""
        self._client.close()


def _read_documents(path: Path) -> dict[str, Document]:
    documents = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            pages = fields.pop("pages")
            pages = tuple((a, b) for a, b in pages) if pages is not None else None
            documents[fields["doc"]] = Document(**fields, pages=pages)
    return documents
