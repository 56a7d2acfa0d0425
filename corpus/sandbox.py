"""Reading files in a process of their own, under limits, so that none harms the others.

The parent writes a line of seconds and path, in hexadecimal, to the child's standard input and
reads a line of JSON for it. A child that dies or takes too long is replaced; the file that it was
reading is told of by name.

    with closing(SandboxedReader()) as reader:
        content = reader.read(Path("report.pdf"))
"""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.child import end_child, start_child
from corpus.errors import CorpusError
from corpus.formats.content import Content, one_line, reading_seconds
from corpus.formats.registry import read_content

MEMORY = 2_000_000_000  # bytes of address space
MAX_TEXT = 20_000_000  # characters of one document
FILES = 200  # read by one child, so that what its libraries leak stays small

_FORBIDDEN = ("socket.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "shutil.", "urllib.", "ftplib.")  # fmt: skip
_DIED = "is damaged, or needs too much memory to read; save it again"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class SandboxedReader:
    """Reads files through one child process at a time; ended by `close`."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            end_child(self._child)
        self._child, self._files = None, 0

    def read(self, path: Path) -> Content:
        """Return what a file holds.

        Raises:
            CorpusError: it cannot be read or exceeds a limit; the message leaves out its name.
        """
        self._files += 1
        self._child = self._child or start_child("corpus.sandbox")
        answer: dict[str, Any] = {"spent": True}  # unless the child lives to answer
        try:
            answer = _ask(self._child, path.absolute(), reading_seconds(path))
        finally:
            if "spent" in answer or self._files >= FILES:
                self.close()
        if "problem" in answer:
            raise CorpusError(answer["problem"])
        pages = answer["pages"]
        answer["pages"] = None if pages is None else tuple(map(tuple, pages))
        return Content(**answer | {"warnings": tuple(answer["warnings"])})


def _ask(child: subprocess.Popen[bytes], path: Path, seconds: float) -> dict[str, Any]:
    """Send a file's path to the child and return its answer, or how the child ended."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(f"{seconds} {os.fsencode(path).hex()}\n".encode())
        child.stdin.flush()
        line = child.stdout.readline()
    except BrokenPipeError:
        line = b""
    if line.endswith(b"\n"):
        return dict(json.loads(line))
    late = child.wait() == -signal.SIGALRM
    problem = f"took longer than {seconds:.0f} seconds to read; split it" if late else _DIED
    return {"problem": problem, "spent": True}


def _confine() -> None:
    """Take from this process what no reader needs: memory without end, network, writing."""
    if sys.platform == "linux":  # macOS refuses to limit it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        opened = event == "open" and not isinstance(arguments[0], int)  # a number is a pipe here
        writes = opened and isinstance(arguments[2], int) and arguments[2] & _WRITING
        started = event == "subprocess.Popen" and Path(str(arguments[0])).name != "tesseract"
        if event.startswith(_FORBIDDEN) or started or writes:
            raise PermissionError(f"a reader may not use {event}")

    sys.addaudithook(refuse)


def serve() -> None:
    """Answer each path on standard input with what its file holds, until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    _confine()
    for line in sys.stdin:
        seconds, path = line.split()
        signal.setitimer(signal.ITIMER_REAL, float(seconds))  # then the system ends the process
        answer = _answer(Path(os.fsdecode(bytes.fromhex(path))))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(path: Path) -> dict[str, Any]:
    """Return what a file holds, or the problem with it, as JSON has it."""
    try:
        content = read_content(path)
    except CorpusError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"problem": "needs too much memory to read; split it", "spent": True}
    except RecursionError:
        return {"problem": "is nested too deeply to read; save it again", "spent": True}
    except Exception as error:  # noqa: BLE001  libraries raise whatever a damaged file makes them
        what = one_line(f"{type(error).__name__}: {error}")[:150]
        return {"problem": f"is damaged ({what}); save it again", "spent": True}
    if len(content.text) > MAX_TEXT:
        return {"problem": f"holds more than {MAX_TEXT:,} characters; split it"}
    return asdict(content)


if __name__ == "__main__":
    serve()
