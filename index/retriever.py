"""Question to ranked passages: dense and lexical scores, fused."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from types import MappingProxyType
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from corpus.passages import Passage
from index.embedder import Embedder, Vectors
from index.store import Generation
from index.words import STOPWORDS, stem, terms, words

PASSAGES = 10
SECTION_PASSAGES = 20  # looked at on either side of one
FIRST_PASSAGES = 200  # of a document, looked at for what it is about
MOST_WORDS = 20_000  # whose vectors are kept
MINILM_NAME = "all-MiniLM-L6-v2"  # what an embedder of English alone is called
FAVOURED = 8  # documents whose nearest passages are always weighed
CANDIDATES = 50  # of each kind, before fusion
MOST_CANDIDATES = 3200  # where copies of a few passages fill the list
DENSE_WEIGHT = 1.0
SENTENCE_WEIGHT = 0.7
LEXICAL_WEIGHT = 0.5
ALIKE = 0.95  # cosine from which two passages may say the same; their words decide
SAME_WORDS = 0.9  # of all that either has; and the same figures


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage found for a question. Scores: higher is better.

    `dense` is the cosine of question and passage, `lexical` their BM25 score as a share of the
    question's best possible, `score` the fused one that ranks. `row` is the passage's place in
    the index.
    """

    passage: Passage
    title: str
    page: int | None
    score: float
    dense: float
    lexical: float
    row: int


