"""Files of questions, and of statements to check: one JSON object per line."""

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
    """One input line; other fields, such as gold answers, are ignored."""

    id: str
    question: str
    history: list[Turn] | None = None


class PairLine(BaseModel):
    """A statement and the passage to check it against."""

    id: str
    passage: str
    statement: str


def describe_problem(error: ValidationError) -> str:
    """Return the first problem of a record: the field, the problem and the value."""
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
        QuestionError: it is not JSON, or a field is missing or of the wrong type.
    """
    read = _parse(line, InputLine)
    return Question(read.question, read.id, tuple(read.history or ()))


def _parse(line: str, kind: type[Line]) -> Line:
    try:
        fields = json.loads(line)
        if not is_whole(json.dumps(fields, ensure_ascii=False)):
            raise QuestionError(
                "it contains half of a character (a lone surrogate); save it again as UTF-8"
            )
        return kind.model_validate(fields)
    except ValidationError as error:
        raise QuestionError(describe_problem(error)) from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(str(error)) from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines of a questions file with their numbers from 1.

    Raises:
        QuestionError: the file cannot be opened, is not UTF-8 text, or has no question.
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
        raise QuestionError(f"{path}: contains no questions; name another file")


def read_questions(path: Path) -> list[Question]:
    """Read a file of one JSON object per line; only `id`, `question` and `history` are read.

    Raises:
        QuestionError: names the file, the line and the problem.
    """
    return _read(path, parse_question)


def read_pairs(path: Path) -> list[PairLine]:
    """Read a file of statements with their passages, one JSON object per line.

    Raises:
        QuestionError: names the file, the line and the problem.
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
