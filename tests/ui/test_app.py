"""The chat window as Streamlit's own test harness runs it, on the real pipeline."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from time import sleep
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qa.answer import Answer
from qa.conversations.background_answers import PendingAnswer
from qa.conversations.database import HistoryError
from qa.conversations.history import Exchange
from tests.support.browser import write_documents
from tests.support.running import ROOT
from ui import chat, library
from ui.opening import (
    Opening,
    shared_answers,
    shared_history,
    shared_opening,
    wait_for_pipeline,
)
from ui.session import needs_sign_in, visitor
from ui.welcome import draw_problems

SECONDS = 120  # AppTest gives up after 3 by default; a first start builds an index


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_documents(tmp_path_factory.mktemp("documents") / "documents")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "models").symlink_to(models)
    return folder


opened: set[Opening] = set()


def forget_pipeline() -> None:
    """Close what Streamlit keeps for the process and forget it, as a restart would."""
    for opening in opened:
        opening.close()
    if opened:
        shared_answers().close()
        with suppress(HistoryError):
            shared_history().close()
    opened.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module", autouse=True)
def close_at_the_end() -> Iterator[None]:
    yield
    forget_pipeline()


@pytest.fixture
def no_cache() -> Iterator[None]:
    """Give one test a fresh process's cache; the others share one open pipeline."""
    forget_pipeline()
    yield
    forget_pipeline()


