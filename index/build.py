"""Building an index: split, embed what is new, write a generation, switch to it."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from corpus.documents import Corpus, load_documents
from corpus.passages import SPLITTER_VERSION, Passage, split_document
from index.embedder import Embedder, Vectors, load_embedder
from index.progress import Progress, no_progress
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import (
    BATCH,
    FORMAT_VERSION,
    CompleteGeneration,
    Generation,
    IndexFolder,
    StoreError,
    explained,
    write_generation,
)
from index.vectors import VectorCache

HEADING_SHARE = 4  # a section may take one part in four of what the model reads
OPENINGS = 3  # an index may be damaged, or replaced by another process before it is open


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


def index_folder(home: Path, name: str, embedder: Embedder) -> IndexFolder:
    """Return where the index of a corpus called `name` by this embedder lives."""
    key = _hash(f"{name}\0{embedder.name}").hex()[:16]
    label = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    return IndexFolder(home / "indexes" / f"{label}-{key}")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class _Splitter:
    """The texts retrieval is given for passages: under their document's title and heading."""

    def __init__(self, embedder: Embedder) -> None:
        self._count = embedder.count
        self._limit = embedder.max_tokens
        self._heading = self._limit // HEADING_SHARE
        self.budget = self._limit - self._heading
        self._titles: dict[str, str] = {}

    def split(self, corpus: Corpus, progress: Progress) -> list[Passage]:
        passages: list[Passage] = []
        for number, document in enumerate(corpus.documents):
            progress("Splitting documents", number, len(corpus.documents))
            self._titles[document.doc] = document.title
            passages += split_document(document, self._count, self.budget)
        return passages

    def text(self, passage: Passage) -> str:
        """Return what is embedded for a passage: never more than the model reads."""
        section = "" if passage.sentences[0].heading else passage.section
        above = f"{self._titles[passage.doc]}\n{section}".strip()
        while above:
            text = f"{above}\n{passage.text}"
            if self._count(above) <= self._heading and self._count(text) <= self._limit:
                return text
            above = above[: len(above) // 2]
        return passage.text

    def words(self, passage: Passage) -> str:
        """Return what BM25 is given for a passage."""
        return f"{self._titles[passage.doc]}\n{passage.section}\n{passage.text}"


def build_index(
    corpus: Corpus,
    folder: IndexFolder,
    embedder: Embedder,
    progress: Progress = no_progress,
    damaged: Path | None = None,
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus` and put it in force.

    A `damaged` generation is not taken for up to date.

    Raises:
        StoreError: the folder cannot be written, or another process writes it for too long.
    """
    digests = {document.doc: document.digest() for document in corpus.documents}
    parts = (FORMAT_VERSION, SPLITTER_VERSION, embedder.name, sorted(digests.items()))
    fingerprint = _hash(repr(parts)).hex()[:32]

    def up_to_date(found: CompleteGeneration | None) -> TypeGuard[CompleteGeneration]:
        return found is not None and found.fingerprint == fingerprint and found.folder != damaged

    with explained(folder.path):
        before = folder.current()
        if up_to_date(before):
            return _report(before, before, corpus, 0)
        with folder.writing(lambda: progress("Waiting for another process that is indexing", 0, 0)):
            before = folder.current()
            if up_to_date(before):
                return _report(before, before, corpus, 0)
            folder.remove_unused()
            now = folder.new_generation(fingerprint)
            said = {"fingerprint": fingerprint, "documents": digests, "embedder": embedder.name}
            new = _write(corpus, folder, now, embedder, said, progress)
            return _report(before, folder.switch(now), corpus, new)


def _write(
    corpus: Corpus,
    folder: IndexFolder,
    generation: Path,
    embedder: Embedder,
    said: dict[str, Any],
    progress: Progress,
) -> int:
    """Write the generation and return how many passages had to be embedded."""
    splitter = _Splitter(embedder)
    passages = splitter.split(corpus, progress)
    texts = [splitter.text(passage) for passage in passages]
    new = 0

    def batches(cache: VectorCache) -> Iterator[tuple[Sequence[Passage], Vectors, Vectors]]:
        nonlocal new
        size = max(16, min(BATCH, len(passages) // 20))  # a bar that moves on small corpora too
        for at in range(0, len(passages), size):
            progress("Indexing passages", at, len(passages))
            group, whole = passages[at : at + size], texts[at : at + size]
            quotes = [p.quote(s) for p in group for s in p.sentences]
            vectors, embedded = cache.embed([_hash(t) for t in whole], whole, embedder.embed)
            sentence_vectors, _ = cache.embed([_hash(q) for q in quotes], quotes, embedder.embed)
            new += embedded
            yield group, vectors, sentence_vectors
        progress("Indexing passages", len(passages), len(passages))

    with closing(VectorCache(folder.path / "vectors.sqlite", embedder.dimension)) as cache:
        write_generation(
            generation,
            {
                **said,
                "passages": [_hash(text).hex()[:16] for text in texts],
                "dimension": embedder.dimension,
            },
            corpus.documents,
            batches(cache),
            (splitter.words(p) for p in passages),
        )
        cache.prune()
    return new


def _report(
    before: CompleteGeneration | None, now: CompleteGeneration, corpus: Corpus, new: int
) -> BuildReport:
    known = before.manifest["documents"] if before else {}
    digests = now.manifest["documents"]
    passages = now.manifest["passages"]
    return BuildReport(
        generation=now.folder,
        documents_new=sum(doc not in known for doc in digests),
        documents_changed=sum(known.get(doc, h) != h for doc, h in digests.items()),
        documents_removed=sum(doc not in digests for doc in known),
        documents_unchanged=sum(known.get(doc) == h for doc, h in digests.items()),
        passages=len(passages),
        passages_new=new,
        passages_removed=len(set(before.manifest["passages"] if before else ()) - set(passages)),
        problems=corpus.problems,
    )


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
    if corpus is None:
        progress("Reading documents", 0, 1)
        corpus = load_documents(settings.documents)
    progress("Loading the embedding model", 0, 1)
    embedder = load_embedder(settings.embedder)
    folder = index_folder(settings.home, name or str(settings.documents.resolve()), embedder)
    damaged: Path | None = None
    for opening in range(1, OPENINGS + 1):
        report = build_index(corpus, folder, embedder, progress, damaged)
        try:
            return SearchableIndex(Generation(report.generation), embedder), report
        except StoreError:
            damaged = report.generation
            if opening == OPENINGS:
                raise
    raise AssertionError("unreachable")
