"""Answers and their sources on the real page, server and index, in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import (
    HOSTILE_HEADING,
    HOSTILE_QUESTION,
    HOSTILE_SENTENCE,
    HOSTILE_TITLE,
    ask,
    serve,
    wait_for_answer,
    watched_page,
    write_documents,
)

MEASURES = "What measures were taken to improve the business environment at the ports?"
UNKNOWN = "Who won the football world cup in 1998?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browser")
    documents = write_documents(folder / "documents")
    with serve(folder / "home", documents, folder / "log") as address:
        yield address
    log = (folder / "log").read_text()
    assert "Traceback" not in log, log


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched_page(browser, address) as page:
        yield page


def is_centred(mark: Locator) -> bool:
    """Tell whether the element can be seen whole, with nothing before it."""
    return bool(
        mark.evaluate(
            "e => { const b = e.getBoundingClientRect();"
            " return b.top > 60 && b.bottom < innerHeight - 20"
            " && e.contains(document.elementFromPoint(b.left + 8, b.top + 8)); }"
        )
    )


def marker(page: Page, n: int) -> Locator:
    return page.locator(".fn-answer").last.get_by_role("link", name=f"Footnote {n}", exact=True)


def squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def test_example_to_marked_sentence(page: Page) -> None:
    page.locator("[class*=st-key-suggestion-] button").first.click()
    wait_for_answer(page)
    expect(marker(page, 1)).to_have_text("[1]")
    quote = page.locator(".fn-source mark[data-n='1']").text_content()
    marker(page, 1).click()
    opened = page.locator("#fn-opened")
    expect(opened).to_be_focused()
    assert is_centred(opened)
    marks = page.locator(".fn-reader mark.fn-chosen").all_text_contents()
    assert squeezed("".join(marks)) == squeezed(quote)
    reader = page.get_by_role("complementary")
    expect(reader.get_by_role("heading")).to_contain_text(re.compile("trad"))
    page.keyboard.press("Escape")
    expect(page.locator(".fn-reader")).to_be_hidden()
    expect(marker(page, 1)).to_be_focused()


def test_hover_and_focus_show_the_quote(page: Page) -> None:
    ask(page, HOSTILE_QUESTION)
    tip = page.get_by_role("tooltip", include_hidden=True)
    expect(tip).to_be_hidden()
    marker(page, 1).hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(HOSTILE_TITLE)
    tip.hover()  # it stays while the pointer is on it
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(1, 1)
    page.locator(".fn-verdict summary").focus()
    page.keyboard.press("Shift+Tab")
    expect(marker(page, 1)).to_be_focused()
    expect(tip).to_be_visible()
    expect(marker(page, 1)).to_have_attribute("aria-describedby", "fn-tip")
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()


def test_next_and_previous_footnote(page: Page) -> None:
    ask(page, MEASURES)
    total = page.locator(".fn-source .fn-cite:not([data-key*='-'])").count()
    assert total > 1
    marker(page, 1).focus()
    page.keyboard.press("Enter")
    where = page.locator(".fn-reader-where")
    expect(where).to_have_text(f"[1] · 1 of {total}")
    assert page.locator(".fn-reader mark:not(.fn-chosen)").count() > 0
    page.keyboard.press("n")
    expect(where).to_have_text(f"[2] · 2 of {total}")
    assert is_centred(page.locator("#fn-opened"))
    page.keyboard.press("p")
    page.keyboard.press("ArrowLeft")
    expect(where).to_have_text(f"[{total}] · {total} of {total}")
    page.get_by_role("button", name="Next footnote").click()
    expect(where).to_have_text(f"[1] · 1 of {total}")
    page.get_by_role("button", name="Close the source").click()
    expect(page.locator(".fn-reader")).to_be_hidden()


def test_verdicts_confidence_and_copies(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "How many vehicles did China export in 2023?")
    expect(page.locator(".fn-answer strong")).to_have_text(re.compile("5.221"))
    expect(page.locator(".fn-answer q.fn-quoted").first).to_be_visible()
    expect(page.locator(".fn-answer .fn-check")).to_have_count(0)
    expect(page.locator(".fn-verdict summary")).to_contain_text("Quoted word for word")
    details = page.locator(".fn-verdict")
    expect(details.locator("li").first).to_be_hidden()
    details.locator("summary").click()
    expect(details.locator("li").first).to_contain_text("word for word in")
    expect(details).to_contain_text(re.compile(r"Confidence \d+%"))
    said = page.locator(".fn-quiet[role=status]")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(said).to_have_text("Copied.")
    expect(page.locator(".fn-copy[data-done]")).to_have_text("Markdown")  # for those who see
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[^1]: “" in copied
    assert "57.4%.[^1]" in copied
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('insecure'); }")
    page.get_by_role("button", name="Copy as text").click()
    page.wait_for_function("async () => !(await navigator.clipboard.readText()).includes('[^1]')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "57.4%.[1]" in copied
    assert "\n[1] “" in copied


def test_hostile_document_is_text(page: Page) -> None:
    body = page.locator("body")
    expect(body).to_contain_text(HOSTILE_TITLE)
    expect(body).to_contain_text("<i>me</i>")
    expect(page.locator(".fn-notice")).to_contain_text("broken.txt")
    ask(page, HOSTILE_QUESTION)
    expect(page.locator(".fn-place").first).to_contain_text(HOSTILE_TITLE)
    expect(page.locator(".fn-source blockquote").first).to_contain_text(HOSTILE_SENTENCE)
    marker(page, 1).click()
    expect(page.locator("#fn-opened")).to_be_visible()
    expect(page.locator(".fn-reader h2")).to_have_text(HOSTILE_TITLE)
    expect(page.locator(".fn-document")).to_contain_text(HOSTILE_SENTENCE)
    expect(page.locator(".fn-document")).to_contain_text(HOSTILE_HEADING)
    assert page.locator("body [class^=fn-] :is(script, img, iframe, style, b, i)").count() == 0
    assert (
        page.locator("body [class^=fn-] a:not(.fn-marker, .fn-open, .fn-reader-word)").count() == 0
    )
    assert page.locator(".katex").count() == 0


def test_hostile_question_is_text(page: Page) -> None:
    question = '<img src=x onerror="alert(3)"> **b** [l](http://evil.example/q) $x$ \u202e walrus?'
    ask(page, question)
    expect(page.locator(".fn-question")).to_have_text(question)
    assert page.locator(".fn-question :is(img, a, b)").count() == 0


def test_decline_and_errors(page: Page) -> None:
    ask(page, UNKNOWN)
    expect(page.locator(".fn-declined")).to_contain_text("No answer found in these documents")
    page.get_by_role("link", name="Open passage 1 in document").click()
    expect(page.locator("#fn-opened")).to_be_in_viewport()
    page.keyboard.press("Escape")
    ask(page, "🎉🎉")
    expect(page.locator(".fn-error")).to_contain_text("contains no words")
    ask(page, "x" * 100_000)
    expect(page.locator(".fn-error").last).to_contain_text("100,000 characters")


def test_greeting_is_met_kindly(page: Page) -> None:
    ask(page, "hello, what can you do?")
    expect(page.locator(".fn-greeting")).to_be_visible()
    expect(page.locator(".fn-declined")).to_have_count(0)
    expect(page.locator("[class*=st-key-suggestion-] button").first).to_be_visible()


def test_phone_does_not_scroll_sideways(browser: Browser, address: str) -> None:
    too_wide = "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    with watched_page(browser, address, width=390) as page:
        page.locator("[class*=st-key-suggestion-] button").first.wait_for()
        assert page.evaluate(too_wide) <= 0
        ask(page, HOSTILE_QUESTION)
        assert page.evaluate(too_wide) <= 0
        marker(page, 1).click()
        expect(page.locator("#fn-opened").first).to_be_in_viewport()
        expect(marker(page, 1)).to_be_in_viewport()
        box = page.locator(".fn-reader").bounding_box()
        assert box is not None
        assert (box["width"], box["x"]) == (390, 0)
        assert box["y"] > 200
        reader = page.locator(".fn-document")
        assert reader.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
