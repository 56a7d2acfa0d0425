"""Answers that a user judged, saved as test questions."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from filelock import FileLock

from corpus.document import Document
from qa.answer import Answer, Question, QuestionError
from qa.evaluation.schema import LONG_TYPES, Type, parse_line
from qa.question.files import numbered_lines

FOLDER = "questions"
TYPES: tuple[str, ...] = get_args(Type)
UNANSWERABLE = "unanswerable_near"


@dataclass(frozen=True, slots=True)
class NearSentence:
    """A sentence that the user can mark as evidence; `cited` if the answer cites it."""

    doc: str
    title: str
    quote: str
    cited: bool


def sentences_near(answer: Answer, documents: Mapping[str, Document]) -> Iterator[NearSentence]:
    """Yield the sentences of an answer's passages, from the current documents."""
    cited = [(c.doc, c.start, c.end) for c in answer.citations]
    for found in answer.passages:
        passage, document = found.passage, documents.get(found.passage.doc)
        if document and document.text[passage.start : passage.end] == passage.text:
            for s in passage.sentences:
                spans = [(start, end) for doc, start, end in cited if doc == passage.doc]
                near = any(start < s.end and s.start < end for start, end in spans)
                yield NearSentence(passage.doc, found.title, passage.quote(s), near)


def guess_type(answers: Sequence[str], answerable: bool) -> str:
    """Return the most likely type of a question, by its short answers."""
    if not answerable:
        return UNANSWERABLE
    words = " ".join(answers)
    if "%" in words or "per cent" in words:
        return "factoid_percent"
    return "factoid_number" if any(c.isdigit() for c in words) else "factoid_entity"


def question_files(home: Path) -> list[Path]:
    """Return the files of saved test questions."""
    return sorted((home / FOLDER).glob("*.jsonl"))


def save_test_question(
    home: Path,
    id_: str,
    question: Question,
    type_: str,
    answers: Sequence[str],
    evidence: Sequence[NearSentence],
    documents: Mapping[str, Document],
    notes: str = "",
    is_upload: Callable[[str], bool] = lambda doc: False,
) -> Path:
    """Add a question in the project's schema to the file of saved ones; return the file.

    Questions about uploads, which the command line does not see, go to a file of their own;
    `is_upload` tells whether a document, given by `doc`, is an upload.

    Raises:
        QuestionError: it violates the schema, was saved before, or cannot be written.
    """
    answerable = not type_.startswith("unanswerable")
    short = [text.strip() for text in answers if text.strip()] if answerable else []
    long_ = type_ in LONG_TYPES
    record = {
        "id": id_,
        "question": question.text,
        "type": type_,
        "answerable": answerable,
        "answers": [] if long_ else short,
        "key_points": [[text] for text in short] if long_ else [short] if short else [],
        "evidence": [{"doc": e.doc, "quote": e.quote} for e in evidence if answerable],
        "history": [{"role": t.role, "content": t.content} for t in question.history],
        "notes": notes,
    }
    line = json.dumps(record, ensure_ascii=False)
    parse_line(line, {doc: document.text for doc, document in documents.items()})
    uploads = any(is_upload(e.doc) for e in evidence)
    path = home / FOLDER / ("saved-uploads.jsonl" if uploads else "saved.jsonl")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            kept = numbered_lines(path) if path.exists() else ()
            if any(json.loads(other).get("id") == id_ for _, other in kept):
                raise QuestionError("This question is already saved as a test.")
            with path.open("a", encoding="utf-8") as lines:
                lines.write(f"{line}\n")
    except OSError as error:
        raise QuestionError(f"{str(path)!r} cannot be written: {error.strerror}") from error
    return path
