"""Command lines run within the tests' process, and work whose growth is measured."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

from corpus.installation import ROOT as ROOT


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def check_growth(run: Callable[[int], object], size: int) -> None:
    """Assert that what takes a text of `size` characters takes no time that grows with its square.

    Eight times the text may take 30 times as long; were it quadratic, it would take 64 times. What
    ends within 20 ms counts as that long, and the least of three measurements counts, without the
    garbage collector, whose passes over all that the tests hold fall on whichever run is under way.
    """

    def seconds(characters: int) -> float:
        started = process_time()
        run(characters)
        return process_time() - started

    seconds(size // 160 or 1)  # what is done once only
    allowed = 30 * max(seconds(size // 8), 0.02)
    collects = gc.isenabled()
    gc.disable()
    try:
        assert any(seconds(size) < allowed for _ in range(3))
    finally:
        if collects:
            gc.enable()
