"""From rows of numbers, one per question, to estimates with intervals and changes between runs.

Intervals are percentile bootstraps, questions drawn with replacement: Efron & Tibshirani 1993.
A draw is a row of weights (how often each question was drawn), so that every measure takes only a
few matrix products over all draws.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics import MEANS, METRICS

DRAWS = 2_000
SEED = 20240112
LEVEL = 0.95
LEAST_CHANGE = 0.01  # a fall of a share by less is no regression, however sure it is
CHUNK = 500_000  # weights held at a time
BINS = 10
DIGITS = 6
LABELS = ("id", "set", "type", "outcome")
COVERED = 0.8  # of the questions, in `selective`

Array = NDArray[np.float64]
_MEAN_NAMES = [m.name for m in MEANS]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; `n` is the number of items averaged."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """How a measure changed against the baseline, with its paired 95 % interval."""

    before: float
    after: float
    low: float
    high: float
    worse: bool
    regression: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The numbers of many questions: columns of one length; texts serve only as labels.

    `sums` and `numbers` have a column for each of MEANS; a measure that does not apply to a
    question has number 0. `latency` is in milliseconds.
    """

    ids: NDArray[np.str_]
    sets: NDArray[np.str_]
    types: NDArray[np.str_]
    outcomes: NDArray[np.str_]
    sums: Array
    numbers: Array
    confidence: Array
    answerable: Array
    right: Array
    latency: Array

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        """Return the rows for which `chosen` is true."""
        return Rows(*(getattr(self, name)[chosen] for name in self.__slots__))

    @classmethod
    def from_json(cls, columns: Mapping[str, list[Any]]) -> "Rows":
        """Return the rows of the columns of a `result.json`.

        A metric unknown to the run counts no question.

        Raises:
            KeyError, TypeError, ValueError: a label is missing or a column is broken.
        """
        unknown = [None] * len(columns["answerable"])
        measures = [columns.get(name, unknown) for name in _MEAN_NAMES]
        sums = [[0.0 if v is None else float(v) for v in values] for values in measures]
        numbers = [
            columns.get(f"{name} n") or [v is not None for v in values]
            for name, values in zip(_MEAN_NAMES, measures, strict=True)
        ]
        arrays: list[Any] = [np.array(columns[name], dtype=np.str_) for name in LABELS]
        arrays += [np.array(sums).T, np.array(numbers, dtype=float).T]
        last = ("confidence", "answerable", "right", "latency_ms")
        return cls(*arrays, *(np.array(columns[name], dtype=float) for name in last))


class RowsBuilder:
    """Gathers rows one by one, as the columns of a `result.json`."""

    def __init__(self) -> None:
        """Start without rows."""
        names = (*LABELS, "answerable", "confidence", "latency_ms")
        counted = (column for name in _MEAN_NAMES for column in (name, f"{name} n"))
        self._columns: dict[str, list[Any]] = {name: [] for name in (*names, *counted)}

    def add(
        self,
        labels: tuple[str, str, str, str],
        means: Mapping[str, tuple[float, float]],
        result: Mapping[str, Any],
        answerable: bool,
    ) -> None:
        """Add a question: (id, set, type, outcome), its measures, its result."""
        # confidence exact, or ties and bins would move
        row: list[Any] = [*labels, int(answerable), float(result["confidence"])]
        row.append(_short(result["latency_ms"], 1))
        for value, number in (means.get(name, (0.0, 0)) for name in _MEAN_NAMES):
            row += [_short(value, DIGITS) if number else None, int(number)]
        for column, value in zip(self._columns.values(), row, strict=True):
            column.append(value)

    def to_json(self) -> dict[str, list[Any]]:
        """Return the columns; a measure that does not apply to a question is null."""
        return {
            name: column
            for name, column in self._columns.items()
            if not name.endswith(" n") or max(column, default=0) > 1
        }

    def build(self) -> Rows:
        """Return all rows."""
        return Rows.from_json(self.to_json())


