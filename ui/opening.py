"""Shared by all sessions: the open documents, the conversations, the pending questions."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any
from weakref import finalize

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corpus.errors import FootnoteError
from corpus.stopping import Stop, StoppedError, stopped_by
from index.settings import Settings, read_settings
from qa.background import BackgroundQueue
from qa.conversations.background_answers import BackgroundAnswers
from qa.conversations.history import ANYONE, History, open_history
from qa.conversations.upload_queue import UploadQueue
from qa.conversations.uploads import Library
from qa.pipeline import Pipeline
from ui import words
from ui.escape import as_label
from ui.sources import Address, publish
from ui.welcome import INTRODUCTION, draw_error

_POLL = 0.1  # seconds between two looks at the progress
_log = logging.getLogger(__name__)


def explain(error: BaseException | None, what: str) -> str:
    """Return why work failed as a sentence, "" if it did not; internal errors are logged."""
    if error and not isinstance(error, FootnoteError):
        _log.error("An internal error in Footnote %s", what, exc_info=error)
        return words.Opening.INTERNAL.format(type(error).__name__, what)
    return str(error or "")


class Opening:
    """The pipeline of a library, opened in a background thread: closing the page does not stop it.

    While documents are read again, `pipeline` stays the previous one; `progress` is the state of
    the work, as a share and in words.
    """

    def __init__(self, library: Library, meanwhile: "Opening | None" = None) -> None:
        """Start opening; until it is done, `meanwhile` answers."""
        self.library = library
        library.forget_removed()  # what an earlier run of the page could still bring back
        self.pipeline: Pipeline | None = meanwhile.pipeline if meanwhile else None
        # of the documents, by `doc`
        self.addresses: Mapping[str, Address] = meanwhile.addresses if meanwhile else {}
        self._state: object = None  # of the uploads, when they were read last
        self._stop = self._running = Stop()
        self._report(words.Opening.STEP, 0, 1)
        self._queue = BackgroundQueue("opening")
        self._lock = Lock()
        self.latest: Future[None]
        self.reopen()

    def reopen(self, at_once: bool = False) -> None:
        """Read the documents again, after the current reading; several requests are merged.

        `at_once` ends what is being read now: what it has read so far is not read again.
        """
        with self._lock:
            if hasattr(self, "latest"):
                self.latest.cancel()
            if at_once:
                self._running.stop()
            self._stop = Stop()
            self.latest = self._queue.submit("", self._open, self._stop)

    def stop(self) -> None:
        """Read no further; what was there before goes on answering."""
        for stop in (self._stop, self._running):
            stop.stop()

    @property
    def stopped(self) -> bool:
        """Whether the latest reading was stopped."""
        future = self.latest
        done = future.done() and not future.cancelled()
        return done and isinstance(future.exception(), StoppedError)

    @property
    def outdated(self) -> bool:
        """Whether its files are damaged, or others are to be read: those others shared, say."""
        damaged = self.pipeline is not None and self.pipeline.index.damaged
        return damaged or self.library.state() != self._state

    def _report(self, step: str, done: int, total: int) -> None:
        said = words.Opening.COUNT.format(step, done, total) if total > 1 else step
        self.progress = (min(done / max(total, 1), 1.0), as_label(said))

    def _open(self, stop: Stop) -> None:
        self._running, self._state = stop, self.library.state()
        with stopped_by(stop):
            pipeline = self.library.open(self._report)
        pipeline.index.close_unused()
        self._report(words.Opening.SUGGESTIONS, 1, 1)
        _ = pipeline.suggestions  # asked once here, behind the progress bar
        whose, files = str(self.library.folder), self.library.originals
        self.addresses = publish(whose, pipeline.documents, pipeline.index.statuses, files)
        self.pipeline = pipeline

    @property
    def problem(self) -> str:
        """Why the latest reading failed, as a sentence; "" if it did not."""
        future = self.latest
        error = future.exception() if future.done() and not future.cancelled() else None
        return explain(error, words.Opening.PREVENTED)

    def close(self) -> None:
        """Release the index and its files."""
        self._queue.close()
        if self.pipeline:
            self.pipeline.index.close()


@st.cache_resource(show_spinner=False)
def shared_settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()


@st.cache_resource(show_spinner=False, max_entries=50)
def shared_opening(owner: str = "") -> Opening:
    """Return the documents of an account or a browser, or of all browsers without uploads."""
    meanwhile = shared_opening("") if owner.startswith(ANYONE) else None
    return Opening(shared_uploads(owner).library, meanwhile)


def opening_of(owner: str) -> Opening:
    """Return the documents that an account or a browser asks about."""
    shares = owner.startswith(ANYONE) and not Library(shared_settings(), owner).has_own
    return shared_opening("" if shares else owner)


@st.cache_resource(show_spinner=False, max_entries=500)
def shared_uploads(owner: str) -> UploadQueue:
    """Return the uploads of an account or a browser that are read."""
    return UploadQueue(Library(shared_settings(), owner), lambda: opening_of(owner).reopen())


@st.cache_resource(show_spinner=False)
def shared_answers() -> BackgroundAnswers:
    """Return the pending questions."""
    return BackgroundAnswers()


@st.cache_resource(show_spinner=False)
def shared_history() -> History:
    """Return the conversations.

    Raises:
        HistoryError: their database cannot be read or written.
    """
    return open_history(shared_settings().home, shared_settings().database_url)


def temporary_history() -> History:
    """Return a temporary conversation database, removed when the program ends."""
    folder = tempfile.TemporaryDirectory(prefix="footnote-")
    history = open_history(Path(folder.name))
    finalize(history, folder.cleanup)
    return history


def wait_for_pipeline(owner: str) -> Pipeline | None:
    """Return the pipeline, after a progress bar while the documents are opened the first time.

    If they cannot be opened, draw the reason and the remedy, and return None.
    """
    opening = opening_of(owner)
    if opening.pipeline and opening.latest.done() and opening.outdated:
        opening.reopen()  # what made it out is told where it was asked for
    if not opening.pipeline and not opening.latest.done():
        introduction, bar = st.empty(), st.empty()
        introduction.html(INTRODUCTION)
        follow(bar, opening.latest, lambda: opening.progress)
        introduction.empty()
        bar.empty()
    if not opening.pipeline:
        draw_error(opening.problem)
        st.button(words.Frame.TRY_AGAIN, key="again", on_click=shared_opening.clear)
    return opening.pipeline


def follow(
    place: DeltaGenerator, work: Future[Any], progress: Callable[[], tuple[float, str]]
) -> None:
    """Draw the progress of some work in `place`, share and words, until it is done.

    Streamlit ends the run from within when something is clicked. A fragment that redraws itself
    periodically would do the same, but can get lost, and then the page would wait forever.
    """
    while not work.done():
        place.progress(*progress())
        sleep(_POLL)
