"""The judge: whoever is asked whether a passage supports a statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.answer import Usage


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement, and the text that it cites."""

    statement: str
    passage: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a pair.

    `supported` is None if there was no valid judgement, and `reason` says why; else what differs.
    `margin` is the log-odds of "yes", None if the model's server does not give them.
    """

    supported: bool | None
    margin: float | None = None
    reason: str = ""
    usage: Usage = Usage()


class Judge(Protocol):
    """Judges pairs; made by `qa.chat.judging.open_judge` and passed in."""

    name: str
    label: str

    def judge(self, pairs: Sequence[Pair]) -> Iterator[Judgement]:
        """Yield a judgement for each pair in order, as it arrives; never raise."""
        ...
