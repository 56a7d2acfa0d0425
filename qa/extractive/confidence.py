"""The probability that the documents answer a question: a logistic model of signals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from qa.extractive.signals import SIGNALS

FILE = Path(__file__).parent / "confidence.json"
MISMATCHED = 0.2  # at most, where what would be cited cannot be what was asked


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


@lru_cache(maxsize=2)
def load_confidence(with_reader: bool) -> Confidence:
    """Load the model written by `python -m qa.training.fit`."""
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return Confidence(data["weights"], data["intercept"], data["threshold"], data.get("table", ()))
