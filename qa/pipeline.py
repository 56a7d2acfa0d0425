"""The pipeline: question to checked answer, as a LangChain runnable."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import Any

from langchain_core.callbacks import CallbackManagerForChainRun
from langchain_core.runnables import Runnable, RunnableConfig

from corpus.documents import Corpus, Document
from corpus.tokens import count_chat_tokens
from index.build import open_index
from index.progress import Progress, no_progress
from index.retriever import PassageRetriever, RetrievedPassage, SearchableIndex
from index.settings import Settings
from qa.answer import Answer, Answerer, Question
from qa.conversation import is_small_talk, standalone
from qa.examples import example_questions
from qa.extractive import ExtractiveAnswerer
from qa.reader import Reader, load_reader

GREETING = (
    "I answer questions from your documents and cite the sentence behind every statement. "
    "Ask me something they may say, for example one of the questions below."
)


class Pipeline(Runnable[Question, Answer]):
    """Retrieve, answer, and say how sure that is; the same for page, command line, evaluation."""

    def __init__(
        self, index: SearchableIndex, answerer: Answerer, problems: tuple[str, ...] = ()
    ) -> None:
        """Take an open index, what makes answers, and a line for each unreadable file."""
        self.index = index
        self.answerer = answerer
        self.problems = problems
        self._retriever = PassageRetriever(index=index)

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents the index holds, by `doc`."""
        return self.index.documents

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Questions that these documents answer, for people who do not know what to ask."""
        return example_questions(
            self.documents.values(), lambda text: self.invoke(Question(text)).status == "answered"
        )

    def invoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """Return the whole answer."""
        return self._call_with_config(self._answer, input, config)

    def stream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, the whole one last."""
        started = perf_counter()
        if is_small_talk(input.text):
            yield self._greet(input, started)
            return
        asked, passages = self._retrieve(input, config)
        for answer in self.answerer.stream(asked, passages):
            yield self._finish(input, asked, answer, started)

    def _answer(
        self, question: Question, run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Answer:
        started = perf_counter()
        if is_small_talk(question.text):
            return self._greet(question, started)
        asked, passages = self._retrieve(question, config)
        return self._finish(question, asked, self.answerer.answer(asked, passages), started)

    def _retrieve(
        self, question: Question, config: RunnableConfig | None
    ) -> tuple[Question, list[RetrievedPassage]]:
        """Return the stand-alone question as the corpus spells it, and its passages."""
        text = self.index.correct(standalone(question, self.index.embed_all))
        found = self._retriever.invoke(text, config)
        return replace(question, text=text, history=()), [d.metadata["retrieved"] for d in found]

    def _finish(
        self, question: Question, asked: Question, answer: Answer, started: float
    ) -> Answer:
        return replace(
            answer,
            question=question.text,
            standalone_question=asked.text,
            tokens=count_chat_tokens(answer.answer),
            latency_ms=round((perf_counter() - started) * 1000, 3),
        )

    def _greet(self, question: Question, started: float) -> Answer:
        return Answer(
            id=question.id,
            question=question.text,
            status="abstained",
            answer=GREETING,
            statements=(),
            citations=(),
            passages=(),
            confidence=0.0,
            answerer=self.answerer.name,
            latency_ms=round((perf_counter() - started) * 1000, 3),
            standalone_question=question.text,
            suggestions=self.examples,
        )


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
    corpus: Corpus | None = None,
    progress: Progress = no_progress,
    name: str | None = None,
) -> Pipeline:
    """Bring the index of `settings.documents`, or of `corpus`, up to date and open it.

    Raises:
        CorpusError, EmbedderError, ReaderError, StoreError: with a sentence that says what to do.
    """
    index, report = open_index(settings, corpus, name, progress)
    return Pipeline(index, ExtractiveAnswerer(index, open_reader(settings.reader)), report.problems)
