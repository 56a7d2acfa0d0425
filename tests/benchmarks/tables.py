"""Questions about real tables: `python -m tests.benchmarks.tables DIR` asks and grades them.

`table_questions.jsonl` names the files, with their addresses, and has the questions; DIR holds the
files. Prints the share answered right (in at most 80 words, with the value; what is not in a table
declined), by kind, and the median time.
"""

import argparse
import json
import re
import statistics
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.settings import read_settings
from qa.answer import Answer, Question
from qa.pipeline import build_pipeline

QUESTIONS = Path(__file__).with_name("table_questions.jsonl")
MOST_WORDS = 80
_WORD = re.compile(r"-?\d+(?:\.\d+)?|[^\W\d_]+")


def _words(text: str) -> list[str]:
    """Return the words of a text, numbers without commas and trailing zeros."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"\s*\[\d+\]", " ", text))
    found = _WORD.findall(text.replace("&", " and "))
    return [f"{float(w):g}" if w[-1].isdigit() else w.casefold() for w in found]


def is_right(gold: dict[str, Any], answer: Answer) -> bool:
    """Tell whether an answer has what is asked for, or declines what is not there."""
    if not gold["answerable"]:
        return answer.status == "abstained"
    said = f" {' '.join(_words(answer.answer))} "
    found = [f" {' '.join(_words(g))} " in said for g in gold.get("all") or gold["answers"]]
    held = all(found) if gold.get("all") else any(found)
    return answer.status == "answered" and held and len(answer.answer.split()) <= MOST_WORDS


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tables")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    pipeline = build_pipeline(replace(read_settings(), documents=folder))
    asked, right, times = Counter[str](), Counter[str](), []
    for gold in (line for line in lines if "question" in line):
        answer = pipeline.invoke(Question(gold["question"]))
        asked[gold["type"]] += 1
        right[gold["type"]] += is_right(gold, answer)
        times.append(answer.latency_ms)
        if not is_right(gold, answer):
            print(f"wrong: {gold['question']} {answer.answer[:100]!r}")
    for kind, count in asked.items():
        print(f"{kind:24}{right[kind]:4} of {count}")
    total = sum(asked.values())
    print(f"{'all':24}{sum(right.values()):4} of {total} = {sum(right.values()) / total:.3f}")
    print(f"median {statistics.median(times):.0f} ms")


if __name__ == "__main__":
    main()
