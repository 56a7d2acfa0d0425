"""BM25 over passages: the lexical index, and the weight of a term."""

import json
from array import array
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.digests import RecordFile, RecordWriter
from index.words import STOPWORDS, stem

K1 = 1.5  # of BM25: how soon more of the same term counts no more
WORDS, POSTINGS = "words.json", "postings.bin"


class LexicalBuilder:
    """Collects the words of all passages in row order, and writes the files of a LexicalIndex."""

    def __init__(self) -> None:
        """Start without passages."""
        self._stems: Counter[str] = Counter()  # in how many passages, each form of a word apart
        self._ids: dict[str, int] = {}
        self._rows: list[array[int]] = []

    def add(self, tokens: Sequence[str]) -> None:
        """Add the words of the next passage."""
        self._stems.update(stem(word) for word in set(tokens))
        known = (stem(word) for word in tokens if word not in STOPWORDS)
        ids = self._ids
        self._rows.append(array("i", [ids.setdefault(term, len(ids)) for term in known]))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        postings = RecordWriter(folder / POSTINGS)
        if self._ids:
            import bm25s  # brings scipy, which searching does not need

            ranker = bm25s.BM25(k1=K1)
            ranker.index((self._rows, dict(self._ids)), show_progress=False)
            found = ranker.scores
            starts = found["indptr"].tolist()
            for start, end in zip(starts, starts[1:], strict=False):
                rows = found["indices"][start:end].astype("<i4")
                postings.add(rows.tobytes() + found["data"][start:end].astype("<f4").tobytes())
        postings.close()
        data = {"passages": len(self._rows), "stems": self._stems, "terms": self._ids}
        (folder / WORDS).write_text(json.dumps(data), encoding="utf-8")


class LexicalIndex:
    """BM25 scores of passages by row, and the passage frequency of each term.

    bm25s computes the scores; they are stored by term, and read without it: a term's record holds
    its rows, then their scores.
    """

    def __init__(self, words: bytes, postings: RecordFile) -> None:
        """Take the files that LexicalBuilder wrote."""
        data = json.loads(words)
        self.passages = int(data["passages"])
        self._frequency: dict[str, int] = data["stems"]
        self._terms: dict[str, int] = data["terms"]
        self._postings = postings

    def weight(self, term: str) -> float:
        """Return the inverse passage frequency of a term; an unknown one weighs most."""
        count = min(self._frequency.get(term, 0), self.passages)
        return log(1 + (self.passages - count + 0.5) / (count + 0.5))

    def knows(self, term: str) -> bool:
        """Tell whether the corpus has a word with this stem."""
        return term in self._frequency

    def search(self, question_terms: Sequence[str]) -> NDArray[np.float32]:
        """Return every passage's BM25 score in 0..1, shape (passages,).

        It is relative to the score of one occurrence of every question term in an average passage,
        terms unknown to the corpus included; more than that counts as 1.
        """
        scores = np.zeros(self.passages, dtype=np.float32)
        asked = list(dict.fromkeys(question_terms))
        possible = sum(map(self.weight, asked))
        for term in asked:
            if (at := self._terms.get(term)) is not None:
                record = self._postings.read(at)
                half = len(record) // 2
                rows = np.frombuffer(record[:half], "<i4")
                scores[rows] += np.frombuffer(record[half:], "<f4")
        if possible > 0:
            scores /= np.float32(possible / (1 + K1))
        return np.minimum(scores, np.float32(1))
