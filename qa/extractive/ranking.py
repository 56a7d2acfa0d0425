"""Ranking of sentences by fitted weights of their features."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.extractive.features import FEATURES

FILE = Path(__file__).parent / "ranking.json"


@lru_cache(maxsize=2)
def load_ranking(with_reader: bool) -> NDArray[np.float32]:
    """Load the weights of FEATURES written by `python -m qa.training.fit`.

    exp(features @ weights), normalised over all candidates, is the probability to answer.
    """
    data = json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "none"]
    return np.array([data["weights"][name] for name in FEATURES], dtype=np.float32)
