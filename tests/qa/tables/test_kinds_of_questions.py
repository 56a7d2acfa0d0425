"""Kinds of questions that real tables are asked, on tables of other words."""

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
from qa.tables.words import Asked

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


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Grid]:
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in (("harbours", HARBOURS), ("outings", PREFERENCES), ("output", OUTPUT),
                       ("accounts", ACCOUNTS)):  # fmt: skip
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
    ("table", "question", "said"),
    [
        ("harbours", "Which harbours have no slipways?", "Aldersund; Elvoy."),
        ("harbours", "Which harbours have any slipways?", "Birkvik; Dalnes."),
        ("harbours", "Which harbours have 2 lighthouses?", "Dalnes."),
        ("harbours", "How many quays does Dalnes have?", "Dalnes – Quays: 7."),
        ("outings", "What was the figure for ages 60 and up in the week of 03/09/2023?",
         "03/09/2023 – age_60up: 71."),
        ("outings", "What was the figure for ages 5 to 12 in the week of 09/03/2023?",
         "09/03/2023 – age_5_12: 44."),
        ("output", "By what percentage did wind change between 2019 and 2021?", "100.0% rise"),
        ("output", "In which years was peat below 900 billion?", "2020; 2021."),
        ("accounts", "By how much did licence revenue rise from Q1 2024 to Q2 2024?", "$8M rise"),
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
