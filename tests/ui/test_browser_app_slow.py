"""Stopping an answer as it is written, signing in, and many people at once: in a real Chromium."""

import subprocess
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import expect

from corpus.folder import SHIPPED
from tests.benchmarks.load_pages import visit_all
from tests.support.browser import WAIT, chromium, serve, wait_for_answer
from tests.support.chat_server import Handler, serving

pytestmark = pytest.mark.slow
BOX = "Ask about these documents"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / ".home"


def write_on_and_on(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.say("In 2023, China exported 5.221 million vehicles [1]. ")
    for number in range(1_000):
        handler.say(f"word{number} ")
        sleep(0.1)


def test_a_long_answer_is_stopped_and_what_is_there_is_kept(home: Path, tmp_path: Path) -> None:
    with serving(write_on_and_on) as model:
        settings = {
            "FOOTNOTE_ANSWERER": "openai:slow",
            "FOOTNOTE_JUDGE": "none",
            "OPENAI_API_KEY": "none",
            "no_proxy": "127.0.0.1",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{model.server_port}/v1",
        }
        with serve(home, SHIPPED, tmp_path / "log", **settings) as address, chromium() as browser:
            page = browser.new_page()
            page.set_default_timeout(WAIT)
            page.goto(address)
            box = page.get_by_role("textbox", name=BOX)
            box.fill("How many vehicles did China export in 2023?")
            box.press("Enter")
            expect(page.locator(".fn-answer")).to_contain_text("word3", timeout=WAIT)
            box.fill("Which ports handled the most cargo?")
            box.press("Enter")
            expect(page.locator(".fn-question").last).to_be_in_viewport()
            expect(page.locator(".fn-question")).to_have_count(2)
            expect(page.locator(".fn-notice[role=status]").last).to_contain_text("Waiting")
            stop = page.get_by_role("button", name="Stop")
            stop.last.click()
            expect(page.locator(".fn-error")).to_contain_text("Stopped before anything")
            expect(stop).to_have_count(1)
            stop.click()
            wait_for_answer(page)
            expect(page.locator("body")).to_contain_text("Stopped here.")
            expect(page.locator(".fn-answer")).to_contain_text("5.221 million vehicles")
            assert model.left.wait(30)
            page.reload()
            wait_for_answer(page)
            expect(page.locator("body")).to_contain_text("Stopped here.")
            assert "Traceback" not in (tmp_path / "log").read_text()


def test_where_sign_in_is_configured_nothing_shows_before_it(home: Path, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        '[auth]\nredirect_uri = "http://localhost/oauth2callback"\ncookie_secret = "x"\n'
        'client_id = "footnote"\nclient_secret = "y"\n'
        'server_metadata_url = "http://localhost:9/.well-known/openid-configuration"\n'
    )
    with (
        serve(home, SHIPPED, tmp_path / "log", STREAMLIT_SECRETS_FILES=str(secrets)) as address,
        chromium() as browser,
    ):
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        for place in ("/", "/documents", "/?c=any"):
            page.goto(f"{address}{place}")
            page.get_by_role("button", name="Sign in").wait_for()
            assert page.get_by_role("textbox").count() == 0
            assert page.locator(".fn-title:visible").count() == 0


def test_many_people_at_once(home: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(home, SHIPPED, log) as address:
        port = address.rpartition(":")[2]
        found = subprocess.run(
            ["pgrep", "-f", f"server.port {port}"], capture_output=True, text=True
        )
        load = visit_all(address, int(found.stdout.split()[0]), people=8, seconds=30)
    assert load.faults == []
    assert load.memory[-1] < load.memory[0] + 200 * 1024
    assert "Traceback" not in log.read_text()
