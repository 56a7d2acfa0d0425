"""Feedback on an answer, and the answer as a test question."""

import streamlit as st

from corpus.errors import FootnoteError
from qa.conversations.history import Exchange, History, make_question
from qa.conversations.permissions import Action
from qa.conversations.uploads import is_upload
from qa.evaluation.saved_questions import TYPES, guess_type, save_test_question, sentences_near
from qa.pipeline import Pipeline
from ui.escape import as_html, as_label
from ui.opening import shared_settings
from ui.session import Visitor, permits, with_history
from ui.welcome import draw_error
from ui.words import Chat, Feedback


def _judge(who: Visitor, conversation: str, id_: str, key: str) -> None:
    thumb, reason = st.session_state[key], st.session_state.get(f"{key}-reason", "")
    good = None if thumb is None else bool(thumb)

    def judge(kept: History) -> None:
        if permits(kept, who, conversation, Action.EDIT):
            kept.judge(id_, good, reason)

    with_history(judge)


def draw_feedback(who: Visitor, conversation: str, exchange: Exchange) -> None:
    """Draw the thumbs of an answer and, once one is clicked, the reason."""
    key = f"thumbs-{exchange.id}"
    given = None if exchange.good is None else int(exchange.good)
    whose = (who, conversation, exchange.id, key)
    st.feedback(default=given, key=key, on_change=_judge, args=whose)
    if given is not None:
        st.text_input(
            Feedback.REASON, exchange.reason, key=f"{key}-reason", placeholder=Feedback.WHY,
            label_visibility="collapsed", on_change=_judge, args=whose,
        )  # fmt: skip


@st.dialog(Chat.TEST, width="large")
def open_test_question(pipeline: Pipeline, exchanges: list[Exchange], at: int) -> None:
    """Let the user give the right answer and its evidence; then save both."""
    exchange = exchanges[at]
    answer = exchange.answer
    if answer is None:
        return
    trusted = exchange.good is not False  # what was found wrong is no right answer to begin with
    own = f"{exchange.id}-{trusted}"  # what was ticked for another answer, or verdict, is not kept
    st.html(f"<p>{as_html(exchange.question)}</p>")
    answerable = st.toggle(Feedback.ANSWERABLE, answer.status == "answered", key=f"test-yes-{own}")
    chosen, short = [], ""
    if answerable:
        given = answer.highlights if trusted else ()
        words = "\n".join(dict.fromkeys(h.text for h in given))
        short = st.text_area(
            Feedback.RIGHT_ANSWER,
            words, key=f"test-answer-{own}", height=68,
        )  # fmt: skip
    likely = guess_type(short.splitlines(), answerable)
    fitting = [name for name in TYPES if name.startswith("unanswerable") != answerable]
    kind = st.selectbox(
        Feedback.KIND, fitting, fitting.index(likely), key=f"test-type-{likely}-{own}",
        format_func=lambda name: name.replace("_", " "),
    )  # fmt: skip
    if answerable:
        st.html(f'<h3 class="fn-heading">{Feedback.EVIDENCE}</h3>')
        with st.container(height=320, key="test-evidence"):
            title = ""
            for number, sentence in enumerate(sentences_near(answer, pipeline.documents)):
                if sentence.title != title:
                    title = sentence.title
                    st.caption(as_label(title))
                key = f"test-sentence-{own}-{number}"
                if st.checkbox(as_label(sentence.quote), sentence.cited and trusted, key=key):
                    chosen.append(sentence)
    if st.button(Feedback.SAVE, type="primary", key="test-save"):
        try:
            before = make_question(exchanges[:at], exchange.question)
            path = save_test_question(
                shared_settings().home, exchange.id, before, kind, short.splitlines(), chosen,
                pipeline.documents, exchange.reason, is_upload,
            )  # fmt: skip
        except FootnoteError as error:
            draw_error(str(error))
        else:
            saved = Feedback.SAVED.format(as_html(str(path)))
            st.html(f'<p class="fn-notice" role="status">{saved}</p>')
