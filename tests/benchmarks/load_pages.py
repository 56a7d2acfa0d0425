"""Many people at once: `python -m tests.benchmarks.load_pages ADDRESS PID [PEOPLE] [SECONDS]`.

Each opens a conversation of their own in a browser context of their own and goes on asking. Prints
how many answers came, how long they took, and the server's memory; fails on an answer to another's
question, an error on the page, or memory that goes on growing.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic

from playwright.sync_api import Page

from tests.support.browser import chromium

QUESTIONS = {
    "How many vehicles did China export in 2023?": "5.221",
    "What was the export volume of electric passenger vehicles?": "1.773",
    "By how much did the exports of Northeast China increase?": "Northeast",
}
BOX = "Ask about these documents"


@dataclass
class Load:
    """What came of it: seconds of each answer, kilobytes of the server over time."""

    seconds: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return one line for a person."""
        return (
            f"{len(self.seconds)} answers, median {median(self.seconds):.1f} s, "
            f"longest {max(self.seconds):.1f} s; {len(self.faults)} faults; memory "
            f"{self.memory[0] // 1024:,} MB after the first round, {self.memory[-1] // 1024:,} MB "
            "at the end"
        )


def memory_of(pid: int) -> int:
    """Return the kilobytes a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def visit_all(address: str, pid: int, people: int, seconds: float) -> Load:
    """Have `people` ask in turns, nobody waiting for another, for a while."""
    load = Load()
    questions = list(QUESTIONS)
    with chromium() as browser:
        pages: list[Page] = []
        for _ in range(people):
            page = browser.new_context(base_url=address).new_page()
            page.set_default_timeout(240_000)
            page.goto("/")
            pages.append(page)
        for page in pages:
            page.get_by_role("textbox", name=BOX).wait_for()
        until, turn = monotonic() + seconds, 0
        while monotonic() < until or len(load.memory) < 2:
            started = monotonic()
            asked = [questions[(turn + number) % len(questions)] for number in range(people)]
            for page, question in zip(pages, asked, strict=True):
                box = page.get_by_role("textbox", name=BOX)
                box.fill(question)
                box.press("Enter")
            turn += 1
            for page, question in zip(pages, asked, strict=True):
                answer = page.locator(".fn-answer").nth(turn - 1)
                answer.wait_for()
                load.seconds.append(monotonic() - started)
                heading = page.locator(".fn-question").nth(turn - 1).inner_text()
                if heading != question or QUESTIONS[question] not in answer.inner_text():
                    load.faults.append(f"{question!r} under {heading!r}: {answer.inner_text()!r}")
                if page.locator(".fn-error, [data-testid=stException]").count():
                    load.faults.append(page.locator(".fn-error").all_inner_texts().__repr__())
            load.memory.append(memory_of(pid))
            if turn == 8:  # a page shows the last ten only: begin anew
                for page in pages:
                    page.get_by_role("button", name="New conversation").click()
                    page.locator(".fn-intro").wait_for()
                turn = 0
    return load


def main() -> None:
    """Read the arguments, load the page, print what came of it."""
    address, pid, *rest = sys.argv[1:]
    people, seconds = (int(rest[0]) if rest else 20), (float(rest[1]) if rest[1:] else 120.0)
    load = visit_all(address, int(pid), people, seconds)
    sys.stdout.write(f"{people} people: {load.summary()}\n")
    sys.exit(bool(load.faults))


if __name__ == "__main__":
    main()
