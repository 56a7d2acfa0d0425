"""SQuAD 1.1 and 2.0 files as question sets: each paragraph becomes a document."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.documents import Corpus, CorpusError, Document, decode
from qa.answer import Question, QuestionError
from qa.questions import GoldQuestion, refuse, remember

ANSWERABLE, IMPOSSIBLE = "squad_answerable", "squad_impossible"


def _answers_of(record: Any, context: str) -> list[tuple[int, str]]:
    """Return the gold answers of one record as (start, text).

    Raises:
        QuestionError: it breaks the format, or an answer is not where it is said to be.
    """
    if not isinstance(record, dict) or not {"id", "question", "answers"} <= set(record):
        raise QuestionError("needs 'id', 'question' and 'answers'; add them")
    impossible = record.get("is_impossible", False)
    if impossible and record["answers"]:
        raise QuestionError("is impossible but has gold answers; remove one of the two")
    if not impossible and not record["answers"]:
        raise QuestionError("has no answers and is not marked 'is_impossible'; mend it")
    answers = []
    for answer in record["answers"]:
        start, text = answer["answer_start"], answer["text"]
        if not text or context[max(start, 0) : start + len(text)] != text:
            found = context.find(text)
            where = f"it stands at {found}" if text and found >= 0 else "it is not in the context"
            raise QuestionError(f"answer_start {start} is off for {text!r}; {where}")
        answers.append((start, text))
    return answers


def _parse(record: Any, document: Document) -> GoldQuestion:
    answers = _answers_of(record, document.text)
    spans = tuple(sorted({(document.doc, start, start + len(text)) for start, text in answers}))
    return GoldQuestion(
        question=Question(record["question"], str(record["id"])),
        type=ANSWERABLE if answers else IMPOSSIBLE,
        answerable=bool(answers),
        answers=tuple(dict.fromkeys(text for _, text in answers)),
        evidence=(spans,) if spans else (),
        answer_spans=spans,
    )


class SquadSet:
    """A SQuAD file: one corpus of all its paragraphs, or one of each article.

    The file is one JSON value and is held whole; the questions are made as they are asked.
    An impossible question is impossible from its own paragraph; another may still answer it.
    """

    def __init__(
        self, path: Path, per_article: bool = False, seen: dict[str, str] | None = None
    ) -> None:
        """Read and check `path`; `seen` holds id → place of other files' questions and grows.

        Raises:
            QuestionError: a line for each problem: file, place in it, what is wrong, remedy.
        """
        self.name, self.per_article = path.stem, per_article
        self.articles: list[list[tuple[Document, list[Any]]]] = []
        seen = {} if seen is None else seen
        problems: list[str] = []
        try:
            text = decode(path.read_bytes())
            articles = json.loads(text)["data"]
            for a, article in enumerate(articles):
                title = str(article.get("title") or f"article {a + 1}")
                self.articles.append(
                    [(Document(f"{a + 1:03} {title}/{p + 1:03}".replace(" ", "_"),
                               title.replace("_", " "), paragraph["context"]), paragraph["qas"])
                     for p, paragraph in enumerate(article["paragraphs"])]
                )  # fmt: skip
        except OSError as error:
            raise QuestionError(f"{path}: cannot be read: {error.strerror}; name another") from error
        except CorpusError as error:
            raise QuestionError(f"{path}: {error}") from error
        except json.JSONDecodeError as error:
            raise QuestionError(f"{path}:{error.lineno}: is not JSON ({error.msg})") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise QuestionError(
                f"{path}: is no SQuAD file ({type(error).__name__} {error}); it needs 'data', "
                "'paragraphs', 'context' and 'qas'"
            ) from error
        self.count = 0
        for document, record in self._records():
            id_ = record.get("id") if isinstance(record, dict) else None
            place = f"{path}: {document.doc}, question {id_!r}"
            try:
                gold = _parse(record, document)
            except (QuestionError, KeyError, TypeError, AttributeError) as error:
                problems.append(f"{place}: {error}")
                continue
            problems += remember(gold.question.id, place, seen)
            self.count += 1
        if not self.count and not problems:
            problems = [f"{path}: holds no question"]
        refuse(problems)
        self.digest = hashlib.sha256(f"{per_article}\n{text}".encode()).hexdigest()

    def _records(self) -> Iterator[tuple[Document, Any]]:
        for article in self.articles:
            for document, records in article:
                for record in records:
                    yield document, record

    def groups(self) -> Iterator[tuple[Corpus, Iterator[GoldQuestion]]]:
        """Yield each corpus with its questions; contexts of white space alone are left out."""
        whole = [pair for article in self.articles for pair in article]
        for article in self.articles if self.per_article else [whole]:
            documents = tuple(d for d, _ in article if d.text.strip())
            yield Corpus(documents), (_parse(r, d) for d, records in article for r in records)
