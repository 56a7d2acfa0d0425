"""The fitted weights that rank sentences."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.features import FEATURES

FILE = Path(__file__).parent / "ranking.json"


@dataclass(frozen=True, slots=True)
class Ranking:
    """A linear score: exp(score), normalised over all candidates, is the chance to answer."""

    weights: NDArray[np.float32]

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a score a row, shape (sentences,); features have shape (sentences, FEATURES)."""
        return features @ self.weights


@lru_cache(maxsize=2)
def load_ranking(with_reader: bool) -> Ranking:
    """Read the weights that `python -m qa.fit` stored."""
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return Ranking(np.array([data["weights"][name] for name in FEATURES], dtype=np.float32))
