import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.folder import SHIPPED
from qa.answer import Answer, Question
from qa.evaluate import main
from qa.evaluation.runs import ANSWERS, REPORT, RESULT, RUN
from tests.support.evaluation import ScriptedPipeline, read_golds, scripted

QUESTIONS = Path("qa/evaluation/questions/trade-tuning.jsonl")
GRADE = Path("../shared/tools/grade.py")
GRADED = {  # grade.py's names and ours, where both measure the same
    "short_hit": "short_hit", "keypoint_recall": "keypoint_recall", "cite_hit": "cite_hit",
    "cite_precision_gold": "citation_precision_gold", "recall5": "recall@5",
    "verbatim": "verbatim", "abstain_far": "abstain_far", "abstain_near": "abstain_near",
    "false_abstain": "false_abstain", "auroc": "AUROC", "ece": "ECE", "selective": "selective",
    "words": "words", "latency_p50_ms": "latency_p50_ms", "latency_p95_ms": "latency_p95_ms",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """Forty questions of all kinds."""
    path = tmp_path / "part.jsonl"
    path.write_text("".join(QUESTIONS.read_text().splitlines(keepends=True)[::5]))
    return path


def run(questions: Path, out: Path, *options: str, **more: Any) -> int:
    return main(
        [str(questions), "--out", str(out), *options], scripted(read_golds([questions]), **more)
    )


def read(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / RESULT).read_text()))


