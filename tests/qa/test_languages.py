"""Questions in other languages than English: by their words, with English's rules off."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from index.embedder import Embedder
from index.words import words
from qa.answer import Answer, Question
from qa.language.foreign import is_foreign_passage
from qa.pipeline import Pipeline
from tests.support.answers import open_corpus
from tests.support.corpora import corpus_of

ZH = (
    "图书馆规定\n\n第一条 图书馆每天上午九点开门，下午六点关门。\n\n"
    "第二条 每人最多借五本书，借期三周。\n"
)
JA = "美術館の案内\n\n美術館は午前十時に開館します。\n\n入場料は大人八百円です。\n"
DE = (
    "Mietordnung\n\nDas Zimmer kostet viel im Sommer, nämlich 90 Kronen.\n\n"
    "Hunde müssen an der Leine geführt werden.\n"
)
EN = "House rules\n\nDogs are kept on a lead. Have a view of the sea from every room.\n"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("languages")
    corpus = corpus_of(zh=ZH, ja=JA, de=DE, en=EN)
    with closing(open_corpus(folder, minilm, corpus)) as index:
        yield Pipeline(index, None)


def ask(pipeline: Pipeline, question: str) -> Answer:
    return pipeline.invoke(Question(question))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("图书馆什么时候开门？", "九点"),
        ("每人最多借几本书？", "五本书"),
        ("入場料はいくらですか？", "八百円"),
        ("Wie viel kostet das Zimmer?", "90 Kronen"),
    ],
)
def test_the_sentence_with_the_words_answers(pipeline: Pipeline, question: str, said: str) -> None:
    answer = ask(pipeline, question)
    assert answer.status == "answered"
    assert said in answer.answer
    assert answer.confidence < 0.9
    assert answer.standalone_question == question, "English corrections are for English"


@pytest.mark.parametrize("question", ["图书馆有多少员工？", "Wo wohnt der Bürgermeister von Ulm?"])
def test_too_few_words_decline_and_point_to_a_model(pipeline: Pipeline, question: str) -> None:
    answer = ask(pipeline, question)
    assert answer.status == "abstained"
    assert "FOOTNOTE_EMBEDDER" in answer.answer


def test_an_index_of_english_is_asked_as_before(pipeline: Pipeline) -> None:
    assert ask(pipeline, "Are dogs kept on a lead?").status == "answered"


def test_runs_without_spaces_become_pairs() -> None:
    assert words("图书馆什么时候开门") == ["图书", "书馆", "开门"]
    assert words("ABC 3 items") == ["abc", "3", "items"]


@pytest.mark.parametrize(
    ("text", "foreign"), [(ZH, True), (DE, True), (EN, False), ("12 30", False)]
)
def test_the_language_of_a_passage(text: str, foreign: bool) -> None:
    assert is_foreign_passage(text) is foreign
