"""Nothing leaves the machine in a whole visit, by command line and by page."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import ROOT


@pytest.mark.slow
def test_no_connection_leaves_during_a_visit(tmp_path: Path) -> None:
    apart = ["unshare", "--net", "--mount"]
    tools = all(map(shutil.which, ("unshare", "ip", "mount")))
    if not tools or subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("may not make a network of its own")
    ran = subprocess.run(
        [*apart, sys.executable, "-m", "tests.support.visit", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    counted = re.search(r"(\d+) packets left; (\d+) of a look-up", ran.stdout)
    assert counted is not None, ran.stdout
    assert counted[1] == "0"
    assert int(counted[2]) > 0
