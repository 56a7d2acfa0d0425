"""Answers that a real index would seldom give, drawn by the real parts in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.answers_page import HOSTILE
from tests.support.browser import assert_accessible, chromium, serve, watched_page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("answers")
    with (
        serve(folder, folder, folder / "log", "tests/support/answers_page.py") as address,
        chromium() as browser,
        watched_page(browser, address, landmark=".fn-answer") as page,
    ):
        yield page


def test_what_is_not_verified_says_so(page: Page) -> None:
    answer = page.locator(".fn-answer").first
    expect(answer.locator(".fn-check")).to_have_count(10)
    expect(answer.locator(".fn-unverified")).to_have_text(f"Bees like blue {HOSTILE}")
    expect(answer.locator(".fn-reason")).to_have_text(f"(unverified: nothing cited {HOSTILE})")
    verdict = page.locator(".fn-verdict").first
    expect(verdict.locator("summary")).to_contain_text("10 of 11 statements verified")
    expect(verdict.locator("summary")).to_contain_text("the documents likely answer this")
    verdict.locator("summary").click()
    expect(verdict.locator("li").last).to_contain_text(f"Unverified: nothing cited {HOSTILE}")
    expect(verdict).to_contain_text("Confidence 81%")


def test_the_sources_stand_before_the_lookalikes(page: Page) -> None:
    heads = page.locator(".fn-heading").all_inner_texts()
    assert heads.index("Sources") < heads.index("Not to be confused with")


def test_who_stood_in_and_what_was_written(page: Page) -> None:
    expect(page.locator(".fn-understood").first).to_have_text("Understood as: And the other hives?")
    expect(page.locator(".fn-notice").nth(0)).to_have_text(
        f"The model wrote nothing usable {HOSTILE}"
    )
    expect(page.locator(".fn-notice").nth(1)).to_have_text("Stopped here.")
    written = page.locator("details.fn-notice").first
    expect(written.locator("li")).to_be_hidden()
    written.locator("summary").click()
    expect(written.locator("li")).to_contain_text(f"Blue hives {HOSTILE}")


def test_key_words_and_lookalikes(page: Page) -> None:
    expect(page.locator(".fn-answer strong").first).to_have_text("12")
    expect(page.locator(".fn-difference").first).to_have_text(f"another {HOSTILE}")
    expect(page.locator(".fn-source mark strong").first).to_have_text("12")
    expect(page.locator(".fn-source blockquote").nth(1)).not_to_contain_text("# Hive 4\n")


def test_offsets_count_characters_and_pages_are_named(page: Page) -> None:
    page.locator(".fn-answer .fn-marker[data-n='9']").first.click()
    expect(page.locator("#fn-opened")).to_have_text("Hive 164 😀 gave 492 kilograms of honey.")
    expect(page.locator("#fn-opened")).to_be_in_viewport()
    expect(page.locator(".fn-reader mark:not(.fn-chosen)")).to_have_count(9)
    expect(page.locator(".fn-page")).to_have_count(200)
    expect(page.locator(".fn-reader h2")).to_have_text(f"The hives {HOSTILE}")
    page.keyboard.press("Escape")


def test_a_document_that_is_gone_leaves_its_quotes(page: Page) -> None:
    marker = page.locator(".fn-answer").nth(1).locator(".fn-marker").first
    marker.hover()
    expect(page.locator(".fn-tip")).to_contain_text("Hive 4 😀 gave 12 kilograms of honey.")
    marker.click()
    expect(page.locator(".fn-reader")).to_be_hidden()
    expect(page.locator(".fn-source", has_text="is gone").first).to_be_visible()


def test_the_cells_of_an_answer_stand_as_a_table(page: Page) -> None:
    grid = page.locator(".fn-cells")
    expect(grid.locator("thead th")).to_have_count(12)
    expect(grid.locator("tbody tr")).to_have_count(2)
    expect(grid.locator("mark")).to_have_text("216")
    expect(grid.locator("tbody")).to_contain_text(HOSTILE)
    expect(grid).to_contain_text("3 more rows and 48 more columns not shown")
    expect(page.locator(".fn-working")).to_have_text("highest of 5 values")
    verdict = page.locator(".fn-verdict").last
    verdict.locator("summary").click()
    expect(verdict.locator("li")).to_contain_text("Computed from [1]: highest of 5 values")


def test_a_wide_table_scrolls_within_itself_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    box = page.locator(".fn-cells .fn-table")
    wide = box.evaluate("e => [e.scrollWidth, e.clientWidth, document.body.scrollWidth]")
    assert wide[0] > wide[1]
    assert wide[2] <= 390
    page.set_viewport_size({"width": 1280, "height": 844})


def test_nothing_hostile_came_alive(page: Page) -> None:
    assert page.locator("body [class^=fn-] :is(script, img, iframe, style, b)").count() == 0
    assert (
        page.locator("body [class^=fn-] a:not(.fn-marker, .fn-open, .fn-reader-word)").count() == 0
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_of_answer_is_accessible_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    assert_accessible(page)
    page.locator(".fn-answer .fn-marker").nth(4).click()
    expect(page.locator("#fn-opened").first).to_be_in_viewport()
    assert_accessible(page)
    page.keyboard.press("Escape")
