"""Building an index: read and split, embed what is new, write a generation, switch to it."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Corpus, CorpusError, Document, File, iter_documents, list_documents
from corpus.passages import SPLITTER_VERSION, Passage, split_document
from index.cache import BuildCache
from index.embedder import Embedder, load_embedder
from index.generations import (
    DAMAGE,
    FORMAT_VERSION,
    CompleteGeneration,
    IndexFolder,
    StoreError,
    explained,
)
from index.progress import Progress, no_progress
from index.retriever import SearchableIndex
from index.settings import Settings
from index.status import DocumentStatus, read_statuses
from index.store import HASHES, Generation, GenerationWriter, drop_collection

HEADING_SHARE = 4  # a section may take one part in four of what the model reads
OPENINGS = 3  # an index may be damaged, or replaced by another process before it is open
BATCH = 256  # passages written at once, at most
SMALL_BATCH = 16  # and at first: a bar that moves on small corpora too
CACHE = "vectors.sqlite"
INDEXING = "Indexing, by characters"


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder that will be documents, and a line for each that is left out."""

    documents: tuple[File, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build changed. Passages are new when their text had to be embedded."""

    generation: Path
    documents_new: int
    documents_changed: int
    documents_removed: int
    documents_unchanged: int
    passages: int
    passages_new: int
    passages_removed: int
    problems: tuple[str, ...]

    def summary(self) -> str:
        """Return the one line for a person."""
        return (
            f"documents: {self.documents_new} new, {self.documents_changed} changed, "
            f"{self.documents_removed} removed, {self.documents_unchanged} unchanged; "
            f"passages: {self.passages_new} new, {self.passages_removed} removed, "
            f"{self.passages - self.passages_new} unchanged"
        )


def index_folder(home: Path, name: str, embedder: Embedder, server: str = "") -> IndexFolder:
    """Return where the index of a corpus called `name` by this embedder lives.

    `server` is the URL of the Chroma server that keeps its vectors, "" for files.
    """
    key = _hash("\0".join(part for part in (name, embedder.name, server) if part)).hex()[:16]
    label = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    path = home / "indexes" / f"{label}-{key}"
    return IndexFolder(path, partial(drop_collection, server)) if server else IndexFolder(path)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage with what goes into the index for it."""

    passage: Passage
    page: int | None
    text: str
    words: str


class _Splitter:
    """Makes passages, and the texts retrieval is given for them: under title and heading."""

    def __init__(self, embedder: Embedder) -> None:
        self._count = embedder.count
        self._limit = embedder.max_tokens
        self._heading = self._limit // HEADING_SHARE
        self._budget = self._limit - self._heading

    def split(self, document: Document) -> Iterator[_Piece]:
        """Yield the pieces of a document, in order."""
        for passage in split_document(document, self._count, self._budget):
            yield _Piece(
                passage,
                document.page_of(passage.start),
                self._text(passage, document.title),
                f"{document.title}\n{passage.section}\n{passage.text}",
            )

    def _text(self, passage: Passage, title: str) -> str:
        """Return what is embedded for a passage: never more than the model reads."""
        section = "" if passage.sentences[0].heading else passage.section
        above = f"{title}\n{section}".strip()
        while above:
            text = f"{above}\n{passage.text}"
            if self._count(above) <= self._heading and self._count(text) <= self._limit:
                return text
            above = above[: len(above) // 2]
        return passage.text


def build_index(
    corpus: Corpus | Folder,
    folder: IndexFolder,
    embedder: Embedder,
    progress: Progress = no_progress,
    damaged: Path | None = None,
    server: str = "",
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus` and put it in force.

    Files are known by the hash of their content: what has not changed is not read again, and
    what was read or embedded before a stop is not done again. Documents pass through one at a
    time. A `damaged` generation is not taken for up to date.

    Raises:
        CorpusError: no document of a folder can be read.
        StoreError: the folder cannot be written, or another process writes it for too long.
    """
    build = _Build(corpus, folder, embedder, progress, server)

    def up_to_date(found: CompleteGeneration | None) -> TypeGuard[CompleteGeneration]:
        same = found is not None and found.fingerprint == build.fingerprint
        return same and found is not None and found.folder != damaged

    with explained(folder.path):
        before = folder.current()
        if up_to_date(before):
            return build.report(_contents(before), before, 0)
        with folder.writing(_waits(progress)):
            before = folder.current()
            known = _contents(before)
            if up_to_date(before):
                return build.report(known, before, 0)
            folder.remove_unused()
            now, new = build.write(known)
            return build.report(known, folder.switch(now), new)


class _Build:
    """One build: what goes in, and where it goes."""

    def __init__(
        self,
        corpus: Corpus | Folder,
        folder: IndexFolder,
        embedder: Embedder,
        progress: Progress,
        server: str,
    ) -> None:
        self._folder = folder
        self._embedder = embedder
        self._progress = progress
        self._server = server
        self._splitter = _Splitter(embedder)
        self._problems = list(corpus.problems)
        self._items: dict[str, Document | File] = {}  # by digest
        self._docs: dict[str, str] = {}  # digest by doc
        for item in corpus.documents:
            try:
                digest = item.digest()
            except CorpusError as error:
                self._problems.append(str(error))
                continue
            self._items[digest] = item
            self._docs[item.doc] = digest
        parts = (FORMAT_VERSION, SPLITTER_VERSION, embedder.name, sorted(self._docs.items()))
        self.fingerprint = _hash(repr(parts)).hex()[:32]

    def write(self, before: "_Contents") -> tuple[Path, int]:
        """Write a generation; return its folder and how many passages had to be embedded."""
        folder = self._folder.new_generation(self.fingerprint)
        path = self._folder.path / CACHE
        with closing(BuildCache(path, self._embedder.dimension)) as cache:
            self._read(cache)
            with GenerationWriter(folder, self._embedder.dimension, self._server) as writer:
                hashes, new = self._index(cache, writer, before)
                writer.finish({"fingerprint": self.fingerprint}, hashes)
            cache.prune(self._items)
        return folder, new

    def _read(self, cache: BuildCache) -> None:
        """Have the cache hold every document, or why there is none."""
        known = cache.sizes()
        missing = {digest: item for digest, item in self._items.items() if digest not in known}
        files = [item for item in missing.values() if isinstance(item, File)]
        with closing(iter_documents(files)) as read:
            for number, (digest, item) in enumerate(missing.items()):
                if len(missing) > 1:
                    self._progress("Reading documents", number, len(missing))
                found = next(read) if isinstance(item, File) else item
                cache.keep(digest, found if isinstance(found, Document) else str(found))
        if all(isinstance(cache.read(digest), str) for digest in self._items):
            why = "; ".join([*self._problems, *(str(cache.read(d)) for d in self._items)])
            raise CorpusError(f"The folder holds no readable document: {why or 'it is empty'}")

    def _index(
        self, cache: BuildCache, writer: GenerationWriter, before: "_Contents"
    ) -> tuple[NDArray[np.uint64], int]:
        """Split and embed every document; return a hash a passage, and how many were new."""
        since = {s.doc: s for s in before.statuses}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sizes = cache.sizes()
        total = sum(sizes[digest] for digest in self._items)
        done = new = 0
        hashes: list[bytes] = []

        def pieces() -> Iterator[_Piece]:
            nonlocal done
            for doc, digest in self._docs.items():
                found = cache.read(digest)
                if isinstance(found, str):
                    writer.add_problem(doc, digest, found)
                else:
                    known = since.get(doc)
                    same = known is not None and known.digest == digest
                    writer.add_document(found, digest, known.indexed if known and same else now)
                    for piece in self._splitter.split(found):
                        yield piece
                        share = piece.passage.end / len(found.text)
                        self._progress(INDEXING, done + int(share * sizes[digest]), total)
                done += sizes[digest]

        queue = pieces()
        while group := list(islice(queue, min(BATCH, max(SMALL_BATCH, len(hashes) // 8)))):
            texts = [piece.text for piece in group]
            keys = [_hash(text) for text in texts]
            quotes = [p.passage.quote(s) for p in group for s in p.passage.sentences]
            vectors, embedded = cache.embed(keys, texts, self._embedder.embed)
            sentence_vectors, _ = cache.embed(
                [_hash(quote) for quote in quotes], quotes, self._embedder.embed
            )
            writer.add_passages(
                [(piece.passage, piece.page) for piece in group],
                vectors,
                sentence_vectors,
                [piece.words for piece in group],
            )
            hashes += [key[:8] for key in keys]
            new += embedded
        self._progress(INDEXING, total, total)
        return np.frombuffer(b"".join(hashes), dtype=np.uint64), new

    def report(self, before: "_Contents", now: CompleteGeneration, new: int) -> BuildReport:
        """Return what changed between two generations."""
        after = _contents(now)
        known, digests = (
            {s.doc: s.digest for s in contents.statuses if not s.problem}
            for contents in (before, after)
        )
        return BuildReport(
            generation=now.folder,
            documents_new=len(digests.keys() - known.keys()),
            documents_changed=sum(known.get(doc, h) != h for doc, h in digests.items()),
            documents_removed=len(known.keys() - digests.keys()),
            documents_unchanged=sum(known.get(doc) == h for doc, h in digests.items()),
            passages=int(now.manifest["rows"]),
            passages_new=new,
            passages_removed=len(np.setdiff1d(before.hashes, after.hashes)),
            problems=(*self._problems, *(s.problem for s in after.statuses if s.problem)),
        )


@dataclass(frozen=True, slots=True)
class _Contents:
    """What became of a generation's files, and a hash of each passage's embedded text."""

    statuses: tuple[DocumentStatus, ...]
    hashes: NDArray[np.uint64]


def _contents(generation: CompleteGeneration | None) -> _Contents:
    """Return a generation's; nothing of one that is damaged, which opening it tells."""
    nothing = _Contents((), np.zeros(0, dtype=np.uint64))
    if generation is None:
        return nothing
    try:
        return _Contents(read_statuses(generation.folder), np.load(generation.folder / HASHES))
    except (OSError, *DAMAGE):
        return nothing


def open_index(
    settings: Settings,
    corpus: Corpus | None = None,
    name: str | None = None,
    progress: Progress = no_progress,
) -> tuple[SearchableIndex, BuildReport]:
    """Bring the index of `settings.documents`, or of `corpus`, up to date and open it.

    Args:
        settings: which folder, which embedder, where the index is kept.
        corpus: documents in memory, in place of the folder.
        name: what the corpus is called; its index is found again under it.
        progress: called as the work goes on.

    Raises:
        CorpusError, EmbedderError, StoreError: with a sentence that says what to do.
    """
    source = corpus if corpus is not None else Folder(*list_documents(settings.documents))
    progress("Loading the embedding model", 0, 1)
    embedder = load_embedder(settings.embedder, settings.home / "models", progress)
    server = settings.chroma_url
    given, called = corpus_name(settings), name or corpus_name(settings)
    folder = index_folder(settings.home, called, embedder, server)
    if called != given and called.startswith(given):  # the folder's documents are part of it
        _take_over(index_folder(settings.home, given, embedder, server), folder, progress)
    damaged: Path | None = None
    for opening in range(1, OPENINGS + 1):
        report = build_index(source, folder, embedder, progress, damaged, server)
        try:
            return SearchableIndex(Generation(report.generation, server), embedder), report
        except StoreError:
            damaged = report.generation
            if opening == OPENINGS:
                raise
    raise AssertionError("unreachable")


def _take_over(known: IndexFolder, folder: IndexFolder, progress: Progress) -> None:
    """Give an index that is not there yet what was embedded for one that holds part of it."""
    old, new = known.path / CACHE, folder.path / CACHE
    if new.exists() or not old.exists():
        return
    with explained(folder.path), known.writing(_waits(progress)), folder.writing(_waits(progress)):
        draft = new.with_suffix(".draft")
        shutil.copyfile(old, draft)  # nobody writes it now, so the one file is all of it
        draft.replace(new)


def _waits(progress: Progress) -> Callable[[], None]:
    return lambda: progress("Waiting for another process that is indexing", 0, 0)


def corpus_name(settings: Settings) -> str:
    """Return what the folder of `settings` is called."""
    return str(settings.documents.resolve())


def find_statuses(settings: Settings) -> tuple[DocumentStatus, ...]:
    """Return what became of each file of the folder when it was indexed last, without building.

    Raises:
        StoreError: it was not indexed, or its index is damaged.
    """
    embedder = load_embedder(settings.embedder, settings.home / "models")
    folder = index_folder(settings.home, corpus_name(settings), embedder, settings.chroma_url)
    current = folder.current()
    if current is None:
        raise StoreError(
            f"{str(settings.documents)!r} is not indexed; run 'python -m index build' first"
        )
    with explained(folder.path):
        return read_statuses(current.folder)
