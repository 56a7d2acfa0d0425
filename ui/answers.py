"""An answer, its sources, and what stands near when there is none.

`draw_answer(key, answer, documents)` draws whatever came of a question;
`draw_suggestions(key, questions)` draws questions to click. Markers are links of
class `fn-marker`; `reader.js` joins each to the `fn-cite` of the same key and number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import streamlit as st

from corpus.documents import Document
from qa.answer import Answer, Citation, Lookalike, Statement
from qa.exports import answer_as_markdown, answer_as_text
from ui.document import document_url
from ui.escape import as_html, as_label, as_marked_html, as_strong_html

NEAREST = 3  # passages shown under a declined question
OPEN = 1  # sources unfolded under an answer; the others unfold on a click
SPACIOUS = 120  # characters a statement from which several stand in paragraphs of their own
SURE = ((0.9, "very likely"), (0.75, "likely"), (0.5, "probably"), (0.0, "perhaps"))
_ENDS = ".!?…:;。！？\"'”’)]»"


@dataclass(slots=True)
class _Links:
    """The marks of one answer: where its documents can be fetched, each address made once."""

    key: str
    documents: Mapping[str, Document]
    urls: dict[str, str] = field(default_factory=dict)

    def holds(self, doc: str, start: int, end: int, quote: str) -> bool:
        """Tell whether the documents, which may have changed since, still say so there."""
        return doc in self.documents and self.documents[doc].text[start:end] == quote

    def mark(
        self, group: str, n: int, label: str, doc: str, span: tuple[int, int], quote: str
    ) -> str:
        """Return the attributes of a span that a marker of the same group and number opens."""
        start, end = span
        place = f' class="fn-cite" data-key="{self.key}{group}" data-n="{n}" data-label="{label}"'
        if not self.holds(doc, start, end, quote):
            return place
        if doc not in self.urls:
            self.urls[doc] = document_url(self.documents[doc])
        return f'{place} data-url="{self.urls[doc]}" data-start="{start}" data-end="{end}"'

    def marker(self, n: int, group: str = "", text: str = "", label: str = "") -> str:
        """Return the link that opens a mark."""
        shown, name = text or f"[{n}]", label or f"Footnote {n}"
        place = f'data-key="{self.key}{group}" data-n="{n}"'
        href = f"#{self.key}{group}-{n}"
        return f'<a class="fn-marker" href="{href}" {place} aria-label="{name}">{shown}</a>'


def _place_html(title: str, section: str, page: int | None) -> str:
    parts = [f'<cite class="fn-title">{as_html(title)}</cite>']
    if section and section != title:
        parts.append(f'<span class="fn-section">{as_html(section)}</span>')
    if page is not None:
        parts.append(f'<span class="fn-section">page {page}</span>')
    return " ".join(parts)


def _strong_spans(text: str, answer: Answer, statement: Statement) -> list[tuple[int, int]]:
    """Return where the answer's key words stand in a statement."""
    words = {" ".join(h.text.split()) for h in answer.highlights if h.n in statement.citations}
    spans = sorted((text.find(w), text.find(w) + len(w)) for w in words if w and w in text)
    return [s for n, s in enumerate(spans) if n == 0 or spans[n - 1][1] <= s[0]]


def statement_html(links: _Links, answer: Answer, statement: Statement) -> str:
    """Return one statement with its markers and verdict; an unverified one says why."""
    inner = as_strong_html(statement.text, _strong_spans(statement.text, answer, statement))
    text = f'<span class="fn-text" dir="auto">{inner}</span>'
    markers = "".join(links.marker(n) for n in statement.citations)
    if statement.verdict == "verified":
        return (
            f'<span class="fn-statement">{text}&#8288;{markers}&#8288;'
            '<span class="fn-check" role="img" aria-label="verified">✓</span></span>'
        )
    reason = f": {as_html(statement.reason)}" if statement.reason else ""
    note = f'<span class="fn-reason">(unverified{reason})</span>'
    doubted = f'<span class="fn-unverified">{text}</span>'
    return f'<span class="fn-statement">{doubted}&#8288;{markers} {note}</span>'


def _tail(answer: Answer) -> str:
    """Return the sentence that is still being written: what stands after the last statement."""
    text = " ".join(answer.answer.split())
    for statement in answer.statements:
        _, said, rest = text.partition(" ".join(statement.text.split()))
        text = rest if said else text
    while text.lstrip().startswith("[") and "]" in text:
        text = text.partition("]")[2]
    text = text.strip()
    return "" if text in _ENDS else text


def _paragraph(links: _Links, answer: Answer) -> str:
    pieces = [statement_html(links, answer, statement) for statement in answer.statements]
    if tail := _tail(answer):
        pieces.append(f'<span class="fn-tail">{as_html(tail)}</span>')
    apart = len(pieces) > 2 and len(answer.answer) > SPACIOUS * len(pieces)
    return f"<p>{('</p><p>' if apart else ' ').join(pieces)}</p>"


