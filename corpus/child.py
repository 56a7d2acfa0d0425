"""Processes of our own: modules run apart from this one, with pipes to and from them."""

import subprocess
import sys
from typing import IO

from corpus.installation import ROOT


def start_child(
    module: str, *arguments: str, stderr: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Run a module of this project, with its arguments, in a process of its own.

    It writes no bytecode, and its standard input and output are pipes.
    """
    return subprocess.Popen(
        [sys.executable, "-B", "-m", module, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
    )  # fmt: skip


def end_child(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and release its pipes."""
    child.kill()
    child.communicate()
