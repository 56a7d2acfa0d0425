"""Questions being answered by threads of their own: closing the page loses none.

The questions of one conversation are answered one after the other, each knowing what was said
before; those of different conversations side by side.
"""

import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from threading import Lock

from corpus.errors import FootnoteError
from qa.answer import Answer, Question
from qa.conversations.database import HistoryError
from qa.conversations.history import Exchange, History, make_question
from qa.pipeline import Pipeline

WORKERS = 8
UNKEPT = 200  # answers that could not be kept, and are shown for as long as there is room
STOPPED = "Stopped before anything was written."
log = logging.getLogger(__name__)


class Job:
    """A question on its way: `answer` grows; with `done`, it or `error` is what came of it."""

    def __init__(
        self, history: History, conversation: str, exchange: str, pipeline: Pipeline
    ) -> None:
        """Take where the question stands and what answers it."""
        self.history, self.conversation, self.exchange = history, conversation, exchange
        self.answer: Answer | None = None
        self.error: str | None = None
        self.unkept: str | None = None  # why it could not be kept
        self.done = False
        self._pipeline = pipeline
        self._lock = Lock()

    def shown(self, exchange: Exchange) -> Exchange:
        """Return the exchange with what came of it, for when that could not be kept."""
        return replace(exchange, answer=self.answer, error=self.error)

    def run(self) -> None:
        """Answer the question and keep what came of it; whether it was stopped is looked at."""
        try:
            self._answer()
        except FootnoteError as error:
            self.error = str(error)
        except Exception as error:
            log.exception("A question could not be answered")
            self.error = (
                f"A fault in Footnote ({type(error).__name__}) kept this question from being "
                "answered. Ask again; the terminal that runs Footnote shows the details to report."
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
        """End it here; what is written so far is kept."""
        if self.answer:
            self.answer = replace(self.answer, stopped=True)
        else:
            self.error = STOPPED
        self._keep()

    def _keep(self) -> None:
        with self._lock:
            if self.done:
                return
            try:
                self.history.keep(self.exchange, None if self.error else self.answer, self.error)
            except HistoryError as error:
                self.unkept = str(error)
            self.done = True


class Asking:
    """All questions being answered in this process."""

    def __init__(self) -> None:
        """Start with none."""
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="asking")
        self._jobs: dict[str, Job] = {}
        self._queues: dict[str, deque[Job]] = {}
        self._lock = Lock()

    def ask(
        self,
        history: History,
        conversation: str,
        pipeline: Pipeline,
        question: str,
        docs: tuple[str, ...] = (),
        replaces: str | None = None,
    ) -> str:
        """Keep a question, have it answered, and return its exchange's id.

        Raises:
            HistoryError: it cannot be kept; nothing is asked.
        """
        error = None
        try:
            Question(question)
        except FootnoteError as refused:
            error = str(refused)
        name = pipeline.answerer.name
        exchange = history.add(conversation, question, name, docs, error, replaces)
        if not error:
            job = Job(history, conversation, exchange, pipeline)
            with self._lock:
                self._jobs[exchange] = job
                queue = self._queues.setdefault(conversation, deque())
                queue.append(job)
                first = len(queue) == 1
            if first:  # never under the lock: the answer may be there at once
                self._pool.submit(self._work, queue)
        return exchange

    def _work(self, queue: deque[Job]) -> None:
        """Answer the questions of one conversation until none is left."""
        while queue:
            job = queue[0]
            job.run()
            with self._lock:
                if not job.unkept:
                    del self._jobs[job.exchange]
                while len(self._jobs) > UNKEPT and (old := next(iter(self._jobs.values()))).done:
                    del self._jobs[old.exchange]
                queue.popleft()
                if not queue:
                    del self._queues[job.conversation]

    def find(self, exchange: Exchange) -> Job | None:
        """Return the job of an exchange nothing came of yet; None when no thread is at it."""
        return self._jobs.get(exchange.id)

    def close(self) -> None:
        """Wait for what is being answered."""
        self._pool.shutdown()
