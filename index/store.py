"""The store: immutable generations of an index on disk, switched atomically under one lock.

An index folder holds `lock`, `CURRENT` (the name of the generation in force), `vectors.sqlite`
(what was embedded before, by hash of its text) and `generations/`. A generation is written
in a new folder, its manifest last, and never changed; it is removed when it is out of force and
no reader holds its manifest's lock. chromadb 1.5.9 corrupts a directory with two writers in
silence and leaves open readers stale: neither can happen to a directory that has one writer in
its life and no reader before it is complete.
"""

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock, Timeout

from corpus.documents import Document
from corpus.errors import FootnoteError
from corpus.passages import Passage, Sentence
from index.embedder import Vectors
from index.lexical import LexicalIndex

FORMAT_VERSION = 2
COLLECTION = "passages"
LOCK_SECONDS = 900
BATCH = 256
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
MANIFEST_FIELDS = {"fingerprint", "documents", "passages", "dimension", "rows"}

DISK_FAULTS = (OSError, sqlite3.Error, chromadb.errors.ChromaError)
_opening = Lock()  # chromadb's table of open clients is not safe for threads


class StoreError(FootnoteError):
    """A store that cannot be read or written; the message says what to do."""


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn faults of disk and database into a StoreError that says what to do."""
    try:
        yield
    except DISK_FAULTS as error:
        raise StoreError(
            f"The index in {str(folder)!r} cannot be read or written: {error}. Check that the disk "
            "is not full and the folder is yours, or name another with FOOTNOTE_HOME; an index "
            "built before stays as it was."
        ) from error


@dataclass(frozen=True, slots=True)
class CompleteGeneration:
    """A generation's folder and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """What the generation was made from."""
        return str(self.manifest["fingerprint"])


class IndexFolder:
    """One index on disk: where its generations are, which is in force, who may write."""

    def __init__(self, path: Path) -> None:
        """Take the folder, made when first written."""
        self.path = path
        self._generations = path / "generations"

    def current(self) -> CompleteGeneration | None:
        """Return the generation in force; None without one, or when it is not complete."""
        try:
            name = (self.path / CURRENT).read_text(encoding="ascii").strip()
            folder = self._generations / Path(name).name
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # damaged: as if not there
            return None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT_VERSION:
            return None
        whole = manifest.keys() >= MANIFEST_FIELDS
        return CompleteGeneration(folder, manifest) if whole else None

    def new_generation(self, fingerprint: str) -> Path:
        """Return a folder that is not there, for a generation to be written into."""
        names = (f"{fingerprint}-{number}" for number in count(1))
        return next(f for f in map(self._generations.joinpath, names) if not f.exists())

    def switch(self, folder: Path) -> CompleteGeneration:
        """Put a complete generation in force, then remove the others."""
        _write_whole(self.path / CURRENT, folder.name)
        self.remove_unused()
        current = self.current()
        if current is None:
            raise StoreError(f"The index written to {str(folder)!r} is gone; start again")
        return current

    def remove_unused(self) -> None:
        """Remove what is neither in force nor being read: only while `writing`."""
        current = self.current()
        for folder in self._generations.iterdir():
            if current and folder == current.folder:
                continue
            try:
                with (folder / MANIFEST).open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            except BlockingIOError:  # a reader holds it: a later writer removes it
                continue
            except (FileNotFoundError, NotADirectoryError):  # never completed
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


def _sync(path: Path) -> None:
    """Have the disk hold a file or folder before anything says that it is there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it has its old text or the new one, whatever happens."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    _sync(draft)
    os.replace(draft, path)
    _sync(path.parent)


@contextmanager
def _chroma(folder: Path) -> Iterator[Any]:
    """Open Chroma's files in `folder`, and close them."""
    with _opening:
        client: Any = chromadb.PersistentClient(
            path=str(folder), settings=ChromaSettings(anonymized_telemetry=False)
        )
    try:
        yield client
    finally:
        with _opening:
            client.close()


def write_generation(
    folder: Path,
    manifest: Mapping[str, Any],
    documents: Iterable[Document],
    batches: Iterable[tuple[Sequence[Passage], Vectors, Vectors]],
    lexical_texts: Iterable[str],
) -> None:
    """Write a whole generation into the new folder `folder`; its manifest last.

    Args:
        folder: where; nothing is there yet, and nothing stays there on failure.
        manifest: what the generation says of itself.
        documents: all documents.
        batches: passages with their vectors (passages, dimension) and their sentences' vectors
            (sum of the passages' sentences, dimension), in row order.
        lexical_texts: a text a passage for BM25, in row order.
    """
    try:
        (folder / "lexical").mkdir(parents=True)
        with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(document)) + "\n" for document in documents)
        rows = _write_passages(folder, batches)
        LexicalIndex.build(lexical_texts, folder / "lexical")
        for path in (*folder.rglob("*"), folder):
            _sync(path)
        said = {**manifest, "format": FORMAT_VERSION, "rows": rows}
        _write_whole(folder / MANIFEST, json.dumps(said))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_passages(
    folder: Path, batches: Iterable[tuple[Sequence[Passage], Vectors, Vectors]]
) -> int:
    """Write passages and all vectors; return how many passages there are."""
    row = sentence_row = 0
    with _chroma(folder / "chroma") as client, (folder / "sentences.f32").open("wb") as file:
        collection = client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
            embedding_function=None,
        )
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
            file.write(sentence_vectors.tobytes())
        if collection.count() != row:
            raise StoreError(f"Chroma kept {collection.count()} of {row} passages; build it again")
    return row


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
    """A complete generation, open for reading; it is not removed before it is closed."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            StoreError: it is damaged, or was removed in the meantime.
        """
        self._folder = folder
        self._files = ExitStack()
        try:
            with self._files:
                self._open(folder)
                self._files = self._files.pop_all()
        except (*DISK_FAULTS, ValueError, KeyError, TypeError, EOFError) as error:
            raise StoreError(
                f"The index in {str(folder)!r} is damaged: {error}. Delete that folder and start "
                "again."
            ) from error

    def _open(self, folder: Path) -> None:
        file = self._files.enter_context((folder / MANIFEST).open("rb"))
        fcntl.flock(file, fcntl.LOCK_SH)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        client = self._files.enter_context(_chroma(folder / "chroma"))
        self._collection = client.get_collection(COLLECTION, embedding_function=None)
        self.rows = int(manifest["rows"])
        if self._collection.count() != self.rows:
            raise ValueError(f"it has {self._collection.count()} of {self.rows} passages")
        self.lexical = LexicalIndex.load(folder / "lexical")
        self._sentences = np.memmap(folder / "sentences.f32", dtype=np.float32, mode="r").reshape(
            -1, manifest["dimension"]
        )
        self.documents = MappingProxyType(_read_documents(folder / "documents.jsonl"))
        vector = np.ones(manifest["dimension"], dtype=np.float32)
        self.read(self.nearest(vector, 1))  # a damaged graph shows only when it is searched

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Return the rows of the `k` passages nearest to a vector (dimension,), nearest first."""
        with explained(self._folder):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=min(k, self.rows), include=[]
            )
        return [int(row) for row in found["ids"][0]]

    def read(self, rows: Sequence[int]) -> list[tuple[Passage, Vectors, int]]:
        """Return each row's passage, its vector (dimension,) and its first sentence's row."""
        with explained(self._folder):
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
        self._files.close()


def _read_documents(path: Path) -> dict[str, Document]:
    documents = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            pages = fields.pop("pages")
            pages = tuple((a, b) for a, b in pages) if pages is not None else None
            documents[fields["doc"]] = Document(**fields, pages=pages)
    return documents
