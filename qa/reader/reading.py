"""The reader protocol: from passages to sentence scores, answerability and answer spans."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import FootnoteError

MAX_SPAN_TOKENS = 30
NEUTRAL = 0.0  # logit of what a cross-encoder says nothing of
Logits = npt.NDArray[np.float32]
NO_PIECES: Logits = np.empty((0, 4), dtype=np.float32)
Span = tuple[int, int, float]  # character offsets and a score


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """A passage to read; `sentences` are character offsets into `text`, in order."""

    heading: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's output for one passage; every score is a logit, higher is better.

    `pieces` has a row for each word piece: its offsets, and its scores as start and as end.
    """

    sentence_scores: tuple[float, ...]
    answerable: float
    span: tuple[int, int] | None
    span_score: float
    pieces: Logits = field(default_factory=lambda: NO_PIECES, compare=False, repr=False)

    def span_in(self, start: int, end: int, whole: bool = False) -> Span | None:
        """Return the best span within a stretch, or the `whole` stretch; None if not read."""
        inside = self.pieces[(self.pieces[:, 0] >= start) & (self.pieces[:, 1] <= end)]
        if not len(inside):
            return None
        if whole:
            return start, end, float(inside[0, 2] + inside[-1, 3])
        first, last, score = best_span(inside[:, 2], inside[:, 3])
        return int(inside[first, 0]), int(inside[last, 1]), score


def best_span(start: Logits, end: Logits) -> tuple[int, int, float]:
    """Return the span of at most MAX_SPAN_TOKENS word pieces with the highest sum of logits."""
    total = start[:, None] + end[None, :]
    reach = np.subtract.outer(np.arange(len(end)), np.arange(len(start))).T
    total = np.where((reach >= 0) & (reach < MAX_SPAN_TOKENS), total, -np.inf)
    first, last = divmod(int(np.argmax(total)), len(end))
    return first, last, float(total[first, last])


class ReaderError(FootnoteError):
    """A reader that cannot be used; the message says what to do."""


class Reader(Protocol):
    """Reads passages; one that `judges` tells whether a passage answers, and where.

    Any other gives sentence scores only: no span, and logits of 0.
    """

    judges: bool

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        """Read each passage for the question; the same order, one reading each."""
        ...
