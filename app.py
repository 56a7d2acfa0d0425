"""The chat window. Start it with `streamlit run app.py`.

The server imports this module for its `app`; Streamlit then runs it as a script for each visitor.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from corpus.errors import FootnoteError
from qa.pipeline import Pipeline
from ui.chat import draw_chat
from ui.conversations import draw_list
from ui.document import draw_head
from ui.evaluation import draw_evaluation
from ui.library import draw_library
from ui.opening import shared_settings, wait_for_pipeline
from ui.session import Visitor, needs_sign_in, remember_browser, visitor
from ui.settings import draw_settings
from ui.shell import Shell, prepare_server, wants_metrics
from ui.sources import source_routes
from ui.welcome import BRAND, INTRODUCTION, draw_error
from ui.words import Frame

FAVICON = Path(__file__).parent / "ui" / "favicon.svg"
View = Callable[[Visitor, Pipeline], None]


def opened(who: Visitor, view: View) -> Callable[[], None]:
    """Return a page that waits for the documents, then draws the view."""

    def page() -> None:
        if pipeline := wait_for_pipeline("" if view is draw_evaluation else who.library):
            view(who, pipeline)

    return page


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Footnote", page_icon=FAVICON, layout="wide")
    draw_head()
    if needs_sign_in():
        st.html(BRAND + INTRODUCTION)
        st.button(Frame.SIGN_IN, type="primary", key="sign-in", on_click=st.login)
        return
    try:
        shared_settings()
    except FootnoteError as error:
        draw_error(str(error))
        return
    who = visitor()
    chat = st.Page(opened(who, draw_chat), title=Frame.CHAT, icon=":material/chat:", default=True)
    documents = partial(draw_library, chat=chat)
    view = st.navigation([
        chat,
        st.Page(opened(who, documents), title=Frame.DOCUMENTS, url_path="documents",
                icon=":material/description:"),
        st.Page(opened(who, draw_evaluation), title=Frame.EVALUATION, url_path="evaluation",
                icon=":material/monitoring:"),
        st.Page(opened(who, draw_settings), title=Frame.SETTINGS, url_path="settings",
                icon=":material/settings:"),
    ])  # fmt: skip
    with st.sidebar:
        draw_list(who, chat)
        if who.account:
            st.caption(Frame.SIGNED_IN.format(who.name))
            st.button(Frame.SIGN_OUT, key="sign-out", type="tertiary", on_click=st.logout)
    remember_browser()
    view.run()


if __name__ == "__main__":
    main()
else:
    prepare_server()
    app = App(
        __file__,
        routes=source_routes(st.get_option("server.baseUrlPath")),
        middleware=[Middleware(Shell, metrics=wants_metrics(sys.argv))],
    )
