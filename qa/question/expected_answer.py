"""The expected answer of a question: its kind, from how the question is put."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.words import words
from qa.language.calendar import YEAR, periods_in
from qa.language.questions import (
    ALTERNATIVES,
    ASIDE,
    ASKED,
    CHANGE_ASKED,
    COUNTED_ITEMS,
    DEFINED,
    EXPLAIN,
    HOW_DONE,
    HOW_TO,
    LISTED,
    MONEY_ASKED,
    PLEASE,
    PLURAL,
    SHARE_ASKED,
    SMALL_NUMBERS,
    YES_NO,
    AnswerKind,
)
from qa.language.sentences import figures_of


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What a question asks for.

    `kind` is the kind of answer; `several` means that it may take more than one sentence (a list, a
    comparison, scattered parts); `explained` that it is an explanation rather than a fact.
    """

    kind: AnswerKind
    several: bool
    explained: bool
    compared: bool  # things are compared: figures tell it
    share: bool  # a percentage is asked for, of a whole
    change: bool  # a percentage is asked for, of growth or fall
    figures: frozenset[str]
    years: frozenset[str]
    words: frozenset[str]
    defined: str  # X in "Who is X?" and "What does X mean?"
    steps: bool  # it asks how to do something
    items: int  # how many things are asked for by number, as in "the three reasons"; 0 if none

    @property
    def figure(self) -> bool:
        """Whether the answer is a figure or a date."""
        return self.amount or self.kind == "date"

    @property
    def amount(self) -> bool:
        """Whether the answer is a figure other than a date."""
        return self.kind in ("count", "money", "number", "percent")


@lru_cache(maxsize=4096)
def expected_answer(question: str) -> ExpectedAnswer:
    """Return what a question asks for; a closing aside in parentheses does not count."""
    question = ASIDE.sub("", question) or question
    found: Iterator[AnswerKind] = (name for name, asked in ASKED.items() if asked.search(question))
    settles = YES_NO.match(question.strip()) and not PLEASE.match(question)
    kind: AnswerKind = "yes_no" if settles else next(found, "other")
    if kind == "number" and HOW_DONE.match(question):
        kind = "how"
    elif kind in ("number", "other") and MONEY_ASKED.search(question):
        kind = "money" if kind == "number" or ASKED["number"].search(question) else kind
    compared = bool(ALTERNATIVES.search(question))
    several = compared or bool(LISTED.search(question))
    if kind in ("other", "how", "why", "who"):
        parts = question.count("?") + question.count(";") + question.count(",") > 2
        several = several or parts or bool(PLURAL.search(question))
    explained = kind in ("why", "how", "summary") or (
        kind == "other" and bool(EXPLAIN.search(question))
    )
    counted = COUNTED_ITEMS.search(question)
    asks = DEFINED.fullmatch(question.strip())
    items = SMALL_NUMBERS.index(counted[1].lower()) // 2 + 2 if counted else 0
    share = kind == "percent" and bool(SHARE_ASKED.search(question))
    change = kind == "percent" and not share and bool(CHANGE_ASKED.search(question))
    return ExpectedAnswer(
        kind, several, explained, compared, share, change, figures_of(question),
        frozenset(filter(YEAR.fullmatch, periods_in(question))), frozenset(words(question)),
        asks["what"] if asks else "",
        kind == "how" and bool(HOW_TO.search(question)), items,
    )  # fmt: skip
