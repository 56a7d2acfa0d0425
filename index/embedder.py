"""The seam of embedders: text to unit vectors."""

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
    """Texts to vectors of length 1; `name` identifies the model and its exact weights.

    `max_tokens` of a text are read, markers that the model adds not counted.
    """

    name: str
    dimension: int
    max_tokens: int

    def count(self, text: str) -> int:
        """Return the model's own tokens of a text, markers not counted."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), each of length 1."""
        ...

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, Vectors]:
        """Return the vectors of texts, and those of all their parts, given by offsets.

        Shapes (len(texts), dimension) and (all parts, dimension). Here a part is embedded alone.
        """
        both = zip(texts, parts, strict=True)
        return self.embed(texts), self.embed([t[s:e] for t, spans in both for s, e in spans])


def unit(vectors: Any) -> Vectors:
    """Return vectors, shape (n, dimension), made float32 and of length 1."""
    found = np.asarray(vectors, dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)
