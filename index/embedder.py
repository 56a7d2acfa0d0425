"""The embedder protocol: text to unit vectors."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import FootnoteError

Vectors = NDArray[np.float32]
Span = tuple[int, int]  # character offsets
MAX_TOKENS = 256  # a passage is no longer, whatever more a model reads
MIN_TOKENS = 24  # a model that reads less cannot hold a sentence


class EmbedderError(FootnoteError):
    """An embedding model that cannot be used; the message says what to do."""


class Embedder(Protocol):
    """Maps texts to unit vectors; `name` identifies the model and its exact weights.

    `max_tokens` of a text are read, special tokens excluded.
    """

    name: str
    dimension: int
    max_tokens: int

    def count(self, text: str) -> int:
        """Return the number of the model's own tokens in a text, special tokens excluded."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension)."""
        ...

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, Vectors]:
        """Return the vectors of texts, and those of all their parts, given by offsets.

        Shapes (len(texts), dimension) and (all parts, dimension). By default each part is
        embedded alone.
        """
        both = zip(texts, parts, strict=True)
        return self.embed(texts), self.embed([t[s:e] for t, spans in both for s, e in spans])


def unit(vectors: Any) -> Vectors:
    """Return vectors, shape (n, dimension), as float32 of length 1."""
    found = np.asarray(vectors, dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)
