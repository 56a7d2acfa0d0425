"""A real server over hostile documents, and a real Chromium in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from corpus.folder import SHIPPED
from tests.support.running import ROOT

WAIT = 180_000  # milliseconds; machines that run tests are often busy
expect.set_options(timeout=30_000)

HOSTILE_TITLE = '<img src=x onerror="alert(1)"> **Bold** [link](http://evil.example/t) $x$ :smile:'
HOSTILE_HEADING = (
    '<script>alert("heading")</script> Walrus ![pixel](http://evil.example/h.png) *weights*'
)
HOSTILE_SENTENCE = (
    'The zoo walrus <script>alert("text")</script> weighs <b>nineteen</b> tonnes, $x^2$ and $y$, '
    "![pixel](http://evil.example/p.png) [link](http://evil.example/l) "
    '<img src="http://evil.example/i.png" onerror="alert(2)"> </div></span> &lt;i&gt; said the '
    "keeper."
)
HOSTILE = f"""# {HOSTILE_HEADING}

{HOSTILE_SENTENCE} The keeper feeds it clams and mussels twice a day at the northern pool.

<style>body {{ display: none }}</style> <iframe src="http://evil.example/f"></iframe>
"""
HOSTILE_QUESTION = "How many tonnes does the zoo walrus weigh?"


def write_documents(folder: Path) -> Path:
    """Put the shipped texts, a hostile document and an unreadable one into `folder`."""
    shutil.copytree(SHIPPED, folder)
    (folder / "hostile.md").write_text(HOSTILE, encoding="utf-8")
    (folder / "broken.txt").write_bytes(b" \n")
    with (folder / "sources.toml").open("a", encoding="utf-8") as sources:
        sources.write(f"\n[hostile]\ntitle = '''{HOSTILE_TITLE}'''\npublisher = '<i>me</i>'\n")
    return folder


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    home: Path, documents: Path, log: Path, app: str = "app.py", **variables: str
) -> Iterator[str]:
    """Run the chat window, or another `app`, on a free port; yield its address."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
    env |= {"FOOTNOTE_HOME": str(home), "FOOTNOTE_DOCUMENTS": str(documents)} | variables
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output) as server,
    ):
        address = f"http://localhost:{port}"
        try:
            wait_until_healthy(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a page's server answers; fail when it ends before."""
    deadline = time.monotonic() + WAIT / 1000
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the chat window did not start: exit status {server.poll()!r}")


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Run Debian's Chromium where there is one, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", *flags]
        )
        yield browser
        browser.close()


@contextmanager
def watched_page(
    browser: Browser, address: str, width: int = 1280, landmark: str = "[data-testid=stChatInput]"
) -> Iterator[Page]:
    """Open the chat window in a fresh session; fail when it reaches elsewhere or opens a box.

    What the page's own headers forbid it counts as reaching elsewhere.
    """
    context = browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    strange: list[str] = []
    own = (address, address.replace("http", "ws"), "data:", "blob:")

    def watch(url: str) -> None:
        if not url.startswith(own):
            strange.append(url)

    def refused_by_policy(said: str) -> None:
        if "Content Security Policy" in said:
            strange.append(said)

    def refuse(dialog: Dialog) -> None:
        strange.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: watch(request.url))
    page.on("websocket", lambda websocket: watch(websocket.url))
    page.on("dialog", refuse)
    page.on("pageerror", lambda e: strange.append(str(e)))
    page.on("console", lambda said: refused_by_policy(said.text))
    page.goto(address)
    page.locator(landmark).first.wait_for()
    yield page
    context.close()
    assert strange == []


def ask(page: Page, question: str) -> None:
    """Type a question, send it by key, and wait until its answer stands."""
    number = page.locator(".fn-question").count() + 1
    box = page.get_by_role("textbox", name="Ask about these documents")
    box.fill(question)
    box.press("Enter")
    wait_for_answer(page, number)


def wait_for_answer(page: Page, number: int = 1) -> None:
    """Wait until the answer, decline or error of exchange `number` is drawn whole."""
    page.wait_for_function(
        "n => document.querySelectorAll('.fn-answer, .fn-error').length >= n"
        " && !document.querySelector('[data-testid=stSpinner], [data-stale=true],"
        " [class*=st-key-stop-]')"
        " && document.querySelector('[data-test-script-state=notRunning]')",
        arg=number,
    )


def _findings(page: Page) -> list[tuple[str, str, str]]:
    return [
        (v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"][:300])
        for v in Axe().run(page).response["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def assert_accessible(page: Page) -> None:
    """Fail on a serious or critical finding of axe-core, light or dark, or sideways scrolling.

    What axe finds while a theme or a dialog is only half drawn does not count: it looks again.
    """
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.wait_for_function(
            "s => getComputedStyle(document.querySelector('.stApp')).colorScheme === s", arg=scheme
        )
        looks = 5
        while (found := _findings(page)) and (looks := looks - 1):
            page.wait_for_timeout(500)
        assert not found, (scheme, found)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth - innerWidth") <= 0, page.url
