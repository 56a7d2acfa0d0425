"""Who a document is, by what it declares, its title page and its file's name."""

from pathlib import Path

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook

from corpus.blocks import Block, BlockKind
from corpus.document import Document
from corpus.folder import read_document
from corpus.identity import Identity, identify
from corpus.language import language_of

Part = tuple[BlockKind, str, int | None]
PROSE = (
    "The harbour board met the owners of the ferries and heard what they had to say about fares. "
    * 3
)


def identified(
    *parts: Part, title: str = "", stem: str = "scan 7 of the archive", paged: bool = True
) -> Identity:
    """Return who a document of some blocks on one page is."""
    text, blocks = "", []
    for kind, said, level in parts:
        blocks.append(Block(kind, len(text), len(text) + len(said), level))
        text += f"{said}\n\n"
    pages = [(0, len(text))] if paged else None
    return identify(text, blocks, pages, stem, Identity(title))


def test_the_headings_of_the_title_page_make_the_title() -> None:
    found = identified(
        ("paragraph", "CONFIDENTIAL", None),
        ("heading", "NORDVIK HARBOUR AUTHORITY", 2),
        ("heading", "Accounts of the Ferries", 1),
        ("heading", "and of the Pilots", 1),
        ("paragraph", "Presented on 4 March 2021", None),
        ("paragraph", PROSE, None),
        ("heading", "What the owners said", 1),
    )
    assert found.title == "Accounts of the Ferries and of the Pilots"
    assert found.organisation == "NORDVIK HARBOUR AUTHORITY"
    assert found.date == "4 March 2021"


@pytest.mark.parametrize(
    "letterhead",
    ["UNITED STATES SECURITIES AND EXCHANGE COMMISSION", "FOR IMMEDIATE RELEASE", "---",
     "0001652044-23-000016", "Table of Contents", "14 May 2020",
     "CC BY-NC 4.0", "Volume 3 • Issue 2 • May 2020", "“Over land and sea”",
     "www.nordvik.example.org", "This page intentionally left blank", "Page 1 of 12"],
)  # fmt: skip
def test_what_names_no_document_gives_way(letterhead: str) -> None:
    alone = identified(("heading", letterhead, 1), ("paragraph", PROSE, None), title=letterhead)
    assert alone.title == "scan 7 of the archive"
    first = identified(("heading", letterhead, 1), ("heading", "Fares of the Ferries", 1))
    assert first.title == "Fares of the Ferries"


@pytest.mark.parametrize(
    "declared",
    ["Microsoft Word - fares_v3.docx", "Untitled", "PowerPoint Presentation", "nrdvk-20211231",
     "IJFR_A_300152 12..17", "AP325 - 12/92", "Budget Template of Another Office"],
)  # fmt: skip
def test_a_declared_title_that_is_none_is_not_believed(declared: str) -> None:
    found = identified(("heading", "Fares of the Ferries", 3), title=declared)
    assert found.title == "Fares of the Ferries"


def test_a_declared_title_that_the_text_bears_out_is_believed() -> None:
    found = identified(
        ("heading", "2019", 1), ("paragraph", "Fares of the ferries", None),
        ("heading", "Prices", 2),
        title="Ferries: fares 2019",
    )  # fmt: skip
    assert found.title == "Ferries: fares 2019"
    assert found.period == "2019"


def test_a_declared_title_that_is_that_of_a_part_is_not_believed() -> None:
    found = identified(
        ("heading", "Ferries of the Fjord", 1), ("paragraph", PROSE * 14, None),
        ("heading", "2.1 The Old Ferries", 2), ("paragraph", PROSE, None),
        title="The Old Ferries", paged=False,
    )  # fmt: skip
    assert found.title == "Ferries of the Fjord"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ((("paragraph", "Nordvik Ferry Fund", None), ("paragraph", "2021", None),
          ("heading", "Annual Report", 2)), "Nordvik Ferry Fund: Annual Report 2021"),
        ((("paragraph", "Nordvik Ferries Ltd", None), ("paragraph", "Annual Report FY 2021", None),
          ("heading", "The Board", 1)), "Nordvik Ferries Ltd: Annual Report FY 2021"),
        ((("heading", "Further Out to Sea", 1), ("paragraph", "2021 Annual Report", None)),
         "Further Out to Sea: 2021 Annual Report"),
        ((("heading", "Ferries of Nordvik", 1), ("paragraph", "2021", None)),
         "Ferries of Nordvik 2021"),
        ((("heading", "SECURITIES AND EXCHANGE COMMISSION Washington, D.C. 20549", 1),
          ("heading", "Ferries of Nordvik", 1)), "Ferries of Nordvik"),
        ((("heading", "“Owner”), who keeps the ferries of Nordvik", 1),
          ("heading", "Ferries of Nordvik", 2)), "Ferries of Nordvik"),
    ],
)  # fmt: skip
def test_lines_beside_a_title_complete_it(lines: tuple[Part, ...], title: str) -> None:
    found = identified(*lines, ("paragraph", PROSE, None))
    assert found.title == title


