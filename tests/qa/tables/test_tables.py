"""Questions about tables are answered from their cells, or say what is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.document import Document
from corpus.folder import load_documents
from index.settings import Settings
from qa.answer import Answer, Question
from qa.conversations.exports import answer_as_markdown, answer_as_text
from qa.pipeline import Pipeline, build_pipeline
from qa.tables.grid import Grid
from qa.terminal import show_answer

FERRIES = """\
Route,Vessel,Sailings 2022,Sailings 2023,Passengers 2023,Fare (€),Since,Berth
Varno – Selt,Marjun,412,438,"61,204",7.50,4 May 1998,B2
Varno – Okra,Tindra,230,198,"18,950",12.00,1 June 2011,B3
Okra – Selt,Fjella,96,,"2,310",14.25,12 March 2004,C1
Varno – Hild,Marjun,150,171,"9,876",9.80,20 August 1987,B2
Total,,888,807,"92,340",,,
"""
PLANTS = """\
# Nursery list

## Shrubs

| Plant | Pot | Height (cm) | Price (£) | Hardy | In stock |
| --- | --- | --- | --- | --- | --- |
| Red currant | 3 L | 60 | 11.50 | Yes | 14 |
| Red currant | 10 L | 120 | 24.00 | Yes | 3 |
| Black currant | 3 L | 55 | 10.90 | Yes | 0 |
| Fuchsia | 2 L | 40 | 8.20 | No | 22 |
| =1+1 | 2 L | 10 | 1.00 | No | 1 |

The nursery opens at nine. Plants are watered before dawn in summer.
"""
RESULTS = """\
Dunlin,Q4 2023,FY 2023
Ferry takings,112,438
"""
ACCOUNTS = """\
Gorse,Second quarter 2021,Second quarter 2022,Quarter-over-quarter change
Boat revenue,410,455,11%
Retained earnings,"9,800","9,900",1%
"""
VISITS = """\
Year,Visitors,Ticket price (€),Shop (€)
2018,410,6.00,"1,200"
2019,455,6.50,"1,310"
2020,120,6.50,n/a
2021,260,7.00,820
2022,480,7.50,"1,505"
"""
HAIL = """\
Month,Kell (mm),Orme (mm)
January,11.2,9.0
February,14.8,10.1
March,8.4,7.7
"""
ENERGY = """\
<h1>Kestrel Wharf: energy</h1><h2>North hall</h2>
<table><tr><th rowspan=2>Source</th><th colspan=2>2021</th><th colspan=2>2022</th></tr>
<tr><th>Used (MWh)</th><th>Cost (£)</th><th>Used (MWh)</th><th>Cost (£)</th></tr>
<tr><td>Gas</td><td>410</td><td>16,400</td><td>380</td><td>22,800</td></tr>
<tr><td>Grid electricity</td><td>250</td><td>35,000</td><td>265</td><td>45,050</td></tr>
<tr><td>Solar</td><td>40</td><td>0</td><td>65</td><td>0</td></tr></table>
<h2>South hall</h2>
<table><tr><th rowspan=2>Source</th><th colspan=2>2021</th><th colspan=2>2022</th></tr>
<tr><th>Used (MWh)</th><th>Cost (£)</th><th>Used (MWh)</th><th>Cost (£)</th></tr>
<tr><td>Gas</td><td>120</td><td>4,900</td><td>115</td><td>7,010</td></tr>
<tr><td>Grid electricity</td><td>90</td><td>12,600</td><td>97</td><td>16,490</td></tr>
<tr><td>Diesel</td><td>12</td><td>1,920</td><td>9</td><td>1,710</td></tr></table>
"""


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Pipeline]:
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(models)
    documents = tmp_path_factory.mktemp("tables")
    (documents / "ferries.csv").write_text(FERRIES, "utf-8")
    (documents / "plants.md").write_text(PLANTS, "utf-8")
    (documents / "belfry visits.csv").write_text(VISITS, "utf-8")
    (documents / "hail.csv").write_text(HAIL, "utf-8")
    (documents / "gorse.csv").write_text(ACCOUNTS, "utf-8")
    (documents / "dunlin.csv").write_text(RESULTS, "utf-8")
    (documents / "energy.html").write_text(ENERGY, "utf-8")
    opened = build_pipeline(Settings(home=home, documents=documents))
    yield opened
    opened.index.close()


def ask(pipeline: Pipeline, question: str) -> Answer:
    answer = pipeline.invoke(Question(question))
    for citation in answer.citations:
        text = pipeline.documents[citation.doc].text
        assert citation.quote == text[citation.start : citation.end]
    for highlight in answer.highlights:
        cited = answer.citations[highlight.n - 1]
        text = pipeline.documents[cited.doc].text
        assert highlight.text == text[highlight.start : highlight.end]
    return answer


def test_a_table_that_tells_nothing_of_what_is_asked_for_does_not_answer(
    pipeline: Pipeline,
) -> None:
    """Names and years alone made any cell of a company's table the answer."""
    assert ask(pipeline, "How many interventions did Gorse perform in 2022?").status == "abstained"


