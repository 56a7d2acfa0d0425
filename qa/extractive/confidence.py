"""How likely it is that the documents answer a question."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.retriever import SearchableIndex
from index.words import terms
from qa.extractive.features import FEATURES, Evidence, SentenceCandidate
from qa.extractive.sentence_traits import traits_of
from qa.language.names import name_terms
from qa.language.questions import FIGURED
from qa.language.units import missing_unit

FILE = Path(__file__).parent / "confidence.json"
TRIED = 4  # terms without which a question is tried
SIGNALS = {  # with the sign a weight must have, so that no quirk of a set is learnt; 0: either
    "sentence_cosine": 1,  # of the best-ranked sentence
    "year_differs": -1,
    "opposed": -1,
    "best_cosine": 1,  # of any sentence
    "terms": 0,  # how many terms the question has
    "figure_apart": -1,  # a figure is asked for: 1 - cosine of the clause with figures next to it
    "figure_of": -1,  # 1 - cosine of what the figure should be of and those clauses
    "uncounted": -1,  # a number of things is asked for that the best-ranked sentence does not have
    "span_unmet": -1,  # the reader's best span in its passage is no figure, though one is asked for
    "date_unmet": -1,
    "year_missing": -1,  # the question names a year that the best passage does not, though others
    "name_missing": -1,  # a name in the question stands neither in the best sentence nor before it
    "unsupported": -1,  # how much nearer the question is to the sentence without its oddest term
    "unit_missing": -1,  # the question names a unit that the best sentence and its neighbours lack
    "answerable": 1,  # the reader: best passage's logit that it answers
    "answerable_here": 1,  # the reader: that of the best-ranked sentence's passage
    "span": 1,  # the reader: best span's logit over none
}
MISMATCHED = 0.2  # at most, where what would be cited cannot be what was asked
BEST = ("sentence_cosine", "year_differs", "opposed")
_CLAUSE = re.compile(r"[,;:]\s|\s(?=(?:and|while|but|with)\s)")


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic model of signals, and the threshold below which to decline."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float
    table: Sequence[Mapping[str, float]] = ()  # what other thresholds would decline

    def probability(self, values: Mapping[str, float]) -> float:
        """Return the probability that the documents answer, 0 to 1."""
        total = self.intercept + sum(self.weights[name] * values[name] for name in SIGNALS)
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def find_unsupported(
    index: SearchableIndex, question: str, sentence: SentenceCandidate, lacking: Mapping[str, float]
) -> tuple[str, float]:
    """Return the term without which a question comes nearest to a sentence, and how much nearer.

    A term that the sentence says in other words brings the question nearer to it. Terms are tried
    that it does not have itself, heaviest first.
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
    """Return how far a question, and what it wants a figure of, is from any clause with figures."""
    clauses = [clause for clause in _CLAUSE.split(text) if traits_of(clause).tells_figure]
    figured = FIGURED.search(question)
    if not clauses:
        return 1.0, float(bool(figured))
    asked = [question, figured["what"]] if figured else [question]
    vectors = index.embed_all([*asked, *clauses])
    nearest = (vectors[: len(asked)] @ vectors[len(asked) :].T).max(axis=1)
    return 1 - float(nearest[0]), 1 - float(nearest[1]) if figured else 0.0


def signals(
    index: SearchableIndex, evidence: Evidence, scores: NDArray[np.float32]
) -> dict[str, float]:
    """Return what tells whether the best sentences answer the question."""
    order = np.argsort(-scores, kind="stable")
    best = evidence.candidates[order[0]]
    column = {name: i for i, name in enumerate(FEATURES)}
    features, weights = evidence.features, evidence.weights
    beside = [c for c in evidence.candidates if c.found is best.found]
    years = frozenset().union(*(c.traits.years for c in beside))
    near = " ".join(c.text for c in beside if abs(c.place - best.place) <= 1)
    expected, traits = evidence.expected, best.traits
    marked = evidence.span_of(best)
    apart = figures_apart(index, evidence.question, best.text) if expected.amount else (0.0, 0.0)
    lacking = {t: w for t, w in weights.items() if t not in best.covered_in_context}
    names = name_terms(evidence.question)
    values = {name: float(features[order[0], column[name]]) for name in BEST}
    return values | {
        "best_cosine": float(features[:, column["sentence_cosine"]].max()),
        "terms": min(len(weights), 12) / 12,
        "figure_apart": apart[0],
        "figure_of": apart[1],
        "uncounted": float(expected.kind == "count" and not (traits.counting or traits.counted)),
        "span_unmet": float(bool(expected.figure and marked and marked.meets(expected) < 1)),
        "date_unmet": float(expected.kind == "date" and traits.meets(expected) < 1),
        "year_missing": float(bool(expected.years and years and not expected.years & years)),
        "name_missing": float(bool(names & lacking.keys())),
        "unsupported": find_unsupported(index, evidence.question, best, lacking)[1],
        "unit_missing": float(bool(missing_unit(evidence.question, near))),
        "answerable": max((reading.answerable for reading in evidence.readings), default=0.0),
        "answerable_here": float(features[order[0], column["reader_passage"]]),
        "span": max((reading.span_score for reading in evidence.readings), default=0.0),
    }


@lru_cache(maxsize=2)
def load_confidence(with_reader: bool) -> Confidence:
    """Read the model that `python -m qa.training.fit` stored."""
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return Confidence(data["weights"], data["intercept"], data["threshold"], data.get("table", ()))
