"""Questions with what a right answer to them has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from corpus.document import Corpus
from qa.answer import Question, QuestionError

MAX_PROBLEMS = 20  # of one file in one message
Span = tuple[str, int, int]  # document, start, end
Text = Annotated[str, StringConstraints(pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what a right answer to it has.

    Each item of `evidence` is one piece of evidence, as spans any of which will do.
    `answer_spans` are where the short answer stands; empty where there is none.
    """

    question: Question
    type: str
    answerable: bool
    answers: tuple[str, ...] = ()
    key_points: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[tuple[Span, ...], ...] = ()
    answer_spans: tuple[Span, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions put to one corpus; `name` tells corpora apart, "" is the documents' folder."""

    name: str
    corpus: Corpus
    questions: Iterable[GoldQuestion]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A checked file of questions, in order, by corpus; `warnings` say what was put right."""

    name: str
    groups: tuple[QuestionGroup, ...]
    count: int
    digest: str
    warnings: tuple[str, ...] = ()


def collect(
    found: Iterable[tuple[str, Callable[[], GoldQuestion]]], seen: dict[str, str]
) -> list[GoldQuestion]:
    """Return the questions of these places; `seen` has the place of each id so far and grows.

    Raises:
        QuestionError: a line for each that cannot be made, or whose id was seen before.
    """
    golds, problems = [], []
    for place, parse in found:
        try:
            golds.append(parse())
        except QuestionError as error:
            problems.append(f"{place}: {error}")
            continue
        id_ = golds[-1].question.id
        if id_ in seen:
            problems.append(f"{place}: id {id_!r} is that of {seen[id_]} too; change one")
        seen[id_] = place
    if problems:
        more = len(problems) - MAX_PROBLEMS
        tail = [f"… and {more} more"] if more > 0 else []
        raise QuestionError("\n".join(problems[:MAX_PROBLEMS] + tail))
    return golds
