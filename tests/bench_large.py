"""What a large index costs: `python -m tests.bench_large build|ask|recall …`.

Text is made of the shipped sentences with other figures and names; vectors lie near the real
ones of what it was made from, so that measuring does not embed. Questions are embedded in earnest.
"""

# ruff: noqa: T201 (a command line)

import argparse
import random
import re
import resource
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import numpy as np

from corpus.documents import Corpus, Document, load_documents
from corpus.passages import split_document
from index.build import build_index, index_folder
from index.embedder import MINILM, Embedder, Vectors, load_embedder
from index.generations import IndexFolder
from index.progress import ProgressBar
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import Generation
from qa.answer import Question
from qa.pipeline import Pipeline, open_reader
from tests.bench import FRESH

PASSAGES_EACH = 100  # of a document
NOISE = 0.35  # length of what is added to a unit vector


class NearVectors:
    """Counts and questions by the real model; a text that is indexed gets a made vector."""

    dimension = 384

    def __init__(self, real: Embedder) -> None:
        """Take the model, and vectors of the shipped sentences to be near to."""
        self.name = f"near {real.name}"
        self.max_tokens = real.max_tokens
        self.count = lru_cache(1_000_000)(real.count)
        self.real = real
        self._pool = real.embed(sentences())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of length 1; the same text has the same."""
        seeds = [int.from_bytes(sha256(text.encode()).digest()[:8]) for text in texts]
        noise = np.array(
            [np.random.default_rng(s).normal(size=self.dimension) for s in seeds], np.float32
        ).reshape(-1, self.dimension)
        noise *= NOISE / np.sqrt(self.dimension)
        found = self._pool[[seed % len(self._pool) for seed in seeds]] + noise
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@lru_cache(1)
def sentences() -> list[str]:
    """Return the sentences of the shipped texts."""
    return [
        passage.quote(sentence)
        for document in load_documents(Settings().documents).documents
        for passage in split_document(document, lambda text: len(text.split()), 190)
        for sentence in passage.sentences
        if not sentence.heading
    ]


def made_documents(passages: int) -> Iterator[Document]:
    """Yield documents that have about so many passages together."""
    rng = random.Random(1)
    names = [
        "".join(rng.choices("abcdefghiklmnoprstuvw", k=rng.randint(4, 9))) for _ in range(50_000)
    ]

    def altered(sentence: str) -> str:
        figures = re.sub(r"\d+(\.\d+)?", lambda _: str(rng.randint(1, 9999)), sentence)
        return f"{names[int(rng.paretovariate(0.5)) % len(names)].title()}: {figures}"

    for number in range(passages // PASSAGES_EACH):
        paragraphs = (
            " ".join(altered(rng.choice(sentences())) for _ in range(5))
            for _ in range(PASSAGES_EACH)
        )
        yield Document(f"d{number}", f"Report {number}", "\n\n".join(paragraphs))


def build(home: Path, passages: int) -> None:
    """Build an index of about so many passages; print its rate, memory and size on disk."""
    embedder = NearVectors(load_embedder(MINILM, home / "models"))
    folder = index_folder(home, f"made {passages}", embedder)
    corpus = Corpus(tuple(made_documents(passages)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = perf_counter()
    with closing(ProgressBar()) as progress:
        report = build_index(corpus, folder, embedder, progress)
    taken = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = {
        part.name: sum(f.stat().st_size for f in part.rglob("*") if f.is_file())
        if part.is_dir() else part.stat().st_size
        for part in (*report.generation.iterdir(), folder.path / "vectors.sqlite")
    }  # fmt: skip
    print(f"{report.passages:,} passages in {taken:.0f} s: {report.passages / taken:.0f} a second")
    print(f"memory {before / 1e3:.0f} MB before, {peak / 1e3:.0f} MB at most")
    print({name: f"{size / 1e6:.0f} MB" for name, size in size.items() if size > 1e6})


def ask(home: Path, passages: int) -> None:
    """Ask an index that `build` made; print how long search and whole answers take."""
    embedder = NearVectors(load_embedder(MINILM, home / "models"))
    current = index_folder(home, f"made {passages}", embedder).current()
    if current is None:
        raise SystemExit("run 'python -m tests.bench_large build' first")
    started = perf_counter()
    generation = Generation(current.folder)
    opened = perf_counter() - started
    with closing(SearchableIndex(generation, embedder.real)) as index:
        pipeline = Pipeline(index, open_reader("footnote"))
        pipeline.invoke(Question(FRESH[0]))
        searches, answers, chosen = [], [], []
        for question in FRESH[1:] * 3:
            index.embed(question)
            started = perf_counter()
            index.search(question)
            searches.append(perf_counter() - started)
            started = perf_counter()
            index.search(question, docs=["d1", "d2"])
            chosen.append(perf_counter() - started)
        for question in FRESH[1:]:
            started = perf_counter()
            pipeline.invoke(Question(question))
            answers.append(perf_counter() - started)
    print(f"{generation.rows:,} passages, opened in {opened:.2f} s")
    for name, times in (("search", searches), ("in two documents", chosen), ("answer", answers)):
        p95 = quantiles(times, n=20)[-1]
        print(f"{name:18} p50 {median(times) * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory {memory / 1e3:.0f} MB at most")


def recall(home: Path, queries: int = 300) -> None:
    """Print the recall@10 of each index in `home` against exact search, asked by its sentences."""
    for folder in sorted((home / "indexes").iterdir()):
        current = IndexFolder(folder).current()
        if current is None:
            continue
        with closing(Generation(current.folder)) as generation:
            rng = np.random.default_rng(1)
            whole = generation.vectors(0, generation.rows)
            asked = rng.choice(generation.sentences, min(queries, generation.sentences), False)
            shares = []
            for row in asked.tolist():
                vector = generation.sentence_vectors(row, 1)[0]
                exact = set(np.argsort(-(whole @ vector), kind="stable")[:10].tolist())
                shares.append(len(exact & set(generation.nearest(vector, 50)[:10])) / len(exact))
            print(f"{folder.name}: {len(whole):,} passages, recall@10 {np.mean(shares):.4f}")


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_large")
    parser.add_argument("command", choices=["build", "ask", "recall"])
    parser.add_argument("--home", type=Path, default=Path(".footnote/bench"))
    parser.add_argument("--passages", type=int, default=100_000)
    arguments = parser.parse_args()
    if arguments.command == "recall":
        recall(arguments.home)
    else:
        {"build": build, "ask": ask}[arguments.command](arguments.home, arguments.passages)


if __name__ == "__main__":
    main()
