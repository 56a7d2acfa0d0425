"""Ranking of sentences by fitted weights of their features."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.features import FEATURES

RUNNERS_UP = 8  # sentences among which a fuller one is looked for
FULLER = 0.2  # share of a question's words that it has beyond those of the best
RIVAL = 0.3  # of the best one's chance: a fuller sentence that may be the answer
MET = 0.5  # from which the best gives some figure: of another kind, but perhaps the one asked for
FILE = Path(__file__).parent / "ranking.json"


@lru_cache(maxsize=2)
def load_ranking(with_reader: bool) -> NDArray[np.float32]:
    """Load the weights of FEATURES written by `python -m qa.training.fit`.

    exp(features @ weights), normalised over all candidates, is the probability to answer.
    """
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return np.array([data["weights"][name] for name in FEATURES], dtype=np.float32)


def prefer_fuller(
    evidence: Evidence, ranked: list[tuple[SentenceCandidate, float]]
) -> list[tuple[SentenceCandidate, float]]:
    """Return the sentences with a runner-up first that has all that the best has, and more.

    More words of the question, by their weight; or the figure or date asked for.
    """
    best, surest = ranked[0]
    expected, weights = evidence.expected, evidence.weights
    total = sum(weights.values()) or 1.0
    met = best.traits.meets(expected)
    for n, (other, chance) in enumerate(ranked[1:RUNNERS_UP], 1):
        more = other.covered_in_context - best.covered_in_context
        fuller = sum(weights[t] for t in more) >= FULLER * total and chance >= RIVAL * surest
        meets = expected.figure and met < MET and other.traits.meets(expected) == 1
        same = best.covered_in_context <= other.covered_in_context
        same = same and other.traits.meets(expected) >= met
        if same and (fuller or meets) and not (other.sentence.heading or other.traits.announcing):
            behind = [(best, chance), *ranked[1:n], *ranked[n + 1 :]]
            return [(other, surest), *sorted(behind, key=lambda item: -item[1])]
    return ranked
