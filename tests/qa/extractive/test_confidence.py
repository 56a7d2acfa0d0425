"""How sure an answer is, and what that is read from."""

import math
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.retriever import SearchableIndex
from index.words import terms
from qa.extractive.confidence import Confidence, load_confidence
from qa.extractive.evidence import Evidence
from qa.extractive.signals import SIGNALS, figures_apart, find_unsupported, signals
from qa.language.names import name_terms
from tests.support.answers import APIARY_QUESTIONS, open_corpus, weigh
from tests.support.embedders import WordEmbedder

ZERO = dict.fromkeys(SIGNALS, 0.0)
READ = ("answerable", "answerable_here", "span")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    with closing(open_corpus(tmp_path_factory.mktemp("index"), WordEmbedder())) as index:
        yield index


def read_signals(index: SearchableIndex, question: str, best: str = "") -> dict[str, float]:
    """Return the signals when the sentence that begins so is ranked first, the others alike."""
    evidence = weigh(index, question)
    return signals(index, evidence, scores_for(evidence, best))


def scores_for(evidence: Evidence, best: str) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.array([float(c.text.startswith(best)) for c in evidence.candidates], np.float32)


def test_probability_is_logistic() -> None:
    model = Confidence(ZERO | {"span": 2.0, "terms_asked": -1.0}, 0.5, 0.4)
    assert model.probability(ZERO) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert model.probability(ZERO | {"span": 1.0, "terms_asked": 2.5}) == pytest.approx(0.5)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_probability_is_one_and_grows(one: float, other: float) -> None:
    model = Confidence(ZERO | {"span": 1.0}, 0.0, 0.5)
    low, high = (model.probability(ZERO | {"span": v}) for v in sorted((one, other)))
    assert 0 < low <= high < 1


@pytest.mark.parametrize("with_reader", [True, False])
def test_the_shipped_model_is_of_these_signals(with_reader: bool) -> None:
    model = load_confidence(with_reader)
    assert set(model.weights) == set(SIGNALS)
    assert 0 < model.threshold < 1
    assert any(model.weights[name] for name in READ) is with_reader
    assert math.isfinite(model.intercept + sum(model.weights.values()))


@pytest.mark.parametrize("question", APIARY_QUESTIONS)
def test_every_signal_is_given_and_finite(index: SearchableIndex, question: str) -> None:
    values = read_signals(index, question)
    assert set(values) == set(SIGNALS)
    assert all(math.isfinite(value) for value in values.values())
    assert not any(values[name] for name in READ), "there is no reader"


def test_a_name_is_missing_where_the_best_sentence_does_not_have_it(index: SearchableIndex) -> None:
    question = "Did Martha Lindqvist plant the orchard?"
    assert read_signals(index, question, "The orchard was planted")["name_missing"] == 0
    assert read_signals(index, question, "A full day")["name_missing"] == 1


def test_the_oddest_term_is_the_one_without_which_the_question_is_nearest(
    index: SearchableIndex,
) -> None:
    question = "How many hives did the penicillin apiary open with?"
    evidence = weigh(index, question)
    best = next(c for c in evidence.candidates if c.text.startswith("The hill apiary opened"))
    lacking = {t: w for t, w in evidence.weights.items() if t not in best.covered_in_context}
    term, nearer = find_unsupported(index, question, best, lacking)
    assert term == "penicillin" and nearer > 0
    assert find_unsupported(index, question, best, {}) == ("", 0.0)
    assert read_signals(index, question, best.text)["unsupported"] == pytest.approx(nearer)


def test_a_number_or_date_that_is_not_there_is_seen(index: SearchableIndex) -> None:
    asked = "How many hives are painted?"
    assert read_signals(index, asked, "The keepers paint")["uncounted"] == 1
    assert read_signals(index, asked, "The hill apiary opened")["uncounted"] == 0
    when = read_signals(index, "When are the hives painted?", "The keepers paint")
    assert (when["date_unmet"], when["uncounted"]) == (1, 0)


def test_how_far_the_figures_are_from_what_they_should_be_of(index: SearchableIndex) -> None:
    text = "The apiary has 40 hives, and the orchard 300 trees."
    question, other = "How many hives are there?", "How many tractors are there?"
    assert figures_apart(index, question, text)[1] < figures_apart(index, other, text)[1]
    assert figures_apart(index, question, "The apiary has hives.") == (1.0, 1.0)
    assert figures_apart(index, "By how much did it grow?", "It grew.") == (1.0, 0.0)


def test_names_are_capitalised_words_but_the_first() -> None:
    assert name_terms("Who sold honey to Oberdorf Fair?") == {*terms("Oberdorf Fair")}
    assert name_terms("Lindqvist planted it?") == set()
    assert name_terms("") == set()


def test_only_differences_of_scores_count(index: SearchableIndex) -> None:
    evidence = weigh(index, "When did the hill apiary open?")
    steep = scores_for(evidence, "The hill apiary opened") * 50
    values = signals(index, evidence, steep)
    assert values["sentence_cosine"] <= values["best_cosine"]
    assert signals(index, evidence, steep + 1000) == pytest.approx(values)


def test_the_signals_are_of_the_best_ranked(index: SearchableIndex) -> None:
    question = "How many kilograms of honey did the apiary harvest in 2021?"
    right = read_signals(index, question, "In 2021")
    wrong = read_signals(index, question, "In 2022")
    assert (right["year_differs"], wrong["year_differs"]) == (0, 1)
    assert right["sentence_cosine"] > wrong["sentence_cosine"]
