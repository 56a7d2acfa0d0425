"""Traits of a sentence that could answer a question: figures, dates, names, reasons."""

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.language.calendar import YEAR
from qa.language.questions import AnswerKind
from qa.language.sentences import (
    ANNOUNCING,
    CAPITALISED,
    CARRY_ON,
    CHANGE,
    COUNT,
    COUNTED,
    DATE,
    ENUMERATED,
    LEANING,
    MONEY,
    PERCENT,
    REASON,
    SHARE,
    TURNING,
    figures_of,
)
from qa.language.steps import INSTRUCTING
from qa.question.expected_answer import ExpectedAnswer

_HAS = {
    "counted": COUNTED, "counting": COUNT, "money": MONEY, "percent": PERCENT,
    "share": SHARE, "change": CHANGE, "dated": DATE, "reason": REASON,
    "instructing": INSTRUCTING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentenceTraits:
    """The traits of a sentence; figures as written, without thousands separators."""

    figures: frozenset[str]
    years: frozenset[str]
    counted: bool  # in words
    counting: bool  # in figures, of things rather than money or shares
    money: bool
    percent: bool
    share: bool  # the percentage is one of a whole
    change: bool  # or one of growth or fall
    dated: bool
    names: frozenset[str]  # their words, in lower case
    reason: bool
    instructing: bool  # tells what to do
    leaning: bool
    turning: bool  # says something else than the sentence before: "However, …"
    specifying: bool  # goes on with details of the sentence before: "Specifically, …"
    announcing: bool
    asking: bool

    @property
    def tells_figure(self) -> bool:
        """Whether it has a figure other than a year, in digits or words."""
        return self.counted or self.percent or bool(self.figures - self.years)

    @property
    def kinds(self) -> frozenset[AnswerKind]:
        """The kinds of figures that it has."""
        named: dict[AnswerKind, bool] = {
            "percent": self.percent, "money": self.money, "count": self.counting,
            "date": self.dated,
        }  # fmt: skip
        return frozenset(kind for kind, there in named.items() if there)

    def gives(self, expected: ExpectedAnswer) -> bool:
        """Tell whether it has a figure of the kind asked for that is not in the question."""
        if self.figures and self.figures <= expected.figures:
            return False
        if expected.kind == "number":
            return self.counted or bool(self.kinds - {"date", "percent"})
        return expected.kind in self.kinds or (expected.kind == "count" and self.counted)

    def meets(self, expected: ExpectedAnswer) -> float:
        """Return how well this fits what was asked for, 0 to 1; 0.5 if any sentence may."""
        fresh = self.figures - expected.figures
        match expected.kind:
            case "count":
                return 1.0 if self.counting or self.counted else 0.3 * bool(fresh - self.years)
            case "money":
                return 1.0 if self.money else 0.3 * bool(self.counted or fresh - self.years)
            case "number":
                if self.counting or self.money or self.counted:
                    return 1.0
                return 0.5 * bool(fresh - self.years or self.percent)
            case "percent":
                told = self.percent and bool(fresh or not self.figures)
                other = (expected.share and not self.share) or (expected.change and not self.change)
                return (0.5 if other else 1.0) if told else 0.3 * bool(fresh - self.years)
            case "date":
                return float(self.dated and bool(fresh or not expected.years))
            case "who" | "where":
                return min(len(self.names - expected.words), 2) / 2
            case "why":
                return float(self.reason)
            case "how" if expected.steps:
                return 0.5 + self.instructing / 2
            case _:
                return 0.5


def defines(sentence: str, thing: str) -> bool:
    """Tell whether a sentence defines something: "X, the …", "X is", "the … X said"."""
    if not thing:
        return False
    if re.search(rf"\w \({re.escape(thing)}\)", sentence):
        return True
    named = r", (?:an? |the |who |which |(?!and |but |or |as )[a-z]+ (?:of|for|at) )"
    after = rf"(?:{named}| \(| (?:is|are|was|were|means?|refers?)\b)"
    said = rf"(?<!according to )\b{re.escape(thing)}[\"”]?{after}"
    quoted = (
        rf"[\"“]{re.escape(thing)}[\"”] (?:[\w'’-]+ ){{0,12}}?(?:means?|refers? to|shall mean)\b"
    )
    return bool(re.search(f"{said}|{quoted}", sentence, re.IGNORECASE))


@lru_cache(maxsize=16384)
def traits_of(sentence: str) -> SentenceTraits:
    """Return the traits of a sentence; the number of a list item is not a figure."""
    match = ENUMERATED.match(sentence)
    sentence = sentence[match.end() :] if match and match["mark"] else sentence
    return SentenceTraits(
        figures=figures_of(sentence),
        years=frozenset(YEAR.findall(sentence)),
        **{name: bool(pattern.search(sentence)) for name, pattern in _HAS.items()},
        names=frozenset(name.lower() for name in CAPITALISED.findall(sentence)),
        leaning=bool(LEANING.match(sentence) or CARRY_ON.match(sentence)),
        turning=bool(TURNING.match(sentence)),
        specifying=bool(CARRY_ON.match(sentence)),
        announcing=sentence.rstrip().endswith(":") or bool(ANNOUNCING.search(sentence)),
        asking=sentence.rstrip("\"'”’) ").endswith("?"),
    )


def enumerator(sentence: str) -> str | None:
    """Return the kind of enumerator a sentence opens with: "word", "mark" or None."""
    match = ENUMERATED.match(sentence)
    return match.lastgroup if match else None
