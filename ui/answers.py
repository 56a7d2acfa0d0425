"""An answer, its sources, and what stands near when there is none.

`draw_answer(key, answer, documents, addresses)` draws whatever came of a question;
`draw_suggestions(key, questions)` draws questions to click.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from corpus.document import Document
from qa.answer import LIKELY, Answer, Citation, Statement
from qa.conversations.exports import answer_as_markdown, answer_as_text
from ui import words
from ui.escape import as_label, as_marked_html, as_strong_html, table_bars
from ui.sources import Address

NEAREST = 3  # passages shown under a declined question
SPACIOUS = 120  # characters a statement from which several stand in paragraphs of their own
DOUBTFUL = 0.5  # confidence below which an answer is said to be perhaps none
AS_NEAR = 0.5  # of the answer's chance: a look-alike that stands above a doubtful answer
_ENDS = ".!?…:;。！？\"'”’)]»"
_TEMPLATE = Path(__file__).with_name("answer.html.j2")


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text("utf-8"))


def _holds(documents: Mapping[str, Document], doc: str, start: int, end: int, quote: str) -> bool:
    """Tell whether the documents, which may have changed since, still have the quote there."""
    return doc in documents and documents[doc].text[start:end] == quote


def _found_again(citation: Citation, documents: Mapping[str, Document]) -> Citation:
    """Return a citation relocated in a document that was read again; otherwise unchanged."""
    document = documents.get(citation.doc)
    span = document.find(citation.quote, citation.start) if document else None
    if document is None or span is None or span == (citation.start, citation.end):
        return citation
    start, end = span
    around = [b for b in document.blocks if b.start < end and start < b.end]
    return replace(
        citation, start=start, end=end, quote=document.text[start:end],
        page=document.page_of(start), context=(around[0].start, around[-1].end),
    )  # fmt: skip


def _strong_spans(text: str, answer: Answer, statement: Statement) -> list[tuple[int, int]]:
    """Return the spans of the answer's key words in a statement."""
    strong = {" ".join(h.text.split()) for h in answer.highlights if h.n in statement.citations}
    spans = sorted((text.find(w), text.find(w) + len(w)) for w in strong if w and w in text)
    return [s for n, s in enumerate(spans) if n == 0 or spans[n - 1][1] <= s[0]]


def _tail(answer: Answer) -> str:
    """Return the sentence that is still being written: the text after the last statement."""
    text = " ".join(answer.answer.split())
    for statement in answer.statements:
        _, said, rest = text.partition(" ".join(statement.text.split()))
        text = rest if said else text
    while text.lstrip().startswith("[") and "]" in text:
        text = text.partition("]")[2]
    text = text.strip()
    return "" if text in _ENDS else text


def _statement_html(answer: Answer, statement: Statement) -> Markup:
    """Return a statement with its key words; rows of a table on lines of their own."""
    text = statement.text
    for c in answer.citations:
        if c.n in statement.citations and table_bars(c.quote.partition("\n")[0]):
            text = c.quote if " ".join(c.quote.split()) == " ".join(text.split()) else text
    return Markup(as_strong_html(text, _strong_spans(text, answer, statement)))  # escaped there


def _is_exact(
    documents: Mapping[str, Document], answer: Answer, statement: Statement
) -> bool:  # fmt: skip
    """Tell whether a statement appears word for word in what it cites."""
    cited = [c for c in answer.citations if c.n in statement.citations]
    quotes = [" ".join(c.quote.split()) for c in cited]
    quotes += [documents[c.doc].said(c.quote) for c in cited if c.doc in documents]
    return any(" ".join(statement.text.split()) in quote for quote in quotes)


def _without_heading(text: str, section: str) -> str:
    """Return a passage without a first line that only repeats its section's name."""
    line, _, rest = text.partition("\n")
    named = line.strip().lstrip("#").strip()
    return rest.lstrip() if named and rest.strip() and section.endswith(named) else text


def _passage_html(
    mark: Callable[..., str], documents: Mapping[str, Document], answer: Answer,
    citations: Sequence[Citation],
) -> Markup:  # fmt: skip
    """Return a passage with its cited sentences marked."""
    one = citations[0]
    first, last = one.context
    marks = [
        (c.start, c.end, mark("", c.n, f"[{c.n}]", c.doc, (c.start, c.end), c.quote))
        for c in citations
    ]
    if not all(_holds(documents, c.doc, c.start, c.end, c.quote) for c in citations):
        quotes = "".join(
            f"<p>{as_marked_html(c.quote, [(0, len(c.quote), attributes)])}</p>"
            for c, (*_, attributes) in zip(citations, marks, strict=True)
        )
        told = words.Answer.CHANGED if one.doc in documents else words.Answer.GONE
        return Markup(f"{quotes}<p>{told}</p>")
    text = documents[one.doc].text
    begin = last - len(_without_heading(text[first:last], one.section))
    begin = begin if all(begin <= c.start for c in citations) else first
    numbers = {c.n for c in citations}
    strong = sorted({(h.start - begin, h.end - begin) for h in answer.highlights if h.n in numbers})
    apart: list[tuple[int, int, str]] = []
    for start, end, attributes in sorted(marks):
        after = max(start - begin, apart[-1][1] if apart else 0)
        apart.append((after, max(end - begin, after), attributes))
    whole = text[begin : max(last, *(c.end for c in citations))]
    return Markup(as_marked_html(whole, apart, strong))  # escaped there


