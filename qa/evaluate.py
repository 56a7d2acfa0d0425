"""Evaluation of answers, with confidence intervals.

python -m qa.evaluate QUESTIONS… [--documents DIR] [--answerer NAME] [--per-article] [--out DIR]
                      [--sample N] [--baseline RESULT.json]
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.command import run_command
from corpus.document import Corpus
from corpus.folder import load_documents
from index.progress import ProgressBar
from index.settings import Settings, read_settings
from qa.evaluation.evaluation import evaluate
from qa.evaluation.gold import QuestionGroup
from qa.evaluation.judging import Answering, Build
from qa.evaluation.metrics import AMOUNTS
from qa.evaluation.question_sets import read_question_sets
from qa.evaluation.runs import (
    REPORT,
    default_folder,
    describe_run,
    open_folder,
    read_baseline,
)


def _amount(name: str, value: float) -> str:
    return f"{value:9.1f}" if name in AMOUNTS else f"{value:9.3f}"


def print_result(result: Mapping[str, Any]) -> None:
    """Print the tables of a result."""
    for name, part in result["sets"].items():
        print(f"\n{name}: {part['n']} questions\n{'':38}{'value':>9}  {'95 % interval':>20}      n")
        for metric, e in part["metrics"].items():
            low, high = _amount(metric, e["low"]), _amount(metric, e["high"])
            print(f"{metric:38}{_amount(metric, e['value'])}  {low} …{high}  {e['n']:5d}")
        print("  right, by type of question")
        for kind, by_type in part["by_type"].items():
            e = by_type["metrics"]["right"]
            print(f"  {kind:36}{e['value']:9.3f}  {e['low']:9.3f} …{e['high']:9.3f}  {e['n']:5d}")
    if result["changes"]:
        print(f"\nchange against the baseline\n{'':38}{'before':>9}{'after':>9}   95 % of change")
    for metric, c in result["changes"].items():
        mark = "REGRESSION" if c["regression"] else "worse" if c["worse"] else ""
        both = _amount(metric, c["before"]) + _amount(metric, c["after"])
        span = f"{_amount(metric, c['low'])} …{_amount(metric, c['high'])}"
        print(f"{metric:38}{both}  {span}  {mark}")


def _parse(arguments: Sequence[str] | None, program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Ask every question, measure the answers, write result.json, answers.jsonl "
        "and report.html. Repeating the command resumes an interrupted run. Exit status: "
        "0 done, 2 bad input, 3 worse than the baseline.",
        epilog="example: %(prog)s questions.jsonl --documents ~/reports --out result",
    )
    parser.add_argument("questions", nargs="+", type=Path, metavar="QUESTIONS",
                        help=".jsonl in the project's schema, or SQuAD 1.1/2.0 .json")  # fmt: skip
    parser.add_argument(
        "--documents", type=Path, metavar="DIR", help="the documents of .jsonl questions"
    )
    parser.add_argument("--answerer", metavar="NAME", help="extractive (default)")
    parser.add_argument("--per-article", action="store_true", help="SQuAD: one corpus per article")
    parser.add_argument("--sample", type=int, metavar="N", help="N questions drawn from each file")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: a folder of its own")
    parser.add_argument("--fresh", action="store_true", help="replace the run in --out")
    parser.add_argument("--baseline", type=Path, metavar="RESULT.json",
                        help="compare with an earlier result; exit 3 if a measure got worse by "
                        "0.01 or more and its paired 95 %% interval excludes 0")  # fmt: skip
    return parser.parse_intermixed_args(arguments)


def _pipelines(settings: Settings) -> Build:
    """Return the factory of the real pipeline of each group."""

    def build(group: QuestionGroup) -> Answering:
        from qa.pipeline import build_pipeline  # loads the models: only once all input is good

        progress = ProgressBar()
        corpus = group.corpus if group.name else None
        pipeline = build_pipeline(settings, corpus, progress, group.name or None)
        progress.close()
        return pipeline

    return build


def run(options: argparse.Namespace, pipelines: Callable[[Settings], Build]) -> int:
    """Run the evaluation of the command line and return the exit status.

    Raises:
        FootnoteError: the input is invalid; no incomplete file is left.
    """
    given = {"documents": options.documents, "answerer": options.answerer}
    settings = replace(read_settings(), **{k: v for k, v in given.items() if v})
    loaded: list[Corpus] = []

    def load() -> Corpus:
        loaded.append(load_documents(settings.documents))
        print(*loaded[0].problems, sep="\n", end="\n" * bool(loaded[0].problems), file=sys.stderr)
        return loaded[0]

    sets = read_question_sets(options.questions, load, options.per_article, options.sample)
    for warning in (line for s in sets for line in s.warnings):
        print(warning, file=sys.stderr)
    about = describe_run(sets, loaded[0] if loaded else None, settings)
    baseline = read_baseline(options.baseline, about) if options.baseline else None
    out = options.out or default_folder(settings.home, sets, about)
    with open_folder(out, about, options.fresh):
        result = evaluate(sets, pipelines(settings), out, about, baseline)
    print_result(result)
    print(f"\n{out / REPORT}")
    return 3 if any(c["regression"] for c in result["changes"].values()) else 0


def main(
    arguments: Sequence[str] | None = None,
    pipelines: Callable[[Settings], Build] = _pipelines,
    program: str = "python -m qa.evaluate",
) -> int:
    """Run the command line under the name `program`; tests pass another `pipelines`."""
    options = _parse(arguments, program)
    return run_command(lambda: run(options, pipelines))


if __name__ == "__main__":
    sys.exit(main())
