"""Numbers for and against a sentence."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.retriever import SearchableIndex
from qa.extractive.evidence import READ, READ_BEHIND, Evidence, gather_evidence
from qa.extractive.features import FEATURES, columns_of
from qa.extractive.ranking import load_ranking
from qa.reader import Reader, ReaderInput, Reading
from tests.support.answers import APIARY_QUESTIONS, open_corpus, weigh
from tests.support.embedders import WordEmbedder

READER_FEATURES = [feature.name for feature in FEATURES.values() if feature.reads]


class ScriptedReader(Reader):
    """Finds a word: its sentences score 5, others 0; the word is the span."""

    judges = True

    def __init__(self, word: str) -> None:
        self.word = word
        self.given: list[ReaderInput] = []

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        self.given += passages
        return [self._read(passage) for passage in passages]

    def _read(self, passage: ReaderInput) -> Reading:
        at = passage.text.find(self.word)
        span = (at, at + len(self.word)) if at >= 0 else None
        scores = tuple(5.0 if self.word in passage.text[a:b] else 0.0 for a, b in passage.sentences)
        return Reading(scores, 3.0 if span else -4.0, span, 0.0 if span else -9.0)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    with closing(open_corpus(tmp_path_factory.mktemp("index"), WordEmbedder())) as index:
        yield index


def column(evidence: Evidence, name: str) -> dict[str, float]:
    """Return a feature by the sentences' text."""
    values = evidence.feature(name)
    return {c.text: float(v) for c, v in zip(evidence.candidates, values, strict=True)}


def of(values: dict[str, float], opening: str) -> float:
    [value] = [v for text, v in values.items() if text.startswith(opening)]
    return value


@pytest.mark.parametrize("question", APIARY_QUESTIONS)
def test_every_sentence_of_the_passages_is_weighed(index: SearchableIndex, question: str) -> None:
    passages = index.search(question)
    evidence = gather_evidence(index, question, passages, None)
    assert evidence.features.shape == (len(evidence.candidates), len(FEATURES))
    assert [c.text for c in evidence.candidates] == [
        p.passage.quote(s) for p in passages for s in p.passage.sentences
    ]
    assert all(c.found.passage.sentences[c.place] == c.sentence for c in evidence.candidates)


@given(st.text(min_size=1, max_size=80))
def test_features_are_finite_for_any_question(index: SearchableIndex, question: str) -> None:
    evidence = weigh(index, question)
    assert np.isfinite(evidence.features).all()
    for name in ("coverage", "coverage_in_context", "coverage_in_passage", "plain_coverage",
                 "heading_coverage", "word_pairs", "kind_met", "figures_shared"):  # fmt: skip
        assert all(0 <= value <= 1 + 1e-6 for value in column(evidence, name).values()), name


def test_coverage_grows_with_the_context(index: SearchableIndex) -> None:
    evidence = weigh(index, "How many hives did the hill apiary have when it opened in 2011?")
    coverage = column(evidence, "coverage")
    context = column(evidence, "coverage_in_context")
    passage = column(evidence, "coverage_in_passage")
    assert of(coverage, "The hill apiary opened") == pytest.approx(1)
    assert of(coverage, "It grew to thirty") < of(context, "It grew to thirty")
    assert all(coverage[t] <= context[t] + 1e-6 <= passage[t] + 2e-6 for t in coverage)


def test_marks_of_a_sentence(index: SearchableIndex) -> None:
    evidence = weigh(index, "What measures against the mite did the keepers take in 2022?")
    assert of(column(evidence, "heading"), "Three measures") == 1
    assert of(column(evidence, "heading"), "The keepers of") == 0
    assert of(column(evidence, "announcing"), "The keepers of") == 1
    assert of(column(evidence, "announcing"), "Three measures") == 0
    years = column(evidence, "year_differs")
    assert (of(years, "In 2021"), of(years, "In 2022"), of(years, "The keepers of")) == (1, 0, 0)
    later = column(weigh(index, "What did the apiary sell in 2024?"), "year_differs")
    assert of(later, "The apiary sells") == 1, "the year of the sentence before goes on"
    asking = column(weigh(index, "Would the trees bear as much without bees?"), "asking")
    assert [text for text in asking if asking[text]] == [
        "Would the trees bear as much without bees?"
    ]


def test_the_opposite_is_told(index: SearchableIndex) -> None:
    opposed = column(weigh(index, "What does the apiary buy, in euros a year?"), "opposed")
    assert of(opposed, "The apiary sells honey") == 1
    assert of(opposed, "It buys jars") == 0


def test_without_a_reader_its_columns_are_zero(index: SearchableIndex) -> None:
    evidence = weigh(index, "How many hives?")
    assert evidence.readings == []
    columns = columns_of(*READER_FEATURES)
    assert not evidence.features[:, columns].any()


def test_only_passages_near_the_best_are_read(index: SearchableIndex) -> None:
    counts = set()
    for question in ("How many pear trees bloom in April?", "Who?", "What was sold?"):
        reader = ScriptedReader("140")
        passages = index.search(question)
        near = [p for p in passages[:READ] if passages[0].score - p.score <= READ_BEHIND]
        evidence = gather_evidence(index, question, passages, reader)
        assert [given.text for given in reader.given] == [p.passage.text for p in near]
        assert len(evidence.readings) == len(near)
        counts.add(len(near))
    assert len(counts) > 1


def test_what_the_reader_says_reaches_its_sentence(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.extractive.evidence.READ_BEHIND", 9.0)
    reader = ScriptedReader("140 pear trees")
    question = "How many pear trees bloom in April?"
    passages = index.search(question)
    evidence = gather_evidence(index, question, passages, reader)
    assert len(reader.given) == len(evidence.readings) == READ
    assert len(passages) > READ
    tree = next(c.text for c in evidence.candidates if "140" in c.text)
    span = column(evidence, "in_span")
    assert span.pop(tree) == pytest.approx(0.5), "a span as likely as none"
    assert not any(span.values())
    whole = column(evidence, "reader_passage")
    assert whole[tree] == 3
    assert min(whole.values()) == -4
    chances = column(evidence, "reader")
    read = [c.text for c in evidence.candidates if c.found in passages[:READ]]
    unread = [c.text for c in evidence.candidates if c.found not in passages[:READ]]
    assert sum(np.exp(chances[text]) for text in read) == pytest.approx(1)
    assert max(chances, key=lambda text: chances[text]) == tree
    assert {chances[text] for text in unread} == {min(chances.values())}


def test_the_reader_is_given_heading_and_sentences(index: SearchableIndex) -> None:
    reader = ScriptedReader("Martha")
    gather_evidence(index, "Who planted it?", index.search("Who planted the orchard?"), reader)
    given = next(p for p in reader.given if "Martha" in p.text)
    assert given.heading == "The orchard below the apiary"
    first, second = given.sentences[:2]
    assert given.text[slice(*first)] == "The orchard below the apiary"
    assert given.text[slice(*second)].startswith("The orchard was planted by Martha")


@pytest.mark.parametrize("with_reader", [True, False])
def test_shipped_weights_are_of_these_features(with_reader: bool) -> None:
    weights = load_ranking(with_reader)
    assert weights.shape == (len(FEATURES),)
    assert np.isfinite(weights).all()
    read = weights[columns_of(*READER_FEATURES)].tolist()
    assert any(read) is with_reader
