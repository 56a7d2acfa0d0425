"""A whole document beside the chat, scrolled to the marked sentence.

The text is sent to the browser once, on first use; `reader.js` draws it there, so that no click on
a footnote waits for the server.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import streamlit as st

from corpus.blocks import Table
from corpus.document import Document
from ui.escape import HEADING, as_html
from ui.words import READER

ROWS = 100  # of a table, drawn at once
SCRIPTS = ("page.js", "text_view.js", "page_view.js", "tip.js", "reader.js")
_HERE = Path(__file__).parent
_RETRY = """<script>
(() => {{
  let tries = 40;
  const attempt = () => {{
    if (!({code}) && tries-- > 0) setTimeout(attempt, 50);
  }};
  attempt();
}})();
</script>"""


def draw_head() -> None:
    """Add the styles, and the script that opens footnotes, to the page: once, before all else."""
    st.html(_HERE / "styles.css")
    script = "".join((_HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    said = f"window.footnoteWords = {json.dumps(READER)};"
    st.html(f"<script>\n{said}\n{script}</script>", unsafe_allow_javascript=True)


def _call(code: str) -> None:
    """Call a function of `reader.js`; the arguments are ours, never data."""
    st.html(_RETRY.format(code=f"window.footnote && window.footnote.{code}"),
            unsafe_allow_javascript=True)  # fmt: skip


def reveal(element: str) -> None:
    """Scroll to the element of an id, and focus it unless the user is typing."""
    _call(f'reveal("{element}", "start")')


def open_footnote(key: str, n: int) -> None:
    """Show the source of a footnote of an answer, as a click on it does."""
    _call(f'follow("{key}", {n:d})')


def title_html(title: str, url: str) -> str:
    """Return a title as HTML that opens its document, which the browser fetches at `url`."""
    shown = as_html(title)
    if url:
        shown = f'<a class="fn-open" href="#document" data-url="{url}">{shown}</a>'
    return f'<span class="fn-title">{shown}</span>'


def about_html(document: Document, url: str = "") -> str:
    """Return a document's title, publisher and date as HTML."""
    origin = [as_html(part) for part in (document.publisher, document.date) if part]
    return f'{title_html(document.title, url)}<span class="fn-origin">{" · ".join(origin)}</span>'


Drawn = dict[str, Any]  # what the reader draws of a block; the names are of one letter


def _text(document: Document, start: int, end: int, kind: str, level: int | None) -> Drawn:
    """Return a block of text, without the Markdown syntax of a heading."""
    text = document.text[start:end]
    if kind == "heading" and document.markdown:
        lines = text.splitlines()
        if len(lines) > 1 and not lines[-1].strip("=-"):
            text = text[: text.rindex(lines[-1])].rstrip()
        if signs := HEADING.match(text):
            start, text = start + signs.end(), text[signs.end() :]
    return {"k": kind, "s": start, "e": start + len(text), "t": text, "l": level or 0}


def _tables(document: Document, table: Table) -> Iterator[Drawn]:
    """Yield a table in pieces: rows of cells with start, end, text, spans and header flag.

    Missing cells are filled with empty ones, so that the others are in their columns.
    """
    rows: list[list[list[Any]]] = [[] for _ in range(table.rows)]
    reached = [0] * table.columns  # by column: the row below the last cell in it
    at = [0] * table.rows  # by row: the column that comes next
    for row, column, tall, wide, header, start, end in table.cells:
        free = [c for c in range(at[row], column) if reached[c] <= row]
        for _, run in groupby(enumerate(free), key=lambda pair: pair[1] - pair[0]):
            rows[row].append([0, 0, "", 1, len(list(run)), 0])
        rows[row].append([start, end, document.text[start:end], tall, wide, int(header)])
        at[row] = column + wide
        reached[column : column + wide] = [row + tall] * len(reached[column : column + wide])
    for first in range(0, table.rows, ROWS):
        piece = rows[first : first + ROWS]
        spans = [cell[:2] for row in piece for cell in row if cell[2]] or [[0, 0]]
        yield {"k": "table", "s": spans[0][0], "e": spans[-1][1], "r": piece}


def _drawn(document: Document) -> Iterator[Drawn]:
    """Yield the blocks that the reader draws, in order; "p" is the page that starts with one."""
    pages = [start for start, _ in document.pages or ()]
    shown = 0
    for block in document.blocks:
        if block.unseen:
            continue
        if block.table:
            pieces = list(_tables(document, block.table))
        else:
            inside = pages[bisect_right(pages, block.start) : bisect_left(pages, block.end)]
            pieces = [
                _text(document, start, end, block.kind, block.level)
                for start, end in pairwise([block.start, *inside, block.end])
            ]
        for piece in pieces:
            if (number := bisect_right(pages, piece["s"])) > shown:
                piece["p"] = shown = number
            yield piece


def document_json(
    document: Document, page_name: str = "page", drawn: bool = False, kept: bool = False
) -> bytes:
    """Return a document for the reader; offsets count characters, not UTF-16 units.

    Args:
        document: the one.
        page_name: what its pages are called.
        drawn: whether pictures of its pages can be had.
        kept: whether its file can be.
    """
    about = {
        "title": document.title,
        "origin": " · ".join(part for part in (document.publisher, document.date) if part),
        "rights": document.rights,
        "pages": [start for start, _ in document.pages or ()],
        "page": page_name,
        "drawn": drawn,
        "kept": kept,
        "blocks": list(_drawn(document)),
    }
    return json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
