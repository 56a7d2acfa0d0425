"""The visitor of this session, and its state, which no other session can see."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import TypeVar

import streamlit as st

from index.retriever import PASSAGES
from index.settings import SettingsError
from qa.conversations.database import HistoryError
from qa.conversations.history import ANYONE, Conversation, History
from qa.conversations.permissions import Action, Role, may, role_in
from qa.pipeline import Pipeline
from ui.opening import shared_history, shared_settings, temporary_history
from ui.words import Frame, Settings

COOKIE = "footnote_browser"
_YEAR = 365 * 24 * 3600  # seconds
_REMEMBER = """<script>
if (!document.cookie.split("; ").some(c => c.startsWith("{name}=")))
  document.cookie = "{name}={value}; max-age={age}; path=/; samesite=strict";
</script>"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor of the page: `account` is "" for those who are not signed in."""

    owner: str
    account: str = ""
    name: str = ""

    @property
    def linked(self) -> str | None:
        """The owner whose conversations a link may open; None opens those of browsers."""
        return self.owner if self.account else None

    @property
    def library(self) -> str:
        """Whose library it asks about."""
        return self.account or self.owner


def needs_sign_in() -> bool:
    """Tell whether sign-in is configured and has not happened."""
    return "is_logged_in" in st.user and not st.user.is_logged_in


def visitor() -> Visitor:
    """Return the visitor: an account, or else this browser, identified by a cookie."""
    if "is_logged_in" in st.user:
        account = f"{st.user.get('iss', '')} {st.user.get('sub') or st.user.get('email', '')}"
        return Visitor(f"account:{account}", account, str(st.user.get("name") or Frame.NOBODY))
    if "browser" not in st.session_state:
        known = st.context.cookies.get(COOKIE)
        st.session_state["browser"] = known or token_urlsafe(24)
        st.session_state["new_browser"] = not known
    browser: str = st.session_state["browser"]
    return Visitor(ANYONE + sha256(browser.encode()).hexdigest()[:40])


def remember_browser() -> None:
    """Give a new browser its cookie; draws nothing."""
    if st.session_state.get("new_browser"):
        script = _REMEMBER.format(name=COOKIE, value=st.session_state["browser"], age=_YEAR)
        st.html(script, unsafe_allow_javascript=True)


def history_problem() -> str:
    """Return why conversations are not stored, as a sentence; "" if they are."""
    return str(st.session_state.get("history", ("", None))[0])


def try_history_again() -> None:
    """Go back to the database."""
    st.session_state.pop("history", None)


def with_history(do: Callable[[History], T]) -> T:
    """Run a function on the conversations, or on this session's own if the database fails."""
    if "history" not in st.session_state:
        try:
            return do(shared_history())
        except HistoryError as error:
            st.session_state["history"] = (str(error), temporary_history())
    return do(st.session_state["history"][1])


def answerers() -> tuple[str, ...]:
    """Return the names of the answerers that a visitor may choose."""
    return shared_settings().offered_answerers


def role(who: Visitor, conversation: Conversation) -> Role:
    """Return the role of a visitor in a conversation."""
    return role_in(conversation, who.owner, bool(who.account))


def permits(kept: History, who: Visitor, id_: str, action: Action) -> bool:
    """Tell whether a visitor may perform an action on a conversation, as it is shared now."""
    found = kept.find(id_, who.linked)
    return found is not None and may(role(who, found), action)


def tailored(pipeline: Pipeline, answerer: str = "") -> Pipeline:
    """Return the pipeline with this session's settings: answerer, key, judge, passages, threshold.

    Raises:
        ChatModelError: the answerer cannot be used.
        SettingsError: a visitor may not choose it.
    """
    state = st.session_state
    name = answerer or state.get("answerer") or pipeline.answerer.name
    if name not in answerers():
        raise SettingsError(Settings.NOT_OFFERED.format(name))
    passages, threshold = state.get("passages", PASSAGES), state.get("threshold")
    if threshold == round(pipeline.confidence.threshold, 2):
        threshold = None
    judge = state.get("judge", pipeline.judge)
    if (name, judge, passages, threshold) == (
        pipeline.answerer.name, pipeline.judge, PASSAGES, None,
    ):  # fmt: skip
        return pipeline
    return pipeline.with_answerer(name, state.get("key", ""), passages, threshold, judge)
