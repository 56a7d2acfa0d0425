"""The pipeline says the same however it is called, by a LangChain chain as well."""

from dataclasses import replace
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from qa.answer import Answer, Question, Turn
from qa.langchain import PassageRetriever, PipelineRunnable
from qa.pipeline import Pipeline

QUESTIONS = [
    Question("How many vehicles were exported in 2023?", "a"),
    Question("hello", "b"),
    Question("Who won the world cup in 1998?", "c"),
    Question("And in the year before?", "d", (Turn("user", "How many vehicles were exported?"),)),
]


def timeless(answer: Answer) -> Answer:
    return replace(answer, latency_ms=0.0)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_invoke_is_the_last_of_stream(shipped_pipeline: Pipeline, question: Question) -> None:
    whole = shipped_pipeline.invoke(question)
    assert timeless(list(shipped_pipeline.stream(question))[-1]) == timeless(whole)
    assert (whole.id, whole.question) == (question.id, question.text)
    assert whole.latency_ms > 0


def test_batch_keeps_the_order(shipped_pipeline: Pipeline) -> None:
    batch = shipped_pipeline.batch(QUESTIONS)
    assert list(map(timeless, batch)) == [timeless(shipped_pipeline.invoke(q)) for q in QUESTIONS]


def test_what_is_far_from_the_documents_is_declined(shipped_pipeline: Pipeline) -> None:
    far = shipped_pipeline.invoke(QUESTIONS[2])
    assert far.status == "abstained"
    assert far.passages
    greeting = shipped_pipeline.invoke(QUESTIONS[1])
    assert greeting.status == "abstained"
    assert greeting.suggestions


class Recorder(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[str] = []

    def on_chain_start(self, *_: Any, **__: Any) -> None:
        self.events.append("chain start")

    def on_chain_end(self, *_: Any, **__: Any) -> None:
        self.events.append("chain end")


def test_a_chain_calls_its_callbacks(shipped_pipeline: Pipeline) -> None:
    recorder = Recorder()
    runnable = PipelineRunnable(shipped_pipeline)
    found = runnable.invoke(QUESTIONS[0], {"callbacks": [recorder]})
    assert timeless(found) == timeless(shipped_pipeline.invoke(QUESTIONS[0]))
    assert recorder.events == ["chain start", "chain end"]
    assert timeless(list(runnable.stream(QUESTIONS[0]))[-1]) == timeless(found)


def test_the_pipeline_composes(shipped_pipeline: Pipeline) -> None:
    chain = (
        RunnableLambda(Question)
        | PipelineRunnable(shipped_pipeline)
        | RunnableLambda(lambda answer: answer.status)
    )
    assert chain.invoke("How many vehicles were exported in 2023?") == "answered"


def test_retriever_returns_langchain_documents(shipped_pipeline: Pipeline) -> None:
    found = PassageRetriever(index=shipped_pipeline.index, k=3).invoke("vehicle exports")
    assert len(found) == 3
    for document in found:
        text = shipped_pipeline.documents[document.metadata["doc"]].text
        span = slice(document.metadata["start"], document.metadata["end"])
        assert text[span] == document.page_content
    scores = [document.metadata["score"] for document in found]
    assert scores == sorted(scores, reverse=True)
