"""What a large index costs: `python -m tests.benchmarks.large build|ask|recall|killed …`.

Text is made of the shipped sentences with other figures and names; vectors lie near the real
ones of what it was made from, so that measuring does not embed. Questions are embedded in earnest.

`killed --folder DIR` builds an index of a folder's files that is killed ten times on the way, then
another, and compares the two; with `--real` the first embeds in earnest, and the other takes its
vectors over. `mixed --folder DIR` makes such a folder, of all formats.
"""

# ruff: noqa: T201 (a command line)

import argparse
import json
import operator
import random
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from unittest.mock import patch

import numpy as np

from corpus.document import Corpus, Document
from corpus.folder import list_documents, load_documents
from corpus.passages import split_document
from index.build import CACHE, INDEXING, _embedded_text, build_index, index_folder
from index.embedder import Embedder, Vectors
from index.generations import STATUSES, IndexFolder
from index.models import MINILM, load_embedder
from index.progress import ProgressBar
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import Generation
from qa.answer import Question
from qa.pipeline import Pipeline
from qa.reader import open_reader
from tests.benchmarks.speed import FRESH
from tests.support import format_files

PASSAGES_EACH = 100  # of a document
NOISE = 0.35  # length of what is added to a unit vector
FILES = 1_500  # of a mixed folder
BROKEN = 25  # one file in so many is cut in half
KILLS = 10
FINISHING = 20.0  # seconds, about


class NearVectors(Embedder):
    """Counts and questions by the real model; a text that is indexed gets a made vector."""

    dimension = 384

    def __init__(self, real: Embedder) -> None:
        """Take the model, and vectors of the shipped sentences to be near to."""
        self.name = f"near {real.name}"
        self.max_tokens = real.max_tokens
        self._counted = lru_cache(1_000_000)(real.count)
        self.real = real
        self._pool = real.embed(sentences())

    def count(self, text: str) -> int:
        """Return the real model's tokens of a text."""
        return self._counted(text)

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
        raise SystemExit("run 'python -m tests.benchmarks.large build' first")
    started = perf_counter()
    generation = Generation(current)
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


