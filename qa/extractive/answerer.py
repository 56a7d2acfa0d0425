"""Answers composed of the documents' own sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.document import Document
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import (
    EXTRACTIVE,
    Candidate,
    Citation,
    Draft,
    Lookalike,
    Question,
    Statement,
    Usage,
)
from qa.extractive.composition import Composer
from qa.extractive.confidence import MISMATCHED, load_confidence
from qa.extractive.declining import explain_decline, find_mismatch, lacks_form, unsaid_share
from qa.extractive.evidence import Evidence, SentenceCandidate, gather_evidence
from qa.extractive.highlights import find_highlights
from qa.extractive.lookalikes import find_lookalikes
from qa.extractive.picks import LONG_WORDS, Pick, understandable
from qa.extractive.ranking import load_ranking, prefer_fuller
from qa.extractive.references import find_referenced
from qa.extractive.signals import signals
from qa.language.foreign import is_foreign, is_foreign_passage
from qa.language.steps import orders_as_asked
from qa.question.identity import Identities
from qa.question.several_questions import split_questions
from qa.reader import Reader

CANDIDATES = 5
EPSILON = 1e-6
UNSAID = 0.2  # share of a question that one word has, of which nothing near the answer speaks
SURE = 0.6  # chance of the best sentence from which nothing is taken off for it
UNSURE = 0.35  # share of the confidence that is taken off where that chance is nought
# What a doubt leaves of the odds that an answer is right. Where no reason or steps are told: .62 on
# 900 questions of SQuAD 2.0, PolicyQA, COVID-QA and XQuAD. Where a word asked for is nowhere near:
# .55 there, less here, since strangers' documents lack what is asked more often than those sets.
UNFORMED, UNSPOKEN = 0.6, 0.25
UNCITED = 0.6  # the same where the word stands near what is cited but not in it
RELATED = 0.5  # cosine from which a cited word may stand for one of the question
# Where the sentence that ranks first is likely and has the reader's best span, the odds are those
# of 550 questions of SQuAD 2.0 and XQuAD: .95 right, to .70 where that span is not cited.
AGREED = 2.0
ORDERED = 1.5  # what is asked as a duty and ordered there gains, though it names nobody; chosen
APART = 0.65  # of the confidence left where the reader's best span is not cited, nor the best sure
REFERENCED = 0.95  # where a part is asked for by its number
SUMMARISED = 0.9  # confidence at least, where documents are summarised as wholes
_MARK = re.compile(r"^(?:[-*+•–‣·▪]|\(?\d{1,2}[.)])\s+(?=\S)")
BY_WORDS = 0.85  # confidence at most, where words alone are compared
ENOUGH_WORDS = 0.5  # share of a question's words from which they answer by themselves
FOREIGN = (
    "The embedding model knows only English, so just words are compared here, and too few of this "
    "question's occur together. A multilingual model as FOOTNOTE_EMBEDDER compares meanings."
)
NOT_SAID = "The documents don't say."
CHOSEN_NOT_SAID = "The selected documents don't say; the others were not searched."


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question with all sentences and their probabilities, best first; no picks if declined."""

    evidence: Evidence
    ranked: list[tuple[SentenceCandidate, float]]
    confidence: float
    picks: list[Pick]
    listed: tuple[int, int] | None = None
    by_words: bool = False  # in a language that the embedder does not know


