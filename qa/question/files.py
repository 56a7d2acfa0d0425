"""Files of questions, and of statements to check: a JSON object a line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from corpus.encodings import decode, is_whole
from corpus.errors import CorpusError
from qa.answer import Question, QuestionError, Turn

T = TypeVar("T")
Line = TypeVar("Line", bound=BaseModel)


class InputLine(BaseModel):
    """One input line; other fields, gold answers among them, are not looked at."""

    id: str
    question: str
    history: list[Turn] | None = None


class PairLine(BaseModel):
    """A statement and the passage that it is checked against."""

    id: str
    passage: str
    statement: str


def describe_problem(error: ValidationError) -> str:
    """Return the first thing wrong with a record: where, what, the value."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if not place:
        return first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        return f"field {place!r} is missing; add it"
    return f"field {place!r} is {first['input']!r:.80}; {first['msg'][0].lower()}{first['msg'][1:]}"


def parse_question(line: str) -> Question:
    """Return the question of one input line.

    Raises:
        QuestionError: it is no JSON, or a field is missing or not of its kind.
    """
    read = _parse(line, InputLine)
    return Question(read.question, read.id, tuple(read.history or ()))


def _parse(line: str, kind: type[Line]) -> Line:
    try:
        fields = json.loads(line)
        if not is_whole(json.dumps(fields, ensure_ascii=False)):
            raise QuestionError(
                "it holds half of a character (a lone surrogate); write it again as UTF-8"
            )
        return kind.model_validate(fields)
    except ValidationError as error:
        raise QuestionError(describe_problem(error)) from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(str(error)) from error


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


def read_questions(path: Path) -> list[Question]:
    """Read a file of one JSON object a line; only `id`, `question` and `history` are looked at.

    Raises:
        QuestionError: with the file, the line and what is wrong.
    """
    return _read(path, parse_question)


def read_pairs(path: Path) -> list[PairLine]:
    """Read a file of statements with their passages, one JSON object a line.

    Raises:
        QuestionError: with the file, the line and what is wrong.
    """
    return _read(path, lambda line: _parse(line, PairLine))


def _read(path: Path, parse: Callable[[str], T]) -> list[T]:
    read = []
    for number, line in numbered_lines(path):
        try:
            read.append(parse(line))
        except QuestionError as error:
            raise QuestionError(f"{path}:{number}: {error}") from error
    return read
