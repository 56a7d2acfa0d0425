"""What a declined answer and a look-alike say differs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.retriever import SearchableIndex
from qa.extractive.declining import explain_decline, find_mismatch, unsaid_share
from qa.extractive.lookalikes import MOST, find_lookalikes
from qa.language.foreign import is_foreign
from tests.support.answers import open_corpus, rank, weigh
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

HARVESTS = """In 2021 the farm sold 410 jars of honey. In 2022 the farm sold 385 jars of honey. \
In 2022 the farm bought 90 jars of honey. The farm sold 77 jars of honey at Oberdorf Fair. \
The farm sold 12 jars of honey at the market. In 2020 the farm sold 300 jars of honey. \
In 2019 the farm sold 280 jars of honey. The farm paints its gate blue."""


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    folder = tmp_path_factory.mktemp("farm")
    with closing(open_corpus(folder, WordEmbedder(), corpus_of(farm=HARVESTS))) as index:
        yield index


def declined(index: SearchableIndex, question: str, nearest: str) -> str:
    evidence = weigh(index, question)
    return explain_decline(evidence, rank(evidence, {nearest: 0.5})[0][0], index, ())


def lookalikes(index: SearchableIndex, question: str, chosen: str, *near: str) -> dict[str, str]:
    """Return look-alikes and what differs when the chosen sentence is ranked before those near."""
    evidence = weigh(index, question)
    chances = {text: 0.5 - 0.05 * n for n, text in enumerate((chosen, *near))}
    ranked = rank(evidence, chances)
    found = find_lookalikes(evidence, ranked, [ranked[0][0].text])
    return {candidate.text: difference for candidate, difference, _ in found}


def test_another_year(farm: SearchableIndex) -> None:
    said = declined(farm, "How many jars did the farm sell in 2015?", "In 2021")
    assert said == "The nearest sentence speaks of 2021, not 2015: it is about “Trade”."
    both = declined(farm, "How many jars did the farm sell in 2015 and 2013?", "In 2021")
    assert both == "The nearest sentence speaks of 2021, not 2013 and 2015: it is about “Trade”."


def test_names_are_told_without_their_genitive(tmp_path: Path) -> None:
    sold = "The fair sold 90 jars of Norway's honey and of China’s."
    with closing(open_corpus(tmp_path, WordEmbedder(), corpus_of(fair=sold))) as index:
        said = declined(index, "How many jars did the fair sell of Basel’s honey?", "The fair")
    assert said == "The nearest sentence speaks of China and Norway, not of Basel."


def test_an_amount_in_words_is_what_a_price_can_be(farm: SearchableIndex) -> None:
    evidence = weigh(farm, "What price was paid for the mill?")
    assert find_mismatch(evidence, "The price of the mill was ninety thousand florins.") is None
    assert find_mismatch(evidence, "The price of the mill was never told.") is not None


def test_unknown_words_are_named(farm: SearchableIndex) -> None:
    said = declined(farm, "How much marmalade and liquorice was sold?", "In 2021")
    assert said == "They say nothing of “marmalade” and “liquorice”; the nearest is about “Trade”."
    assert declined(farm, "Who discovered penicillin?", "In 2021") == (
        "They contain nothing about this."
    )


def test_no_figure_and_no_date_are_told(farm: SearchableIndex) -> None:
    gate = "The farm paints its gate"
    assert declined(farm, "How much does the farm paint?", gate) == (
        "The nearest sentence gives no figure: it is about “Trade”."
    )
    assert declined(farm, "When does the farm paint its gate?", gate) == (
        "The nearest sentence gives no date: it is about “Trade”."
    )


def test_words_are_quoted_as_they_were_written(farm: SearchableIndex) -> None:
    said = declined(farm, "how much MARMALADE, and liquorice, was sold?", "In 2021")
    assert said == "They say nothing of “MARMALADE” and “liquorice”; the nearest is about “Trade”."


def test_words_the_nearest_sentence_lacks_are_named(farm: SearchableIndex) -> None:
    said = declined(farm, "Is honey sold at the gate?", "The farm sold 12")
    assert said == "The nearest sentence says nothing of “gate”; the nearest is about “Trade”."
    settled = declined(farm, "Is honey sold at the market?", "The farm sold 12")
    assert settled == "The nearest sentence, about “Trade”, does not settle it."


def test_lookalikes_tell_year_opposite_and_name(farm: SearchableIndex) -> None:
    found = lookalikes(
        farm,
        "How many jars of honey did the farm sell in 2021?",
        "In 2021",
        "In 2022 the farm sold",
        "The farm sold 77",
        "The farm sold 12",
        "The farm paints",
    )
    assert found["In 2022 the farm sold 385 jars of honey."] == "2022, not 2021"
    assert found["The farm sold 77 jars of honey at Oberdorf Fair."] == "about Oberdorf Fair"
    assert "The farm sold 12 jars of honey at the market." not in found, "nothing to tell apart"
    assert "The farm paints its gate blue." not in found, "it has no figure"
    assert not any(text.startswith("In 2021") for text in found), "it is the answer"


def test_lookalikes_are_few_and_of_figures_only(farm: SearchableIndex) -> None:
    years = [f"In {year} the farm" for year in (2022, 2020, 2019)] + ["The farm sold 77"]
    asked = "How many jars of honey did the farm sell in 2021?"
    assert len(lookalikes(farm, asked, "In 2021", *years)) == MOST
    assert lookalikes(farm, "Why did the farm sell honey in 2021?", "In 2021", *years) == {}


def test_lookalikes_of_the_opposite_flow(words: WordEmbedder, tmp_path: Path) -> None:
    text = "The port exports 90 boats a year. The port imports 40 boats a year."
    exports, imports = "The port exports", "The port imports"
    with closing(open_corpus(tmp_path, words, corpus_of(port=text))) as index:
        found = lookalikes(index, "How many boats are exported?", exports, imports)
        assert list(found) == ["The port imports 40 boats a year."]
        assert found["The port imports 40 boats a year."].startswith("import")
        cited = lookalikes(index, "How many boats are exported?", imports)
        assert cited == {}, "what is cited is no look-alike of itself"
        said = declined(index, "How many boats are imported?", exports)
        assert said.startswith("The nearest sentence speaks of export")


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Wie viele Autos?", True),
        ("¿Cuántos coches se exportaron en 2023?", True),
        ("Combien de voitures ?", True),
        ("2023年出口了多少辆汽车?", True),
        ("How many cars were exported?", False),
        ("Des Moines exports?", True),  # without a single English word that is not a name
        ("How big is Los Angeles?", False),
        ("asean trade 2023", False),
    ],
)
def test_questions_in_another_language(question: str, foreign: bool) -> None:
    assert is_foreign(question) is foreign


def test_what_is_given_in_place_of_what_is_asked(farm: SearchableIndex) -> None:
    same = declined(farm, "How many jars of honey has the farm sold in 2015?", "In 2021")
    assert same == "They give this for 2021, not 2015."
    name = declined(farm, "Is honey sold at Basel Fair?", "The farm sold 77")
    assert name == "The nearest sentence speaks of Oberdorf Fair, not of Basel Fair."


def test_what_was_said_before_asks_for_nothing(farm: SearchableIndex) -> None:
    asked = "Why is the gate blue? (How many jars were sold in tonnes in 2019)"
    assert find_mismatch(weigh(farm, asked), "It is blue because bees see blue well.") is None
    evidence = weigh(farm, "Is the gate blue? (How many jars were sold)")
    alone = weigh(farm, "Is the gate blue? How many jars were sold?")
    assert evidence.weights["jar"] < alone.weights["jar"]
    assert evidence.weights["gate"] == alone.weights["gate"]


@pytest.mark.parametrize(
    ("question", "said", "mismatch"),
    [
        ("How many jars did the farm sell in 2019?", "In 2022 it sold 40 jars.", "2022, not 2019"),
        ("How many jars did the farm sell in 2019?", "It sold 40 jars.", None),
        ("How much honey did the farm import?", "It exported 3 tonnes.", "export, not import"),
        ("How much honey did the farm import?", "It imported and exported 3 tonnes.", None),
        ("Did the farm import honey?", "It exported honey.", None),  # settles it
        ("Why did the harvest decrease?", "The harvest increased.", None),  # a false premise
        ("How many jars were sold?", "Jars worth $40 were sold.", "money, not a number"),
        ("How many jars were sold?", "Forty jars were sold.", None),
        ("How many jars were sold?", "Sales of jars rose by 4%.", "a percentage, not a number"),
        ("What was the value of the honey?", "Honey rose by 4%.", "not an amount of money"),
        ("What was the value of the honey?", "The index of honey stood at 165.4.", None),
        (
            "What share of the honey is exported?",
            "Honey exports grew by 4%.",
            "growth, not a share",
        ),
        ("What share of the honey is exported?", "Exports account for 4% of it.", None),
        ("How much honey was sold, in barrels?", "It sold 40 tonnes.", "no figure in barrels"),
        ("How many jars were sold in May 2022?", "In 2022 it sold 40 jars.", "figure in May"),
        ("How many jars were sold in the first quarter of 2022?", "It sold 40.", "in quarter"),
        ("How many jars broke in the last quarter of the game?", "It broke 40 jars.", None),
        ("What was the last jar that was sold?", "The first jar was sold to Ada.", None),
        ("By how much did the harvest grow?", "The harvest grew by 40 jars.", None),
        ("By what percentage did it grow?", "It grew by 40 jars.", "a number, not a percentage"),
        ("How long did it lead?", "It led from 1870 to 1939.", None),
        ("What is the population of Basel?", "It led for four years.", "no figure"),
        ("How long did it lead?", "It led for four years.", None),
        ("When was the honey sold?", "The honey was sold at the fair.", "no date"),
        ("When does the lease end?", "It ends when the rent is not paid.", None),
        ("When are the hives opened?", "They are opened on such day as the keepers fix.", None),
        ("How long are jars kept?", "Jars are kept for as long as anyone asks.", None),
        ("How long was it kept?", "Jars were kept for as long as anyone asked.", "no figure"),
        ("Who do I contact about a swarm?", "• E-mail: swarms@hive.example", None),
        ("Who do I contact about a swarm?", "• Bring a box.", "no one"),
        ("When did the lease end?", "It ended when the rent was not paid.", "no date"),
        ("How many jars broke before the fair?", "After the fair 40 jars broke.", "after, not"),
        ("How many jars broke before they were sold?", "After the fair 40 jars broke.", None),
        ("Who sold the honey?", "The honey was sold.", "no one"),
        ("Who sold the honey?", "The keepers sold it.", None),
        ("Who sold the honey?", "It was sold by Ada Berg.", None),
        ("Who is the mayor of Basel?", "The mayor and the council meet.", "no one"),
        ("Who is the mayor of Basel?", "Ada Berg, the mayor, spoke.", None),
        ("Who is the mayor of Basel?", "At noon Mayor Ada Berg spoke.", None),
        ("In which city is the honey sold?", "The Board of Keepers sells it.", "no place"),
        ("In which city is the honey sold?", "It is sold in Bremen.", None),
        ("In which county is the honey sold?", "Its fair is that of Harz County.", None),
        ("What does a jar cost?", "A jar is made of glass.", "no figure"),
        ("How old is the keeper?", "The keeper has been here for four years.", "no age"),
        ("How old is the keeper?", "The keeper turned 60, the oldest was born in 1960.", None),
        ("How old must a keeper be?", "A keeper must be at least 16.", None),
        ("To which e-mail address do I write?", "Bills go to this e-mail address.", "no address"),
        ("To which e-mail address do I write?", "Write to bees@example.org.", None),
        ("What does the company sell?", "It sells jars of honey.", None),
        ("What does a jar cost?", "A jar is 4 crowns.", None),
        ("Who is the president?", "It has a President and a Vice President.", "no one"),
        ("Who is the president?", "The President is Ada Wren.", None),
        ("In which county is the honey sold?", "The County of Rhys buys it.", None),
        ("What does a jar cost?", "A jar is made of glass.", "no figure"),
        ("How old is the keeper?", "The keeper has been here for four years.", "no age"),
        ("How old is the keeper?", "The keeper turned 60, the oldest was born in 1960.", None),
        ("How old must a keeper be?", "A keeper must be at least 16.", None),
        ("To which e-mail address do I write?", "Bills go to this e-mail address.", "no address"),
        ("To which e-mail address do I write?", "Write to bees@example.org.", None),
        ("What does the company sell?", "It sells jars of honey.", None),
        ("What does a jar cost?", "A jar is 4 crowns.", None),
        ("Who is the president?", "It has a President and a Vice President.", "no one"),
        ("Who is the president?", "The President is Ada Wren.", None),
        ("In which county is the honey sold?", "The county of the keepers buys it.", "no place"),
        ("What were the farm's net assets in 2021?", "The farm reports its net assets.", "figure"),
        ("What are assets of a farm?", "Assets are what it owns.", None),
        ("How large may the loan be?", "It may be as much as one month's pay.", None),
        ("How much is the rent?", "It is fixed thirty (30) days before.", "a time"),
        ("How much is the rent?", "It is 700 crowns, due in 30 days.", None),
        ("How much notice is needed?", "One hour is enough.", None),
        ("By what time must I report?", "Report by 10:00 am.", None),
        ("Which country buys most Norwegian honey?", "In Norway honey keeps well.", "no name"),
        ("Which country buys most Norwegian honey?", "Norwegian honey goes to Bremen.", None),
        ("Which country buys the honey?", "Norway buys it.", None),
        ("Which countries buy the honey?", "Poorer ones buy it.", None),
        ("Which author of books keeps bees?", "The one next door keeps bees.", None),
    ],
)
def test_what_cannot_be_the_answer(
    farm: SearchableIndex, question: str, said: str, mismatch: str | None
) -> None:
    found = find_mismatch(weigh(farm, question), said)
    assert found is None if mismatch is None else found and mismatch in found[1]


def test_a_similar_name_is_another_name(
    farm: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedder finds "Oberdorf" and "Niederdorf" alike, as any two villages."""
    alike = np.full((1, 1), 0.6**0.5)
    monkeypatch.setattr(farm, "embed_words", lambda some: np.repeat(alike, len(some), 0))

    def share(question: str) -> float:
        evidence = weigh(farm, question)
        best = rank(evidence, {"The farm sold 77": 0.5})[0][0]
        return unsaid_share(farm, evidence, best, best.found.passage.text)

    assert share("What was sold at the fair of Niederdorf?") > 0
    assert share("What was sold at the fair of Oberdorf?") == 0
    assert share("What was sold at the fair of jugs?") == 0, "another word may mean the same"


def test_a_title_in_capitals_is_nobody(farm: SearchableIndex) -> None:
    evidence = weigh(farm, "Who built the mill?")
    assert find_mismatch(evidence, "The mill was built of stone.", "Stone And Water")
    assert not find_mismatch(evidence, "Built the mill in 1802.", "Martha Lindqvist")


def test_a_word_may_stand_near_what_is_cited_but_not_in_it(farm: SearchableIndex) -> None:
    evidence = weigh(farm, "How many crates were sold?")
    best = rank(evidence, {"The farm sold 77": 0.5})[0][0]
    assert unsaid_share(farm, evidence, best, "77 crates were sold.") == 0
    assert unsaid_share(farm, evidence, best, "77 were sold.") > 0
