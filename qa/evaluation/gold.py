"""Questions with the content of a correct answer."""

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
    """A question and the content of a correct answer.

    Each item of `evidence` is one piece of evidence, as alternative spans. `answer_spans` are the
    positions of the short answer; empty if there is none.
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
    """The questions on one corpus; `name` identifies the corpus, "" is the documents' folder."""

    name: str
    corpus: Corpus
    questions: Iterable[GoldQuestion]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A checked file of questions, in order, by corpus; `warnings` say what was corrected."""

    name: str
    groups: tuple[QuestionGroup, ...]
    count: int
    digest: str
    warnings: tuple[str, ...] = ()


def collect(
    found: Iterable[tuple[str, Callable[[], GoldQuestion]]], seen: dict[str, str]
) -> list[GoldQuestion]:
    """Return the questions of these places; `seen` collects the place of each id.

    Raises:
        QuestionError: a line for each that is invalid, or whose id was seen before.
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
            problems.append(f"{place}: id {id_!r} is also used by {seen[id_]}; change one")
        seen[id_] = place
    if problems:
        more = len(problems) - MAX_PROBLEMS
        tail = [f"… and {more} more"] if more > 0 else []
        raise QuestionError("\n".join(problems[:MAX_PROBLEMS] + tail))
    return golds
