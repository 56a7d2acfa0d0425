"""The pipeline all sessions share, opened once in the background."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep

import streamlit as st

from corpus.errors import FootnoteError
from index.settings import read_settings
from qa.pipeline import Pipeline, build_pipeline
from ui.escape import as_label
from ui.welcome import INTRODUCTION

_POLL = 0.1  # seconds between two looks at the progress
_log = logging.getLogger(__name__)


class OpeningError(FootnoteError):
    """The documents cannot be opened; the message says why and what to do."""


class Opening:
    """A pipeline being opened by a thread of its own: closing the page does not stop it."""

    def __init__(self) -> None:
        """Start opening."""
        self.step = ("Opening the documents", 0, 1)
        worker = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self.pipeline: Future[Pipeline] = worker.submit(self._open)
        worker.shutdown(wait=False)

    def _report(self, step: str, done: int, total: int) -> None:
        self.step = (step, done, total)

    def _open(self) -> Pipeline:
        pipeline = build_pipeline(read_settings(), progress=self._report)
        self._report("Choosing example questions", 1, 1)
        _ = pipeline.examples  # asked once here, behind the progress bar
        return pipeline


@st.cache_resource(show_spinner=False)
def shared_opening() -> Opening:
    """Return the one opening of this process."""
    return Opening()


def wait_for_pipeline() -> Pipeline:
    """Return the pipeline, behind a progress bar while it is being opened.

    Raises:
        OpeningError: it cannot be opened.
    """
    opening = shared_opening()
    if not opening.pipeline.done():
        introduction, bar = st.empty(), st.progress(0.0)
        introduction.html(INTRODUCTION)
        while not opening.pipeline.done():
            step, done, total = opening.step
            share = f" ({done:,} of {total:,})" if total > 1 else ""
            bar.progress(min(done / max(total, 1), 1.0), as_label(f"{step}{share}"))
            sleep(_POLL)
        introduction.empty()
        bar.empty()
    error = opening.pipeline.exception()
    if isinstance(error, FootnoteError):
        raise OpeningError(str(error)) from error
    if error:
        _log.error("The documents could not be opened", exc_info=error)
        raise OpeningError(
            f"A fault in Footnote ({type(error).__name__}) kept the documents from being opened. "
            "Try again; the terminal that runs Footnote shows the details to report."
        ) from error
    return opening.pipeline.result()
