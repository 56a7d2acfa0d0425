"""BM25 over passages: the lexical index, and the weight of a term."""

import json
from array import array
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.words import STOPWORDS, stem

K1 = 1.5  # of BM25: how soon more of the same term counts no more


class LexicalBuilder:
    """Takes the words of all passages in row order, and writes the files of a LexicalIndex."""

    def __init__(self) -> None:
        """Begin without a passage."""
        self._stems: Counter[str] = Counter()  # in how many passages, each form of a word apart
        self._ids: dict[str, int] = {}
        self._rows: list[array[int]] = []

    def add(self, tokens: Sequence[str]) -> None:
        """Add the next passage by its words."""
        self._stems.update(stem(word) for word in set(tokens))
        known = (stem(word) for word in tokens if word not in STOPWORDS)
        ids = self._ids
        self._rows.append(array("i", [ids.setdefault(term, len(ids)) for term in known]))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        import bm25s  # brings scipy, which searching does not need

        if self._ids:
            ranker = bm25s.BM25(k1=K1)
            ranker.index((self._rows, self._ids), show_progress=False)
            ranker.save(str(folder))
        data = {"passages": len(self._rows), "any": bool(self._ids), "stems": self._stems}
        (folder / "words.json").write_text(json.dumps(data), encoding="utf-8")


class LexicalIndex:
    """BM25 scores of passages by their row, and how many passages each term stands in.

    bm25s makes the scores and writes them by term; they are read as arrays on disk, without it.
    """

    def __init__(self, folder: Path) -> None:
        """Open what LexicalBuilder wrote into `folder`."""
        data = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.passages = int(data["passages"])
        self._frequency: dict[str, int] = data["stems"]
        self._terms: dict[str, int] = {}
        if data["any"]:
            self._terms = json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))
            self._scores, self._rows, self._starts = (
                np.load(folder / f"{name}.csc.index.npy", mmap_mode="r")
                for name in ("data", "indices", "indptr")
            )

    def weight(self, term: str) -> float:
        """Return the inverse passage frequency of a term; an unknown one weighs most."""
        count = min(self._frequency.get(term, 0), self.passages)
        return log(1 + (self.passages - count + 0.5) / (count + 0.5))

    def knows(self, term: str) -> bool:
        """Tell whether the corpus has a word with this stem."""
        return term in self._frequency

    def search(self, question_terms: Sequence[str]) -> NDArray[np.float32]:
        """Return every passage's BM25 score in 0..1, shape (passages,).

        It is a share of what one occurrence of every question term gives in an average passage,
        terms that the corpus does not have among them; more than that counts as 1.
        """
        scores = np.zeros(self.passages, dtype=np.float32)
        asked = list(dict.fromkeys(question_terms))
        possible = sum(map(self.weight, asked))
        for term in asked:
            if (at := self._terms.get(term)) is not None:
                rows = slice(self._starts[at], self._starts[at + 1])
                scores[self._rows[rows]] += self._scores[rows]
        if possible > 0:
            scores /= np.float32(possible / (1 + K1))
        return np.minimum(scores, np.float32(1))
