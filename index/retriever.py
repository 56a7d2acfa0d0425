"""Question to ranked passages: dense and lexical scores, fused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Document
from corpus.passages import Passage
from index.embedder import Embedder, Vectors
from index.generations import DocumentStatus
from index.lexical import LexicalIndex, terms, words
from index.store import Generation, StoredPassage

PASSAGES = 10
SECTION_PASSAGES = 20  # looked at on either side of one
CANDIDATES = 50  # of each kind, before fusion
MOST_CANDIDATES = 3200  # where copies of a few passages fill the list
DENSE_WEIGHT = 1.0
SENTENCE_WEIGHT = 0.5
LEXICAL_WEIGHT = 0.35
ALIKE = 0.95  # cosine from which two passages may say the same; their words decide
SAME_WORDS = 0.9  # of all that either has; and the same figures


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage found for a question. Scores: higher is better.

    `dense` is the cosine of question and passage, `lexical` their BM25 score as a share of the
    question's best possible, `score` the fused one that ranks. `row` is the passage's place in
    the index, `sentence_row` that of its first sentence.
    """

    passage: Passage
    title: str
    page: int | None
    score: float
    dense: float
    lexical: float
    row: int
    sentence_row: int


class SearchableIndex:
    """An open generation with the embedder that made it."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        """Take both."""
        self._generation = generation
        self._embedder = embedder
        self._embed_one = lru_cache(maxsize=256)(self._embed)
        self._statuses = {status.doc: status for status in generation.statuses}

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents the index holds, by `doc`."""
        return self._generation.documents

    @property
    def statuses(self) -> tuple[DocumentStatus, ...]:
        """What became of each file when it was indexed, those that could not be read too."""
        return self._generation.statuses

    @property
    def lexical(self) -> LexicalIndex:
        """The corpus's words."""
        return self._generation.lexical

    def embed(self, text: str) -> Vectors:
        """Return the unit vector of a short text, shape (dimension,)."""
        return self._embed_one(text)

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vectors of texts, shape (len(texts), dimension)."""
        return self._embedder.embed(texts)

    def _embed(self, text: str) -> Vectors:
        vectors: Vectors = self._embedder.embed([text])
        return np.asarray(vectors[0])

    def correct(self, text: str) -> str:
        """Return a question with misspelt words as the corpus spells them."""
        return self.lexical.correct(text, lambda word: self._embedder.count(word) == 1)

    def sentence_vectors(self, found: RetrievedPassage) -> Vectors:
        """Return the vectors of a passage's sentences, shape (sentences, dimension)."""
        return self._generation.sentence_vectors(found.sentence_row, len(found.passage.sentences))

    def search(
        self, question: str, k: int = PASSAGES, docs: Collection[str] = ()
    ) -> list[RetrievedPassage]:
        """Return the `k` best passages, best first, of `docs` only unless there are none.

        Of passages that say the same only the best is there.
        """
        vector = self.embed(question)
        lexical = self.lexical.search(terms(question))
        chosen = self._rows_of(docs) if docs else None
        if chosen is not None:
            elsewhere = np.ones(len(lexical), dtype=bool)
            for first, count in chosen:
                elsewhere[first : first + count] = False
            lexical[elsewhere] = 0
        within = sum(count for _, count in chosen) if chosen is not None else len(lexical)
        most, candidates = min(within, MOST_CANDIDATES), CANDIDATES
        while True:
            rows = self._candidates(vector, lexical, candidates, chosen)
            found = _fold([self._judge(vector, lexical, row, read) for row, read in rows], k)
            if len(found) == k or candidates >= most:
                return found
            candidates *= 4

    def _rows_of(self, docs: Collection[str]) -> list[tuple[int, int]]:
        """Return the first row and the number of rows of each of some documents."""
        return [self._statuses[doc].rows for doc in dict.fromkeys(docs) if doc in self._statuses]

    def _candidates(
        self,
        vector: Vectors,
        lexical: NDArray[np.float32],
        number: int,
        chosen: Sequence[tuple[int, int]] | None,
    ) -> list[tuple[int, StoredPassage]]:
        """Return the nearest by vector and by words, `number` of each where there are as many."""
        if chosen is None:
            rows = self._generation.nearest(vector, number)
        else:
            rows = _nearest_exactly(self._generation, vector, number, chosen)
        among = np.flatnonzero(lexical)
        if len(among) > number:  # sorting all of them takes longer than all else
            least = np.partition(lexical[among], -number)[-number]
            among = among[lexical[among] >= least]
        best = among[np.argsort(-lexical[among], kind="stable")[:number]]
        rows = list(dict.fromkeys([*rows, *best.tolist()]))
        return list(zip(rows, self._generation.read(rows), strict=True))

    def _judge(
        self, vector: Vectors, lexical: NDArray[np.float32], row: int, read: StoredPassage
    ) -> tuple[RetrievedPassage, Vectors]:
        """Return a passage with its scores, and its vector."""
        own = self._generation.vectors(row, 1)[0]
        sentences = self._generation.sentence_vectors(
            read.sentence_row, len(read.passage.sentences)
        )
        dense = float(own @ vector)
        words = float(lexical[row])
        score = (
            DENSE_WEIGHT * dense
            + SENTENCE_WEIGHT * float((sentences @ vector).max())
            + LEXICAL_WEIGHT * words
        )
        passage = RetrievedPassage(
            passage=read.passage,
            title=self._statuses[read.passage.doc].title,
            page=read.page,
            score=round(score, 6),
            dense=round(dense, 6),
            lexical=round(words, 6),
            row=row,
            sentence_row=read.sentence_row,
        )
        return passage, own

    def section(self, found: RetrievedPassage) -> list[Passage]:
        """Return the passages of the section `found` stands in, in order, itself among them."""
        first = max(0, found.row - SECTION_PASSAGES)
        last = min(self._generation.rows, found.row + SECTION_PASSAGES + 1)
        here = (found.passage.doc, found.passage.section)
        around = [read.passage for read in self._generation.read(range(first, last))]
        at = found.row - first
        while at > 0 and (around[at - 1].doc, around[at - 1].section) == here:
            at -= 1
        end = found.row - first + 1
        while end < len(around) and (around[end].doc, around[end].section) == here:
            end += 1
        return around[at:end]

    def close_unused(self) -> None:
        """Release the files when nobody has this index any more."""
        finalize(self, self._generation.close)

    def close(self) -> None:
        """Release the files."""
        self._generation.close()


