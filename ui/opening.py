"""The pipeline all sessions share, opened once in the background."""

from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep

import streamlit as st

from index.settings import Settings, read_settings
from qa.pipeline import Pipeline, build_pipeline
from ui.escape import as_label

_POLL = 0.1  # seconds between two looks at the progress


class Opening:
    """A pipeline being opened by a thread of its own: closing the page does not stop it."""

    def __init__(self, settings: Settings) -> None:
        """Start opening."""
        self.step = ("Opening the documents", 0, 1)
        worker = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self.pipeline: Future[Pipeline] = worker.submit(self._open, settings)
        worker.shutdown(wait=False)

    def _report(self, step: str, done: int, total: int) -> None:
        self.step = (step, done, total)

    def _open(self, settings: Settings) -> Pipeline:
        pipeline = build_pipeline(settings, progress=self._report)
        self._report("Choosing example questions", 1, 1)
        _ = pipeline.examples  # asked once here, behind the progress bar
        return pipeline


@st.cache_resource(show_spinner=False)
def shared_opening() -> Opening:
    """Return the one opening of this process.

    Raises:
        SettingsError: a setting cannot be used.
    """
    return Opening(read_settings())


def wait_for_pipeline() -> Pipeline:
    """Return the pipeline, behind a progress bar while it is being opened.

    Raises:
        CorpusError, StoreError, EmbedderError, SettingsError: it cannot be opened.
    """
    opening = shared_opening()
    if not opening.pipeline.done():
        with st.container(key="opening"):
            bar = st.progress(0.0)
        while not opening.pipeline.done():
            step, done, total = opening.step
            share = f" ({done:,} of {total:,})" if total > 1 else ""
            bar.progress(min(done / max(total, 1), 1.0), as_label(f"{step}{share}"))
            sleep(_POLL)
        bar.empty()
    return opening.pipeline.result()
