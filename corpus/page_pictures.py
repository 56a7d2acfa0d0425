"""Pages as pictures, drawn when they are looked at, in child processes under limits.

A file goes to a child once and stays open there until the child is given another. The parent writes
a line of JSON, and the file's bytes where the child has not got them; it reads a line of JSON, and
the bytes of a JPEG. A child that dies or takes too long is replaced.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition
from time import monotonic
from typing import Any

from corpus.child import end_child, start_child
from corpus.errors import CorpusError
from corpus.formats.pdf.picture import PlacedWord, draw_page
from corpus.sandbox import confine

SECONDS = 10.0  # that a page may take, by the clock and of processor time
CHILDREN = 2
KEPT = 96_000_000  # bytes of pictures
WORD_BYTES = 200  # that a word takes in memory, about

LATE = f"The picture of this page takes longer than {SECONDS:.0f} seconds to draw."
FAILED = "This page cannot be drawn: it is damaged, or needs too much memory."
PROTECTED = "The pages of this file are protected by a password, so they cannot be drawn."
NO_PAGE = "The file has no such page."


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as JPEG, its size in points, and its words where the file has them as text."""

    jpeg: bytes
    width: float
    height: float
    words: tuple[PlacedWord, ...]


class _Child:
    """A process that draws, and the name of the file that is open in it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.key = ""

    def close(self) -> None:
        """End it; the next page begins another."""
        if self._process is not None:
            end_child(self._process)
        self._process, self.key = None, ""

    def draw(self, key: str, load: Callable[[], bytes], number: int, pixels: int) -> PagePicture:
        """Return a page of the file that `load` gives.

        Raises:
            CorpusError: it cannot be drawn.
        """
        known = key == self.key
        data = b"" if known else load()
        self._process = self._process or start_child("corpus.page_pictures")
        head = {"known": known, "size": len(data), "page": number, "pixels": pixels}
        self.key = ""
        try:
            said, jpeg = _exchange(self._process, json.dumps(head).encode() + b"\n" + data)
        except CorpusError:
            self.close()
            raise
        if problem := said.get("problem"):
            if said["spent"]:
                self.close()
            raise CorpusError(problem)
        self.key = key
        words = tuple(PlacedWord(*word) for word in said["words"])
        return PagePicture(jpeg, said["width"], said["height"], words)


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> tuple[dict[str, Any], bytes]:
    """Send a request to a child; return what it says and the bytes that follow.

    Raises:
        CorpusError: it took too long, or died.
    """
    assert process.stdin is not None and process.stdout is not None
    deadline = monotonic() + SECONDS
    try:
        process.stdin.write(request)
        process.stdin.flush()
    except BrokenPipeError as error:
        raise CorpusError(FAILED) from error
    held, said, needed = bytearray(), None, 0
    while said is None or len(held) < needed:
        left = deadline - monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise CorpusError(LATE)
        more = os.read(process.stdout.fileno(), 1 << 20)
        if not more:
            raise CorpusError(LATE if -process.wait() == signal.SIGPROF else FAILED)
        held += more
        if said is None and b"\n" in held:
            line, _, held = held.partition(b"\n")
            said = json.loads(line)
            needed = said.get("size", 0)
    return said, bytes(held)


class PagePictures:
    """Draws pages and keeps the latest pictures; may be used by many threads."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._idle = [_Child() for _ in range(CHILDREN)]
        self._changed = Condition()
        self._kept: OrderedDict[tuple[str, int, int], PagePicture] = OrderedDict()
        self._coming: dict[tuple[str, int, int], Future[PagePicture]] = {}

    def draw(self, key: str, load: Callable[[], bytes], number: int, pixels: int) -> PagePicture:
        """Return a page of a file, which `key` names by its content and `load` reads.

        Raises:
            CorpusError: it cannot be drawn, or not in time; the message is a whole sentence.
        """
        wanted = (key, number, pixels)
        with self._changed:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
                return self._kept[wanted]
            coming = self._coming.get(wanted)
            mine = coming or Future()
            self._coming[wanted] = mine
        if coming is None:
            try:
                mine.set_result(self._draw(*wanted, load))
            except Exception as error:  # noqa: BLE001  it is raised below, here and elsewhere
                mine.set_exception(error)
            self._keep(wanted, mine)
        return mine.result()

    def _draw(
        self, key: str, number: int, pixels: int, load: Callable[[], bytes]
    ) -> PagePicture:  # fmt: skip
        with self._changed:
            while not self._idle:
                self._changed.wait()
            child = next((c for c in self._idle if c.key == key), self._idle[0])
            self._idle.remove(child)
        try:
            return child.draw(key, load, number, pixels)
        finally:
            with self._changed:
                self._idle.append(child)
                self._changed.notify()

    def _keep(self, wanted: tuple[str, int, int], drawn: Future[PagePicture]) -> None:
        with self._changed:
            del self._coming[wanted]
            if not drawn.exception():
                self._kept[wanted] = drawn.result()
            while sum(map(_size, self._kept.values())) > KEPT and len(self._kept) > 1:
                self._kept.popitem(last=False)

    def close(self) -> None:
        """End the children; pages may be drawn again after that."""
        with self._changed:
            for child in self._idle:
                child.close()


def _size(picture: PagePicture) -> int:
    return len(picture.jpeg) + WORD_BYTES * len(picture.words)


def _open(data: bytes) -> Any:
    """Return an open PDF.

    Raises:
        CorpusError: it cannot be opened.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        raise CorpusError(PROTECTED if "assword" in str(error) else FAILED) from error
    if document.get_formtype():
        document.init_forms()
    return document


def serve() -> None:
    """Draw each page that standard input names, until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    confine()
    document: Any = None
    requests = sys.stdin.buffer
    while line := requests.readline():
        head = json.loads(line)
        data = requests.read(head["size"])
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # then the system ends the process
        jpeg, said = b"", {"problem": FAILED, "spent": True}
        try:
            document = document if head["known"] else _open(data)
            if 1 <= head["page"] <= len(document):
                jpeg, said = draw_page(document, head["page"], head["pixels"])
            else:
                said = {"problem": NO_PAGE, "spent": True}
        except CorpusError as error:
            said = {"problem": str(error), "spent": True}
        except Exception as error:  # noqa: BLE001  whatever a damaged file makes a library raise
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(said | {"size": len(jpeg)}).encode() + b"\n" + jpeg)
        answers.flush()


if __name__ == "__main__":
    serve()
