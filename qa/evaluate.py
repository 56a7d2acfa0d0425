"""How good the answers are, and how sure that is.

python -m qa.evaluate QUESTIONS… [--documents DIR] [--answerer NAME] [--per-article] [--out DIR]
                      [--sample N] [--baseline RESULT.json]
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from corpus.command import run_command
from corpus.document import Corpus
from corpus.folder import load_documents
from index.progress import ProgressBar
from index.settings import Settings, read_settings
from qa.answer import Answer, Question
from qa.evaluation.intervals import Rows, RowsBuilder, compare, estimate, reliability, risk_coverage
from qa.evaluation.metrics import AMOUNTS, OUTCOMES, VERSION, find_outcome, measure
from qa.evaluation.question_sets import GoldQuestion, QuestionGroup, QuestionSet, read_question_sets
from qa.evaluation.report import write_report
from qa.evaluation.runs import (
    ANSWERS,
    REPORT,
    RESULT,
    EvaluationError,
    count_answers,
    default_folder,
    describe_run,
    open_folder,
    read_baseline,
    write_whole,
)

ALL = "all questions"


class Answering(Protocol):
    """The seam: what answers the questions. `Pipeline` is one."""

    def invoke(self, input: Question) -> Answer:
        """Return the whole answer."""
        ...


Build = Callable[[QuestionGroup], Answering]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with its result, what it was answered from, and what became of it."""

    set: str
    gold: GoldQuestion
    result: Mapping[str, Any]
    documents: Mapping[str, Any]
    outcome: str
    right: float


def ask_all(sets: Sequence[QuestionSet], build: Build, path: Path) -> None:
    """Answer all questions that have no line in `path` yet, appending one for each."""
    done = count_answers(path)
    total = sum(s.count for s in sets)
    pause = 0.5 if sys.stderr.isatty() else 30  # seconds between two states of the bar
    bar = tqdm(total=total, initial=min(done, total), desc="questions", mininterval=pause)
    everything = ((group, gold) for s in sets for group in s.groups for gold in group.questions)
    current = None
    with bar, path.open("a", encoding="utf-8") as answers:
        for group, gold in islice(everything, done, None):
            if group is not current:
                pipeline, current = build(group), group
            line = pipeline.invoke(gold.question).to_json()
            answers.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
            answers.flush()
            bar.update()


def judge_all(sets: Sequence[QuestionSet], path: Path, builder: RowsBuilder) -> Iterator[Judged]:
    """Yield every question with its result from `path`, adding its row to `builder`.

    Raises:
        EvaluationError: the results are not those of these questions.
    """
    with path.open(encoding="utf-8") as lines:
        for s in sets:
            for group in s.groups:
                documents = {document.doc: document for document in group.corpus.documents}
                texts = {doc: document.text for doc, document in documents.items()}
                for gold in group.questions:
                    result = json.loads(next(lines, "{}"))
                    if result.get("id") != gold.question.id:
                        raise EvaluationError(
                            f"{str(path)!r}: expected the answer to {gold.question.id!r}, found "
                            f"{result.get('id')!r}; ask again with --fresh"
                        )
                    means, right = measure(gold, result, texts)
                    outcome = find_outcome(gold, result, right)
                    labels = (gold.question.id, s.name, gold.type, outcome)
                    builder.add(labels, means, result, gold.answerable)
                    yield Judged(s.name, gold, result, documents, outcome, right)


def _metrics(rows: Rows) -> dict[str, Any]:
    return {"n": len(rows.ids), "metrics": {k: asdict(e) for k, e in estimate(rows).items()}}


def summarise(rows: Rows) -> dict[str, Any]:
    """Return every estimate of the rows, by type too, and what the plots show."""
    types = sorted(set(rows.types.tolist()))
    return _metrics(rows) | {
        "by_type": {t: _metrics(rows.where(rows.types == t)) for t in types},
        "outcomes": {name: int((rows.outcomes == name).sum()) for name in OUTCOMES},
        "reliability": reliability(rows),
        "risk_coverage": risk_coverage(rows),
    }


def evaluate(
    sets: Sequence[QuestionSet], build: Build, out: Path, run: Mapping[str, Any],
    baseline: Rows | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Ask, judge, and write `answers.jsonl`, `result.json` and `report.html` into `out`.

    `open_folder` has made `out` ready for `run`, which `describe_run` made; `baseline` has the rows
    of an earlier run of the same questions. Returns what `result.json` holds.
    """
    ask_all(sets, build, out / ANSWERS)
    builder = RowsBuilder()
    for _ in judge_all(sets, out / ANSWERS, builder):
        pass
    rows = builder.build()
    parts = {ALL: rows} if len(sets) > 1 else {}
    parts |= {s.name: rows.where(rows.sets == s.name) for s in sets}
    changes = compare(baseline, rows) if baseline else {}
    result = {
        "version": VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "run": dict(run),
        "sets": {name: summarise(part) for name, part in parts.items()},
        "changes": {name: asdict(change) for name, change in changes.items()},
        "columns": builder.to_json(),
    }
    write_whole(out / RESULT, json.dumps(result, ensure_ascii=False, allow_nan=False))
    write_report(out / REPORT, result, judge_all(sets, out / ANSWERS, RowsBuilder()))
    return result


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


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m qa.evaluate",
        description="Ask every question, measure the answers, write result.json, answers.jsonl "
        "and report.html. The same command again goes on where it was interrupted. Exit status: "
        "0 done, 2 bad input, 3 worse than the baseline.",
    )
    parser.add_argument("questions", nargs="+", type=Path, metavar="QUESTIONS",
                        help=".jsonl in the project's schema, or SQuAD 1.1/2.0 .json")  # fmt: skip
    parser.add_argument("--documents", type=Path, metavar="DIR", help="what .jsonl asks about")
    parser.add_argument("--answerer", metavar="NAME", help="extractive (default)")
    parser.add_argument("--per-article", action="store_true", help="SQuAD: a corpus an article")
    parser.add_argument("--sample", type=int, metavar="N", help="N questions of each file, drawn")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: a folder of its own")
    parser.add_argument("--fresh", action="store_true", help="replace the run in --out")
    parser.add_argument("--baseline", type=Path, metavar="RESULT.json",
                        help="compare with an earlier result; exit 3 if one measure got worse by "
                        "0.01 or more and its paired 95 %% interval says so")  # fmt: skip
    return parser.parse_intermixed_args(arguments)


def _pipelines(settings: Settings) -> Build:
    """Return what builds the real pipeline of each group."""

    def build(group: QuestionGroup) -> Answering:
        from qa.pipeline import build_pipeline  # loads the models: only once all input is good

        progress = ProgressBar()
        corpus = group.corpus if group.name else None
        pipeline = build_pipeline(settings, corpus, progress, group.name or None)
        progress.close()
        return pipeline

    return build


def run(options: argparse.Namespace, pipelines: Callable[[Settings], Build]) -> int:
    """Do what the command line asks for and return the exit status.

    Raises:
        FootnoteError: bad input; nothing half-written is left.
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
    arguments: Sequence[str] | None = None, pipelines: Callable[[Settings], Build] = _pipelines
) -> int:
    """Run the command line; `pipelines` is where tests put another."""
    options = _parse(arguments)
    return run_command(lambda: run(options, pipelines))


if __name__ == "__main__":
    sys.exit(main())
