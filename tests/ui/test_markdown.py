"""What Markdown sources look like: headings and tables read as such, and keep every character."""

import html
import json
import re
from pathlib import Path

from corpus.document import Document
from corpus.folder import read_document
from qa.answer import Answer, Citation, Statement
from ui.answers import outcome_html
from ui.document import document_json
from ui.escape import as_marked_html

TEXT = r"""# Ferries & fares

| Route | Boat \| ship | Fare |
|:------|:----:|-----:|
| Skarra – Tolm | | £12.10 |
| Tolm – Ellis | *Razorbill* | £17.50 |

A line with a | bar, and one that ends
| badly \|
"""
ROWS = "| Skarra – Tolm | | £12.10 |\n| Tolm – Ellis | *Razorbill* | £17.50 |"


def seen(markup: str) -> str:
    """Return the words that show."""
    return html.unescape(re.sub("<[^>]*>", "", re.sub(r'<span class="fn-sign">.*?</span>', "",
                                                      markup, flags=re.DOTALL)))  # fmt: skip


def test_signs_are_hidden_and_stay_in_the_text() -> None:
    start = TEXT.index(ROWS)
    fare = start + ROWS.index("£12.10")
    marks = [(start, start + len(ROWS), ' class="fn-cite"')]
    markup = as_marked_html(TEXT, marks, [(fare, fare + 6)])
    assert html.unescape(re.sub("<[^>]*>", "", markup)) == TEXT
    assert markup.count("<mark") == 1 and "<strong>£12.10</strong>" in markup
    assert seen(markup).splitlines() == [
        "Ferries & fares", "", r"Route | Boat \| ship | Fare", "Skarra – Tolm | | £12.10",
        "Tolm – Ellis | *Razorbill* | £17.50", "", "A line with a | bar, and one that ends",
        r"| badly \|",
    ]  # fmt: skip


def test_stress_is_not_seen_as_stars() -> None:
    text = "The **Razorbill** sails with `--fast`; 2 ** 3; **not\nhere** and a**b**c; (**) x (**)."
    markup = as_marked_html(text, [])
    assert html.unescape(re.sub("<[^>]*>", "", markup)) == text
    assert (
        seen(markup)
        == "The Razorbill sails with --fast; 2 ** 3; **not\nhere** and a**b**c; (**) x (**)."
    )


def test_rows_in_an_answer_stand_on_lines_of_their_own() -> None:
    start = TEXT.index(ROWS)
    cited = Citation(
        1, "ferries", start, start + len(ROWS), ROWS, None, 1.0, "Ferries", "Ferries › Fares",
        (0, len(TEXT)),
    )  # fmt: skip
    statement = Statement(" ".join(ROWS.split()), (1,), "quoted")
    answer = Answer(
        "1", "What is the fare?", "answered", f"{statement.text} [1]", (statement,), (cited,), (),
        0.9, "extractive", 1.0, "What is the fare?",
    )  # fmt: skip
    markup = outcome_html("q1", answer, {})
    lines = "Skarra – Tolm | | £12.10\nTolm – Ellis | *Razorbill* | £17.50"
    assert seen(markup).count(lines) == 3  # answer, reasons, quote
    assert f"[1] “{' '.join(ROWS.split())}”" in html.unescape(markup)  # what is copied
    assert "Ferries › Fares" not in seen(markup).partition("Copy")[0]  # the title stands before it


def test_an_opened_document_has_rows_of_cells() -> None:
    document = Document("ferries", "Ferries", TEXT, markdown=True)
    heading, table, last = json.loads(document_json(document))["blocks"]
    cells = [cell for row in table["r"] for cell in row]
    assert all(TEXT[start:end] == text for start, end, text, *_ in cells)
    assert [(b["k"], b["t"], TEXT[b["s"] : b["e"]]) for b in (heading, last)] == [
        ("heading", "Ferries & fares", "Ferries & fares"),
        ("paragraph", *["A line with a | bar, and one that ends\n| badly \\|"] * 2),
    ]
    assert [[(text, head) for _, _, text, _, _, head in row] for row in table["r"]] == [
        [("Route", 1), (r"Boat \| ship", 1), ("Fare", 1)],
        [("Skarra – Tolm", 0), ("", 0), ("£12.10", 0)],
        [("Tolm – Ellis", 0), ("*Razorbill*", 0), ("£17.50", 0)],
    ]


def test_spanning_cells_keep_the_others_in_their_columns(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<table><tr><th rowspan=2>Route<th colspan=2>Fare<tr><th>adult<th>child"
        "<tr><td rowspan=2>Skarra<td><td>£4<tr><td>£9<td></table><p>End."
    )
    table, end = json.loads(document_json(read_document(tmp_path / "a.html", "a")))["blocks"]
    assert [[cell[2:] for cell in row] for row in table["r"]] == [
        [["Route", 2, 1, 1], ["Fare", 1, 2, 1]],
        [["adult", 1, 1, 1], ["child", 1, 1, 1]],
        [["Skarra", 2, 1, 0], ["", 1, 1, 0], ["£4", 1, 1, 0]],
        [["£9", 1, 1, 0]],
    ]
    assert end["t"] == "End."
