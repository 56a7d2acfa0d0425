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
from ui.words import Documents, Frame, counted

POLL = 0.3  # seconds between two looks at what is being read
MEGABYTES = MAX_BYTES // 10**6


def _upload(owner: str, key: str) -> None:
    """Have the files that were chosen read and indexed, in the background."""
    files = st.session_state[key] or []
    state = st.session_state
    given = [(f.name, f.getvalue()) for f in files[:MAX_FILES]]
    state["uploaded"] = shared_uploads(owner).add(given)
    if len(files) > MAX_FILES:
        said = Documents.TOO_MANY.format(len(files) - MAX_FILES, MAX_FILES)
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
        said = Documents.STATES["ready" if indexed else state]
        if state == "reading" and not indexed and upload.said:
            said = f"{said} {upload.said}"
        rows.append(f"<li>{as_html(upload.file or upload.name[:80])} · {as_html(said)}</li>")
    if not rows:
        return "", True
    count = sum(upload.file in ready for upload in uploads)
    left = queue.seconds_left
    title = Documents.READY_OF.format(count, len(uploads))
    if done < len(uploads) and left is not None:
        title += f" · {Documents.LEFT.format(max(left, 1))}"
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
    seen = Documents.ONLY_YOU if who.account else Documents.ONLY_THIS_BROWSER
    st.html(f'<p class="fn-notice" id="who-sees">{seen}</p>')
    key = f"files-{st.session_state.get('uploads', 0)}"
    st.file_uploader(
        Documents.ADD.format(MAX_FILES, MEGABYTES, kinds),
        accept_multiple_files=True, key=key, max_upload_size=MEGABYTES,
        on_change=_upload, args=(who.library, key),
    )  # fmt: skip
    if said := st.session_state.pop("unmoved", ""):
        draw_error(said)
    for number, file in enumerate(library.removed()):
        with st.container(key=f"gone-{number}", horizontal=True, vertical_alignment="center"):
            st.html(f'<p role="status">{Documents.REMOVED.format(as_html(file))}</p>')
            st.button(
                Frame.UNDO, key=f"restore-{file}", help=as_label(Documents.RESTORE.format(file)),
                on_click=_move, args=(who.library, library.restore, file),
            )  # fmt: skip


def _about(status: DocumentStatus, address: Address | None) -> str:
    name = address.page_name if address else "page"
    pages = f"{counted(status.pages, Frame.COUNTS[name])} · " if status.pages else ""
    passages = counted(status.passages, Documents.PASSAGES)
    ready = Documents.WARNINGS if status.warnings else Documents.STATES["ready"]
    notes = "".join(f"<li>{as_html(warning)}</li>" for warning in status.warnings)
    return (
        f"{title_html(status.title, address.url if address else '')}"
        f'<span class="fn-origin">{as_html(status.doc)} · {pages}{passages} · '
        f"{ready}</span>" + (f'<ul class="fn-origin">{notes}</ul>' if notes else "")
    )


def _draw_entry(who: Visitor, library: Library, upload: Upload | None, title: str) -> None:
    """Draw what may be done with an uploaded document."""
    if upload is None:
        return
    file = upload.path.name
    if upload.shareable:
        st.button(
            Documents.STOP_SHARING if upload.shared else Documents.SHARE,
            key=f"share-{file}", type="tertiary", width="content", on_click=_move,
            help=as_label((Documents.STOP_SHARING_HELP if upload.shared else
                           Documents.SHARE_HELP).format(title)),
            args=(who.library, partial(library.share, shared=not upload.shared), file),
        )  # fmt: skip
    if upload.removable:
        st.button(
            Documents.REMOVE, key=f"remove-{file}", type="tertiary", width="content",
            help=as_label(Documents.REMOVE_HELP.format(title)),
            on_click=_move, args=(who.library, library.remove, file),
        )  # fmt: skip


def draw_library(who: Visitor, pipeline: Pipeline, chat: Page | None = None) -> None:
    """Draw the view; `chat` is where what was uploaded can be asked about."""
    st.html(f'{BRAND}<h2 class="fn-view">{Frame.DOCUMENTS}</h2>')
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
        st.button(Documents.STOP, key="stop-reading", on_click=_stop, args=(who.library,))
    if chat and shown and done and st.button(Documents.ASK_NOW, key="ask-now", type="primary"):
        st.switch_page(chat)
    if not working and opening.problem:
        draw_error(opening.problem)
    if not working and opening.stopped:
        st.button(Documents.RESUME, key="read-on", on_click=opening.reopen)
    draw_problems(pipeline.problems)
    entries = library.entries(pipeline)
    read = {upload.path.name for upload, _ in entries if upload}
    told = {upload.file for upload in st.session_state.get("uploaded", ())} if working else set()
    for file in sorted(set(library.files()) - read - told):
        ahead = Documents.BEING_INDEXED if working else Documents.NOT_INDEXED
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