@pytest.mark.parametrize(
    ("question", "said", "unsaid", "cited"),
    [
        ("How many passengers did the route from Varno to Selt carry in 2023?", "61,204", "438",
         "Varno – Selt"),
        ("Which vessel sails between Okra and Selt?", "Fjella", "Tindra", "Okra – Selt"),
        ("What does a red currant in a 10 L pot cost?", "24.00", "11.50", "10 L"),
        ("How much gas did the south hall use in 2022?", "115", "380", "Gas"),
        ("What did grid electricity cost the north hall in 2021?", "35,000", "45,050", "Grid"),
        ("How much boat revenue did Gorse earn in Q2 2022?", "455", "11%", "Boat revenue"),
        ("What was the boat revenue of Gorse in 2Q21?", "410", "11%", "Boat revenue"),
        ("What were the ferry takings of Dunlin in the fourth quarter of 2023?", "112", "438",
         "Ferry takings"),
        ("What were Dunlin's ferry takings in 4Q23? Use the table.", "112", "438",
         "Ferry takings"),
        ("When did the Varno – Hild route begin?", "20 August 1987", "171", "Varno – Hild"),
    ],
)  # fmt: skip
def test_a_cell_is_looked_up(
    pipeline: Pipeline, question: str, said: str, unsaid: str, cited: str
) -> None:
    answer = ask(pipeline, question)
    assert answer.status == "answered"
    assert said in answer.answer
    assert unsaid not in answer.answer
    assert cited in answer.citations[0].quote
    [statement] = answer.statements
    assert statement.verdict == "computed"  # worded from cells: no words of the document
    assert statement.reason
    assert statement.reason.startswith("read from row")
    assert statement.table
    row, column = statement.table.marked[0]
    assert said in statement.table.rows[row][column]


@pytest.mark.parametrize(
    ("question", "said", "working"),
    [
        ("Which route had the most passengers in 2023?", "Varno – Selt", "of 4"),
        ("Which is the oldest ferry route?", "Varno – Hild", "earliest"),
        ("How many routes cost more than 9 euros in fare?", "3", "Fare (€) > 9"),
        ("How many sailings did the Marjun make in 2023 altogether?", "609", "438 + 171 = 609"),
        ("By how many sailings did Varno – Selt grow from 2022 to 2023?", "26", "438 − 412 = 26"),
        ("What was the average fare of the Marjun's routes?", "8.65", "÷ 2"),
        ("Which plants are not hardy?", "Fuchsia", "Hardy: no"),
        ("How many visitors came to the belfry from 2018 to 2021 in total?", "1,245",
         "410 + 455 + 120 + 260 = 1,245"),
        ("What did the belfry's shop take from 2019 to 2022 altogether?", "3,635",
         "1,310 + 820 + 1,505"),
    ],
)  # fmt: skip
def test_figures_are_computed_with_their_working(
    pipeline: Pipeline, question: str, said: str, working: str
) -> None:
    answer = ask(pipeline, question)
    assert answer.status == "answered"
    assert said in answer.answer
    [statement] = answer.statements
    assert statement.verdict == "computed"
    assert statement.reason
    assert working in statement.reason
    assert answer.citations


def test_blanks_are_told_and_not_counted_as_nothing(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "What did the belfry's shop take from 2019 to 2022 altogether?")
    assert "1 without a value left out" in answer.answer


def test_prices_are_not_added_up(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "What is the ticket price of the belfry in total?")
    assert "33.50" not in answer.answer


def test_a_total_that_the_table_gives_is_not_added_up_again(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "How many passengers were there in total in 2023?")
    assert "92,340" in answer.answer
    assert "184,680" not in answer.answer


def test_of_two_tables_of_one_shape_the_named_one_answers(pipeline: Pipeline) -> None:
    assert ask(pipeline, "How much diesel did the north hall use in 2021?").status == "abstained"
    assert "12" in ask(pipeline, "How much diesel did the south hall use in 2021?").answer


