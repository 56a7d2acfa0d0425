"""Kinds of questions that real tables are asked, on tables of other words."""

import re
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.blocks import Block, Table
from corpus.document import Document
from corpus.folder import read_document
from qa.tables.across import compare_tables
from qa.tables.computing import compute
from qa.tables.grid import Grid
from qa.tables.parsing import read
from qa.tables.results import Declined, Outcome, Result
from qa.tables.words import ESSENTIAL, Asked

HARBOURS = """\
Harbour,Quays,Slipways,Lighthouses,Number of staff
Aldersund,4,0,1,12
Birkvik,2,1,0,5
Dalnes,7,3,2,31
Elvoy,1,0,0,2
"""
PREFERENCES = """\
Survey of outings
week_of,age_5_12,age_18_24,age_60up
03/02/2023,41,12,80
09/03/2023,44,17,75
03/09/2023,40,11,71
12/28/2023,22,9,60
"""
OUTPUT = """\
Year,Peat GWh,Wind GWh
2019,910.5,120
2020,880.25,160
2021,700,240
"""
CATCH = "Species,Boats,Catch (t)\nCod,{},{}\nHake,{},{}\n"
ACCOUNTS = """\
Item,Q1 2024,Q2 2024
Licence revenue,$96M,$104M
Support revenue,$41M,$38M
"""
RENTS = """\
Due,Quay rents,Shed rents
2027,300,$ (45)
2026,400,$ 90
Later,60,$ 12
"""
FEES = """\
Kind of fee,"30 June, 2023","1 July, 2022"
Moorings,"4,410","4,200"
Cranes,810,
"""
DUES = """\
Kind of due,2022,2023
Moorings,100,120
Cranes,,810
"""
GRANTS = """\
Kind,2021 Grants,Size (k),2022 Grants,Size (k)
Paid,40,3.5,60,4.5
Lapsed,8,1.5,2,1.5
"""
TAKINGS = """\
Source,Fiscal year 2021,2022,Note
Tolls,$900,$850,a
Berths,310,290,b
"""
PERMITS = """\
Permit,Cost,Remark
Kestrel,=SUM(B2:B9)*3,+cmd|calc
Osprey,75,@SUM(1+9)
Merlin,20,-2+3
"""
LOADS = """\
Barge,Load,Crew
Ada,12 t,4
Bea,about 30 t,7
Cleo,n/a (3),9
Dora,18 t,3
"""
BALLOT = """\
Ward,For,For %,Against,Against %
Upper Ness,"2,410",61.0,"1,541",39.0
Lower Ness,"1,105",48.5,"1,173",51.5
"""
LOANS = """\
Partner bank,Maximum loan,Term
Bank of Ness,900,4
Bank of Vik,1300,6
"""


WORKS = """\
Work,Kind of mooring,Cost
Dredging,Deep water mooring,40
Piling,Shallow water mooring,90
Works total,,130
"""


