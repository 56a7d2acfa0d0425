"""Text of documents and people, made to show as text and nothing else."""

import html
import re
from collections.abc import Iterable, Sequence

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # invisible; keeps Streamlit from reading ":smile:" and "->" after escaping
_SHORTCODE = re.compile(r"(?<=:)(?=[\w+-])|(?<=[<>~=-])(?=[<>=-])")


def as_html(text: str) -> str:
    """Return HTML that shows `text` as it is, direction marks kept to themselves."""
    return f'<span class="fn-text" dir="auto">{html.escape(text)}</span>'


def as_label(text: str) -> str:
    """Return Markdown that shows `text` as it is, for the labels of buttons and bars."""
    return _MARKDOWN.sub(r"\\\1", _SHORTCODE.sub(_JOINER, " ".join(text.split())))


def as_strong_html(text: str, strong: Sequence[tuple[int, int]]) -> str:
    """Return `text` escaped, with the spans `strong` standing out; they are in order and apart."""
    pieces, at = "", 0
    for start, end in strong:
        if at <= start < end <= len(text):
            words = html.escape(text[start:end])
            pieces += f"{html.escape(text[at:start])}<strong>{words}</strong>"
            at = end
    return pieces + html.escape(text[at:])


def as_marked_html(
    text: str, marks: Sequence[tuple[int, int, str]], strong: Sequence[tuple[int, int]] = ()
) -> str:
    """Return HTML that shows `text` with spans `[start, end)` marked, each with its attributes.

    `strong` are spans within the marks that stand out of them. Attributes are ours, never data.
    """
    pieces, at = "", 0
    for start, end, attributes in marks:
        inner = as_strong_html(text[start:end], [(s - start, e - start) for s, e in strong])
        pieces += f"{html.escape(text[at:start])}<mark{attributes}>{inner}</mark>"
        at = end
    return f'<span class="fn-text" dir="auto">{pieces}{html.escape(text[at:])}</span>'


def as_table(label: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table called `label` for screen readers; the first cell of a row heads it."""
    top = "".join(f"<th scope=col>{as_html(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr><th scope=row>{as_html(first)}</th>"
        + "".join(f"<td>{as_html(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="fn-table" tabindex="0" role="region" aria-label="{html.escape(label)}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
