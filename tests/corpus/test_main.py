"""`python -m corpus show`."""

import json
from pathlib import Path

from corpus.folder import SHIPPED
from tests.support.format_files import MAKERS
from tests.support.running import Run


def test_show_prints_the_text_that_offsets_refer_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfTitle\r\n\r\nText \xe2\x80\xa8 here.\r\n")
    ran = run("corpus", "show", tmp_path / "a.txt", "--json")
    assert json.loads(ran.out) == {
        "doc": "a", "title": "Title", "text": "Title\r\n\r\nText \u2028 here.\r\n", "pages": None,
        "warnings": [], "organisation": "", "date": "", "period": "", "language": "",
        "blocks": [
            {"kind": "paragraph", "start": start, "end": end, "level": None, "marker": None,
             "table": None}
            for start, end in ((0, 5), (9, 13), (16, 21))
        ],
        "boxes": [],
    }  # fmt: skip
    assert (ran.status, ran.err) == (0, "")


def test_show_gives_the_cells_of_a_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<table><caption>Tides</caption><tr><th>Quay<th>High<tr><td>North<td>4.1 m</table>"
    )
    shown = json.loads(run("corpus", "show", tmp_path / "a.html", "--json").out)
    caption, table = shown["blocks"]
    cells = table["table"].pop("cells")
    assert caption["kind"] == "caption"
    assert table["table"] == {"rows": 2, "columns": 2, "caption": "Tides", "unit": ""}
    said = [(shown["text"][c["start"] : c["end"]], c["row"], c["column"]) for c in cells]
    assert said == [("Quay", 0, 0), ("High", 0, 1), ("North", 1, 0), ("4.1 m", 1, 1)]
    assert [cell["header"] for cell in cells] == [True, True, False, False]


def test_show_uses_the_sources_file(run: Run) -> None:
    ran = run("corpus", "show", SHIPPED / "trade-power-roadmap.txt", "--json")
    assert json.loads(ran.out)["title"] == "Beijing's roadmap to a trading power"


def test_show_names_a_document_as_answers_do(run: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "a.md"):
        (tmp_path / name).write_text("Text.")
    ran = run("corpus", "show", tmp_path / "a.md", "--json")
    assert json.loads(ran.out)["doc"] == "a.md"


def test_show_gives_the_pages_of_a_slide_show(run: Run, tmp_path: Path) -> None:
    MAKERS["pptx"](tmp_path / "a.pptx")
    shown = json.loads(run("corpus", "show", tmp_path / "a.pptx", "--json").out)
    first, second, third = shown["pages"]
    assert "Weather" in shown["text"][slice(*third)]
    assert (first[0], first[1], third[1]) == (0, second[0], len(shown["text"]))


def test_show_warns_of_a_guess(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 au lait")
    ran = run("corpus", "show", tmp_path / "latin.txt")
    assert (ran.status, ran.out) == (0, "café au lait")
    assert "read as cp1252, a guess" in ran.err


def test_show_refuses_with_status_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bytes.txt").write_bytes(b"\x01\xff")
    (tmp_path / "x.txt").mkdir()
    for name in ("none.txt", "bytes.txt", "x.txt", "a.pdf", ".", "no\nname.txt"):
        ran = run("corpus", "show", tmp_path / name)
        assert (ran.status, ran.out) == (2, ""), name
        assert len(ran.err.strip().splitlines()) == 1
    assert run("corpus").status == 2
