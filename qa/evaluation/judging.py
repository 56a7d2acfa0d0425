"""Asks every question of some sets, and grades each result."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from qa.answer import Answer, Question
from qa.evaluation.gold import GoldQuestion, QuestionGroup, QuestionSet
from qa.evaluation.intervals import RowsBuilder
from qa.evaluation.metrics import find_outcome, measure
from qa.evaluation.runs import EvaluationError, count_answers


class Answering(Protocol):
    """The protocol of what answers the questions, such as `Pipeline`."""

    def invoke(self, input: Question) -> Answer:
        """Return the whole answer."""
        ...


Build = Callable[[QuestionGroup], Answering]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with its result, its documents, and its outcome."""

    set: str
    gold: GoldQuestion
    result: Mapping[str, Any]
    documents: Mapping[str, Any]
    outcome: str
    right: float


def ask_all(sets: Sequence[QuestionSet], build: Build, path: Path) -> None:
    """Answer all questions without a line in `path`, appending one for each."""
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
        EvaluationError: the results belong to other questions.
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
