"""The chat view: the exchanges of one conversation, and the input for the next question."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corpus.errors import FootnoteError
from qa.conversations.background_answers import PendingAnswer
from qa.conversations.history import Exchange, History, time_of
from qa.conversations.permissions import Action, may
from qa.pipeline import Pipeline
from ui.answers import draw_answer, draw_suggestions, outcome_html
from ui.conversations import address, current, draw_menu
from ui.document import open_footnote, reveal
from ui.escape import as_html, as_label
from ui.feedback import draw_feedback, open_test_question
from ui.opening import opening_of, shared_answers
from ui.session import Visitor, answerers, permits, role, tailored, with_history
from ui.sources import Address
from ui.welcome import BRAND, draw_error, draw_problems, draw_welcome
from ui.words import Chat

ECHOED = 400  # characters of a question shown above its answer
SHOWN = 10  # exchanges drawn at first: a page of hundreds of widgets is slow
POLL = 0.1  # seconds between two looks at an answer that is being written
PROMPT = 0.3  # seconds that a new question's answer is waited for, to be drawn at once


def ask(
    who: Visitor, pipeline: Pipeline, text: str, replaces: str | None = None, answerer: str = ""
) -> None:
    """Ask a question in the open conversation, or in a new one."""
    refused = ""
    try:
        pipeline = tailored(pipeline, answerer)
    except FootnoteError as error:
        refused = str(error)
    docs = tuple(d for d in st.session_state.get("docs", ()) if d in pipeline.documents)
    id_: str = st.session_state["conversation"]
    answers = shared_answers()

    def keep(kept: History) -> None:  # asks Streamlit for nothing: it could end this run instead
        found = kept.find(id_, who.linked) or kept.start(who.owner, text, id_)
        if not may(role(who, found), Action.ASK):  # not shared for it any more: the page says so
            return
        waiting = kept.read(found.id)[-1:]
        clicked_twice = waiting and waiting[0].pending and waiting[0].question == text
        if refused:
            kept.add(found.id, text, answerer, docs, refused, replaces)
        elif not clicked_twice or replaces:
            answers.ask(kept, found.id, pipeline, text, docs, replaces, who.owner)

    with_history(keep)


def _ask_typed(who: Visitor, pipeline: Pipeline, key: str) -> None:
    if text := (st.session_state[key] or "").strip():
        ask(who, pipeline, text)
        st.session_state["sent"] = True


def _ask_edited(who: Visitor, pipeline: Pipeline, exchange: Exchange, key: str) -> None:
    text, id_ = st.session_state[key].strip(), st.session_state["conversation"]
    st.session_state.pop("editing", None)
    if text and with_history(lambda kept: permits(kept, who, id_, Action.EDIT)):
        if with_history(lambda kept: kept.read(id_))[-1].id != exchange.id:
            stamp = with_history(lambda kept: kept.delete_after(id_, exchange.id))
            st.session_state["undo"] = (Chat.REMOVED, stamp)
        ask(who, pipeline, text, exchange.id)


def draw_editor(who: Visitor, pipeline: Pipeline, exchange: Exchange) -> None:
    """Draw the question in an editable field."""
    key = f"edited-{exchange.id}"
    st.text_area(Chat.QUESTION, exchange.question, key=key)
    with st.container(horizontal=True):
        st.button(
            Chat.ASK_EDITED, key="edited", type="primary",
            on_click=_ask_edited, args=(who, pipeline, exchange, key),
        )  # fmt: skip
        st.button(Chat.CANCEL, key="unedited", on_click=lambda: st.session_state.pop("editing"))


def _show_version(who: Visitor, key: str) -> None:
    chosen, id_ = st.session_state[key], st.session_state["conversation"]

    def show(kept: History) -> None:
        if chosen and permits(kept, who, id_, Action.EDIT):
            kept.show(chosen)

    with_history(show)


def version_names(versions: Sequence[tuple[str, str]], zone: str | None) -> dict[str, str]:
    """Return the time of each version of an answer, where the visitor is, by its id.

    With the seconds where two are of one minute, with the day where they are of several, with the
    answerer where there are two.
    """
    place = ZoneInfo(zone) if zone in available_timezones() else None
    times = {
        id_: datetime.fromtimestamp(time_of(id_), UTC).astimezone(place) for id_, _ in versions
    }
    clock = "%H:%M"
    if len({time.strftime("%x %H:%M") for time in times.values()}) < len(times):
        clock = "%H:%M:%S"
    if len({time.date() for time in times.values()}) > 1:
        clock = f"%d %b, {clock}"
    several = len({name for _, name in versions}) > 1
    return {
        id_: times[id_].strftime(clock) + (f" · {name}" if several else "")
        for id_, name in versions
    }


def draw_tools(
    who: Visitor, pipeline: Pipeline, exchanges: list[Exchange], at: int, key: str, writes: bool
) -> None:
    """Draw the actions on an answer; readers can only link to it."""
    exchange = exchanges[at]
    offered = answerers()
    same = exchange.answerer if exchange.answerer in offered else pipeline.answerer.name
    others = [name for name in offered if name != same]
    again = {Chat.AGAIN: same} | {Chat.AGAIN_WITH.format(name): name for name in others}
    options = [Chat.EDIT, *again, *([Chat.LINKS] if exchange.answer else [])]
    if not writes:
        options = [Chat.LINKS] if exchange.answer else []
    with st.container(key=f"tools-{key}", horizontal=True, vertical_alignment="center"):
        if len(exchange.versions) > 1 and writes:
            names = version_names(exchange.versions, st.context.timezone)
            chosen = f"version-{exchange.id}"
            st.segmented_control(
                Chat.VERSIONS, list(names), default=exchange.id, key=chosen, required=True,
                format_func=lambda id_: as_label(names[id_]), label_visibility="collapsed",
                on_change=_show_version, args=(who, chosen),
            )  # fmt: skip
        if exchange.answer and writes:
            draw_feedback(who, st.session_state["conversation"], exchange)
            if st.button(Chat.TEST, key=f"test-{exchange.id}", type="tertiary"):
                open_test_question(pipeline, exchanges, at)
        picked = None
        if options:
            picked = st.menu_button(
                Chat.MORE, options, key=f"more-{exchange.id}", type="tertiary", format_func=as_label
            )
    if picked == Chat.EDIT:
        st.session_state["editing"] = exchange.id
        st.rerun()
    elif picked in again:
        ask(who, pipeline, exchange.question, exchange.id, again[picked])
        st.rerun()
    elif picked == Chat.LINKS:
        open_links(exchange)


@st.dialog(Chat.LINKS)
def open_links(exchange: Exchange) -> None:
    """Show the addresses of an answer and of each sentence it cites."""
    place = {"c": st.session_state["conversation"], "q": exchange.id}
    st.caption(Chat.THIS_ANSWER)
    st.code(address(**place), language=None, wrap_lines=True)
    for citation in exchange.answer.citations if exchange.answer else ():
        st.caption(as_label(f"[{citation.n}] {citation.quote[:100]}"))
        st.code(address(**place, n=citation.n), language=None, wrap_lines=True)


def draw_pending(key: str, coming: PendingAnswer, said: str, writes: bool) -> DeltaGenerator:
    """Draw the placeholder of an answer, and a button to stop it; return the placeholder.

    It is one element, so that the answer replaces it as a whole: Streamlit removes the rest of a
    longer page only at the end of a run, and this run may go on to follow the next answer.
    """
    with st.container():
        place = st.empty()
        place.html(f'<p class="fn-notice" role="status">{said}</p>')
        if writes:
            st.button(Chat.STOP, key=f"stop-{key}", icon=":material/stop:", on_click=coming.stop)
    for _ in ("suggestions", "tools"):  # those of the answer that is asked again
        st.empty()
    return place


def addresses_of(who: Visitor) -> Mapping[str, Address]:
    """Return where a visitor's browser fetches the documents."""
    return opening_of(who.library).addresses


