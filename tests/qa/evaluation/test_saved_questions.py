"""Answers that become test questions, which an evaluation then asks."""

from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from corpus.document import Corpus
from index.settings import Settings
from qa.answer import Question, QuestionError, Turn
from qa.conversations.uploads import is_upload
from qa.evaluation.background_run import CANCELLED, BackgroundRun, compare_runs, kept_runs
from qa.evaluation.question_sets import read_question_sets
from qa.evaluation.runs import EvaluationError
from qa.evaluation.saved_questions import (
    guess_type,
    question_files,
    save_test_question,
    sentences_near,
)
from qa.pipeline import Pipeline

QUESTION = Question("How many vehicles did China export in 2023?", "x", (Turn("user", "Hello"),))


def test_types_are_guessed() -> None:
    assert guess_type(["57.4%"], True) == "factoid_percent"
    assert guess_type(["5 million"], True) == "factoid_number"
    assert guess_type(["Oslo"], True) == "factoid_entity"
    assert guess_type(["5"], False) == "unanswerable_near"


def test_a_saved_question_is_asked_by_the_next_evaluation(
    shipped_pipeline: Pipeline, tmp_path: Path
) -> None:
    documents = shipped_pipeline.documents
    answer = shipped_pipeline.invoke(Question(QUESTION.text))
    near = list(sentences_near(answer, documents))
    cited = [sentence for sentence in near if sentence.cited]
    assert cited and len(near) > len(cited)
    assert all(s.quote in documents[s.doc].text for s in near)
    path = save_test_question(
        tmp_path, "x", QUESTION, "factoid_number", ["5.221 million", " "], cited, documents, "good"
    )
    assert question_files(tmp_path) == [path]
    with pytest.raises(QuestionError, match="already"):
        save_test_question(tmp_path, "x", QUESTION, "factoid_number", ["5"], cited, documents)
    with pytest.raises(QuestionError, match="no evidence"):
        save_test_question(tmp_path, "y", QUESTION, "factoid_number", ["5"], [], documents)
    with pytest.raises(QuestionError, match="neither answers"):
        save_test_question(tmp_path, "y", QUESTION, "list", [], cited, documents)
    save_test_question(tmp_path, "y", QUESTION, "list", ["one", "two"], cited, documents)
    save_test_question(tmp_path, "z", QUESTION, "unanswerable_near", ["5"], cited, documents)
    uploaded = [replace(cited[0], doc="uploads/x")]
    texts = dict(documents) | {"uploads/x": documents[cited[0].doc]}
    other = save_test_question(
        tmp_path, "u", QUESTION, "list", ["one"], uploaded, texts, is_upload=is_upload
    )
    assert other != path
    [questions] = read_question_sets([path], lambda: Corpus(tuple(documents.values())))
    [group] = questions.groups
    golds = list(group.questions)
    assert [gold.question.id for gold in golds] == ["x", "y", "z"]
    assert golds[0].question == QUESTION
    assert golds[1].key_points == (("one",), ("two",))
    assert not golds[2].answerable
    settings = Settings(home=tmp_path)
    done = run(BackgroundRun(shipped_pipeline, [path], settings))
    assert done.folder.exception() is None
    assert (done.done, done.total) == (3, 3)
    [kept] = kept_runs(tmp_path)
    assert kept.folder == done.folder.result()
    assert kept.questions == 3 and "3 questions, extractive" in kept.label()
    assert "<h1>How good the answers are</h1>" in kept.report.read_text("utf-8")
    changes = compare_runs(kept, kept)
    assert changes["right"]["before"] == changes["right"]["after"]
    (kept.folder.parent / "broken").mkdir()
    (kept.folder.parent / "broken" / "result.json").write_text("{}")
    assert kept_runs(tmp_path) == [kept]


def test_a_trial_is_cancelled(shipped_pipeline: Pipeline, tmp_path: Path) -> None:
    documents = shipped_pipeline.documents
    answer = shipped_pipeline.invoke(Question(QUESTION.text))
    cited = [sentence for sentence in sentences_near(answer, documents) if sentence.cited]
    for number in range(30):
        path = save_test_question(
            tmp_path, str(number), QUESTION, "factoid_number", ["5"], cited, documents
        )
    trial = BackgroundRun(shipped_pipeline, [path], Settings(home=tmp_path))
    trial.cancel()
    error = run(trial).folder.exception()
    assert isinstance(error, EvaluationError) and str(error) == CANCELLED
    assert trial.done < 30
    assert kept_runs(tmp_path) == []


def run(trial: BackgroundRun) -> BackgroundRun:
    """Wait for the end of a trial."""
    until = monotonic() + 120
    while not trial.folder.done() and monotonic() < until:
        sleep(0.05)
    return trial
