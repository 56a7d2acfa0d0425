"""What an answer is made of, for sentences ranked by hand."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from corpus.document import Corpus, Document
from corpus.folder import load_documents
from index.retriever import SearchableIndex
from qa.extractive.composition import LIST_WORDS, SHORT_WORDS, Composer
from qa.extractive.picks import LONGEST_QUOTE, Pick, is_text
from tests.support.answers import APIARY_QUESTIONS, compose, open_corpus, weigh
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

LONGEST_SENTENCE = 140  # words: of the museum, told whole where a piece of it answers
OPENED = "The hill apiary opened in 2011 with four hives."
GREW = "It grew to thirty hives within six years."


class RoomyEmbedder(WordEmbedder):
    """Has passages of several sentences; counts word pieces as a model of English would."""

    name = "roomy words"
    max_tokens = 300

    def count(self, text: str) -> int:
        return 3 * len(text.split()) // 2


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    with closing(open_corpus(tmp_path_factory.mktemp("index"), RoomyEmbedder())) as index:
        yield index


def texts(picks: list[Pick]) -> list[str]:
    return [pick.text for pick in picks]


def check_picks(index: SearchableIndex, picks: list[Pick], settles: bool) -> None:
    """Assert what holds for every answer."""
    for pick in picks:
        assert index.documents[pick.passage.doc].text[pick.start : pick.end] == pick.text
        assert pick.text.strip() == pick.text != ""
        assert pick.end - pick.start <= LONGEST_QUOTE
    for one, other in combinations(picks, 2):
        apart = one.end <= other.start or other.end <= one.start
        assert apart or one.passage.doc != other.passage.doc, "a sentence is cited twice"
    docs = [pick.passage.doc for pick in picks]
    assert docs == sorted(docs, key=docs.index), "documents are mixed"
    for doc in set(docs):
        starts = [pick.start for pick in picks if pick.passage.doc == doc]
        assert starts == sorted(starts), "not in reading order"
    if settles:
        assert sum(pick.words for pick in picks) <= SHORT_WORDS + LONGEST_SENTENCE
    assert sum(pick.words for pick in picks) <= LIST_WORDS


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("question", APIARY_QUESTIONS)
def test_whatever_the_ranking(index: SearchableIndex, question: str, seed: int) -> None:
    evidence = weigh(index, question)
    draw = random.Random(seed)
    sharpness = draw.choice([0.5, 3, 12])
    chances = [draw.random() ** sharpness for _ in evidence.candidates]
    total = sum(chances)
    ranked = sorted(
        zip(evidence.candidates, (c / total for c in chances), strict=True), key=lambda r: -r[1]
    )
    picks = Composer(index, evidence, ranked).choose()
    expected = evidence.expected
    check_picks(index, picks, not (expected.several or expected.explained))
    assert picks or ranked[0][0].sentence.heading or expected.several or expected.explained


def test_a_sure_fact_is_one_sentence(index: SearchableIndex) -> None:
    picks = compose(index, "How many hives were there?", {OPENED: 0.9, "In 2021": 0.09})
    assert texts(picks) == [OPENED]


def test_a_leaning_sentence_brings_the_one_before(index: SearchableIndex) -> None:
    picks = compose(index, "How many hives did it grow to?", {GREW: 0.9})
    assert texts(picks) == [f"{OPENED} {GREW}"]


def test_a_leaning_sentence_under_a_heading_stays_alone(
    words: WordEmbedder, tmp_path: Path
) -> None:
    text = (
        "The ferry\n\nIt carries 40 cars at a time across the fjord, and on Sundays it carries "
        "the brass band of the village to the island and back.\n"
    )
    with closing(open_corpus(tmp_path, words, corpus_of(ferry=text))) as index:
        [pick] = compose(index, "How many cars does it carry?", {"It carries": 0.9})
    assert pick.text.startswith("It carries")


def test_a_label_beside_the_nearest_sentence_is_part_of_the_answer(
    tmp_path: Path, words: WordEmbedder
) -> None:
    """The price of the right boat stood for its number."""
    text = "Berth code B7.\n\nThe cutter Marjun lies here for 90 crowns.\n\nBerth code C2.\n"
    with closing(open_corpus(tmp_path, words, corpus_of(port=text))) as index:
        question = "What is the code of the berth of the cutter Marjun?"
        [pick] = compose(index, question, {"The cutter": 0.9})
        assert "B7" in pick.text
        assert "C2" not in pick.text
        [price] = compose(index, "What is paid for the cutter Marjun?", {"The cutter": 0.9})
        assert "B7" not in price.text


def test_an_unsure_fact_shows_another_place(index: SearchableIndex) -> None:
    chances = {"In 2021": 0.3, "The hill apiary opened": 0.25, "Each barrel": 0.01}
    picks = compose(index, "How many kilograms were harvested?", chances)
    assert len(picks) == 2
    assert OPENED in picks[0].text
    assert "410" in picks[1].text
    chances["The hill apiary opened"] = 0.05
    assert len(compose(index, "How many kilograms were harvested?", chances)) == 1


def test_unsure_neighbours_become_one_citation(index: SearchableIndex) -> None:
    chances = {"In 2021": 0.3, "In 2022": 0.28}
    [pick] = compose(index, "How many kilograms were harvested?", chances)
    assert "410" in pick.text
    assert "385" in pick.text


@pytest.mark.parametrize("nearest", ["Three measures", "The keepers of the hill", "Second,"])
def test_an_announced_enumeration_gives_its_items(index: SearchableIndex, nearest: str) -> None:
    question = "What three measures did the keepers take against the mite?"
    picks = compose(index, question, {nearest: 0.5})
    items = [text for text in texts(picks) if text.startswith(("First,", "Second,", "Third,"))]
    assert len(items) == 3


def test_bullets_are_given_and_only_those_of_the_section(
    words: WordEmbedder, tmp_path: Path
) -> None:
    text = (
        "Tools of the cooper\n\nThe cooper of the harbour keeps these tools on the wall above "
        "his bench, in the order in which he needs them:\n"
        "- an adze of steel\n- a croze\n- a hoop driver\n\n"
        "Tools of the smith\n\nThe smith keeps these tools beside the fire, where they stay dry "
        "and are at hand through the whole of the day:\n- a pair of tongs\n- a hammer\n"
    )
    with closing(open_corpus(tmp_path, words, corpus_of(tools=text))) as index:
        picks = compose(index, "What tools does the cooper keep?", {"The cooper": 0.5})
    said = " ".join(texts(picks))
    assert all(tool in said for tool in ("- an adze", "- a croze", "- a hoop driver"))
    assert "tongs" not in said
    assert "hammer" not in said


def test_the_item_of_an_announced_list_answers_with_all_of_it(
    words: WordEmbedder, tmp_path: Path
) -> None:
    text = (
        "In a drought the following was forbidden:\n\n- watering of lawns\n- washing of cars\n\n"
        "The number of violations was 46.\n"
    )
    with closing(open_corpus(tmp_path, words, corpus_of(drought=text))) as index:
        whole = compose(index, "What was forbidden in the drought?", {"- watering": 0.5})
        fact = compose(index, "How many violations were there?", {"The number": 0.5})
    announced = "In a drought the following was forbidden:"
    assert texts(whole) == [announced, "- watering of lawns", "- washing of cars"]
    assert texts(fact) == ["The number of violations was 46."]


def test_a_summary_takes_from_every_paragraph(index: SearchableIndex) -> None:
    picks = compose(index, "Summarise how the honey is made ready", {"The honey rests": 0.5})
    said = texts(picks)
    assert any(text.startswith("In early summer") for text in said)
    assert any(text.startswith("The honey rests") for text in said)
    assert any(text.startswith("Last of all") for text in said)
    assert {pick.passage.section for pick in picks} == {"How the honey is made ready"}


def test_a_summary_of_a_document_takes_from_every_section(index: SearchableIndex) -> None:
    picks = compose(index, "Summarise the Hill Apiary")
    assert [" ".join(pick.text.split()[:3]) for pick in picks] == [
        "The hill apiary", "First, the keepers", "In early summer", "The orchard was",
    ]  # fmt: skip


def test_a_summary_of_all_takes_from_every_document(index: SearchableIndex) -> None:
    assert {p.passage.doc for p in compose(index, "Summarise both documents")} == {
        "farm/apiary", "museum",
    }  # fmt: skip


def test_a_summary_quotes_no_heading_and_no_question(index: SearchableIndex) -> None:
    question = "Summarise the orchard below the apiary"
    said = texts(compose(index, question, {"Would the trees": 0.5}))
    assert any("Martha" in text for text in said)
    assert not any("Would the trees" in text for text in said)
    assert "The orchard below the apiary" not in said


def test_an_account_covers_what_is_asked_from_several_places(index: SearchableIndex) -> None:
    question = "Explain what happens to frames, barrels and pear trees"
    chances = {
        "A warm knife": 0.3,
        "Each barrel": 0.29,
        "Its 140 pear": 0.2,
        "The keepers paint": 0.1,
    }
    said = " ".join(texts(compose(index, question, chances)))
    assert all(word in said for word in ("frames", "barrel", "pear"))


def test_an_account_leaves_out_what_is_far_behind(index: SearchableIndex) -> None:
    chances = {"The keepers paint": 0.9}
    said = texts(compose(index, "Why are the hives painted blue?", chances))
    assert any("blue" in text for text in said)
    assert not any("jars by hand" in text or "Martha" in text for text in said)


def test_clauses_of_a_cut_sentence_are_kept_together(index: SearchableIndex) -> None:
    question = "Explain who drew up the list of the bobbins"
    said = texts(compose(index, question, {"the list was drawn": 0.5}))
    assert any("the list was drawn" in text for text in said)
    assert any("nobody has counted" in text for text in said)


def test_pieces_of_one_sentence_are_one_citation(tmp_path: Path) -> None:
    hives = ", ".join(f"hive number {n} with bees of the breed {n}" for n in range(14))
    corpus = corpus_of(hives=f"The apiary of the hill keeps {hives}.")
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        [passage] = [found.passage for found in index.search("hive")]
        first, second = (passage.quote(s) for s in passage.sentences)
        assert first.endswith(",") and 500 < len(first) + len(second) < LONGEST_QUOTE
        picks = compose(index, "Explain the hives", {first[:60]: 0.5, second[:60]: 0.4})
    assert texts(picks) == [f"{first} {second}"]


def test_a_long_list_is_given_to_those_who_ask_for_a_list(tmp_path: Path) -> None:
    items = "\n".join(f"- Bee number {n} makes wax in cell {n}." for n in range(14))
    corpus = corpus_of(bees=f"What bees do in the hive:\n\n{items}")
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        near = {"- Bee number 0 ": 0.9}
        account = compose(index, "How does a bee make wax?", near)
        listed = compose(index, "List what bees do in the hive", near)
    assert len(account) == 1
    assert len(listed) == 15, "with what announces them"


def test_bare_names_and_links_explain_nothing(tmp_path: Path) -> None:
    corpus = corpus_of(bees="Bees 1.95.0 59807616e\n\n* [what bees do](bees.md)\n\nBees make wax.")
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        near = {"Bees 1.95": 0.6, "* [what": 0.3, "Bees make": 0.1}
        assert texts(compose(index, "Explain what bees do", near)) == ["Bees make wax."]
        assert texts(compose(index, "Which version of Bees is it?", near))[0].startswith("Bees 1.9")


def test_a_row_of_a_table_brings_the_names_of_its_columns(tmp_path: Path) -> None:
    table = "| Ferry | Seats |\n| --- | --- |\n| Gannet | 120 |\n| Tern | 60 |"
    text = f"The ferries are blue.\n\n{table}\n\nDogs travel free."
    corpus = Corpus((Document("ferries", "Ferries", text, markdown=True),))
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        seats = compose(index, "How many seats has the Tern?", {"| Tern": 0.9})
        colour = compose(index, "What colour are the ferries?", {"The ferries": 0.9})
    assert texts(seats) == [table]
    assert texts(colour) == ["The ferries are blue."]


def test_neighbours_that_are_both_chosen_are_one_citation(index: SearchableIndex) -> None:
    question = "Explain what the apiary did with the honey"
    picks = compose(index, question, {"In 2021": 0.5, "In 2022": 0.3, "Each barrel": 0.1})
    assert len(picks) == 2
    assert picks[0].text.startswith("In 2021") and picks[0].text.endswith("385 kilograms of honey.")


def test_a_sentence_that_only_leads_up_to_the_next_brings_it(index: SearchableIndex) -> None:
    said = texts(compose(index, "Explain the dusting with sugar", {"Second, the keepers": 0.9}))
    assert any("lose their hold" in text for text in said)


def test_a_comparison_is_not_the_list_of_the_section(index: SearchableIndex) -> None:
    question = "Compare the measures against the mite: sugar vs weighing"
    picks = compose(index, question, {"Second,": 0.5, "Third,": 0.4})
    assert not any(text.startswith("First,") for text in texts(picks))


def test_a_question_of_the_text_and_a_bare_heading_settle_nothing(index: SearchableIndex) -> None:
    chances = {"Would the trees": 0.5, "The orchard below": 0.3, "Its 140 pear": 0.1}
    [pick] = compose(index, "How many trees bear without bees?", chances)[:1]
    assert "140 pear" in pick.text


def test_a_heading_that_tells_the_figure_may_settle_it(words: WordEmbedder, tmp_path: Path) -> None:
    text = "Sales of honey rose by 12 %\n\nThe valley was pleased, and so was the village school."
    with closing(open_corpus(tmp_path, words, corpus_of(sales=text))) as index:
        [pick] = compose(index, "By how much did sales of honey rise?", {"Sales of honey": 0.9})
    assert pick.text == "Sales of honey rose by 12 %"


def test_what_is_supposed_and_contradicted_is_one_sentence(index: SearchableIndex) -> None:
    chances = {"It grew to thirty": 0.5, "Each barrel": 0.2}
    [pick] = compose(index, "Why did the number of hives fall?", chances)
    assert pick.text.endswith(GREW)
    assert len(compose(index, "Why did the number of hives grow?", chances)) == 2


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("4.1 Removal of keepers . . . . . . . . 17", False),
        ("Removal of keepers..............17", False),
        ("Removal of keepers … 17", False),
        ("Keepers are removed by a vote.", True),
        ("He said: “Well … perhaps 17.”", True),
    ],
)
def test_a_line_of_contents_is_no_text(text: str, is_one: bool) -> None:
    assert is_text(text) is is_one


def parsed(folder: Path, text: str) -> Corpus:
    """Return a corpus of one Markdown file."""
    (folder / "in").mkdir()
    (folder / "in" / "rules.md").write_text(text, encoding="utf-8")
    return load_documents(folder / "in")


def test_a_list_under_the_heading_asked_for_is_given_whole(
    words: WordEmbedder, tmp_path: Path
) -> None:
    text = (
        "# What to pack for camp\n\n- a warm coat\n- two torches\n- a mug\n\n# Bus\n\nIt is red.\n"
    )
    with closing(open_corpus(tmp_path, words, parsed(tmp_path, text))) as index:
        asked = "What should I pack for camp?"
        unsure = compose(index, asked, {"- two": 0.4, "It is red": 0.3})
        settled = compose(index, asked, {"- two": 0.9})
    assert texts(unsure) == ["- a warm coat", "- two torches", "- a mug"]
    assert texts(settled) == ["- two torches"]


def test_a_figure_is_given_with_its_list_where_two_items_may_give_it(
    words: WordEmbedder, tmp_path: Path
) -> None:
    text = "Notice is needed:\n\n- a short hire: 2 days\n- a long hire: 9 days\n- a berth: 1 day\n"
    with closing(open_corpus(tmp_path, words, parsed(tmp_path, text))) as index:
        asked = "How many days of notice does a canoe need?"
        unsure = compose(index, asked, {"- a short": 0.4, "- a long": 0.3})
        settled = compose(index, asked, {"- a long": 0.9})
    assert len(unsure) == 4, "the lead-in and three items"
    assert texts(settled) == ["- a long hire: 9 days"]


def test_a_list_about_something_else_is_not_the_answer(words: WordEmbedder, tmp_path: Path) -> None:
    text = (
        "# Ferry\n\nThe ferry takes dogs and bikes that are booked.\n\n# Tram\n\n"
        "Dogs and bikes that are booked:\n\n- small dogs\n- bikes booked by noon\n"
    )
    with closing(open_corpus(tmp_path, words, parsed(tmp_path, text))) as index:
        near = {"The ferry": 0.5}
        ferry = compose(index, "Which dogs and bikes booked does the ferry take?", near)
    assert texts(ferry)[0].startswith("The ferry takes")


def test_the_reason_in_the_next_sentence_belongs_to_the_answer(
    words: WordEmbedder, tmp_path: Path
) -> None:
    fell = "In the second summer after the works began, visits on weekdays fell by almost a third."
    why = "We think it was the result of the closed bridge."
    corpus = corpus_of(pool=f"{fell} {why}", hall=f"{fell} However, rain helped to make it so.")
    with closing(open_corpus(tmp_path, RoomyEmbedder(), corpus)) as index:
        told = compose(index, "Why did visits fall?", {fell: 0.9})
    assert f"{fell} {why}" in texts(told)
    assert not any("However" in text for text in texts(told))


def test_a_heading_and_its_lead_in_bring_the_list(words: WordEmbedder, tmp_path: Path) -> None:
    text = "# Print 3 copies\n\nYou need 3 copies:\n\n1. One for the court.\n2. One for you.\n"
    with closing(open_corpus(tmp_path, words, parsed(tmp_path, text))) as index:
        told = compose(index, "How many copies must I print?", {"# Print 3": 0.9})
    assert texts(told)[-1].endswith("One for you.")
