"""The settings view, for this session only. Keys in particular are not kept beyond it."""

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
    """Draw the choice of answerer, and its key."""
    st.selectbox(
        "Answers by", answerers(), key="answerer", persist_state="session",
        help="`extractive` copies the documents' sentences; the others are chat models. Whoever "
        "runs Footnote can offer more with `FOOTNOTE_ANSWERERS`.",
    )  # fmt: skip
    name = st.session_state["answerer"] or EXTRACTIVE
    if name != EXTRACTIVE and not name.startswith("local:"):
        st.text_input(
            "Key", type="password", key="key", persist_state="session", autocomplete="off",
            help="Kept in memory for this visit; not stored, logged or exported. If empty, the "
            "server's own key is used.",
        )  # fmt: skip
        provider = name.partition(":")[0]
        st.html(
            f'<p class="fn-notice">Questions and the passages retrieved for them are sent to '
            f"{as_html(provider)}.</p>"
        )
    if name != EXTRACTIVE:
        st.text_input(
            "Checked by", pipeline.judge, key="judge", persist_state="session",
            placeholder="the model that answers",
            help="The chat model that judges whether the passages support the statements. "
            "If empty, the same model. `none`: only figures, names and wording are compared.",
        )  # fmt: skip
    try:
        tailored(pipeline)
    except FootnoteError as error:
        draw_error(str(error))


def draw_threshold(pipeline: Pipeline) -> None:
    """Draw the confidence threshold, and the cost of declining more or less."""
    fitted = pipeline.confidence
    chosen = st.slider(
        "Lowest confidence to answer with", 0.0, 1.0, round(fitted.threshold, 2), 0.01,
        key="threshold", persist_state="session",
        help="Footnote declines if the probability that the documents answer is lower.",
    )  # fmt: skip
    if fitted.table:
        near = min(fitted.table, key=lambda row: abs(row["threshold"] - chosen))
        st.html(
            f'<p class="fn-notice">At {near["threshold"]:.0%}, calibration declined '
            f"<b>{near['false_declines']:.0%}</b> of the answerable questions "
            f"and <b>{near['declines']:.0%}</b> of the unanswerable ones.</p>"
        )


def draw_settings(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(BRAND + '<h2 class="fn-view">Settings</h2><p>These settings apply to this visit.</p>')
    draw_answerer(pipeline)
    st.slider(
        "Passages to search", 1, MOST, PASSAGES, key="passages", persist_state="session",
        help="More find answers that are hard to find; fewer are faster and cheaper.",
    )  # fmt: skip
    draw_threshold(pipeline)
