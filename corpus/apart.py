"""Reading files in a process of their own, under limits, so that none harms the others.

The parent writes a line of seconds and path, in hexadecimal, to the child's standard input and
reads a line of JSON for it. A child that dies or takes too long is replaced; the file that it was
reading is told of by name.

    with ApartReader() as reader:
        content = reader.read(Path("report.pdf"))
"""

import json
import os
import resource
import selectors
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, cast

from corpus.errors import CorpusError
from corpus.readers import Content, one_line, read_content, reading_seconds

MEMORY = 2_000_000_000  # bytes of address space
MAX_TEXT = 20_000_000  # characters of one document
FILES = 200  # read by one child, so that what its libraries leak stays small

_FORBIDDEN = ("socket.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "shutil.", "urllib.", "ftplib.")  # fmt: skip
_DIED = "is damaged, or needs too much memory to read; save it again"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class ApartReader:
    """Reads files through one child process at a time; closed by `close`, or as a context."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> "ApartReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
        self._child, self._files = None, 0

    def read(self, path: Path) -> Content:
        """Return what a file holds.

        Raises:
            CorpusError: it cannot be read or exceeds a limit; the message leaves out its name.
        """
        if self._files >= FILES:
            self.close()
        self._files += 1
        self._child = self._child or subprocess.Popen(
            [sys.executable, "-B", "-c", "from corpus.apart import serve; serve()"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        answered = False
        try:
            answer = _ask(self._child, path.absolute(), reading_seconds(path))
            answered = True
        finally:
            if not answered:
                self.close()
        if "spent" in answer:
            self.close()
        if "problem" in answer:
            raise CorpusError(answer["problem"])
        pages = answer["pages"]
        return Content(
            answer["text"],
            answer["title"],
            None if pages is None else tuple((start, end) for start, end in pages),
            tuple(answer["warnings"]),
        )


def _ask(child: subprocess.Popen[bytes], path: Path, seconds: float) -> dict[str, Any]:
    """Send a file's path to the child and return its answer.

    Raises:
        CorpusError: the child died or took too long.
    """
    assert child.stdin is not None
    assert child.stdout is not None
    answer, ends = bytearray(), monotonic() + seconds
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        try:
            child.stdin.write(f"{seconds} {os.fsencode(path).hex()}\n".encode())
            child.stdin.flush()
        except BrokenPipeError as error:
            raise CorpusError(_DIED) from error
        while not answer.endswith(b"\n"):
            if not ready.select(ends - monotonic()):
                raise CorpusError(f"took longer than {seconds:.0f} seconds to read; split it")
            piece = os.read(child.stdout.fileno(), 1 << 20)
            if not piece:
                raise CorpusError(_DIED)
            answer += piece
    return cast(dict[str, Any], json.loads(answer))


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
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + float(seconds)) + 1, hard))
        answer = _answer(Path(os.fsdecode(bytes.fromhex(path))))
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
