"""Evidence for and against a sentence as the answer to a question, as numbers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.passages import Sentence
from index.retriever import RetrievedPassage, SearchableIndex
from index.words import terms
from qa.extractive.sentence_traits import SentenceTraits, defines, traits_of
from qa.language.antonyms import opposition
from qa.question.expected_answer import ExpectedAnswer, expected_answer
from qa.reader import Reader, ReaderInput, Reading

FEATURES = (
    "sentence_cosine",
    "passage_cosine",
    "passage_lexical",
    "passage_behind",  # how far the passage's fused score is behind the best
    "first_ranks",  # 1 / rank of the passage
    "coverage",  # share of the question's term weight in the sentence
    "coverage_in_context",  # with the sentence before and the heading
    "coverage_in_passage",
    "plain_coverage",  # every term counts alike
    "heading_coverage",
    "cosine_before",
    "cosine_after",
    "word_pairs",  # share of the question's neighbouring terms that are neighbours here
    "kind_met",
    "kind_met_in_context",  # kind_met times coverage_in_context
    "figures_shared",
    "year_differs",  # the question names years; the sentence, or else those before it, others only
    "opposed",  # speaks of the opposite of what is asked: imports for exports
    "elsewhere",  # a figure is asked for: names here that the question does not have
    "heading_elsewhere",  # a figure is asked for: share of the heading's terms it does not have
    "defining",
    "heading",  # that does not tell the figure asked for
    "announcing",
    "asking",
    "length",
    "reader",  # log chance among all sentences read; unread ones have the least
    "reader_passage",  # logit that the passage answers; unread ones have the least
    "in_span",  # the reader's best span of words lies in this sentence, weighed by how sure it is
)
READER_FEATURES = ("reader", "reader_passage", "in_span")
RANKING = Path(__file__).parent / "ranking.json"
READ = 4  # passages the reader is given at most
READ_BEHIND = 0.2  # of the fused score: a passage further behind the best is not read


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """One sentence of a retrieved passage, weighed for a question."""

    found: RetrievedPassage
    sentence: Sentence
    place: int  # which sentence of the passage
    text: str
    traits: SentenceTraits
    covered_in_context: frozenset[str]  # question terms: in it, the one before, heading and title


def _pairs(sequence: Sequence[str]) -> set[tuple[str, str]]:
    return set(zip(sequence, sequence[1:], strict=False))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything weighed for a question.

    `features` has shape (candidates, FEATURES); `readings` are of the first passages, empty
    without a reader.
    """

    question: str
    expected: ExpectedAnswer
    weights: dict[str, float]
    candidates: list[SentenceCandidate]
    features: NDArray[np.float32]
    readings: list[Reading]

    def span_of(self, candidate: SentenceCandidate) -> SentenceTraits | None:
        """Return what the words have that the reader marks in a sentence's passage; None if none.

        None also where there is no reader, or it did not read the passage.
        """
        read = dict.fromkeys(id(c.found) for c in self.candidates)
        reading = dict(zip(read, self.readings, strict=False)).get(id(candidate.found))
        if reading is None or reading.span is None:
            return None
        start, end = reading.span
        return traits_of(candidate.found.passage.text[start:end])


def years_before(index: SearchableIndex, found: RetrievedPassage) -> frozenset[str]:
    """Return the years last named in the section of a passage before it."""
    before = [p for p in index.section(found) if p.start < found.passage.start]
    said = (traits_of(p.quote(s)).years for p in reversed(before) for s in reversed(p.sentences))
    return next(filter(None, said), frozenset())


def read_passages(
    reader: Reader | None, question: str, passages: Sequence[RetrievedPassage]
) -> list[Reading]:
    """Return what the reader makes of the first passages; nothing without a reader."""
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


