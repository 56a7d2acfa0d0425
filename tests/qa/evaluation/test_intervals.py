import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from qa.evaluation.intervals import (
    Rows,
    RowsBuilder,
    compare,
    draw_weights,
    estimate,
    reliability,
    risk_coverage,
    weigh,
)
from qa.evaluation.metrics import METRICS

NAMES = [m.name for m in METRICS]


def built(
    confidence: Any, answerable: Any, right: Any, latency: Any = None, **means: Any
) -> RowsBuilder:
    builder = RowsBuilder()
    for i, (c, y, r) in enumerate(zip(confidence, answerable, right, strict=True)):
        pairs = {k: (float(v[i][0]), float(v[i][1])) for k, v in means.items() if v[i]}
        outcome = {"confidence": float(c), "latency_ms": float(latency[i] if latency else i)}
        labels = (str(i), "set", "list" if y else "unanswerable_near", "right")
        builder.add(labels, pairs | {"right": (float(r), 1.0)}, outcome, bool(y))
    return builder


def rows_of(*columns: Any, **means: Any) -> Rows:
    return built(*columns, **means).build()


def random_rows(n: int, seed: int = 0) -> Rows:
    random = np.random.default_rng(seed)
    citations = [(int(k), 3) if k else None for k in random.integers(0, 4, n)]
    return rows_of(
        random.integers(0, 21, n) / 20, random.integers(0, 2, n), random.integers(0, 2, n),
        verbatim=citations,
    )  # fmt: skip


def values(rows: Rows, weights: NDArray[np.float64] | None = None) -> dict[str, float]:
    weights = np.ones((1, len(rows.ids))) if weights is None else weights
    return dict(zip(NAMES, weigh(weights, rows)[0].tolist(), strict=True))


def test_by_hand() -> None:
    rows = rows_of([0.9, 0.8, 0.8, 0.3], [1, 1, 0, 0], [1, 0, 1, 1], [1, 2, 3, 4],
                   verbatim=[(1, 2), (3, 3), None, None])  # fmt: skip
    found = values(rows)
    assert found["right"] == 0.75 and found["verbatim"] == 0.8
    assert found["AUROC"] == pytest.approx((1 + 1 + 0.5 + 1) / 4)  # one tie
    assert found["ECE"] == pytest.approx((0.1 + abs(1.6 - 1) + 0.3) / 4)
    assert found["selective"] == pytest.approx(2 / 3)  # 3 of 4, the least decided left out
    assert found["AURC"] == pytest.approx((0 + 1 / 3 + 1 / 3 + 1 / 4) / 4)  # ties come together
    assert found["latency_p50_ms"] == 3 and found["latency_p95_ms"] == 4
    assert np.isnan(found["short_hit"])
    assert [n for n, _, _ in reliability(rows)] == [1, 2, 1]
    assert risk_coverage(rows)[-1] == (1.0, 0.25)


def test_auroc_equals_scikit_learn() -> None:
    for seed in range(20):
        rows = random_rows(60, seed)
        expected = roc_auc_score(rows.answerable, rows.confidence)
        assert values(rows)["AUROC"] == pytest.approx(expected)


def test_a_weight_is_as_many_copies() -> None:
    rows = random_rows(50)
    weights = next(draw_weights(50, 20))
    for w in weights:
        copies = rows.where(np.repeat(np.arange(50), w.astype(int)))
        assert values(rows, w[None]) == pytest.approx(values(copies), nan_ok=True)


def test_estimates_have_n_and_an_interval_around_the_value() -> None:
    found = estimate(random_rows(100))
    assert found["verbatim"].n < 300 and found["verbatim"].n % 3 == 0
    assert all(e.low <= e.value <= e.high for e in found.values())
    assert "keypoint_recall" not in found