def _short(value: float, digits: int) -> float:
    """Return a rounded number, as an int if it is whole, which is shorter."""
    rounded = round(float(value), digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _auroc(weights: Array, confidence: Array, answerable: Array) -> Array:
    """Return Mann-Whitney U / (positives · negatives), ties one half; NaN with one class."""
    order = np.argsort(confidence, kind="stable")
    starts = np.flatnonzero(np.diff(confidence[order], prepend=-np.inf))
    positive = np.add.reduceat((weights * answerable)[:, order], starts, axis=1)
    negative = np.add.reduceat((weights * (1 - answerable))[:, order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return np.asarray((positive * (below + negative / 2)).sum(axis=1) / pairs)


def _bins(confidence: Array) -> Array:
    """Return the ten-column indicator of each confidence's bin."""
    return np.asarray(np.eye(BINS)[np.clip((confidence * BINS).astype(int), 0, BINS - 1)])


def _ece(weights: Array, confidence: Array, answerable: Array) -> Array:
    """Return the gap of confidence and frequency, with bins weighted by size (Guo et al. 2017)."""
    gaps = weights @ (_bins(confidence) * (confidence - answerable)[:, None])
    return np.asarray(np.abs(gaps).sum(axis=1) / weights.sum(axis=1))


def _selective_and_area(weights: Array, confidence: Array, right: Array) -> tuple[Array, Array]:
    """Return `selective` and the area under the risk-coverage curve, most decided first."""
    decided = -np.abs(confidence - 0.5)
    order = np.argsort(decided, kind="stable")
    weights, right = weights[:, order], right[order]
    seen = np.cumsum(weights, axis=1)
    kept = np.floor(seen[:, -1] * COVERED)[:, None]
    taken = np.clip(kept - (seen - weights), 0, weights)
    selective = (taken @ right) / kept[:, 0]
    # equally decided questions come together: the risk at the end of their group
    ends = np.flatnonzero(np.diff(decided[order], append=np.inf))
    wrong = np.cumsum(weights * (1 - right), axis=1)[:, ends]
    covered = seen[:, ends]
    sizes = np.diff(covered, axis=1, prepend=0)
    risk = np.divide(wrong, covered, out=np.zeros_like(wrong), where=covered > 0)
    return np.asarray(selective), np.asarray((risk * sizes).sum(axis=1) / seen[:, -1])


def _quantile(weights: Array, values: Array, q: float) -> Array:
    """Return the value at place int(n·q) of the sorted values."""
    order = np.argsort(values, kind="stable")
    seen = np.cumsum(weights[:, order], axis=1)
    place = np.minimum(np.floor(seen[:, -1:] * q), seen[:, -1:] - 1)
    return np.asarray(values[order][np.argmax(seen > place, axis=1)], dtype=float)


def weigh(weights: Array, rows: Rows) -> Array:
    """Return all METRICS of the rows under each row of weights, (draws, metrics); NaN if none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weights @ rows.sums) / (weights @ rows.numbers)
        wholes = (
            _auroc(weights, rows.confidence, rows.answerable),
            _ece(weights, rows.confidence, rows.answerable),
            *_selective_and_area(weights, rows.confidence, rows.right),
            _quantile(weights, rows.latency, 0.5),
            _quantile(weights, rows.latency, 0.95),
        )
    return np.column_stack([means, *wholes])


def draw_weights(n: int, draws: int = DRAWS, seed: int = SEED) -> Iterator[Array]:
    """Yield `draws` rows of bootstrap weights for `n` questions, a chunk at a time."""
    random = np.random.default_rng(seed)
    step = max(1, CHUNK // n)
    for first in range(0, draws, step):
        size = min(step, draws - first)
        yield random.multinomial(n, np.full(n, 1 / n), size=size).astype(float)


def _interval(values: Array) -> tuple[Array, Array]:
    """Return the percentile interval of each column, ignoring draws without a value."""
    tail = (1 - LEVEL) / 2
    known = np.where(np.isnan(values).all(axis=0), 0.0, values)
    low, high = np.nanquantile(known, [tail, 1 - tail], axis=0)
    return low, high


def _ece_interval(
    rows: Rows, value: float, low: float, high: float, draws: int
) -> tuple[float, float]:
    """Return the interval of ECE, which noise only raises: in the sample, and again in its draws.

    So the percentiles are mirrored at the value (basic bootstrap), and reach down to 0 if perfectly
    calibrated answers would often look as bad (Bröcker & Smith 2007).
    """
    honest = np.random.default_rng(SEED).random((min(draws, 500), len(rows.ids)))
    gaps = (rows.confidence - (honest < rows.confidence)) @ _bins(rows.confidence)
    noise = np.quantile(np.abs(gaps).sum(axis=1) / len(rows.ids), (1 + LEVEL) / 2)
    least = 0.0 if value <= noise else max(0.0, 2 * value - high)
    return min(least, value), min(1.0, max(2 * value - low, value))


def estimate(rows: Rows, draws: int = DRAWS) -> dict[str, Estimate]:
    """Return every measure these rows have, with its interval.

    If all questions agree (a share of 0 or 1), so does every draw; the interval is then the exact
    binomial one (Clopper & Pearson 1934).
    """
    from scipy.stats import binomtest  # loads slowly

    n = len(rows.ids)
    values = weigh(np.ones((1, n)), rows)[0]
    drawn = np.vstack([weigh(weights, rows) for weights in draw_weights(n, draws)])
    lows, highs = _interval(drawn)
    ece = [m.name for m in METRICS].index("ECE")
    lows[ece], highs[ece] = _ece_interval(rows, values[ece], lows[ece], highs[ece], draws)
    found = {}
    for i, metric in enumerate(METRICS):
        value, low, high = float(values[i]), float(lows[i]), float(highs[i])
        if np.isnan(value):
            continue
        count = int(n * COVERED) if metric.name == "selective" else n
        if i < len(MEANS):
            count = int(rows.numbers[:, i].sum())
            if metric.kind == "share" and value in (0.0, 1.0):
                asked = np.count_nonzero(rows.numbers[:, i])
                exact = binomtest(int(value * asked), asked).proportion_ci(LEVEL, method="exact")
                low, high = exact.low, exact.high
        found[metric.name] = Estimate(count, value, low, high)
    return found


def compare(before: Rows, after: Rows, draws: int = DRAWS) -> dict[str, Change]:
    """Return the change of every measure that both runs have, with questions paired.

    A regression is a gating measure whose whole interval lies on the worse side and whose value
    fell by at least LEAST_CHANGE. Unchanged answers never regress.
    """
    one = np.ones((1, len(after.ids)))
    old, new = weigh(one, before)[0], weigh(one, after)[0]
    drawn = [weigh(w, after) - weigh(w, before) for w in draw_weights(len(after.ids), draws)]
    lows, highs = _interval(np.vstack(drawn))
    changes = {}
    for i, metric in enumerate(METRICS):
        if np.isnan(old[i]) or np.isnan(new[i]):
            continue
        worse = bool(highs[i] < 0 if metric.higher else lows[i] > 0)
        regression = worse and metric.gate and bool(abs(new[i] - old[i]) >= LEAST_CHANGE)
        changes[metric.name] = Change(
            float(old[i]), float(new[i]), float(lows[i]), float(highs[i]), worse, regression
        )
    return changes


def reliability(rows: Rows) -> list[tuple[int, float, float]]:
    """Return (n, mean confidence, share answerable) of each of the ten bins that has any."""
    bins = _bins(rows.confidence)
    columns = (bins.sum(axis=0), rows.confidence @ bins, rows.answerable @ bins)
    return [(int(n), float(c / n), float(y / n)) for n, c, y in zip(*columns, strict=True) if n]


def risk_coverage(rows: Rows, points: int = 100) -> list[tuple[float, float]]:
    """Return (coverage, risk) at up to `points` places of the curve with area AURC."""
    order = np.argsort(-np.abs(rows.confidence - 0.5), kind="stable")
    wrong = np.cumsum(1 - rows.right[order])
    n = len(order)
    places = np.unique(np.linspace(1, n, min(points, n)).round().astype(int))
    return [(float(k / n), float(wrong[k - 1] / k)) for k in places]
