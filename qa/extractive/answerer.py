"""Answers made of the documents' own sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from corpus.document import Document
from index.retriever import RetrievedPassage, SearchableIndex
from index.words import STOPWORDS, words
from qa.answer import Answer, Candidate, Citation, Highlight, Lookalike, Question, Statement
from qa.extractive.composition import Composer, Pick
from qa.extractive.confidence import MISMATCHED, load_confidence, signals
from qa.extractive.differences import explain_decline, find_lookalikes, find_mismatch
from qa.extractive.features import Evidence, SentenceCandidate, gather_evidence, load_ranking
from qa.extractive.sentence_traits import enumerator, traits_of
from qa.language.quantities import quantities_of
from qa.question.several_questions import split_questions
from qa.reader import Reader, Span

CANDIDATES = 5
SUMMARISED = 0.9  # confidence at least, where documents are summarised as wholes
UNLIKELY = -4.0  # logit of a span over none from which it is highlighted as the answer
DOUBTFUL = -2.0  # the same where an account is asked for
AROUND = 16  # characters that highlighted figures may have around them
_MARK = re.compile(r"^(?:[-*+•–‣·▪]|\(?\d{1,2}[.)])\s+(?=\S)")
NOT_SAID = "The documents don't say."
CHOSEN_NOT_SAID = "The documents chosen don't say; the others were not asked."


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question with all sentences and their chances, best first; none picked: declined."""

    evidence: Evidence
    ranked: list[tuple[SentenceCandidate, float]]
    confidence: float
    picks: list[Pick]


class ExtractiveAnswerer:
    """Chooses the sentences that answer; declines when the documents do not say."""

    name = "extractive"

    def __init__(
        self, index: SearchableIndex, reader: Reader | None, threshold: float | None = None
    ) -> None:
        """Take the index the passages come from, a reader or none, and from where to answer."""
        self._index = index
        self._reader = reader
        self._ranking = load_ranking(reader is not None)
        # A reader that only ranks says nothing of whether there is an answer: decided without it.
        judges = reader is not None and reader.judges
        self._deciding = load_ranking(judges)
        self.confidence = load_confidence(judges)  # what decides whether to decline
        if threshold is not None:
            self.confidence = replace(self.confidence, threshold=threshold)

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Answer:
        """Return the whole answer."""
        whole = self._weigh(question.text, passages)
        confidence, picks = whole.confidence, whole.picks
        parts = split_questions(question.text, self._index.embed_all)
        read = [(whole.evidence, passages)]
        if len(parts) > 1:
            found = [self._index.search(part, docs=question.docs) for part in parts]
            each = [self._weigh(p, f) for p, f in zip(parts, found, strict=True) if f]
            confidence = max([confidence, *(part.confidence for part in each)])
            if any(part.picks for part in each):
                picks = [pick for part in each for pick in part.picks]
                both = zip(each, filter(None, found), strict=True)
                read = [(part.evidence, f) for part, f in both if part.picks]
            picks = [p for n, p in enumerate(picks) if not any(k.holds(p) for k in picks[:n])]
        evidence, ranked = whole.evidence, whole.ranked
        citations = tuple(
            _cite(n, pick, self._index.documents[pick.passage.doc])
            for n, pick in enumerate(picks, 1)
        )
        statements = tuple(Statement(_plain(c.quote), (c.n,), "verified") for c in citations)
        text = " ".join(f"{s.text} [{s.citations[0]}]" for s in statements)
        if not picks:
            said = CHOSEN_NOT_SAID if question.docs else NOT_SAID
            text = f"{said} {explain_decline(evidence, ranked[0][0], self._index.lexical)}"
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
            highlights=tuple({mark: 1 for one in read for mark in _highlights(*one, citations)}),
            lookalikes=tuple(self._lookalikes(evidence, ranked, citations)),
            candidates=tuple(
                Candidate(
                    c.found.passage.doc, c.sentence.start, c.sentence.end, c.text, round(chance, 6)
                )
                for c, chance in ranked[:CANDIDATES]
            ),
        )

    def _weigh(self, text: str, passages: Sequence[RetrievedPassage]) -> Weighed:
        """Return the sentences of passages with their chances, and whether they answer."""
        evidence = gather_evidence(self._index, text, passages, self._reader)
        scores = evidence.features @ self._ranking
        deciding = evidence.features @ self._deciding
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        ranked = [
            (evidence.candidates[i], float(chances[i])) for i in np.argsort(-scores, kind="stable")
        ]
        confidence = self.confidence.probability(signals(self._index, evidence, deciding))
        composer, picks = Composer(self._index, evidence, ranked), list[Pick]()
        if evidence.expected.kind == "summary" and composer.named_documents():
            confidence = max(confidence, SUMMARISED)
        if confidence >= self.confidence.threshold:
            picks = composer.choose()
            if find_mismatch(evidence, " ".join(pick.text for pick in picks)):
                confidence = min(confidence, MISMATCHED)
        answered = confidence >= self.confidence.threshold
        return Weighed(evidence, ranked, confidence, picks if answered else [])

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
            page = document.page_of(start)
            yield Lookalike(
                document.doc, start, end, candidate.text, page, document.title, difference
            )

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Answer]:
        """Yield the whole answer: choosing sentences has no half-way."""
        yield self.answer(question, passages)


def _highlights(
    evidence: Evidence, passages: Sequence[RetrievedPassage], citations: Sequence[Citation]
) -> Iterator[Highlight]:
    """Yield the words cited that the reader takes for the answer; of a figure no more than it."""
    expected, least = evidence.expected, DOUBTFUL if evidence.expected.explained else UNLIKELY
    best: dict[bool, tuple[float, Highlight]] = {}  # of any words; of the figures alone

    def weigh(c: Citation, start: int, span: Span | None, alone: bool) -> None:
        if span and span[2] >= (best[alone][0] if alone in best else -np.inf if alone else least):
            first, last = start + span[0], start + span[1]
            marked = Highlight(c.n, first, last, c.quote[first - c.start : last - c.start])
            new = bool({*words(marked.text)} - STOPWORDS - expected.words)
            told = traits_of(marked.text).gives(expected) if expected.figure else new
            if told and "|" not in marked.text and not enumerator(c.quote[first - c.start :]):
                best[alone] = span[2], marked

    for found, reading in zip(passages, evidence.readings, strict=False):
        passage = found.passage
        for s, c in product(passage.sentences, citations):
            if c.doc == passage.doc and c.start <= s.start and s.end <= c.end:
                at = s.start - passage.start
                weigh(c, passage.start, reading.span_in(at, s.end - passage.start), alone=False)
                for figure in quantities_of(passage.quote(s)) if expected.figure else ():
                    start, end = at + figure.start, at + figure.start + len(figure.written)
                    weigh(c, passage.start, reading.span_in(start, end, whole=True), alone=True)
    told = [best[alone][1] for alone in (False, True) if alone in best]
    if told and expected.kind != "summary":
        figures = (q.written for q in quantities_of(told[0].text))
        own = sum(len(figure) for figure in figures if traits_of(figure).gives(expected))
        yield told[-1] if len(told[0].text) - own >= AROUND else told[0]


def _plain(quote: str) -> str:
    """Return a quote as a statement: without list marker, line breaks and a clause's end mark."""
    return _MARK.sub("", " ".join(quote.split()), count=1).rstrip(";, ")


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