class SearchableIndex:
    """An open generation with the embedder that made it.

    `documents` are its documents, by `doc`; `statuses` those of all files, unreadable ones
    included; `lexical` and `spelling` hold the corpus's words. `embed` gives the unit vector of a
    short text, shape (dimension,), `embed_all` those of texts, shape (len(texts), dimension).
    `english_only` means that the embedder knows no other language.
    """

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        """Take the generation and the embedder."""
        self._generation = generation
        self.documents = generation.documents
        self.statuses = generation.statuses
        self.lexical = generation.lexical
        self.spelling = generation.spelling
        self.embed_all = embedder.embed
        self.embed: Callable[[str], Vectors] = lru_cache(256)(
            lambda text: embedder.embed([text])[0]
        )
        self.english_only = embedder.name.startswith(MINILM_NAME)
        self._count = embedder.count
        self._words: dict[str, Vectors] = {}
        self._statuses = {status.doc: status for status in self.statuses}

    def embed_words(self, several: Sequence[str]) -> Vectors:
        """Return the unit vectors of single words, shape (len(several), dimension), cached."""
        fresh = [word for word in dict.fromkeys(several) if word not in self._words]
        if len(self._words) + len(fresh) > MOST_WORDS:
            self._words.clear()
            fresh = list(dict.fromkeys(several))
        if fresh:
            self._words.update(zip(fresh, self.embed_all(fresh), strict=True))
        return np.array([self._words[word] for word in several])

    @property
    def damaged(self) -> bool:
        """Whether its files turned out to be damaged: open the index again."""
        return self._generation.damaged

    def correct(self, text: str) -> str:
        """Return a question with misspelt words corrected to the corpus's spelling."""

        def is_known(word: str) -> bool:
            known = word in STOPWORDS or self.lexical.knows(stem(word))
            return known or self._count(word) == 1  # a token of the embedder's own

        return self.spelling.correct(text, is_known)

    def sentence_vectors(self, found: RetrievedPassage) -> Vectors:
        """Return the vectors of a passage's sentences, shape (sentences, dimension)."""
        return self._generation.sentence_vectors(found.row)

    def search(
        self,
        question: str,
        k: int = PASSAGES,
        docs: Collection[str] = (),
        favoured: Mapping[str, float] = MappingProxyType({}),
    ) -> list[RetrievedPassage]:
        """Return the `k` best passages, best first; only those of `docs` if any are given.

        Of near-duplicate passages only the best is returned. `favoured` is added, by document, to
        the fused scores of passages.
        """
        vector = self.embed(question)
        lexical = self.lexical.search(terms(question))
        exact = self._nearest_of(docs, vector) if docs else None
        if exact is not None:
            elsewhere = np.ones(len(lexical), dtype=bool)
            elsewhere[exact] = False
            lexical[elsewhere] = 0
        within = len(lexical) if exact is None else len(exact)
        best = sorted(favoured, key=lambda doc: -favoured[doc])[:FAVOURED] if exact is None else []
        preferred = self._nearest_of(best, vector)[:CANDIDATES].tolist()
        candidates = CANDIDATES
        while True:
            if exact is None:
                rows = self._generation.nearest(vector, candidates)
            else:
                rows = exact[:candidates].tolist()
            rows = list(dict.fromkeys([*rows, *_highest(lexical, candidates), *preferred]))
            judged = (self._judge(vector, lexical, row, favoured) for row in rows)
            found = self._fold(sorted(judged), k)
            if len(found) == k or candidates >= min(within, MOST_CANDIDATES):
                return found
            candidates *= 4

    def _nearest_of(self, docs: Collection[str], vector: Vectors) -> NDArray[np.int64]:
        """Return all rows of some documents, nearest to a vector first."""
        spans = [self._statuses[doc].rows for doc in dict.fromkeys(docs) if doc in self._statuses]
        if not spans:
            return np.arange(0)
        scores = [self._generation.vectors(*span) @ vector for span in spans]
        rows = [np.arange(first, first + count) for first, count in spans]
        order = np.argsort(-np.concatenate(scores), kind="stable")
        return np.asarray(np.concatenate(rows)[order])

    def _judge(
        self,
        vector: Vectors,
        lexical: NDArray[np.float32],
        row: int,
        favoured: Mapping[str, float],
    ) -> tuple[float, int, float, float]:
        """Return a passage's negated fused score, its row, and its dense and lexical scores."""
        dense = float(self._generation.vectors(row, 1)[0] @ vector)
        sentence = float((self._generation.sentence_vectors(row) @ vector).max())
        share = float(lexical[row])
        score = DENSE_WEIGHT * dense + SENTENCE_WEIGHT * sentence + LEXICAL_WEIGHT * share
        if favoured:
            score += favoured.get(self._doc_of(row), 0.0)
        return -score, row, dense, share

    def _doc_of(self, row: int) -> str:
        """Return the document that a row is of."""
        starts, docs = self._starts
        return docs[bisect_right(starts, row) - 1]

    @cached_property
    def _starts(self) -> tuple[list[int], list[str]]:
        """The first rows of the documents that have any, and those documents, in order."""
        held = sorted((s.rows[0], s.doc) for s in self.statuses if s.passages)
        return [row for row, _ in held], [doc for _, doc in held]

    def _fold(
        self, judged: Iterable[tuple[float, int, float, float]], k: int
    ) -> list[RetrievedPassage]:
        """Return the `k` best passages, best first, without duplicates of better ones."""
        kept: list[RetrievedPassage] = []
        vectors: list[Vectors] = []
        for score, row, dense, share in judged:
            own = self._generation.vectors(row, 1)[0]
            [(passage, page)] = self._generation.read([row])
            near = (f for f, other in zip(kept, vectors, strict=True) if own @ other >= ALIKE)
            if any(_says_the_same(passage.text, other.passage.text) for other in near):
                continue
            vectors.append(own)
            kept.append(
                RetrievedPassage(
                    passage=passage,
                    title=self._statuses[passage.doc].title,
                    page=page,
                    score=round(-score, 6),
                    dense=round(dense, 6),
                    lexical=round(share, 6),
                    row=row,
                )
            )
            if len(kept) == k:
                break
        return kept

    def section(self, found: RetrievedPassage) -> list[Passage]:
        """Return the passages of the section that contains `found`, in order, including it."""

        def here(passage: Passage) -> bool:
            return passage.section == found.passage.section

        around = self.around(found)
        at = around.index(found.passage)
        before = [*takewhile(here, reversed(around[:at]))]
        return [*reversed(before), *takewhile(here, around[at:])]

    def around(self, found: RetrievedPassage) -> list[Passage]:
        """Return a passage and those on either side of it in its document, in order."""
        start, count = self._statuses[found.passage.doc].rows
        first = max(start, found.row - SECTION_PASSAGES)
        last = min(start + count, found.row + SECTION_PASSAGES + 1)
        return [passage for passage, _ in self._generation.read(range(first, last))]

    def passage_at(self, doc: str, place: int) -> Passage | None:
        """Return the passage of a document that holds the character at `place`, else the next."""
        start, count = self._statuses[doc].rows
        rows = range(start, start + count)
        at = bisect_right(rows, place, key=lambda row: self._generation.read([row])[0][0].end)
        return self._generation.read([rows[at]])[0][0] if at < count else None

    def beginning(self, doc: str) -> list[Passage]:
        """Return the first passages of a document, in order."""
        first, count = self._statuses[doc].rows
        rows = range(first, first + min(count, FIRST_PASSAGES))
        return [passage for passage, _ in self._generation.read(rows)]

    def close_unused(self) -> None:
        """Release the files once nothing refers to this index."""
        finalize(self, self._generation.close)

    def close(self) -> None:
        """Release the files."""
        self._generation.close()


def _highest(scores: NDArray[np.float32], number: int) -> list[int]:
    """Return the rows with the highest scores, highest first, without those of score 0."""
    among = np.flatnonzero(scores)
    if len(among) > number:  # sorting all of them takes longer than all else
        least = np.partition(scores[among], -number)[-number]
        among = among[scores[among] >= least]
    best: list[int] = among[np.argsort(-scores[among], kind="stable")[:number]].tolist()
    return best


def _says_the_same(one: str, other: str) -> bool:
    """Tell whether two texts have the same figures and nearly the same words."""
    first, second = set(words(one)), set(words(other))
    differing = first ^ second
    same = len(first | second) - len(differing)
    figures = any(c.isdigit() for word in differing for c in word)
    return not figures and same >= SAME_WORDS * len(first | second)
