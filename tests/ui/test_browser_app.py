"""Conversations, documents, feedback, evaluation and settings: the real page in a real Chromium."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from corpus.folder import SHIPPED, load_documents
from qa.conversations.database import FILE
from qa.evaluation.question_sets import SHIPPED_QUESTIONS
from qa.evaluation.schema import parse_line
from tests.support.browser import WAIT, ask, assert_accessible, serve, wait_for_answer

VEHICLES = "How many vehicles did China export in 2023?"
ELECTRIC = "What was the export volume of electric passenger vehicles?"
LISTED = ".st-key-conversations button"
BOX = "Ask about these documents"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "models").symlink_to(models)
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    offered = "openai:secret-model,nobody:knows"
    with serve(home, SHIPPED, home / "log", FOOTNOTE_ANSWERERS=offered) as address:
        yield address
    log = (home / "log").read_text()
    assert "Traceback" not in log, log


@pytest.fixture
def person(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = new_person(browser, address)
    yield context
    context.close()


@pytest.fixture
def page(person: BrowserContext) -> Page:
    return open_page(person)


def new_person(browser: Browser, address: str, width: int = 1280) -> BrowserContext:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 844}, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT)
    return context


def open_page(person: BrowserContext, place: str = "/") -> Page:
    page = person.new_page()
    page.goto(place)
    page.get_by_role("textbox", name=BOX).wait_for()
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the server has nothing more to say."""
    page.wait_for_function(
        "() => document.querySelector('[data-test-script-state=notRunning]')"
        " && !document.querySelector('[data-stale=true]')"
    )


