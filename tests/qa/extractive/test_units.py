"""Whole units: lists with what announces them, steps with their commands, numbered clauses."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.document import Corpus, Document
from index.retriever import SearchableIndex
from qa.answer import Draft, Question
from qa.extractive.answerer import ExtractiveAnswerer
from qa.extractive.composition import Composer
from qa.extractive.declining import lacks_form
from qa.extractive.lists import find_lists
from qa.extractive.picks import LONGEST_QUOTE
from qa.extractive.sentence_traits import traits_of
from qa.question.expected_answer import expected_answer
from tests.support.answers import compose, open_corpus, rank, weigh
from tests.support.embedders import WordEmbedder

RULES = """# Allotment rules

The rules of the allotments were agreed in March.

## The committee

The committee shall have power to:

(a) let vacant plots to those who wait longest;
(b) end the tenancy of a plot that lies waste for a year; and
(c) employ a warden.

It is the duty of the committee to:

(a) keep the accounts;
(b) report to the members once a year:
   (i) on the money, and
   (ii) on the water;
(c) insure the huts.

## Watering

To water a plot at night:

1. Ask the warden for a key.

   ```
   pump --on --plot 12
   ```

2. Open the valve.
3. Close it before six.

Hoses are lent for a day.

The fee for water depends on the ground:

(a) 12 crowns where a plot has five rods;
(b) 20 crowns where a plot has ten rods;
(c) 35 crowns for more.

## Kinds of plots

### Full plots

Full plots have ten rods of ground.

### Half plots

Half plots have five rods of ground.

## How to leave

### 1. Write to the warden

Name the day.

### 2. Clear the hut

Leave no tools.

## 7.2 Bonfires

