"""The chat window. Start it with `streamlit run app.py`."""

from dataclasses import dataclass

import streamlit as st

from corpus.documents import CorpusError
from index.embedder import EmbedderError
from index.settings import SettingsError
from index.store import StoreError
from qa.answer import Answer, Question, QuestionError, Turn
from qa.pipeline import Pipeline
from ui.answers import draw_answer, draw_declined, draw_suggestions
from ui.document import reveal
from ui.escape import as_html
from ui.opening import shared_opening, wait_for_pipeline
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
    except (QuestionError, StoreError, EmbedderError) as error:
        return Exchange(text, None, str(error))


def draw_question(key: str, text: str) -> None:
    """Draw the heading of an exchange."""
    shown = text if len(text) <= ECHOED else f"{text[:ECHOED]}…"
    st.html(f'<h2 class="fn-question" id="{key}" tabindex="-1">{as_html(shown)}</h2>')


def draw_exchange(key: str, exchange: Exchange, pipeline: Pipeline) -> str | None:
    """Draw an answer or error; return the suggested question that was clicked, if one was."""
    answer = exchange.answer
    if answer is None:
        draw_error(exchange.error)
    elif answer.status == "answered":
        draw_answer(key, answer, pipeline.documents)
    else:
        draw_declined(key, answer, pipeline.documents)
        return draw_suggestions(key, answer.suggestions)
    return None


def draw_header(exchanges: list[Exchange]) -> None:
    """Draw the name of the tool and, within a conversation, the way to a new one."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.html(BRAND)
        if exchanges and st.button("New conversation", key="new", type="tertiary"):
            exchanges.clear()
            st.rerun()


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Footnote", page_icon=FAVICON, layout="centered")
    draw_styles()
    exchanges: list[Exchange] = st.session_state.setdefault("exchanges", [])
    draw_header(exchanges)
    try:
        pipeline = wait_for_pipeline()
    except (CorpusError, EmbedderError, SettingsError, StoreError) as error:
        draw_error(str(error))
        if st.button("Try again", key="again"):
            shared_opening.clear()
            st.rerun()
        return
    clicked: str | None = None
    typed = st.chat_input("Ask about these documents")
    asked = typed if typed is not None else st.session_state.pop("asked", None)
    if not exchanges and asked is None:
        draw_welcome(pipeline.documents.values())
        draw_problems(pipeline.problems)
        clicked = draw_suggestions("welcome", pipeline.examples)
    for number, exchange in enumerate(exchanges, 1):
        draw_question(f"q{number}", exchange.question)
        clicked = draw_exchange(f"q{number}", exchange, pipeline) or clicked
    if asked is not None:
        key = f"q{len(exchanges) + 1}"
        draw_question(key, asked)
        with st.spinner("Reading the documents"):
            exchange = ask(pipeline, asked, exchanges)
        exchanges.append(exchange)
        draw_exchange(key, exchange, pipeline)
        reveal(key, block="start")
    if clicked is not None:
        st.session_state["asked"] = clicked
        st.rerun()


if __name__ == "__main__":
    main()
