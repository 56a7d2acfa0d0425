"""Question sets: questions with the answers and evidence expected, read and checked."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpus.documents import Corpus, CorpusError, decode
from qa.answer import Question, QuestionError, Turn

SHORT_TYPES = ("factoid_number", "factoid_percent", "factoid_entity", "factoid_date", "followup",
               "yes_no", "adversarial")  # fmt: skip
LONG_TYPES = ("list", "explanation", "comparison", "multi_passage", "cross_document", "table_like")
UNANSWERABLE_TYPES = ("unanswerable_near", "unanswerable_far")
TYPES = SHORT_TYPES + LONG_TYPES + UNANSWERABLE_TYPES
REQUIRED = {"id": str, "question": str, "type": str, "answerable": bool, "answers": list,
            "key_points": list, "evidence": list}  # fmt: skip
OPTIONAL = {"history": list, "notes": str}
MAX_PROBLEMS = 20  # of one file in one message

Span = tuple[str, int, int]  # document, start, end


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


class QuestionSet(Protocol):
    """A checked file of questions; `groups` yields each corpus with the questions put to it."""

    name: str
    count: int
    digest: str

    def groups(self) -> Iterator[tuple[Corpus, Iterator[GoldQuestion]]]:
        """Yield the corpora in order, each with its questions; may be called again."""
        ...


def refuse(problems: list[str]) -> None:
    """Raise one QuestionError of all `problems`, a line each; nothing if there are none."""
    if problems:
        more = len(problems) - MAX_PROBLEMS
        tail = [f"… and {more} more"] if more > 0 else []
        raise QuestionError("\n".join(problems[:MAX_PROBLEMS] + tail))


def _all_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)


def _check_fields(record: Any) -> str:
    """Return what is wrong with the fields of one record and how to mend it, "" if nothing."""
    if not isinstance(record, dict):
        return "is no JSON object; write one question a line"
    for name, kind in (REQUIRED | OPTIONAL).items():
        if name not in record:
            if name in REQUIRED:
                return f"field {name!r} is missing; add it"
        elif type(record[name]) is not kind:
            return f"field {name!r} is {record[name]!r}; it must be a {kind.__name__}"
    if not record["id"].strip():
        return "the id is empty; give one"
    if record["type"] not in TYPES:
        return f"type {record['type']!r} is not known; use one of {', '.join(TYPES)}"
    if not _all_strings(record["answers"]):
        return "'answers' must hold non-empty strings"
    if not all(group and _all_strings(group) for group in record["key_points"]):
        return "'key_points' must hold non-empty lists of strings"
    return _check_turns_and_evidence(record)


def _check_turns_and_evidence(record: Mapping[str, Any]) -> str:
    for turn in record.get("history", ()):
        if not (isinstance(turn, dict) and set(turn) == {"role", "content"}
                and turn["role"] in ("user", "assistant")
                and isinstance(turn["content"], str)):  # fmt: skip
            return f"history turn {turn!r} must have a 'role' (user or assistant) and 'content'"
    for item in record["evidence"]:
        if not (isinstance(item, dict) and set(item) == {"doc", "quote"}
                and _all_strings(list(item.values()))):  # fmt: skip
            return f"evidence {item!r} must have a 'doc' and a 'quote'"
    return _check_gold(record)


def _check_gold(record: Mapping[str, Any]) -> str:
    gold = record["answers"] or record["key_points"]
    if not record["answerable"] and gold:
        return "is not answerable but has gold answers; empty 'answers' and 'key_points'"
    if record["answerable"] and record["type"] in UNANSWERABLE_TYPES:
        return f"is answerable but of type {record['type']!r}; mend one of the two"
    if record["answerable"] and not gold:
        return "is answerable but has neither answers nor key points; add some"
    if record["answerable"] and record["type"] in LONG_TYPES and not record["key_points"]:
        return f"is of type {record['type']!r} but has no key points; add some"
    if record["answerable"] and not record["evidence"]:
        return "is answerable but has no evidence; quote the sentences that answer it"
    return ""


def _locate(record: Mapping[str, Any], texts: Mapping[str, str]) -> list[Span]:
    """Return the first occurrence of each evidence quote.

    Raises:
        QuestionError: a document is not there or does not hold the quote.
    """
    spans = []
    for item in record["evidence"]:
        doc, quote = item["doc"], item["quote"]
        if doc not in texts:
            raise QuestionError(
                f"document {doc!r} is not there; there are {', '.join(sorted(texts))}"
            )
        start = texts[doc].find(quote)
        if start < 0:
            raise QuestionError(f"evidence {quote!r} is not verbatim in {doc!r}; copy it from there")
        spans.append((doc, start, start + len(quote)))
    return spans


def parse_record(record: Any, texts: Mapping[str, str]) -> GoldQuestion:
    """Return the question of one decoded line of the schema.

    Raises:
        QuestionError: the record breaks the schema, or its evidence is not in `texts`.
    """
    if wrong := _check_fields(record):
        raise QuestionError(wrong)
    history = tuple(Turn(t["role"], t["content"]) for t in record.get("history", ()))
    spans = _locate(record, texts)
    return GoldQuestion(
        question=Question(record["question"], record["id"], history),
        type=record["type"],
        answerable=record["answerable"],
        answers=tuple(record["answers"]),
        key_points=tuple(tuple(group) for group in record["key_points"]),
        evidence=tuple((span,) for span in spans),
        answer_spans=tuple(spans[:1]) if record["answers"] else (),
        notes=record.get("notes", ""),
    )


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines of a questions file with their numbers from 1.

    Raises:
        QuestionError: the file cannot be opened or is no UTF-8 text.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, decode(line)
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read: {error.strerror}; name another") from error
    except CorpusError as error:
        raise QuestionError(f"{path}:{number}: {error}") from error


class JsonlSet:
    """A `.jsonl` file in the project's schema, read a line at a time."""

    def __init__(self, path: Path, corpus: Corpus, seen: dict[str, str] | None = None) -> None:
        """Check every line of `path` against the schema and the documents.

        Args:
            path: the file.
            corpus: the documents its evidence quotes.
            seen: id → place of the questions of other files; grows.

        Raises:
            QuestionError: a line for each problem: file, line, what is wrong, remedy.
        """
        self.path, self.corpus, self.name = path, corpus, path.stem
        self.count = 0
        seen = {} if seen is None else seen
        problems: list[str] = []
        digest = hashlib.sha256()
        texts = {document.doc: document.text for document in corpus.documents}
        for number, line in numbered_lines(path):
            place = f"{path}:{number}"
            try:
                gold = parse_record(json.loads(line), texts)
            except json.JSONDecodeError as error:
                problems.append(f"{place}: is not JSON ({error.msg}, column {error.colno}); mend it")
                continue
            except QuestionError as error:
                problems.append(f"{place}: {error}")
                continue
            problems += remember(gold.question.id, place, seen)
            digest.update(line.strip().encode())
            self.count += 1
        if not self.count and not problems:
            problems = [f"{path}: holds no question; write one JSON object a line"]
        refuse(problems)
        self.digest = digest.hexdigest()

    def groups(self) -> Iterator[tuple[Corpus, Iterator[GoldQuestion]]]:
        """Yield the one corpus with the questions, read anew from the file."""
        texts = {document.doc: document.text for document in self.corpus.documents}
        lines = numbered_lines(self.path)
        yield self.corpus, (parse_record(json.loads(line), texts) for _, line in lines)


