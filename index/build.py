"""Building an index: split, embed what is new, write a generation, switch to it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.documents import Corpus, load_documents
from corpus.passages import SPLITTER_VERSION, Passage, split_document
from index.embedder import MARKERS, Embedder, Vectors, load_embedder
from index.progress import Progress, no_progress
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import (
    BATCH,
    FORMAT_VERSION,
    Generation,
    IndexFolder,
    VectorCache,
    explained,
    write_generation,
)

HEADING_SHARE = 4  # a section may take one part in four of what the model reads


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
    key = hashlib.sha256(f"{name}\0{embedder.name}".encode()).hexdigest()[:16]
    label = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    return IndexFolder(home / "indexes" / f"{label}-{key}")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class _Splitter:
    """The texts an embedder is given for passages: the section's heading, then the passage."""

    def __init__(self, embedder: Embedder) -> None:
        self._count = embedder.count
        self._limit = embedder.max_tokens - MARKERS
        self._heading = self._limit // HEADING_SHARE
        self.budget = self._limit - self._heading

    def split(self, corpus: Corpus) -> list[Passage]:
        return [
            passage
            for document in corpus.documents
            for passage in split_document(document, self._count, self.budget)
        ]

    def text(self, passage: Passage) -> str:
        """Return what is embedded for a passage: never more than the model reads."""
        section = passage.section
        if not section or passage.sentences[0].heading:
            return passage.text
        while self._count(section) > self._heading:
            section = section[: len(section) // 2]
        return f"{section}\n{passage.text}"


def build_index(
    corpus: Corpus,
    folder: IndexFolder,
    embedder: Embedder,
    progress: Progress = no_progress,
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus` and put it in force.

    Raises:
        StoreError: the folder cannot be written, or another process writes it for too long.
    """
    digests = {document.doc: document.digest() for document in corpus.documents}
    parts = (FORMAT_VERSION, SPLITTER_VERSION, embedder.name, sorted(digests.items()))
    name = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    if folder.current() == name:
        return _report(folder, name, name, digests, corpus, 0)
    with folder.writing(lambda: progress("Waiting for another process that is indexing", 0, 1)):
        before = folder.current()
        new = 0
        if before != name:
            with explained(folder.path):
                if folder.manifest(name) is None:
                    new = _write(corpus, folder, name, embedder, digests, progress)
                folder.switch(name)
        return _report(folder, name, before, digests, corpus, new)


def _write(
    corpus: Corpus,
    folder: IndexFolder,
    name: str,
    embedder: Embedder,
    digests: dict[str, str],
    progress: Progress,
) -> int:
    """Write the generation and return how many passages had to be embedded."""
    splitter = _Splitter(embedder)
    passages = splitter.split(corpus)
    cache = VectorCache(folder.path / "vectors.sqlite", embedder.dimension)
    new = 0

    def batches() -> Iterator[tuple[Sequence[Passage], Vectors, Vectors]]:
        nonlocal new
        size = max(16, min(BATCH, len(passages) // 20))  # a bar that moves on small corpora too
        for at in range(0, len(passages), size):
            progress("Indexing passages", at, len(passages))
            group = passages[at : at + size]
            texts = [splitter.text(p) for p in group]
            quotes = [p.quote(s) for p in group for s in p.sentences]
            vectors, embedded = cache.embed([_hash(t) for t in texts], texts, embedder.embed)
            sentence_vectors, _ = cache.embed([_hash(q) for q in quotes], quotes, embedder.embed)
            new += embedded
            yield group, vectors, sentence_vectors
        progress("Indexing passages", len(passages), len(passages))

    complete = False
    try:
        write_generation(
            folder.generation(name),
            {
                "documents": digests,
                "passages": [_hash(splitter.text(p)).hex()[:16] for p in passages],
                "embedder": embedder.name,
                "dimension": embedder.dimension,
            },
            corpus.documents,
            batches(),
            (f"{p.section}\n{p.text}" for p in passages),
        )
        complete = True
    finally:
        cache.close(prune=complete)
    return new


def _report(
    folder: IndexFolder,
    name: str,
    before: str | None,
    digests: dict[str, str],
    corpus: Corpus,
    new: int,
) -> BuildReport:
    now = folder.manifest(name) or {}
    old = (folder.manifest(before) if before else None) or {"documents": {}, "passages": []}
    known = old["documents"]
    return BuildReport(
        generation=folder.generation(name),
        documents_new=sum(doc not in known for doc in digests),
        documents_changed=sum(known.get(doc, h) != h for doc, h in digests.items()),
        documents_removed=sum(doc not in digests for doc in known),
        documents_unchanged=sum(known.get(doc) == h for doc, h in digests.items()),
        passages=len(now["passages"]),
        passages_new=new,
        passages_removed=len(set(old["passages"]) - set(now["passages"])),
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
    report = build_index(corpus, folder, embedder, progress)
    return SearchableIndex(Generation(report.generation), embedder), report
