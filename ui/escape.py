"""Text of documents and people, made to show as text and nothing else."""

import html
import re
from collections.abc import Iterable

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # invisible; keeps Streamlit from reading ":smile:" and "->" after escaping
_SHORTCODE = re.compile(r"(?<=:)(?=[\w+-])|(?<=[<>~=-])(?=[<>=-])")


def as_html(text: str) -> str:
    """Return HTML that shows `text` as it is, direction marks kept to themselves."""
    return f'<span class="fn-text" dir="auto">{html.escape(text)}</span>'


def as_label(text: str) -> str:
    """Return Markdown that shows `text` as it is, for the labels of buttons and bars."""
    return _MARKDOWN.sub(r"\\\1", _SHORTCODE.sub(_JOINER, " ".join(text.split())))


def as_marked_html(text: str, spans: Iterable[tuple[int, int]], mark_id: str = "") -> str:
    """Return HTML that shows `text` with the given `(start, end)` spans marked.

    Spans are in order and do not overlap. The first carries `mark_id`.
    """
    name = f' id="{html.escape(mark_id)}" tabindex="-1"' if mark_id else ""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += html.escape(text[done:start]), f"<mark{name}>{html.escape(text[start:end])}</mark>"
        done, name = end, ""
    return f'<span class="fn-text" dir="auto">{"".join(pieces)}{html.escape(text[done:])}</span>'
