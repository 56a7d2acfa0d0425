"""A page with answers of every kind to a long document, for `streamlit run`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import streamlit as st

from corpus.document import Document
from index.generations import DocumentStatus
from qa.answer import Answer, AnswerTable, Citation, Highlight, Lookalike, Statement
from ui.answers import draw_answer
from ui.document import draw_head
from ui.sources import publish, source_routes

PAGES = 200
FILLER = (
    "The keepers of the hill write down the weight of every hive on Sundays, and the weather, "
    "and which of the trees by the wall are in bloom; nobody has asked them to. "
)
HOSTILE = "<b>not bold</b> --> </style> ]]> $x$ [link](http://evil.example/a)"


def page_text(number: int) -> str:
    """Return one page: 😀 makes characters and UTF-16 units differ."""
    sentence = f"Hive {number} 😀 gave {number * 3} kilograms of honey."
    body = "\n".join([FILLER * 6] * 3)
    return f"# Hive {number}\n{FILLER * 2}{sentence} {FILLER}\n{body}\n"


def make_document() -> Document:
    """Return a document of PAGES pages."""
    texts = [page_text(number) for number in range(1, PAGES + 1)]
    ends = [0]
    for text in texts:
        ends.append(ends[-1] + len(text))
    return Document(
        "hives", f"The hives {HOSTILE}", "".join(texts), "The keepers", "2024",
        pages=tuple(zip(ends, ends[1:], strict=False)),
    )  # fmt: skip


def cite(document: Document, n: int, number: int) -> Citation:
    """Return a citation of the sentence on page `number`."""
    quote = f"Hive {number} 😀 gave {number * 3} kilograms of honey."
    start = document.text.index(quote)
    first, last = (document.pages or ())[number - 1]
    return Citation(
        n, document.doc, start, start + len(quote), quote, number, 1.0, document.title,
        f"Hive {number}", (first, min(start + 300, last)),
    )  # fmt: skip


def make_answer(document: Document, pages: tuple[int, ...]) -> Answer:
    """Return an answer that cites a sentence of each of these pages, and one that cites none."""
    citations = tuple(cite(document, n, page) for n, page in enumerate(pages, 1))
    statements = (
        *(Statement(c.quote, (c.n,), "verified") for c in citations),
        Statement(f"Bees like blue {HOSTILE}", (), "unverified", f"nothing cited {HOSTILE}"),
    )
    figure = citations[0].quote.index(f"{pages[0] * 3} ")
    start = citations[0].start + figure
    text = " ".join(f"{s.text} [{s.citations[0]}]" if s.citations else s.text for s in statements)
    return Answer(
        "1", "And the others?", "answered", text, statements, citations, (), 0.81, "model", 1.0,
        "And the other hives?",
        highlights=(Highlight(1, start, start + len(str(pages[0] * 3)), str(pages[0] * 3)),),
        lookalikes=(
            Lookalike("hives", 0, 8, document.text[:8], 1, document.title, f"another {HOSTILE}"),
        ),
        fallback=f"The model wrote nothing usable {HOSTILE}",
        written=(Statement(f"Blue hives {HOSTILE}", (), "unverified", "not borne out"),),
        stopped=True,
    )  # fmt: skip


def make_computed(document: Document) -> Answer:
    """Return an answer computed from a wide table, whose cells hold anything."""
    citation = cite(document, 1, 24)
    names = tuple(f"Week {n}" for n in range(1, 12))
    rows = tuple(
        (f"Hive {n} {HOSTILE if n == 24 else ''}", *(f"{n * w:,}" for w in range(1, 12)))
        for n in (23, 24)
    )
    table = AnswerTable(f"Weights {HOSTILE}", ("Hive", *names), rows, ((1, 9),), 3, 48)
    statement = Statement(
        "Hive 24 – Week 9: 216 (highest of 5).", (1,), "computed", "highest of 5 values", table
    )
    return Answer(
        "3", "Which hive weighed most in week 9?", "answered", f"{statement.text} [1]",
        (statement,), (citation,), (), 0.93, "extractive", 1.0,
        "Which hive weighed most in week 9?",
    )  # fmt: skip


def main() -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")
    draw_head()
    document = make_document()
    st.html('<h1 id="answers">Answers</h1>')
    answer = make_answer(document, tuple(range(4, PAGES, 20)))
    documents = {document.doc: document}
    status = DocumentStatus(document.doc, document.title, document.digest())
    addresses = publish("answers", documents, [status], {})
    draw_answer("q1", answer, documents, addresses)
    draw_answer("q2", answer, {}, addresses)
    draw_answer("q3", make_computed(document), documents, addresses)


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, routes=source_routes())
