"""Footnote installed from its wheel, beside the packages that the tests run with."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.support.running import ROOT


def packages_in_use() -> list[str]:
    """Return the folders of the packages that this process has."""
    return [path for path in sys.path if path.endswith("site-packages")]


def lend_packages(environment: Path) -> None:
    """Let a virtual environment use the packages that this process has."""
    (site,) = environment.glob("lib/python*/site-packages")
    for old in site.glob("setuptools*"):  # Python 3.11's own stands before what is lent
        shutil.rmtree(old)
    (site / "lent.pth").write_text("\n".join(packages_in_use()), encoding="utf-8")


def build_wheel(folder: Path) -> Path:
    """Build the wheel into an empty folder."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        folder,
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheelhouse: Path, environment: Path) -> Path:
    """Install Footnote by its name from a folder of wheels alone; return where its command is."""
    venv.create(environment)
    lend_packages(environment)
    python = environment / "bin" / "python"
    command: list[str | Path] = [
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index",
        "--find-links", wheelhouse, "footnote-qa",
    ]  # fmt: skip
    # Neither what the machine says of pip nor a network is of any help.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    env |= {"PIP_CONFIG_FILE": os.devnull}
    subprocess.run(command, check=True, capture_output=True, env=env, cwd=environment)
    return environment / "bin" / "footnote"
