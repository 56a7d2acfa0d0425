"""The documents view: what can be asked about, uploading and removing."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES
from corpus.formats.registry import SUFFIXES
from index.generations import DocumentStatus
from qa.conversations.uploads import MAX_FILES, Library, Upload
from qa.pipeline import Pipeline
from ui.document import title_html
from ui.escape import as_html, as_label
from ui.opening import follow, opening_of, shared_settings
from ui.session import Visitor
from ui.sources import Address
from ui.welcome import BRAND, draw_error, draw_problems

MEGABYTES = MAX_BYTES // 10**6


def _upload(library: Library, owner: str, key: str) -> None:
    """Keep the files that were chosen, and have them indexed."""
    files = st.session_state[key] or []
    results, bar = [], st.progress(0.0)
    for number, file in enumerate(files[:MAX_FILES]):
        bar.progress(number / len(files), as_label(f"Reading {file.name[:80]}"))
        try:
            results.append((True, library.save(file.name, file.getvalue())))
        except CorpusError as error:
            results.append((False, str(error)))
    bar.empty()
    if len(files) > MAX_FILES:
        results.append((False, f"{len(files) - MAX_FILES} more were left out: at most {MAX_FILES}"))
    st.session_state["uploaded"] = results
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1  # empties the field
    if any(kept for kept, _ in results):
        opening_of(owner).reopen()


def _move(owner: str, move: Callable[[str], None], file: str) -> None:
    """Take a file out, put it back, or share it, and have the rest indexed at once."""
    try:
        move(file)
        opening_of(owner).reopen(at_once=True)
    except CorpusError as error:
        st.session_state["uploaded"] = [(False, str(error))]


def draw_uploads(who: Visitor, library: Library) -> None:
    """Draw where files are given, and what became of those given before."""
    kinds = " ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    seen = (
        "Only you see what you upload, when you are signed in."
        if who.account
        else "Only this browser is answered from what you upload, until you share it with everyone "
        "who can open this page."
    )
    st.html(f'<p class="fn-notice" id="who-sees">{seen}</p>')
    key = f"files-{st.session_state.get('uploads', 0)}"
    st.file_uploader(
        f"Add documents: up to {MAX_FILES} files of at most {MEGABYTES} MB ({kinds})",
        accept_multiple_files=True, key=key, max_upload_size=MEGABYTES,
        on_change=_upload, args=(library, who.library, key),
    )  # fmt: skip
    for kept, said in st.session_state.pop("uploaded", []):
        if kept:
            st.html(f'<p class="fn-notice" role="status">{as_html(said)} was added.</p>')
        else:
            draw_error(said)
    for number, file in enumerate(library.removed()):
        with st.container(key=f"gone-{number}", horizontal=True, vertical_alignment="center"):
            st.html(f'<p role="status">{as_html(file)} was removed.</p>')
            st.button(
                "Undo", key=f"restore-{file}", help=as_label(f"Bring back {file}"),
                on_click=_move, args=(who.library, library.restore, file),
            )  # fmt: skip


def _about(status: DocumentStatus, address: Address | None) -> str:
    name = address.page_name if address else "page"
    pages = f"{status.pages:,} {name}{'s' * (status.pages > 1)} · " if status.pages else ""
    noun = "passage" if status.passages == 1 else "passages"
    ready = "read with warnings" if status.warnings else "ready"
    notes = "".join(f"<li>{as_html(warning)}</li>" for warning in status.warnings)
    return (
        f"{title_html(status.title, address.url if address else '')}"
        f'<span class="fn-origin">{as_html(status.doc)} · {pages}{status.passages:,} {noun} · '
        f"{ready}</span>" + (f'<ul class="fn-origin">{notes}</ul>' if notes else "")
    )


def _draw_entry(who: Visitor, library: Library, upload: Upload | None, title: str) -> None:
    """Draw what may be done with an uploaded document."""
    if upload is None:
        return
    file = upload.path.name
    if upload.shareable:
        st.button(
            "Take back" if upload.shared else "Share", key=f"share-{file}", type="tertiary",
            width="content", on_click=_move,
            help=as_label(f"Have only this browser ask about {title}" if upload.shared else
                          f"Have everyone who can open this page ask about {title}"),
            args=(who.library, partial(library.share, shared=not upload.shared), file),
        )  # fmt: skip
    if upload.removable:
        st.button(
            "Remove", key=f"remove-{file}", type="tertiary", width="content",
            help=as_label(f"Remove {title}"),
            on_click=_move, args=(who.library, library.remove, file),
        )  # fmt: skip


def draw_library(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(BRAND + '<h2 class="fn-view">Documents</h2>')
    library, opening = Library(shared_settings(), who.library), opening_of(who.library)
    draw_uploads(who, library)
    place, working = st.empty(), not opening.latest.done()  # asked once: it may end while we draw
    if working and opening.library.owner == who.library:
        st.button("Stop reading", key="stop-reading", on_click=opening.stop)
    if not working and opening.problem:
        draw_error(opening.problem)
    if not working and opening.stopped:
        st.button("Read on", key="read-on", on_click=opening.reopen)
    draw_problems(pipeline.problems)
    entries = library.entries(pipeline)
    read = {upload.path.name for upload, _ in entries if upload}
    for file in sorted(set(library.files()) - read):
        ahead = "being indexed" if working else "not indexed"
        st.html(f'<p class="fn-origin">{as_html(file)} · {ahead}</p>')
    with st.container(key="library"):
        for number, (upload, status) in enumerate(entries):
            with st.container(key=f"entry-{number}", horizontal=True):
                st.html(f"<div>{_about(status, opening.addresses.get(status.doc))}</div>")
                _draw_entry(who, library, upload, status.title)
    if working:
        follow(place, opening.latest, lambda: opening.progress)
        st.rerun()
