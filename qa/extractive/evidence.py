"""Every sentence of the passages found for a question, scored as its answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.passages import Sentence
from index.retriever import RetrievedPassage, SearchableIndex
from index.words import terms
from qa.extractive.features import (
    FEATURES,
    QuestionContext,
    SentenceContext,
    columns_of,
    pairs_of,
)
from qa.extractive.sentence_traits import SentenceTraits, traits_of
from qa.language.calendar import YEAR
from qa.language.questions import ASIDE
from qa.question.expected_answer import ExpectedAnswer, expected_answer
from qa.question.identity import identity_terms
from qa.reader import Reader, ReaderInput, Reading

READ = 4  # passages the reader is given at most
READ_BEHIND = 0.2  # of the fused score: a passage further behind the best is not read
CARRIED = 0.4  # of its weight, a term that only what was said before brings


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """One sentence of a retrieved passage, scored for a question."""

    found: RetrievedPassage
    sentence: Sentence
    place: int  # which sentence of the passage
    text: str
    traits: SentenceTraits
    covered_in_context: frozenset[str]  # question terms: in it, the one before, heading and title


@dataclass(frozen=True, slots=True)
class Evidence:
    """The scored sentences of a question.

    `features` has shape (candidates, FEATURES); `readings` are of the first passages, empty
    without a reader.
    """

    question: str
    expected: ExpectedAnswer
    weights: dict[str, float]
    candidates: list[SentenceCandidate]
    features: NDArray[np.float32]
    readings: list[Reading]

    @property
    def asked(self) -> str:
        """The question without what it was said before to be about, which follow-ups carry."""
        return ASIDE.sub("", self.question) or self.question

    def feature(self, name: str) -> NDArray[np.float32]:
        """Return one feature of all candidates, shape (candidates,)."""
        return self.features[:, columns_of(name)[0]]

    def span_of(self, candidate: SentenceCandidate) -> SentenceTraits | None:
        """Return the traits of the reader's best span in a sentence's passage; None if none.

        None also if there is no reader, or it did not read the passage.
        """
        read = dict.fromkeys(id(c.found) for c in self.candidates)
        reading = dict(zip(read, self.readings, strict=False)).get(id(candidate.found))
        if reading is None or reading.span is None:
            return None
        start, end = reading.span
        return traits_of(candidate.found.passage.text[start:end])

    @property
    def best_span(self) -> tuple[str, int, int] | None:
        """The reader's best span of all: document, start and end; None without one."""
        read = dict.fromkeys(id(c.found) for c in self.candidates)
        founds = {id(c.found): c.found.passage for c in self.candidates}
        both = zip(read, self.readings, strict=False)
        spans = [(r.span_score, founds[key], r.span) for key, r in both if r.span]
        if not spans:
            return None
        _, passage, (start, end) = max(spans, key=lambda item: item[0])
        return passage.doc, passage.start + start, passage.start + end


def years_before(index: SearchableIndex, found: RetrievedPassage) -> frozenset[str]:
    """Return the years last named in the section before a passage, else the document's."""
    before = [p for p in index.section(found) if p.start < found.passage.start]
    years = (traits_of(p.quote(s)).years for p in reversed(before) for s in reversed(p.sentences))
    known = identity_terms(found.title, found.passage.doc)
    return next(filter(None, years), frozenset(filter(YEAR.fullmatch, known)))


def read_passages(
    reader: Reader | None, question: str, passages: Sequence[RetrievedPassage]
) -> list[Reading]:
    """Return the reader's output for the first passages; nothing without a reader."""
    if reader is None:
        return []
    inputs = [
        ReaderInput(
            found.passage.section or found.title,
            found.passage.text,
            tuple(
                (s.start - found.passage.start, s.end - found.passage.start)
                for s in found.passage.sentences
            ),
        )
        for found in passages[:READ]
        if passages[0].score - found.score <= READ_BEHIND
    ]
    return reader.read(question, inputs)


def _sentence_readings(
    readings: Sequence[Reading], passages: Sequence[RetrievedPassage]
) -> list[list[tuple[float, float, float]]]:
    """Return, by passage, the `SentenceContext.reading` of each sentence."""
    if not readings:
        return [[(0.0, 0.0, 0.0)] * len(found.passage.sentences) for found in passages]
    logits = np.concatenate([reading.sentence_scores for reading in readings])
    logs = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    chances = iter(logs)
    unread = (float(logs.min()), min(reading.answerable for reading in readings), 0.0)
    rows = []
    for found, reading in zip(passages, readings, strict=False):
        start = found.passage.start + reading.span[0] if reading.span else -1
        sure = float(1 / (1 + np.exp(-reading.span_score)))
        rows.append(
            [
                (float(next(chances)), reading.answerable, sure * (s.start <= start < s.end))
                for s in found.passage.sentences
            ]
        )
    return rows + [[unread] * len(found.passage.sentences) for found in passages[len(readings) :]]


def gather_evidence(
    index: SearchableIndex,
    question: str,
    passages: Sequence[RetrievedPassage],
    reader: Reader | None,
) -> Evidence:
    """Score every sentence of the passages, best passage first."""
    vector = index.embed(question)
    expected = expected_answer(question)
    own = {*terms(ASIDE.sub("", question) or question)}
    weights = {
        term: index.lexical.weight(term) * (1.0 if term in own else CARRIED)
        for term in dict.fromkeys(terms(question))
    }
    asked = frozenset(weights)
    best_score = passages[0].score if passages else 0.0
    total = sum(weights.values()) or 1.0
    about = QuestionContext(expected, weights, pairs_of(terms(question)), total, best_score)
    readings = read_passages(reader, question, passages)
    read = _sentence_readings(readings, passages)
    contexts: list[SentenceContext] = []
    for rank, found in enumerate(passages, 1):
        passage = found.passage
        cosines = index.sentence_vectors(found) @ vector
        texts = [passage.quote(sentence) for sentence in passage.sentences]
        covered = [asked.intersection(terms(text)) for text in texts]
        by_heading = asked & {
            *terms(f"{passage.section} {found.title}"),
            *identity_terms(found.title, passage.doc),
        }
        under = frozenset(terms(passage.section))
        years = years_before(index, found) if expected.years else frozenset()
        for i, (sentence, text) in enumerate(zip(passage.sentences, texts, strict=True)):
            traits = traits_of(text)
            years = traits.years or years
            contexts.append(
                SentenceContext(
                    question=about,
                    found=found,
                    rank=rank,
                    place=i,
                    sentence=sentence,
                    text=text,
                    traits=traits,
                    years=years,
                    cosines=cosines,
                    covered=covered[i],
                    covered_in_context=covered[i]
                    | by_heading
                    | (covered[i - 1] if i else frozenset()),
                    covered_by_heading=by_heading,
                    covered_in_passage=frozenset().union(by_heading, *covered),
                    heading_elsewhere=len(under - asked) / max(1, len(under)),
                    reading=read[rank - 1][i],
                )
            )
    rows = [[f.function(context) for f in FEATURES.values()] for context in contexts]
    features = np.array(rows, dtype=np.float32).reshape(len(contexts), len(FEATURES))
    candidates = [
        SentenceCandidate(c.found, c.sentence, c.place, c.text, c.traits, c.covered_in_context)
        for c in contexts
    ]
    return Evidence(question, expected, weights, candidates, features, readings)
