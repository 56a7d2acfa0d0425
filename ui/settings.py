"""The settings view: what this session asks with. It ends with the session, keys above all."""

import streamlit as st

from corpus.errors import FootnoteError
from index.retriever import PASSAGES
from qa.answer import EXTRACTIVE
from qa.pipeline import Pipeline
from ui.escape import as_html
from ui.session import Visitor, answerers, tailored
from ui.welcome import BRAND, draw_error

MOST = 30  # passages


def draw_answerer(pipeline: Pipeline) -> None:
    """Draw who answers, and with which key."""
    st.selectbox(
        "Answers by", answerers(), key="answerer", persist_state="session",
        help="`extractive` copies the documents' sentences; the others are chat models. Whoever "
        "runs Footnote offers more with `FOOTNOTE_ANSWERERS`.",
    )  # fmt: skip
    name = st.session_state["answerer"] or EXTRACTIVE
    if name != EXTRACTIVE and not name.startswith("local:"):
        st.text_input(
            "Key", type="password", key="key", persist_state="session", autocomplete="off",
            help="Kept in memory for this visit; not stored, logged or exported. Empty: the one "
            "the server has.",
        )  # fmt: skip
        provider = name.partition(":")[0]
        st.html(
            f'<p class="fn-notice">Questions and the passages found for them go to '
            f"{as_html(provider)}.</p>"
        )
    if name != EXTRACTIVE:
        st.text_input(
            "Checked by", pipeline.judge, key="judge", persist_state="session",
            placeholder="the model that answers",
            help="The chat model that is asked whether the passages bear out what was written. "
            "Empty: the same. `none`: only figures, names and wording are compared.",
        )  # fmt: skip
    try:
        tailored(pipeline)
    except FootnoteError as error:
        draw_error(str(error))


def draw_threshold(pipeline: Pipeline) -> None:
    """Draw from which confidence to answer, and what declining more or less costs."""
    fitted = pipeline.confidence
    chosen = st.slider(
        "Answer from a confidence of", 0.0, 1.0, round(fitted.threshold, 2), 0.01,
        key="threshold", persist_state="session",
        help="The probability that the documents answer, below which Footnote declines.",
    )  # fmt: skip
    if fitted.table:
        near = min(fitted.table, key=lambda row: abs(row["threshold"] - chosen))
        st.html(
            f'<p class="fn-notice">At {near["threshold"]:.0%}, calibration declined '
            f"<b>{near['false_declines']:.0%}</b> of the questions that the documents answer, "
            f"and <b>{near['declines']:.0%}</b> of those that they do not.</p>"
        )


def draw_settings(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(BRAND + '<h2 class="fn-view">Settings</h2><p>They hold for this visit.</p>')
    draw_answerer(pipeline)
    st.slider(
        "Passages looked at", 1, MOST, PASSAGES, key="passages", persist_state="session",
        help="More find what is hard to find; fewer are quicker and cheaper.",
    )  # fmt: skip
    draw_threshold(pipeline)