def _nearest_exactly(
    generation: Generation, vector: Vectors, number: int, spans: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the rows nearest to a vector among some spans of rows, whatever share they are."""
    scores = [generation.vectors(first, count) @ vector for first, count in spans]
    rows = [np.arange(first, first + count) for first, count in spans]
    if not rows:
        return []
    best = np.argsort(-np.concatenate(scores), kind="stable")[:number]
    nearest: list[int] = np.concatenate(rows)[best].tolist()
    return nearest


def _fold(found: list[tuple[RetrievedPassage, Vectors]], k: int) -> list[RetrievedPassage]:
    """Return the `k` best passages, best first, each saying what no better one says."""
    found.sort(key=lambda item: (-item[0].score, item[0].passage.doc, item[0].passage.start))
    kept: list[tuple[RetrievedPassage, Vectors]] = []
    for passage, vector in found:
        near = [other for other, own in kept if float(own @ vector) >= ALIKE]
        if not any(_says_the_same(passage.passage.text, other.passage.text) for other in near):
            kept.append((passage, vector))
            if len(kept) == k:
                break
    return [passage for passage, _ in kept]


def _says_the_same(one: str, other: str) -> bool:
    """Tell whether two texts have the same figures and nearly the same words."""
    first, second = set(words(one)), set(words(other))
    differing = first ^ second
    same = len(first | second) - len(differing)
    figures = any(c.isdigit() for word in differing for c in word)
    return not figures and same >= SAME_WORDS * len(first | second)
