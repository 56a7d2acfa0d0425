"""The store: what a generation holds, how it is written and how it is read.

A generation's folder has the documents and passages, a line of JSON each, all their vectors, and
the lexical index; Chroma has the graph that finds the nearest of the passages' vectors. Chroma
works on files in the folder too, or on a server (FOOTNOTE_CHROMA_URL) that several processes and
machines share: there every generation is a collection of its own, which goes when it goes.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, BinaryIO

import numpy as np

from corpus.document import Document
from corpus.passages import Passage, Sentence
from index.bm25 import LexicalBuilder, LexicalIndex
from index.cache import Packed, unpack
from index.embedder import Vectors
from index.generations import (
    DAMAGE,
    STATUSES,
    DocumentStatus,
    StoreError,
    complete,
    explained,
    hold,
    is_fault,
    read_statuses,
)
from index.spelling import Spelling, SpellingBuilder
from index.words import words

# Recall@10 against exact search of 0.999 on real vectors; 200 gave 0.99: tests/benchmarks/speed.py.
GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 400}
SYNC_THRESHOLD = 5000  # vectors between two writes of the whole graph
OPEN_DOCUMENTS = 32
SERVER_SECONDS = 60.0  # that a server may take to answer
_opening = Lock()  # chromadb's table of open clients is not safe for threads


@contextmanager
def _chroma(folder: Path, server: str) -> Iterator[Any]:
    """Open Chroma on a generation's files, or on the server at a URL, and close it."""
    import chromadb  # slow to import
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    folder = folder / "chroma"
    closing = ExitStack()
    with _opening:
        if server:
            try:
                client: Any = chromadb.HttpClient(server, settings=settings)
            except ValueError as error:
                raise StoreError(
                    f"No Chroma server answers at FOOTNOTE_CHROMA_URL={server!r}. Start it, name "
                    "another, or leave it out to keep vectors in files."
                ) from error
            for part in (client, client._admin_client):
                # Chroma would wait for ever, and leave its connections open.
                part._server._session.timeout = SERVER_SECONDS
                closing.callback(part._server._session.close)
        else:
            if folder.exists() and not os.access(folder, os.W_OK):  # Chroma writes even to read
                copy = closing.enter_context(TemporaryDirectory(prefix="footnote-"))
                folder = Path(shutil.copytree(folder, copy, dirs_exist_ok=True))
            client = chromadb.PersistentClient(path=str(folder), settings=settings)
    closing.callback(client.close)
    try:
        yield client
    finally:
        with _opening:
            closing.close()


def _collection_name(generation: str) -> str:
    return f"footnote-{generation}"


def drop_collection(server: str, generation: str) -> None:
    """Delete a generation's collection from a server, where there is one."""
    from chromadb.errors import NotFoundError

    with _chroma(Path(), server) as client, suppress(NotFoundError):
        client.delete_collection(_collection_name(generation))


@contextmanager
def writing(folder: Path, dimension: int, server: str) -> Iterator["GenerationWriter"]:
    """Write a generation into a folder that is not there; it is none without `finish`.

    `server` is the URL of a Chroma server, "" for files.

        with writing(folder, dimension, server) as writer:
            writer.add_document(document, digest, indexed)
            writer.add_passages(passages, vectors, sentence_vectors)
            writer.finish()
    """
    try:
        with ExitStack() as files:
            yield GenerationWriter(files, folder, dimension, server)
    except BaseException:
        if not server:  # the next build removes what a server has too
            shutil.rmtree(folder, ignore_errors=True)
        raise