def view(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    expect(page.locator(".fn-view")).to_have_text(name)
    settle(page)


def listed(page: Page) -> list[str]:
    return page.locator(LISTED).all_inner_texts()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def pick(page: Page, item: str, menu: Locator | None = None) -> None:
    """Choose something from the menu of the last answer, or another."""
    (menu or page.get_by_role("button", name="More").last).click()
    page.get_by_role("option", name=item, exact=True).or_(
        page.get_by_role("menuitem", name=item, exact=True)
    ).click()
    settle(page)


def save_as_test(page: Page, at: int = -1) -> None:
    page.get_by_role("button", name="Save as test question").nth(at).click()
    settle(page)


def answerer_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Answered by")


def choose_answerer(page: Page, name: str) -> None:
    answerer_box(page).click()
    page.get_by_role("option", name=name).click()
    settle(page)


def test_a_conversation_is_kept_listed_renamed_found_and_brought_back(page: Page) -> None:
    ask(page, VEHICLES)
    expect(page).to_have_url(re.compile(r"\?c=[\w-]{20,}$"))
    page.reload()
    wait_for_answer(page)
    expect(page.locator(".fn-question")).to_have_text(VEHICLES)
    press(page, "New conversation")
    expect(page.locator(".fn-question")).to_have_count(0)
    expect(page.locator(".fn-intro")).to_be_visible()
    ask(page, ELECTRIC)
    expect(page.locator(".fn-question")).to_have_count(1)
    assert listed(page) == [ELECTRIC, VEHICLES]
    page.get_by_role("button", name="Conversation", exact=True).click()
    title = page.get_by_role("textbox", name="Title")
    title.fill("Batteries")
    title.press("Enter")
    page.get_by_role("button", name="Batteries").wait_for()
    page.keyboard.press("Escape")
    search = page.get_by_role("textbox", name="Search conversations")
    search.fill("5.221 MILLION")
    search.press("Enter")
    expect(page.locator(LISTED)).to_have_count(1)
    assert listed(page) == [VEHICLES]
    search.fill("")
    search.press("Enter")
    page.get_by_role("button", name="Batteries").click()
    expect(page.locator(".fn-question")).to_have_text(ELECTRIC)
    page.get_by_role("button", name="Conversation", exact=True).click()
    press(page, "Delete")
    expect(page.get_by_role("button", name="Batteries")).to_have_count(0)
    press(page, "Undo")
    expect(page.get_by_role("button", name="Batteries")).to_be_visible()
    press(page, "Delete all")
    expect(page.locator(LISTED)).to_have_count(0)
    page.reload()
    press(page, "Undo")
    expect(page.locator(LISTED)).to_have_count(2)


def test_links_open_anew_and_say_what_is_gone(page: Page, person: BrowserContext) -> None:
    ask(page, VEHICLES)
    pick(page, "Links")
    code = page.get_by_role("dialog").locator("code")
    expect(code.nth(1)).to_be_visible()
    links = code.all_inner_texts()
    linked = open_page(person, links[1])
    opened = linked.locator("#fn-opened").first
    expect(opened).to_be_in_viewport()
    gone = open_page(person, re.sub(r"n=\d+", "n=99", links[1]))
    expect(gone.locator(".fn-error")).to_contain_text("footnote 99")
    gone.goto(re.sub(r"q=.*", "q=nothing", links[1]))
    expect(gone.locator(".fn-error")).to_contain_text("an answer that is gone")
    gone.goto("/?c=nothing-of-the-kind")
    expect(gone.locator(".fn-error")).to_contain_text("That conversation is gone")
    ask(gone, VEHICLES)


def test_a_link_is_for_reading_until_its_owner_shares_it_for_writing(
    page: Page, browser: Browser, address: str
) -> None:
    ask(page, VEHICLES)
    other = new_person(browser, address)
    reader = other.new_page()
    reader.goto(page.url)
    wait_for_answer(reader)
    settle(reader)
    expect(reader.get_by_text("shared for reading")).to_be_visible()
    expect(reader.get_by_role("textbox", name=BOX)).to_be_disabled()
    assert reader.get_by_role("button", name="More").count() == 1
    expect(reader.locator("[data-testid=stFeedback]")).to_have_count(0)
    press(page, "Conversation")
    page.get_by_text("They can also ask, edit and rename").click()
    settle(page)
    reader.reload()
    wait_for_answer(reader)
    settle(reader)
    ask(reader, ELECTRIC)
    expect(reader.locator(".fn-question")).to_have_count(2)
    other.close()


def test_nothing_leaks_between_people(page: Page, browser: Browser, address: str) -> None:
    ask(page, VEHICLES)
    view(page, "Settings")
    choose_answerer(page, "openai:secret-model")
    page.get_by_role("textbox", name="Key").fill("sk-very-secret")
    page.get_by_role("textbox", name="Key").press("Enter")
    settle(page)
    other = new_person(browser, address)
    stranger = open_page(other)
    expect(stranger.locator(".fn-question")).to_have_count(0)
    assert listed(stranger) == []
    view(stranger, "Settings")
    expect(answerer_box(stranger)).to_have_value("extractive")
    other.close()


def test_keys_are_neither_kept_nor_logged(home: Path) -> None:
    for path in (p for p in home.rglob("*") if p.is_file() and "models" not in p.parts):
        assert b"sk-very-secret" not in path.read_bytes(), path


def test_edit_ask_again_and_choose_a_version(page: Page) -> None:
    ask(page, VEHICLES)
    ask(page, ELECTRIC)
    page.get_by_role("button", name="More").first.click()
    page.get_by_text("Edit the question").click()
    box = page.get_by_role("textbox", name="Question", exact=True)
    box.fill("By how much did the exports of Northeast China increase?")
    press(page, "Ask")
    expect(page.locator(".fn-question")).to_have_text([re.compile("Northeast")])
    wait_for_answer(page)
    press(page, "Undo")
    expect(page.locator(".fn-question")).to_have_count(2)
    wait_for_answer(page, 2)  # the menu of the second is drawn after its question
    pick(page, "Edit the question")
    press(page, "Ask")
    wait_for_answer(page, 2)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)  # nothing came after
    pick(page, "Ask again")
    versions = page.get_by_role("radio", name=re.compile(r"\d\d:\W?\d\d"))
    expect(versions).to_have_count(2 + 3)
    wait_for_answer(page, 2)
    page.get_by_text(re.compile(r"^\d\d:\W?\d\d(:\W?\d\d)?$")).nth(2).click()
    settle(page)
    expect(page.locator(".fn-question").last).to_have_text(ELECTRIC)