@pytest.fixture
def page(documents: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(documents, home, monkeypatch)


def open_page(documents: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    monkeypatch.setenv("FOOTNOTE_DOCUMENTS", str(documents))
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    page.session_state["browser"] = str(page)  # the harness has no cookies
    page.run()
    assert not page.exception
    opened.add(shared_opening())
    return page


def shown(page: AppTest) -> str:
    """Return the HTML of the page as one string, the style sheet left out."""
    bodies = [element.proto.body for element in page.get("html")]
    return "\n".join(body for body in bodies if not body.startswith(("<style>", "<script>")))


def answered(page: AppTest) -> str:
    """Return what stands there when the run has ended: it waits for what is being answered."""
    assert not page.exception
    assert not any(button.label == "Stop" for button in page.button)
    return shown(page)


def ask(page: AppTest, question: str) -> str:
    page.chat_input[0].set_value(question).run()
    return answered(page)


def test_first_screen(page: AppTest) -> None:
    html = shown(page)
    assert "Ask your documents." in html
    assert "General Administration of Customs" in html
    assert "2024-01" in html
    assert "Beijing&#x27;s roadmap to a trading power" in html
    assert len([b for b in page.button if (b.key or "").startswith("suggestion-welcome-")]) == 4


def test_every_example_is_answered(page: AppTest) -> None:
    for number in range(4):
        page.button(f"suggestion-welcome-{number}").click().run()
        assert "fn-marker" in answered(page)
        page.button("new").click().run()
        page.run()
        assert "Ask your documents." in shown(page)


def test_greeting_is_met_with_suggestions(page: AppTest) -> None:
    html = ask(page, "Hello!")
    assert "fn-greeting" in html
    page.button("suggestion-q1-0").click().run()
    assert "fn-marker" in answered(page)


def test_an_answer_that_came_while_the_page_was_drawn_is_shown(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = chat._read

    def read_then_wait(conversation: str) -> tuple[list[Exchange], dict[str, PendingAnswer]]:
        exchanges, jobs = read(conversation)
        for job in jobs.values():
            while not job.done:
                sleep(0.01)
        return exchanges, jobs

    monkeypatch.setattr(chat, "_read", read_then_wait)
    assert "5.221 million" in ask(page, "How many vehicles did China export in 2023?")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("🎉🎉", "contains no words"),
        ("   .", "contains no words"),
        ("why " * 25_000, "99,999 characters"),
    ],
)
def test_bad_question_is_a_sentence(page: AppTest, question: str, sentence: str) -> None:
    html = ask(page, question)
    assert sentence in html
    assert "fn-error" in html
    assert len(html) < 30_000
    assert "fn-marker" in ask(page, "How many new energy vehicles were exported?")


def test_history_reaches_the_pipeline(page: AppTest) -> None:
    ask(page, "How many new energy vehicles were exported?")
    ask(page, "🎉🎉")
    ask(page, "And how many vehicles in all?")
    first, bad, second = shared_history().read(page.session_state["conversation"])
    assert bad.error and first.answer and second.answer
    assert "vehicles" in second.answer.standalone_question


def test_a_kept_conversation_opens_at_its_last_question(
    page: AppTest, documents: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(page, "How many new energy vehicles were exported?")
    ask(page, "And how many vehicles in all?")
    other = open_page(documents, home, monkeypatch)
    other.query_params["c"] = page.session_state["conversation"]
    other.run()
    assert any('reveal("q2"' in element.proto.body for element in other.get("html"))


def test_an_answer_whose_document_is_gone_is_drawn(page: AppTest) -> None:
    ask(page, "How many new energy vehicles were exported?")
    history = shared_history()
    [exchange] = history.read(page.session_state["conversation"])
    assert exchange.answer
    kept = exchange.answer.dump().replace('"doc":"gacc', '"doc":"gone')
    history.keep(exchange.id, Answer.load(kept))
    page.run()
    assert not page.exception
    assert "The document is gone." in shown(page)
    assert exchange.answer.citations[0].quote[:20] in shown(page)


def test_a_question_that_was_lost_says_so(page: AppTest) -> None:
    ask(page, "How many new energy vehicles were exported?")
    shared_history().add(page.session_state["conversation"], "And in all?", "extractive")
    page.run()
    assert "This question was not answered" in shown(page)


class Account(dict[str, object]):
    """Stands where Streamlit tells who signed in."""

    @property
    def is_logged_in(self) -> bool:
        return bool(self["is_logged_in"])


def test_those_who_sign_in_own_what_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "user", Account(is_logged_in=False))
    assert needs_sign_in()
    ann = {"is_logged_in": True, "iss": "https://id.example", "sub": "1", "name": "Ann"}
    monkeypatch.setattr(st, "user", Account(ann))
    assert not needs_sign_in()
    who = visitor()
    assert who.name == "Ann"
    assert who.linked == who.owner
    monkeypatch.setattr(st, "user", Account(ann | {"sub": "2"}))
    assert visitor().owner != who.owner
    assert visitor().account != who.account


@pytest.mark.usefixtures("no_cache")
def test_empty_folder_then_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    page = open_page(folder, tmp_path / "home", monkeypatch)
    assert "contains no readable document" in shown(page)
    assert "fn-error" in shown(page)
    (folder / "walrus.txt").write_text("The walrus eats clams.\n", encoding="utf-8")
    page.button("again").click().run()
    opened.add(shared_opening())
    page.run()
    assert "1 document" in shown(page)


@pytest.mark.usefixtures("no_cache")
def test_unwritable_store_is_a_sentence(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file where the store should be", encoding="utf-8")
    page = open_page(documents, tmp_path / "home", monkeypatch)
    assert "fn-error" in shown(page)
    assert "Traceback" not in shown(page)
    assert "A fault in Footnote" not in shown(page)


@pytest.mark.usefixtures("no_cache")
def test_unknown_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOMEE", "x")
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    assert "FOOTNOTE_HOMEE" in shown(page)


def documents_page() -> None:
    from ui.library import draw_library
    from ui.opening import wait_for_pipeline
    from ui.session import visitor

    pipeline = wait_for_pipeline("")
    assert pipeline
    draw_library(visitor(), pipeline)


@pytest.mark.usefixtures("no_cache")
def test_documents_indexed_while_the_page_was_drawn_are_listed(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models").symlink_to(models)
    open_page(write_documents(tmp_path / "documents"), tmp_path / "home", monkeypatch)
    opening, draw = shared_opening(""), draw_problems
    opened.add(opening)

    def draw_then_wait(problems: Sequence[str]) -> None:
        draw(problems)
        opening.latest.result()

    monkeypatch.setattr(library, "draw_problems", draw_then_wait)
    opening.library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.")
    opening.reopen()
    page = AppTest.from_function(documents_page, default_timeout=SECONDS)
    page.session_state["browser"] = str(page)
    html = shown(page.run())
    assert "uploads/walrus" in html and "being indexed" not in html


def test_documents_found_damaged_are_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    done: Future[None] = Future()
    opening = SimpleNamespace(pipeline=object(), outdated=False, latest=done, reopened=0)

    def reopen() -> None:
        opening.reopened += 1

    opening.reopen = reopen
    monkeypatch.setattr("ui.opening.shared_opening", lambda owner: opening)
    done.set_result(None)
    assert wait_for_pipeline("") is opening.pipeline and not opening.reopened
    opening.outdated = True
    assert wait_for_pipeline("") is opening.pipeline, "what there is stays until the new is there"
    assert opening.reopened == 1
    opening.latest = Future()
    wait_for_pipeline("")
    assert opening.reopened == 1, "it is being opened"
