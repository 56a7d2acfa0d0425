"""A sentence-transformers model, and its one-time export to ONNX, which alone needs torch."""

import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from index.digests import digests_of, sealed
from index.embedder import MAX_TOKENS, MIN_TOKENS, Embedder, EmbedderError, Vectors, unit
from index.onnx_runtime import (
    FACTS,
    INPUTS,
    MODEL,
    OUTPUTS,
    QUICK,
    TOKENIZER,
    OnnxEmbedder,
    import_onnxruntime,
    set_threads,
)

BATCH = 32
TOLERANCE = 1e-5  # of any component, between the model and its export
# Cosine of a text's vectors in float32 and in int8, at least, or int8 is not used. MiniLM has
# 0.992; with 7 bits, for processors whose sums of 8 would saturate, 0.986, and hit@1 fell by 0.02.
ALIKE = 0.99
OPSET = 17
NOT_LOADED = 3  # exit status of an export whose model cannot be loaded
PROBES = (
    "Exports rose.",
    "In 2023, the EXPORT of 5.221 million vehicles grew by 57.4 %; São Paulo’s fell.",
    "",
    "外贸 🚀 \u200b x",
    "A passage that goes on and on, longer than any model reads. " * 40,
)


class SentenceTransformerEmbedder(Embedder):
    """A sentence-transformers model, loaded at once; slow to start because it needs torch."""

    def __init__(self, source: str, name: str, max_tokens: int) -> None:
        """Load the model at path or hub name `source`; read at most `max_tokens` of a text.

        Raises:
            EmbedderError: it has no fast tokenizer, or reads too few tokens.
        """
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading weights: ours tells of the whole work
        self.model = SentenceTransformer(source, device="cpu")
        fast = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if fast is None:
            raise EmbedderError(f"{source!r} has no fast tokenizer; choose another model")
        # A copy: encoding sets truncation on the model's own, which would cut the count.
        self.tokenizer = Tokenizer.from_str(fast.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.name = name
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.reads = int(self.model.max_seq_length or max_tokens)  # markers included
        markers = self.tokenizer.num_special_tokens_to_add(is_pair=False)
        self.max_tokens = min(self.reads, max_tokens) - markers
        if self.max_tokens < MIN_TOKENS:
            raise EmbedderError(f"{source!r} reads {self.max_tokens} tokens; choose another model")

    def count(self, text: str) -> int:
        """Return the number of the model's own tokens in a text, special tokens excluded."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(
            self.model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            ),
            dtype=np.float32,
        )


def export(embedder: SentenceTransformerEmbedder, folder: Path) -> None:
    """Export the model into `folder` for OnnxEmbedder, and check that the vectors agree.

    Uses torch's older exporter: six times as fast as the newer one for the same graph.

    Raises:
        OSError, EmbedderError: with the reason; also whatever a foreign model raises.
    """
    features = embedder.model.preprocess(list(PROBES[:2]))  # of two lengths: padding is traced
    inputs = [name for name in INPUTS if name in features]
    tokenizer = embedder.tokenizer
    own = embedder.model.tokenizer
    tokenizer.enable_truncation(embedder.reads, direction=own.truncation_side)
    tokenizer.save(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    means = _takes_means(embedder.model)
    with TemporaryDirectory(dir=folder) as place:
        graph, quick = Path(place, MODEL), Path(place, QUICK)
        _write_graph(embedder.model, features, inputs, OUTPUTS[: 1 + means], graph)
        _optimize(graph, folder / MODEL)
        if means:
            _quantize(graph, quick)
            _optimize(quick, folder / QUICK)
    facts = {
        "name": embedder.name,
        "dimension": embedder.dimension,
        "max_tokens": embedder.max_tokens,
        "inputs": inputs,
        "means": means,
    }
    exported = _open(folder, facts)
    if means:
        texts = [text for text in PROBES if text]
        found, _ = exported.embed_parts(texts, [()] * len(texts))
        if not (found * exported.embed(texts)).sum(axis=1).min() >= ALIKE:
            (folder / QUICK).unlink()
            exported = _open(folder, facts)
    difference = float(np.abs(exported.embed(PROBES) - embedder.embed(PROBES)).max())
    if not difference <= TOLERANCE:
        raise EmbedderError(f"its export differs by {difference:.1g}, more than {TOLERANCE}")


def _open(folder: Path, facts: dict[str, Any]) -> OnnxEmbedder:
    """Write the description that OnnxEmbedder needs of a folder's graphs, and open it."""
    (folder / FACTS).unlink(missing_ok=True)
    facts = facts | {"files": digests_of(folder)}
    (folder / FACTS).write_text(sealed(facts), encoding="utf-8")

    def refuse(damaged: str) -> None:
        raise EmbedderError(f"{damaged} was not written correctly")

    return OnnxEmbedder(folder, refuse)


def _takes_means(model: Any) -> bool:
    """Tell whether a text's vector is the normalised mean of its tokens' states."""
    import torch

    with torch.no_grad():
        found = model(model.preprocess(list(PROBES)))
    states, vectors = found.get("token_embeddings"), found["sentence_embedding"]
    if states is None or states.shape[-1] != vectors.shape[-1]:
        return False
    means = (states * found["attention_mask"][..., None]).sum(1).numpy()  # but for their length
    return float(np.abs(unit(means) - unit(vectors.numpy())).max()) <= TOLERANCE


def _write_graph(
    model: Any, features: dict[str, Any], inputs: list[str], outputs: Sequence[str], path: Path
) -> None:
    """Write the ONNX graph from word pieces to the text's vector, and to their states if wanted."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
            found = self.model(dict(zip(inputs, values, strict=True)))
            names = ("sentence_embedding", "token_embeddings")
            return tuple(found[name] for name in names[: len(outputs)])

    axes = {name: {0: "texts", 1: "pieces"} for name in (*inputs, *outputs[1:])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what tracing fixes is checked by its vectors
        torch.onnx.export(
            Graph().eval(),
            tuple(features[name] for name in inputs),
            str(path),
            input_names=inputs,
            output_names=list(outputs),
            dynamic_axes=axes | {outputs[0]: {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _quantize(graph: Path, path: Path) -> None:
    tools = import_onnxruntime("onnxruntime.quantization")
    tools.quantize_dynamic(graph, path, per_channel=True, weight_type=tools.QuantType.QInt8)


def _optimize(graph: Path, path: Path) -> None:
    """Write a graph with its optimizations done, to save every start the time."""
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def main() -> None:
    """Export the model given on the command line: its source, its name, and an existing folder."""
    set_threads()
    logging.disable(logging.WARNING)  # how else a graph could be quantized
    source, name, folder = sys.argv[1:]
    status = NOT_LOADED
    try:
        model = SentenceTransformerEmbedder(source, name, MAX_TOKENS)
        status = 1
        export(model, Path(folder))
    except Exception as error:  # noqa: BLE001  told by the process that asked
        sys.stderr.write(" ".join(str(error).split()) or type(error).__name__)
        sys.exit(status)


if __name__ == "__main__":
    main()
