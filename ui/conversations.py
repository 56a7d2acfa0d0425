"""The list of conversations beside the chat, and the menu of the open one."""

from collections.abc import Callable
from time import time

import streamlit as st
from streamlit.navigation.page import Page

from qa.conversations.exports import as_html, as_json, as_markdown, file_name
from qa.conversations.history import Conversation, Exchange, History, new_id
from qa.conversations.permissions import Action, may
from ui.escape import as_label
from ui.session import (
    Visitor,
    history_problem,
    permits,
    role,
    try_history_again,
    with_history,
)
from ui.welcome import draw_error
from ui.words import Conversations, Frame

UNDO = 600.0  # seconds that undoing is offered
LISTED = 30  # conversations; the others are found by searching
THEMES = f"""<div class="fn-theme" role="group" aria-label="{Frame.LIGHT_OR_DARK}">{
    "".join(
        f'<button type="button" data-theme="{name}" aria-pressed="false">{said}</button>'
        for name, said in Frame.THEMES.items()
    )
}</div>"""


def new_conversation() -> None:
    """Leave the open conversation; the next question starts a new one."""
    st.session_state["conversation"] = new_id()
    st.query_params.clear()


def current(who: Visitor) -> Conversation | None:
    """Return the open conversation, preferably that of the URL; None before the first question."""
    named, known = st.query_params.get("c"), st.session_state.get("conversation")
    id_ = st.session_state["conversation"] = named or known or new_id()
    found = with_history(lambda kept: kept.find(id_, who.linked))
    if found:
        st.query_params["c"] = id_
    elif named:
        new_conversation()
        if not history_problem():
            draw_error(Conversations.GONE)
    return found


def address(**place: str | int) -> str:
    """Return the URL of a conversation, an answer in it or a sentence it cites."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{'&'.join(f'{name}={value}' for name, value in place.items())}"


def _restore(who: Visitor, stamp: float) -> None:
    with_history(lambda kept: kept.restore(who.linked, stamp))
    st.session_state["undo"] = ("", 0.0)


def draw_undo(who: Visitor) -> None:
    """Offer for a while to undo the last deletion."""
    if "undo" not in st.session_state:  # a reload does not take it away
        deleted = with_history(lambda kept: kept.last_deleted(who.owner))
        st.session_state["undo"] = (Conversations.DELETED_EARLIER, deleted)
    said, stamp = st.session_state["undo"]
    if time() - stamp < UNDO:
        with st.container(key="undo", horizontal=True, vertical_alignment="center"):
            st.html(f'<p class="fn-undo" role="status">{said}</p>')
            st.button(Frame.UNDO, key="restore", on_click=_restore, args=(who, stamp))


def _delete(who: Visitor, id_: str | None = None) -> None:
    stamp = with_history(lambda kept: kept.delete(who.owner, id_))
    st.session_state["undo"] = (Conversations.DELETED if id_ else Conversations.ALL_DELETED, stamp)
    new_conversation()


def draw_list(who: Visitor, chat: Page) -> None:
    """Draw the visitor's conversations in the sidebar."""
    if st.button(Conversations.NEW, key="new", icon=":material/add:", width="stretch"):
        new_conversation()
        st.switch_page(chat)
    draw_undo(who)
    if problem := history_problem():
        draw_error(Conversations.FOR_NOW.format(problem))
        st.button(Frame.TRY_AGAIN, key="history-again", on_click=try_history_again)
    if notice := with_history(lambda kept: kept.notice):
        draw_error(notice)
    searched = st.text_input(
        Conversations.SEARCH,
        key="search",
        placeholder=Conversations.SEARCH_HINT,
        label_visibility="collapsed",
    )
    found = with_history(lambda kept: kept.recent(who.owner, searched, LISTED + 1))
    with st.container(key="conversations"):
        for conversation in found[:LISTED]:
            opened = conversation.id == st.session_state.get("conversation")
            if st.button(
                as_label(conversation.title), key=f"conversation-{conversation.id}",
                type="secondary" if opened else "tertiary", width="stretch",
            ):  # fmt: skip
                st.session_state["conversation"] = conversation.id
                st.switch_page(chat, query_params={"c": conversation.id})
    if len(found) > LISTED:
        st.caption(Conversations.OLDER)
    if not found and searched:
        st.caption(Conversations.NONE)
    if found:
        st.button(
            Conversations.DELETE_ALL,
            key="delete-all",
            type="tertiary",
            on_click=_delete,
            args=(who,),
        )
    st.html(THEMES)


def _rename(who: Visitor, id_: str, key: str) -> None:
    title = st.session_state[key]

    def rename(kept: History) -> None:
        if permits(kept, who, id_, Action.RENAME):
            kept.rename(id_, title)

    with_history(rename)


def _share(who: Visitor, id_: str, key: str) -> None:
    writable = bool(st.session_state[key])

    def share(kept: History) -> None:
        if permits(kept, who, id_, Action.SHARE):
            kept.share(id_, writable)

    with_history(share)


def draw_menu(who: Visitor, conversation: Conversation) -> None:
    """Draw the menu of the open conversation: rename, link, export, delete."""
    mine = role(who, conversation)
    history = with_history(lambda kept: kept)  # a download is made outside of this session

    def export(kind: Callable[[str, list[Exchange]], str]) -> Callable[[], str]:
        return lambda: kind(conversation.title, history.read(conversation.id))

    with st.popover(Conversations.MENU, key="conversation-menu", icon=":material/more_horiz:"):
        key = f"title-{conversation.id}"
        st.text_input(
            Conversations.TITLE, conversation.title, key=key, disabled=not may(mine, Action.RENAME),
            on_change=_rename, args=(who, conversation.id, key),
        )  # fmt: skip
        st.caption(Conversations.LINK_OF_ACCOUNT if who.account else Conversations.LINK)
        st.code(address(c=conversation.id), language=None, wrap_lines=True)
        if may(mine, Action.SHARE) and not who.account:
            shared = f"shared-{conversation.id}"
            st.toggle(
                Conversations.SHARE, conversation.writable, key=shared,
                on_change=_share, args=(who, conversation.id, shared),
            )  # fmt: skip
        st.caption(Conversations.EXPORT)
        with st.container(horizontal=True):
            for label, kind, ending, mime in (
                ("Markdown", as_markdown, "md", "text/markdown"),
                ("HTML", as_html, "html", "text/html"),
                ("JSON", as_json, "json", "application/json"),
            ):
                st.download_button(
                    label, export(kind), f"{file_name(conversation.title)}.{ending}", mime,
                    key=f"export-{ending}", on_click="ignore",
                )  # fmt: skip
        if may(mine, Action.DELETE):
            st.button(
                Conversations.DELETE, key="delete", on_click=_delete, args=(who, conversation.id)
            )