def follow_answer(
    who: Visitor, pipeline: Pipeline, key: str, coming: PendingAnswer, place: DeltaGenerator
) -> None:
    """Draw an answer as it is written until it is complete; then rerun the page."""
    tick, shown, addresses = st.empty(), None, addresses_of(who)
    done = False
    while not done:
        done = coming.wait(POLL)
        if (answer := coming.answer) and answer is not shown:
            place.html(outcome_html(key, answer, pipeline.documents, addresses))
            shown = answer
        tick.empty()  # here Streamlit ends this run when something was clicked
    st.session_state["reveal"] = key
    st.rerun()


def _read(conversation: str) -> tuple[list[Exchange], dict[str, PendingAnswer]]:
    """Return the exchanges, and the pending answers."""
    answers = shared_answers()
    pending: dict[str, PendingAnswer] = {}
    exchanges: list[Exchange] = []
    for _ in range(2):  # an answer may be kept between the two looks
        exchanges = with_history(lambda kept: kept.read(conversation))
        pending = {e.id: coming for e in exchanges if e.pending and (coming := answers.find(e))}
        if all(e.id in pending for e in exchanges if e.pending):
            break
    return exchanges, pending


def draw_question(key: str, text: str) -> None:
    """Draw a question above its answer, shortened if it is long."""
    shown = as_html(text if len(text) <= ECHOED else f"{text[:ECHOED]}…")
    st.html(f'<h2 class="fn-question" id="{key}" tabindex="-1">{shown}</h2>')


