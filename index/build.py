"""Building an index: read and split, embed what is new, write a generation, switch to it."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from corpus.atomic import atomic_path
from corpus.document import Corpus, Document
from corpus.errors import CorpusError, PassingError
from corpus.folder import HOME_FORMAT, File, Folder, iter_documents, list_documents
from corpus.passages import Passage, split_document
from corpus.stopping import current_stop
from index.cache import BuildCache, shows_damage
from index.digests import Damage
from index.embedder import Embedder, Span
from index.generations import (
    DamagedError,
    DocumentStatus,
    IndexFolder,
    StoreError,
    explained,
    read_statuses,
)
from index.models import load_embedder
from index.progress import Progress, no_progress
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import Generation, GenerationWriter, drop_collection, writing

HEADING_SHARE = 4  # a section may take one part in four of what the model reads
OPENINGS = 3  # an index may be damaged, or replaced by another process before it is open
BATCH = 256  # passages written at once, at most
SMALL_BATCH = 16  # and at first: a bar that moves on small corpora too
CACHE = "vectors.sqlite"
REBUILT = "and was rebuilt from the documents."
INDEXING = "Indexing, by characters"


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
        """Return the summary line."""
        return (
            f"documents: {self.documents_new} new, {self.documents_changed} changed, "
            f"{self.documents_removed} removed, {self.documents_unchanged} unchanged; "
            f"passages: {self.passages_new} new, {self.passages_removed} removed, "
            f"{self.passages - self.passages_new} unchanged"
        )


def index_folder(home: Path, name: str, embedder: Embedder, server: str = "") -> IndexFolder:
    """Return the folder of the index of corpus `name` with this embedder.

    `server` is the URL of the Chroma server that stores its vectors, "" for files.
    """
    return folder_of_model(home, name, embedder.name, server)


def folder_of_model(home: Path, name: str, model: str, server: str = "") -> IndexFolder:
    """Return the folder of an index, by the name of its embedder."""
    key = _hash("\0".join(part for part in (name, model, server) if part)).hex()[:16]
    label = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    path = home / "indexes" / f"{label}-{key}"
    return IndexFolder(path, partial(drop_collection, server)) if server else IndexFolder(path)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _embedded_text(passage: Passage, title: str, embedder: Embedder) -> str:
    """Return the text embedded for a passage, with title and heading, short enough to fit."""
    section = "" if passage.sentences[0].heading else passage.section
    above = f"{title}\n{section}".strip()
    while above:
        text = f"{above}\n{passage.text}"
        fits = embedder.count(above) <= embedder.max_tokens // HEADING_SHARE
        if fits and embedder.count(text) <= embedder.max_tokens:
            return text
        above = above[: len(above) // 2]
    return passage.text


def _parts(passage: Passage, text: str) -> list[Span]:
    """Return the offsets of a passage's sentences in its embedded text, which it ends."""
    off = len(text) - len(passage.text) - passage.start
    return [(sentence.start + off, sentence.end + off) for sentence in passage.sentences]


def build_index(
    corpus: Corpus | Folder,
    folder: IndexFolder,
    embedder: Embedder,
    progress: Progress = no_progress,
    server: str = "",
) -> BuildReport:
    """Bring the index in `folder` up to date with `corpus` and put it in force.

    Files are known by the hash of their content: what has not changed is not read again, and
    what was read or embedded before a stop is not done again. Documents pass through one at a
    time, small ones are read first. What is damaged is made anew, and the report says so.

    Raises:
        CorpusError: no document of a folder can be read.
        StoppedError: a stop was requested; the index in force stays.
        StoreError: the folder cannot be written, or another process is writing it for too long.
    """
    build = _Build(corpus, embedder, progress)
    with explained(folder.path):
        before, damage = folder.inspect()
        if build.made(before, damage):
            assert before is not None
            report = build.report(_statuses(before), before, 0)
        else:
            with folder.writing(partial(_wait, progress)):
                before, damage = folder.inspect()
                statuses = _statuses(before)
                folder.remove_unused()
                report = build.write(folder, before, statuses, damage, server)
        folder.keep_left_out(build.left_out)
        return report


