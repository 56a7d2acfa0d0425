"""The pipeline: question to checked answer."""

from collections.abc import Generator, Iterable, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from corpus.document import Corpus, Document
from corpus.folder import Folder
from corpus.tokens import count_chat_tokens
from index.build import open_index
from index.progress import Progress, no_progress
from index.retriever import PASSAGES, SearchableIndex
from index.settings import Settings
from qa.answer import Answer, Answerer, Question
from qa.extractive.answerer import ExtractiveAnswerer
from qa.extractive.confidence import Confidence
from qa.question.follow_ups import standalone
from qa.question.small_talk import is_small_talk
from qa.question.suggestions import choose_suggestions
from qa.reader import Reader, load_reader

if TYPE_CHECKING:
    from qa.chat.answerer import ChatAnswerer

EXTRACTIVE = "extractive"
NOTHING = "There is nothing to look in: the documents chosen hold no text."
GREETING = (
    "I answer questions from your documents and cite the sentence behind every statement. "
    "Ask me something they may say, for example one of the questions below."
)


class Pipeline:
    """Retrieve, answer, and say how sure that is; the same for page, command line, evaluation."""

    def __init__(
        self, index: SearchableIndex, reader: Reader | None, problems: tuple[str, ...] = ()
    ) -> None:
        """Take an open index, a reader or none, and a line for each unreadable file."""
        self.index = index
        self.problems = problems
        self._reader = reader
        self._extractive = ExtractiveAnswerer(index, reader)
        self._chat: ChatAnswerer | None = None
        self._passages = PASSAGES

    @property
    def answerer(self) -> Answerer:
        """What makes the answers."""
        return self._chat or self._extractive

    @property
    def confidence(self) -> Confidence:
        """What decides whether the documents answer a question."""
        return self._extractive.confidence

    def with_answerer(
        self, name: str, key: str = "", passages: int = PASSAGES, threshold: float | None = None
    ) -> "Pipeline":
        """Return a pipeline of the same index that answers by answerer `name`.

        `key` is a chat provider's, by default that of its own variable; so many `passages` are
        looked at; below `threshold`, by default the fitted one, it declines.

        Raises:
            ChatModelError: it is a chat model that cannot be used.
        """
        other = copy(self)
        other._chat, other._passages = None, passages
        other._extractive = ExtractiveAnswerer(self.index, self._reader, threshold)
        if name != EXTRACTIVE:
            from qa.chat.answerer import ChatAnswerer  # LangChain takes seconds to load
            from qa.chat.providers import open_model
            from qa.verification.verifier import Verifier

            model, verifier = open_model(name, key=key), Verifier(self.index.embed_all)
            other._chat = ChatAnswerer(self.index, model, other._extractive, verifier)
        return other

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents the index holds, by `doc`."""
        return self.index.documents

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Questions that these documents answer, for people who do not know what to ask."""
        return choose_suggestions(
            self.documents.values(),
            lambda text: self.with_answerer(EXTRACTIVE).invoke(Question(text)).status == "answered",
        )

    def invoke(self, question: Question) -> Answer:
        """Return the whole answer."""
        *_, whole = self.stream(question)
        return whole

    def batch(self, questions: Iterable[Question]) -> list[Answer]:
        """Return the answers in the order of the questions."""
        return [self.invoke(question) for question in questions]

    def stream(self, question: Question) -> Generator[Answer, None, None]:
        """Yield the answer as it grows, the whole one last; closing the generator stops it."""
        started = perf_counter()
        if is_small_talk(question.text):
            yield self._say(GREETING, question, started)
            return
        text, tokens, cost = self._rewrite(question)
        asked = replace(question, text=self.index.correct(text), history=())
        passages = self.index.search(asked.text, self._passages, asked.docs)
        if not passages:
            yield self._say(NOTHING, question, started)
            return
        for answer in self.answerer.stream(asked, passages):
            yield replace(
                answer,
                question=question.text,
                standalone_question=asked.text,
                tokens=answer.tokens + tokens or count_chat_tokens(answer.answer),
                cost=answer.cost if cost is None else cost + (answer.cost or 0.0),
                latency_ms=round((perf_counter() - started) * 1000, 3),
            )

    def _rewrite(self, question: Question) -> tuple[str, int, float | None]:
        """Return the question without its history, by the chat model or else by rules; its cost."""
        tokens, cost = 0, None
        text = None
        if self._chat and question.history:
            text, usage = self._chat.rewrite(question)
            tokens, cost = usage.tokens, usage.cost
        return text or standalone(question, self.index.embed_all), tokens, cost

    def _say(self, text: str, question: Question, started: float) -> Answer:
        """Return what is no answer, with questions that have one."""
        return Answer(
            question.id, question.text, "abstained", text, statements=(), citations=(),
            passages=(), confidence=0.0, answerer=self.answerer.name,
            latency_ms=round((perf_counter() - started) * 1000, 3),
            standalone_question=question.text, suggestions=self.examples,
        )  # fmt: skip


def open_reader(name: str) -> Reader | None:
    """Return the reader of a setting: "footnote" is the shipped one, "none" is none.

    Raises:
        ReaderError: the folder `name` holds none.
    """
    if name == "none":
        return None
    return load_reader(None if name == "footnote" else name)


def build_pipeline(
    settings: Settings,
    corpus: Corpus | Folder | None = None,
    progress: Progress = no_progress,
    name: str | None = None,
) -> Pipeline:
    """Bring the index of `settings.documents`, or of `corpus`, up to date and open it.

    Raises:
        ChatModelError, CorpusError, EmbedderError, ReaderError, StoreError: with a sentence that
            says what to do.
    """
    if settings.answerer != EXTRACTIVE:
        from qa.chat.providers import open_model

        open_model(settings.answerer)  # what it lacks is told before documents are read
    index, report = open_index(settings, corpus, name, progress)
    pipeline = Pipeline(index, open_reader(settings.reader), report.problems)
    return pipeline.with_answerer(settings.answerer)
