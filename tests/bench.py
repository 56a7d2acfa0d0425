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

ROOT = Path(__file__).parent.parent
RUNS = 3
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


def main() -> None:
    """Measure and print a table."""
    first_index: list[float] = []
    first_answer: list[float] = []
    asked: list[float] = []
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
    rows = [
        ("ask in process, p50", median(asked) * 1e3, "ms", 60),
        ("process start to first answer", median(first_answer), "s", 10),
        ("first index, from process start", median(first_index), "s", 15),
        ("resident memory after answering", median(resident) / 1e9, "GB", 1.3),
        ("resident memory, peak", median(peak) / 1e9, "GB", None),
    ]
    print(f"shipped corpus, medians of {RUNS} runs")  # noqa: T201
    for name, value, unit, most in rows:
        limit = f"at most {most} {unit}" if most else ""
        over = "OVER" if most and value > most else ""
        print(f"{name:34}{value:8.2f} {unit:4}{limit:18}{over}")  # noqa: T201


if __name__ == "__main__":
    main()
