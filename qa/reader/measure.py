"""Measure a reader on articles it was not trained on, beside plain retrieval and fused with it.

Fusion weights are fitted on the other held-out articles, never on the one they are used for.
"""

# ruff: noqa: T201 (part of a command line)
from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from index.embedder import minilm_folder
from qa.reader.data import Article, Lexical, is_held_out, is_nq_held_out, read_nq, read_squad
from qa.reader.reader import Reader

PASSAGES = 5
RESAMPLES = 1000
SENTENCE_SIGNALS = ("reader", "dense", "lexical")
QUESTION_SIGNALS = ("answerable", "sentence", "span", "dense", "lexical")

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """One question with its passages: what retrieval says of them and their sentences."""

    question: str
    article: int
    answerable: bool
    passages: tuple[Any, ...]  # of ReaderInput, best first
    holds: tuple[tuple[bool, ...], ...]  # per passage and sentence: whether it has the answer
    dense: tuple[tuple[float, ...], ...]  # the same for the cosine of question and sentence
    lexical: tuple[tuple[float, ...], ...]  # and for BM25


def retrieve(
    articles: Sequence[Article], asked: Sequence[int], embed: Any, *, limit: int, leave_out: bool
) -> list[Found]:
    """The best passages of one corpus for the questions of some of its articles.

    With `leave_out`, each question comes again, unanswerable, without the passages that answer it.
    """
    places = [(a, n) for a, article in enumerate(articles) for n in range(len(article.paragraphs))]
    passages = [articles[a].paragraphs[n] for a, n in places]
    owner = [p for p, passage in enumerate(passages) for _ in passage.sentences]
    sentences = [passage.text[s:e] for passage in passages for s, e in passage.sentences]
    first = [owner.index(p) if passages[p].sentences else 0 for p in range(len(passages))]
    headed = [f"{p.heading}. {p.text}" for p in passages]
    dense, dense_sentence = embed(headed), embed(sentences)
    lexical, lexical_sentence = Lexical(headed), Lexical(sentences)
    chosen = [(a, q) for a in asked for q in articles[a].questions]
    if len(chosen) > limit:
        chosen = random.Random(1).sample(chosen, limit)
    vectors = embed([q.question for _, q in chosen])
    found = []
    for (a, question), vector in zip(chosen, vectors, strict=True):
        ranks = np.zeros(len(passages))
        for scores in (dense @ vector, np.array(lexical.scores(question.question))):
            ranks += 1 / (60 + np.argsort(np.argsort(-scores)))
        order = [int(p) for p in np.argsort(-ranks)]
        cosines = dense_sentence @ vector
        words = np.array(lexical_sentence.scores(question.question))
        gold = {p for p in order if places[p][0] == a and places[p][1] in question.gold}

        def held(p: int, a: int = a, question: Any = question) -> tuple[bool, ...]:
            spans = question.gold.get(places[p][1], ()) if places[p][0] == a else ()
            return tuple(any(s < y and e > x for x, y in spans) for s, e in passages[p].sentences)

        for drop in (False, True) if leave_out else (False,):
            kept = [p for p in order if not (drop and p in gold)][:PASSAGES]
            rows = [slice(first[p], first[p] + len(passages[p].sentences)) for p in kept]
            found.append(
                Found(
                    question.question,
                    a,
                    question.answerable and not drop,
                    tuple(passages[p] for p in kept),
                    tuple(held(p) for p in kept),
                    tuple(tuple(cosines[row]) for row in rows),
                    tuple(tuple(words[row]) for row in rows),
                )
            )
    return found


