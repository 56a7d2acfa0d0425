"""Reading files in a process of their own, under limits, so that none harms the others.

The parent writes a line of JSON and then the file's bytes to the child's standard input, and reads
a line of JSON for it: the child opens no file of a person's. A child that dies or takes too long is
replaced; the file that it was reading is told of by name.

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
from pathlib import Path
from typing import Any

from corpus.blocks import Block, Boxes
from corpus.child import end_child, start_child
from corpus.errors import CorpusError, PassingError
from corpus.formats.content import Content, one_line, reading_seconds
from corpus.formats.registry import read_content

MEMORY = 2_000_000_000  # bytes of address space
FILES = 200  # read by one child, so that what its libraries leak stays small
PATIENCE = 20  # times the processor time a file may take, by the clock: then the child hangs

_FORBIDDEN = ("socket.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "shutil.", "urllib.", "ftplib.")  # fmt: skip
_DIED = "is damaged, or needs too much memory to read; save it again"
_KILLED = "was not read, since the system ended its reader; it is tried again at the next start"
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

    def read(self, data: bytes, name: str) -> Content:
        """Return what a file of some bytes and a name holds.

        Raises:
            CorpusError: it cannot be read or exceeds a limit; the message leaves out its name.
            PassingError: the child was killed, or had not the time.
        """
        self._files += 1
        self._child = self._child or start_child("corpus.sandbox")
        answer: dict[str, Any] = {"spent": True}  # unless the child lives to answer
        try:
            answer = _ask(self._child, data, name)
        finally:
            if "spent" in answer or self._files >= FILES:
                self.close()
        if "passing" in answer:
            raise PassingError(answer["passing"])
        if "problem" in answer:
            raise CorpusError(answer["problem"])
        pages = answer["pages"] and tuple(map(tuple, answer["pages"]))
        blocks = tuple(map(Block.from_json, answer["blocks"]))
        return Content(
            answer["text"], answer["title"], pages, tuple(answer["warnings"]), blocks,
            Boxes.from_json(answer["boxes"]),
        )  # fmt: skip


def _ask(child: subprocess.Popen[bytes], data: bytes, name: str) -> dict[str, Any]:
    """Send a file to the child and return its answer, or how the child ended."""
    assert child.stdin is not None
    assert child.stdout is not None
    seconds = reading_seconds(len(data))
    late = f"took longer than {seconds:.0f} seconds to read; split it"
    line = b""
    try:
        head = {"seconds": seconds, "size": len(data), "name": name}
        child.stdin.write(json.dumps(head).encode() + b"\n" + data)
        child.stdin.flush()
        if not select.select([child.stdout], [], [], PATIENCE * seconds)[0]:
            return {"passing": late, "spent": True}
        line = child.stdout.readline()
    except BrokenPipeError:
        pass  # it died: the status tells of what
    if line.endswith(b"\n"):
        return dict(json.loads(line))
    status = -child.wait()
    if status == signal.SIGPROF:
        return {"passing": late, "spent": True}
    if status == signal.SIGKILL:
        return {"passing": _KILLED, "spent": True}
    return {"problem": _DIED, "spent": True}


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
    """Answer each file on standard input with what it holds, until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    _confine()
    files = sys.stdin.buffer
    while line := files.readline():
        head = json.loads(line)
        data = files.read(head["size"])
        signal.setitimer(signal.ITIMER_PROF, head["seconds"])  # then the system ends the process
        answer = json.dumps(_answer(data, head["name"])).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(answer + b"\n")
        answers.flush()


def _answer(data: bytes, name: str) -> dict[str, Any]:
    """Return what a file holds, or the problem with it, as JSON has it."""
    try:
        content = read_content(data, name)
        blocks = [block.to_json() for block in content.blocks]
    except CorpusError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"problem": "needs too much memory to read; split it", "spent": True}
    except RecursionError:
        return {"problem": "is nested too deeply to read; save it again", "spent": True}
    except Exception as error:  # noqa: BLE001  libraries raise whatever a damaged file makes them
        what = one_line(f"{type(error).__name__}: {error}")[:150]
        return {"problem": f"is damaged ({what}); save it again", "spent": True}
    return {
        "text": content.text, "title": content.title, "pages": content.pages,
        "warnings": content.warnings, "blocks": blocks, "boxes": content.boxes.to_json(),
    }  # fmt: skip


if __name__ == "__main__":
    serve()