class GenerationWriter:
    """Takes documents and their passages, in order, and writes them as they come."""

    def __init__(self, files: ExitStack, folder: Path, dimension: int, server: str) -> None:
        """Open the files and the collection, to be closed with `files`."""
        self._files = files
        self._folder = folder
        self._dimension = dimension
        self._server = server
        self._statuses: dict[str, DocumentStatus] = {}
        self._places = [(0, 0)]  # of each passage: its line's byte, its first sentence's row
        self._in_graph: set[int] = set()
        self._lexical = LexicalBuilder()
        self._spelling = SpellingBuilder()
        (folder / "lexical").mkdir(parents=True)
        self._documents, self._passages, self._vectors, self._sentences = (
            files.enter_context((folder / name).open("wb"))
            for name in ("documents.jsonl", "passages.jsonl", "vectors.f32", "sentences.i8")
        )
        self._collection = files.enter_context(_chroma(folder, server)).create_collection(
            _collection_name(folder.name),
            configuration={"hnsw": {**GRAPH, "sync_threshold": SYNC_THRESHOLD}},
            embedding_function=None,
        )

    def add_problem(self, doc: str, digest: str, problem: str) -> None:
        """Add a file that could not be read."""
        self._statuses[doc] = DocumentStatus(doc, doc, digest, problem=problem)

    def add_document(self, document: Document, digest: str, indexed: str) -> None:
        """Add a document; its passages follow."""
        start = self._documents.tell()
        self._documents.write(_line(document.to_json()))
        self._statuses[document.doc] = DocumentStatus(
            doc=document.doc,
            title=document.title,
            digest=digest,
            pages=None if document.pages is None else len(document.pages),
            warnings=document.warnings,
            indexed=indexed,
            span=(start, self._documents.tell() - start),
        )

    def add_passages(
        self,
        passages: Sequence[tuple[Passage, int | None, str]],
        vectors: Vectors,
        sentence_vectors: Packed,
    ) -> None:
        """Add passages in the order of the documents.

        Args:
            passages: each with its page, None if unpaged, and its document's title.
            vectors: theirs, shape (len(passages), dimension).
            sentence_vectors: their sentences', packed, shape (all sentences, dimension).
        """
        # Copies of a vector would link to each other only, and cut the graph in pieces.
        first_with = {v.tobytes(): n for n, v in reversed(list(enumerate(vectors)))}
        fresh = sorted(n for v, n in first_with.items() if hash(v) not in self._in_graph)
        self._in_graph.update(map(hash, first_with))
        if fresh:
            ids = [str(len(self._places) - 1 + n) for n in fresh]
            self._collection.upsert(ids=ids, embeddings=np.asarray(vectors)[fresh])
        for passage, page, title in passages:
            status = self._statuses[passage.doc]
            first = status.rows[0] if status.passages else len(self._places) - 1
            self._statuses[passage.doc] = replace(status, rows=(first, status.passages + 1))
            sentences = [[s.start, s.end, s.heading] for s in passage.sentences]
            fields = [passage.doc, passage.start, passage.end, passage.text, passage.section]
            size = self._passages.write(_line([*fields, sentences, page]))
            byte, sentence_row = self._places[-1]
            self._places.append((byte + size, sentence_row + len(sentences)))
            tokens = words(f"{title}\n{passage.section}\n{passage.text}")
            self._lexical.add(tokens)
            self._spelling.add(tokens)
        self._vectors.write(np.ascontiguousarray(vectors).tobytes())
        self._sentences.write(np.ascontiguousarray(sentence_vectors).tobytes())

    def finish(self) -> None:
        """Write the rest, the manifest last."""
        if self._collection.count() != len(self._in_graph):
            kept = f"{self._collection.count()} of {len(self._in_graph)}"
            raise StoreError(f"Chroma kept {kept} vectors; build the index again")
        if not self._server:
            self._collection.modify(configuration={"hnsw": {"sync_threshold": 2}})
        self._files.close()
        if not self._server:
            self._sync_graph()
        self._lexical.save(self._folder / "lexical")
        self._spelling.save(self._folder / "lexical")
        np.save(self._folder / "passages.npy", np.array(self._places, dtype=np.int64))
        with (self._folder / STATUSES).open("wb") as file:
            file.writelines(_line(asdict(status)) for status in self._statuses.values())
        said = {
            "dimension": self._dimension,
            "rows": len(self._places) - 1,
            "graph": len(self._in_graph),
        }
        complete(self._folder, said)

    def _sync_graph(self) -> None:
        """Have Chroma write its graph: what it has not, each reader would insert again.

        It takes another threshold when it is opened, and heeds it when something is written.
        """
        with _chroma(self._folder, "") as client:
            name = _collection_name(self._folder.name)
            collection = client.get_collection(name, embedding_function=None)
            if self._in_graph:
                found = collection.get(limit=3, include=["embeddings"])
                collection.update(ids=found["ids"], embeddings=found["embeddings"])


