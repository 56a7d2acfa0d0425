"""What `make bench` prints: how long a person waits, and how much memory it takes.

Each figure is the median of repeated runs on the shipped corpus, beside what it must not exceed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from corpus.folder import SHIPPED
from index.settings import Settings
from qa.answer import Question
from qa.conversations.history import ANYONE, open_history
from qa.pipeline import build_pipeline
from tests.support.browser import WAIT, chromium, serve
from tests.support.running import ROOT

RUNS = 3
OPENINGS = 5
QUESTION = "How many vehicles were exported in 2023?"
FRESH = [
    "What was the total value of foreign trade in 2023?",
    "Which ports handled the most cargo?",
    "How fast did exports of electric passenger vehicles grow?",
    "What is said about trade with the Belt and Road countries?",
    "Why do private enterprises matter for foreign trade?",
    "What measures were taken for the business environment?",
    "How much agricultural produce was imported?",
    "When will China be a trading power?",
    "Who spoke at the press conference?",
    "How did imports from ASEAN develop?",
]
LAST_IN_VIEW = """() => [...document.querySelectorAll(".fn-question")].some(
    (q) => q.textContent.startsWith("99. ") && q.getBoundingClientRect().bottom < innerHeight)"""
IN_PROCESS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from index.settings import Settings
from qa.answer import Question
from qa.pipeline import build_pipeline
pipeline = build_pipeline(Settings(home=Path(sys.argv[1])))
times = []
for text in json.loads(sys.argv[2]):
    started = perf_counter()
    pipeline.invoke(Question(text))
    times.append(perf_counter() - started)
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({"times": times[1:], "rss": int(status["VmRSS"].split()[0]) * 1024,
                  "peak": int(status["VmHWM"].split()[0]) * 1024}))
"""


def run(*command: str) -> tuple[float, str]:
    """Run Python with these arguments; return the seconds it took and what it printed."""
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return perf_counter() - started, done.stdout


def seconds_to_open(store: Path) -> list[float]:
    """Return what a kept conversation of 200 messages takes from its link to its last question."""
    pipeline = build_pipeline(Settings(home=store))
    answers = [pipeline.invoke(Question(text)) for text in FRESH]
    pipeline.index.close()
    kept = open_history(store)
    conversation = kept.start(f"{ANYONE}bench", "200 messages")
    for number in range(100):
        answer = answers[number % len(answers)]
        kept.keep(kept.add(conversation.id, f"{number}. {answer.question}", "extractive"), answer)
    kept.close()
    seconds = []
    with serve(store, SHIPPED, store / "log") as address, chromium() as browser:
        for _ in range(OPENINGS + 1):  # the first warms up
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            started = perf_counter()
            page.goto(f"{address}/?c={conversation.id}", timeout=WAIT)
            page.wait_for_function(LAST_IN_VIEW, timeout=WAIT)
            seconds.append(perf_counter() - started)
            page.context.close()
    return seconds[1:]


def main() -> None:
    """Measure and print a table."""
    first_index: list[float] = []
    first_answer: list[float] = []
    asked: list[float] = []
    opened: list[float] = []
    resident: list[float] = []
    peak: list[float] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as store:
            first_index.append(run("-m", "index", "build", "--store", store)[0])
            first_answer.append(run("-m", "qa", "ask", QUESTION, "--store", store)[0])
            # The first question warms up; the others are asked for the first time.
            measured = json.loads(run("-c", IN_PROCESS, store, json.dumps([QUESTION, *FRESH]))[1])
            asked += measured["times"]
            resident.append(measured["rss"])
            peak.append(measured["peak"])
            if not opened:
                opened = seconds_to_open(Path(store))
    rows = [
        ("ask in process, p50", median(asked) * 1e3, "ms", 60),
        ("process start to first answer", median(first_answer), "s", 10),
        ("first index, from process start", median(first_index), "s", 15),
        ("link to conversation of 200 messages", median(opened), "s", 2),
        ("resident memory after answering", median(resident) / 1e9, "GB", 1.3),
        ("resident memory, peak", median(peak) / 1e9, "GB", None),
    ]
    print(f"shipped corpus, medians of {RUNS} runs")  # noqa: T201
    for name, value, unit, most in rows:
        limit = f"at most {most} {unit}" if most else ""
        over = "OVER" if most and value > most else ""
        print(f"{name:37}{value:8.2f} {unit:4}{limit:18}{over}")  # noqa: T201


if __name__ == "__main__":
    main()
