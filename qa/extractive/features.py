"""Evidence for and against a sentence as the answer to a question, as numbers.

Each feature is a function of a sentence in its context, registered under its name: the order here
is that of the columns of `Evidence.features`, and weights are stored by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from corpus.passages import Sentence
from index.retriever import RetrievedPassage
from index.words import terms
from qa.extractive.sentence_traits import SentenceTraits, defines
from qa.language.antonyms import opposition
from qa.question.expected_answer import ExpectedAnswer


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """What a question asks, and its terms with their weights."""

    expected: ExpectedAnswer
    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]  # of neighbouring terms
    total: float  # weight of all terms
    best_score: float  # the fused score of the best passage

    def share(self, covered: frozenset[str]) -> float:
        """Return the share of the question's term weight that some terms have."""
        return sum(self.weights[term] for term in covered) / self.total


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """A sentence of a passage, and everything its features depend on."""

    question: QuestionContext
    found: RetrievedPassage
    rank: int  # of the passage, from 1
    place: int  # which sentence of the passage
    sentence: Sentence
    text: str
    traits: SentenceTraits
    years: frozenset[str]  # that it, or else those before it, name last
    cosines: NDArray[np.float32]  # of the question with each sentence of the passage
    covered: frozenset[str]  # question terms in the sentence
    covered_in_context: frozenset[str]  # in it, the one before, heading and title
    covered_by_heading: frozenset[str]
    covered_in_passage: frozenset[str]
    heading_elsewhere: float  # share of the heading's terms that the question does not have
    reading: tuple[float, float, float]  # log chance, passage's logit, chance of the span here

    def cosine(self, place: int) -> float:
        """Return the cosine of a sentence of the passage; of this one if there is none."""
        return float(self.cosines[place if 0 <= place < len(self.cosines) else self.place])


@dataclass(frozen=True, slots=True)
class Feature:
    """A named feature of a sentence; one that `reads` is 0 without a reader."""

    name: str
    function: Callable[[SentenceContext], float]
    reads: bool


FEATURES: dict[str, Feature] = {}
Function = Callable[[SentenceContext], float]


def feature(function: Function) -> Function:
    """Register a function of a sentence under its name."""
    FEATURES[function.__name__] = Feature(function.__name__, function, reads=False)
    return function


def reader_feature(function: Function) -> Function:
    """Register a feature from the reader's output for a sentence."""
    FEATURES[function.__name__] = Feature(function.__name__, function, reads=True)
    return function


def columns_of(*names: str) -> list[int]:
    """Return the columns of features in `Evidence.features`."""
    order = list(FEATURES)
    return [order.index(name) for name in names]


def pairs_of(sequence: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbours."""
    return frozenset(zip(sequence, sequence[1:], strict=False))


def is_heading(expected: ExpectedAnswer, sentence: Sentence, traits: SentenceTraits) -> bool:
    """Tell whether a sentence is a heading that does not give the figure asked for."""
    told = expected.amount and traits.meets(expected) == 1 and bool(traits.figures - traits.years)
    return sentence.heading and not told


@feature
def sentence_cosine(s: SentenceContext) -> float:
    """Cosine of question and sentence."""
    return s.cosine(s.place)


@feature
def passage_cosine(s: SentenceContext) -> float:
    """Cosine of question and passage."""
    return s.found.dense


@feature
def passage_lexical(s: SentenceContext) -> float:
    """BM25 score of the passage as a share of the question's best possible."""
    return s.found.lexical


@feature
def passage_behind(s: SentenceContext) -> float:
    """How far the passage's fused score is behind the best, 0 or less."""
    return s.found.score - s.question.best_score


@feature
def first_ranks(s: SentenceContext) -> float:
    """1 / rank of the passage."""
    return 1 / s.rank


@feature
def coverage(s: SentenceContext) -> float:
    """Share of the question's term weight in the sentence."""
    return s.question.share(s.covered)


@feature
def coverage_in_context(s: SentenceContext) -> float:
    """The same with the sentence before and the heading."""
    return s.question.share(s.covered_in_context)


@feature
def coverage_in_passage(s: SentenceContext) -> float:
    """The same of the whole passage with its heading."""
    return s.question.share(s.covered_in_passage)


@feature
def plain_coverage(s: SentenceContext) -> float:
    """Share of the question's terms in the sentence, every term counting alike."""
    return len(s.covered) / max(1, len(s.question.weights))


@feature
def heading_coverage(s: SentenceContext) -> float:
    """Share of the question's term weight in heading and title."""
    return s.question.share(s.covered_by_heading)


@feature
def cosine_before(s: SentenceContext) -> float:
    """Cosine of question and the sentence before."""
    return s.cosine(s.place - 1)


@feature
def cosine_after(s: SentenceContext) -> float:
    """Cosine of question and the sentence after."""
    return s.cosine(s.place + 1)


@feature
def word_pairs(s: SentenceContext) -> float:
    """Share of the question's neighbouring terms that are neighbours here."""
    asked = s.question.pairs
    return len(asked & pairs_of(terms(s.text))) / max(1, len(asked))


@feature
def kind_met(s: SentenceContext) -> float:
    """How well it can be the kind of answer expected, 0 to 1."""
    return s.traits.meets(s.question.expected)


@feature
def kind_met_in_context(s: SentenceContext) -> float:
    """kind_met times coverage_in_context."""
    return kind_met(s) * coverage_in_context(s)


@feature
def figures_shared(s: SentenceContext) -> float:
    """Share of the question's figures that stand here."""
    asked = s.question.expected.figures
    return len(asked & s.traits.figures) / max(1, len(asked))


@feature
def year_differs(s: SentenceContext) -> float:
    """1 if the question names years and the sentence, or else those before it, only others."""
    asked = s.question.expected.years
    return float(bool(asked and s.years and not asked & s.years))


@feature
def opposed(s: SentenceContext) -> float:
    """Whether it is about the opposite of what is asked: imports for exports."""
    return opposition(s.question.weights, s.text)


@feature
def elsewhere(s: SentenceContext) -> float:
    """Where a figure is asked for: names here that the question does not have, 0 to 1."""
    expected = s.question.expected
    return min(len(s.traits.names - expected.words), 3) / 3 * expected.amount


@feature
def heading_elsewhere(s: SentenceContext) -> float:
    """Where a figure is asked for: share of the heading's terms the question does not have."""
    return s.heading_elsewhere * s.question.expected.amount


@feature
def defining(s: SentenceContext) -> float:
    """Whether it defines the person or thing asked about."""
    return float(defines(s.text, s.question.expected.defined))


@feature
def heading(s: SentenceContext) -> float:
    """Whether it is a heading that does not give the figure asked for."""
    return float(is_heading(s.question.expected, s.sentence, s.traits))


@feature
def announcing(s: SentenceContext) -> float:
    """Whether it ends in a colon."""
    return float(s.traits.announcing)


@feature
def asking(s: SentenceContext) -> float:
    """Whether it is a question itself."""
    return float(s.traits.asking)


@feature
def length(s: SentenceContext) -> float:
    """Logarithm of its characters."""
    return log1p(len(s.text)) / 6


@reader_feature
def reader(s: SentenceContext) -> float:
    """Log-probability among all sentences read; unread ones get the lowest."""
    return s.reading[0]


@reader_feature
def reader_passage(s: SentenceContext) -> float:
    """Logit that the passage answers; unread ones get the lowest."""
    return s.reading[1]


@reader_feature
def in_span(s: SentenceContext) -> float:
    """Confidence of the reader in its best span, if that lies in this sentence."""
    return s.reading[2]