def test_exports_have_the_footnotes(page: Page) -> None:
    ask(page, VEHICLES)
    page.get_by_role("button", name="Conversation", exact=True).click()
    files = {}
    for name in ("Markdown", "HTML", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename.startswith("How many vehicles did China")
        files[name] = Path(download.value.path()).read_text("utf-8")
    assert re.search(r"\[\^1-1\]", files["Markdown"])
    assert re.search(r"^\[\^1-1\]: “.*”", files["Markdown"], re.MULTILINE)
    assert 'href="#q1-1"' in files["HTML"] and 'id="q1-1"' in files["HTML"]
    kept = json.loads(files["JSON"])["exchanges"][0]["result"]
    texts = {d.doc: d.text for d in load_documents(SHIPPED).documents}
    for citation in kept["citations"]:
        assert texts[citation["doc"]][citation["start"] : citation["end"]] == citation["quote"]


def test_two_questions_in_the_same_instant(page: Page) -> None:
    box = page.get_by_role("textbox", name=BOX)
    box.fill(VEHICLES)
    box.press("Enter")
    box.fill(ELECTRIC)
    box.press("Enter")
    wait_for_answer(page, 2)
    assert page.locator(".fn-question").all_inner_texts() == [VEHICLES, ELECTRIC]


def test_two_suggestions_in_the_same_instant(page: Page) -> None:
    buttons = page.locator("[class*=st-key-suggestion-] button")
    texts = buttons.all_inner_texts()[:2]
    buttons.evaluate_all("all => { all[0].click(); all[0].click(); all[1].click(); }")
    wait_for_answer(page, 2)
    assert sorted(page.locator(".fn-question").all_inner_texts()) == sorted(texts)


def test_two_tabs_on_one_conversation(page: Page, person: BrowserContext) -> None:
    ask(page, VEHICLES)
    other = open_page(person, page.url)
    wait_for_answer(other)
    ask(other, ELECTRIC)
    ask(page, "By how much did the exports of Northeast China increase?")
    wait_for_answer(page, 3)
    expect(page.locator(".fn-question")).to_have_count(3)
    other.reload()
    wait_for_answer(other, 3)


def test_a_page_closed_while_it_answers_loses_nothing(page: Page, person: BrowserContext) -> None:
    box = page.get_by_role("textbox", name=BOX)
    box.fill(VEHICLES)
    box.press("Enter")
    page.get_by_role("button", name=VEHICLES).wait_for()
    page.close()
    again = open_page(person)
    again.get_by_role("button", name=VEHICLES).click()
    wait_for_answer(again)
    expect(again.locator(".fn-answer")).to_contain_text("5.221 million")


def test_a_locked_database_does_not_keep_from_asking(page: Page, home: Path) -> None:
    ask(page, VEHICLES)
    with closing(sqlite3.connect(home / FILE)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        box = page.get_by_role("textbox", name=BOX)
        box.fill(ELECTRIC)
        box.press("Enter")
        held = page.locator(".fn-error").first
        expect(held).to_contain_text("Another program is using it", timeout=WAIT)
        expect(page.locator(".fn-answer")).to_contain_text("1.773 million", timeout=WAIT)
    press(page, "Try again")
    expect(page.locator(".fn-error")).to_have_count(0)
    page.get_by_role("button", name=VEHICLES).first.click()
    expect(page.locator(".fn-answer")).to_contain_text("5.221 million")


@pytest.mark.slow
def test_uploads_are_listed_asked_limited_to_removed_brought_back_and_shared(
    page: Page, browser: Browser, address: str
) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Documents").click()
    expect(page.locator("#who-sees")).to_contain_text("Only this browser")
    files = [
        {"name": "../../walrus 🦭.txt", "buffer": b"The walrus Olga weighs 1,204 kilograms.\n"},
        {"name": "w" * 300 + ".md", "buffer": b"# Long\n\nThe seal Pia weighs 80 kilograms.\n"},
        {"name": "empty.txt", "buffer": b""},
        {"name": "mislabelled.pdf", "buffer": b"no PDF at all"},
        {"name": "tool.exe", "buffer": b"MZ"},
    ]
    chosen = [f | {"mimeType": "application/octet-stream"} for f in files]
    page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    expect(page.locator(".fn-view")).to_be_visible()
    for name in ("empty.txt", "mislabelled.pdf", "tool.exe"):
        expect(page.locator(".fn-error", has_text=name)).to_be_visible()
    entry = page.locator("[class*=st-key-entry-]", has_text="walrus")
    expect(entry).to_contain_text("1 passage ", timeout=WAIT)
    expect(page.locator("[class*=st-key-entry-]")).to_have_count(4)
    view_chat = page.get_by_test_id("stSidebarNav").get_by_role("link", name="Chat")
    view_chat.click()
    page.get_by_role("textbox", name=BOX).wait_for()
    ask(page, "How many kilograms does the walrus Olga weigh?")
    expect(page.locator(".fn-answer")).to_contain_text("1,204 kilograms")
    page.get_by_role("button", name="All documents").click()
    page.get_by_role("combobox", name="Look only in").fill("roadmap")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    settle(page)
    expect(page.get_by_role("button", name="1 of 4 documents")).to_be_visible()
    press(page, "New conversation")
    expect(page.locator(".fn-question")).to_have_count(0)
    ask(page, "How many kilograms does the walrus Olga weigh?")
    expect(page.locator(".fn-declined")).to_be_visible()
    view(page, "Documents")
    entry.get_by_role("button", name="Remove").click()
    expect(page.locator("[class*=st-key-entry-]")).to_have_count(3, timeout=WAIT)
    page.reload()
    expect(page.get_by_text("was removed")).to_have_text("walrus 🦭.txt was removed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[class*=st-key-entry-]")).to_have_count(4, timeout=WAIT)
    other = new_person(browser, address)
    theirs = open_page(other)
    view(theirs, "Documents")
    expect(theirs.locator("[class*=st-key-entry-]")).to_have_count(2)
    entry.get_by_role("button", name="Share").click()
    expect(entry.get_by_role("button", name="Stop sharing")).to_be_visible(timeout=WAIT)
    theirs.reload()
    expect(theirs.locator("[class*=st-key-entry-]")).to_have_count(3, timeout=WAIT)
    expect(theirs.get_by_role("button", name="Remove")).to_have_count(0)
    other.close()


def test_feedback_becomes_a_test_question(page: Page, home: Path) -> None:
    ask(page, VEHICLES)
    thumbs = page.locator("[data-testid=stFeedback] button, [class*=st-key-thumbs] button")
    thumbs.last.click()
    settle(page)
    save_as_test(page)  # what was found wrong is not offered as the right answer
    expect(page.get_by_role("dialog").get_by_role("checkbox").first).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("checkbox", checked=True)).to_have_count(0)
    page.keyboard.press("Escape")
    settle(page)
    thumbs.first.click()
    reason = page.get_by_role("textbox", name="Reason")
    reason.fill("exactly what I wanted")
    reason.press("Enter")
    settle(page)
    save_as_test(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("5.221 million")
    dialog.get_by_role("textbox").first.press("Control+Enter")
    settle(page)
    expect(dialog.get_by_role("checkbox", checked=True)).not_to_have_count(0)
    assert dialog.get_by_role("checkbox").count() > 5
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".fn-notice")).to_contain_text("saved.jsonl")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".fn-error")).to_contain_text("already saved as a test")
    [line] = (home / "questions" / "saved.jsonl").read_text("utf-8").splitlines()
    texts = {d.doc: d.text for d in load_documents(SHIPPED).documents}
    gold = parse_line(line, texts)
    assert gold.question.text == VEHICLES and gold.answers == ("5.221 million",)
    assert gold.notes == "exactly what I wanted"


