"""The data of the pipeline: questions, answers, statements and citations."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter

from corpus.errors import FootnoteError
from index.retriever import RetrievedPassage

Status = Literal["answered", "abstained"]
Verdict = Literal["quoted", "computed", "verified", "unverified"]
EXTRACTIVE = "extractive"  # the answerer that quotes
LIKELIHOOD = ((0.9, "very likely"), (0.75, "likely"), (0.5, "probably"), (0.0, "may not"))
LIKELY = 0.75  # confidence from which an answer is said to be likely one
MAX_QUESTION = 2_000  # characters; what people paste beyond it is no question


class QuestionError(FootnoteError):
    """A question or questions file that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the conversation before it, and the documents it is limited to, if any.

    Raises:
        QuestionError: it has no letter or digit, or more than MAX_QUESTION characters.
    """

    text: str
    id: str = "1"
    history: tuple[Turn, ...] = ()
    docs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not any(c.isalnum() for c in self.text):
            raise QuestionError("The question contains no words. Type what you want to know.")
        if len(self.text) > MAX_QUESTION:
            raise QuestionError(
                f"The question has {len(self.text):,} characters; at most {MAX_QUESTION:,} "
                "are read. Ask it in a sentence or two."
            )


@dataclass(frozen=True, slots=True)
class Citation:
    """Link from a statement to the exact span `[start, end)` of document `doc`.

    `quote` is the text of that span; `score` is how well it supports the answer, higher is better.
    `context` is the passage around the quote as `(start, end)`.
    """

    n: int
    doc: str
    start: int
    end: int
    quote: str
    page: int | None
    score: float
    title: str
    section: str
    context: tuple[int, int]


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The part of a table that a statement rests on.

    `header` names the columns; `marked` are the cells that are the answer, as (row, column) of
    `rows`; `left_out` is the number of further rows it rests on, `columns_left_out` the number of
    further columns of the table.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[tuple[int, int], ...] = ()
    left_out: int = 0
    columns_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, the citations it rests on, and its verdict.

    The verdict is "quoted" for the document's own words, which says nothing about whether they
    answer; "computed" if `reason` shows how it was worked out from what is cited; otherwise it
    says whether a written statement is supported. `table` shows the cells that it rests on.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reason: str | None = None
    table: AnswerTable | None = None


@dataclass(frozen=True, slots=True)
class Highlight:
    """The words of a document that answer the question: a span within citation `n`."""

    n: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A sentence that could be mistaken for the answer; `difference` says why it is not.

    `score` is its probability as a share of the best sentence's.
    """

    doc: str
    start: int
    end: int
    quote: str
    page: int | None
    title: str
    difference: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence considered as an answer; `score`, higher is better, is its probability."""

    doc: str
    start: int
    end: int
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written, and their cost in US dollars, None if the provider gives none."""

    tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [u.cost for u in (self, other) if u.cost is not None]
        return Usage(self.tokens + other.tokens, sum(costs) if costs else None)


@dataclass(frozen=True, slots=True)
class Judging:
    """The judge of written statements, and its cost; `judge` is "none" if there was none."""

    judge: str
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """The result of an answerer, from which the pipeline makes the answer.

    `confidence` is the probability that the documents answer. `abstention` says in a sentence or
    two why there is no answer, "" if there is one; `unfinished` is the text being written after
    the last statement. `listed` is the number of list items shown, and their total, if some are
    left out. `fallback` says why another answerer stood in, and `written` is what the first had
    written.
    """

    confidence: float
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstention: str = ""
    unfinished: str = ""
    highlights: tuple[Highlight, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    listed: tuple[int, int] | None = None
    fallback: str | None = None
    written: tuple[Statement, ...] = ()
    usage: Usage = Usage()
    prompt_version: str | None = None
    judging: Judging | None = None

    @property
    def status(self) -> Status:
        """Whether it answers."""
        return "abstained" if self.abstention else "answered"

    @property
    def answer(self) -> str:
        """The statements with their markers, or the reason why there are none."""
        marked = [f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in self.statements]
        return self.abstention or " ".join([*map(str.strip, marked), self.unfinished]).strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one question.

    `confidence` is the probability that the documents answer it; `tokens` are those that a chat
    model read and wrote, else those of `answer` as chat models count them. `fallback` says why the
    extractive answerer stood in for a chat model, and `written` is what that had written;
    `listed` is the number of list items shown and their total, if some are left out; `stopped`
    marks an answer that the user stopped; `cost` is in US dollars, if the provider gives it;
    `judging` says who checked written statements.
    """

    id: str
    question: str
    status: Status
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[RetrievedPassage, ...]
    confidence: float
    answerer: str
    latency_ms: float
    standalone_question: str
    highlights: tuple[Highlight, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    suggestions: tuple[str, ...] = ()
    listed: tuple[int, int] | None = None
    tokens: int = 0
    fallback: str | None = None
    written: tuple[Statement, ...] = ()
    stopped: bool = False
    cost: float | None = None
    prompt_version: str | None = None
    judging: Judging | None = None

    def __post_init__(self) -> None:
        numbers = [c.n for c in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"citations are numbered {numbers!r}, not in order of appearance")
        for citation in self.citations:
            if len(citation.quote) != citation.end - citation.start:
                raise ValueError(f"citation {citation.n} does not quote its span")

    @property
    def likelihood(self) -> str:
        """How likely the documents answer this, in words: "likely", "may not"."""
        return next(word for least, word in LIKELIHOOD if self.confidence >= least)

    @property
    def checking(self) -> str:
        """How the statements that a model wrote were checked, in a sentence; else ""."""
        if self.judging is None:
            return ""
        if self.judging.judge == "none":
            return "Only figures, names and wording were compared with the cited passages."
        also = ", which also wrote them" if self.judging.judge == self.answerer else ""
        return (
            f"Figures were compared with the cited passages, and the statements judged by "
            f"{self.judging.judge}{also} ({self.judging.tokens:,} tokens, "
            f"{self.judging.seconds:.1f} s)."
        )

    def stop(self) -> "Answer":
        """Return the answer marked as stopped by the user."""
        return replace(self, stopped=True)

    def to_json(self) -> dict[str, Any]:
        """Return the result in the form of the command line's contract."""
        result = asdict(self)
        result["passages"] = [
            {"doc": p.passage.doc, "start": p.passage.start, "end": p.passage.end,
             "page": p.page, "section": p.passage.section, "score": p.score}
            for p in self.passages
        ]  # fmt: skip
        return result

    def dump(self) -> str:
        """Return the complete answer as JSON for `load`, including the text of passages."""
        return _adapter().dump_json(self).decode()

    @staticmethod
    def load(dumped: str) -> "Answer":
        """Return the answer that `dump` wrote; ValueError if it is not one.

        Releases before the verdict "quoted" stored quotations as "verified".
        """
        answer = _adapter().validate_json(dumped)
        if answer.answerer != EXTRACTIVE and not answer.fallback:
            return answer
        quoted = tuple(
            replace(s, verdict="quoted") if s.verdict == "verified" else s
            for s in answer.statements
        )
        return replace(answer, statements=quoted)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


class Answerer(Protocol):
    """Drafts an answer from passages; `stream` yields the growing draft, the complete one last."""

    name: str

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Draft:
        """Return the whole draft."""
        ...

    def stream(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Draft]:
        """Yield the draft as it grows."""
        ...

    def rewrite(self, question: Question) -> tuple[str | None, Usage]:
        """Return the stand-alone form of a follow-up, None to leave it to rules, and the usage."""
        ...