def _reason_html(links: _Links, answer: Answer, statement: Statement) -> str:
    quotes = [" ".join(c.quote.split()) for c in answer.citations if c.n in statement.citations]
    if statement.verdict == "verified":
        exact = any(" ".join(statement.text.split()) in quote for quote in quotes)
        why = "stands word for word in" if exact else "is borne out by"
        why = f"Verified: {why} {''.join(links.marker(n) for n in statement.citations)}"
    else:
        why = f"Unverified: {as_html(statement.reason or 'it cites nothing that bears it out')}"
    return f"<li><q>{as_html(statement.text)}</q> <span>{why}</span></li>"


def verdict_html(links: _Links, answer: Answer) -> str:
    """Return how many statements are verified, which unfolds to the reasons and the confidence."""
    total = len(answer.statements)
    verified = sum(s.verdict == "verified" for s in answer.statements)
    noun = "statement" if total == 1 else "statements"
    sign = "✓" if verified == total else "!"
    likely = next(word for least, word in SURE if answer.confidence >= least)
    reasons = "".join(_reason_html(links, answer, s) for s in answer.statements)
    return (
        f'<details class="fn-verdict"><summary><span aria-hidden="true">{sign}</span> {verified} '
        f"of {total} {noun} verified · the documents {likely} answer this</summary>"
        f"<ul>{reasons}</ul><p>Confidence {answer.confidence:.0%}: the estimated chance that "
        f"these documents answer the question. Answered by {as_html(answer.answerer)}.</p>"
        "</details>"
    )


def _without_heading(text: str, section: str, until: int) -> int:
    """Return where a passage begins after a first line that only repeats its section's name."""
    line, _, rest = text.partition("\n")
    named = line.strip().lstrip("#").strip()
    repeated = bool(named) and bool(rest.strip()) and section.endswith(named)
    begin = len(text) - len(rest.lstrip()) if repeated else 0
    return begin if begin <= until else 0


def _passage_html(links: _Links, answer: Answer, citations: Sequence[Citation]) -> str:
    """Return a passage with the sentences marked that are cited from it."""
    one = citations[0]
    first, last = one.context
    attributes = [
        links.mark("", c.n, f"[{c.n}]", c.doc, (c.start, c.end), c.quote) for c in citations
    ]
    if not all(links.holds(c.doc, c.start, c.end, c.quote) for c in citations):
        quotes = "".join(
            f"<p><mark{a}>{as_html(c.quote)}</mark></p>"
            for c, a in zip(citations, attributes, strict=True)
        )
        return f"{quotes}<p>The document has changed since, or is gone.</p>"
    text = links.documents[one.doc].text[first:last]
    begin = first + _without_heading(text, one.section, min(c.start for c in citations) - first)
    marks: list[tuple[int, int, str]] = []
    for c, a in sorted(zip(citations, attributes, strict=True), key=lambda pair: pair[0].start):
        start = max(c.start - begin, marks[-1][1] if marks else 0)
        marks.append((start, max(c.end - begin, start), a))
    strong = sorted({(h.start - begin, h.end - begin) for h in answer.highlights
                     if h.n in {c.n for c in citations}})  # fmt: skip
    whole = links.documents[one.doc].text[begin : max(last, *(c.end for c in citations))]
    return as_marked_html(whole, marks, strong)


def _sources_html(links: _Links, answer: Answer) -> Iterator[str]:
    """Yield each passage that is cited, once, with all its footnotes."""
    order = sorted(answer.citations, key=lambda c: (
        min(o.n for o in answer.citations if (o.doc, o.context) == (c.doc, c.context)), c.n
    ))  # fmt: skip
    groups = groupby(order, key=lambda c: (c.doc, c.context))
    for number, citations in enumerate([list(group) for _, group in groups]):
        numbers = "".join(links.marker(c.n, label=f"Source {c.n}") for c in citations)
        place = _place_html(citations[0].title, citations[0].section, citations[0].page)
        yield (
            f'<div class="fn-source"><p>{numbers} <span class="fn-place">{place}</span></p>'
            f"<details{' open' * (number < OPEN)}><summary>Passage</summary><blockquote>"
            f"{_passage_html(links, answer, citations)}</blockquote></details></div>"
        )


def _aside_html(
    links: _Links,
    group: str,
    number: int,
    found: tuple[str, str, str, int | None],
    span: tuple[int, int],
    quote: str,
) -> str:
    """Return a passage that is not cited: where it stands, as a link, and its words."""
    doc, title, section, page = found
    attributes = links.mark(group, number, "", doc, span, quote)
    begin = _without_heading(quote, section, len(quote))
    marker = links.marker(number, group, "Open in document", f"Open passage {number} in document")
    place = f'<span class="fn-place">{_place_html(title, section, page)}</span>'
    return (
        f'<div class="fn-source"><p>{place}</p><blockquote><div{attributes}>'
        f"{as_html(quote[begin:])}</div></blockquote>"
        f"{marker if 'data-url' in attributes else ''}</div>"
    )