def mixed(folder: Path, passages: int) -> None:
    """Write a folder of files of all formats, about so many passages in all; some are broken."""
    makers = list(format_files.MAKERS.items())
    for number, document in enumerate(made_documents(FILES * PASSAGES_EACH)):
        suffix, maker = makers[number % len(makers)]
        in_latin_1 = document.text.encode("latin-1", "ignore").decode("latin-1")
        parts = tuple(
            format_files.Part(heading, (block,), (("Of", "Length"), (heading, str(len(block)))))
            for block in in_latin_1.split("\n\n")[: passages // FILES]
            for heading in (block.partition(":")[0],)
        )
        path = folder / f"part {number % 7}" / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with patch.object(format_files, "PARTS", parts):
            maker(path)
        if number % BROKEN == 0:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def embedder_of(home: Path, real: bool) -> Embedder:
    """Return the real model, or made vectors near its own."""
    model = load_embedder(MINILM, home / "models")
    return model if real else NearVectors(model)


def read(folder: Path, home: Path, name: str, real: bool) -> None:
    """Build the index `name` of a folder's files, and print how far it is."""
    embedder = embedder_of(home, real)

    def tell(what: str, done: int, total: int) -> None:
        if total > 1:
            print("at", (what == INDEXING) + done / total, flush=True)

    report = build_index(list_documents(folder), index_folder(home, name, embedder), embedder, tell)
    print(f"{report.passages:,} passages; {report.summary()}; {len(report.problems)} problems")


def watch(folder: Path, home: Path, name: str, real: bool, until: float | None = None) -> None:
    """Run `read` in a process, killed when it is so far: 0 to 1 reading, to 2 indexing, after."""
    command = [sys.executable, "-m", "tests.benchmarks.large", "read", "--folder", str(folder)]
    command += ["--real"] * real
    started, at = perf_counter(), 0.0
    with subprocess.Popen(
        [*command, "--home", str(home), "--name", name], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith("at "):
                print(line.strip())
                continue
            at = float(line[3:])
            if until is not None and at >= min(until, 2.0):
                sleep(max(0.0, until - 2.0) * FINISHING)
                process.kill()
                break
    taken = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    end = f"killed at {at:.2f}" if process.returncode else "finished"
    print(f"{name}: {end} after {taken:.0f} s; no process took more than {peak:.0f} MB", flush=True)


def same_content(one: Path, other: Path) -> bool:
    """Tell whether two files hold the same, in whatever order a JSON object has its keys."""
    texts = [path.read_bytes() for path in (one, other) if path.is_file()]
    kept = map(json.loads, texts) if one.suffix == ".json" else texts
    return len(texts) == 2 and operator.eq(*kept)


def killed(folder: Path, home: Path, real: bool) -> None:
    """Build one index that is killed on the way and one unharmed; say whether they are equal."""
    rng = random.Random(1)
    for number in range(KILLS):  # spread over reading, indexing and finishing
        watch(folder, home, "killed", real, (number + rng.random()) * 2.1 / KILLS)
    watch(folder, home, "killed", real)
    embedder = embedder_of(home, real)
    harmed, whole = (index_folder(home, name, embedder) for name in ("killed", "whole"))
    if real:
        whole.path.mkdir(parents=True)
        shutil.copy(harmed.path / CACHE, whole.path)
    watch(folder, home, "whole", real)
    first, second = (current for f in (whole, harmed) if (current := f.current()))
    files = [f.relative_to(first) for f in first.rglob("*") if f.is_file()]
    names = [f for f in files if f.parts[0] != "chroma" and f.name != STATUSES]  # compared below
    differ = [str(f) for f in names if not same_content(first / f, second / f)]
    print(f"{len(names)} files compared, different: {', '.join(differ) or 'none'}")
    with closing(Generation(first)) as one, closing(Generation(second)) as other:
        statuses, again = ([replace(s, indexed="") for s in g.statuses] for g in (one, other))
        rows = random.Random(3).sample(range(one.rows), min(300, one.rows))
        near = [[set(g.nearest(one.vectors(r, 1)[0], 10)) for r in rows] for g in (one, other)]
        share = np.mean([len(a & b) / len(a | b) for a, b in zip(*near, strict=True)])
        stored = other.read(rows)
        titles = {status.doc: status.title for status in statuses}
        texts = [_embedded_text(p, titles[p.doc], embedder) for p, _ in stored]
        kept = np.concatenate([other.vectors(row, 1) for row in rows])
        off = np.abs(embedder.embed_parts(texts, [()] * len(texts))[0] - kept).max()
    print(f"statuses the same: {statuses == again}; of the 10 nearest to 300 passages: {share:.4f}")
    print(f"their vectors, embedded again: {off:.1e} apart at most")


def recall(home: Path, queries: int = 300) -> None:
    """Print the recall@10 of each index in `home` against exact search, asked by its sentences."""
    for folder in sorted((home / "indexes").iterdir()):
        current = IndexFolder(folder).current()
        if current is None:
            continue
        with closing(Generation(current)) as generation:
            rng = np.random.default_rng(1)
            whole = generation.vectors(0, generation.rows)
            asked = rng.choice(generation.rows, min(queries, generation.rows), False)
            shares = []
            for row in asked.tolist():
                vector = generation.sentence_vectors(row)[-1]
                exact = set(np.argsort(-(whole @ vector), kind="stable")[:10].tolist())
                shares.append(len(exact & set(generation.nearest(vector, 50)[:10])) / len(exact))
            print(f"{folder.name}: {len(whole):,} passages, recall@10 {np.mean(shares):.4f}")


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.large")
    commands: dict[str, Callable[[argparse.Namespace], None]] = {
        "build": lambda given: build(given.home, given.passages),
        "ask": lambda given: ask(given.home, given.passages),
        "recall": lambda given: recall(given.home),
        "mixed": lambda given: mixed(given.folder, given.passages),
        "read": lambda given: read(given.folder, given.home, given.name, given.real),
        "killed": lambda given: killed(given.folder, given.home, given.real),
    }
    parser.add_argument("command", choices=commands)
    parser.add_argument("--home", type=Path, default=Path(".footnote/bench"))
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path(".footnote/mixed"))
    parser.add_argument("--name", default="read")
    parser.add_argument("--real", action="store_true", help="embed in earnest")
    given = parser.parse_args()
    commands[given.command](given)


if __name__ == "__main__":
    main()
