"""Uploaded files read one after the other, while those that are read can be asked about."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Literal

from corpus.errors import CorpusError
from corpus.stopping import Stop, StoppedError, stopped_by
from qa.background import BackgroundQueue
from qa.conversations.uploads import Library

_log = logging.getLogger(__name__)
EARLY = 0.2  # share of the bytes that must be read before the time left can be estimated
State = Literal["waiting", "reading", "read", "refused"]


@dataclass(slots=True)
class QueuedUpload:
    """What became of one file so far: `said` is why it is refused, or how far reading it is.

    `file` is the name that it was kept under, "" until then.
    """

    name: str
    size: int
    state: State = "waiting"
    said: str = ""
    file: str = ""


class UploadQueue:
    """Keeps uploads in a library, in a thread of its own: closing the page does not stop it."""

    def __init__(self, library: Library, reopen: Callable[[], None]) -> None:
        """Take the library, and what has it indexed anew, which must not wait for that."""
        self.library, self._reopen = library, reopen
        self._queue = BackgroundQueue("uploads")
        self._lock = Lock()
        self._stop = Stop()
        self._bytes = 0  # read since the queue was empty
        self._left = 0
        self._began = 0.0

    def add(self, files: Sequence[tuple[str, bytes]]) -> list[QueuedUpload]:
        """Have files read in their order; return what tells of each."""
        uploads = [QueuedUpload(name, len(data)) for name, data in files]
        with self._lock:
            if not self._left:
                self._bytes, self._began = 0, monotonic()
            if self._stop.stopped:
                self._stop = Stop()
            self._left += sum(upload.size for upload in uploads)
        for upload, (_, data) in zip(uploads, files, strict=True):
            self._queue.submit("", self._save, upload, data, self._stop)
        return uploads

    def _save(self, upload: QueuedUpload, data: bytes, stop: Stop) -> None:
        def tell(what: str, done: int, total: int) -> None:
            upload.said = f"page {done + 1:,} of {total:,}" if done < total else ""

        upload.state = "reading"
        try:
            with stopped_by(stop):
                stop.check()
                upload.file = self.library.save(upload.name, data, tell)
            upload.state, upload.said = "read", ""
            self._reopen()
        except StoppedError:
            upload.state, upload.said = "refused", f"{upload.name[:80]!r} was not read: stopped"
        except CorpusError as error:
            upload.state, upload.said = "refused", str(error)
        finally:
            if upload.state == "reading":
                _log.error("An internal error in Footnote: an upload was not read", exc_info=True)
                upload.state, upload.said = "refused", f"{upload.name[:80]!r} could not be read"
            with self._lock:
                self._bytes += upload.size
                self._left -= upload.size

    def stop(self) -> None:
        """Read none of what was given so far: what is read already stays."""
        self._stop.stop()

    @property
    def busy(self) -> bool:
        """Whether a file is being read or waits for that."""
        return self._left > 0

    @property
    def seconds_left(self) -> float | None:
        """How long reading what is left may take; None while nobody can tell."""
        with self._lock:
            if not self._left or self._bytes < EARLY * (self._bytes + self._left):
                return None
            return (monotonic() - self._began) * self._left / self._bytes

    def close(self) -> None:
        """Stop after the file that is being read."""
        self._queue.close()