def test_a_test_question_starts_from_its_own_answer(page: Page) -> None:
    ask(page, VEHICLES)
    ask(page, "How many foreign trade firms had import and export records in 2023?")
    words = page.get_by_role("dialog").get_by_role("textbox").first
    save_as_test(page)
    expect(words).to_have_value("645,000")
    page.keyboard.press("Escape")
    save_as_test(page, 0)
    expect(words).to_have_value("5.221 million")


@pytest.mark.slow
def test_an_evaluation_runs_is_cancelled_read_and_compared(page: Page, home: Path) -> None:
    [line, *_] = (SHIPPED_QUESTIONS / "trade-test.jsonl").read_text("utf-8").splitlines()
    (home / "questions").mkdir(exist_ok=True)
    brief = json.dumps(json.loads(line) | {"id": "brief"})
    (home / "questions" / "brief.jsonl").write_text(brief, "utf-8")
    view(page, "Evaluation")
    sets = page.get_by_role("combobox", name="Questions")
    run = page.get_by_role("button", name="Run", exact=True)
    sets.press("ArrowDown")
    page.get_by_role("option", name="Select all").click()  # one alone may be done before the click
    page.keyboard.press("Escape")
    run.click()  # and not `press`, which waits until the run of the page has ended
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".fn-error")).to_contain_text("Cancelled")
    page.get_by_role("button", name="Clear all").click()
    expect(run).to_be_disabled()  # a click on what is about to be disabled would be lost
    sets.fill("brief")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(run).to_be_enabled()
    run.click()
    report = page.frame_locator("iframe").get_by_role("heading", name="How good the answers are")
    expect(report).to_be_visible(timeout=WAIT)
    expect(page.frame_locator("iframe").get_by_text("Reliability:")).to_be_attached()
    page.get_by_role("tab", name="Compare two").click()
    expect(page.get_by_role("region", name="Comparison")).to_contain_text("right")


