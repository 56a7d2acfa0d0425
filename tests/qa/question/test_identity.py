"""Questions are bound to the documents whose names and periods they have."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.document import Corpus, Document
from index.embedder import Embedder
from index.retriever import SearchableIndex
from qa.answer import Question, Turn
from qa.pipeline import Pipeline
from qa.question.identity import Identities, identity_terms
from tests.support.answers import open_corpus

SAID = "Revenue was {} million dollars. The number of employees was {}. Shops were opened."
REPORTS = (
    Document("OAKEN_2021", "Oaken Chairs annual report", SAID.format("410", "1,200")),
    Document("OAKEN_2022", "Oaken Chairs annual report", SAID.format("385", "1,150")),
    Document("BRASS_2022", "Brass Lamps annual report", SAID.format("902", "4,400")),
    Document("brass-q2-2022", "Brass Lamps", SAID.format("221", "4,300")),
    Document("minutes/2023-01-17", "Minutes", "The council met. A bench was bought for 90 crowns."),
    Document("minutes/2023-06-20", "Minutes", "The council met. A bench was bought for 75 crowns."),
)


@pytest.fixture(scope="module")
def reports(
    tmp_path_factory: pytest.TempPathFactory, minilm: Embedder
) -> Iterator[SearchableIndex]:
    folder = tmp_path_factory.mktemp("reports")
    with closing(open_corpus(folder, minilm, Corpus(REPORTS))) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "doc"),
    [
        ("What was the revenue of Oaken Chairs in 2021?", "OAKEN_2021"),
        ("What was the revenue of Oaken in FY2022?", "OAKEN_2022"),
        ("What was Brass Lamps' revenue in FY22?", "BRASS_2022"),
        ("What was the revenue of Brass Lamps in the second quarter of 2022?", "brass-q2-2022"),
        ("How many employees had OC in 2021?", "OAKEN_2021"),
        ("What did the bench cost in January?", "minutes/2023-01-17"),
        ("What did the bench cost in June 2023?", "minutes/2023-06-20"),
    ],
)
def test_the_document_that_is_named_comes_first(
    reports: SearchableIndex, question: str, doc: str
) -> None:
    answer = Pipeline(reports, None, threshold=0.0).invoke(Question(question))
    assert answer.passages[0].passage.doc == doc
    assert {citation.doc for citation in answer.citations} <= {doc}


def test_another_year_of_the_same_company_is_no_answer(reports: SearchableIndex) -> None:
    """No report is of 2022 and Oaken's lamps: one company's figure stood for another's."""
    identities = Identities.of((d.doc, d.title) for d in REPORTS)
    question = "What was the revenue of Oaken Chairs in 2022?"
    assert identities.foreign(question, "BRASS_2022", "Revenue was 902.") == ["chair", "oaken"]
    assert identities.foreign(question, "OAKEN_2021", "Revenue was 410.") == ["2022"]
    assert identities.foreign(question, "OAKEN_2022", "Revenue was 385.") == []
    assert identities.foreign(question, "OAKEN_2021", "In 2022 revenue was 385.") == []


@pytest.mark.parametrize(
    ("doc", "title", "known"),
    [
        ("a/2025-01-22", "Notes", {"2025", "januari", "22"}),
        ("ThornwickFY2023Q4", "Report", {"thornwick", "2023", "q4"}),
        ("x", "Johnson & Johnson", {"jj", "jnj", "johnson"}),
        ("plan_v2.1", "Second half plan", {"h2", "plan"}),
    ],
)
def test_forms_of_names_and_periods(doc: str, title: str, known: set[str]) -> None:
    assert known <= identity_terms(title, doc)


def test_a_name_may_begin_small() -> None:
    identities = Identities.of([("a", "uBrass Lamps"), ("b", "Oaken Chairs")])
    assert set(identities.favoured("What did uBrass sell?")) == {"a"}
    assert identities.foreign("What did uBrass sell?", "b", "Chairs.") == ["ubrass"]


def test_what_all_documents_are_known_by_favours_none() -> None:
    identities = Identities.of([("report-1", "Report"), ("report-2", "Report")])
    assert identities.favoured("What does the report say of bees?") == {}
    assert Identities.of([]).favoured("What of bees?") == {}


def test_a_word_out_of_a_title_names_no_document() -> None:
    given = [("walks", "Walks"), ("siege", "The Spanish and Breton Wars"), ("oaken", "Oaken plc")]
    identities = Identities.of(given)
    said = "The best walk is along the coast of Brittany."
    assert identities.foreign("Which Breton walk is the best?", "walks", said) == []
    assert identities.foreign("Which walk did Oaken pay for?", "walks", said) == ["oaken"]


def test_a_single_document_is_never_another(tmp_path: Path, words: Embedder) -> None:
    corpus = Corpus((Document("oaken-2021", "Oaken", "Bees like blue hives in May."),))
    with closing(open_corpus(tmp_path, words, corpus)) as index:
        asked = Question("Do bees like blue hives in 2023?")
        assert Pipeline(index, None, threshold=0.0).invoke(asked).citations


def test_the_document_of_the_last_answer_comes_first(reports: SearchableIndex) -> None:
    """A follow-up that names no company was answered from another's report."""
    pipeline = Pipeline(reports, None, threshold=0.0)
    first = "What was the number of employees of Oaken Chairs in 2021?"
    said = pipeline.invoke(Question(first))
    assert said.citations[0].doc == "OAKEN_2021"
    history = (Turn("user", first), Turn("assistant", said.answer))
    then = pipeline.invoke(Question("How many shops were opened?", history=history))
    assert then.passages[0].passage.doc == "OAKEN_2021"


def test_abbreviations_are_read_as_what_they_stand_for(tmp_path: Path, minilm: Embedder) -> None:
    told = "The year was dry. Capital expenditures were 31 million crowns in 2021. Sales fell."
    corpus = Corpus((Document("a", "Oaken report", told), Document("b", "Menu", "Soup. Bread.")))
    with closing(open_corpus(tmp_path, minilm, corpus)) as index:
        answer = Pipeline(index, None).invoke(Question("How much capex did Oaken have in FY21?"))
    assert "31 million" in answer.answer
    assert answer.standalone_question == "How much capital expenditures did Oaken have in 2021?"
