"""Progress of long work on standard error."""

import sys
from collections.abc import Callable

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, out of how much."""


def no_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""


class ProgressBar:
    """A bar a kind of work, on standard error."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: tqdm[None] | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done; a new `what` starts a new bar."""
        if self._bar is None or self._bar.desc != what:
            self.close()
            self._bar = tqdm(desc=what, total=total, file=sys.stderr, leave=False)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