def _line(fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


class _Documents(Mapping[str, Document]):
    """The documents of a generation, read from its file when they are asked for."""

    def __init__(self, file: BinaryIO, statuses: Iterable[DocumentStatus]) -> None:
        self._file = file
        self._spans = {s.doc: s.span for s in statuses if not s.problem}
        self._read = lru_cache(OPEN_DOCUMENTS)(self._parse)

    def __getitem__(self, doc: str) -> Document:
        return self._read(*self._spans[doc])

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def _parse(self, start: int, length: int) -> Document:
        return Document.from_json(json.loads(os.pread(self._file.fileno(), length, start)))


class Generation:
    """A complete generation, open for reading; it is not removed before it is closed."""

    def __init__(self, folder: Path, server: str = "") -> None:
        """Open it; `server` is the URL of the Chroma server that has its graph, "" for files.

        Raises:
            StoreError: it is damaged, or was removed in the meantime.
        """
        self._folder = folder
        self._files = ExitStack()
        try:
            self._open(folder, server)
        except Exception as error:
            self._files.close()
            if not (is_fault(error) or isinstance(error, DAMAGE)):
                raise
            raise StoreError(
                f"The index in {str(folder)!r} is damaged: {error}. Delete that folder and start "
                "again."
            ) from error

    def _open(self, folder: Path, server: str) -> None:
        manifest = hold(folder, self._files)
        dimension, self.rows = manifest["dimension"], manifest["rows"]
        self.lexical = LexicalIndex(folder / "lexical")
        self.spelling = Spelling(folder / "lexical")
        self.statuses = read_statuses(folder)
        documents, self._passages = (
            self._files.enter_context((folder / f"{name}.jsonl").open("rb"))
            for name in ("documents", "passages")
        )
        self.documents: Mapping[str, Document] = _Documents(documents, self.statuses)
        self._places = np.load(folder / "passages.npy", mmap_mode="r")
        self.sentences = int(self._places[self.rows, 1])
        self._vectors = self._rows_of(folder / "vectors.f32", np.float32, self.rows, dimension)
        self._sentences = self._rows_of(folder / "sentences.i8", np.int8, self.sentences, dimension)
        client = self._files.enter_context(_chroma(folder, server))
        name = _collection_name(folder.name)
        self._collection = client.get_collection(name, embedding_function=None)
        if self._collection.count() != manifest["graph"]:
            raise ValueError(f"it has {self._collection.count()} of {manifest['graph']} vectors")
        self.read(self.nearest(np.ones(dimension, np.float32), 1))  # the graph is read only now

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Return the rows of the `k` passages nearest to a vector (dimension,), nearest first.

        Of passages with the same vector only the first is there.
        """
        with explained(self._folder):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=min(k, self.rows), include=[]
            )
        return [int(row) for row in found["ids"][0]]

    def read(self, rows: Iterable[int]) -> list[tuple[Passage, int | None]]:
        """Return each row's passage and its page, None if unpaged."""
        with explained(self._folder):
            return [self._read(row) for row in rows]

    def _read(self, row: int) -> tuple[Passage, int | None]:
        start, end = self._places[row : row + 2, 0].tolist()
        line = json.loads(os.pread(self._passages.fileno(), end - start, start))
        doc, first, last, text, section, sentences, page = line
        spans = tuple(Sentence(*sentence) for sentence in sentences)
        return Passage(doc, first, last, text, section, spans), page

    def vectors(self, first: int, count: int) -> Vectors:
        """Return the vectors of rows, shape (count, dimension)."""
        found: Vectors = self._vectors(first, count)
        return found

    def sentence_vectors(self, row: int) -> Vectors:
        """Return the vectors of a row's sentences, shape (its sentences, dimension)."""
        first, end = self._places[row : row + 2, 1].tolist()
        return unpack(self._sentences(first, end - first))

    def _rows_of(
        self, path: Path, kind: type[np.generic], rows: int, dimension: int
    ) -> Callable[[int, int], Any]:
        """Open a file of rows; return what reads some of them: the first, and how many.

        They are read, not mapped: of a mapped file the system keeps sixteen pages for each that
        is touched, and a question touches hundreds.
        """
        size = dimension * np.dtype(kind).itemsize
        if path.stat().st_size != rows * size:
            raise ValueError(f"{path.name} has not the size of its {rows} vectors")
        file = self._files.enter_context(path.open("rb"))

        def read(first: int, count: int) -> Any:
            with explained(self._folder):
                data = os.pread(file.fileno(), count * size, first * size)
                if len(data) < count * size:
                    raise OSError(f"{path.name} ends too soon")
            return np.frombuffer(data, kind).reshape(count, dimension)

        return read

    def close(self) -> None:
        """Release the files."""
        self._files.close()