class ExtractiveAnswerer:
    """Chooses the sentences that answer; declines when the documents do not say."""

    name = EXTRACTIVE

    def __init__(
        self,
        index: SearchableIndex,
        reader: Reader | None,
        threshold: float | None = None,
        identities: Identities | None = None,
    ) -> None:
        """Take the index of the passages, a reader or None, and the threshold for answering.

        `identities` are those of its documents; by default they are taken from the index.
        """
        self._identities = identities or Identities.of(
            (status.doc, status.title) for status in index.statuses if status.passages
        )
        self._index = index
        self._reader = reader
        self._ranking = load_ranking(reader is not None)
        # A reader that only ranks says nothing of whether there is an answer: decided without it.
        judges = reader is not None and reader.judges
        self._deciding = load_ranking(judges)
        self.confidence = load_confidence(judges)  # what decides whether to decline
        if threshold is not None:
            self.confidence = replace(self.confidence, threshold=threshold)

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Draft:
        """Return the whole draft."""
        whole = self._weigh(question.text, passages)
        confidence, picks = whole.confidence, whole.picks
        parts = split_questions(question.text, self._index.embed_all)
        read = [(whole.evidence, passages)]
        if len(parts) > 1:
            found = [
                self._index.search(
                    part, docs=question.docs, favoured=self._identities.favoured(part)
                )
                for part in parts
            ]
            each = [self._weigh(p, f) for p, f in zip(parts, found, strict=True) if f]
            confidence = max([confidence, *(part.confidence for part in each)])
            if any(part.picks for part in each):
                picks = [pick for part in each for pick in part.picks]
                both = zip(each, filter(None, found), strict=True)
                read = [(part.evidence, f) for part, f in both if part.picks]
            picks = [p for n, p in enumerate(picks) if not any(k.holds(p) for k in picks[:n])]
        evidence, ranked = whole.evidence, whole.ranked
        documents = self._index.documents
        citations = tuple(
            _cite(n, pick, documents[pick.passage.doc]) for n, pick in enumerate(picks, 1)
        )
        abstention = ""
        if not picks:
            where = CHOSEN_NOT_SAID if question.docs else NOT_SAID
            best = ranked[0][0].found.passage
            foreign = self._identities.foreign(question.text, best.doc, best.text)
            reason = (
                FOREIGN if whole.by_words
                else explain_decline(evidence, ranked[0][0], self._index, foreign)
            )  # fmt: skip
            abstention = f"{where} {reason}"
        return Draft(
            confidence=round(confidence, 4),
            statements=tuple(
                Statement(_statement(documents[c.doc].said(c.quote)), (c.n,), "quoted")
                for c in citations
            ),
            citations=citations,
            abstention=abstention,
            highlights=tuple({h: 1 for one in read for h in find_highlights(*one, citations)}),
            listed=whole.listed if len(read) == 1 and picks == whole.picks else None,
            lookalikes=tuple(self._lookalikes(evidence, ranked, citations)),
            candidates=tuple(
                Candidate(
                    c.found.passage.doc, c.sentence.start, c.sentence.end, c.text, round(chance, 6)
                )
                for c, chance in ranked[:CANDIDATES]
            ),
        )

    def _weigh(self, text: str, passages: Sequence[RetrievedPassage]) -> Weighed:
        """Return the sentences of passages with their probabilities, and whether they answer."""
        evidence = gather_evidence(self._index, text, passages, self._reader)
        scores = evidence.features @ self._ranking
        deciding = evidence.features @ self._deciding
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        ranked = [
            (evidence.candidates[i], float(chances[i])) for i in np.argsort(-scores, kind="stable")
        ]
        if self._index.english_only and ranked and self._is_foreign(text, ranked[0][0]):
            return _weigh_words(evidence, ranked)
        docs = dict.fromkeys(found.passage.doc for found in passages)
        if asked := find_referenced(self._index, text, docs):
            return Weighed(evidence, ranked, REFERENCED, asked)
        confidence = self.confidence.probability(signals(self._index, evidence, deciding))
        ranked = prefer_fuller(evidence, ranked)
        if orders_as_asked(evidence.asked, ranked[0][0].text):
            confidence = _times(confidence, ORDERED)
        composer, picks = Composer(self._index, evidence, ranked), list[Pick]()
        if evidence.expected.kind == "summary" and composer.named_documents():
            confidence = max(confidence, SUMMARISED)
        if confidence >= self.confidence.threshold:
            picks = composer.choose()
            confidence = self._doubt(confidence, evidence, ranked, composer, picks)
        answered = confidence >= self.confidence.threshold
        return Weighed(
            evidence, ranked, confidence, picks if answered else [],
            composer.listed if answered else None,
        )  # fmt: skip

    def _doubt(
        self,
        confidence: float,
        evidence: Evidence,
        ranked: Sequence[tuple[SentenceCandidate, float]],
        composer: Composer,
        picks: Sequence[Pick],
    ) -> float:
        """Return the confidence, lowered by what speaks against the sentences to be cited."""
        said = " ".join(pick.text for pick in picks)
        under = " ".join(dict.fromkeys(pick.passage.section for pick in picks))
        apart = not picks or find_mismatch(evidence, said, under)
        if apart or self._about_others(evidence.question, picks):
            return min(confidence, MISMATCHED)
        best, surest = ranked[0]
        near = f"{best.found.passage.text} {best.found.passage.section}"
        doubt = UNFORMED if lacks_form(evidence.expected, said) else 1.0
        if unsaid_share(self._index, evidence, best, near) >= UNSAID:
            doubt *= UNSPOKEN
        elif unsaid_share(self._index, evidence, best, f"{said} {under}", RELATED) >= UNSAID:
            doubt *= 1.0 if orders_as_asked(evidence.asked, said) else UNCITED
        confidence = _times(confidence, doubt)
        if confidence < self.confidence.threshold:
            return confidence
        span = evidence.best_span
        cited = span is None or any(pick.meets(*span) for pick in picks)
        if span and cited and surest >= SURE:
            return _times(confidence, AGREED)
        sure = 1.0 if composer.told_whole else min(1.0, surest / SURE)
        parted = 0.0 if cited else min(1.0, (1 - surest) / (1 - SURE))
        confidence *= (1 - UNSURE + UNSURE * sure) * (1 - (1 - APART) * parted)
        return max(self.confidence.threshold, confidence)

    def _is_foreign(self, question: str, best: SentenceCandidate) -> bool:
        return is_foreign(question) or is_foreign_passage(best.found.passage.text)

    def _about_others(self, question: str, picks: Sequence[Pick]) -> list[str]:
        """Return the names and periods in the question that identify only other documents."""
        best = max(picks, key=lambda pick: pick.score)
        said = " ".join([best.passage.section, best.passage.text])
        return self._identities.foreign(question, best.passage.doc, said)

    def _lookalikes(
        self,
        evidence: Evidence,
        ranked: Sequence[tuple[SentenceCandidate, float]],
        citations: Sequence[Citation],
    ) -> Iterator[Lookalike]:
        chosen = [citation.quote for citation in citations]
        found = find_lookalikes(evidence, ranked, chosen) if chosen else []
        for candidate, difference, share in found:
            document = self._index.documents[candidate.found.passage.doc]
            start, end = candidate.sentence.start, candidate.sentence.end
            page = document.page_of(start)
            yield Lookalike(
                document.doc, start, end, candidate.text, page, document.title, difference, share
            )

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Draft]:
        """Yield the complete draft: choosing sentences has no intermediate state."""
        yield self.answer(question, passages)

    def rewrite(self, question: Question) -> tuple[str | None, Usage]:
        """Return None: follow-ups are left to rules."""
        return None, Usage()


def _times(chance: float, factor: float) -> float:
    """Return a probability with its odds multiplied."""
    odds = factor * chance / max(1 - chance, EPSILON)
    return odds / (1 + odds)


def _weigh_words(evidence: Evidence, ranked: Sequence[tuple[SentenceCandidate, float]]) -> Weighed:
    """Return the sentence with most of a question's words, whose share sets the confidence."""
    coverage = evidence.feature("coverage")
    order = np.argsort(-coverage, kind="stable")
    best = evidence.candidates[int(order[0])]
    share = float(coverage[order[0]])
    confidence = BY_WORDS * share
    picks = [understandable(best, share, LONG_WORDS)] if share >= ENOUGH_WORDS else []
    again = [(evidence.candidates[i], float(coverage[i])) for i in order]
    return Weighed(evidence, again, confidence, picks, by_words=True)


def _statement(said: str) -> str:
    """Return a quote as a statement: without its list marker and a clause's end mark."""
    return _MARK.sub("", said, count=1).rstrip(";, ")


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
