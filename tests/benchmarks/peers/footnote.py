"""Footnote: the whole extractive answer, or (`search`) passages, as the others give."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
from common import K, Search, run

from corpus.document import Corpus, Document
from index.build import build_index, index_folder, open_index
from index.embedder import Embedder, Vectors
from index.models import MINILM, load_embedder
from index.retriever import RetrievedPassage
from index.settings import Settings
from qa.answer import Question
from qa.pipeline import build_pipeline

NAME = "peers"
KEPT = "passages.json"


class Given(Embedder):
    """The real embedder but for texts whose vectors are given; any sentence has some of those."""

    def __init__(self, folder: Path, texts: list[str], vectors: Any) -> None:
        real = load_embedder(MINILM, folder / "models")
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self._real = real
        self._known = dict(zip(texts, vectors, strict=True))
        self._vectors = vectors

    def count(self, text: str) -> int:
        return self._real.count(text)

    def embed(self, texts: Any) -> Vectors:
        some = self._vectors
        found = [self._known.get(text, some[hash(text) % len(some)]) for text in texts]
        return np.asarray(found, dtype=np.float32)


def _corpus(texts: list[str]) -> Corpus:
    return Corpus(tuple(Document(str(i), "", text) for i, text in enumerate(texts)))


def build(folder: Path, texts: list[str], vectors: Any) -> None:
    folder.mkdir()
    (folder / "models").symlink_to(folder.parent / "models")  # exported once on a machine
    if vectors is None:
        build_pipeline(Settings(home=folder), _corpus(texts), name=NAME).index.close()
    else:
        embedder = Given(folder, texts, vectors)
        build_index(_corpus(texts), index_folder(folder, NAME, embedder), embedder)
    (folder / KEPT).write_text(json.dumps(texts), encoding="utf-8")


def load(folder: Path) -> Search:
    corpus = _corpus(json.loads((folder / KEPT).read_text(encoding="utf-8")))
    if sys.argv[1] == "search":
        index, _ = open_index(Settings(home=folder), corpus, NAME)
        return lambda question: _best(index.search(question))
    pipeline = build_pipeline(Settings(home=folder), corpus, name=NAME)
    return lambda question: _best(pipeline.invoke(Question(question)).passages)


def _best(passages: Sequence[RetrievedPassage]) -> list[int]:
    return list(dict.fromkeys(int(found.passage.doc) for found in passages))[:K]


run(build, load)
