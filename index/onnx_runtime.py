"""Exported models served by onnxruntime: threads, sessions, and the embedder they make."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index.digests import CheckedFolder, Damage, unsealed
from index.embedder import Embedder, EmbedderError, Span, Vectors, unit

Item = TypeVar("Item")
Result = TypeVar("Result")
MODEL, QUICK = "model.onnx", "passages.onnx"  # of an exported model; the second is int8
TOKENIZER, FACTS = "tokenizer.json", "facts.json"
OUTPUTS = ("vectors", "states")
THREADS = min(4, os.cpu_count() or 1)
_asking = ThreadPoolExecutor(THREADS, "asking")
_indexing = ThreadPoolExecutor(THREADS, "indexing")  # apart: a question waits for no batch of them
INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


def set_threads() -> None:
    """Make idle numeric threads sleep, not spin: two that spin under load take forty times as long.

    Must run before torch is imported; variables already set are kept.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))


def run_each(
    run: Callable[[Item], Result], items: Sequence[Item], threads: ThreadPoolExecutor = _asking
) -> Iterator[Result]:
    """Yield the result of `run` for each item, as many at a time as there are threads.

    One thread per item: threads that share a text wait for the slowest, which takes several times
    as long under load.
    """
    return map(run, items) if len(items) < 2 else threads.map(run, items)


def import_onnxruntime(part: str = "onnxruntime") -> Any:
    """Import onnxruntime, or a part of it, without its telemetry.

    From 1.29 on it sends telemetry to its maker unless this variable is set before it is
    loaded: https://github.com/microsoft/onnxruntime/pull/27379. Loading takes 0.2 s.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return import_module(part)


class OnnxEmbedder(Embedder):
    """An exported model in a folder; it loads in the background."""

    def __init__(self, folder: Path, mend: Callable[[str], None]) -> None:
        """Open it; `mend` is called with the name of a damaged file, to write the files again.

        Raises:
            OSError, Damage: the folder holds no export, or a damaged one.
        """
        facts = read_facts(folder)
        self.name = str(facts["name"])
        self.dimension = int(facts["dimension"])
        self.max_tokens = int(facts["max_tokens"])
        self._inputs: list[str] = facts["inputs"]
        self._means = bool(facts["means"])
        loading = ThreadPoolExecutor(1)
        self._loaded = loading.submit(_load, folder, CheckedFolder(folder, facts["files"]), mend)
        loading.shutdown(wait=False)
        self._reader = folder / (QUICK if QUICK in facts["files"] else MODEL)

    @cached_property
    def _reading(self) -> Any:
        """The session that reads passages."""
        session, _, _ = self._loaded.result()  # by then the files were checked
        return session if self._reader.name == MODEL else _session(self._reader)

    def count(self, text: str) -> int:
        """Return the number of the model's own tokens in a text, special tokens excluded."""
        _, _, counting = self._loaded.result()
        return len(counting.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension)."""
        session, tokenizer, _ = self._loaded.result()
        found = self._run(session, tokenizer.encode_batch(list(texts)), OUTPUTS[:1])
        return unit(np.array([own for (own,) in found]).reshape(-1, self.dimension))

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, Vectors]:
        """Return the vectors of texts, and those of all their parts, given by offsets.

        Shapes (len(texts), dimension) and (all parts, dimension). If a text's vector is the
        mean of its tokens' states, a part's is the mean of its own tokens' states: the text is
        read once, and its parts in their context (arXiv:2409.04701). A part without a token gets
        the text's vector. Both use int8 where that gives nearly the same vectors.
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

        Each is read alone, without padding: in int8 a text's vector would depend on the rest of
        its batch.
        """

        def run(encoding: Any) -> list[Any]:
            names = self._inputs
            inputs = {name: np.array([getattr(encoding, INPUTS[name])], np.int64) for name in names}
            return [output[0] for output in session.run(outputs, inputs)]

        return run_each(run, encodings, threads)


@contextmanager
def _refuse_damaged(folder: Path) -> Iterator[None]:
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
    with _refuse_damaged(path.parent):
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def read_facts(folder: Path) -> dict[str, Any]:
    """Return the description of an export.

    Raises:
        OSError, Damage: it is missing or damaged.
    """
    return unsealed((folder / FACTS).read_bytes(), FACTS)


def find_damage(folder: Path) -> str:
    """Return the name of a damaged file of an export, "" if there is none.

    Raises:
        OSError: it is missing.
    """
    try:
        facts = read_facts(folder)
    except Damage:
        return FACTS
    return next(CheckedFolder(folder, facts["files"]).damaged(), "")


def _load(folder: Path, files: CheckedFolder, mend: Callable[[str], None]) -> tuple[Any, Any, Any]:
    """Return the session, a tokenizer that truncates as the model does, and one that counts.

    No native code reads a file before its digest has been checked.
    """
    with ThreadPoolExecutor(1) as checking, _refuse_damaged(folder):
        damage = checking.submit(next, files.damaged(), "")
        import_onnxruntime()  # slow to import, both
        tokenizers = import_module("tokenizers")
        if damaged := damage.result():
            mend(damaged)
    session = _session(folder / MODEL)
    with _refuse_damaged(folder):
        reading, counting = (
            tokenizers.Tokenizer.from_file(str(folder / TOKENIZER)) for _ in range(2)
        )
    counting.no_truncation()
    return session, reading, counting
