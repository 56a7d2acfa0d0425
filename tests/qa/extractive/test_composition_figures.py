"""A citation goes on with the next sentence where that holds the figures asked for."""

from types import SimpleNamespace

from corpus.passages import Passage, Sentence
from qa.extractive.composition import Composer
from qa.extractive.picks import Pick, specified
from qa.question.expected_answer import expected_answer


def passage(*sentences: str) -> Passage:
    spans = []
    text = ""
    for sentence in sentences:
        spans.append(Sentence(len(text), len(text) + len(sentence)))
        text += sentence + " "
    return Passage("doc", 0, len(text) - 1, text[:-1], "", tuple(spans))


def with_figure(question: str, where: Passage) -> str:
    composer = Composer(None, SimpleNamespace(expected=expected_answer(question)), [])  # type: ignore[arg-type]
    return composer._with_figure(Pick(where, 0, 0, 1.0)).text


def test_specifics_follow_what_they_specify() -> None:
    where = passage("Honey sales rose by 9%.", "Specifically, clover rose by 4%.")
    assert specified(Pick(where, 0, 0, 1.0)).last == 1
    apart = passage("Honey sales rose by 9%.", "Bees fly in May.")
    assert specified(Pick(apart, 0, 0, 1.0)).last == 0


def test_a_figure_in_the_next_leaning_sentence_is_taken() -> None:
    where = passage("One out of three jars is clover.", "Its yearly output was 412 jars.")
    assert "412 jars" in with_figure("How many jars of clover honey were made?", where)
    assert "412" not in with_figure("Who makes clover honey?", where)
