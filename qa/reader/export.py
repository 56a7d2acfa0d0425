"""Write the trained reader as ONNX: in float beside the checkpoints, in int8 for the repository.

Needs the package onnx (requirements-dev.txt), which running the reader does not.
"""

# ruff: noqa: T201 (part of a command line)
from __future__ import annotations

import warnings
from hashlib import sha256
from pathlib import Path

import torch

from index.embedder import import_onnxruntime
from qa.reader.reader import ReaderInput, load_tokenizer, pad, windows
from qa.reader.train import ReaderModel

LIMIT_MB = 25.0
OPSET = 17


def export(model: ReaderModel, folder: Path, scratch: Path) -> None:
    """Write `scratch`/float/model.onnx and, int8 per channel, `folder`/model.onnx with its hash."""
    plain, final = scratch / "float" / "model.onnx", folder / "model.onnx"
    for path in (plain, final):
        path.parent.mkdir(parents=True, exist_ok=True)
    passage = ReaderInput("Trade", "It rained. Exports grew.", ((0, 10), (11, 24)))
    split = windows(load_tokenizer(), "Did exports grow?", [passage, passage])
    example = {n: torch.from_numpy(a) for n, a in pad([w for part in split for w in part]).items()}
    model.encoder.set_attn_implementation("eager")  # a smaller graph, read a little faster
    size = {0: "windows", 1: "pieces"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing: no branch hangs on the input
        torch.onnx.export(
            model.eval(),
            tuple(example.values()),
            plain,
            input_names=list(example),
            output_names=["tokens", "whole"],
            dynamic_axes=dict.fromkeys([*example, "tokens"], size) | {"whole": {0: "windows"}},
            opset_version=OPSET,
            dynamo=False,  # the newer exporter's graph is no faster and takes another package
        )
    quantization = import_onnxruntime("onnxruntime.quantization")
    int8 = quantization.QuantType.QInt8
    quantization.quantize_dynamic(plain, final, per_channel=True, weight_type=int8)
    megabytes = final.stat().st_size / 1e6
    digest = sha256(final.read_bytes()).hexdigest()
    (folder / "model.sha256").write_text(f"{digest}  model.onnx\n", encoding="utf-8")
    print(f"{final}: {megabytes:.1f} MB, sha256 {digest}")
    if megabytes > LIMIT_MB:
        raise SystemExit(f"the model has {megabytes:.1f} MB, more than {LIMIT_MB}")
