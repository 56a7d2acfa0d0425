"""The store: the content of a generation, and how it is written and read.

A generation's folder has the documents and passages, one line of JSON each, all their vectors, and
the lexical index; Chroma has the nearest-neighbour graph of the passages' vectors, in files of the
same folder or on a server (FOOTNOTE_CHROMA_URL) that several processes and machines share. There,
each generation is a collection of its own, deleted with the generation.

Nothing is used, and Chroma's native code reads no file, before its digest has been checked: see
`digests`.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from corpus.document import Document
from corpus.passages import Passage, Sentence
from index.bm25 import POSTINGS, WORDS, LexicalBuilder, LexicalIndex
from index.cache import Packed, unpack
from index.digests import TABLE, CheckedFolder, Damage, RecordFile, RecordWriter
from index.embedder import Vectors
from index.generations import (
    STATUSES,
    DamagedError,
    DocumentStatus,
    StoreError,
    complete,
    damage_told,
    explained,
    files_of,
    hold,
    is_fault,
    read_statuses,
)
from index.scratch import scratch_folder
from index.spelling import FILE as SPELLING
from index.spelling import Spelling, SpellingBuilder
from index.words import words

# Recall@10 against exact search of 0.999 on real vectors; 200 gave 0.99: tests/benchmarks/speed.py.
GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 400}
SYNC_THRESHOLD = 5000  # vectors between two writes of the whole graph
OPEN_DOCUMENTS = 32
SERVER_SECONDS = 60.0  # that a server may take to answer
CHROMA, LEXICAL = "chroma", "lexical"
CHECKED_AT_ONCE = 32_000_000  # bytes of a file of records that is read whole when it is opened
RECORDS = ("documents.jsonl", "passages.jsonl", "vectors.f32", "sentences.i8")
_opening = Lock()  # chromadb's table of open clients is not safe for threads


@contextmanager
def _chroma(folder: Path, server: str) -> Iterator[Any]:
    """Open Chroma on the files of a folder, or on the server at a URL, and close it."""
    import chromadb  # slow to import
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    ending = ExitStack()
    with _opening:
        if server:
            try:
                client: Any = chromadb.HttpClient(server, settings=settings)
            except ValueError as error:
                raise StoreError(
                    f"No Chroma server answers at FOOTNOTE_CHROMA_URL={server!r}. Start it, name "
                    "another, or unset the variable to keep vectors in files."
                ) from error
            for part in (client, client._admin_client):
                # Chroma would wait for ever, and leave its connections open.
                part._server._session.timeout = SERVER_SECONDS
                ending.callback(part._server._session.close)
        else:
            client = chromadb.PersistentClient(path=str(folder), settings=settings)
    ending.callback(client.close)
    try:
        yield client
    finally:
        with _opening:
            ending.close()


@contextmanager
def _reading_chroma(folder: Path, files: CheckedFolder) -> Iterator[Any]:
    """Open Chroma on the files of a complete generation, without changing them.

    Chroma writes to its database even when reading: it gets a copy of it, and links to its graph.
    """
    if damaged := next(files.damaged(within=f"{CHROMA}/"), ""):
        raise Damage(f"{damaged} does not match its digest")
    with scratch_folder() as scratch:
        for path in (folder / CHROMA).iterdir():
            if path.is_dir():
                (scratch / path.name).symlink_to(path.resolve())
            else:
                shutil.copyfile(path, scratch / path.name)
        with _chroma(scratch, "") as client:
            yield client


def _collection_name(generation: str) -> str:
    return f"footnote-{generation}"


def drop_collection(server: str, generation: str) -> None:
    """Delete a generation's collection from a server, if one is used."""
    from chromadb.errors import NotFoundError

    with _chroma(Path(), server) as client, suppress(NotFoundError):
        client.delete_collection(_collection_name(generation))


