"""Footnote as parts of a LangChain chain. Nothing else imports them: they load slowly."""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from index.retriever import PASSAGES, SearchableIndex
from qa.answer import Answer, Question
from qa.pipeline import Pipeline


class PassageRetriever(BaseRetriever):
    """An index as a retriever; its documents carry offsets and scores as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchableIndex
    k: int = PASSAGES

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        """Return the best passages; `metadata["retrieved"]` is the RetrievedPassage itself."""
        return [
            Document(
                page_content=found.passage.text,
                metadata={
                    "doc": found.passage.doc,
                    "start": found.passage.start,
                    "end": found.passage.end,
                    "section": found.passage.section,
                    "score": found.score,
                    "retrieved": found,
                },
            )
            for found in self.index.search(query, self.k)
        ]


class PipelineRunnable(Runnable[Question, Answer]):
    """A pipeline as a runnable: from question to answer; it streams growing answers."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take an open pipeline."""
        self._pipeline = pipeline

    def invoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """Return the whole answer."""
        return self._call_with_config(self._pipeline.invoke, input, config)

    def stream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, the complete one last."""

        def answer(inputs: Iterator[Question]) -> Iterator[Answer]:
            for question in inputs:
                yield from self._pipeline.stream(question)

        yield from self._transform_stream_with_config(iter([input]), answer, config)
