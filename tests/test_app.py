"""The chat window as Streamlit's own test harness runs it, on the real pipeline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.browser_support import (
    HOSTILE_QUESTION,
    HOSTILE_SENTENCE,
    HOSTILE_TITLE,
    ROOT,
    write_documents,
)
from ui.escape import as_html, as_label, as_marked_html
from ui.opening import Opening, shared_opening

SECONDS = 120  # AppTest gives up after 3 by default; a first start builds an index


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_documents(tmp_path_factory.mktemp("documents") / "documents")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


opened: set[Opening] = set()


def forget_pipeline() -> None:
    """Close what Streamlit keeps for the process and forget it, as a restart would."""
    for opening in opened:
        if not opening.pipeline.exception():
            opening.pipeline.result().index.close()
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
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    assert not page.exception
    opened.add(shared_opening())
    return page


def shown(page: AppTest) -> str:
    """Return the HTML of the page as one string, the style sheet left out."""
    bodies = [element.proto.body for element in page.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def ask(page: AppTest, question: str) -> str:
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    return shown(page)


def test_first_screen(page: AppTest) -> None:
    html = shown(page)
    assert "Ask your documents." in html
    assert "General Administration of Customs" in html
    assert "2024-01" in html
    assert "Beijing&#x27;s roadmap to a trading power" in html
    assert len([b for b in page.button if b.key.startswith("suggestion-welcome-")]) == 4


def test_unreadable_file_is_a_notice(page: AppTest) -> None:
    html = shown(page)
    assert "1 file was left out" in html
    assert "broken.txt" in html


def test_every_example_is_answered(page: AppTest) -> None:
    for number in range(4):
        page.button(f"suggestion-welcome-{number}").click().run()
        assert not page.exception
        assert "fn-marker" in shown(page)
        page.button("new").click().run()
        assert "Ask your documents." in shown(page)


def test_answer_has_markers_verdict_and_sources(page: AppTest) -> None:
    html = ask(page, "How many new energy vehicles were exported?")
    markers = set(re.findall(r'href="#q1-source-(\d+)"', html))
    sources = set(re.findall(r'id="q1-source-(\d+)"', html))
    assert markers == sources != set()
    assert re.search(r"\d of \d statements? verified", html)
    assert html.count("<mark>") == len(sources)
    assert page.session_state["exchanges"][0].answer.citations[0].quote
    page.button("open-q1-1").click().run()
    assert not page.exception
    opened = shown(page)
    assert 'id="fn-opened"' in opened
    assert "© the publisher" in opened


def test_declined_question_shows_nearest_passages(page: AppTest) -> None:
    html = ask(page, "Who won the football world cup in 1998?")
    assert "fn-declined" in html
    assert "The nearest passages" in html
    assert "fn-marker" not in html


def test_greeting_is_met_with_suggestions(page: AppTest) -> None:
    html = ask(page, "Hello!")
    assert "The nearest passages" not in html
    page.button("suggestion-q1-0").click().run()
    assert "q2-source-1" in shown(page)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("🎉🎉", "holds no words"),
        ("   .", "holds no words"),
        ("why " * 25_000, "100,000 characters"),
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
    first, bad, second = page.session_state["exchanges"]
    assert bad.error and first.answer and second.answer


def test_hostile_document_is_escaped(page: AppTest) -> None:
    html = shown(page) + ask(page, HOSTILE_QUESTION)
    page.button("open-q1-1").click().run()
    html += shown(page)
    assert as_html(HOSTILE_TITLE) in html
    assert as_html(HOSTILE_SENTENCE).partition(">")[2].partition("</span>")[0] in html
    assert not re.search(r"<(?:img|iframe|b|i)\b", html)
    assert not re.search(r"<script(?!>\n\(\(\) => \{)", html)


@pytest.mark.usefixtures("no_cache")
def test_empty_folder_then_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    page = open_page(folder, tmp_path / "home", monkeypatch)
    assert "holds no readable document" in shown(page)
    assert "fn-error" in shown(page)
    (folder / "walrus.txt").write_text("The walrus eats clams.\n", encoding="utf-8")
    page.button("again").click().run()
    opened.add(shared_opening())
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
def test_unknown_setting_is_a_sentence(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOMEE", "x")
    assert "FOOTNOTE_HOMEE" in shown(open_page(documents, tmp_path, monkeypatch))


def test_escaping() -> None:
    assert as_html('<b>"&') == '<span class="fn-text" dir="auto">&lt;b&gt;&quot;&amp;</span>'
    assert "<mark>&lt;</mark>" in as_marked_html("a<b", (1, 2))
    assert as_label("*a* [b](http://c) $x$") == r"\*a\* \[b\]\(http\:\/\/c\) \$x\$"
    assert ":smile" not in as_label(":smile:")
