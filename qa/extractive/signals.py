"""Signals of whether the best sentences answer a question, as numbers.

Each signal is a function of the evidence, registered under its name with the sign that its weight
must have, so that no quirk of a data set is learnt; 0: either.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.retriever import SearchableIndex
from index.words import terms
from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.sentence_traits import traits_of
from qa.language.names import name_terms
from qa.language.questions import FIGURED
from qa.language.units import missing_unit

TRIED = 4  # terms without which a question is tried
_CLAUSE = re.compile(r"[,;:]\s|\s(?=(?:and|while|but|with)\s)")


def find_unsupported(
    index: SearchableIndex, question: str, sentence: SentenceCandidate, lacking: Mapping[str, float]
) -> tuple[str, float]:
    """Return the term whose removal brings a question nearest to a sentence, and by how much.

    A term that the sentence expresses in other words brings the question nearer to it. The terms
    tried are those missing from the sentence, heaviest first.
    """
    tried = sorted(lacking, key=lambda term: -lacking[term])[:TRIED]
    if not tried:
        return "", 0.0
    texts = [" ".join(w for w in question.split() if term not in terms(w)) for term in tried]
    said = index.sentence_vectors(sentence.found)[sentence.place]
    nearer = index.embed_all(texts) @ said - float(index.embed(question) @ said)
    most = int(nearer.argmax())
    return tried[most], float(nearer[most])


def figures_apart(index: SearchableIndex, question: str, text: str) -> tuple[float, float]:
    """Return the distance of a question, and of the thing it counts, from clauses with figures."""
    clauses = [clause for clause in _CLAUSE.split(text) if traits_of(clause).tells_figure]
    figured = FIGURED.search(question)
    if not clauses:
        return 1.0, float(bool(figured))
    asked = [question, figured["what"]] if figured else [question]
    vectors = index.embed_all([*asked, *clauses])
    nearest = (vectors[: len(asked)] @ vectors[len(asked) :].T).max(axis=1)
    return 1 - float(nearest[0]), 1 - float(nearest[1]) if figured else 0.0


class SignalContext:
    """The evidence of a question, and the sentence that ranks best in it."""

    def __init__(
        self, index: SearchableIndex, evidence: Evidence, scores: NDArray[np.float32]
    ) -> None:
        """Take the evidence, and the scores of all candidates, shape (candidates,)."""
        self.index = index
        self.evidence = evidence
        self.expected = evidence.expected
        self._first = int(np.argsort(-scores, kind="stable")[0])
        self.best = evidence.candidates[self._first]
        self.traits = self.best.traits
        self.beside = [c for c in evidence.candidates if c.found is self.best.found]

    def feature(self, name: str) -> float:
        """Return a feature of the best-ranked sentence."""
        return float(self.evidence.feature(name)[self._first])

    @cached_property
    def lacking(self) -> dict[str, float]:
        """The question's terms, with their weights, that the sentence and its context lack."""
        weights = self.evidence.weights
        return {t: w for t, w in weights.items() if t not in self.best.covered_in_context}

    @cached_property
    def figures_apart(self) -> tuple[float, float]:
        """Where a figure is asked for: see `figures_apart`."""
        if not self.expected.amount:
            return 0.0, 0.0
        return figures_apart(self.index, self.evidence.question, self.best.text)


@dataclass(frozen=True, slots=True)
class Signal:
    """A named signal of a question, and the sign that its weight must have; 0: either."""

    name: str
    sign: int
    function: Callable[[SignalContext], float]


Function = Callable[[SignalContext], float]
SIGNALS: dict[str, Signal] = {}


def signal(sign: int) -> Callable[[Function], Function]:
    """Register a function of the evidence under its name."""

    def register(function: Function) -> Function:
        SIGNALS[function.__name__] = Signal(function.__name__, sign, function)
        return function

    return register


def signals(
    index: SearchableIndex, evidence: Evidence, scores: NDArray[np.float32]
) -> dict[str, float]:
    """Return all signals, where `scores`, shape (candidates,), rank the sentences."""
    context = SignalContext(index, evidence, scores)
    return {name: signal.function(context) for name, signal in SIGNALS.items()}


@signal(1)
def sentence_cosine(c: SignalContext) -> float:
    """Cosine of question and best-ranked sentence."""
    return c.feature("sentence_cosine")


@signal(-1)
def year_differs(c: SignalContext) -> float:
    """Whether it is about other years than the question."""
    return c.feature("year_differs")


@signal(-1)
def opposed(c: SignalContext) -> float:
    """Whether it is about the opposite of what is asked."""
    return c.feature("opposed")


@signal(1)
def best_cosine(c: SignalContext) -> float:
    """Cosine of question and the sentence nearest to it."""
    return float(c.evidence.feature("sentence_cosine").max())


@signal(0)
def terms_asked(c: SignalContext) -> float:
    """The number of terms of the question, at most twelve."""
    return min(len(c.evidence.weights), 12) / 12


@signal(-1)
def figure_apart(c: SignalContext) -> float:
    """Where a figure is asked for: 1 - cosine of the clause with figures nearest to it."""
    return c.figures_apart[0]


@signal(-1)
def figure_of(c: SignalContext) -> float:
    """1 - cosine of the thing counted and those clauses."""
    return c.figures_apart[1]


@signal(-1)
def uncounted(c: SignalContext) -> float:
    """Whether a count is asked for that the best-ranked sentence does not give."""
    return float(c.expected.kind == "count" and not (c.traits.counting or c.traits.counted))


@signal(-1)
def span_unmet(c: SignalContext) -> float:
    """Whether the reader's best span in its passage has no figure, though one is asked for."""
    marked = c.evidence.span_of(c.best)
    return float(bool(c.expected.figure and marked and marked.meets(c.expected) < 1))


@signal(-1)
def date_unmet(c: SignalContext) -> float:
    """Whether a date is asked for that the sentence does not give."""
    return float(c.expected.kind == "date" and c.traits.meets(c.expected) < 1)


@signal(-1)
def year_missing(c: SignalContext) -> float:
    """Whether the question names a year missing from the best passage, which has others."""
    years = frozenset[str]().union(*(other.traits.years for other in c.beside))
    return float(bool(c.expected.years and years and not c.expected.years & years))


@signal(-1)
def name_missing(c: SignalContext) -> float:
    """Whether a name in the question is missing from the best sentence and the one before."""
    return float(bool(name_terms(c.evidence.question) & c.lacking.keys()))


@signal(-1)
def unsupported(c: SignalContext) -> float:
    """How much nearer the question is to the sentence without its least supported term."""
    return find_unsupported(c.index, c.evidence.question, c.best, c.lacking)[1]


@signal(-1)
def unit_missing(c: SignalContext) -> float:
    """Whether the question names a unit that the best sentence and its neighbours lack."""
    near = " ".join(o.text for o in c.beside if abs(o.place - c.best.place) <= 1)
    return float(bool(missing_unit(c.evidence.question, near)))


@signal(1)
def answerable(c: SignalContext) -> float:
    """The reader's logit that the best passage answers."""
    return max((reading.answerable for reading in c.evidence.readings), default=0.0)


@signal(1)
def answerable_here(c: SignalContext) -> float:
    """The reader's logit that the best-ranked sentence's passage answers."""
    return c.feature("reader_passage")


@signal(1)
def span(c: SignalContext) -> float:
    """The reader's logit of the best span against none."""
    return max((reading.span_score for reading in c.evidence.readings), default=0.0)
