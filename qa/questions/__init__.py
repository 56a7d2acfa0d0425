"""Question sets: questions with the answers and evidence expected, read and checked."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Annotated, Literal, Protocol, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from corpus.documents import Corpus, CorpusError, decode
from qa.answer import Question, QuestionError, Turn

LONG_TYPES = ("list", "explanation", "comparison", "multi_passage", "cross_document", "table_like")
Type = Literal["factoid_number", "factoid_percent", "factoid_entity", "factoid_date", "followup",
               "yes_no", "adversarial", "list", "explanation", "comparison", "multi_passage",
               "cross_document", "table_like", "unanswerable_near", "unanswerable_far"]  # fmt: skip
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
    questions: Iterator[GoldQuestion]


class QuestionSet(Protocol):
    """A checked file of questions."""

    name: str
    count: int
    digest: str
    warnings: tuple[str, ...]  # a line for what was put right in reading

    def groups(self) -> Iterator[QuestionGroup]:
        """Yield the questions by corpus, in order, read anew at each call."""
        ...


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)  # other fields are ignored


class _Turn(_Model):
    role: Literal["user", "assistant"]
    content: str


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
    history: list[_Turn] = []
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
            Question(self.question, self.id, tuple(Turn(t.role, t.content) for t in self.history)),
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
        QuestionError: the file cannot be opened or is no UTF-8 text.
    """
    number = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, decode(line)
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read: {error.strerror}; name another") from error
    except CorpusError as error:
        raise QuestionError(f"{path}:{number}: {error}") from error


class Checklist:
    """Problems found in question files, and the ids seen so far."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen: dict[str, str] = {}
        self.problems: list[str] = []

    def check(self, place: str, parse: Callable[[], GoldQuestion]) -> None:
        """Parse a question; note what is wrong with it, or that its id was seen before."""
        try:
            id_ = parse().question.id
        except QuestionError as error:
            self.problems.append(f"{place}: {error}")
            return
        if id_ in self.seen:
            where = self.seen[id_]
            self.problems.append(f"{place}: id {id_!r} is that of {where} too; change one")
        self.seen[id_] = place

    def raise_problems(self, path: Path, count: int) -> None:
        """Raise one QuestionError of all problems, a line each; nothing if there are none."""
        if not count:
            self.problems.append(f"{path}: holds no question; name another file")
        if self.problems:
            more = len(self.problems) - MAX_PROBLEMS
            tail = [f"… and {more} more"] if more > 0 else []
            raise QuestionError("\n".join(self.problems[:MAX_PROBLEMS] + tail))


class JsonlSet:
    """A `.jsonl` file in the project's schema, read a line at a time."""

    def __init__(self, path: Path, corpus: Corpus, checklist: Checklist) -> None:
        """Check every line of `path` against the schema and the documents.

        Raises:
            QuestionError: a line for each problem: file, line, what is wrong, remedy.
        """
        self.path, self.corpus, self.name = path, corpus, path.stem
        self.warnings: tuple[str, ...] = ()
        self._texts = {document.doc: document.text for document in corpus.documents}
        self.count = 0
        digest = hashlib.sha256()
        for number, line in numbered_lines(path):
            checklist.check(f"{path}:{number}", lambda line=line: parse_line(line, self._texts))  # type: ignore[misc]
            digest.update(line.strip().encode())
            self.count += 1
        checklist.raise_problems(path, self.count)
        self.digest = digest.hexdigest()

    def groups(self) -> Iterator[QuestionGroup]:
        """Yield the one corpus with the questions, read anew from the file."""
        golds = (parse_line(line, self._texts) for _, line in numbered_lines(self.path))
        yield QuestionGroup("", self.corpus, golds)


class SampledSet:
    """Some questions of a set, drawn without repeats by a fixed seed; all documents stay."""

    def __init__(self, whole: QuestionSet, size: int) -> None:
        """Take at most `size` questions of a set."""
        self._whole = whole
        self._kept = set(Random(SEED).sample(range(whole.count), min(size, whole.count)))
        self.name, self.count, self.warnings = whole.name, len(self._kept), whole.warnings
        self.digest = f"{whole.digest}/{size}"

    def groups(self) -> Iterator[QuestionGroup]:
        """Yield each corpus with its drawn questions."""
        numbers = count()
        for group in self._whole.groups():
            golds = iter([gold for gold in group.questions if next(numbers) in self._kept])
            yield replace(group, questions=golds)


def read_question_sets(
    paths: Iterable[Path],
    load: Callable[[], Corpus],
    per_article: bool = False,
    sample: int | None = None,
) -> list[QuestionSet]:
    """Read and check question files of both kinds.

    Args:
        paths: `.jsonl` in the project's schema, or SQuAD 1.1/2.0 `.json`.
        load: loads the documents the `.jsonl` files ask about; called only if there is one.
        per_article: one corpus for each article of a SQuAD file.
        sample: take at most this many questions of each file, drawn at random.

    Raises:
        QuestionError: a file breaks its schema; CorpusError: the documents cannot be read.
    """
    from qa.questions.squad import SquadSet

    checklist = Checklist()
    corpus = None
    sets: dict[str, QuestionSet] = {}
    for path in paths:
        if path.stem in sets:
            raise QuestionError(f"{path}: there are two files of this name; rename one")
        if path.suffix == ".jsonl":
            corpus = corpus or load()
            sets[path.stem] = JsonlSet(path, corpus, checklist)
        elif path.suffix == ".json":
            sets[path.stem] = SquadSet(path, per_article, checklist)
        else:
            raise QuestionError(f"{path}: is neither .jsonl nor a SQuAD .json file; name one")
    return [SampledSet(s, sample) if sample else s for s in sets.values()]
