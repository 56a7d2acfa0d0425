"""Measure a reader where it was not trained, within the project's own retrieval and ranking.

Each set of `qa.training.fit` except the project's own and the one with incomplete answers; if all
questions are answerable, they are asked again on documents without the sentences that answer.
"""

# ruff: noqa: T201 (part of a command line)
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from index.build import open_index
from index.settings import Settings, read_settings
from qa.extractive.confidence import load_confidence
from qa.extractive.ranking import load_ranking
from qa.extractive.signals import signals
from qa.reader.reader import OnnxReader
from qa.reader.reading import Reader
from qa.training.fit import GENERAL, OWN, Weighed, read_groups, weigh, without_answers

RESAMPLES = 1000
SUM = ("sentence", "span", "cosine")  # weighed alike, in units of their spread: nothing fitted

Interval = tuple[float, float, float]


def _interval(rows: Any, statistic: Callable[[Any], float]) -> Interval:
    """Return a statistic of rows with its 95 % bootstrap interval."""
    array = np.array(rows)
    drawn = bootstrap(
        (np.arange(len(array)),), lambda places: statistic(array[places]), vectorized=False,
        n_resamples=RESAMPLES, method="percentile", rng=np.random.default_rng(1),
    )  # fmt: skip
    low, high = drawn.confidence_interval
    return float(statistic(array)), float(low), float(high)


def _auroc(rows: Any) -> float:
    both = 0 < rows[:, 1].sum() < len(rows)
    return float(roc_auc_score(rows[:, 1], rows[:, 0])) if both else float("nan")


def _hits(w: Weighed) -> dict[str, float]:
    """Return whether the best sentence, and any of the best three, contains the answer."""
    by = {
        "without": w.evidence.features @ load_ranking(False),
        "reader": w.evidence.feature("reader"),
        "with": w.evidence.features @ load_ranking(True),
    }
    best = {name: w.right[np.argsort(-scores, kind="stable")] for name, scores in by.items()}
    return {f"hit@{k} {name}": float(b[:k].any()) for k in (1, 3) for name, b in best.items()}


def _signals(w: Weighed) -> dict[str, float]:
    """Return the signals of answerability: the highest of any passage or sentence."""
    readings, scores = w.evidence.readings, w.evidence.features @ load_ranking(True)
    return {
        "sentence": max(max(r.sentence_scores) for r in readings),
        "answerable": max(r.answerable for r in readings),
        "span": max(r.span_score for r in readings),
        "cosine": float(w.evidence.feature("sentence_cosine").max()),
        "confidence": load_confidence(True).probability(signals(w.index, w.evidence, scores)),
        "answered": float(w.answerable),
    }


def measure_sets(data: Path, reader: Reader, home: Path) -> dict[str, dict[str, Any]]:
    """Return by set the hits of its answerable questions, and the AUROC of each signal of all."""
    hits: dict[str, list[dict[str, float]]] = defaultdict(list)
    told: dict[str, list[dict[str, float]]] = defaultdict(list)
    for name, group in read_groups(data):
        if name in (OWN, GENERAL):
            continue
        golds, groups = list(group.questions), [group]
        if all(gold.answerable for gold in golds):
            groups.append(without_answers(group, golds))
        for asked in groups:
            index, _ = open_index(Settings(home=home), asked.corpus, asked.name)
            with closing(index):
                for w in weigh(index, asked.questions, reader):
                    if w.evidence.candidates:
                        hits[name] += [_hits(w)] * w.answerable
                        told[name].append(_signals(w))
    return {name: _measures(hits[name], told[name]) for name in told}


def _measures(hits: list[dict[str, float]], told: list[dict[str, float]]) -> dict[str, Any]:
    """Return hits, and the AUROC of each signal and of their plain sum, with intervals."""
    found: dict[str, Any] = {"questions": len(told), "answerable": len(hits)}
    found |= {name: _interval([row[name] for row in hits], np.mean) for name in hits[0]}
    columns = {name: np.array([row[name] for row in told]) for name in told[0]}
    answered = columns.pop("answered")
    columns["sum"] = np.sum([columns[s] / columns[s].std() for s in SUM], axis=0)
    for name, values in columns.items():
        found[f"auroc {name}"] = _interval(np.stack([values, answered], axis=1), _auroc)
    return found


def measure(data: Path, model: Path, scratch: Path) -> None:
    """Print every measure of the int8 model, and of the float one where `scratch` has it."""
    readers = {"int8": OnnxReader(model)}
    if (scratch / "float" / "model.onnx").is_file():
        readers["float"] = OnnxReader(scratch / "float")
    home = read_settings().home / "fit"
    found = {kind: measure_sets(data, reader, home) for kind, reader in readers.items()}
    for name, measures in found["int8"].items():
        asked, answerable = measures.pop("questions"), measures.pop("answerable")
        print(f"{name}: {asked} questions, {answerable} answerable")
        for measured, (value, low, high) in measures.items():
            loss = f", float {found['float'][name][measured][0]:.3f}" if "float" in found else ""
            print(f"  {measured:20} {value:.3f} [{low:.3f}, {high:.3f}]{loss}", flush=True)
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "measures.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