@contextmanager
def writing(folder: Path, dimension: int, server: str) -> Iterator["GenerationWriter"]:
    """Write a generation into a new folder; it is incomplete without `finish`.

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
    """Writes documents and their passages in order, as they come."""

    def __init__(self, files: ExitStack, folder: Path, dimension: int, server: str) -> None:
        """Open the files and the collection, to be closed with `files`."""
        self._files = files
        self._folder = folder
        self._dimension = dimension
        self._server = server
        self._statuses: dict[str, DocumentStatus] = {}
        self._in_graph: set[int] = set()
        self._lexical = LexicalBuilder()
        self._spelling = SpellingBuilder()
        (folder / LEXICAL).mkdir(parents=True)
        self._documents, self._passages, self._vectors, self._sentences = (
            files.enter_context(closing(RecordWriter(folder / name))) for name in RECORDS
        )
        chroma = files.enter_context(_chroma(folder / CHROMA, server))
        self._collection = chroma.create_collection(
            _collection_name(folder.name),
            configuration={"hnsw": {**GRAPH, "sync_threshold": SYNC_THRESHOLD}},
            embedding_function=None,
        )

    def add_problem(self, doc: str, digest: str, problem: str) -> None:
        """Add a file that could not be read."""
        self._statuses[doc] = DocumentStatus(doc, doc, digest, problem=problem)

    def add_document(self, document: Document, digest: str, indexed: str) -> None:
        """Add a document; its passages follow."""
        self._documents.add(_line(document.to_json()))
        self._statuses[document.doc] = DocumentStatus(
            doc=document.doc,
            title=document.title,
            digest=digest,
            pages=None if document.pages is None else len(document.pages),
            warnings=document.warnings,
            indexed=indexed,
            record=len(self._documents) - 1,
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
            vectors: of the passages, shape (len(passages), dimension).
            sentence_vectors: of their sentences, packed, shape (all sentences, dimension).
        """
        # Copies of a vector would link to each other only, and cut the graph in pieces.
        first_with = {v.tobytes(): n for n, v in reversed(list(enumerate(vectors)))}
        fresh = sorted(n for v, n in first_with.items() if hash(v) not in self._in_graph)
        self._in_graph.update(map(hash, first_with))
        if fresh:
            ids = [str(len(self._passages) + n) for n in fresh]
            self._collection.upsert(ids=ids, embeddings=np.asarray(vectors)[fresh])
        at = 0
        for (passage, page, title), vector in zip(passages, vectors, strict=True):
            status = self._statuses[passage.doc]
            first = status.rows[0] if status.passages else len(self._passages)
            self._statuses[passage.doc] = replace(status, rows=(first, status.passages + 1))
            sentences = [[s.start, s.end, s.heading] for s in passage.sentences]
            fields = [passage.doc, passage.start, passage.end, passage.text, passage.section]
            self._passages.add(_line([*fields, sentences, page]))
            self._vectors.add(vector.tobytes())
            end = at + len(sentences)
            self._sentences.add(sentence_vectors[at:end].tobytes())
            at = end
            tokens = words(f"{title}\n{passage.section}\n{passage.text}")
            self._lexical.add(tokens)
            self._spelling.add(tokens)

    def finish(self) -> None:
        """Write the rest, the manifest last."""
        if self._collection.count() != len(self._in_graph):
            kept = f"{self._collection.count()} of {len(self._in_graph)}"
            raise StoreError(f"Chroma stored {kept} vectors; build the index again")
        if not self._server:
            self._collection.modify(configuration={"hnsw": {"sync_threshold": 2}})
        self._files.close()
        if not self._server:
            self._sync_graph()
        self._lexical.save(self._folder / LEXICAL)
        self._spelling.save(self._folder / LEXICAL)
        with (self._folder / STATUSES).open("wb") as file:
            file.writelines(_line(asdict(status)) for status in self._statuses.values())
        said = {
            "dimension": self._dimension,
            "rows": len(self._passages),
            "graph": len(self._in_graph),
        }
        complete(self._folder, said)

    def _sync_graph(self) -> None:
        """Make Chroma write its graph; each reader would otherwise insert what is missing again.

        A changed threshold is read on opening and takes effect on the next write.
        """
        with _chroma(self._folder / CHROMA, "") as client:
            name = _collection_name(self._folder.name)
            collection = client.get_collection(name, embedding_function=None)
            if self._in_graph:
                found = collection.get(limit=3, include=["embeddings"])
                collection.update(ids=found["ids"], embeddings=found["embeddings"])