def interval(values: Any, mean: Callable[[Any], float]) -> Interval:
    """A statistic of rows with its 95 % bootstrap interval."""
    array, rng = np.array(values), np.random.default_rng(1)
    draws = [mean(array[rng.integers(0, len(array), len(array))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return mean(array), float(low), float(high)


def _average(rows: Floats) -> float:
    return float(rows.mean())


def _auroc(rows: Floats) -> float:
    both = 0 < rows[:, 1].sum() < len(rows)
    return float(roc_auc_score(rows[:, 1], rows[:, 0])) if both else float("nan")


def _crossfit(features: Floats, right: npt.NDArray[Any], groups: npt.NDArray[Any]) -> Floats:
    """Logistic scores of each row by a fit on the other groups (at most 8 folds)."""
    scores = np.zeros(len(features))
    for train, test in GroupKFold(min(8, len(set(groups)))).split(features, right, groups):
        fit = make_pipeline(StandardScaler(), LogisticRegression())
        fit.fit(features[train], right[train])
        scores[test] = fit.decision_function(features[test])
    return scores


def _weights(features: Floats, right: npt.NDArray[Any], names: Sequence[str]) -> str:
    fit = LogisticRegression(max_iter=1000).fit(features, right)
    parts = [f"{w:+.3f} {name}" for w, name in zip(fit.coef_[0], names, strict=True)]
    return f"{' '.join(parts)} {fit.intercept_[0]:+.3f}"


def measure_set(name: str, found: Sequence[Found], reader: Reader) -> dict[str, Interval]:
    """Ranking of sentences and answerability, by single signals and fused."""
    sentences: list[tuple[float, ...]] = []
    holds: list[bool] = []
    rows: list[int] = []
    questions: list[tuple[float, ...]] = []
    times = []
    for n, item in enumerate(found):
        started = time.perf_counter()
        readings = reader.read(item.question, item.passages)
        times.append(1000 * (time.perf_counter() - started))
        flat = [s for reading in readings for s in reading.sentence_scores]
        dense, lexical = (
            [s for passage in scores for s in passage] for scores in (item.dense, item.lexical)
        )
        sentences += zip(flat, dense, lexical, strict=True)
        holds += [h for passage in item.holds for h in passage]
        rows += [n] * len(flat)
        best = (max(r.answerable for r in readings), max(flat), max(r.span_score for r in readings))
        questions.append((*best, max(dense), max(lexical)))
    features, right, row = np.array(sentences), np.array(holds), np.array(rows)
    articles = np.array([item.article for item in found])
    answerable = np.array([item.answerable for item in found])
    result = {}
    columns = {"reader": features[:, 0], "dense": features[:, 1]}
    columns["retrieval"] = _crossfit(features[:, 1:], right, articles[row])
    columns["all"] = _crossfit(features, right, articles[row])
    for signal, scores in columns.items():
        hits: dict[int, list[float]] = {1: [], 3: []}
        for question in np.flatnonzero(answerable):
            of_it = row == question
            order = np.argsort(-scores[of_it])
            for k, hit in hits.items():
                hit.append(float(right[of_it][order[:k]].any()))
        for k, hit in hits.items():
            result[f"{name} hit@{k} {signal}"] = interval(hit, _average)
    in_reach = [float(right[row == n].any()) for n in np.flatnonzero(answerable)]
    result[f"{name} in reach"] = interval(in_reach, _average)
    if not answerable.all():
        signals = np.array(questions)
        combined = {s: signals[:, n] for n, s in enumerate(QUESTION_SIGNALS)}
        # Of few articles (SQuAD 2.0) a fit does worse than this sum, which fits nothing.
        standard = (signals - signals.mean(0)) / signals.std(0)
        combined["sentence+span+dense"] = standard[:, 1] + standard[:, 2] + standard[:, 3]
        combined["all"] = _crossfit(signals, answerable, articles)
        for signal, scores in combined.items():
            pairs = np.stack([scores, answerable], axis=1)
            result[f"{name} auroc {signal}"] = interval(pairs, _auroc)
        print(f"{name}: answerable = {_weights(signals, answerable, QUESTION_SIGNALS)}")
    print(f"{name}: sentence = {_weights(features, right, SENTENCE_SIGNALS)}")
    print(f"{name}: {len(found)} questions, reading p50 {np.median(times):.0f} ms", flush=True)
    return result


def measure(data: Path, model: Path, scratch: Path, limit: int) -> None:
    """Print every measure; for a third of the questions also of the float model in `scratch`."""
    from sentence_transformers import SentenceTransformer  # slow to import

    encoder = SentenceTransformer(str(minilm_folder()), device="cpu")

    def embed(texts: Sequence[str]) -> Any:
        return encoder.encode(list(texts), normalize_embeddings=True, batch_size=64)

    xquad = read_squad(data / "xquad-en-dev.json")
    apart = [n for n, a in enumerate(xquad) if is_held_out(a)]
    policy = read_squad(data / "policyqa-test.json")
    nq = [a for a in read_nq(data / "nq-oracle.jsonl") if is_nq_held_out(a)]
    sets = {
        "xquad": retrieve(xquad, apart, embed, limit=10**6, leave_out=False),
        "squad2": [],
        "policyqa": [],
        "nq": retrieve(nq, range(len(nq)), embed, limit=limit, leave_out=True),
    }
    for n, article in enumerate(read_squad(data / "squad2-part-dev.json")):
        if is_held_out(article):
            got = retrieve([article], [0], embed, limit=10**6, leave_out=False)
            sets["squad2"] += [replace(item, article=n) for item in got]
    for n, article in enumerate(policy):
        part = max(1, limit * len(article.questions) // sum(len(a.questions) for a in policy))
        got = retrieve([article], [0], embed, limit=part, leave_out=True)
        sets["policyqa"] += [replace(item, article=n) for item in got]
    shipped = Reader(model)
    results = {"int8": _measure_sets(sets, shipped)}
    if (scratch / "float" / "model.onnx").is_file():
        third = {name: found[::3] for name, found in sets.items()}
        for kind, reader in {"int8": shipped, "float": Reader(scratch / "float")}.items():
            print(f"a third of the questions, {kind}:")
            results[f"third, {kind}"] = _measure_sets(third, reader)
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "measures.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def _measure_sets(sets: dict[str, list[Found]], reader: Reader) -> dict[str, Interval]:
    results: dict[str, Interval] = {}
    for name, found in sets.items():
        new = measure_set(name, found, reader)
        for measure_name, (value, low, high) in new.items():
            print(f"{measure_name:32} {value:.3f} [{low:.3f}, {high:.3f}]", flush=True)
        results |= new
    return results
