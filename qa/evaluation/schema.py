"""The schema of question sets: one JSON object per line, read and checked."""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corpus.document import Corpus
from qa.answer import Question, QuestionError, Turn
from qa.evaluation.gold import (
    GoldQuestion,
    QuestionGroup,
    QuestionSet,
    Text,
    collect,
)
from qa.question.files import describe_problem, numbered_lines

LONG_TYPES = ("list", "explanation", "comparison", "multi_passage", "cross_document", "table_like",
              "table_list")  # fmt: skip
Type = Literal["factoid_number", "factoid_percent", "factoid_entity", "factoid_date", "followup",
               "yes_no", "adversarial", "list", "explanation", "comparison", "multi_passage",
               "cross_document", "table_like", "table_lookup", "table_list", "table_computed",
               "unanswerable_near", "unanswerable_far"]  # fmt: skip


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
            f"answerable but of type {self.type!r}; correct one of the two":
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
            QuestionError: a document does not exist or does not contain the quote.
        """
        spans = []
        for item in self.evidence:
            if item.doc not in texts:
                known = ", ".join(sorted(texts))
                raise QuestionError(
                    f"document {item.doc!r} does not exist; the documents are {known}"
                )
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


def parse_line(line: str, texts: Mapping[str, str]) -> GoldQuestion:
    """Return the question of one line of the schema.

    Raises:
        QuestionError: the line violates the schema, or its evidence is not in `texts`.
    """
    try:
        return Record.model_validate_json(line).locate(texts)
    except ValidationError as error:
        raise QuestionError(describe_problem(error)) from error


def read_jsonl(path: Path, corpus: Corpus, seen: dict[str, str]) -> QuestionSet:
    """Read a file in the project's schema, every line checked against the documents.

    Raises:
        QuestionError: a line for each problem: file, line, problem, remedy.
    """
    texts = {document.doc: document.text for document in corpus.documents}
    lines = list(numbered_lines(path))
    golds = collect(((f"{path}:{n}", partial(parse_line, line, texts)) for n, line in lines), seen)
    digest = hashlib.sha256("".join(line.strip() for _, line in lines).encode()).hexdigest()
    return QuestionSet(path.stem, (QuestionGroup("", corpus, golds),), len(golds), digest)
