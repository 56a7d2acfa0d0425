"""Answers made of the documents' own sentences."""

from collections.abc import Iterator, Sequence

import numpy as np

from corpus.documents import Document
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import (
    Answer,
    Candidate,
    Citation,
    Highlight,
    Lookalike,
    Question,
    Statement,
)
from qa.composition import Composer, Pick
from qa.confidence import load_confidence, signals
from qa.differences import explain_decline, find_lookalikes
from qa.features import Evidence, SentenceCandidate, gather_evidence
from qa.ranking import load_ranking
from qa.reader import Reader

CANDIDATES = 5
SURE = 0.0  # logit of a span over none from which it is highlighted
NOT_SAID = "The documents don't say."


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
        if not picks:
            text = f"{NOT_SAID} {explain_decline(evidence, ranked[0][0], self._index.lexical)}"
        return Answer(
            id=question.id,
            question=question.text,
            status="answered" if picks else "abstained",
            answer=text,
            statements=statements,
            citations=citations,
            passages=tuple(passages),
            confidence=round(confidence, 4),
            answerer=self.name,
            latency_ms=0.0,
            standalone_question=question.text,
            highlights=tuple(_highlights(evidence, passages, citations)),
            lookalikes=tuple(self._lookalikes(evidence, ranked, citations)),
            candidates=tuple(
                Candidate(
                    c.found.passage.doc, c.sentence.start, c.sentence.end, c.text, round(chance, 6)
                )
                for c, chance in ranked[:CANDIDATES]
            ),
        )

    def _lookalikes(
        self,
        evidence: Evidence,
        ranked: Sequence[tuple[SentenceCandidate, float]],
        citations: Sequence[Citation],
    ) -> Iterator[Lookalike]:
        chosen = [citation.quote for citation in citations]
        for candidate, difference in find_lookalikes(evidence, ranked, chosen) if chosen else ():
            document = self._index.documents[candidate.found.passage.doc]
            start, end = candidate.sentence.start, candidate.sentence.end
            yield Lookalike(
                document.doc,
                start,
                end,
                candidate.text,
                document.page_of(start),
                document.title,
                difference,
            )

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Answer]:
        """Yield the whole answer: choosing sentences has no half-way."""
        yield self.answer(question, passages)


def _highlights(
    evidence: Evidence, passages: Sequence[RetrievedPassage], citations: Sequence[Citation]
) -> Iterator[Highlight]:
    """Yield the words that the reader takes for the answer, where they are cited."""
    if evidence.wanted.several or evidence.wanted.explained:
        return
    for found, reading in zip(passages, evidence.readings, strict=False):
        if reading.span is None or reading.span_score < SURE:
            continue
        passage = found.passage
        start, end = (passage.start + offset for offset in reading.span)
        for c in citations:
            if c.doc == passage.doc and c.start <= start and end <= c.end:
                yield Highlight(c.n, start, end, c.quote[start - c.start : end - c.start])


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