def test_a_share_of_all_or_none_is_not_certain() -> None:
    found = estimate(rows_of([0.5] * 10, [1] * 10, [1] * 10, cite_hit=[(0, 1)] * 10))
    assert (found["right"].value, found["right"].high) == (1.0, 1.0)
    assert found["right"].low == pytest.approx(0.6915, abs=1e-4)  # Clopper-Pearson, 10 of 10
    assert found["cite_hit"].high == pytest.approx(0.3085, abs=1e-4)
    assert "AUROC" not in found


def test_ece_reaches_to_0_only_if_noise_could_explain_it() -> None:
    random = np.random.default_rng(5)
    confidence = random.random(300)
    honest = rows_of(confidence, random.random(300) < confidence, [1] * 300)
    boasting = rows_of(confidence, random.random(300) < confidence / 2, [1] * 300)
    assert estimate(honest)["ECE"].low == 0.0 < estimate(honest)["ECE"].value
    assert estimate(boasting)["ECE"].low > 0.1 and 0.2 < estimate(boasting)["ECE"].high < 0.4


def test_rows_survive_json() -> None:
    parts = [(1.0, 3.0), None, (2.0, 2.0)]
    builder = built([0.1234567, 1, 0], [1, 0, 1], [1 / 3, 1, 0], [1.26, 2, 3], verbatim=parts)
    columns = json.loads(json.dumps(builder.to_json()))
    assert columns["verbatim"] == [1, None, 2] and columns["verbatim n"] == [3, 0, 2]
    assert columns["right"] == [0.333333, 1, 0] and "right n" not in columns
    rows = Rows.from_json(columns)
    assert rows.confidence.tolist() == [0.1234567, 1, 0] and rows.latency.tolist() == [1.3, 2, 3]
    for name in Rows.__slots__:
        np.testing.assert_array_equal(getattr(rows, name), getattr(builder.build(), name))


def test_nothing_changed_is_no_regression_and_a_fall_is_one() -> None:
    rows = random_rows(200)
    for _ in range(10):
        same = compare(rows, random_rows(200))
        assert not any(c.worse or c.regression for c in same.values())
    worse = rows_of(rows.confidence, rows.answerable, rows.right * (rows.latency % 4 > 0))
    changes = compare(rows, worse)
    assert changes["right"].regression and changes["right"].high < 0
    assert not compare(worse, rows)["right"].worse


def test_slower_answers_are_no_regression() -> None:
    fast = random_rows(100)
    slow = rows_of(fast.confidence, fast.answerable, fast.right, (fast.latency + 500).tolist())
    change = compare(fast, slow)["latency_p50_ms"]
    assert change.worse and not change.regression


@pytest.mark.slow
def test_intervals_cover_the_truth_in_93_to_97_of_100_trials() -> None:
    """Shares, means of several values, ratios and AUROC, on 1,000 simulated question sets."""
    random = np.random.default_rng(7)
    n, trials = 200, 1_000
    # classes 0.6 sigma apart: AUROC = Phi(0.6 / sqrt 2); graded answers: 0, 1/2, 1 with mean 0.6;
    # citations: 1 to 3 an answer, each right with the answer's own chance, mean 0.7
    truth = {"short_hit": 0.3, "keypoint_recall": 0.6, "verbatim": 0.7, "AUROC": 0.6643}
    covered = dict.fromkeys(truth, 0)
    for _ in range(trials):
        answerable = random.random(n) < 0.7
        confidence = random.normal(0.6 * answerable, 1)
        numbers = random.integers(1, 4, n)
        chance = random.choice([0.5, 0.9], n)
        rows = rows_of(
            confidence, answerable, [0] * n,
            short_hit=[(x, 1) for x in random.random(n) < 0.3],
            keypoint_recall=[(x, 1) for x in random.choice([0, 0.5, 1], n, p=[0.2, 0.4, 0.4])],
            verbatim=list(zip(random.binomial(numbers, chance), numbers, strict=True)),
        )  # fmt: skip
        found = estimate(rows, 500)
        for name, value in truth.items():
            covered[name] += found[name].low <= value <= found[name].high
    assert {name for name, hits in covered.items() if not 930 <= hits <= 970} == set(), covered
