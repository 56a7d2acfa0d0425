"""Measure a reader where it was not trained, within the project's own retrieval and ranking.

Each set of `qa.fit` but the project's own and that with incomplete answers; where all questions
can be answered, they come again with the sentences that answer cut from the documents.
"""

# ruff: noqa: T201 (part of a command line)
from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from index.build import open_index
from index.settings import Settings, read_settings
from qa.confidence import load_confidence
from qa.features import FEATURES, load_ranking
from qa.fit import GENERAL, OWN, Weighed, read_groups, weigh, without_answers
from qa.questions import QuestionGroup
from qa.reader.reader import OnnxReader, Reader

RESAMPLES = 1000
SUM = ("sentence", "span", "cosine")  # weighed alike, in units of their spread: nothing fitted

Interval = tuple[float, float, float]
Rows = dict[str, npt.NDArray[np.float64]]


def interval(values: Any, mean: Callable[[Any], float]) -> Interval:
    """A statistic of rows with its 95 % bootstrap interval."""
    array, rng = np.array(values), np.random.default_rng(1)
    draws = [mean(array[rng.integers(0, len(array), len(array))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return mean(array), float(low), float(high)


def _average(rows: Any) -> float:
    return float(rows.mean())


def _auroc(rows: Any) -> float:
    both = 0 < rows[:, 1].sum() < len(rows)
    return float(roc_auc_score(rows[:, 1], rows[:, 0])) if both else float("nan")


def _hits(w: Weighed) -> dict[str, float]:
    """Whether the best sentence, and one of the best three, holds the answer."""
    by = {
        "without": w.evidence.features @ load_ranking(False),
        "reader": w.evidence.features[:, FEATURES.index("reader")],
        "with": w.evidence.features @ load_ranking(True),
    }
    best = {name: w.right[np.argsort(-scores, kind="stable")] for name, scores in by.items()}
    return {f"hit@{k} {name}": float(b[:k].any()) for k in (1, 3) for name, b in best.items()}


def _signals(w: Weighed) -> dict[str, float]:
    """What tells whether the documents answer: the highest of any passage or sentence."""
    ranking, confidence = load_ranking(True), load_confidence(True)
    readings = w.evidence.readings
    return {
        "sentence": max(max(r.sentence_scores) for r in readings),
        "answerable": max(r.answerable for r in readings),
        "span": max(r.span_score for r in readings),
        "cosine": float(w.evidence.features[:, FEATURES.index("sentence_cosine")].max()),
        "confidence": confidence.probability(w.signals(w.evidence.features @ ranking)),
    }


def read_sets(data: Path, reader: Reader, home: Path) -> dict[str, tuple[Rows, Rows]]:
    """Return by set the hits of its answerable questions, and the signals of all."""
    weighed: dict[str, list[Weighed]] = {}

    def ask(name: str, group: QuestionGroup) -> None:
        index, _ = open_index(Settings(home=home), group.corpus, group.name)
        with closing(index):
            weighed.setdefault(name, []).extend(weigh(index, list(group.questions), reader))

    for name, group in read_groups(data):
        if name not in (OWN, GENERAL):
            golds = list(group.questions)
            ask(name, QuestionGroup(group.name, group.corpus, iter(golds)))
            if all(gold.answerable for gold in golds):
                ask(name, without_answers(group, golds))
    found = {}
    for name, items in weighed.items():
        items = [w for w in items if w.evidence.candidates]
        hits = [_hits(w) for w in items if w.answerable]
        signals = [_signals(w) | {"answered": float(w.answerable)} for w in items]
        found[name] = (_columns(hits), _columns(signals))
    return found


def _columns(rows: list[dict[str, float]]) -> Rows:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def measures(hits: Rows, signals: Rows) -> dict[str, Interval]:
    """Return hits, and the AUROC of each signal and of their plain sum, with intervals."""
    signals = dict(signals)
    answered = signals.pop("answered")
    signals["sum"] = sum((signals[s] / signals[s].std() for s in SUM), np.zeros(len(answered)))
    result = {name: interval(values, _average) for name, values in hits.items()}
    for name, values in signals.items():
        result[f"auroc {name}"] = interval(np.stack([values, answered], axis=1), _auroc)
    return result


def measure(data: Path, model: Path, scratch: Path) -> None:
    """Print every measure of the int8 model, and of the float one where `scratch` has it."""
    readers = {"int8": OnnxReader(model)}
    if (scratch / "float" / "model.onnx").is_file():
        readers["float"] = OnnxReader(scratch / "float")
    home = read_settings().home / "fit"
    found = {kind: read_sets(data, reader, home) for kind, reader in readers.items()}
    results: dict[str, dict[str, Any]] = {}
    for name, (hits, signals) in found["int8"].items():
        rows = {kind: measures(*sets[name]) for kind, sets in found.items()}
        print(
            f"{name}: {len(signals['answered'])} questions, {len(hits['hit@1 reader'])} answerable"
        )
        for measured, (value, low, high) in rows["int8"].items():
            loss = f", float {rows['float'][measured][0]:.3f}" if "float" in rows else ""
            print(f"  {measured:20} {value:.3f} [{low:.3f}, {high:.3f}]{loss}", flush=True)
        results[name] = rows
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "measures.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