def test_settings_change_what_is_asked_with(page: Page) -> None:
    view(page, "Settings")
    slider = page.get_by_role("slider", name="Lowest confidence to answer with")
    slider.press("End")
    settle(page)
    slider.press("ArrowLeft")
    settle(page)
    expect(page.locator("body")).to_contain_text("At 0.99, ")
    slider.press("End")
    settle(page)
    expect(page.locator("body")).to_contain_text("1.00")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Chat").click()
    ask(page, VEHICLES)
    expect(page.locator(".fn-declined")).to_be_visible()
    view(page, "Settings")
    choose_answerer(page, "nobody:knows")
    expect(page.locator(".fn-error")).to_contain_text("nobody")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_every_view_is_accessible_and_fits(browser: Browser, address: str, width: int) -> None:
    person = new_person(browser, address, width)
    page = open_page(person)
    assert_accessible(page)
    ask(page, VEHICLES)
    page.locator(".fn-verdict summary").click()
    page.locator("[data-testid=stFeedback] button, [class*=st-key-thumbs] button").first.click()
    page.get_by_role("textbox", name="Reason").wait_for()
    marker = page.locator(".fn-answer .fn-marker").first
    marker.hover()
    assert_accessible(page)
    marker.click()
    expect(page.locator("#fn-opened").first).to_be_in_viewport()
    assert_accessible(page)
    page.keyboard.press("Escape")
    for name in ("Conversation", "All documents"):
        page.get_by_role("button", name=name, exact=True).click()
        assert_accessible(page)
        page.keyboard.press("Escape")
    for open_dialog in (partial(pick, page, "Links"), partial(save_as_test, page)):
        open_dialog()
        page.get_by_role("dialog").wait_for()
        assert_accessible(page)
        page.keyboard.press("Escape")
    ask(page, "Who won the football world cup in 1998?")
    assert_accessible(page)
    ask(page, "hello, what can you do?")
    assert_accessible(page)
    if width < 700:
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.get_by_role("button", name=VEHICLES)).to_be_in_viewport()
        assert_accessible(page)
        page.get_by_role("button", name=VEHICLES).click()
        expect(page.get_by_role("button", name=VEHICLES)).not_to_be_in_viewport()
    for place in ("/documents", "/evaluation", "/settings"):
        page.goto(place)
        page.locator(".fn-view").wait_for()
        settle(page)
        assert_accessible(page)
    person.close()