def test_running_heads_come_before_what_is_only_bold() -> None:
    parts: tuple[Part, ...] = (
        ("furniture", "Cash Book of the Ferries", None),
        ("heading", "MARCH CLOSED", 6),
        ("paragraph", PROSE, None),
    )
    assert identified(*parts, stem="21").title == "Cash Book of the Ferries"


def test_a_cover_has_the_title_before_the_page_after_it() -> None:
    parts = [("heading", "Meeting of the Owners", 3), ("heading", "Ferries and Fares", 4)]
    text = "".join(f"{said}\n\n" for _, said, _ in parts)
    after = len(text)
    blocks, at = [], 0
    for _, said, level in parts:
        blocks.append(Block("heading", at, at + len(said), level))
        at += len(said) + 2
    text += f"Agenda of the day\n\n{PROSE}"
    blocks.append(Block("heading", after, after + 17, 1))
    found = identify(text, blocks, [(0, after), (after, len(text))], "talk", Identity(""))
    assert found.title == "Meeting of the Owners: Ferries and Fares"


def test_a_filing_is_told_by_its_registrant_and_year() -> None:
    found = identified(
        ("heading", "UNITED STATES\nSECURITIES AND EXCHANGE COMMISSION", 2),
        ("heading", "Washington, D.C. 20549", 3),
        ("heading", "FORM 10-K", 2),
        ("paragraph", "For the fiscal year ended September 30, 2021", None),
        (
            "paragraph",
            "Nordvik Ferries, Inc.\n(Exact name of registrant as specified in its charter)",
            None,
        ),
        title="0001652044-21-000016",
        stem="0001652044-21-000016",
    )
    assert found.title == "Nordvik Ferries, Inc.: FORM 10-K, fiscal year ended September 30, 2021"
    assert found.organisation == "Nordvik Ferries, Inc."
    assert found.period == "fiscal year ended September 30, 2021"


def test_a_file_without_a_title_is_told_by_its_name_or_first_line() -> None:
    line: Part = ("paragraph", "Fares of the Ferries", None)
    assert identified(line, ("paragraph", PROSE, None)).title == "scan 7 of the archive"
    assert identified(line, stem="9f86d081884c7d65").title == "Fares of the Ferries"
    assert identified(line, paged=False).title == "Fares of the Ferries"
    assert identified(("paragraph", PROSE, None), paged=False).title == "scan 7 of the archive"


@pytest.mark.parametrize(
    ("line", "date", "period"),
    [("Lisboa, 3 de abril de 2018", "3 de abril de 2018", "2018"),
     ("22. Mai 2014", "22. Mai 2014", "2014"),
     ("Rev. 2020-11-05", "2020-11-05", ""),
     ("Results of the third quarter of 2022", "", "third quarter of 2022"),
     ("Accounts 2019/20", "", "2019/20"), ("FY 2016", "", "FY 2016"), ("Room 20194", "", "")],
)  # fmt: skip
def test_dates_and_periods(line: str, date: str, period: str) -> None:
    found = identified(("paragraph", line, None), ("paragraph", f"{PROSE} in 1987", None))
    assert (found.date, found.period) == (date, period)


@pytest.mark.parametrize(
    ("text", "language"),
    [("How many passengers were carried?", "en"), ("Wie viele Fahrgäste wurden befördert?", "de"),
     ("Combien de passagers les bateaux ont-ils transportés cette année ?", "fr"),
     ("船舶の運賃は来年から値上げされる予定です。", "ja"), ("12.50 18,604", ""), ("OK", "")],
)  # fmt: skip
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language


def test_every_format_says_who_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: Ferry fares\ndate: 2021-03-04\n---\n\n{PROSE}\n")
    (tmp_path / "b.html").write_text(
        "<html><head><title>Ferry fares</title><meta property='og:site_name' content='Nordvik'>"
        f"<meta name='date' content='2021-03-04'></head><body><h1>Fares</h1><p>The ferry. {PROSE}"
        "</p></body></html>"
    )
    word = WordDocument()
    word.core_properties.title = "The ferry owners heard"  # of a template
    word.add_paragraph("Ferry fares", "Title")
    word.add_paragraph("4 March 2021")
    word.add_paragraph(PROSE)
    word.save(str(tmp_path / "c.docx"))
    book = Workbook()
    book.active.title = "Sheet1"
    book.active.append(["Ferry", 12])
    book.save(tmp_path / "ferry_fares-2021.xlsx")
    found = {path.suffix: read_document(path, path.stem) for path in tmp_path.glob("[a-z]*.*")}
    assert {suffix: document.title for suffix, document in found.items()} == {
        ".md": "Ferry fares", ".html": "Ferry fares", ".docx": "Ferry fares",
        ".xlsx": "ferry fares 2021",
    }  # fmt: skip
    assert [found[s].date for s in (".md", ".html", ".docx")] == ["2021-03-04"] * 2 + [
        "4 March 2021"
    ]
    assert found[".html"].organisation == "Nordvik"
    assert {found[s].language for s in (".md", ".html", ".docx")} == {"en"}
    for document in found.values():
        assert Document.from_json(document.to_json()) == document
