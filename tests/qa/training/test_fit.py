"""Fitting finds the weights that made the data."""

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.document import Corpus, Document
from qa.answer import Question
from qa.evaluation.gold import GoldQuestion, QuestionGroup
from qa.training.fit import (
    ANSWERABLE,
    altered,
    fit_confidence,
    fit_ranking,
    restyled,
    without_answers,
)

Row = tuple[float, NDArray[np.float32], NDArray[np.bool_]]
TRUE = np.array([1.5, -0.7, 0.0])
SLOPES, INTERCEPT = np.array([2.0, -1.0]), 0.5


def draw_rows(count: int, scale: float = 1.0, weight: float = 1.0) -> Iterator[Row]:
    """Yield questions whose right sentence is drawn by chances of weights TRUE."""
    draw = np.random.default_rng(3)
    for _ in range(count):
        features = draw.normal(2, 1, (int(draw.integers(2, 9)), len(TRUE)))
        scores = features @ TRUE
        chances = np.exp(scores - scores.max())
        right = np.zeros(len(features), dtype=bool)
        right[draw.choice(len(features), p=chances / chances.sum())] = True
        features[:, 1] *= scale
        yield weight, features.astype(np.float32), right


def flipped(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the same questions with weight 0 and the opposite features."""
    for _, features, right in rows:
        yield 0.0, -features, right


def test_ranking_finds_the_weights_of_the_data() -> None:
    assert fit_ranking(list(draw_rows(3000))) == pytest.approx(TRUE, abs=0.12)


def test_ranking_does_not_depend_on_units() -> None:
    plain, scaled = fit_ranking(list(draw_rows(500))), fit_ranking(list(draw_rows(500, 100)))
    assert scaled * [1, 100, 1] == pytest.approx(plain, abs=2e-3)


def test_ranking_ignores_what_weighs_nothing() -> None:
    rows = list(draw_rows(500))
    assert fit_ranking([*rows, *flipped(iter(rows))])[0] == pytest.approx(
        fit_ranking(rows)[0], rel=0.15
    )
    equal = [(1.0, features, right) for _, features, right in flipped(iter(rows))]
    assert abs(fit_ranking([*rows, *equal])[0]) < 0.1, "opposite data cancel"


def test_ranking_is_right_if_any_right_sentence_is_first() -> None:
    """Two right sentences with nothing in common: raising one of them is enough."""
    one = np.array([[1, 0], [0, 0], [0, 1]], dtype=np.float32)
    rows = [(1.0, one, np.array([True, False, True])) for _ in range(20)]
    weights = fit_ranking(rows)
    assert max(weights) > 1
    assert np.isfinite(weights).all()


def test_ranking_of_separable_data_stays_finite() -> None:
    features = np.array([[9, 1], [0, 1], [-9, 1]], dtype=np.float32)
    weights = fit_ranking([(1.0, features, np.array([True, False, False]))] * 5)
    assert np.isfinite(weights).all()
    assert weights[0] > 0
    assert weights[1] == pytest.approx(0, abs=1e-6), "the same everywhere: tells nothing"
    assert np.argmax(features @ weights) == 0


def draw_answers(count: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    draw = np.random.default_rng(5)
    values = draw.normal([1, -2], [1, 3], (count, 2))
    return values, draw.random(count) < 1 / (1 + np.exp(-(values @ SLOPES + INTERCEPT)))


def test_confidence_finds_the_model_of_the_data() -> None:
    values, answerable = draw_answers(4000)
    weights, intercept, table = fit_confidence(values, answerable, np.full(4000, "one"), [0, 0])
    assert weights == pytest.approx(SLOPES, abs=0.25)
    odds = math.log(ANSWERABLE / (1 - ANSWERABLE) * (~answerable).sum() / answerable.sum())
    assert intercept == pytest.approx(INTERCEPT + odds, abs=0.25), "as many answer as expected"
    chances = 1 / (1 + np.exp(-(values @ weights + intercept)))
    for row in table:
        for kind, share in ((answerable, "false_declines"), (~answerable, "declines")):
            assert row[share] == pytest.approx((chances[kind] < row["threshold"]).mean())


def test_weights_keep_their_signs() -> None:
    values, answerable = draw_answers(2000)
    sets = np.full(2000, "one")
    weights, _, _ = fit_confidence(values, answerable, sets, [-1, -1])
    assert weights[0] == 0 and weights[1] < -0.5
    weights, _, _ = fit_confidence(values, answerable, sets, [1, 1])
    assert weights[0] > 1 and weights[1] == 0


def test_every_set_weighs_the_same() -> None:
    """A large set whose answers contradict a small one's does not drown it."""
    values, answerable = draw_answers(2200)
    large = np.arange(2200) < 2000
    sets = np.where(large, "large", "small")
    mixed = np.where(large[:, None], -values, values)
    weights, _, _ = fit_confidence(mixed, answerable, sets, [0, 0])
    assert np.abs(weights).max() < 0.4


def test_the_table_is_of_the_mean_over_sets() -> None:
    values, answerable = draw_answers(2000)
    sets = np.where(np.arange(2000) % 2, "easy", "hard")
    values[sets == "hard", 0] -= 1.5
    weights, intercept, table = fit_confidence(values, answerable, sets, [0, 0])
    chances = 1 / (1 + np.exp(-(values @ weights + intercept)))
    declined = [(chances[answerable & (sets == s)] < 0.5).mean() for s in ("easy", "hard")]
    assert table[49]["threshold"] == 0.5
    assert table[49]["false_declines"] == pytest.approx(np.mean(declined))
    assert [row["declines"] for row in table] == sorted(row["declines"] for row in table)


TEXT = "Ada was born in 1815 in London. She wrote notes in 1843 about a machine. It rained."


def group_of(text: str) -> tuple[QuestionGroup, GoldQuestion]:
    """Return a group of one document, and a question answered by its first sentence."""
    document = Document("a/1", "Ada", text)
    spans = (("a/1", text.index("1815"), text.index("1815") + 4),)
    gold = GoldQuestion(Question("When was Ada born in London?"), "squad", True, evidence=(spans,))
    return QuestionGroup("a", Corpus((document,)), iter([gold])), gold


def test_sentences_that_answer_are_cut() -> None:
    group, gold = group_of(TEXT)
    less = without_answers(group, [gold])
    [document] = less.corpus.documents
    assert document.text == "She wrote notes in 1843 about a machine. It rained."
    [asked] = less.questions
    assert asked.question == gold.question and not asked.answerable
    bare, gold = group_of("Ada: 1815.")
    assert without_answers(bare, [gold]).corpus.documents == (), "nothing is left of it"


def test_altered_questions_ask_what_the_document_does_not_answer() -> None:
    group, gold = group_of(TEXT)
    found = list(altered(group, [gold] * 60, random.Random(1)))
    assert found and all(not g.answerable and g.evidence == () for g in found)
    assert all(g.question.text != gold.question.text for g in found)


def test_restyled_questions_are_asked_of_the_same_evidence() -> None:
    _, gold = group_of(TEXT)
    draw = random.Random(2)
    styles = [restyled(gold, draw) for _ in range(200)]
    texts = {style.question.text for style in styles}
    assert gold.question.text in texts and gold.question.text.lower() in texts
    assert len(texts) == 3 and all(style.evidence == gold.evidence for style in styles)