def test_two_tables_are_compared_and_both_cited(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "How much more gas did the north hall use in 2022 than the south hall?")
    assert "265 MWh" in answer.answer
    assert [s.verdict for s in answer.statements] == ["computed"]
    assert len({c.start for c in answer.citations}) == 2


def test_a_table_too_large_to_compute_over_says_so(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.tables.grid.MAX_CELLS", 20)
    asked = Question("How many visitors came to the belfry from 2018 to 2021 in total?")
    answer = pipeline.with_answerer("extractive").invoke(asked)
    assert answer.status == "abstained"
    assert "Not computed" in answer.answer
    assert "24 cells" in answer.answer


def test_what_is_not_understood_is_shown_and_not_computed(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "What is the difference in sailings on Varno – Okra?")
    [statement] = answer.statements
    assert "not computed" in str(statement.reason)
    assert statement.table


@pytest.mark.parametrize(
    "question",
    [
        "How many sailings did the route Varno – Selt have in 2019?",
        "How many passengers did the route Varno – Brekk carry in 2023?",
        "What does a 25 L red currant cost?",
        "How many sailings did Okra – Selt have in 2023?",
    ],
)
def test_what_is_not_in_a_table_is_declined(pipeline: Pipeline, question: str) -> None:
    assert ask(pipeline, question).status == "abstained"


def test_text_beside_a_table_is_answered_from_the_text(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "When are plants watered in summer?")
    assert "before dawn" in answer.answer
    assert answer.statements[0].table is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who does the manual apply to?", "everyone who steers a boat"),
        ("What does the paint of the hull consist of?", "Tar"),
    ],
)
def test_text_that_is_as_sure_answers_who_before_a_cell(
    tmp_path: Path, models: Path, question: str, said: str
) -> None:
    (tmp_path / "models").symlink_to(models)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "boat.md").write_text(
        "# Boat manual\n\nThe manual applies to everyone who steers a boat: crew and guests.\n\n"
        "## Paint\n\n| Part | Paint |\n| --- | --- |\n| apply | Red lead |\n| Hull | Tar |\n",
        "utf-8",
    )
    opened = build_pipeline(Settings(home=tmp_path, documents=tmp_path / "in"))
    answer = ask(opened, question)
    opened.index.close()
    assert said in answer.answer


def test_a_formula_in_a_cell_is_text(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "What are the prices of the plants, in total?")
    assert "=1+1" not in answer.answer or "2 =" not in answer.answer
    assert all((s.reason or "")[-3:] != "= 2" for s in answer.statements)


def test_the_cells_are_shown_at_a_terminal_and_taken_along(pipeline: Pipeline) -> None:
    answer = ask(pipeline, "Which route had the most passengers in 2023?")
    assert "61,204*" in show_answer(answer)
    assert "(computed: highest of 4" in show_answer(answer)
    assert "| **61,204** |" in answer_as_markdown(answer)
    assert "61,204*" in answer_as_text(answer)
    assert Answer.load(answer.dump()) == answer


def test_a_table_of_contents_answers_nothing() -> None:
    lines = "".join(f"| {n}.1 - Part {n} . . . . . . . | {n + 10} |\n" for n in range(1, 6))
    contents = Document("a", "Bylaws", f"| Part | Page |\n| --- | --- |\n{lines}", markdown=True)
    assert [Grid(contents, b).contents for b in contents.blocks if b.table] == [True]
    plants = Document("b", "Plants", PLANTS, markdown=True)
    assert [Grid(plants, b).contents for b in plants.blocks if b.table] == [False]


def test_enumerators_of_rows_are_no_values(tmp_path: Path) -> None:
    lines = "".join(f"{n}.,Berth {n},{90 - n}\n" for n in range(1, 6))
    (tmp_path / "berths.csv").write_text(f"Berth,Name,Length (m)\n{lines}-,Berth 6,4\n", "utf-8")
    document = load_documents(tmp_path).documents[0]
    kinds = [c.kind for b in document.blocks if b.table for c in Grid(document, b).columns]
    assert kinds == ["serial", "text", "number"]


def test_what_is_asked_of_each_is_no_change(pipeline: Pipeline) -> None:
    """Hail that "fell" in each month is no fall from the first to the last."""
    answer = ask(pipeline, "How much hail fell at Kell in each month from January to March?")
    assert "2.8" not in answer.answer
