"""A sentence-transformers model itself, and its export to ONNX: done once, then torch rests."""

import io
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import (
    FACTS,
    INPUTS,
    MODEL,
    TOKENIZER,
    EmbedderError,
    OnnxEmbedder,
    Vectors,
    import_onnxruntime,
)

BATCH = 32
TOLERANCE = 1e-5  # of any component, between the model and its export
OPSET = 17
PROBES = (
    "Exports rose.",
    "In 2023, the EXPORT of 5.221 million vehicles grew by 57.4 %; São Paulo’s fell.",
    "",
    "外贸 🚀 \u200b x",
    "A passage that goes on and on, longer than any model reads. " * 40,
)


class SentenceTransformerEmbedder:
    """A sentence-transformers model, loaded at once; slow to start: it needs torch."""

    def __init__(self, source: str, name: str, max_tokens: int) -> None:
        """Load the model at path or hub name `source`; read at most `max_tokens` of a text.

        Raises:
            EmbedderError: it has no fast tokenizer.
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

    def count(self, text: str) -> int:
        """Return the model's own tokens of a text, markers not counted."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), each of length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(
            self.model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            ),
            dtype=np.float32,
        )


def export(embedder: SentenceTransformerEmbedder, folder: Path) -> None:
    """Write the model into `folder` as OnnxEmbedder opens it, and check that the vectors agree.

    Torch's older exporter is taken: six times as fast as the newer one for the same graph.

    Raises:
        OSError: the folder cannot be written.
        EmbedderError: with the reason.
    """
    try:
        _export(embedder, folder)
    except OSError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise EmbedderError(f"it cannot be exported: {reason}") from error
    exported = OnnxEmbedder(folder)
    for texts in (PROBES, PROBES[:1]):
        difference = float(np.abs(exported.embed(texts) - embedder.embed(texts)).max())
        if not difference <= TOLERANCE:
            raise EmbedderError(f"its export differs by {difference:.1g}, more than {TOLERANCE}")


def _export(embedder: SentenceTransformerEmbedder, folder: Path) -> None:
    features = embedder.model.preprocess(list(PROBES[:2]))  # of two lengths: padding is traced
    inputs = [name for name in INPUTS if name in features]
    tokenizer = embedder.tokenizer
    own = embedder.model.tokenizer
    tokenizer.enable_truncation(embedder.reads, direction=own.truncation_side)
    tokenizer.enable_padding(
        direction=own.padding_side,
        pad_id=own.pad_token_id,
        pad_type_id=own.pad_token_type_id,
        pad_token=own.pad_token,
    )
    tokenizer.save(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    _write_graph(embedder.model, features, inputs, folder / MODEL)
    facts = {
        "name": embedder.name,
        "dimension": embedder.dimension,
        "max_tokens": embedder.max_tokens,
        "inputs": inputs,
        "bytes": (folder / MODEL).stat().st_size,
    }
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _write_graph(model: Any, features: dict[str, Any], inputs: list[str], path: Path) -> None:
    """Write the ONNX graph from word pieces to the sentence's vector."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            found = self.model(dict(zip(inputs, values, strict=True)))
            vectors: torch.Tensor = found["sentence_embedding"]
            return vectors

    buffer = io.BytesIO()
    axes = {name: {0: "texts", 1: "pieces"} for name in inputs} | {"vectors": {0: "texts"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what tracing fixes is checked by its vectors
        torch.onnx.export(
            Graph().eval(),
            tuple(features[name] for name in inputs),
            buffer,  # type: ignore[arg-type]  # as good as a path
            input_names=inputs,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    # With its optimizations done, which would cost every start some time.
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(buffer.getvalue(), options, providers=["CPUExecutionProvider"])
