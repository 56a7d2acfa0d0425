"""The pages of PDFs beside the chat, with their words boxed: the real page in a real Chromium."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from tests.corpus.test_page_pictures import SENTENCE, make_pdf
from tests.support.browser import WAIT, ask, assert_accessible, serve, watched_page

QUESTION = "How many litres of oil does the lighthouse of Ytterholm burn a night?"
SHIPS = {"Razorbill": 500, "Puffin": 871}
FERRY = "The ferry Razorbill carries forty-two bicycles on its upper deck."


def make_tour() -> bytes:
    """Return a PDF of two pages."""
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 700, "A tour of the northern islands begins at the harbour of Tolm.")
    canvas.showPage()
    canvas.drawString(72, 300, FERRY)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def make_wide_table() -> str:
    """Return a table of two rows and 61 columns, whose figures are all different."""
    names = ",".join(f"Buoy {n}" for n in range(1, 61))
    rows = [f"{s}," + ",".join(str(at + n) for n in range(60)) for s, at in SHIPS.items()]
    return "\n".join([f"Ship,{names}", *rows, ""])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "documents").mkdir()
    (folder / "home").mkdir()
    (folder / "home" / "models").symlink_to(models)
    (folder / "documents" / "light.pdf").write_bytes(make_pdf(rotation=90))
    (folder / "documents" / "tour.pdf").write_bytes(make_tour())
    (folder / "documents" / "buoys.csv").write_text(make_wide_table())
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serve(folder / "home", folder / "documents", folder / "log") as address:
        yield address
    log = (folder / "log").read_text()
    assert "Traceback" not in log, log


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched_page(browser, address) as page:
        yield page


def reader(page: Page) -> Locator:
    return page.get_by_role("complementary")


def open_first(page: Page) -> None:
    page.locator(".fn-answer").last.locator(".fn-marker").first.click()
    page.locator(".fn-sheet[data-ready]").wait_for(timeout=WAIT)


def test_a_footnote_opens_its_page_with_the_words_boxed(page: Page) -> None:
    ask(page, QUESTION)
    open_first(page)
    opened = page.locator("mark.fn-box#fn-opened")
    expect(opened).to_be_focused()
    expect(opened).to_be_in_viewport()
    assert SENTENCE in (opened.text_content() or ""), "for those who do not see it"
    box = page.locator("mark.fn-chosen").last.bounding_box()
    sheet = page.locator(".fn-sheet").bounding_box()
    assert box and sheet
    assert box["height"] > 5 * box["width"], "the page is turned, and so are its words"
    middle = (box["x"] + box["width"] / 2 - sheet["x"]) / sheet["width"]
    assert middle == pytest.approx((484 + 4) / 842, abs=0.01)
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator(".fn-document mark.fn-chosen")).to_contain_text(SENTENCE)
    page.get_by_role("button", name="Show the page as it looks").click()
    expect(opened).to_be_visible()
    page.keyboard.press("Escape")
    expect(reader(page)).to_be_hidden()


@pytest.mark.slow
def test_pages_are_turned_enlarged_searched_and_saved(page: Page) -> None:
    page.locator(".fn-open", has_text="tour").first.click()
    expect(reader(page)).to_contain_text("1 of 2")
    page.get_by_role("button", name="Next page").click()
    expect(reader(page)).to_contain_text("2 of 2")
    page.get_by_role("button", name="Next page").click()
    expect(reader(page)).to_contain_text("2 of 2")
    before = page.locator(".fn-sheet").bounding_box()
    page.get_by_role("button", name="Larger").click()
    page.wait_for_function(
        "w => document.querySelector('.fn-sheet').getBoundingClientRect().width > w",
        arg=before["width"] if before else 0,
    )
    page.get_by_role("button", name="Search in the document").click()
    page.keyboard.type("FORTY-two  bicycles")
    page.keyboard.press("Enter")
    expect(reader(page)).to_contain_text("1 of 1")
    expect(page.locator("mark.fn-box.fn-chosen").first).to_be_in_viewport()
    with page.expect_popup() as popup:
        reader(page).get_by_role("link", name="Original").click()
    answer = page.request.get(popup.value.url)
    assert answer.body().startswith(b"%PDF")
    popup.value.close()
    assert_accessible(page)


@pytest.mark.slow
def test_a_file_that_changed_is_shown_as_it_was_read(page: Page, folder: Path) -> None:
    ask(page, "How many bicycles does the ferry Razorbill carry?")
    path = folder / "documents" / "tour.pdf"
    before = path.read_bytes()
    path.write_bytes(make_pdf())
    open_first_text = page.locator(".fn-answer").last.locator(".fn-marker").first
    open_first_text.click()
    expect(page.locator(".fn-reader-notice")).to_contain_text("changed or removed")
    expect(page.locator("#fn-opened")).to_contain_text("forty-two bicycles")
    path.write_bytes(before)


@pytest.mark.slow
def test_every_question_goes_to_the_top_and_keys_reach_everything(page: Page) -> None:
    box = page.get_by_role("textbox", name="Ask about these documents")
    expect(box).to_be_focused()
    ask(page, QUESTION)
    ask(page, "How many bicycles does the ferry Razorbill carry?")
    for number in (3, 4):
        ask(page, QUESTION)
        place = page.locator(f"#q{number}").bounding_box()
        assert place and place["y"] < 120, "at the top of the window, its answer below it"
        expect(page.get_by_role("button", name="Conversation", exact=True)).to_be_in_viewport()
    page.locator(".fn-answer").last.locator(".fn-marker").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fn-opened")).to_be_focused(timeout=WAIT)
    expect(page.locator(".fn-source > details[open]")).to_have_count(3)  # of the other answers
    page.keyboard.press("Escape")
    expect(page.locator(".fn-source > details[open]")).to_have_count(4)
    page.keyboard.press("/")
    expect(box).to_be_focused()


@pytest.mark.slow
def test_dark_is_chosen_and_kept(page: Page) -> None:
    colour = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
    page.get_by_role("button", name="Dark", exact=True).click()
    page.wait_for_function(f"{colour} === 'dark'")
    expect(page.get_by_role("button", name="Dark", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Documents").click()
    expect(page.locator(".fn-view")).to_be_visible()
    assert page.evaluate(colour) == "dark"
    page.reload()
    page.wait_for_function(f"document.querySelector('.stApp') && {colour} === 'dark'")


@pytest.mark.slow
def test_a_table_is_a_grid_and_a_sheet_is_no_page(browser: Browser, address: str) -> None:
    with watched_page(browser, address, width=390) as page:
        ask(page, "What is the value of Buoy 37 of the Puffin?")
        page.locator(".fn-answer .fn-marker").first.click()
        cell = page.locator(".fn-grid td.fn-strong")
        expect(cell).to_have_text("907")
        expect(cell).to_be_in_viewport()
        expect(page.locator(".fn-grid td", has_text="Puffin")).to_be_in_viewport()
        expect(page.locator(".fn-document")).not_to_contain_text("Page 1")
        assert_accessible(page)
