"""Questions answered in background threads, which outlive the page.

The questions of one conversation are answered one after the other, each with the conversation so
far; those of different conversations in parallel.
"""

import logging
from contextlib import closing
from dataclasses import replace
from functools import partial
from threading import Event, Lock

from corpus.errors import FootnoteError
from corpus.stopping import Stop, stopped_by
from qa.answer import EXTRACTIVE, Answer, Question
from qa.background import BackgroundQueue, Lane
from qa.conversations.database import HistoryError
from qa.conversations.history import Exchange, History, make_question
from qa.pipeline import Pipeline

COPYING = Lane("copied answers", threads=8, share=4)  # those of the documents' own sentences
WRITING = Lane("written answers", threads=8, share=3)  # those of servers, which may be slow
UNKEPT = 200  # answers that could not be kept, and are shown for as long as there is room
STOPPED = "Stopped before anything was written."
log = logging.getLogger(__name__)


class PendingAnswer:
    """A question being answered: `answer` grows; once `done`, it or `error` is the outcome."""

    def __init__(
        self, history: History, conversation: str, exchange: str, pipeline: Pipeline
    ) -> None:
        """Take the exchange of the question, and the pipeline."""
        self.history, self.conversation, self.exchange = history, conversation, exchange
        self.answer: Answer | None = None
        self.error: str | None = None
        self.unkept: str | None = None  # why it could not be kept
        self._done = Event()
        self._pipeline = pipeline
        self._stop = Stop()
        self._lock = Lock()

    @property
    def done(self) -> bool:
        """Whether the outcome is there."""
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most this long for the outcome; return `done`."""
        return self._done.wait(seconds)

    def shown(self, exchange: Exchange) -> Exchange:
        """Return the exchange with its outcome, for when that could not be stored."""
        return replace(exchange, answer=self.answer, error=self.error)

    def run(self) -> None:
        """Answer the question, unless it is stopped, and store the outcome."""
        try:
            with stopped_by(self._stop):
                self._answer()
        except FootnoteError as error:
            self.error = str(error)
        except Exception as error:
            log.exception("A question could not be answered")
            self.error = (
                f"An internal error ({type(error).__name__}) kept this question from being "
                "answered. Ask again; the terminal running Footnote shows the details to report."
            )
        self._keep()

    def _answer(self) -> None:
        exchanges = self.history.read(self.conversation)
        at = next((i for i, e in enumerate(exchanges) if e.id == self.exchange), None)
        if at is None:  # deleted, or asked again, in the meantime
            self.stop()
            return
        asked = exchanges[at]
        stream = self._pipeline.stream(make_question(exchanges[:at], asked.question, asked.docs))
        with closing(stream):
            for answer in stream:
                if self.done:
                    return
                self.answer = answer

    def stop(self) -> None:
        """Stop the answer and its thread; the text written so far is kept."""
        if self.answer:
            self.answer = self.answer.stop()
        else:
            self.error = STOPPED
        self._keep()
        self._stop.stop()

    def _keep(self) -> None:
        with self._lock:
            if self.done:
                return
            try:
                self.history.keep(self.exchange, None if self.error else self.answer, self.error)
            except HistoryError as error:
                self.unkept = str(error)
            self._done.set()


class BackgroundAnswers:
    """All questions being answered by this process."""

    def __init__(self) -> None:
        """Start with none."""
        self._queue = BackgroundQueue("answers")
        self._pending: dict[str, PendingAnswer] = {}
        self._lock = Lock()

    def ask(
        self,
        history: History,
        conversation: str,
        pipeline: Pipeline,
        question: str,
        docs: tuple[str, ...] = (),
        replaces: str | None = None,
        person: str = "",
    ) -> str:
        """Store a question, have it answered, and return the id of its exchange.

        Extractive answers do not wait for written ones, and a `person` has a share of the threads.

        Raises:
            HistoryError: it cannot be stored; nothing is asked.
        """
        error = None
        try:
            Question(question)
        except FootnoteError as refused:
            error = str(refused)
        name = pipeline.answerer.name
        exchange = history.add(conversation, question, name, docs, error, replaces)
        if not error:
            pending = PendingAnswer(history, conversation, exchange, pipeline)
            with self._lock:
                self._pending[exchange] = pending
            lane = COPYING if name == EXTRACTIVE else WRITING
            self._queue.submit_to(lane, person, conversation, partial(self._run, pending))
        return exchange

    def _run(self, pending: PendingAnswer) -> None:
        pending.run()
        with self._lock:
            if not pending.unkept:
                del self._pending[pending.exchange]
            while len(self._pending) > UNKEPT and (old := next(iter(self._pending.values()))).done:
                del self._pending[old.exchange]

    def find(self, exchange: Exchange) -> PendingAnswer | None:
        """Return the pending answer of an exchange; None if no thread is working on it."""
        return self._pending.get(exchange.id)

    def close(self) -> None:
        """Wait for the pending answers."""
        self._queue.close()
