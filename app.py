"""The chat window. Start it with `streamlit run app.py`."""

from dataclasses import dataclass

import streamlit as st

from corpus.errors import FootnoteError
from qa.answer import Answer, Question, Turn
from qa.pipeline import Pipeline
from ui.answers import draw_answer, draw_declined, draw_suggestions
from ui.document import reveal
from ui.escape import as_html
from ui.opening import OpeningError, shared_opening, wait_for_pipeline
from ui.styles import FAVICON, draw_styles
from ui.welcome import BRAND, draw_error, draw_problems, draw_welcome

REMEMBERED = 6  # exchanges a follow-up may refer to
ECHOED = 400  # characters of a question shown above its answer


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer, or the sentence of an error."""

    question: str
    answer: Answer | None
    error: str = ""


def ask(pipeline: Pipeline, text: str, exchanges: list[Exchange]) -> Exchange:
    """Ask the pipeline, with the conversation so far."""
    answered = [e for e in exchanges if e.answer][-REMEMBERED:]
    history = tuple(
        turn
        for e in answered
        if e.answer
        for turn in (Turn("user", e.question), Turn("assistant", e.answer.answer))
    )
    try:
        return Exchange(text, pipeline.invoke(Question(text, history=history)))
    except FootnoteError as error:
        return Exchange(text, None, str(error))


def draw_question(key: str, text: str) -> None:
    """Draw the heading of an exchange."""
    shown = text if len(text) <= ECHOED else f"{text[:ECHOED]}…"
    st.html(f'<h2 class="fn-question" id="{key}" tabindex="-1">{as_html(shown)}</h2>')


def draw_exchange(key: str, exchange: Exchange, pipeline: Pipeline) -> None:
    """Draw an answer, why there is none, or an error."""
    answer = exchange.answer
    if answer is None:
        draw_error(exchange.error)
    elif answer.status == "answered":
        draw_answer(key, answer, pipeline.documents)
    else:
        draw_declined(key, answer, pipeline.documents)


def draw_conversation(pipeline: Pipeline, exchanges: list[Exchange], asked: str | None) -> None:
    """Draw the exchanges so far and, when something is asked, answer it."""
    for number, exchange in enumerate(exchanges, 1):
        draw_question(f"q{number}", exchange.question)
        draw_exchange(f"q{number}", exchange, pipeline)
    if asked:
        key = f"q{len(exchanges) + 1}"
        draw_question(key, asked)
        with st.spinner("Reading the documents"):
            exchanges.append(ask(pipeline, asked, exchanges))
        draw_exchange(key, exchanges[-1], pipeline)
        reveal(key, block="start")


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Footnote", page_icon=FAVICON, layout="centered")
    draw_styles()
    exchanges: list[Exchange] = st.session_state.setdefault("exchanges", [])
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.html(BRAND)
        new = st.container(width="content")
    try:
        pipeline = wait_for_pipeline()
    except OpeningError as error:
        draw_error(str(error))
        st.button("Try again", key="again", on_click=shared_opening.clear)
        return
    page = st.container()
    with st.container(key="input"):
        typed = st.chat_input("Ask about these documents")
    asked = typed or st.session_state.pop("asked", None)
    if exchanges or asked:
        new.button("New conversation", key="new", type="tertiary", on_click=exchanges.clear)
        with page:
            draw_conversation(pipeline, exchanges, asked)
    else:
        with page:
            draw_welcome(pipeline.documents.values())
            draw_problems(pipeline.problems)
            draw_suggestions("welcome", pipeline.examples)


if __name__ == "__main__":
    main()
