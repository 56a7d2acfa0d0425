"""The documents view: the list of documents, uploading and removing."""

from collections.abc import Callable
from functools import partial
from time import sleep

import streamlit as st
from streamlit.navigation.page import Page

from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES
from corpus.formats.registry import SUFFIXES
from index.generations import DocumentStatus
from qa.conversations.upload_queue import QueuedUpload
from qa.conversations.uploads import MAX_FILES, Library, Upload
from qa.pipeline import Pipeline
from ui.document import title_html
from ui.escape import as_html, as_label
from ui.opening import opening_of, shared_uploads
from ui.session import Visitor
from ui.sources import Address
from ui.welcome import BRAND, draw_error, draw_problems

POLL = 0.3  # seconds between two looks at what is being read
SAID = {"waiting": "waiting", "reading": "reading", "read": "indexing"}
MEGABYTES = MAX_BYTES // 10**6


def _upload(owner: str, key: str) -> None:
    """Have the files that were chosen read and indexed, in the background."""
    files = st.session_state[key] or []
    state = st.session_state
    given = [(f.name, f.getvalue()) for f in files[:MAX_FILES]]
    state["uploaded"] = shared_uploads(owner).add(given)
    if len(files) > MAX_FILES:
        said = f"{len(files) - MAX_FILES} more were left out: the limit is {MAX_FILES}"
        state["uploaded"].append(QueuedUpload("", 0, "refused", said))
    state["uploads"] = state.get("uploads", 0) + 1  # empties the field


def _uploads_state(owner: str) -> tuple[str, bool]:
    """Return a list of what was uploaded in this session as HTML, and whether all is done."""
    uploads: list[QueuedUpload] = st.session_state.get("uploaded", [])
    queue, pipeline = shared_uploads(owner), opening_of(owner).pipeline
    entries = queue.library.entries(pipeline) if uploads and pipeline else []
    ready = {upload.path.name for upload, _ in entries if upload and upload.removable}
    rows, done = [], 0
    for upload in uploads:
        state, indexed = upload.state, upload.file in ready  # read once: the queue changes it
        done += indexed or state == "refused"
        if state == "refused":
            rows.append(f'<li class="fn-error">{as_html(upload.said)}</li>')
            continue
        said = "ready" if indexed else SAID[state]
        if state == "reading" and not indexed and upload.said:
            said = f"{said} {upload.said}"
        rows.append(f"<li>{as_html(upload.file or upload.name[:80])} · {as_html(said)}</li>")
    if not rows:
        return "", True
    count = sum(upload.file in ready for upload in uploads)
    left = queue.seconds_left
    title = f"{count} of {len(uploads)} ready"
    if done < len(uploads) and left is not None:
        title += f" · about {max(left, 1):.0f} s of reading left"
    shown = f'<p role="status">{title}</p><ul>{"".join(rows)}</ul>'
    return f'<div class="fn-notice fn-uploads">{shown}</div>', done == len(uploads)


def _move(owner: str, move: Callable[[str], None], file: str) -> None:
    """Take a file out, put it back, or share it, and have the rest indexed at once."""
    try:
        move(file)
        opening_of(owner).reopen(at_once=True)
    except CorpusError as error:
        st.session_state["unmoved"] = str(error)


def _stop(owner: str) -> None:
    """Read and index no further."""
    shared_uploads(owner).stop()
    if (opening := opening_of(owner)).library.owner == owner:
        opening.stop()


def draw_uploads(who: Visitor, library: Library) -> None:
    """Draw the upload field, and the result of earlier uploads."""
    kinds = " ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    seen = (
        "You are signed in: only you can see what you upload."
        if who.account
        else "Only this browser is answered from what you upload, until you share it with everyone "
        "who can open this page."
    )
    st.html(f'<p class="fn-notice" id="who-sees">{seen}</p>')
    key = f"files-{st.session_state.get('uploads', 0)}"
    st.file_uploader(
        f"Add documents: up to {MAX_FILES} files of at most {MEGABYTES} MB ({kinds})",
        accept_multiple_files=True, key=key, max_upload_size=MEGABYTES,
        on_change=_upload, args=(who.library, key),
    )  # fmt: skip
    if said := st.session_state.pop("unmoved", ""):
        draw_error(said)
    for number, file in enumerate(library.removed()):
        with st.container(key=f"gone-{number}", horizontal=True, vertical_alignment="center"):
            st.html(f'<p role="status">{as_html(file)} was removed.</p>')
            st.button(
                "Undo", key=f"restore-{file}", help=as_label(f"Restore {file}"),
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


def draw_library(who: Visitor, pipeline: Pipeline, chat: Page | None = None) -> None:
    """Draw the view; `chat` is where what was uploaded can be asked about."""
    st.html(BRAND + '<h2 class="fn-view">Documents</h2>')
    uploads, opening = shared_uploads(who.library), opening_of(who.library)
    library = uploads.library
    draw_uploads(who, library)
    reading = uploads.busy
    working = reading or not opening.latest.done()  # asked once: it may end while we draw
    shown, done = _uploads_state(who.library)
    uploaded, place = st.empty(), st.empty()
    if shown:
        uploaded.html(shown)
    if reading or (working and opening.library.owner == who.library):
        st.button("Stop reading", key="stop-reading", on_click=_stop, args=(who.library,))
    if chat and shown and done and st.button("Ready: ask now", key="ask-now", type="primary"):
        st.switch_page(chat)
    if not working and opening.problem:
        draw_error(opening.problem)
    if not working and opening.stopped:
        st.button("Read on", key="read-on", on_click=opening.reopen)
    draw_problems(pipeline.problems)
    entries = library.entries(pipeline)
    read = {upload.path.name for upload, _ in entries if upload}
    told = {upload.file for upload in st.session_state.get("uploaded", ())} if working else set()
    for file in sorted(set(library.files()) - read - told):
        ahead = "being indexed" if working else "not indexed"
        st.html(f'<p class="fn-origin">{as_html(file)} · {ahead}</p>')
    with st.container(key="library"):
        for number, (upload, status) in enumerate(entries):
            with st.container(key=f"entry-{number}", horizontal=True):
                st.html(f"<div>{_about(status, opening.addresses.get(status.doc))}</div>")
                _draw_entry(who, library, upload, status.title)
    if working:
        while shared_uploads(who.library).busy or not opening.latest.done():
            if shown := _uploads_state(who.library)[0]:
                uploaded.html(shown)
            if not opening.latest.done():
                place.progress(*opening.progress)
            sleep(POLL)
            opening = opening_of(who.library)  # its own from the first file on
        st.rerun()
