"""Embedders for tests."""

import hashlib
import string
from collections.abc import Sequence

import numpy as np

from index.embedder import Embedder, Vectors


class WordEmbedder(Embedder):
    """A bag of hashed words as a unit vector: deterministic, quick, and it counts its work."""

    name = "words"
    dimension = 64
    max_tokens = 60

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                digest = hashlib.sha256(word.strip(string.punctuation).encode()).digest()
                vector[digest[0] % self.dimension] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / norms, dtype=np.float32)
