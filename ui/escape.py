"""Escaping: text of documents and users is displayed as text and nothing else."""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from corpus.formats.markdown import is_table_rule

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # invisible; keeps Streamlit from reading ":smile:" and "->" after escaping
HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_ROW = re.compile(r"[ \t]*\|.*\|\s*")
_BAR = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
_STRESS = re.compile(
    r"(?<![^\s|:–—-])(\*\*|`)(?=[^\s*`])(?:(?!\1)[^\n]){0,200}?(?<=[^\s*`])(\1)(?=[\s.,;:!?)|]|$)"
)
_DRESS = {
    "": "{}",
    "strong": "<strong>{}</strong>",
    "bar": '<span class="fn-bar">{}</span>',
    "sign": '<span class="fn-sign">{}</span>',
}
_SHORTCODE = re.compile(r"(?<=:)(?=[\w+-])|(?<=[<>~=-])(?=[<>=-])")


def as_html(text: str) -> str:
    """Return HTML that displays `text` literally, with direction marks isolated."""
    return f'<span class="fn-text" dir="auto">{html.escape(text)}</span>'


def as_label(text: str) -> str:
    """Return Markdown that displays `text` literally, for the labels of buttons and bars."""
    return _MARKDOWN.sub(r"\\\1", _SHORTCODE.sub(_JOINER, " ".join(text.split())))


def table_bars(line: str) -> list[tuple[int, int]]:
    """Return the spans of the cell borders in a table row, none for any other line."""
    bars = [bar.span() for bar in _BAR.finditer(line)] if _ROW.fullmatch(line) else []
    return bars if len(bars) > 1 else []


def _looks(text: str, strong: Sequence[tuple[int, int]]) -> list[str]:
    """Return the look of each character: plain "", strong, or Markdown syntax."""
    spans, at = [(start, end, "strong") for start, end in strong], 0
    for line in text.splitlines(keepends=True):
        if is_table_rule(line):
            spans.append((at, at + len(line), "sign"))
        elif heading := HEADING.match(line):
            spans.append((at, at + heading.end(), "sign"))
        elif bars := table_bars(line):
            looks = ["sign", *["bar"] * (len(bars) - 2), "sign"]
            spans += [(at + s, at + e, look) for (s, e), look in zip(bars, looks, strict=True)]
        at += len(line)
    spans += [(*m.span(sign), "sign") for m in _STRESS.finditer(text) for sign in (1, 2)]
    found = [""] * len(text)
    for start, end, look in spans:
        found[start:end] = [look] * len(found[start:end])
    return found


def _dressed(text: str, looks: Sequence[str]) -> str:
    """Return `text` escaped; its Markdown syntax stays in it but is hidden."""
    pieces, at = "", 0
    for look, run in groupby(looks):
        end = at + len(list(run))
        pieces += _DRESS[look].format(html.escape(text[at:end]))
        at = end
    return pieces


def as_strong_html(text: str, strong: Sequence[tuple[int, int]] = ()) -> str:
    """Return a document's `text` escaped, with the spans `strong` emphasised."""
    return _dressed(text, _looks(text, strong))


def as_marked_html(
    text: str, marks: Sequence[tuple[int, int, str]], strong: Sequence[tuple[int, int]] = ()
) -> str:
    """Return HTML that displays `text` with spans `[start, end)` marked, each with its attributes.

    `strong` are spans to emphasise. Attributes are ours, never data.
    """
    looks, pieces, at = _looks(text, strong), "", 0
    for start, end, attributes in marks:
        inner = _dressed(text[start:end], looks[start:end])
        pieces += f"{_dressed(text[at:start], looks[at:start])}<mark{attributes}>{inner}</mark>"
        at = end
    return f'<span class="fn-text" dir="auto">{pieces}{_dressed(text[at:], looks[at:])}</span>'


def as_table(label: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table labelled `label` for screen readers; the first cell of a row is its header."""
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
