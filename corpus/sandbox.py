"""Reading of files in a child process with limits, so that none harms the others.

The parent writes a line of JSON and then the file's bytes to the child's standard input, and reads
a line of JSON as the result, and one before each page that needs OCR: the child opens none of the
user's files. A child that dies or takes too long is replaced; the file that it was reading is
reported by name.

    with closing(SandboxedReader()) as reader:
        content = reader.read(data, "report.pdf")
"""

import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from corpus.blocks import Block, Boxes
from corpus.child import end_child, start_child
from corpus.errors import CorpusError, PassingError
from corpus.formats.content import Content, reading_seconds
from corpus.formats.ocr import PAGE_SECONDS, told
from corpus.formats.registry import read_content
from corpus.stopping import current_stop

MEMORY = 2_000_000_000  # bytes of address space
FILES = 200  # read by one child, so that what its libraries leak stays small
PATIENCE = 20  # times the processor time a file may take, by the clock: then the child hangs

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork",
              "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate",
              "os.ch", "os.kill", "os.utime", "os.setxattr", "os.removexattr", "signal.",
              "shutil.", "urllib.", "ftplib.")  # fmt: skip
DAMAGED = (
    "is damaged, or is not the kind of file that its name says: open it in the program that made "
    "it and save it again"
)
_DIED = "is damaged, or needs too much memory to read; save it again"
_KILLED = "was not read, since the system killed its reader; the next start tries again"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, out of how much."""


class SandboxedReader:
    """Reads files through one child process at a time; ended by `close`."""

    def __init__(self, progress: Progress = lambda what, done, total: None) -> None:
        """Start no child yet; `progress` is called for pages that need OCR."""
        self._progress = progress
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            end_child(self._child)
        self._child, self._files = None, 0

    def read(self, data: bytes, name: str) -> Content:
        """Return the content of a file, given its bytes and name.

        Raises:
            CorpusError: it cannot be read or exceeds a limit; the message leaves out its name.
            PassingError: the child was killed, or ran out of time.
            StoppedError: a stop was requested; the child is killed at once.
        """
        stop = current_stop()
        stop.check()
        self._files += 1
        self._child = self._child or start_child("corpus.sandbox")
        answer: dict[str, Any] = {"spent": True}  # unless the child lives to answer
        try:
            with stop.calling(self._child.kill):
                answer = _ask(self._child, data, name, self._progress)
        finally:
            if "spent" in answer or self._files >= FILES:
                self.close()
        stop.check()
        if "passing" in answer:
            raise PassingError(answer["passing"])
        if "problem" in answer:
            raise CorpusError(answer["problem"])
        pages = answer["pages"] and tuple(map(tuple, answer["pages"]))
        blocks = tuple(map(Block.from_json, answer["blocks"]))
        read = {
            "pages": pages, "blocks": blocks, "warnings": tuple(answer["warnings"]),
            "boxes": Boxes.from_json(answer["boxes"]),
        }  # fmt: skip
        return Content(**answer | read)


def _ask(
    child: subprocess.Popen[bytes], data: bytes, name: str, progress: Progress
) -> dict[str, Any]:
    """Send a file to the child and return its answer, or how the child ended."""
    assert child.stdin is not None
    seconds = reading_seconds(len(data))
    late = {"passing": f"took longer than {seconds:.0f} seconds to read; split it", "spent": True}
    try:
        head = {"seconds": seconds, "size": len(data), "name": name}
        child.stdin.write(json.dumps(head).encode() + b"\n" + data)
        child.stdin.flush()
    except BrokenPipeError:
        pass  # it died: the status tells of what
    try:
        for answer in _answers(child, PATIENCE * seconds):
            if "pages_read" not in answer:
                return answer
            progress(f"Reading the pictures of {name!r}", answer["pages_read"], answer["of"])
    except TimeoutError:
        return late
    status = -child.wait()
    if status == signal.SIGPROF:
        return late
    if status == signal.SIGKILL:
        return {"passing": _KILLED, "spent": True}
    return {"problem": _DIED, "spent": True}


def _answers(child: subprocess.Popen[bytes], patience: float) -> Iterator[dict[str, Any]]:
    """Yield the child's messages, one line of JSON each, until it ends.

    Raises:
        TimeoutError: it was silent for that many seconds.
    """
    assert child.stdout is not None
    held = bytearray()
    while True:
        if not select.select([child.stdout], [], [], patience)[0]:
            raise TimeoutError
        more = os.read(child.stdout.fileno(), 1 << 20)  # its own buffer would hide lines of it
        if not more:
            return
        held += more
        if b"\n" in more:
            *lines, held = held.split(b"\n")
            yield from map(json.loads, lines)


def confine() -> None:
    """Restrict this process to what a reader needs: limited memory, no network, no writing."""
    if sys.platform == "linux":  # macOS refuses to limit it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        opened = event == "open" and not isinstance(arguments[0], int)  # a number is a pipe here
        writes = opened and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if event.startswith(_FORBIDDEN) or writes:
            raise PermissionError(f"a reader may not use {event}")

    sys.addaudithook(refuse)


def serve() -> None:
    """Answer each file on standard input with its content, until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    confine()
    files = sys.stdin.buffer
    left = 0.0  # seconds, but for those of pages read from their pictures

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    def tell(done: int, total: int) -> None:
        nonlocal left
        if done == 0:
            left = signal.getitimer(signal.ITIMER_PROF)[0]
        signal.setitimer(signal.ITIMER_PROF, left + (PAGE_SECONDS if done < total else 0))
        say({"pages_read": done, "of": total})

    told.set(tell)
    while line := files.readline():
        head = json.loads(line)
        data = files.read(head["size"])
        signal.setitimer(signal.ITIMER_PROF, head["seconds"])  # then the system ends the process
        answer = _answer(data, head["name"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        say(answer)


def _answer(data: bytes, name: str) -> dict[str, Any]:
    """Return the content of a file, or the problem with it, as JSON."""
    try:
        content = read_content(data, name)
        said = {field.name: getattr(content, field.name) for field in fields(content)}
        blocks = [block.to_json() for block in content.blocks]
        return said | {"blocks": blocks, "boxes": content.boxes.to_json()}
    except CorpusError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"problem": "needs too much memory to read; split it", "spent": True}
    except RecursionError:
        return {"problem": "is nested too deeply to read; save it again", "spent": True}
    except Exception as error:  # noqa: BLE001  libraries raise whatever a damaged file makes them
        sys.stderr.write(f"{name!r}: {type(error).__name__}: {error}\n")
        return {"problem": DAMAGED, "spent": True}


if __name__ == "__main__":
    serve()