def _line(fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


class _Documents(Mapping[str, Document]):
    """The documents of a generation, read from its file on demand."""

    def __init__(self, records: RecordFile, statuses: Iterable[DocumentStatus]) -> None:
        self._records = records
        self._places = {s.doc: s.record for s in statuses if not s.problem}
        self._read = lru_cache(OPEN_DOCUMENTS)(self._parse)

    def __getitem__(self, doc: str) -> Document:
        return self._read(self._places[doc])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def _parse(self, record: int) -> Document:
        return Document.from_json(json.loads(self._records.read(record)))


class Generation:
    """A complete generation, open for reading; it is not removed before it is closed.

    `damaged` tells whether damage was found: the caller got a DamagedError, and the next build
    replaces the generation.
    """

    def __init__(self, folder: Path, server: str = "") -> None:
        """Open it; `server` is the URL of the Chroma server that has its graph, "" for files.

        Raises:
            DamagedError: it is damaged, or was removed in the meantime.
            StoreError: it cannot be read.
        """
        self.damaged = False
        self._folder = folder
        self._files = ExitStack()
        try:
            with self._guarded():
                self._open(folder, server)
        except BaseException:
            self._files.close()
            raise

    def _open(self, folder: Path, server: str) -> None:
        manifest = hold(folder, self._files)
        self._dimension, self.rows = manifest["dimension"], manifest["rows"]
        files = files_of(folder, manifest)
        if damaged := next(files.damaged(largest=CHECKED_AT_ONCE), ""):
            raise Damage(f"{damaged} does not match its digest")

        def records(name: str) -> RecordFile:
            table = files.read(name + TABLE)
            return self._files.enter_context(
                closing(RecordFile(folder / name, table, self._guarded))
            )

        self.lexical = LexicalIndex(
            files.read(f"{LEXICAL}/{WORDS}"), records(f"{LEXICAL}/{POSTINGS}")
        )
        self.spelling = Spelling(partial(self._guarded_read, files, f"{LEXICAL}/{SPELLING}"))
        self.statuses = read_statuses(folder)
        documents, self._passages, self._vectors, self._sentences = map(records, RECORDS)
        self.documents: Mapping[str, Document] = _Documents(documents, self.statuses)
        self.sentences = self._sentences.size // self._dimension
        chroma = _chroma(folder, server) if server else _reading_chroma(folder, files)
        client = self._files.enter_context(chroma)
        name = _collection_name(folder.name)
        try:
            self._collection = client.get_collection(name, embedding_function=None)
        except BaseException as error:
            if not is_fault(error):
                raise
            raise Damage(f"Chroma does not have its vectors: {error}") from error
        if self._collection.count() != manifest["graph"]:
            raise Damage(f"it has {self._collection.count()} of {manifest['graph']} vectors")
        self.nearest(np.ones(self._dimension, np.float32), 1)  # the graph is read only now

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn damage and faults into errors that say what to do."""
        try:
            with explained(self._folder), damage_told(self._folder):
                yield
        except DamagedError:
            self.damaged = True
            raise

    def _guarded_read(self, files: CheckedFolder, name: str) -> bytes:
        with self._guarded():
            return files.read(name)

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Return the rows of the `k` passages nearest to a vector (dimension,), nearest first.

        Of passages with the same vector only the first is returned.
        """
        with explained(self._folder):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=min(k, self.rows), include=[]
            )
        return [int(row) for row in found["ids"][0]]

    def read(self, rows: Iterable[int]) -> list[tuple[Passage, int | None]]:
        """Return each row's passage and its page, None if unpaged."""
        return [self._read(row) for row in rows]

    def _read(self, row: int) -> tuple[Passage, int | None]:
        doc, first, last, text, section, sentences, page = json.loads(self._passages.read(row))
        spans = tuple(Sentence(*sentence) for sentence in sentences)
        return Passage(doc, first, last, text, section, spans), page

    def vectors(self, first: int, count: int) -> Vectors:
        """Return the vectors of rows, shape (count, dimension)."""
        data = self._vectors.read(first, count)
        return np.frombuffer(data, np.float32).reshape(count, self._dimension)

    def sentence_vectors(self, row: int) -> Vectors:
        """Return the vectors of a row's sentences, shape (its sentences, dimension)."""
        return unpack(
            np.frombuffer(self._sentences.read(row), np.int8).reshape(-1, self._dimension)
        )

    def close(self) -> None:
        """Release the files."""
        self._files.close()