def grade(questions: Path, out: Path) -> dict[str, Any]:
    command = [sys.executable, *map(str, (GRADE, questions, out / ANSWERS, SHIPPED)), "--json"]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def test_a_run_prints_and_writes_everything(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(part, tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert "right, by type of question" in shown and "nDCG@10" in shown
    result = read(tmp_path / "out")
    summary = result["sets"]["part"]
    assert summary["n"] == sum(summary["outcomes"].values()) == len(result["columns"]["id"])
    assert sum(t["n"] for t in summary["by_type"].values()) == summary["n"]
    lines = (tmp_path / "out" / ANSWERS).read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == result["columns"]["id"]
    assert not list((tmp_path / "out").glob("*.part"))


def test_sets_are_reported_apart_and_together(part: Path, tmp_path: Path) -> None:
    half = tmp_path / "other.jsonl"
    half.write_text("".join(QUESTIONS.read_text().splitlines(keepends=True)[1::10]))
    golds = read_golds([part, half])
    arguments = [str(part), str(half), "--out", str(tmp_path / "out")]
    assert main(arguments, scripted(golds)) == 0
    sets = read(tmp_path / "out")["sets"]
    assert list(sets) == ["all questions", "part", "other"]
    assert sets["all questions"]["n"] == sets["part"]["n"] + sets["other"]["n"]


@pytest.mark.skipif(not GRADE.exists(), reason="../shared/tools/grade.py is not here")
def test_agrees_with_the_grader_of_the_project(tmp_path: Path) -> None:
    assert run(QUESTIONS, tmp_path / "out") == 0
    graded = grade(QUESTIONS, tmp_path / "out")
    ours = read(tmp_path / "out")["sets"][QUESTIONS.stem]
    for theirs, name in GRADED.items():
        expected, found = graded["metrics"][theirs], ours["metrics"][name]
        assert found["n"] == expected["n"], name
        assert found["value"] == pytest.approx(expected["value"], abs=1e-4), name
    for kind, expected in graded["by_type"].items():
        found = ours["by_type"][kind]["metrics"]["right"]
        assert found["value"] == pytest.approx(expected["value"], abs=1e-4), kind


@pytest.mark.slow
def test_unchanged_code_passes_ten_times_of_ten(part: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "first" / RESULT
    assert run(part, tmp_path / "first") == 0
    for i in range(10):
        assert run(part, tmp_path / str(i), "--baseline", str(baseline)) == 0


def test_a_seeded_regression_exits_3(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "first" / RESULT
    assert run(part, tmp_path / "first") == 0
    assert run(part, tmp_path / "second", "--baseline", str(baseline), turned=True) == 3
    assert "REGRESSION" in capsys.readouterr().out
    changes = read(tmp_path / "second")["changes"]
    assert changes["MRR"]["regression"] and not changes["right"]["worse"]
    better = tmp_path / "second" / RESULT
    assert run(part, tmp_path / "third", "--baseline", str(better)) == 0


def test_a_baseline_from_before_a_metric_was_added_is_compared_in_the_others(
    part: Path, tmp_path: Path
) -> None:
    baseline = tmp_path / "first" / RESULT
    assert run(part, tmp_path / "first") == 0
    result = read(tmp_path / "first")
    del result["columns"]["MRR"]
    baseline.write_text(json.dumps(result))
    assert run(part, tmp_path / "second", "--baseline", str(baseline), turned=True) == 3
    changes = read(tmp_path / "second")["changes"]
    assert "hit@1" in changes and "MRR" not in changes


class StopsAfter(ScriptedPipeline):
    """Is interrupted after so many questions."""

    left = 7

    def invoke(self, input: Question) -> Answer:
        if type(self).left == 0:
            raise KeyboardInterrupt
        type(self).left -= 1
        return super().invoke(input)


def test_interrupt_and_resume(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    StopsAfter.left = 7
    assert run(part, out, kind=StopsAfter) == 130
    assert sorted(p.name for p in out.iterdir()) == [".lock", ANSWERS, RUN]
    with (out / ANSWERS).open("a") as answers:
        answers.write('{"id": "half a li')  # as a kill leaves it
    (out / ".report.html.part").touch()
    asked: list[str] = []

    class Listens(ScriptedPipeline):
        def invoke(self, input: Question) -> Answer:
            asked.append(input.id)
            return super().invoke(input)

    assert run(part, out, kind=Listens) == 0
    ids = read(out)["columns"]["id"]
    assert asked == ids[7:]
    assert run(part, tmp_path / "whole") == 0
    whole, resumed = read(tmp_path / "whole"), read(out)
    assert whole["sets"] == resumed["sets"] and whole["columns"] == resumed["columns"]
    assert run(part, out, kind=Listens) == 0 and len(asked) == len(ids) - 7  # nothing asked again


def test_a_folder_of_another_run_is_refused_and_kept(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(part, out) == 0
    before = (out / RESULT).read_bytes()
    other = tmp_path / "other.jsonl"
    other.write_text("".join(part.read_text().splitlines(keepends=True)[:9]))
    capsys.readouterr()
    assert run(other, out) == 2
    shown = capsys.readouterr()
    assert "contains another run: it differs in questions" in shown.err and shown.out == ""
    assert (out / RESULT).read_bytes() == before
    assert run(other, out, "--fresh") == 0 and len(read(out)["columns"]["id"]) == 9


def test_a_folder_with_other_files_is_refused_even_afresh(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").touch()
    assert run(part, tmp_path / "out", "--fresh") == 2
    assert "'thesis.txt'" in capsys.readouterr().err
    assert run(part, part) == 2  # a file


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": 0}, "of version 0 of the measures"),
        ({"run": {"questions": "else"}}, "covers other questions"),
        ({"columns": {}}, "is not the result of an evaluation"),
        ({"run": None}, "is not the result of an evaluation"),
        ({"columns": {"id": [1], "set": []}}, "columns are of different lengths"),
    ],
)
def test_baselines_that_do_not_fit_are_refused(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Any, says: str
) -> None:
    assert run(part, tmp_path / "out") == 0
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps(read(tmp_path / "out") | change))
    capsys.readouterr()
    assert run(part, tmp_path / "new", "--baseline", str(baseline)) == 2
    shown = capsys.readouterr()
    assert says in shown.err and shown.out == "" and not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "options",
    [["none.jsonl"], ["--documents", "none"], ["--baseline", "none"], ["--answerer", "x"]],
)
def test_bad_input_exits_2_and_leaves_nothing(
    part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    out = tmp_path / "out"
    assert main([str(part), "--out", str(out), *options], scripted({})) == 2
    shown = capsys.readouterr()
    assert shown.err.strip() and "Traceback" not in shown.err and shown.out == ""
    assert not out.exists()


@pytest.mark.slow
def test_ten_thousand_questions_in_constant_memory(tmp_path: Path) -> None:
    """What grows: the ids, two numbers a measure and the columns of the result, a few kB each."""
    command = [sys.executable, "tests/support/evaluation.py"]
    peaks = []
    for n in ("1000", "10000"):
        done = subprocess.run([*command, n, str(tmp_path)], check=True, capture_output=True,
                              env=os.environ | {"PYTHONPATH": "."})  # fmt: skip
        peaks.append(float(done.stdout.splitlines()[-1]))
        assert (tmp_path / f"out{n}" / REPORT).stat().st_size < 15_000_000
    assert peaks[1] - peaks[0] < 100, peaks
