"""Answers made of the documents' own sentences."""

from collections.abc import Iterator, Sequence

from index.lexical import terms
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import Answer, Candidate, Citation, Question, Statement


class ExtractiveAnswerer:
    """Chooses the sentences that answer; declines when none is near."""

    name = "extractive"

    def __init__(self, index: SearchableIndex) -> None:
        """Take the index the passages come from."""
        self._index = index

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Answer:
        """Return the whole answer."""
        vector = self._index.embed(question.text)
        asked = set(terms(question.text))
        total = sum(self._index.lexical.weight(t) for t in asked) or 1.0
        scored = []
        for found in passages:
            cosines = self._index.sentence_vectors(found) @ vector
            for sentence, cosine in zip(found.passage.sentences, cosines, strict=True):
                have = asked & set(terms(found.passage.quote(sentence)))
                share = sum(self._index.lexical.weight(t) for t in have) / total
                score = float(cosine) + 0.3 * share + 0.5 * found.dense
                scored.append((score, found, sentence))
        scored.sort(key=lambda s: -s[0])
        confidence = max(0.0, min(1.0, scored[0][0] / 1.8)) if scored else 0.0
        chosen = [s for s in scored[:1] if confidence >= 0.3]
        citations = tuple(
            Citation(
                n=n, doc=f.passage.doc, start=s.start, end=s.end, quote=f.passage.quote(s),
                page=f.page, score=round(score, 6), title=f.title, section=f.passage.section,
                context=(f.passage.start, f.passage.end),
            )
            for n, (score, f, s) in enumerate(chosen, 1)
        )  # fmt: skip
        statements = tuple(
            Statement(" ".join(c.quote.split()), (c.n,), "verified") for c in citations
        )
        text = " ".join(f"{s.text} [{s.citations[0]}]" for s in statements)
        return Answer(
            id=question.id,
            question=question.text,
            status="answered" if chosen else "abstained",
            answer=text or "The documents don't say. The nearest passages are shown below.",
            statements=statements,
            citations=citations,
            passages=tuple(passages),
            confidence=round(confidence, 4),
            answerer=self.name,
            latency_ms=0.0,
            standalone_question=question.text,
            candidates=tuple(
                Candidate(f.passage.doc, s.start, s.end, f.passage.quote(s), round(score, 6))
                for score, f, s in scored[:5]
            ),
        )

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Answer]:
        """Yield the whole answer: choosing sentences has no half-way."""
        yield self.answer(question, passages)