class _Build:
    """One build: its inputs and its outcome."""

    def __init__(self, corpus: Corpus | Folder, embedder: Embedder, progress: Progress) -> None:
        self._embedder = embedder
        self._progress = progress
        self.damage: list[str] = []  # what was, and was made anew
        self.left_out = list(corpus.problems)  # in no generation: it may change at any time
        self._items: dict[str, Document | File] = {}  # by digest
        self._docs: dict[str, str] = {}  # digest by doc
        for item in corpus.documents:
            try:
                digest = item.digest()
            except CorpusError as error:
                self.left_out.append(str(error))
            else:
                self._items[digest] = item
                self._docs[item.doc] = digest

    @property
    def _fingerprint(self) -> str:
        parts = (HOME_FORMAT, self._embedder.name, sorted(self._docs.items()))
        return _hash(repr(parts)).hex()[:32]

    def made(self, generation: Path | None, damage: str) -> bool:
        """Tell whether a generation is the one that this build would write."""
        of = generation.name.partition("-")[0] if generation else ""
        return of == self._fingerprint and not damage

    def write(
        self,
        folder: IndexFolder,
        before: Path | None,
        statuses: tuple[DocumentStatus, ...],
        damage: str,
        server: str,
    ) -> BuildReport:
        """Write and activate a generation, unless the active one turns out to be the same."""
        if damage:
            self.damage.append(f"The index was damaged ({damage}) {REBUILT}")
        with closing(BuildCache(folder.path / CACHE, self._embedder.dimension)) as cache:
            try:
                path, new = self._write(folder, cache, before, statuses, damage, server)
            except (sqlite3.Error, Damage) as error:
                if isinstance(error, sqlite3.Error) and not shows_damage(error):
                    raise
                cache.begin_anew(str(error))
                path, new = self._write(folder, cache, before, statuses, damage, server)
            if cache.damage:
                self.damage.append(f"The cache {CACHE!r} was damaged ({cache.damage}) {REBUILT}")
        if path != before:
            folder.switch(path)
        return self.report(statuses, path, new)

    def _write(
        self,
        folder: IndexFolder,
        cache: BuildCache,
        before: Path | None,
        statuses: tuple[DocumentStatus, ...],
        damage: str,
        server: str,
    ) -> tuple[Path, int]:
        """Return the generation, and how many passages were new."""
        self._read(cache)
        if before and self.made(before, damage):
            return before, 0
        path = folder.new_generation(self._fingerprint)
        with writing(path, self._embedder.dimension, server) as writer:
            new = self._index(cache, writer, statuses)
            writer.finish()
        cache.prune(self._items)
        return path, new

    def _read(self, cache: BuildCache) -> None:
        """Cache every document, or why it cannot be read unless that may be temporary."""
        known = cache.sizes()
        new = ((digest, item) for digest, item in self._items.items() if digest not in known)
        missing = dict(sorted(new, key=lambda one: _size(one[1])))
        files = [item for item in missing.values() if isinstance(item, File)]
        with closing(iter_documents(files, self._progress)) as read:
            for number, (digest, item) in enumerate(missing.items()):
                current_stop().check()
                if len(missing) > 1:
                    self._progress("Reading documents", number, len(missing))
                of, found = next(read) if isinstance(item, File) else (digest, item)
                if of != digest:  # it changed since it was listed, or is gone
                    del self._items[digest], self._docs[item.doc]
                if isinstance(found, PassingError) or not of:
                    self._items.pop(of, None)
                    self._docs.pop(item.doc, None)
                    self.left_out.append(str(found))
                    continue
                self._items[of], self._docs[item.doc] = item, of
                cache.keep(of, found if isinstance(found, Document) else str(found))
        if all(isinstance(cache.read(digest), str) for digest in self._items):
            why = "; ".join([*self.left_out, *(str(cache.read(d)) for d in self._items)])
            raise CorpusError(
                f"The folder contains no readable document: {why or 'it is empty; name another'}"
            )

    def _index(
        self, cache: BuildCache, writer: GenerationWriter, before: tuple[DocumentStatus, ...]
    ) -> int:
        """Split and embed every document; return how many passages were new."""
        since = {(status.doc, status.digest): status.indexed for status in before}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sizes = cache.sizes()
        total = sum(sizes[digest] for digest in self._items)
        done = passages = new = 0

        def split() -> Iterator[tuple[Passage, int | None, str]]:
            """Yield each passage with its page and its document's title."""
            nonlocal done
            limit = self._embedder.max_tokens
            for doc, digest in self._docs.items():
                found = cache.read(digest)
                budget, count = limit - limit // HEADING_SHARE, self._embedder.count
                try:
                    whole = () if isinstance(found, str) else split_document(found, count, budget)
                except CorpusError as error:
                    found = f"{doc!r} {error}"
                if isinstance(found, str):
                    writer.add_problem(doc, digest, found)
                else:
                    writer.add_document(found, digest, since.get((doc, digest), now))
                    for passage in whole:
                        yield passage, found.page_of(passage.start), found.title
                        at = int(sizes[digest] * passage.end / len(found.text))
                        self._progress(INDEXING, done + at, total)
                done += sizes[digest]

        queue = split()
        while group := list(islice(queue, min(BATCH, max(SMALL_BATCH, passages // 8)))):
            current_stop().check()
            texts = [_embedded_text(passage, title, self._embedder) for passage, _, title in group]
            parts = [
                _parts(passage, text) for (passage, _, _), text in zip(group, texts, strict=True)
            ]
            vectors, sentences, embedded = cache.embed(texts, parts, self._embedder)
            writer.add_passages(group, vectors, sentences)
            passages += len(group)
            new += embedded
        self._progress(INDEXING, total, total)
        return new

    def report(self, before: tuple[DocumentStatus, ...], now: Path, new: int) -> BuildReport:
        """Return what changed between two generations."""
        after = _statuses(now)
        known, digests = (
            {s.doc: s.digest for s in statuses if not s.problem} for statuses in (before, after)
        )
        same = len(known.items() & digests.items())
        passages = sum(status.passages for status in after)
        gone = sum(status.passages for status in before) + new - passages
        return BuildReport(
            generation=now,
            documents_new=len(digests.keys() - known.keys()),
            documents_changed=len(digests.keys() & known.keys()) - same,
            documents_removed=len(known.keys() - digests.keys()),
            documents_unchanged=same,
            passages=passages,
            passages_new=new,
            passages_removed=max(0, gone),
            problems=(*self.damage, *self.left_out, *(s.problem for s in after if s.problem)),
        )


def _size(item: Document | File) -> int:
    return item.size() if isinstance(item, File) else len(item.text)


def _statuses(generation: Path | None) -> tuple[DocumentStatus, ...]:
    """Return a generation's statuses; none if it is damaged, which opening it reports."""
    try:
        return read_statuses(generation) if generation else ()
    except (OSError, Damage, DamagedError):
        return ()


def open_index(
    settings: Settings,
    corpus: Corpus | Folder | None = None,
    name: str | None = None,
    progress: Progress = no_progress,
) -> tuple[SearchableIndex, BuildReport]:
    """Bring the index of `settings.documents`, or of `corpus`, up to date and open it.

    Args:
        settings: the folder, the embedder, and the home of the index.
        corpus: documents in memory or other files, instead of the folder.
        name: of the corpus; identifies its index.
        progress: called as the work proceeds.

    Raises:
        CorpusError, EmbedderError, StoreError: the message says what to do.
    """
    source = list_documents(settings.documents) if corpus is None else corpus
    progress("Loading the embedding model", 0, 1)
    embedder = load_embedder(settings.embedder, settings.home / "models", progress)
    server = settings.chroma_url
    given = _folder_of(settings, embedder)
    folder = index_folder(settings.home, name, embedder, server) if name else given
    if name and name.startswith(f"{settings.documents.resolve()} "):  # these are part of it
        _take_over(given, folder, progress)
    for opening in range(1, OPENINGS + 1):
        report = build_index(source, folder, embedder, progress, server)
        try:
            return SearchableIndex(Generation(report.generation, server), embedder), report
        except DamagedError:
            if opening == OPENINGS:
                raise
    raise AssertionError("unreachable")


def _take_over(known: IndexFolder, folder: IndexFolder, progress: Progress) -> None:
    """Give a new index the vectors of an existing one that shares documents with it."""
    old, new = known.path / CACHE, folder.path / CACHE
    if new.exists() or not old.exists():
        return
    wait = partial(_wait, progress)
    with ExitStack() as stack:
        for context in (explained(folder.path), known.writing(wait), folder.writing(wait)):
            stack.enter_context(context)
        draft = stack.enter_context(atomic_path(new))
        shutil.copyfile(old, draft)  # nobody writes it now, so the one file is all of it


def _wait(progress: Progress) -> None:
    progress("Waiting for another process that is indexing", 0, 0)


def _folder_of(settings: Settings, embedder: Embedder) -> IndexFolder:
    """Return the folder of the index of the documents of `settings`."""
    name = str(settings.documents.resolve())
    return index_folder(settings.home, name, embedder, settings.chroma_url)


def find_statuses(settings: Settings) -> tuple[tuple[DocumentStatus, ...], tuple[str, ...]]:
    """Return the status of each file of the folder at the last build, without building.

    Also a line for each file, or kind of file, that was left out.

    Raises:
        StoreError: it was not indexed, or its index is damaged.
    """
    embedder = load_embedder(settings.embedder, settings.home / "models")
    folder = _folder_of(settings, embedder)
    current = folder.current()
    if current is None:
        raise StoreError(
            f"{str(settings.documents)!r} is not indexed; run 'python -m index build DIR' first"
        )
    with explained(folder.path):
        return read_statuses(current), folder.left_out()