def draw_conversation(
    who: Visitor,
    pipeline: Pipeline,
    exchanges: list[Exchange],
    pending: dict[str, PendingAnswer],
    writes: bool,
) -> None:
    """Draw the exchanges, only the last of many; then follow the answer being written, if any."""
    hidden = 0 if st.session_state.get("whole") else max(len(exchanges) - SHOWN, 0)
    if hidden and st.button(Chat.EARLIER.format(hidden), key="whole-button"):
        st.session_state["whole"] = True
        st.rerun()
    shown_pending = {e.id: pending[e.id] for e in exchanges[hidden:] if e.id in pending}
    going = {id_: coming for id_, coming in shown_pending.items() if not coming.done}
    first = min(going, default="")  # ids begin with their time, and the others wait for it
    live: tuple[str, PendingAnswer, DeltaGenerator] | None = None
    addresses = addresses_of(who)
    if len(exchanges) > 1:  # room below the last, so that its question can go to the top
        st.html(
            f"<style>.st-key-exchange-q{len(exchanges)} {{ min-height: var(--fn-room); }}</style>"
        )
    for at, exchange in enumerate(exchanges[hidden:], hidden):
        key, coming = f"q{at + 1}", shown_pending.get(exchange.id)
        with st.container(key=f"exchange-{key}"):
            if writes and st.session_state.get("editing") == exchange.id:
                draw_editor(who, pipeline, exchange)
                continue
            draw_question(key, exchange.question)
            if active := going.get(exchange.id):
                said = Chat.READING if exchange.id == first else Chat.WAITING
                place = draw_pending(key, active, said, writes)
                live = (key, active, place) if exchange.id == first else live
                continue
            if coming:  # done since it was read, or it cannot be kept
                exchanges[at] = exchange = coming.shown(exchange)
            if exchange.answer:
                draw_answer(
                    key, exchange.answer, pipeline.documents, addresses, pipeline.suggestions
                )
            else:
                draw_error(exchange.error or Chat.LOST)
            if coming and coming.unkept:
                draw_error(Chat.UNKEPT.format(coming.unkept))
            draw_tools(who, pipeline, exchanges, at, key, writes)
    if st.session_state.pop("sent", False):
        reveal(f"q{len(exchanges)}")
    if live:
        follow_answer(who, pipeline, *live)


def follow_link(exchanges: Sequence[Exchange]) -> None:
    """Scroll once to the answer in the URL and open its sentence; else to the last answer."""
    place = {name: st.query_params.get(name) for name in ("c", "q", "n")}
    if st.session_state.get("followed") == place:
        return
    st.session_state["followed"] = place
    if not place["q"]:
        reveal(f"q{len(exchanges)}")
        return
    for number, exchange in enumerate(exchanges, 1):
        if place["q"] in (id_ for id_, _ in exchange.versions):
            if number <= len(exchanges) - SHOWN and not st.session_state.get("whole"):
                st.session_state["whole"] = True
                del st.session_state["followed"]
                st.rerun()
            reveal(f"q{number}")
            cited = exchange.answer.citations if exchange.answer else ()
            named = [c for c in cited if str(c.n) == place["n"]]
            if place["n"] and not named:
                draw_error(Chat.NO_FOOTNOTE.format(place["n"]))
            for citation in named:
                open_footnote(f"q{number}", citation.n)
            return
    draw_error(Chat.NO_ANSWER)


def draw_choice(pipeline: Pipeline) -> None:
    """Draw the choice of documents that the next question is limited to."""
    documents = pipeline.documents
    chosen = [doc for doc in st.session_state.get("docs", ()) if doc in documents]
    label = Chat.SOME.format(len(chosen), len(documents)) if chosen else Chat.ALL
    with st.popover(label, key="docs-choice", icon=":material/description:", type="tertiary"):
        st.multiselect(
            Chat.LOOK_IN, list(documents), key="docs", persist_state="session",
            format_func=lambda doc: documents[doc].title,
            placeholder=Chat.ALL,
        )  # fmt: skip


def draw_chat(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.html(BRAND)
        menu = st.container(width="content")
    conversation = current(who)
    if conversation:
        with menu:
            draw_menu(who, conversation)
    writes = conversation is None or may(role(who, conversation), Action.ASK)
    if (asked := st.session_state.pop("asked", None)) and writes:  # suggestions that were clicked
        for text in asked:
            ask(who, pipeline, text)
        st.rerun()
    exchanges, pending = _read(conversation.id) if conversation else ([], {})
    if "sent" in st.session_state and exchanges and (coming := pending.get(exchanges[-1].id)):
        coming.wait(PROMPT)
    page = st.container()
    with st.container(key="input"):
        if not writes:
            st.html(f'<p class="fn-notice" role="status">{Chat.READ_ONLY}</p>')
        draw_choice(pipeline)
        st.chat_input(
            Chat.ASK, key="typed", disabled=not writes,
            on_submit=_ask_typed, args=(who, pipeline, "typed"),
        )  # fmt: skip
    with page:
        if conversation and exchanges:
            draw_conversation(who, pipeline, exchanges, pending, writes)
            follow_link(exchanges)
            if key := st.session_state.pop("reveal", None):
                reveal(key)
        else:
            draw_welcome(pipeline.documents.values(), addresses_of(who))
            draw_problems(pipeline.problems)
            draw_suggestions("welcome", pipeline.suggestions)
