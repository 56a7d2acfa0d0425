"""Child processes: modules of this project in processes of their own, connected by pipes.

A child inherits only the listed environment variables, those that programs need to run: no key of a
provider and no password of a database or proxy, whatever its name.
"""

import os
import re
import subprocess
import sys
from typing import IO

from corpus.installation import ROOT

_NEEDED = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMP|TEMP|TMPDIR|VIRTUAL_ENV|PYTHON\w*"
    r"|LD_LIBRARY_PATH|DYLD_\w+|SSL_CERT_(FILE|DIR)|XDG_\w+_(HOME|DIR)"
    r"|(OMP|MKL|OPENBLAS|ORT|KMP|GGML|CUDA)_\w+|TOKENIZERS_PARALLELISM"
    r"|HF_(HOME|HUB_CACHE|HUB_OFFLINE|ENDPOINT)|TRANSFORMERS_(CACHE|OFFLINE)|SENTENCE_\w+_HOME"
)


def start_child(
    module: str, *arguments: str, stderr: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Run a module of this project, with its arguments, in a process of its own.

    It writes no bytecode, and its standard input and output are pipes.
    """
    environment = {k: value for k, value in os.environ.items() if _NEEDED.fullmatch(k)}
    return subprocess.Popen(
        [sys.executable, "-B", "-m", module, *arguments],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
    )  # fmt: skip


def end_child(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and release its pipes."""
    child.kill()
    child.communicate()
