"""A whole document, scrolled to the marked sentence."""

from collections.abc import Iterator
from html import escape

import streamlit as st

from corpus.documents import Document
from ui.escape import as_html, as_marked_html

MARK = "fn-opened"
LONG = 110  # characters; a longer line is a paragraph of its own
_REVEAL = """<script>
(() => {{
  let tries = 40;
  const reveal = () => {{
    const element = document.getElementById("{element}");
    if (!element) return tries-- > 0 && setTimeout(reveal, 50);
    element.scrollIntoView({{block: "{block}", behavior: "instant"}});
    const at = document.activeElement;
    if (at === document.body || element.closest("[role=dialog]")) {{
      element.focus({{preventScroll: true}});
    }}
  }};
  reveal();
}})();
</script>"""


def reveal(element: str, block: str = "center") -> None:
    """Scroll to the element of that id, and move the focus there unless a person is typing.

    Both words are ours, never data.
    """
    st.html(_REVEAL.format(element=element, block=block), unsafe_allow_javascript=True)


def about_html(document: Document) -> str:
    """Return a document's title, publisher and date as HTML."""
    origin = [as_html(part) for part in (document.publisher, document.date) if part]
    return (
        f'<span class="fn-title">{as_html(document.title)}</span>'
        f'<span class="fn-origin">{" · ".join(origin)}</span>'
    )


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each long line, and of each run of short ones: list or hard-wrapped."""
    first = here = 0
    for line in text.splitlines(keepends=True):
        after = here + len(line)
        if len(line) > LONG:
            if first < here:
                yield first, here
            yield here, after
            first = after
        here = after
    if first < here:
        yield first, here


def document_html(document: Document, start: int, end: int) -> str:
    """Return the whole text as HTML with the span `[start, end)` marked."""
    pieces: list[str] = []
    name = MARK
    for first, last in _blocks(document.text):
        block = document.text[first:last]
        span = (max(start - first, 0), min(end - first, len(block)))
        if span[0] < span[1]:
            pieces.append(f"<div>{as_marked_html(block, span, name)}</div>")
            name = ""
        else:
            pieces.append(f"<div>{escape(block)}</div>")
    return f'<div class="fn-document" dir="auto">{"".join(pieces)}</div>'


@st.dialog("Document", position="right", width=640)
def open_document(document: Document, start: int, end: int) -> None:
    """Show `document` in a drawer beside the chat, at the span `[start, end)`."""
    rights = f'<p class="fn-rights">{as_html(document.rights)}</p>' if document.rights else ""
    st.html(f'<header class="fn-about">{about_html(document)}{rights}</header>')
    st.html(document_html(document, start, end))
    reveal(MARK)
