"""The real page, server and index, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser_support import (
    HOSTILE_HEADING,
    HOSTILE_QUESTION,
    HOSTILE_SENTENCE,
    HOSTILE_TITLE,
    ask,
    chromium,
    serve,
    wait_for_answer,
    watched_page,
    write_documents,
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browser")
    documents = write_documents(folder / "documents")
    with serve(folder / "home", documents, folder / "log") as address:
        yield address
    log = (folder / "log").read_text()
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched_page(browser, address) as page:
        yield page


def is_centred(mark: Locator) -> bool:
    """Tell whether the element is in the middle of what can be seen."""
    return bool(
        mark.evaluate(
            "e => { const b = e.getBoundingClientRect();"
            " return b.top > 60 && b.bottom < innerHeight - 60"
            " && e.contains(document.elementFromPoint(b.left + 8, b.top + 8)); }"
        )
    )


def test_example_to_marked_sentence(page: Page) -> None:
    page.locator("[class*=st-key-suggestion-] button").first.click()
    wait_for_answer(page)
    marker = page.get_by_role("link", name="Footnote 1", exact=True)
    expect(marker.first).to_have_text("[1]")
    quote = page.locator("#q1-source-1 mark")
    marker.first.click()
    expect(quote).to_be_in_viewport()
    page.get_by_role("button", name="Open [1] in document").click()
    opened = page.locator("#fn-opened")
    expect(opened).to_be_focused()
    assert is_centred(opened)
    assert "".join(opened.all_text_contents()) == quote.text_content()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open [1] in document")).to_be_focused()


def test_keyboard_alone(page: Page) -> None:
    ask(page, "What was the export volume of electric passenger vehicles?")
    expect(page.get_by_role("textbox", name="Ask about these documents")).to_be_focused()
    marker = page.get_by_role("link", name="Footnote 1", exact=True).first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#q1-source-1")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open [1] in document")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#fn-opened")).to_be_in_viewport()


def test_hostile_document_is_text(page: Page) -> None:
    body = page.locator("body")
    expect(body).to_contain_text(HOSTILE_TITLE)
    expect(body).to_contain_text("<i>me</i>")
    expect(page.locator(".fn-notice")).to_contain_text("broken.txt")
    ask(page, HOSTILE_QUESTION)
    expect(page.locator(".fn-place").first).to_contain_text(HOSTILE_TITLE)
    expect(page.locator(".fn-source blockquote").first).to_contain_text(HOSTILE_SENTENCE)
    page.get_by_role("button", name="in document").first.click()
    expect(page.locator(".fn-document")).to_contain_text(HOSTILE_SENTENCE)
    expect(page.locator(".fn-document")).to_contain_text(HOSTILE_HEADING)
    expect(page.locator("#fn-opened").first).to_be_in_viewport()
    assert page.locator("[class^=fn-] :is(script, img, iframe, style, b, i)").count() == 0
    assert page.locator("[class^=fn-] a:not(.fn-marker)").count() == 0
    assert page.locator(".katex").count() == 0


def test_hostile_question_is_text(page: Page) -> None:
    question = '<img src=x onerror="alert(3)"> **b** [l](http://evil.example/q) $x$ \u202e walrus?'
    ask(page, question)
    expect(page.locator(".fn-question")).to_have_text(question)
    assert page.locator(".fn-question :is(img, a, b)").count() == 0


def test_decline_then_error_then_anew(page: Page) -> None:
    ask(page, "Who won the football world cup in 1998?")
    expect(page.locator(".fn-declined")).to_be_visible()
    page.get_by_role("button", name="Open passage 1 in document").click()
    expect(page.locator("#fn-opened").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    ask(page, "🎉🎉")
    expect(page.locator(".fn-error")).to_contain_text("holds no words")
    ask(page, "x" * 100_000)
    expect(page.locator(".fn-error").last).to_contain_text("100,000 characters")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-intro")).to_be_visible()
    expect(page.locator(".fn-question")).to_have_count(0)


def test_phone_does_not_scroll_sideways(browser: Browser, address: str) -> None:
    too_wide = "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    with watched_page(browser, address, width=390) as page:
        page.locator("[class*=st-key-suggestion-] button").first.wait_for()
        assert page.evaluate(too_wide) <= 0
        ask(page, HOSTILE_QUESTION)
        assert page.evaluate(too_wide) <= 0
        page.get_by_role("button", name="in document").first.click()
        expect(page.locator("#fn-opened").first).to_be_in_viewport()
        dialog = page.get_by_role("dialog")
        assert dialog.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_two_people_do_not_share_a_conversation(browser: Browser, address: str) -> None:
    with watched_page(browser, address) as one, watched_page(browser, address) as two:
        ask(one, HOSTILE_QUESTION)
        expect(two.locator(".fn-intro")).to_be_visible()
        expect(two.locator(".fn-question")).to_have_count(0)
