"""An evaluation from its questions to its report."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.evaluation.gold import QuestionSet
from qa.evaluation.intervals import Rows, RowsBuilder, compare, estimate, reliability, risk_coverage
from qa.evaluation.judging import Build, ask_all, judge_all
from qa.evaluation.metrics import OUTCOMES, VERSION
from qa.evaluation.report import write_report
from qa.evaluation.runs import ANSWERS, REPORT, RESULT, write_whole

ALL = "all questions"


def _metrics(rows: Rows) -> dict[str, Any]:
    return {"n": len(rows.ids), "metrics": {k: asdict(e) for k, e in estimate(rows).items()}}


def summarise(rows: Rows) -> dict[str, Any]:
    """Return all estimates of the rows, also by type, and the data of the plots."""
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

    `open_folder` has prepared `out` for `run`, which comes from `describe_run`; `baseline` has the
    rows of an earlier run of the same questions. Returns the content of `result.json`.
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
