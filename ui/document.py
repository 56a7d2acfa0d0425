"""A whole document, scrolled to the marked sentence."""

from html import escape

import streamlit as st

from corpus.documents import Document
from ui.escape import as_html, as_marked_html

MARK = "fn-opened"
_REVEAL = """<script>
(() => {{
  let tries = 40;
  const reveal = () => {{
    const element = document.getElementById("{element}");
    if (!element) return tries-- > 0 && setTimeout(reveal, 50);
    element.scrollIntoView({{block: "{block}", behavior: "instant"}});
    element.focus({{preventScroll: true}});
  }};
  reveal();
}})();
</script>"""


def reveal(element: str, block: str = "center") -> None:
    """Scroll to the element of that id and give it the focus; both words are ours, never data."""
    st.html(_REVEAL.format(element=element, block=block), unsafe_allow_javascript=True)


def about_html(document: Document) -> str:
    """Return a document's title, publisher and date as HTML."""
    origin = [as_html(part) for part in (document.publisher, document.date) if part]
    return (
        f'<span class="fn-title">{as_html(document.title)}</span>'
        f'<span class="fn-origin">{" · ".join(origin)}</span>'
    )


def document_html(document: Document, start: int, end: int) -> str:
    """Return the whole text as HTML, a block a line, the span `[start, end)` marked."""
    blocks: list[str] = []
    offset, name = 0, MARK
    for line in document.text.splitlines(keepends=True):
        first, last = max(start - offset, 0), min(end - offset, len(line))
        if first < last:
            blocks.append(f"<div>{as_marked_html(line, [(first, last)], name)}</div>")
            name = ""
        else:
            blocks.append(f"<div>{escape(line)}</div>")
        offset += len(line)
    return f'<div class="fn-document" dir="auto">{"".join(blocks)}</div>'


@st.dialog("Document", position="right", width=640)
def open_document(document: Document, start: int, end: int) -> None:
    """Show `document` in a drawer beside the chat, at the span `[start, end)`."""
    rights = f'<p class="fn-rights">{as_html(document.rights)}</p>' if document.rights else ""
    st.html(f'<header class="fn-about">{about_html(document)}{rights}</header>')
    st.html(document_html(document, start, end))
    reveal(MARK)
