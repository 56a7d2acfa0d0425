import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa.evaluation.question_sets import SHIPPED_QUESTIONS
from tests.support.running import ROOT

BASELINE = ROOT / "docs" / "eval-baseline.json"


@pytest.mark.slow
def test_answers_are_no_worse_than_the_recorded_ones(tmp_path: Path) -> None:
    """The last recorded result holds: `make eval` on this code finds no measure worse."""
    questions = sorted(SHIPPED_QUESTIONS.glob("*.jsonl"))
    run = subprocess.run(
        [sys.executable, "-m", "qa.evaluate", *map(str, questions)]
        + ["--out", str(tmp_path / "eval"), "--baseline", str(BASELINE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    result = json.loads((tmp_path / "eval" / "result.json").read_text(encoding="utf-8"))
    assert result["changes"], "nothing was compared"
    assert not any(change["regression"] for change in result["changes"].values())
