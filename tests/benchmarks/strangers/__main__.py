"""Answers about strangers' documents, judged by hand.

    python -m tests.benchmarks.strangers DIR [--part first] [--source NAME] [--judged FILE] [--all]

DIR holds what `sources.json` names, fetched at those commits. Every question is asked of its own
source. An answer is judged once: `judgements.jsonl` keeps the verdict with a digest of the answer's
text. Answers not judged yet are printed, with what a right one says; FILE has a line `ID VERDICT`
for each of them (right, partly, wrong), and is taken over. `--all` prints every answer.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

from index.settings import Settings, read_settings
from qa.answer import Answer, Question
from qa.pipeline import Pipeline, build_pipeline

HERE = Path(__file__).parent
JUDGEMENTS = HERE / "judgements.jsonl"
VERDICTS = ("right", "partly", "wrong")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def digest(answer: Answer) -> str:
    """Return what tells an answer from another of the same question."""
    return hashlib.sha256(answer.answer.encode()).hexdigest()[:12]


def open_source(settings: Settings, root: Path, files: str, folder: Path) -> Pipeline:
    """Return a pipeline of one source: a folder of DIR, or one of its files alone."""
    path = root / files
    if path.is_file():
        shutil.copy(path, folder)
    else:
        shutil.copytree(path, folder, dirs_exist_ok=True)
    fields = {"documents": folder}
    return build_pipeline(Settings(**{**_fields(settings), **fields}))


def _fields(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


def ask(root: Path, part: str, source: str) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Yield the questions of a part with their answers."""
    by_source = defaultdict(list)
    for line in read_lines(HERE / f"{part}.jsonl"):
        by_source[line["source"]].append(line)
    sources = json.loads((HERE / "sources.json").read_text(encoding="utf-8"))
    for name, lines in by_source.items():
        if source not in ("", name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            inside = Path(folder) / name
            inside.mkdir()
            pipeline = open_source(read_settings(), root, sources[name]["files"], inside)
            for line in lines:
                yield line, pipeline.invoke(Question(line["question"], line["id"]))


def report(asked: list[tuple[dict[str, Any], Answer, str | None]]) -> None:
    """Print the shares of verdicts, and how sure right and wrong answers were."""
    answerable = [(a, v) for line, a, v in asked if line["answerable"]]
    near = [a.status == "abstained" for line, a, _ in asked if not line["answerable"]]
    count = {v: sum(w == v for _, w in answerable) for v in (*VERDICTS, "declined", None)}
    n = len(answerable) or 1
    for verdict, number in count.items():
        print(f"{verdict or 'not judged':12}{number:4d} of {n}  {number / n:.2f}")
    print(f"{'near misses declined':22}{sum(near)} of {len(near)}")
    for verdict in ("right", "wrong"):
        sure = [a.confidence for a, v in answerable if v == verdict]
        print(f"confidence where {verdict}: {mean(sure) if sure else 0:.2f}")
    print(f"median latency {median(a.latency_ms for _, a, _ in asked):.0f} ms")


def main() -> None:
    """Ask, take over judgements, print what is to judge and the result."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.strangers")
    parser.add_argument("root", type=Path, metavar="DIR")
    parser.add_argument("--part", default="first")
    parser.add_argument("--source", default="")
    parser.add_argument("--judged", type=Path, metavar="FILE")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    kept = read_lines(JUDGEMENTS) if JUDGEMENTS.exists() else []
    known = {(line["id"], line["answer"]): line["verdict"] for line in kept}
    given = dict(map(str.split, options.judged.read_text().splitlines())) if options.judged else {}
    asked: list[tuple[dict[str, Any], Answer, str | None]] = []
    for line, answer in ask(options.root, options.part, options.source):
        key = line["id"], digest(answer)
        if line["id"] in given and key not in known:
            known[key] = given[line["id"]]
            with JUDGEMENTS.open("a", encoding="utf-8") as out:
                record = {"id": key[0], "answer": key[1], "verdict": known[key]}
                print(json.dumps(record), file=out)
        verdict = "declined" if answer.status == "abstained" else known.get(key)
        if not line["answerable"] and answer.status == "answered":
            verdict = "wrong"
        if options.all or verdict is None:
            print(f"{line['id']} {verdict} [{answer.confidence:.2f}] {line['question']}")
            print(f"    gold: {line['gold']}\n    {answer.answer}")
        asked.append((line, answer, verdict))
    report(asked)


if __name__ == "__main__":
    main()
