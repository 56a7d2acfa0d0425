"""HTML and Markdown: what a page shows, and what is left out of what is told to people."""

import pytest

from corpus.blocks import check_blocks
from corpus.document import Document
from corpus.formats.content import Content
from corpus.formats.registry import read_content
from tests.support.office_files import said


def page(body: str) -> Content:
    return read_content(f"<html><body>{body}</body></html>".encode(), "a.html")


def test_what_is_not_shown_is_not_read() -> None:
    content = page(
        "<style>.off, #old { display: none } @media print { .on { display: none } }</style>"
        "<p class=on>Ferries run daily.<p class=off>Ferries run weekly.<p id=old>They cost 4."
        "<p hidden>No ferries.<p style='display:none'>Never.<p>Fares are <del>4</del> 5 euros."
    )
    assert said(content) == [
        ("paragraph", "Ferries run daily."), ("paragraph", "Fares are ~~4~~ 5 euros."),
    ]  # fmt: skip
    assert content.warnings == ("4 hidden parts are not read",)


def test_lists_count_as_the_page_says() -> None:
    content = page(
        "<ol start=3><li>Moor<li value=7>Fuel<li>Leave</ol><ol type=a><li>x<ol type=I><li>y"
        "</ol></ol><ol reversed><li>two<li>one</ol>"
    )
    assert [block.marker for block in content.blocks] == [
        "3.", "7.", "8.", "a.", "I.", "2.", "1.",
    ]  # fmt: skip
    assert [block.level for block in content.blocks][3:5] == [1, 2]


def test_raised_and_lowered_text() -> None:
    content = page("<p>About 10<sup>4</sup> m<sup>2</sup> of CO<sub>2</sub> in the 4<sup>th</sup>.")
    assert content.text.strip() == "About 10⁴ m² of CO₂ in the 4th."


def test_paragraphs_and_breaks_within_a_cell_stay_apart() -> None:
    content = page("<table><tr><th>Room<th>Terms<th>Price<tr><td>Loft<td><p>2 guests</p>"
                   "<p>from May</p><td>80<br>5 tax</table>")  # fmt: skip
    assert "Room: Loft; Terms: 2 guests · from May; Price: 80 · 5 tax" in content.text


MANUAL = """---
title: Pump manual
draft: true
---

# Pump <small>mk 2</small>

See the [safety sheet](https://example.org/safety?id=4) and ![a red pump](img/p.png) first.
It has **two** valves <!-- check --> and `-q` means ~~loud~~ quiet.

> Close the valve, then <span class="x">wait</span>.

| Part | Price |
|:-----|------:|
| [Seal](seal.md) | *4* |

[sheet]: https://example.org/defined
"""


def test_the_text_of_markdown_is_the_files_own() -> None:
    content = read_content(MANUAL.encode(), "a.md")
    assert content.text == MANUAL
    assert content.title == "Pump manual"
    check_blocks(content.text, content.blocks)


def test_what_is_told_leaves_out_markup() -> None:
    content = read_content(MANUAL.encode(), "a.md")
    document = Document("a", "A", MANUAL, markdown=True, blocks=content.blocks)
    told = [document.said(MANUAL[b.start : b.end]) for b in document.blocks if not b.unseen]
    assert told == [
        "Pump mk 2",
        "See the safety sheet and a red pump first. It has two valves and -q means ~~loud~~ quiet.",
        "Close the valve, then wait.",
        "Part: Seal; Price: 4",
    ]
    unseen = "".join(MANUAL[b.start : b.end] for b in document.blocks if b.unseen)
    assert "draft: true" in unseen
    assert "example.org/defined" in unseen


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'Read <https://example.org> or [the *guide*](a.md "Guide").',
            "Read https://example.org or the guide.",
        ),
        ("A<br>B &amp; C", "A B & C"),
        ("Costs 5 \\* 3[^1]", "Costs 5 * 3[^1]"),
        ("## Fees ##", "Fees"),
        ("{% note %} Boil it. {% endnote %}", "Boil it."),
    ],
)
def test_pieces_of_markdown(text: str, told: str) -> None:
    assert Document("a", "A", text, markdown=True).said(text) == told
