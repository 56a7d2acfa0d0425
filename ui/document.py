"""A whole document beside the chat, scrolled to the marked sentence.

The text goes to the browser once, when it is first looked at; `reader.js` draws it there, so that
no click on a footnote waits for the server.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import streamlit as st
from streamlit import runtime

from corpus.document import Document
from corpus.passages import is_table_rule
from ui.escape import HEADING, as_html, table_bars

LONG = 110  # characters; a longer line is a paragraph of its own
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
    """Put the look, and what opens footnotes, into the page: once, before anything else."""
    st.html(_HERE / "styles.css")
    script = (_HERE / "reader.js").read_text(encoding="utf-8")
    st.html(f"<script>\n{script}</script>", unsafe_allow_javascript=True)


def _call(code: str) -> None:
    """Call a function of `reader.js`; the words are ours, never data."""
    st.html(_RETRY.format(code=f"window.footnote && window.footnote.{code}"),
            unsafe_allow_javascript=True)  # fmt: skip


def reveal(element: str) -> None:
    """Scroll to the element of that id, and move the focus there unless a person is typing."""
    _call(f'reveal("{element}", "start")')


def open_footnote(key: str, n: int) -> None:
    """Show the source of a footnote of the answer of that key, as a click on it does."""
    _call(f'follow("{key}", {n:d})')


def about_html(document: Document) -> str:
    """Return a document's title, publisher and date as HTML."""
    origin = [as_html(part) for part in (document.publisher, document.date) if part]
    return (
        f'<span class="fn-title">{as_html(document.title)}</span>'
        f'<span class="fn-origin">{" · ".join(origin)}</span>'
    )


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each heading, table row, long line and run of short ones: list or prose."""
    first = here = 0
    for line in text.splitlines(keepends=True):
        after = here + len(line)
        if len(line) > LONG or HEADING.match(line) or is_table_rule(line) or table_bars(line):
            if first < here:
                yield first, here
            yield here, after
            first = after
        elif not line.strip() and first < here:
            yield first, after
            first = after
        here = after
    if first < here:
        yield first, here


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of a block that are shown, with their kinds: a row begins with a "row"."""
    bars = table_bars(text)
    if bars and not is_table_rule(text):
        for number, (before, after) in enumerate(pairwise(bars)):
            yield before[1], max(before[1], after[0]), "cell" if number else "row"
    elif not is_table_rule(text):
        heading = HEADING.match(text)
        start = heading.end() if heading else len(text) - len(text.lstrip("\r\n"))
        if text[start:].strip():
            yield start, len(text.rstrip()), "headline" if heading else ""


def _paged_blocks(document: Document) -> Iterator[tuple[int, int, str, str, int | None]]:
    """Yield start, end, text and kind of each block, and the page it begins."""
    at, pages = 0, []
    for number, span in enumerate(document.pages or (), 1):
        pages += [(at, span[0], None), (*span, number)]  # what stands between two pages is shown
        at = span[1]
    for first, last, page in [*pages, (at, len(document.text), None)]:
        for start, end in _blocks(document.text[first:last]):
            text = document.text[first + start : first + end]
            for begin, after, kind in _parts(text):
                here = first + start
                yield here + begin, here + after, text[begin:after], kind, page
                page = None


@lru_cache(maxsize=16)
def document_json(document: Document) -> bytes:
    """Return what the reader draws of a document; offsets count characters, not UTF-16 units."""
    about = {
        "title": document.title,
        "origin": " · ".join(part for part in (document.publisher, document.date) if part),
        "rights": document.rights,
        "blocks": list(_paged_blocks(document)),
    }
    return json.dumps(about, ensure_ascii=False).encode()


def document_url(document: Document) -> str:
    """Return the address from which this visit's browser can fetch a document."""
    manager = runtime.get_instance().media_file_mgr
    return manager.add(document_json(document), "application/json", f"document-{document.doc}")
