"""An evaluation in a background thread, with progress and cancellation."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.document import Corpus
from index.settings import Settings
from qa.answer import Answer, Question
from qa.background import BackgroundQueue
from qa.evaluation.evaluation import evaluate
from qa.evaluation.intervals import compare
from qa.evaluation.question_sets import read_question_sets
from qa.evaluation.runs import (
    ANSWERS,
    FOLDER,
    REPORT,
    RESULT,
    EvaluationError,
    count_answers,
    default_folder,
    describe_run,
    open_folder,
    read_baseline,
)
from qa.pipeline import Pipeline

CANCELLED = "Cancelled. Run it again to continue from here."


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A finished evaluation on disk."""

    folder: Path
    created: str
    questions: int
    answerer: str

    @property
    def report(self) -> Path:
        """The path of its report."""
        return self.folder / REPORT

    def label(self) -> str:
        """Return its label for display."""
        when = self.created[:16].replace("T", " ")
        return f"{self.folder.name}: {self.questions:,} questions, {self.answerer}, {when}"


def _read_run(path: Path) -> KeptRun | None:
    """Return the evaluation of a `result.json`; None if it is not one, or of an older version."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        count = len(kept["columns"]["id"])
        return KeptRun(path.parent, kept["created"], count, kept["run"]["answerer"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def kept_runs(home: Path) -> list[KeptRun]:
    """Return the finished evaluations, latest first."""
    runs = [_read_run(path) for path in (home / FOLDER).glob(f"*/{RESULT}")]
    return sorted((run for run in runs if run), key=lambda run: run.created, reverse=True)


def compare_runs(before: KeptRun, after: KeptRun) -> Mapping[str, Mapping[str, Any]]:
    """Return the change of each measure, with its paired interval.

    Raises:
        EvaluationError: they do not cover the same questions.
    """
    run = json.loads((after.folder / RESULT).read_text("utf-8"))["run"]
    rows = [read_baseline(kept.folder / RESULT, run) for kept in (before, after)]
    return {name: asdict(change) for name, change in compare(rows[0], rows[1]).items()}


class BackgroundRun:
    """A running evaluation: `done` of `total` questions are answered."""

    def __init__(self, pipeline: Pipeline, paths: Sequence[Path], settings: Settings) -> None:
        """Start it."""
        self.done, self.total = 0, 0
        self._cancelled = False
        self._pipeline = pipeline
        queue = BackgroundQueue("evaluation")
        self.folder: Future[Path] = queue.submit("", self._run, paths, settings)
        queue.close(wait=False)

    def _run(self, paths: Sequence[Path], settings: Settings) -> Path:
        corpus = Corpus(tuple(self._pipeline.documents.values()))
        sets = read_question_sets(paths, lambda: corpus)
        self.total = sum(s.count for s in sets)
        run = describe_run(sets, corpus, settings) | {"answerer": self._pipeline.answerer.name}
        out = default_folder(settings.home, sets, run)
        with open_folder(out, run):
            self.done = min(count_answers(out / ANSWERS), self.total)
            evaluate(sets, lambda group: self, out, run)
        return out

    def invoke(self, question: Question) -> Answer:
        """Answer a question of the evaluation, counting it."""
        if self._cancelled:
            raise EvaluationError(CANCELLED)
        answer = self._pipeline.invoke(question)
        self.done += 1
        return answer

    def cancel(self) -> None:
        """End it after the current question."""
        self._cancelled = True
