"""SQuAD 1.1 and 2.0 files as question sets: each paragraph becomes a document."""

import hashlib
import re
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ValidationError, model_validator

from corpus.document import Corpus, Document
from corpus.encodings import decode
from corpus.errors import CorpusError
from qa.answer import Question, QuestionError
from qa.evaluation.gold import GoldQuestion, QuestionGroup, QuestionSet, Text, collect
from qa.question.files import describe_problem

ANSWERABLE, IMPOSSIBLE = "squad_answerable", "squad_impossible"


class SquadAnswer(BaseModel):
    """An answer and its position in the paragraph."""

    answer_start: int
    text: Text


class SquadQuestion(BaseModel):
    """A question; an impossible one has no answers."""

    id: str | int
    question: str
    answers: list[SquadAnswer]
    is_impossible: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.is_impossible == bool(self.answers):
            raise ValueError("must have either answers or 'is_impossible': correct one of the two")
        return self


class SquadParagraph(BaseModel):
    """A text and the questions about it."""

    context: Text
    qas: list[SquadQuestion]


class SquadArticle(BaseModel):
    """Paragraphs of one article."""

    paragraphs: list[SquadParagraph]
    title: str = ""


class SquadFile(BaseModel):
    """A file of SQuAD 1.1 or 2.0."""

    data: list[SquadArticle]


def _start(gold: SquadAnswer, text: str) -> int:
    """Return the occurrence of an answer nearest to its stated position; -1 if none."""
    places = (match.start() for match in re.finditer(f"(?={re.escape(gold.text)})", text))
    return min(places, key=lambda place: abs(place - gold.answer_start), default=-1)


def _parse(asked: SquadQuestion, document: Document) -> GoldQuestion:
    """Return one question.

    Raises:
        QuestionError: the document does not contain an answer.
    """
    spans = set()
    for gold in asked.answers:
        start = _start(gold, document.text)
        if start < 0:
            raise QuestionError(f"answer {gold.text!r:.60} is not in the context; correct it")
        spans.add((document.doc, start, start + len(gold.text)))
    ordered = tuple(sorted(spans))
    return GoldQuestion(
        question=Question(asked.question, str(asked.id)),
        type=ANSWERABLE if ordered else IMPOSSIBLE,
        answerable=bool(ordered),
        answers=tuple(dict.fromkeys(gold.text for gold in asked.answers)),
        evidence=(ordered,) if ordered else (),
        answer_spans=ordered,
    )


def read_squad_file(path: Path) -> tuple[str, SquadFile]:
    """Return the text of a SQuAD file, and its parsed content.

    Raises:
        QuestionError: it cannot be read, or is not a SQuAD file.
    """
    try:
        text = decode(path.read_bytes())
        return text, SquadFile.model_validate_json(text)
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read: {error.strerror}") from error
    except CorpusError as error:
        raise QuestionError(f"{path}: {error}") from error
    except ValidationError as error:
        raise QuestionError(f"{path}: {describe_problem(error)}") from error


def read_squad(path: Path, per_article: bool, seen: dict[str, str]) -> QuestionSet:
    """Read a SQuAD file as one corpus of all its paragraphs, or as one per article.

    An impossible question is so for its own paragraph; another may still answer it.

    Raises:
        QuestionError: a line for each problem: file, place in it, problem, remedy.
    """
    text, file = read_squad_file(path)
    corpora: list[tuple[str, list[Document], int]] = []  # name, documents, number of questions
    pairs: list[tuple[Document, SquadQuestion]] = []
    for a, article in enumerate(file.data, 1):
        title = article.title or f"article {a}"
        folder = f"{a:03}_{title}".replace(" ", "_").replace("/", "_")
        parts = [(Document(f"{folder}/{p:03}", title.replace("_", " "), part.context), part.qas)
                 for p, part in enumerate(article.paragraphs, 1)]  # fmt: skip
        pairs += [(document, asked) for document, qas in parts for asked in qas]
        corpora.append((folder, [d for d, _ in parts], sum(len(qas) for _, qas in parts)))
    if not per_article:
        corpora = [("whole", [d for _, documents, _ in corpora for d in documents], len(pairs))]
    found = [(f"{path}: {document.doc}, question {asked.id!r}", partial(_parse, asked, document))
             for document, asked in pairs]  # fmt: skip
    golds = iter(collect(found, seen))
    groups = tuple(
        QuestionGroup(f"{path.stem}/{name}", Corpus(tuple(documents)), list(islice(golds, n)))
        for name, documents, n in corpora
        if documents
    )
    if not found:
        raise QuestionError(f"{path}: contains no questions; name another file")
    moved = sum(_start(g, d.text) != g.answer_start for d, asked in pairs for g in asked.answers)
    off = f"{path}: answer_start is wrong for {moved} answers; their nearest occurrences are used"
    digest = hashlib.sha256(f"{per_article}\n{text}".encode()).hexdigest()
    return QuestionSet(path.stem, groups, len(found), digest, (off,) if moved else ())
