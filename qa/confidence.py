"""How likely it is that the documents answer a question."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.retriever import SearchableIndex
from qa.features import FEATURES, Evidence
from qa.kinds import lacks_unit

FILE = Path(__file__).parent / "confidence.json"
TOP = 3
BEST = (  # features of the best-ranked sentence
    "sentence_cosine",
    "passage_cosine",
    "passage_lexical",
    "coverage",
    "coverage_in_context",
    "coverage_in_passage",
    "kind_met",
    "other_year",
    "figures_shared",
)
SIGNALS = (
    *BEST,
    "best_chance",  # of the best-ranked sentence among all
    "best_cosine",  # of any sentence
    "kind_met_top",  # by any of the first three
    "unknown",  # share of the question's term weight that the corpus does not have
    "missing",  # weight share of the heaviest term that the best passage does not have
    "terms",  # how many terms the question has
    "settling",  # a matter of fact: not a list, an account or a summary
    "unknown_settling",
    "missing_settling",
    "kind_unmet",  # a figure or date is asked for that the best-ranked sentence does not have
    "year_missing",  # the question names a year that the best passage does not, though others
    "unit_missing",  # the question names a unit that the best sentence and its neighbours lack
    "answerable",  # the reader: best passage's logit that it answers
    "answerable_here",  # the reader: that of the best-ranked sentence's passage
    "span",  # the reader: best span's logit over none
    "span_settling",
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic model of signals, and the threshold below which to decline."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, values: Mapping[str, float]) -> float:
        """Return the probability that the documents answer, 0 to 1."""
        total = self.intercept + sum(self.weights[name] * values[name] for name in SIGNALS)
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def signals(
    index: SearchableIndex, evidence: Evidence, scores: NDArray[np.float32]
) -> dict[str, float]:
    """Return what tells whether the best sentences answer the question."""
    order = np.argsort(-scores, kind="stable")
    best = evidence.candidates[order[0]]
    column = {name: i for i, name in enumerate(FEATURES)}
    features, weights = evidence.features, evidence.weights
    total = sum(weights.values()) or 1.0
    beside = [c for c in evidence.candidates if c.found is best.found]
    in_passage = frozenset().union(*(c.covered_in_context for c in beside))
    years = frozenset().union(*(c.offer.years for c in beside))
    near = " ".join(c.text for c in beside if abs(c.place - best.place) <= 1)
    wanted = evidence.wanted
    missing = max((w for t, w in weights.items() if t not in in_passage), default=0.0) / total
    unknown = sum(w for t, w in weights.items() if not index.lexical.knows(t)) / total
    settling = float(not (wanted.several or wanted.explained))
    span = max((reading.span_score for reading in evidence.readings), default=0.0)
    values = {name: float(features[order[0], column[name]]) for name in BEST}
    return values | {
        "best_chance": float(1 / np.exp(scores - scores.max()).sum()),
        "best_cosine": float(features[:, column["sentence_cosine"]].max()),
        "kind_met_top": float(features[order[:TOP], column["kind_met"]].max()),
        "unknown": unknown,
        "missing": missing,
        "terms": min(len(weights), 12) / 12,
        "settling": settling,
        "unknown_settling": unknown * settling,
        "missing_settling": missing * settling,
        "kind_unmet": float(wanted.figure and best.offer.meets(wanted) < 1),
        "year_missing": float(bool(wanted.years and years and not wanted.years & years)),
        "unit_missing": float(lacks_unit(evidence.question, near)),
        "answerable": max((reading.answerable for reading in evidence.readings), default=0.0),
        "answerable_here": float(features[order[0], column["reader_passage"]]),
        "span": span,
        "span_settling": span * settling,
    }


@lru_cache(maxsize=2)
def load_confidence(with_reader: bool) -> Confidence:
    """Read the model that `python -m qa.fit` stored."""
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return Confidence(data["weights"], data["intercept"], data["threshold"])