def remember(id_: str, place: str, seen: dict[str, str]) -> list[str]:
    """Note where an id stands; return the problem if it stood somewhere before."""
    if id_ in seen:
        return [f"{place}: id {id_!r} is a duplicate of {seen[id_]}; give it another"]
    seen[id_] = place
    return []


def read_question_sets(
    paths: Iterable[Path], load: Callable[[], Corpus], per_article: bool = False
) -> list[QuestionSet]:
    """Read and check question files of both kinds.

    Args:
        paths: `.jsonl` in the project's schema, or SQuAD 1.1/2.0 `.json`.
        load: loads the documents the `.jsonl` files ask about; called only if there is one.
        per_article: one corpus for each article of a SQuAD file.

    Raises:
        QuestionError: a file breaks its schema; CorpusError: the documents cannot be read.
    """
    from qa.questions.squad import SquadSet

    paths = list(paths)
    seen: dict[str, str] = {}
    corpus = None
    sets: list[QuestionSet] = []
    for path in paths:
        if path.suffix == ".jsonl":
            corpus = corpus or load()
            sets.append(JsonlSet(path, corpus, seen))
        elif path.suffix == ".json":
            sets.append(SquadSet(path, per_article, seen))
        else:
            raise QuestionError(f"{path}: is neither .jsonl nor a SQuAD .json file; name one")
    names = [s.name for s in sets]
    if len(set(names)) < len(names):
        raise QuestionError(f"two question files have the same name among {names!r}; rename one")
    return sets
