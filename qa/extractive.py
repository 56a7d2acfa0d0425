"""Answers made of the documents' own sentences."""

from collections.abc import Iterator, Sequence

import numpy as np

from corpus.documents import Document
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import Answer, Candidate, Citation, Question, Statement
from qa.composition import Composer, Pick
from qa.confidence import load_confidence, signals
from qa.features import gather_evidence
from qa.ranking import load_ranking
from qa.reader import Reader

CANDIDATES = 5
NOT_SAID = "The documents don't say. The nearest passages are shown below."


class ExtractiveAnswerer:
    """Chooses the sentences that answer; declines when the documents do not say."""

    name = "extractive"

    def __init__(self, index: SearchableIndex, reader: Reader | None) -> None:
        """Take the index the passages come from, and a reader or none."""
        self._index = index
        self._reader = reader
        self._ranking = load_ranking(reader is not None)
        self._confidence = load_confidence(reader is not None)

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Answer:
        """Return the whole answer."""
        evidence = gather_evidence(self._index, question.text, passages, self._reader)
        scores = self._ranking.score(evidence.features)
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        ranked = [
            (evidence.candidates[i], float(chances[i])) for i in np.argsort(-scores, kind="stable")
        ]
        confidence = self._confidence.probability(signals(self._index, evidence, scores))
        picks: list[Pick] = []
        if confidence >= self._confidence.threshold:
            picks = Composer(self._index, evidence, ranked).choose()
        citations = tuple(
            _cite(n, pick, self._index.documents[pick.passage.doc])
            for n, pick in enumerate(picks, 1)
        )
        statements = tuple(
            Statement(" ".join(c.quote.split()), (c.n,), "verified") for c in citations
        )
        text = " ".join(f"{s.text} [{s.citations[0]}]" for s in statements)
        return Answer(
            id=question.id,
            question=question.text,
            status="answered" if picks else "abstained",
            answer=text or NOT_SAID,
            statements=statements,
            citations=citations,
            passages=tuple(passages),
            confidence=round(confidence, 4),
            answerer=self.name,
            latency_ms=0.0,
            standalone_question=question.text,
            candidates=tuple(
                Candidate(
                    c.found.passage.doc, c.sentence.start, c.sentence.end, c.text, round(chance, 6)
                )
                for c, chance in ranked[:CANDIDATES]
            ),
        )

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Answer]:
        """Yield the whole answer: choosing sentences has no half-way."""
        yield self.answer(question, passages)


def _cite(n: int, pick: Pick, document: Document) -> Citation:
    return Citation(
        n=n,
        doc=document.doc,
        start=pick.start,
        end=pick.end,
        quote=pick.text,
        page=document.page_of(pick.start),
        score=round(pick.score, 6),
        title=document.title,
        section=pick.passage.section,
        context=(pick.passage.start, pick.passage.end),
    )
