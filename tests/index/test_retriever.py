"""Search: within chosen documents, and among documents that repeat each other."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Corpus, Document
from index.build import build_index
from index.generations import IndexFolder
from index.retriever import SearchableIndex
from index.store import Generation
from index.words import STOPWORDS, stem, terms
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

SMALL = (
    "The export of {thing} rose by {number} percent in the year {year}, said the customs office."
)
THINGS = ["cars", "ships", "steel", "toys", "grain", "phones", "shoes", "tea"]


def open_corpus(folder: Path, corpus: Corpus, words: WordEmbedder) -> SearchableIndex:
    report = build_index(corpus, IndexFolder(folder), words)
    return SearchableIndex(Generation(report.generation), words)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    """One document among sixty about the same, each of eight passages."""
    corpus = corpus_of(
        **{
            f"d{year}": "\n\n".join(
                SMALL.format(thing=thing, number=n + year % 7, year=year) * 4
                for n, thing in enumerate(THINGS)
            )
            for year in range(1960, 2020)
        }
    )
    index = open_corpus(tmp_path_factory.mktemp("many"), corpus, WordEmbedder())
    yield index
    index.close()


def test_only_chosen_documents_are_searched(many: SearchableIndex) -> None:
    question = "How did the export of steel rise in 1999?"
    assert many.search(question)[0].passage.doc == "d1999"
    for docs in (["d1961"], ["d1961", "d2003"], ("d1961", "unknown")):
        found = many.search(question, docs=docs)
        assert {f.passage.doc for f in found} == set(docs) - {"unknown"}
        assert "steel" in found[0].passage.text
        exact = [float(many.embed(f.passage.text) @ many.embed(question)) for f in found]
        assert len(exact) == min(10, 8 * len({f.passage.doc for f in found}))
    assert many.search(question, docs=["unknown"]) == []
    assert many.search("the", 3, ["d1961"]), "nothing in common with its words"


def test_a_chosen_document_is_searched_as_if_it_were_alone(
    many: SearchableIndex, tmp_path: Path
) -> None:
    alone = open_corpus(tmp_path, Corpus((many.documents["d1975"],)), WordEmbedder())
    for thing in THINGS:
        question = f"export of {thing} in 1975"
        there = [f.passage for f in many.search(question, 8, ["d1975"])]
        assert set(there) == {f.passage for f in alone.search(question, 8)}
        dense = [f.dense for f in many.search(question, 8, ["d1975"])]
        assert np.allclose(sorted(dense), sorted(f.dense for f in alone.search(question, 8)))
    alone.close()


@pytest.mark.parametrize(
    ("asked", "corrected"),
    [
        ("exprot of stele", "export of steel"),
        ("custommss", "customs"),
        ("Exprot of cars", "Export of cars"),
        ("Custommss", "Custommss"),  # a name may well be another's but for two letters
        ("cars of SAIC", "cars of SAIC"),  # or for one, where it is short: "said" is in the corpus
    ],
)
def test_misspelt_words_are_corrected_but_hardly_names(
    many: SearchableIndex, asked: str, corrected: str
) -> None:
    def is_known(word: str) -> bool:
        return word in STOPWORDS or many.lexical.knows(stem(word))

    assert many.spelling.correct(asked, is_known) == corrected


def test_the_country_is_no_pronoun() -> None:
    assert terms("Tell us of us.") == terms("Tell of")
    for name in ("the US", "the U.S.", "the USA", "the United States", "America"):
        assert terms(f"exports to {name}") == terms("exports to USA"), name
    assert "usa" not in terms("exports to South America")


def test_copies_do_not_fill_the_list(tmp_path: Path, words: WordEmbedder) -> None:
    """Three hundred copies of one passage, some with other spaces, and three other passages."""
    same = SMALL.format(thing="cars", number=5, year=1999) * 2
    texts = {f"copy{n}": same.replace(" ", "  " if n % 2 else " ") for n in range(300)}
    others = {
        name: text * 2
        for name, text in {
            "year": SMALL.format(thing="cars", number=5, year=2000),
            "thing": SMALL.format(thing="ships", number=5, year=1999),
            "far": "Nobody knows where the old river turns away from the hills of the north.",
        }.items()
    }
    index = open_corpus(tmp_path, corpus_of(**texts, **others), words)
    found = index.search("export of cars in 1999", k=4)
    names = [f.passage.doc for f in found]
    assert names[0].startswith("copy")
    assert set(names[1:]) == set(others), "what differs in a figure or a word is no copy"
    index.close()


def test_documents_are_read_when_they_are_asked_for(many: SearchableIndex) -> None:
    assert len(many.documents) == 60
    assert list(many.documents)[:2] == ["d1960", "d1961"]
    assert "d1999" in many.documents and "nothing" not in many.documents
    with pytest.raises(KeyError):
        many.documents["nothing"]
    assert all(f"the year {doc[1:]}" in d.text for doc, d in many.documents.items())


def test_every_document_has_a_status(tmp_path: Path, words: WordEmbedder) -> None:
    text = "The export of cars rose.\n\f\nThe import of ships fell."
    paged = Document("a", "Paged", text, pages=((0, 25), (25, 26), (26, len(text))),
                     warnings=("page 2 holds a picture",))  # fmt: skip
    index = open_corpus(tmp_path, Corpus((paged, *corpus_of(b="Text.").documents)), words)
    first, second = index.statuses
    assert (first.doc, first.title, first.pages, first.problem) == ("a", "Paged", 3, "")
    assert first.warnings == ("page 2 holds a picture",)
    assert first.passages + second.passages == 3 - (first.passages == 1)
    assert second.pages is None
    assert first.indexed == second.indexed
    index.close()
    later = open_corpus(tmp_path, Corpus((paged, *corpus_of(b="Other text.").documents)), words)
    assert later.statuses[0].indexed == first.indexed
    assert later.statuses[1].digest != second.digest
    later.close()
