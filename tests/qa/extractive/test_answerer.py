"""Answers made of the documents' sentences, whatever the weights that choose them.

The weights are put in place of the shipped ones, so that no test depends on how well those fit:
always sure, never sure, and drawn by lot.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.retriever import SearchableIndex
from qa.answer import Answer, Highlight, Question
from qa.extractive import confidence, ranking
from qa.extractive.answerer import CHOSEN_NOT_SAID, NOT_SAID, SUMMARISED, ExtractiveAnswerer
from qa.extractive.confidence import MISMATCHED, load_confidence
from qa.extractive.features import FEATURES
from qa.extractive.ranking import load_ranking, prefer_fuller
from qa.extractive.signals import SIGNALS
from qa.pipeline import Pipeline
from qa.question.expected_answer import expected_answer
from qa.question.several_questions import split_questions
from qa.reader import Reader, ReaderInput, Reading, load_reader
from tests.support.answers import APIARY_QUESTIONS, open_corpus, rank, weigh
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder
from ui.answers import outcome_html

GOOD = {"sentence_cosine": 6.0, "coverage": 3.0, "kind_met_in_context": 3.0, "year_differs": -5.0,
        "heading": -9.0, "announcing": -6.0, "asking": -2.0,
        "length": 1.0, "reader": 0.5}  # fmt: skip
TRADE_QUESTIONS = (
    "How many vehicles were exported in 2023?",
    "Why is trade with BRI countries growing?",
    "Summarise the press conference",
    "List the measures for cross-border e-commerce",
    "How much did imports and exports grow, and which was larger?",
)
Weigh = Callable[..., None]


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Weigh]:
    """Return what puts weights, and how sure every answer is, in place of the shipped ones."""

    def put(chosen: dict[str, float], sure: bool) -> None:
        rank = {"weights": dict.fromkeys(FEATURES, 0.0) | chosen}
        tell = {"weights": dict.fromkeys(SIGNALS, 0.0), "intercept": 0.0, "threshold": 0.3}
        tell["threshold"] = 0.3 if sure else 0.9
        for module, name, value in ((ranking, "FILE", rank), (confidence, "FILE", tell)):
            file = tmp_path / f"{module.__name__}.json"
            file.write_text(json.dumps({"none": value, "reader": value}), encoding="utf-8")
            monkeypatch.setattr(module, name, file)
        load_ranking.cache_clear()
        load_confidence.cache_clear()

    yield put
    load_ranking.cache_clear()
    load_confidence.cache_clear()


@pytest.fixture(scope="module")
def apiary(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[SearchableIndex]:
    with closing(open_corpus(tmp_path_factory.mktemp("apiary"), minilm)) as index:
        yield index


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def ask(index: SearchableIndex, question: str, reader: Reader | None = None) -> Answer:
    return Pipeline(index, reader).invoke(Question(question))


def check_answer(index: SearchableIndex, answer: Answer) -> None:
    """Assert what holds for every answer."""
    for n, (statement, citation) in enumerate(
        zip(answer.statements, answer.citations, strict=True), 1
    ):
        document = index.documents[citation.doc]
        assert document.text[citation.start : citation.end] == citation.quote
        assert len(citation.quote) <= 600
        assert citation.context[0] <= citation.start < citation.end <= citation.context[1]
        assert (citation.n, statement.citations) == (n, (n,))
        assert statement.text and statement.text in " ".join(citation.quote.split())
        assert citation.title == document.title
    marks = [f"{s.text} [{n}]" for n, s in enumerate(answer.statements, 1)]
    expected = expected_answer(answer.question)
    if answer.status == "answered":
        assert answer.citations
        assert answer.answer == " ".join(marks)
        whole = sum(len(s.text.split()) for s in answer.statements)
        parts = len(split_questions(answer.question, index.embed_all))
        # a list or an account; a fact, with the rest of a very long sentence
        room = 320 if expected.several or expected.explained or parts > 1 else 215
        one_sentence = [c.quote for c in answer.citations] == [answer.candidates[0].quote]
        assert whole <= room or one_sentence
    else:
        assert not (answer.citations or answer.highlights or answer.lookalikes)
        assert answer.answer.startswith(f"{NOT_SAID} ")
        assert answer.answer.endswith(".")
    for one, other in combinations(answer.citations, 2):
        assert one.doc != other.doc or one.end <= other.start or other.end <= one.start
    for lookalike in answer.lookalikes:
        text = index.documents[lookalike.doc].text[lookalike.start : lookalike.end]
        assert text == lookalike.quote
        assert lookalike.difference
        for c in answer.citations:
            assert c.doc != lookalike.doc or (
                lookalike.end <= c.start or c.end <= lookalike.start
            ), "a look-alike is cited"
    for highlight in answer.highlights:
        citation = answer.citations[highlight.n - 1]
        assert citation.start <= highlight.start < highlight.end <= citation.end
        text = index.documents[citation.doc].text[highlight.start : highlight.end]
        assert text == highlight.text
    scores = [c.score for c in answer.candidates]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1 + 1e-4
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_weights(apiary: SearchableIndex, weights: Weigh, seed: int) -> None:
    draw = random.Random(seed)
    weights({name: draw.gauss(0, 4) for name in FEATURES}, sure=True)
    for question in APIARY_QUESTIONS:
        check_answer(apiary, ask(apiary, question))


@pytest.mark.parametrize("question", APIARY_QUESTIONS)
def test_with_the_reader(
    apiary: SearchableIndex, weights: Weigh, reader: Reader, question: str
) -> None:
    weights(GOOD, sure=True)
    answer = ask(apiary, question, reader)
    check_answer(apiary, answer)
    assert answer.status == "answered"


@pytest.mark.parametrize("question", TRADE_QUESTIONS)
def test_the_shipped_documents_and_weights(shipped_pipeline: Pipeline, question: str) -> None:
    check_answer(shipped_pipeline.index, shipped_pipeline.invoke(Question(question)))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many kilograms of honey did the apiary harvest in 2021?", "410 kilograms"),
        ("How many kilograms of honey did the apiary harvest in 2022?", "385 kilograms"),
        ("Who planted the orchard?", "Martha Lindqvist"),
        ("How much is a ticket?", "3 euros"),
        ("Why are the hives painted blue?", "because bees see that colour"),
    ],
)
def test_documents_of_another_topic_are_answered_from(
    apiary: SearchableIndex, weights: Weigh, reader: Reader, question: str, words: str
) -> None:
    weights(GOOD, sure=True)
    assert words in ask(apiary, question, reader).answer


def test_a_figure_of_another_year_is_a_lookalike(
    apiary: SearchableIndex, weights: Weigh, reader: Reader
) -> None:
    weights(GOOD | {"year_differs": -9.0, "figures_shared": 4.0}, sure=True)
    answer = ask(apiary, APIARY_QUESTIONS[0], reader)
    assert not any("2022" in c.quote for c in answer.citations)
    [other] = [found for found in answer.lookalikes if "2022" in found.quote]
    assert other.difference == "2022, not 2021"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many kilograms of honey did the apiary harvest in 1955?", "not 1955."),
        ("Who discovered penicillin?", "nothing about this."),
        (
            "How much mead did the apiary harvest?",
            "They say nothing of “mead”; the nearest is about “The hill apiary in numbers”.",
        ),
    ],
)
def test_a_declined_answer_says_what_differs(
    apiary: SearchableIndex, weights: Weigh, question: str, reason: str
) -> None:
    weights(GOOD | {"year_differs": 0.0}, sure=False)
    answer = ask(apiary, question)
    assert answer.status == "abstained"
    check_answer(apiary, answer)
    assert answer.answer.endswith(reason)
    assert answer.passages, "what was searched is shown all the same"


def test_a_limited_question_is_declined_for_what_was_asked(
    apiary: SearchableIndex, weights: Weigh
) -> None:
    weights(GOOD, sure=False)
    [doc, *_] = apiary.documents
    limited = Question("Who discovered penicillin?", docs=(doc,))
    draft = ExtractiveAnswerer(apiary, None).answer(limited, apiary.search(limited.text))
    assert draft.answer.startswith(CHOSEN_NOT_SAID)
    assert ask(apiary, limited.text).answer.startswith(NOT_SAID)


def test_what_cannot_be_the_answer_is_not_given(apiary: SearchableIndex, weights: Weigh) -> None:
    weights(GOOD | {"year_differs": 0.0}, sure=True)
    answer = ask(apiary, "How many kilograms of honey did the apiary harvest in 1955?")
    assert (answer.status, answer.citations) == ("abstained", ())
    assert answer.confidence == MISMATCHED
    assert ask(apiary, APIARY_QUESTIONS[0]).status == "answered"


def test_the_words_that_answer_are_highlighted(
    apiary: SearchableIndex, weights: Weigh, reader: Reader
) -> None:
    weights(GOOD, sure=True)
    for question, *expected in (
        ("Who planted the orchard?", "Martha Lindqvist"),
        ("How many kilograms does a barrel hold?", "70 kilograms"),
        ("What is the value of the honey sold a year?", "9,200 euros"),
        ("Which market do the jars go to?", "Saturday market in Oberdorf"),
        ("Who planted the orchard? What does the apiary pay for jars?", "Martha Lindqvist",
         "640 euros"),
        ("Explain who planted the orchard and why", "Martha Lindqvist"),
        ("Summarise how the honey is made ready",),
    ):  # fmt: skip
        answer = ask(apiary, question, reader)
        assert [h.text for h in answer.highlights] == expected, question
    assert ask(apiary, "Who planted the orchard?").highlights == ()


def test_documents_are_summarised_as_wholes_however_unsure(
    apiary: SearchableIndex, weights: Weigh
) -> None:
    weights(GOOD, sure=False)
    answer = ask(apiary, "Can you summarise everything?")
    assert {c.doc for c in answer.citations} == {"farm/apiary", "museum"}
    assert answer.confidence == SUMMARISED
    assert ask(apiary, "Summarise the tax law").status == "abstained"


def test_ranges_and_several_figures_are_highlighted_whole(
    tmp_path: Path, minilm: Embedder, weights: Weigh, reader: Reader
) -> None:
    weights(GOOD, sure=True)
    mill = "The mill was rebuilt from 1990 to 1995 by volunteers. Its wheel weighs 4 to 6 tonnes."
    with closing(open_corpus(tmp_path, minilm, corpus_of(mill=mill))) as index:
        for question, expected in (
            ("When was the mill rebuilt?", "1990 to 1995"),
            ("How much does the wheel weigh?", "4 to 6 tonnes"),
        ):
            assert [h.text for h in ask(index, question, reader).highlights] == [expected]


def test_both_of_two_questions_are_answered(apiary: SearchableIndex, weights: Weigh) -> None:
    weights(GOOD, sure=True)
    answer = ask(apiary, "When did the hill apiary open and how much is a ticket?")
    check_answer(apiary, answer)
    assert "2011" in answer.answer and "3 euros" in answer.answer
    assert len({c.doc for c in answer.citations}) == 2


def test_marks_of_lists_and_clauses_are_quoted_but_not_told(
    tmp_path: Path, words: WordEmbedder, weights: Weigh
) -> None:
    text = "- the red ferry carries 40 cars;\n- the blue ferry carries 12 cars;\n"
    weights(GOOD, sure=True)
    with closing(open_corpus(tmp_path, words, corpus_of(ferry=text))) as index:
        answer = ask(index, "How many cars does the blue ferry carry?")
        check_answer(index, answer)
    assert answer.citations[-1].quote.endswith(";")
    assert answer.statements[-1].text == "the blue ferry carries 12 cars"


def test_streaming_ends_with_the_answer(apiary: SearchableIndex, weights: Weigh) -> None:
    weights(GOOD, sure=True)
    answerer = ExtractiveAnswerer(apiary, None)
    question = Question("Who planted the orchard?")
    passages = apiary.search(question.text)
    *_, last = answerer.stream(question, passages)
    assert last == answerer.answer(question, passages)


def test_a_line_break_in_a_sentence_is_quoted_but_not_told(
    tmp_path: Path, words: WordEmbedder, weights: Weigh
) -> None:
    text = "The ferry to the northern islands leaves the pier\nat noon and carries 40 cars.\n" * 3
    weights(GOOD, sure=True)
    with closing(open_corpus(tmp_path, words, corpus_of(ferry=text))) as index:
        answer = ask(index, "How many cars does the ferry carry?")
        check_answer(index, answer)
    assert "\n" in answer.citations[0].quote
    assert "\n" not in answer.answer


def test_the_page_says_that_a_doubtful_answer_is_no_more_than_the_nearest(
    apiary: SearchableIndex, weights: Weigh
) -> None:
    weights(GOOD, sure=True)
    answer = ask(apiary, APIARY_QUESTIONS[0])
    jars = Highlight(1, 0, 6, answer.statements[0].text.split()[0])
    answer = replace(answer, highlights=(jars,))
    shown = {c: outcome_html("q1", replace(answer, confidence=c), {}) for c in (0.4, 0.8)}
    assert ["the closest they come" in html for html in shown.values()] == [True, False]
    assert ["the documents may not answer" in html for html in shown.values()] == [True, False]
    assert ["<strong>" in html for html in shown.values()] == [False, True]
    assert all("Quoted word for word" in html for html in shown.values())
    assert not any("✓" in html for html in shown.values())


def test_the_page_says_how_likely_a_decline_is_wrong(apiary: SearchableIndex) -> None:
    declined = ask(apiary, "Who discovered penicillin?")
    html = outcome_html("q1", replace(declined, confidence=0.31), {})
    assert "No answer found in these documents" in html
    assert "Confidence 31%: the estimated chance that these documents answer" in html


class PointingReader:
    """Finds the answer where it is told to, and nowhere else."""

    judges = True

    def __init__(self, span: str) -> None:
        self.span = span

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        readings = []
        for passage in passages:
            at = passage.text.find(self.span)
            span = (at, at + len(self.span)) if at >= 0 else None
            scores = (0.0,) * len(passage.sentences)
            readings.append(Reading(scores, 0.0, span, 5.0 if span else -20.0))
        return readings


def test_an_answer_that_the_reader_finds_elsewhere_is_less_sure(
    apiary: SearchableIndex, weights: Weigh
) -> None:
    weights(GOOD | {"reader": 0.0, "sentence_cosine": 40.0}, sure=True)
    question = "How many kilograms of honey did the apiary harvest in 2021?"
    here = ask(apiary, question, PointingReader("410 kilograms"))
    alone = ask(apiary, question)
    elsewhere = ask(apiary, question, PointingReader("640 euros"))
    assert here.answer == elsewhere.answer
    assert "410 kilograms" in here.answer
    assert here.confidence > alone.confidence > elsewhere.confidence


def test_a_runner_up_that_has_all_and_more_comes_first(apiary: SearchableIndex) -> None:
    evidence = weigh(apiary, "When was the orchard planted by Martha Lindqvist?")
    full = "The orchard was planted by Martha"
    ranked = rank(evidence, {"In early summer": 0.5, full: 0.3})
    first, chance = prefer_fuller(evidence, ranked)[0]
    assert first.text.startswith(full)
    assert chance == ranked[0][1]
    figure = weigh(apiary, "How much was sold of the honey?")
    spoken = rank(figure, {"The keepers paint": 0.5, "The apiary sells honey": 0.3})
    assert prefer_fuller(figure, spoken)[0][0].text.startswith("The apiary sells honey")
    sure = rank(evidence, {full: 0.9, "In early summer": 0.05})
    assert prefer_fuller(evidence, sure) == sure


def test_what_is_asked_as_a_duty_and_ordered_is_surer(
    minilm: Embedder, weights: Weigh, tmp_path: Path
) -> None:
    weights(GOOD | {"sentence_cosine": 40.0}, sure=True)
    sheet = "The walk is in May.\n\nNote: wear stout shoes.\n\nTea is served at four.\n"
    with closing(open_corpus(tmp_path, minilm, corpus_of(walk=sheet))) as index:
        ordered = ask(index, "What must walkers wear?")
        told = ask(index, "What do walkers wear?")
    assert "stout shoes" in ordered.answer
    assert ordered.confidence > told.confidence
