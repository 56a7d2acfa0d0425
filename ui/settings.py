"""The settings view, for this session only. Keys in particular are not kept beyond it."""

import numpy as np
import streamlit as st

from corpus.errors import FootnoteError
from index.retriever import PASSAGES
from qa.answer import EXTRACTIVE
from qa.pipeline import Pipeline
from ui.escape import as_html
from ui.session import Visitor, answerers, tailored
from ui.welcome import BRAND, draw_error
from ui.words import Frame, Settings

MOST = 30  # passages


def draw_answerer(pipeline: Pipeline) -> None:
    """Draw the choice of answerer, and its key."""
    st.selectbox(
        Settings.ANSWERER, answerers(), key="answerer", persist_state="session",
        help=Settings.ANSWERER_HELP,
    )  # fmt: skip
    name = st.session_state["answerer"] or EXTRACTIVE
    if name != EXTRACTIVE and not name.startswith("local:"):
        st.text_input(
            Settings.KEY, type="password", key="key", persist_state="session", autocomplete="off",
            help=Settings.KEY_HELP,
        )  # fmt: skip
        provider = name.partition(":")[0]
        st.html(f'<p class="fn-notice">{Settings.SENT.format(as_html(provider))}</p>')
    if name != EXTRACTIVE:
        st.text_input(
            Settings.JUDGE, pipeline.judge, key="judge", persist_state="session",
            placeholder=Settings.JUDGE_HINT,
            help=Settings.JUDGE_HELP,
        )  # fmt: skip
    try:
        tailored(pipeline)
    except FootnoteError as error:
        draw_error(str(error))


def draw_threshold(pipeline: Pipeline) -> None:
    """Draw the confidence threshold, and the cost of declining more or less."""
    fitted = pipeline.confidence
    chosen = st.slider(
        Settings.THRESHOLD, 0.0, 1.0, round(fitted.threshold, 2), 0.01,
        key="threshold", persist_state="session",
        help=Settings.THRESHOLD_HELP,
    )  # fmt: skip
    if fitted.table:
        names = ("threshold", "false_declines", "declines")
        at, *costs = ([row[name] for row in fitted.table] for name in names)
        cost = Settings.COST.format(chosen, *(np.interp(chosen, at, shares) for shares in costs))
        st.html(f'<p class="fn-notice">{cost}</p>')


def draw_settings(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(f'{BRAND}<h2 class="fn-view">{Frame.SETTINGS}</h2><p>{Settings.SCOPE}</p>')
    draw_answerer(pipeline)
    st.slider(
        Settings.PASSAGES, 1, MOST, PASSAGES, key="passages", persist_state="session",
        help=Settings.PASSAGES_HELP,
    )  # fmt: skip
    draw_threshold(pipeline)
