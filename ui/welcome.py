"""The first screen, and notices."""

from collections.abc import Collection, Mapping

import streamlit as st

from corpus.document import Document
from ui.document import about_html
from ui.escape import as_html
from ui.sources import Address
from ui.words import Frame, Welcome, counted

LISTED = 6  # documents shown before the rest is folded away

BRAND = '<h1 class="fn-brand">Footnote<sup aria-hidden="true">1</sup></h1>'
INTRODUCTION = (
    f'<header class="fn-intro"><h2>{Welcome.HEADING}</h2><p>{Welcome.INTRODUCTION}</p></header>'
)


def draw_welcome(documents: Collection[Document], addresses: Mapping[str, Address]) -> None:
    """Draw the introduction and the list of documents."""
    st.html(INTRODUCTION)
    urls = {doc: address.url for doc, address in addresses.items()}
    rows = [f"<li>{about_html(d, urls.get(d.doc, ''))}</li>" for d in documents]
    count = counted(len(rows), Welcome.DOCUMENTS)
    rest = ""
    if len(rows) > LISTED:
        rest = (
            f"<details><summary>{Welcome.MORE.format(len(rows) - LISTED)}</summary>"
            f"<ul>{''.join(rows[LISTED:])}</ul></details>"
        )
    st.html(
        f'<section class="fn-library" aria-label="{Frame.DOCUMENTS}">'
        f'<h3 class="fn-heading">{count}</h3>'
        f"<ul>{''.join(rows[:LISTED])}</ul>{rest}"
        f"<p>{Welcome.ADD}</p></section>"
    )


def draw_problems(problems: Collection[str]) -> None:
    """Draw a notice of the files that could not be read."""
    if problems:
        left_out = counted(len(problems), Welcome.LEFT_OUT)
        lines = "".join(f"<li>{as_html(problem)}</li>" for problem in problems)
        st.html(
            '<details class="fn-notice" open><summary>'
            f"{left_out}</summary><ul>{lines}</ul></details>"
        )


def draw_error(message: str) -> None:
    """Draw an error's message."""
    st.html(f'<p class="fn-notice fn-error" role="alert">{as_html(message)}</p>')
