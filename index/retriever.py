"""Question to ranked passages: dense and lexical scores, fused. A LangChain retriever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.documents import Document
from corpus.passages import Passage
from index.embedder import Embedder, Vectors
from index.lexical import LexicalIndex, terms
from index.store import Generation

PASSAGES = 10
SECTION_PASSAGES = 20  # looked at on either side of one
CANDIDATES = 50  # of each kind, before fusion
DENSE_WEIGHT = 1.0
SENTENCE_WEIGHT = 0.5
LEXICAL_WEIGHT = 0.35


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

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents the index holds, by `doc`."""
        return self._generation.documents

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

    def search(self, question: str, k: int = PASSAGES) -> list[RetrievedPassage]:
        """Return the `k` best passages, best first."""
        vector = self.embed(question)
        lexical = self.lexical.search(terms(question))
        best = np.argsort(-lexical, kind="stable")[:CANDIDATES]
        rows = self._generation.nearest(vector, CANDIDATES)
        rows = list(dict.fromkeys([*rows, *(int(r) for r in best if lexical[r] > 0)]))
        found = []
        for row, (passage, passage_vector, sentence_row) in zip(
            rows, self._generation.read(rows), strict=True
        ):
            sentences = self._generation.sentence_vectors(sentence_row, len(passage.sentences))
            dense = float(passage_vector @ vector)
            nearest = float((sentences @ vector).max())
            score = (
                DENSE_WEIGHT * dense
                + SENTENCE_WEIGHT * nearest
                + LEXICAL_WEIGHT * float(lexical[row])
            )
            document = self.documents[passage.doc]
            found.append(
                RetrievedPassage(
                    passage=passage,
                    title=document.title,
                    page=document.page_of(passage.start),
                    score=round(score, 6),
                    dense=round(dense, 6),
                    lexical=round(float(lexical[row]), 6),
                    row=row,
                    sentence_row=sentence_row,
                )
            )
        found.sort(key=lambda p: (-p.score, p.passage.doc, p.passage.start))
        return found[:k]

    def section(self, found: RetrievedPassage) -> list[Passage]:
        """Return the passages of the section `found` stands in, in order, itself among them."""
        first = max(0, found.row - SECTION_PASSAGES)
        last = min(self._generation.rows, found.row + SECTION_PASSAGES + 1)
        here = (found.passage.doc, found.passage.section)
        around = [passage for passage, _, _ in self._generation.read(list(range(first, last)))]
        at = found.row - first
        while at > 0 and (around[at - 1].doc, around[at - 1].section) == here:
            at -= 1
        end = found.row - first + 1
        while end < len(around) and (around[end].doc, around[end].section) == here:
            end += 1
        return around[at:end]

    def close(self) -> None:
        """Release the files."""
        self._generation.close()


class PassageRetriever(BaseRetriever):
    """The LangChain face of an index: documents carry offsets and scores as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchableIndex
    k: int = PASSAGES

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        """Return the best passages; `metadata["retrieved"]` is the RetrievedPassage itself."""
        return [self._wrap(found) for found in self.index.search(query, self.k)]

    @staticmethod
    def _wrap(found: RetrievedPassage) -> LangChainDocument:
        passage = found.passage
        metadata: dict[str, Any] = {
            "doc": passage.doc,
            "start": passage.start,
            "end": passage.end,
            "section": passage.section,
            "score": found.score,
            "retrieved": found,
        }
        return LangChainDocument(page_content=passage.text, metadata=metadata)