def _reader_columns(
    readings: Sequence[Reading], candidates: Sequence[SentenceCandidate]
) -> NDArray[np.float32]:
    """Return the reader's features, shape (candidates, 3); zeros without a reader."""
    columns = np.zeros((len(candidates), 3), dtype=np.float32)
    if not readings:
        return columns
    logits = np.concatenate([reading.sentence_scores for reading in readings])
    chances = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    columns[:, 0] = chances.min()
    columns[: len(chances), 0] = chances
    columns[:, 1] = min(reading.answerable for reading in readings)
    row = 0
    for reading in readings:
        rows = slice(row, row := row + len(reading.sentence_scores))
        columns[rows, 1] = reading.answerable
        for i, c in enumerate(candidates[rows], rows.start):
            start = c.found.passage.start + reading.span[0] if reading.span else -1
            if c.sentence.start <= start < c.sentence.end:
                columns[i, 2] = 1 / (1 + np.exp(-reading.span_score))
    return columns


def gather_evidence(
    index: SearchableIndex,
    question: str,
    passages: Sequence[RetrievedPassage],
    reader: Reader | None,
) -> Evidence:
    """Weigh every sentence of the passages, best passage first."""
    vector = index.embed(question)
    expected = expected_answer(question)
    weights = {term: index.lexical.weight(term) for term in dict.fromkeys(terms(question))}
    asked = frozenset(weights)
    total = sum(weights.values()) or 1.0
    pairs = _pairs(terms(question))
    candidates: list[SentenceCandidate] = []
    rows: list[tuple[float, ...]] = []

    def share(found: frozenset[str]) -> float:
        return sum(weights[term] for term in found) / total

    for rank, found in enumerate(passages, 1):
        passage = found.passage
        cosines = index.sentence_vectors(found) @ vector
        texts = [passage.quote(sentence) for sentence in passage.sentences]
        held = [asked.intersection(terms(text)) for text in texts]
        heading = asked.intersection(terms(f"{passage.section} {found.title}"))
        under = frozenset(terms(passage.section))
        elsewhere = len(under - asked) / max(1, len(under))
        in_passage = share(frozenset().union(heading, *held))
        years = years_before(index, found) if expected.years else frozenset()
        for i, (sentence, text) in enumerate(zip(passage.sentences, texts, strict=True)):
            traits = traits_of(text)
            context = held[i] | heading | (held[i - 1] if i else frozenset())
            years = traits.years or years
            candidates.append(SentenceCandidate(found, sentence, i, text, traits, context))
            met = traits.meets(expected)
            in_context = share(context)
            rows.append(
                (
                    float(cosines[i]),
                    found.dense,
                    found.lexical,
                    found.score - passages[0].score,
                    1 / rank,
                    share(held[i]),
                    in_context,
                    in_passage,
                    len(held[i]) / max(1, len(weights)),
                    share(heading),
                    float(cosines[i - 1] if i else cosines[i]),
                    float(cosines[i + 1] if i + 1 < len(cosines) else cosines[i]),
                    len(pairs & _pairs(terms(text))) / max(1, len(pairs)),
                    met,
                    met * in_context,
                    len(expected.figures & traits.figures) / max(1, len(expected.figures)),
                    float(bool(expected.years and years and not expected.years & years)),
                    opposition(weights, text),
                    min(len(traits.names - expected.words), 3) / 3 * expected.amount,
                    elsewhere * expected.amount,
                    float(defines(text, expected.defined)),
                    float(is_heading(expected, sentence, traits)),
                    float(traits.announcing),
                    float(traits.asking),
                    log1p(len(text)) / 6,
                )
            )
    readings = read_passages(reader, question, passages)
    own = np.array(rows, dtype=np.float32).reshape(len(candidates), -1)
    features = np.hstack([own, _reader_columns(readings, candidates)])
    return Evidence(question, expected, weights, candidates, features, readings)


def is_heading(expected: ExpectedAnswer, sentence: Sentence, traits: SentenceTraits) -> bool:
    """Tell whether a sentence is a heading, and not one that tells the figure asked for."""
    told = expected.amount and traits.meets(expected) == 1 and bool(traits.figures - traits.years)
    return sentence.heading and not told


@lru_cache(maxsize=2)
def load_ranking(with_reader: bool) -> NDArray[np.float32]:
    """Return the weights of FEATURES that `python -m qa.training.fit` stored.

    exp(features @ weights), normalised over all candidates, is the chance to answer.
    """
    data = json.loads(RANKING.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return np.array([data["weights"][name] for name in FEATURES], dtype=np.float32)