def lookalikes_html(links: _Links, lookalikes: Sequence[Lookalike]) -> str:
    """Return the sentences that could be mistaken for the answer, each with what differs."""
    items = "".join(
        f'<li><span class="fn-difference">{as_html(item.difference)}</span>'
        + _aside_html(links, "-not", n, (item.doc, item.title, "", item.page),
                      (item.start, item.end), item.quote) + "</li>"
        for n, item in enumerate(lookalikes, 1)
    )  # fmt: skip
    return (
        '<section class="fn-aside"><h3 class="fn-heading">Not to be confused with</h3>'
        f'<ul class="fn-lookalikes">{items}</ul></section>'
    )


def _copy_html(key: str, answer: Answer) -> str:
    """Return what copies the answer with its footnotes."""
    forms = (("Markdown", answer_as_markdown(answer)), ("text", answer_as_text(answer)))
    return '<p class="fn-copies">Copy with footnotes as ' + " or ".join(
        f'<button type="button" class="fn-copy" data-of="{key}-{name}" '
        f'aria-label="Copy as {name}">{name}</button>'
        f'<span hidden id="{key}-{name}">{as_html(text)}</span>'
        for name, text in forms
    ) + "</p>"  # fmt: skip


def _before_html(answer: Answer) -> str:
    """Return what a person must know before reading: how it was understood, who stood in."""
    notes = ""
    asked, question = (" ".join(q.split()) for q in (answer.standalone_question, answer.question))
    if asked and asked != question:
        notes += f'<p class="fn-understood">Understood as: {as_html(asked)}</p>'
    if answer.fallback:
        notes += f'<p class="fn-notice" role="note">{as_html(answer.fallback)}</p>'
    return notes


def _after_html(answer: Answer) -> str:
    notes = '<p class="fn-notice" role="note">Stopped here.</p>' if answer.stopped else ""
    if answer.written:
        lines = "".join(
            f"<li>{as_html(s.text)} <span class='fn-reason'>({s.verdict}"
            f"{': ' + as_html(s.reason) if s.reason else ''})</span></li>"
            for s in answer.written
        )
        notes += (
            '<details class="fn-notice"><summary>What the model had written</summary>'
            f"<ul>{lines}</ul></details>"
        )
    return notes


def answer_html(links: _Links, answer: Answer) -> str:
    """Return an answer with all that belongs to it."""
    aside = lookalikes_html(links, answer.lookalikes) if answer.lookalikes else ""
    sources = "".join(_sources_html(links, answer))
    heading = '<h3 class="fn-heading">Sources</h3>' if sources else ""
    verdict = verdict_html(links, answer) if answer.statements else ""
    copies = _copy_html(links.key, answer) if answer.statements else ""
    return (
        f'{_before_html(answer)}<div class="fn-answer">{_paragraph(links, answer)}</div>'
        f"{_after_html(answer)}{verdict}{aside}{heading}{sources}{copies}"
    )


def declined_html(links: _Links, answer: Answer) -> str:
    """Return why there is no answer, and the nearest passages; a greeting has none."""
    kind = "fn-declined" if answer.passages else "fn-greeting"
    lead = '<h3 class="fn-heading">Not in these documents</h3>' if answer.passages else ""
    near = "".join(
        _aside_html(links, "-near", n, (p.passage.doc, p.title, p.passage.section, p.page),
                    (p.passage.start, p.passage.end), p.passage.text)
        for n, p in enumerate(answer.passages[:NEAREST], 1)
    )  # fmt: skip
    heading = '<h3 class="fn-heading">The nearest passages</h3>' if near else ""
    return (
        f'{_before_html(answer)}<div class="fn-answer {kind}">{lead}'
        f"<p>{as_html(answer.answer)}</p></div>{_after_html(answer)}{heading}{near}"
    )


def outcome_html(key: str, answer: Answer, documents: Mapping[str, Document]) -> str:
    """Return whatever came of a question, growing answers as well. `key` is unique on the page."""
    links = _Links(key, documents)
    answered = answer.status == "answered"
    return answer_html(links, answer) if answered else declined_html(links, answer)


def draw_answer(
    key: str,
    answer: Answer,
    documents: Mapping[str, Document],
    suggestions: Sequence[str] = (),
) -> None:
    """Draw what came of a question; `suggestions` follow when it was declined."""
    st.html(outcome_html(key, answer, documents))
    if answer.status != "answered":
        draw_suggestions(key, answer.suggestions or suggestions)


def _choose(question: str) -> None:
    st.session_state.setdefault("asked", []).append(question)  # several may be clicked at once


def draw_suggestions(key: str, questions: Sequence[str]) -> None:
    """Draw questions as buttons; those clicked are added to `session_state["asked"]`."""
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