QUARTERS = """\
Measure,4Q23,FY 2023
Berth income,12,40
GAAP toll turnover,7,31
Effect of 2023 dues on toll turnover at 2022 dues,1,2
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Grid]:
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in (("harbours", HARBOURS), ("outings", PREFERENCES), ("output", OUTPUT),
                       ("accounts", ACCOUNTS), ("rents", RENTS), ("fees", FEES), ("dues", DUES),
                       ("grants", GRANTS), ("takings", TAKINGS),
                       ("permits", PERMITS), ("loads", LOADS), ("ballot", BALLOT),
                       ("loans", LOANS), ("works", WORKS), ("quarters", QUARTERS)):  # fmt: skip
        (folder / f"{name}.csv").write_text(text, "utf-8")
    found = {}
    for path in folder.glob("*.csv"):
        document = read_document(path, path.stem)
        found[document.doc] = Grid(document, next(b for b in document.blocks if b.table))
    return found


def likeness(text: str, names: Sequence[str]) -> list[float]:
    return [0.1] * len(names)  # no name is liker than another: words decide


def ask(grid: Grid, question: str) -> Outcome:
    return compute(read(grid, Asked(question)), likeness)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("What did it cost in USD millions?", "USD"),
        ("What did it cost in thousands?", "thousands"),
        ("What did it cost in CHF?", "CHF"),
    ],
)
def test_a_unit_asked_for_is_no_name(question: str, unit: str) -> None:
    asked = Asked(question)
    assert [weight for word, weight in zip(asked.words, asked.weights, strict=True)
            if word.text == unit] == [0.0]  # fmt: skip


@pytest.mark.parametrize("place", ["USA", "NYC", "IBM"])
def test_a_name_of_three_capitals_is_no_unit(place: str) -> None:
    asked = Asked(f"What did it cost in {place}?")
    assert asked.weights[-1] == ESSENTIAL


def test_a_count_of_none_cites_the_rows_compared(tables: dict[str, Grid]) -> None:
    for question in ("How many works cost more than 500?", "Which works cost more than 500?"):
        found = ask(tables["works"], question)
        assert isinstance(found, Result), question
        assert re.match("(0 of 2|None of 2) ", found.text)
        assert found.rows == (0, 1)


def test_scattered_words_of_a_value_are_no_condition(tables: dict[str, Grid]) -> None:
    named = ask(tables["works"], "How many deep moorings are there?")
    assert isinstance(named, Result)
    assert named.text.startswith("1 of 2")
    question = "How many moorings are there in the register of deep harbours?"
    assert "Deep" not in getattr(ask(tables["works"], question), "text", "")


@pytest.mark.parametrize(
    ("table", "question", "said"),
    [
        ("harbours", "Which harbours have no slipways?", "Aldersund; Elvoy."),
        ("harbours", "Which harbours have any slipways?", "Birkvik; Dalnes."),
        ("harbours", "Which harbours have 2 lighthouses?", "Dalnes."),
        ("harbours", "How many quays does Dalnes have?", "Dalnes – Quays: 7."),
        ("quarters", "What was the toll turnover in FY 2023?", "GAAP toll turnover – FY 2023: 31."),
        ("outings", "What was the figure for ages 60 and up in the week of 03/09/2023?",
         "03/09/2023 – age_60up: 71."),
        ("outings", "What was the figure for ages 5 to 12 in the week of 09/03/2023?",
         "09/03/2023 – age_5_12: 44."),
        ("output", "By what percentage did wind change between 2019 and 2021?", "100.0% rise"),
        ("output", "In which years was peat below 900 billion?", "2020; 2021."),
        ("accounts", "By how much did licence revenue rise from Q1 2024 to Q2 2024?", "$8M rise"),
        ("rents", "What is the percentage change in quay rents in 2027 from 2026?",
         "25.0% fall, from 400 (2026) to 300 (2027)"),
        ("rents", "How did shed rents change between 2027 and 2026, by how much?",
         "$135 fall: from $90 (2026) to -$45 (2027)"),
        ("rents", "By how much did quay rents change from 2027 to 2026?", "100 rise: from 300"),
        ("fees", "By what percentage did moorings rise between 2022 and 2023?", "5.0% rise"),
        ("grants", "What is the average of grants paid between 2021 and 2022?", "50 on average"),
        ("takings", "What is the total of tolls for fiscal 2022 and fiscal 2021?", "$1,750"),
        ("takings", "What were the tolls in fiscal 2022 and in fiscal 2021?", "Tolls – "),
        ("permits", "What is the cost of Osprey?", "Osprey – Cost: 75"),
        ("ballot", "How many more votes For than Against were there in Upper Ness?", "869"),
        ("loans", "What is the maximum loan from the Bank of Vik?", "Bank of Vik – Maximum loan"),
        ("loans", "Which bank gives the highest maximum loan?", "Bank of Vik – Maximum loan"),
    ],
)  # fmt: skip
def test_kinds_of_questions(tables: dict[str, Grid], table: str, question: str, said: str) -> None:
    found = ask(tables[table], question)
    assert isinstance(found, Result)
    assert found.text.startswith(said)


def test_what_no_column_counts_is_declined(tables: dict[str, Grid]) -> None:
    found = ask(tables["harbours"], "How many cranes does Birkvik have?")
    assert isinstance(found, Declined)
    assert "cranes" in found.reason


def test_a_value_that_no_column_has_is_declined(tables: dict[str, Grid]) -> None:
    found = ask(tables["harbours"], "What is the tidal range of Birkvik?")
    assert isinstance(found, Declined)
    assert "tidal range" in found.reason


@pytest.mark.parametrize(
    ("table", "question", "reason"),
    [
        ("permits", "What is the total cost of all permits?", "“=SUM(B2:B9)*3”"),
        ("loads", "Which barge has the highest load?", "“about 30 t”"),
        ("dues", "What is the average of cranes?", "Only one value"),
    ],
)
def test_what_is_not_known_is_not_left_out(
    tables: dict[str, Grid], table: str, question: str, reason: str
) -> None:
    found = ask(tables[table], question)
    assert isinstance(found, Declined)
    assert reason in found.reason


def test_a_superlative_of_a_column_s_name_asks_for_no_other_row(tables: dict[str, Grid]) -> None:
    found = ask(tables["loans"], "What is the maximum loan from the Bank of Okra?")
    assert not (isinstance(found, Result) and "highest" in found.text)


def test_words_of_computing_are_not_asked_for(tables: dict[str, Grid]) -> None:
    asked = Asked("What was the percentage change of moorings from 2022 to 2023?")
    reading = read(tables["dues"], asked)
    assert compute(reading, likeness)
    assert not reading.binding.strange


def test_a_word_of_the_title_alone_is_not_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "quays.md").write_text(
        "# Fish landed\n\n| 1. | Birkvik 32% | Dalnes 41% |\n| --- | --- | --- |\n"
        "| 2. | Elvoy 30% | Nesund 12% |\n| 3. | Sorvik 9% | Okravik 8% |\n", "utf-8"
    )  # fmt: skip
    document = read_document(tmp_path / "quays.md", "quays")
    grid = Grid(document, next(b for b in document.blocks if b.table))
    assert read(grid, Asked("What is the average price of fish in Elvoy?")).binding.strange
    assert not read(grid, Asked("How much fish was landed in Elvoy?")).binding.strange


def test_words_among_years_are_no_range_of_years(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text(
        "Due,Owed\n2021,500\nbonds of 2021,90\n2023,410\nbonds of 2023,75\n", "utf-8"
    )
    document = read_document(tmp_path / "notes.csv", "notes")
    grid = Grid(document, next(b for b in document.blocks if b.table))
    read(grid, Asked("What is owed on bonds of 2021 to 2023?"))  # raised ValueError


def test_a_number_may_end_a_question(tables: dict[str, Grid]) -> None:
    reading = read(tables["harbours"], Asked("How many quays has Dalnes in 404"))
    assert reading.binding.coverage <= 1
    assert read(tables["output"], Asked("What was wind in output 7?")).binding.coverage <= 1


def test_words_with_years_over_figures_name_columns() -> None:
    text = "Parish\t2021 votes\t2023 votes\nLund\t310\t402\nVik\t95\t88\nNes\t120\t133\n"
    text += "Mo\t7\t9\nSund\t60\t71\nRa\t18\t12\n"
    cells, at = list[tuple[int, ...]](), 0
    for row, line in enumerate(text.splitlines()):
        for column, cell in enumerate(line.split("\t")):
            cells.append((row, column, 1, 1, 0, at, at + len(cell)))
            at += len(cell) + 1
    table = _table(text, cells, 7, 3)
    assert [c.name for c in table.columns] == ["Parish", "2021 votes", "2023 votes"]


def _table(text: str, cells: list[tuple[int, ...]], rows: int, columns: int) -> Grid:
    numbers = array("i", [n for cell in cells for n in cell]).tobytes()
    block = Block("table", 0, len(text), table=Table(rows, columns, numbers))
    return Grid(Document("votes", "Votes", text, blocks=(block,)), block)


@pytest.mark.parametrize(
    ("question", "said", "working"),
    [
        ("How much more hake catch was there in Norvik than in Sorvik?", "90 t",
         "120 t − 30 t = 90 t"),
        ("Was the cod catch larger in Norvik or in Sorvik?", "Sorvik – Cod – Catch (t): 700",
         "700 > 540"),
    ],
)  # fmt: skip
def test_one_cell_of_each_of_two_tables_is_compared(
    tmp_path: Path, question: str, said: str, working: str
) -> None:
    for name, figures in (("Norvik", (9, 540, 3, 120)), ("Sorvik", (12, 700, 1, 30))):
        (tmp_path / f"{name}.csv").write_text(CATCH.format(*figures), "utf-8")
    documents = [read_document(path, path.stem) for path in sorted(tmp_path.glob("*.csv"))]
    grids = [Grid(d, next(b for b in d.blocks if b.table)) for d in documents]
    found = compare_tables(Asked(question), grids, likeness)
    assert found
    assert found.text.startswith(said)
    assert found.working == working
    assert {p.grid.document.doc for p in found.parts} == {"Norvik", "Sorvik"}
    assert len(found.shown.rows) == 2
