"""An answer, its sources, and what stands near when there is none."""

from collections.abc import Mapping, Sequence

import streamlit as st

from corpus.documents import Document
from index.retriever import RetrievedPassage
from qa.answer import Answer, Citation, Highlight, Lookalike, Statement
from ui.document import open_document
from ui.escape import as_html, as_label, as_marked_html

NEAREST = 3  # passages shown under a declined question


def _marker(key: str, n: int) -> str:
    return f'<a class="fn-marker" href="#{key}-source-{n}" aria-label="Footnote {n}">[{n}]</a>'


def statement_html(key: str, statement: Statement) -> str:
    """Return one statement with its markers; an unverified one says so, and why."""
    text = as_html(statement.text)
    markers = "".join(_marker(key, n) for n in statement.citations)
    if statement.verdict == "verified":
        return f"{text}&#8288;{markers}"
    reason = f": {as_html(statement.reason)}" if statement.reason else ""
    note = f'<span class="fn-reason">(unverified{reason})</span>'
    return f'<span class="fn-unverified">{text}</span>&#8288;{markers} {note}'


def answer_html(key: str, answer: Answer) -> str:
    """Return the answer with its [n] markers, and how many of its statements are verified."""
    text = " ".join(statement_html(key, statement) for statement in answer.statements)
    total = len(answer.statements)
    verified = sum(s.verdict == "verified" for s in answer.statements)
    noun = "statement" if total == 1 else "statements"
    sign = "✓" if verified == total else "!"
    return (
        f'<div class="fn-answer"><p>{text}</p></div>'
        f'<p class="fn-verdict"><span aria-hidden="true">{sign}</span> '
        f'{verified} of {total} {noun} verified</p><h3 class="fn-heading">Sources</h3>'
    )


def _place_html(title: str, section: str, page: int | None) -> str:
    parts = [f'<cite class="fn-title">{as_html(title)}</cite>']
    if section:
        parts.append(f'<span class="fn-section">{as_html(section)}</span>')
    if page is not None:
        parts.append(f'<span class="fn-section">page {page}</span>')
    return " ".join(parts)


def source_html(
    key: str, citation: Citation, document: Document, highlights: Sequence[Highlight] = ()
) -> str:
    """Return a source: where it stands, and its passage with the quoted sentence marked."""
    first, last = citation.context
    span = (citation.start - first, citation.end - first)
    strong = [(h.start - first, h.end - first) for h in highlights if h.n == citation.n]
    passage = as_marked_html(document.text[first:last], span, strong=strong)
    place = _place_html(citation.title, citation.section, citation.page)
    return (
        f'<section class="fn-source" id="{key}-source-{citation.n}" tabindex="-1" '
        f'aria-label="Source {citation.n}">'
        f'<p class="fn-place"><span class="fn-number">[{citation.n}]</span> {place}</p>'
        f"<blockquote>{passage}</blockquote></section>"
    )


def lookalikes_html(lookalikes: Sequence[Lookalike]) -> str:
    """Return the sentences that could be mistaken for the answer, each with what differs."""
    items = "".join(
        f'<li><span class="fn-difference">{as_html(item.difference)}</span> '
        f"<blockquote>{as_html(item.quote)}</blockquote></li>"
        for item in lookalikes
    )
    return (
        '<section class="fn-source"><h3 class="fn-heading">Not to be confused with</h3>'
        f'<ul class="fn-lookalikes">{items}</ul></section>'
    )


def passage_html(found: RetrievedPassage) -> str:
    """Return a passage that stands near a question, without any mark."""
    place = _place_html(found.title, found.passage.section, found.page)
    text = as_html(found.passage.text)
    return (
        f'<section class="fn-source"><p class="fn-place">{place}</p>'
        f"<blockquote>{text}</blockquote></section>"
    )


def _draw_card(key: str, label: str, body: str, document: Document, span: tuple[int, int]) -> None:
    with st.container(key=f"card-{key}"):
        st.html(body)
        if st.button(as_label(label), key=f"open-{key}", type="tertiary"):
            open_document(document, *span)


def draw_answer(key: str, answer: Answer, documents: Mapping[str, Document]) -> None:
    """Draw an answer and its sources. `key` is unique on the page."""
    st.html(answer_html(key, answer))
    for citation in answer.citations:
        document = documents[citation.doc]
        _draw_card(
            f"{key}-{citation.n}",
            f"Open [{citation.n}] in document",
            source_html(key, citation, document, answer.highlights),
            document,
            (citation.start, citation.end),
        )
    if answer.lookalikes:
        st.html(lookalikes_html(answer.lookalikes))


def draw_declined(key: str, answer: Answer, documents: Mapping[str, Document]) -> None:
    """Draw why there is no answer, then questions to ask instead or the nearest passages."""
    st.html(f'<div class="fn-answer fn-declined"><p>{as_html(answer.answer)}</p></div>')
    if answer.suggestions:
        draw_suggestions(key, answer.suggestions)
    elif answer.passages:
        st.html('<h3 class="fn-heading">The nearest passages</h3>')
        for number, found in enumerate(answer.passages[:NEAREST], 1):
            passage = found.passage
            _draw_card(
                f"{key}-{number}",
                f"Open passage {number} in document",
                passage_html(found),
                documents[passage.doc],
                (passage.start, passage.end),
            )


def _choose(question: str) -> None:
    st.session_state["asked"] = question


def draw_suggestions(key: str, questions: Sequence[str]) -> None:
    """Draw questions as buttons; the one clicked becomes `session_state["asked"]`."""
    if questions:
        with st.container(key=f"ask-{key}"):
            st.html('<h3 class="fn-heading">Try one of these</h3>')
            for number, question in enumerate(questions):
                st.button(
                    as_label(question),
                    key=f"suggestion-{key}-{number}",
                    width="stretch",
                    on_click=_choose,
                    args=(question,),
                )
