"""Question sets: questions with the answers and evidence expected, read and checked."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from corpus.document import Corpus
from corpus.encodings import decode
from corpus.errors import CorpusError
from qa.answer import Question, QuestionError, Turn

LONG_TYPES = ("list", "explanation", "comparison", "multi_passage", "cross_document", "table_like")
Type = Literal["factoid_number", "factoid_percent", "factoid_entity", "factoid_date", "followup",
               "yes_no", "adversarial", "list", "explanation", "comparison", "multi_passage",
               "cross_document", "table_like", "unanswerable_near", "unanswerable_far"]  # fmt: skip
SHIPPED_QUESTIONS = Path(__file__).parent / "questions"
SEED = 1  # of samples
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


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)  # other fields are ignored


class _Evidence(_Model):
    doc: Text
    quote: Text


class Record(_Model):
    """One line of the question schema."""

    id: Text
    question: str
    type: Type
    answerable: bool
    answers: list[Text]
    key_points: list[Annotated[list[Text], Field(min_length=1)]]
    evidence: list[_Evidence]
    history: list[Turn] = []
    notes: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        gold = self.answers or self.key_points
        problems = {
            "not answerable but has gold answers; empty 'answers' and 'key_points'":
                not self.answerable and gold,
            f"answerable but of type {self.type!r}; mend one of the two":
                self.answerable and self.type.startswith("unanswerable"),
            "answerable but has neither answers nor key points; add some":
                self.answerable and not gold,
            f"of type {self.type!r} but has no key points; add some":
                self.answerable and self.type in LONG_TYPES and not self.key_points,
            "answerable but has no evidence; quote the sentences that answer it":
                self.answerable and not self.evidence,
        }  # fmt: skip
        for problem, there in problems.items():
            if there:
                raise ValueError(f"is {problem}")
        return self

    def locate(self, texts: Mapping[str, str]) -> GoldQuestion:
        """Return the question with its evidence as spans: the first occurrence of each quote.

        Raises:
            QuestionError: a document is not there or does not hold the quote.
        """
        spans = []
        for item in self.evidence:
            if item.doc not in texts:
                known = ", ".join(sorted(texts))
                raise QuestionError(f"document {item.doc!r} is not there; there are {known}")
            start = texts[item.doc].find(item.quote)
            if start < 0:
                raise QuestionError(
                    f"evidence {item.quote!r} is not verbatim in {item.doc!r}; copy it from there"
                )
            spans.append((item.doc, start, start + len(item.quote)))
        return GoldQuestion(
            Question(self.question, self.id, tuple(self.history)),
            self.type,
            self.answerable,
            tuple(self.answers),
            tuple(tuple(group) for group in self.key_points),
            tuple((span,) for span in spans),
            tuple(spans[:1]) if self.answers else (),
            self.notes,
        )


def describe(error: ValidationError) -> str:
    """Return the first thing wrong with a record: where, what, the value."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if not place:
        return first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        return f"field {place!r} is missing; add it"
    return f"field {place!r} is {first['input']!r:.80}; {first['msg'][0].lower()}{first['msg'][1:]}"


def parse_line(line: str, texts: Mapping[str, str]) -> GoldQuestion:
    """Return the question of one line of the schema.

    Raises:
        QuestionError: the line breaks the schema, or its evidence is not in `texts`.
    """
    try:
        return Record.model_validate_json(line).locate(texts)
    except ValidationError as error:
        raise QuestionError(describe(error)) from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines of a questions file with their numbers from 1.

    Raises:
        QuestionError: the file cannot be opened, is no UTF-8 text, or holds no question.
    """
    number = found = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found += 1
                    yield number, decode(line)
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read: {error.strerror}; name another") from error
    except CorpusError as error:
        raise QuestionError(f"{path}:{number}: {error}") from error
    if not found:
        raise QuestionError(f"{path}: holds no question; name another file")


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


def read_jsonl(path: Path, corpus: Corpus, seen: dict[str, str]) -> QuestionSet:
    """Read a file in the project's schema, every line checked against the documents.

    Raises:
        QuestionError: a line for each problem: file, line, what is wrong, remedy.
    """
    texts = {document.doc: document.text for document in corpus.documents}
    lines = list(numbered_lines(path))
    golds = collect(((f"{path}:{n}", partial(parse_line, line, texts)) for n, line in lines), seen)
    digest = hashlib.sha256("".join(line.strip() for _, line in lines).encode()).hexdigest()
    return QuestionSet(path.stem, (QuestionGroup("", corpus, golds),), len(golds), digest)


def draw_sample(whole: QuestionSet, size: int) -> QuestionSet:
    """Return at most `size` questions, drawn without repeats by a seed; all documents stay."""
    kept = set(Random(SEED).sample(range(whole.count), min(size, whole.count)))
    numbers = count()
    groups = tuple(
        replace(group, questions=[gold for gold in group.questions if next(numbers) in kept])
        for group in whole.groups
    )
    return replace(whole, groups=groups, count=len(kept), digest=f"{whole.digest}/{size}")


def read_question_sets(
    paths: Iterable[Path],
    load: Callable[[], Corpus],
    per_article: bool = False,
    sample: int | None = None,
) -> list[QuestionSet]:
    """Read and check question files: `.jsonl` in the project's schema, or SQuAD 1.1/2.0 `.json`.

    `load` loads the documents the `.jsonl` files ask about, if there is one; `per_article` makes
    one corpus of each article of a SQuAD file; at most `sample` questions of a file are drawn.

    Raises:
        QuestionError: a file breaks its schema; CorpusError: the documents cannot be read.
    """
    from qa.evaluation.squad import read_squad

    seen: dict[str, str] = {}
    corpus = None
    sets: dict[str, QuestionSet] = {}
    for path in paths:
        if path.stem in sets:
            raise QuestionError(f"{path}: there are two files of this name; rename one")
        if path.suffix == ".jsonl":
            corpus = corpus or load()
            sets[path.stem] = read_jsonl(path, corpus, seen)
        elif path.suffix == ".json":
            sets[path.stem] = read_squad(path, per_article, seen)
        else:
            raise QuestionError(f"{path}: is neither .jsonl nor a SQuAD .json file; name one")
    return [draw_sample(s, sample) if sample else s for s in sets.values()]
