"""SQuAD 1.1 and 2.0 files as question sets: each paragraph becomes a document."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ValidationError, model_validator

from corpus.documents import Corpus, CorpusError, Document, decode
from qa.answer import Question, QuestionError
from qa.questions import Checklist, GoldQuestion, QuestionGroup, Text, describe

ANSWERABLE, IMPOSSIBLE = "squad_answerable", "squad_impossible"


class _Gold(BaseModel):
    answer_start: int
    text: Text


class _Asked(BaseModel):
    id: str | int
    question: str
    answers: list[_Gold]
    is_impossible: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.is_impossible == bool(self.answers):
            raise ValueError("must have either answers or 'is_impossible': mend one of the two")
        return self


class _Paragraph(BaseModel):
    context: Text
    qas: list[_Asked]


class _Article(BaseModel):
    paragraphs: list[_Paragraph]
    title: str = ""


class _File(BaseModel):
    data: list[_Article]


def _relocate(gold: _Gold, text: str) -> bool:
    """Move an answer that is not where it is said to be to its nearest occurrence, if any."""
    if text[gold.answer_start : gold.answer_start + len(gold.text)] == gold.text:
        return False
    places = [match.start() for match in re.finditer(re.escape(gold.text), text)]
    if places:
        gold.answer_start = min(places, key=lambda place: abs(place - gold.answer_start))
    return bool(places)


def _parse(asked: _Asked, document: Document) -> GoldQuestion:
    """Return one question.

    Raises:
        QuestionError: an answer is not where it is said to be.
    """
    spans = set()
    for start, text in ((gold.answer_start, gold.text) for gold in asked.answers):
        if start < 0 or document.text[start : start + len(text)] != text:
            raise QuestionError(f"answer {text!r:.60} is not in the context; mend it")
        spans.add((document.doc, start, start + len(text)))
    ordered = tuple(sorted(spans))
    return GoldQuestion(
        question=Question(asked.question, str(asked.id)),
        type=ANSWERABLE if ordered else IMPOSSIBLE,
        answerable=bool(ordered),
        answers=tuple(dict.fromkeys(gold.text for gold in asked.answers)),
        evidence=(ordered,) if ordered else (),
        answer_spans=ordered,
    )


class SquadSet:
    """A SQuAD file: one corpus of all its paragraphs, or one of each article.

    The file is one JSON value and is held whole; the questions are made as they are asked.
    An impossible question is impossible from its own paragraph; another may still answer it.
    """

    def __init__(self, path: Path, per_article: bool, checklist: Checklist) -> None:
        """Read and check `path`.

        Raises:
            QuestionError: a line for each problem: file, place in it, what is wrong, remedy.
        """
        self.name, self.per_article = path.stem, per_article
        try:
            text = decode(path.read_bytes())
            file = _File.model_validate_json(text)
        except OSError as error:
            raise QuestionError(f"{path}: cannot be read: {error.strerror}") from error
        except CorpusError as error:
            raise QuestionError(f"{path}: {error}") from error
        except ValidationError as error:
            raise QuestionError(f"{path}: {describe(error)}") from error
        self.digest = hashlib.sha256(f"{per_article}\n{text}".encode()).hexdigest()
        self._articles: list[list[tuple[Document, list[_Asked]]]] = []
        self.count = moved = 0
        for a, article in enumerate(file.data, 1):
            title = article.title or f"article {a}"
            folder = f"{a:03}_{title}".replace(" ", "_").replace("/", "_")
            self._articles.append(
                [(Document(f"{folder}/{p:03}", title.replace("_", " "), part.context), part.qas)
                 for p, part in enumerate(article.paragraphs, 1)]
            )  # fmt: skip
            for document, asked in ((d, q) for d, qas in self._articles[-1] for q in qas):
                place = f"{path}: {document.doc}, question {asked.id!r}"
                moved += sum([_relocate(gold, document.text) for gold in asked.answers])
                checklist.check(place, lambda q=asked, d=document: _parse(q, d))  # type: ignore[misc]
                self.count += 1
        checklist.raise_problems(path, self.count)
        off = f"{path}: answer_start is off for {moved} answers; their nearest occurrences count"
        self.warnings: tuple[str, ...] = (off,) if moved else ()

    def groups(self) -> Iterator[QuestionGroup]:
        """Yield each corpus with its questions."""
        whole = [pair for article in self._articles for pair in article]
        for article in self._articles if self.per_article else [whole]:
            if article:
                part = article[0][0].doc.partition("/")[0] if self.per_article else "whole"
                golds = (_parse(asked, d) for d, qas in article for asked in qas)
                corpus = Corpus(tuple(document for document, _ in article))
                yield QuestionGroup(f"{self.name}/{part}", corpus, golds)
