"""Progress of long work on standard error."""

import sys
from collections.abc import Callable
from time import monotonic

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""Called with the task, the amount done, and the total (1: a single step; 0: unknown)."""

SECONDS = 10.0  # between two lines where there is no terminal


def no_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""


class ProgressBar:
    """One bar per task on a terminal; elsewhere an occasional line for long tasks."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: tqdm[None] | None = None
        self._what = ""
        self._said = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done; a new `what` starts a new bar."""
        new, self._what = what != self._what, what
        if sys.stderr.isatty():
            if new or self._bar is None:
                self.close()
                self._bar = tqdm(desc=what, total=total, file=sys.stderr, leave=False)
            self._bar.total = total
            self._bar.update(done - self._bar.n)
        elif total != 1 and (new or monotonic() - self._said >= SECONDS):
            sys.stderr.write(f"{what}: {done:,} of {total:,}\n" if total else f"{what}\n")
            sys.stderr.flush()
            self._said = monotonic()

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