def _sources(answer: Answer) -> list[list[Citation]]:
    """Group the citations by passage, in the order of the first of each."""
    first: dict[object, int] = {}
    for c in answer.citations:
        first.setdefault((c.doc, c.context), c.n)
    order = sorted(answer.citations, key=lambda c: (first[c.doc, c.context], c.n))
    return [list(group) for _, group in groupby(order, key=lambda c: (c.doc, c.context))]


def outcome_html(
    key: str, answer: Answer, documents: Mapping[str, Document],
    addresses: Mapping[str, Address] = MappingProxyType({}),
) -> str:  # fmt: skip
    """Return the outcome of a question, complete or growing. `key` is unique on the page."""

    def mark(group: str, n: int, label: str, doc: str, span: tuple[int, int], quote: str) -> Markup:
        """Return the attributes of a span, opened by the marker of the same group and number."""
        place = f' class="fn-cite" data-key="{key}{group}" data-n="{n}" data-label="{label}"'
        if doc in addresses and _holds(documents, doc, *span, quote):
            place += f' data-url="{addresses[doc].url}" data-start="{span[0]}" data-end="{span[1]}"'
            strong = [f"{h.start}-{h.end}" for h in answer.highlights if h.n == n and not group]
            place += f' data-strong="{" ".join(strong)}"' if strong else ""
        return Markup(place)  # our own words and numbers

    kept = tuple(_found_again(citation, documents) for citation in answer.citations)
    if kept != answer.citations:  # highlights are of the text that was
        answer = replace(answer, citations=kept, highlights=())
    if answer.confidence < LIKELY:  # nothing stands out as if it were what was asked for
        answer = replace(answer, highlights=())
    asked, question = (" ".join(q.split()) for q in (answer.standalone_question, answer.question))
    tail = _tail(answer)
    pieces = len(answer.statements) + bool(tail)
    apart = pieces > 2 and len(answer.answer) > SPACIOUS * pieces
    numbered = list(enumerate(answer.lookalikes, 1))
    doubtful = answer.confidence < LIKELY
    above = [(n, other) for n, other in numbered if doubtful and other.score >= AS_NEAR]
    return _template().render(
        key=key,
        answer=answer,
        asked="" if asked == question else asked,
        tail=tail,
        between=Markup("</p><p>") if apart else " ",
        strong=partial(_statement_html, answer),
        dressed=lambda text: Markup(as_strong_html(text)),
        verified=sum(s.verdict != "unverified" for s in answer.statements),
        above=above,
        below=[pair for pair in numbered if pair not in above],
        exact=partial(_is_exact, documents, answer),
        quoted=bool(answer.statements) and all(s.verdict == "quoted" for s in answer.statements),
        mark=mark,
        addresses=addresses,
        without_heading=_without_heading,
        sources=_sources(answer),
        passage=partial(_passage_html, mark, documents, answer),
        copies={"Markdown": answer_as_markdown(answer), words.Answer.TEXT: answer_as_text(answer)},
        words=words.Answer,
        page_names=words.Frame.NUMBERED,
        counted=words.counted,
        NEAREST=NEAREST,
        DOUBTFUL=DOUBTFUL,
    )


def draw_answer(
    key: str, answer: Answer, documents: Mapping[str, Document], addresses: Mapping[str, Address],
    suggestions: Sequence[str] = (),
) -> None:  # fmt: skip
    """Draw the outcome of a question; `suggestions` follow if it was declined."""
    st.html(outcome_html(key, answer, documents, addresses))
    if answer.status != "answered":
        draw_suggestions(key, answer.suggestions or suggestions)


def _choose(question: str) -> None:
    st.session_state.setdefault("asked", []).append(question)  # several may be clicked at once


def draw_suggestions(key: str, questions: Sequence[str]) -> None:
    """Draw questions as buttons; those clicked are added to `session_state["asked"]`."""
    if questions:
        with st.container(key=f"ask-{key}"):
            st.html(f'<h3 class="fn-heading">{words.Chat.SUGGESTIONS}</h3>')
            for number, question in enumerate(questions):
                st.button(
                    as_label(question), key=f"suggestion-{key}-{number}", width="stretch",
                    on_click=_choose, args=(question,),
                )  # fmt: skip
