"""Questions answered by threads: in order, stopped, kept, and with a database that fails."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from corpus.errors import FootnoteError
from qa.answer import Answer, Question
from qa.conversations.background_answers import STOPPED, BackgroundAnswers, PendingAnswer
from qa.conversations.database import HistoryError
from qa.conversations.history import Exchange, History, open_history
from tests.qa.conversations.test_history import ANSWER


class SlowPipeline:
    """Stands where a chat model would: yields what it is let to, step by step."""

    def __init__(self) -> None:
        self.step, self.closed = Event(), Event()
        self.asked: list[Question] = []
        self.answerer = self
        self.name = "slow"

    def stream(self, question: Question) -> Iterator[Answer]:
        self.asked.append(question)
        try:
            if question.text == "fail?":
                raise FootnoteError("It failed.")
            if question.text == "crash?":
                raise ZeroDivisionError
            yield ANSWER
            self.step.wait(30)
            yield ANSWER
        finally:
            self.closed.set()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[History]:
    history = open_history(tmp_path)
    yield history
    history.close()


@pytest.fixture
def threads() -> Iterator[BackgroundAnswers]:
    all_ = BackgroundAnswers()
    yield all_
    all_.close()


def until(done: Any) -> None:
    """Wait for what another thread does."""
    end = monotonic() + 30
    while not done():
        assert monotonic() < end
        sleep(0.01)


def finished(kept: History, conversation: str) -> list[Exchange]:
    until(lambda: not any(e.pending for e in kept.read(conversation)))
    return kept.read(conversation)


def test_questions_of_a_conversation_wait_for_each_other(
    kept: History, threads: BackgroundAnswers
) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    first = threads.ask(kept, id_, pipeline, "a?", ("trade",))
    threads.ask(kept, id_, pipeline, "b?")
    until(lambda: pipeline.asked)
    assert len(pipeline.asked) == 1
    job = threads.find(kept.read(id_)[0])
    assert job and job.exchange == first
    until(lambda: job.answer)
    pipeline.step.set()
    one, two = finished(kept, id_)
    assert one.answer == two.answer == ANSWER
    assert (one.answerer, one.docs) == ("slow", ("trade",))
    assert pipeline.asked[0].docs == ("trade",)
    assert [turn.content for turn in pipeline.asked[1].history] == [ANSWER.question, ANSWER.answer]
    until(lambda: threads.find(one) is None)


def test_an_answer_may_be_there_at_once(
    kept: History, threads: BackgroundAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline: Any = SlowPipeline()
    pipeline.step.set()
    submit = ThreadPoolExecutor.submit

    def whole(*job: Any) -> Future[None]:
        future = submit(*job)
        wait([future])
        return future

    monkeypatch.setattr(ThreadPoolExecutor, "submit", whole)
    id_ = kept.start("me", "x").id
    asker = Thread(target=threads.ask, args=(kept, id_, pipeline, "a?"), daemon=True)
    asker.start()
    asker.join(30)
    assert not asker.is_alive()  # it used to wait for itself
    assert finished(kept, id_)[0].answer == ANSWER


def test_waiting_ends_with_the_answer(kept: History, threads: BackgroundAnswers) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    threads.ask(kept, id_, pipeline, "a?")
    coming = threads.find(kept.read(id_)[0])
    assert coming is not None
    assert not coming.wait(0.01) and not coming.done
    pipeline.step.set()
    assert coming.wait(30) and coming.done
    assert kept.read(id_)[0].answer is not None


def test_stopping_keeps_what_is_written(kept: History, threads: BackgroundAnswers) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    threads.ask(kept, id_, pipeline, "a?")
    job = threads.find(kept.read(id_)[0])
    assert job
    until(lambda: job.answer)
    job.stop()
    [exchange] = kept.read(id_)
    assert exchange.answer and exchange.answer.stopped
    pipeline.step.set()
    assert pipeline.closed.wait(30)
    until(lambda: threads.find(exchange) is None)
    assert kept.read(id_) == [exchange]


def test_stopped_before_anything_was_written(kept: History) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    exchange = kept.add(id_, "a?", "slow")
    PendingAnswer(kept, id_, exchange, pipeline).stop()
    assert kept.read(id_)[0].error == STOPPED


def test_errors_are_sentences(
    kept: History, threads: BackgroundAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    for text in ("🎉", "fail?", "crash?"):
        threads.ask(kept, id_, pipeline, text)
    refused, failed, crashed = finished(kept, id_)
    assert "no words" in (refused.error or "")
    assert failed.error == "It failed."
    assert "ZeroDivisionError" in (crashed.error or "")
    assert "Ask again" in (crashed.error or "")
    assert "could not be answered" in caplog.text


def test_a_question_deleted_while_it_waits_is_not_asked(
    kept: History, threads: BackgroundAnswers
) -> None:
    pipeline: Any = SlowPipeline()
    id_ = kept.start("me", "x").id
    first = threads.ask(kept, id_, pipeline, "a?")
    threads.ask(kept, id_, pipeline, "b?")
    kept.delete_after(id_, first)
    pipeline.step.set()
    finished(kept, id_)
    threads.close()
    assert [question.text for question in pipeline.asked] == ["a?"]


def test_an_answer_that_cannot_be_kept_is_still_shown(
    kept: History, threads: BackgroundAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise HistoryError("The disk is full.")

    pipeline: Any = SlowPipeline()
    pipeline.step.set()
    id_ = kept.start("me", "x").id
    monkeypatch.setattr(kept, "keep", fail)
    threads.ask(kept, id_, pipeline, "a?")
    [exchange] = kept.read(id_)
    job = threads.find(exchange)
    assert job
    until(lambda: job.done)
    assert job.unkept == "The disk is full."
    assert job.shown(exchange).answer == ANSWER
    assert threads.find(exchange) is job
