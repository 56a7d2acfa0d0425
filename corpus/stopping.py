"""Stop requests, made by another thread and passed on to whatever the work is waiting for.

Work within `stopped_by(stop)` calls `current_stop().check()` now and then.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from corpus.errors import FootnoteError


class StoppedError(FootnoteError):
    """Work was stopped on request; what it had finished is kept."""


class Stop:
    """A request to stop some work, passed on to whatever the work is waiting for."""

    def __init__(self) -> None:
        """Start without a request."""
        self._stopped = False
        self._told: list[Callable[[], None]] = []
        self._lock = Lock()

    def stop(self) -> None:
        """Request the stop."""
        with self._lock:
            self._stopped = True
            told = [*self._told]
        for tell in told:
            tell()

    @property
    def stopped(self) -> bool:
        """Whether a stop was requested."""
        return self._stopped

    def check(self) -> None:
        """End the work if a stop was requested.

        Raises:
            StoppedError: it was.
        """
        if self._stopped:
            raise StoppedError("Stopped. What was there before stays; finished work is kept.")

    @contextmanager
    def calling(self, tell: Callable[[], None]) -> Iterator[None]:
        """Call `tell` on a stop request within the block; at once if there was one before."""
        with self._lock:
            self._told.append(tell)
            stopped = self._stopped
        try:
            if stopped:
                tell()
            yield
        finally:
            with self._lock:
                self._told.remove(tell)


_current: ContextVar[Stop] = ContextVar("stop")


def current_stop() -> Stop:
    """Return the stop request for the work of this thread; it may never be made."""
    return _current.get(Stop())


@contextmanager
def stopped_by(stop: Stop) -> Iterator[None]:
    """Let a stop request apply to the work within the block."""
    token = _current.set(stop)
    try:
        yield
    finally:
        _current.reset(token)
