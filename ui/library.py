"""The documents view: what can be asked about, uploading and removing."""

from collections.abc import Callable

import streamlit as st

from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES
from corpus.formats.registry import SUFFIXES
from index.generations import DocumentStatus
from qa.conversations.uploads import MAX_FILES
from qa.pipeline import Pipeline
from ui.escape import as_html, as_label
from ui.opening import Opening, follow, shared_opening
from ui.session import Visitor
from ui.welcome import BRAND, draw_error, draw_problems

MEGABYTES = MAX_BYTES // 10**6


def _upload(opening: Opening, key: str) -> None:
    """Keep the files that were chosen, and have them indexed."""
    files = st.session_state[key] or []
    results, bar = [], st.progress(0.0)
    for number, file in enumerate(files[:MAX_FILES]):
        bar.progress(number / len(files), as_label(f"Reading {file.name[:80]}"))
        try:
            results.append((True, opening.library.save(file.name, file.getvalue())))
        except CorpusError as error:
            results.append((False, str(error)))
    bar.empty()
    if len(files) > MAX_FILES:
        results.append((False, f"{len(files) - MAX_FILES} more were left out: at most {MAX_FILES}"))
    st.session_state["uploaded"] = results
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1  # empties the field
    if any(kept for kept, _ in results):
        opening.reopen()


def _move(opening: Opening, move: Callable[[str], None], file: str) -> None:
    """Take a file out or put it back, and have the rest indexed."""
    try:
        move(file)
        opening.reopen()
    except CorpusError as error:
        st.session_state["uploaded"] = [(False, str(error))]


def draw_uploads(who: Visitor, opening: Opening) -> None:
    """Draw where files are given, and what became of those given before."""
    kinds = " ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    seen = (
        "Only you see what you upload, when you are signed in."
        if who.account
        else "Everyone who can open this page sees what is uploaded, and is answered from it."
    )
    st.html(f'<p class="fn-notice" id="who-sees">{seen}</p>')
    key = f"files-{st.session_state.get('uploads', 0)}"
    st.file_uploader(
        f"Add documents: up to {MAX_FILES} files of at most {MEGABYTES} MB ({kinds})",
        accept_multiple_files=True, key=key, max_upload_size=MEGABYTES,
        on_change=_upload, args=(opening, key),
    )  # fmt: skip
    for kept, said in st.session_state.pop("uploaded", []):
        if kept:
            st.html(f'<p class="fn-notice" role="status">{as_html(said)} was added.</p>')
        else:
            draw_error(said)
    for number, file in enumerate(opening.library.removed()):
        with st.container(key=f"gone-{number}", horizontal=True, vertical_alignment="center"):
            st.html(f'<p role="status">{as_html(file)} was removed.</p>')
            st.button(
                "Undo", key=f"restore-{file}", help=as_label(f"Bring back {file}"),
                on_click=_move, args=(opening, opening.library.restore, file),
            )  # fmt: skip


def _about(status: DocumentStatus) -> str:
    pages = f"{status.pages:,} pages · " if status.pages else ""
    noun = "passage" if status.passages == 1 else "passages"
    ready = "read with warnings" if status.warnings else "ready"
    notes = "".join(f"<li>{as_html(warning)}</li>" for warning in status.warnings)
    return (
        f'<span class="fn-title">{as_html(status.title)}</span>'
        f'<span class="fn-origin">{as_html(status.doc)} · {pages}{status.passages:,} {noun} · '
        f"{ready}</span>" + (f'<ul class="fn-origin">{notes}</ul>' if notes else "")
    )


def draw_library(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(BRAND + '<h2 class="fn-view">Documents</h2>')
    opening = shared_opening(who.account)
    library = opening.library
    draw_uploads(who, opening)
    place, working = st.empty(), not opening.latest.done()  # asked once: it may end while we draw
    if not working and opening.problem:
        draw_error(opening.problem)
    draw_problems(pipeline.problems)
    entries = library.entries(pipeline)
    for file in sorted(set(library.files()) - {file for file, _ in entries}):
        st.html(f'<p class="fn-origin">{as_html(file)} · being indexed</p>')
    with st.container(key="library"):
        for number, (file, status) in enumerate(entries):
            with st.container(key=f"entry-{number}", horizontal=True):
                st.html(f"<div>{_about(status)}</div>")
                if file:
                    st.button(
                        "Remove", key=f"remove-{file}", type="tertiary", width="content",
                        help=as_label(f"Remove {status.title}"),
                        on_click=_move, args=(opening, library.remove, file),
                    )  # fmt: skip
    if working:
        follow(place, opening.latest, lambda: opening.progress)
        st.rerun()