Bonfires are lit in November only. Wet leaves are not burnt.
"""


class RoomyEmbedder(WordEmbedder):
    """Has passages of several sentences."""

    name = "roomy words of units"
    max_tokens = 120


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    corpus = Corpus((Document("rules", "Allotment rules", RULES, markdown=True),))
    folder = tmp_path_factory.mktemp("rules")
    with closing(open_corpus(folder, RoomyEmbedder(), corpus)) as index:
        yield index


def told(index: SearchableIndex, question: str, sentence: str) -> list[str]:
    """Return the texts of an answer for which one sentence ranks far ahead."""
    return [" ".join(pick.text.split()) for pick in compose(index, question, {sentence: 0.9})]


def test_of_two_lists_the_one_that_is_asked_for(rules: SearchableIndex) -> None:
    """The best sentence stands in the other: powers were told for duties."""
    said = told(rules, "What are the duties of the committee?", "(a) let vacant plots")
    assert said[0] == "It is the duty of the committee to:"
    assert said[1:] == [
        "(a) keep the accounts;",
        "(b) report to the members once a year:",
        "(i) on the money, and",
        "(ii) on the water;",
        "(c) insure the huts.",
    ]


def test_an_announcement_brings_its_list(rules: SearchableIndex) -> None:
    said = told(rules, "What can the committee do?", "The committee shall have power to:")
    assert said[0] == "The committee shall have power to:"
    assert len(said) == 4
    assert said[-1] == "(c) employ a warden."


def test_one_figure_asked_for_is_one_item(rules: SearchableIndex) -> None:
    lead = "The fee for water depends on the ground:"
    ten = told(rules, "How much is the fee for water on a plot with ten rods?", lead)
    assert ten == [lead, "(b) 20 crowns where a plot has ten rods;"]
    assert len(told(rules, "How much is the fee for water?", lead)) == 4
    evidence = weigh(rules, "How much is the fee for water on large ground?")
    composer = Composer(rules, evidence, rank(evidence, {lead: 0.6, "(c) 35 crowns": 0.3}))
    assert [pick.text for pick in composer.choose()][-1] == "(c) 35 crowns for more."
    assert composer.listed == (1, 3)


def test_steps_bring_their_commands(rules: SearchableIndex) -> None:
    said = told(rules, "How do I water a plot at night?", "1. Ask the warden")
    assert said[0] == "To water a plot at night:"
    assert any("pump --on --plot 12" in text for text in said)
    assert said[-1] == "3. Close it before six."


def test_headings_are_items(rules: SearchableIndex) -> None:
    evidence = weigh(rules, "Which kinds of plots are there?")
    ranked = rank(evidence, {"Full plots have": 0.4, "Half plots have": 0.3})
    said = [pick.text for pick in Composer(rules, evidence, ranked).choose()]
    assert any("### Full plots" in text for text in said)
    assert any("### Half plots" in text for text in said)


def test_numbered_headings_are_steps(rules: SearchableIndex) -> None:
    said = told(rules, "How do I leave the allotments?", "Name the day.")
    assert any("1. Write to the warden Name the day." in text for text in said)
    assert any("2. Clear the hut Leave no tools." in text for text in said)


def test_no_heading_or_announcement_stands_alone(rules: SearchableIndex) -> None:
    for opening in ("## Watering", "To water a plot", "## Kinds of plots", "# Allotment rules"):
        for question in ("Watering?", "What kinds are there?", "How do I water a plot?"):
            picks = compose(rules, question, {opening: 0.9})
            assert not picks or not all(p.heads or p.announces for p in picks), (opening, question)


def test_lists_know_their_announcement_and_nesting(rules: SearchableIndex) -> None:
    found = rules.search("duty of the committee to keep accounts")[0]
    lists = find_lists(rules.documents["rules"], rules.section(found), 0.5)
    assert [(one.own, len(one.items)) for one in lists] == [(3, 3), (3, 5), (2, 2)]
    assert all(one.announced for one in lists)


def test_a_sentence_in_pieces_is_told_from_its_start(tmp_path: Path) -> None:
    """An answer once began in the middle of a sentence: "or agent of another …"."""
    drawers = ", ".join(f"drawer {n} with {n * 7} bobbins of cherry wood" for n in range(2, 20))
    text = f"# Museum\n\nThe museum keeps an inventory of tools, {drawers}, and a loom of oak.\n"
    corpus = Corpus((Document("museum", "Museum", text, markdown=True),))
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        last = index.search("loom of oak")[0].passage
        piece = last.quote(last.sentences[-1])[:12]
        picks = compose(index, "Where is the loom of oak?", {piece: 0.9})
    assert picks[0].text.startswith("The museum keeps")
    assert all(pick.end - pick.start <= LONGEST_QUOTE for pick in picks)


def answered(index: SearchableIndex, question: str) -> Draft:
    answerer = ExtractiveAnswerer(index, None, threshold=0.0)
    return answerer.answer(Question(question), index.search(question))


def test_a_clause_of_a_sentence_too_long_to_cite_stands_alone(tmp_path: Path) -> None:
    clauses = [f"a new gate for plot {n} was bought from the smith at Oberdorf" for n in range(12)]
    clauses[7] = "the warden was given a boat"
    text = f"Last year was a busy one: {'; '.join(clauses)}."
    documents = Corpus((Document("report", "Report", f"# Report\n\n{text}\n"),))
    with closing(open_corpus(tmp_path, WordEmbedder(), documents)) as index:
        [pick] = compose(index, "What was the warden given?", {"the warden was": 0.9})
    assert pick.text.rstrip(";") == "the warden was given a boat"


@pytest.mark.parametrize("question", ["What does section 7.2 say?", "Show me § 7.2"])
def test_a_number_brings_what_stands_under_it(rules: SearchableIndex, question: str) -> None:
    draft = answered(rules, question)
    assert "Bonfires are lit in November only." in draft.answer
    assert draft.statements[0].verdict == "quoted"


def test_a_number_that_no_heading_declares(tmp_path: Path) -> None:
    text = "Club rules\n\n3) Guests\n\nGuests sign the book.\n\n4) Boats\n\nBoats are locked.\n"
    corpus = Corpus((Document("club", "Club rules", text),))
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        said = answered(index, "What does rule 3 say?").answer
    assert "Guests sign the book." in said
    assert "Boats" not in said


def test_more_than_a_number_is_an_ordinary_question(rules: SearchableIndex) -> None:
    draft = answered(rules, "How many rods of ground has a half plot under section 7.2?")
    assert "Half plots have five rods" in draft.answer


def test_without_reason_or_steps_a_form_is_lacking() -> None:
    why, how = (expected_answer(q) for q in ("Why was it closed?", "How do I close it?"))
    assert lacks_form(why, "It was closed in May.")
    assert not lacks_form(why, "It was closed because the roof leaked.")
    assert lacks_form(how, "It is a small harbour.")
    for said in ("Turn the key.", "You must ask Ada.", "Close the port: $ portctl close"):
        assert not lacks_form(how, said), said


@pytest.mark.parametrize(
    ("said", "announcing"),
    [
        ("Below are the rules for guests.", True),
        ("The following describes the tools that you need.", True),
        ("The fees are as follows", True),
        ("The rules are listed below.", True),
        ("The following year was wet.", False),
        ("The temperature fell below zero.", False),
    ],
)
def test_announcements_without_a_colon(said: str, announcing: bool) -> None:
    assert traits_of(said).announcing is announcing
