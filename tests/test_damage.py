"""Bytes changed over a whole FOOTNOTE_HOME, and disks that fail: nothing wrong, nothing lost."""

import shutil
import subprocess
import sys

import pytest

from tests.support.running import ROOT


def run_sample(benchmark: str, points: int, seed: int) -> None:
    """Run a benchmark that fails where anything came out wrong."""
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{benchmark}", str(points), str(seed)],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "| all |" in ran.stdout


@pytest.mark.slow
def test_a_sample_of_changed_bytes_is_reported_mended_or_without_effect() -> None:
    run_sample("damage", points=60, seed=7)


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"), reason="needs a C compiler and Linux"
)
def test_a_sample_of_failing_disks_loses_nothing_that_was_acknowledged() -> None:
    run_sample("faults", points=28, seed=9)
