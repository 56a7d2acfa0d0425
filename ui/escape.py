"""Text of documents and people, made to show as text and nothing else."""

import html
import re
from collections.abc import Sequence

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # invisible; keeps Streamlit from reading ":smile:" and "->" after escaping
_SHORTCODE = re.compile(r"(?<=:)(?=[\w+-])|(?<=[<>~=-])(?=[<>=-])")


def as_html(text: str) -> str:
    """Return HTML that shows `text` as it is, direction marks kept to themselves."""
    return f'<span class="fn-text" dir="auto">{html.escape(text)}</span>'


def as_label(text: str) -> str:
    """Return Markdown that shows `text` as it is, for the labels of buttons and bars."""
    return _MARKDOWN.sub(r"\\\1", _SHORTCODE.sub(_JOINER, " ".join(text.split())))


def as_marked_html(
    text: str, span: tuple[int, int], name: str = "", strong: Sequence[tuple[int, int]] = ()
) -> str:
    """Return HTML that shows `text` with `[start, end)` marked; `name` is the mark's id, if any.

    `strong` are spans within the mark, in order and apart, that stand out of it.
    """
    start, end = span
    pieces: list[str] = []
    at = start
    for first, last in strong:
        pieces += [html.escape(text[at:first]), f"<strong>{html.escape(text[first:last])}</strong>"]
        at = last
    quote = "".join([*pieces, html.escape(text[at:end])])
    before, after = html.escape(text[:start]), html.escape(text[end:])
    identity = f' id="{name}" tabindex="0"' if name else ""
    return f'<span class="fn-text" dir="auto">{before}<mark{identity}>{quote}</mark>{after}</span>'
