"""Bytes changed over the whole of FOOTNOTE_HOME: no wrong answer, no crash, no fault."""

import subprocess
import sys

import pytest

from tests.support.running import ROOT


@pytest.mark.slow
def test_a_sample_of_changed_bytes_is_reported_mended_or_without_effect() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.damage", "60", "7"],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "| all |" in ran.stdout
