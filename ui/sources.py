"""The documents as the browser fetches them: text, pictures of pages, the original file.

They are fetched when somebody looks at them, by addresses with a name that nobody can guess: it is
made of the file's digest and a secret of this process, and told to those who may see the document.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, NamedTuple

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corpus.blocks import Box
from corpus.document import Document
from corpus.errors import CorpusError, FootnoteError
from corpus.folder import File
from corpus.formats.registry import SHEETS, SLIDES
from corpus.page_pictures import PagePictures
from corpus.word_boxes import word_boxes
from index.generations import DocumentStatus
from qa.conversations.uploads import is_upload
from ui import words
from ui.document import document_json

WIDTHS = (700, 1100, 1600, 2400)  # pixels of pictures: few, so that they are drawn once for many
BROWSER = "private, max-age=86400, immutable"  # a name stands for one content
DRAWN = ".pdf"  # the files whose pages can be shown as they are
_SECRET = token_bytes(32)


class Address(NamedTuple):
    """Where the browser fetches a document, and what its pages are called."""

    url: str
    page_name: str


class Source(NamedTuple):
    """A document that can be looked at; `file` is None where it is in no file."""

    documents: Mapping[str, Document]
    doc: str
    digest: str
    file: File | None

    @property
    def withdrawn(self) -> bool:
        """Whether it is an upload that was removed or taken back since it was read."""
        return is_upload(self.doc) and self.file is not None and not self.file.path.exists()

    def load(self) -> bytes:
        """Return the bytes of its file.

        Raises:
            CorpusError: they are not those that were read.
        """
        if self.file is None:
            raise CorpusError(words.Source.CHANGED)
        try:
            data = self.file.load()
        except CorpusError as error:
            raise CorpusError(words.Source.CHANGED) from error
        if self.file.digest_of(data) != self.digest:
            raise CorpusError(words.Source.CHANGED)
        return data


_sources: dict[str, dict[str, Source]] = {}  # by whose they are and their name in addresses
_pictures = PagePictures()


def publish(
    whose: str, documents: Mapping[str, Document], statuses: Iterable[DocumentStatus],
    files: Mapping[str, File],
) -> dict[str, Address]:  # fmt: skip
    """Let documents be fetched, in place of those before; return their addresses by `doc`."""
    made = {}
    for status in statuses:
        if not status.problem:
            key = f"{whose}\0{status.doc}\0{status.digest}".encode("utf-8", "surrogatepass")
            name = urlsafe_b64encode(blake2b(key, key=_SECRET, digest_size=18).digest()).decode()
            made[name] = Source(documents, status.doc, status.digest, files.get(status.doc))
    _sources[whose] = made
    return {s.doc: Address(f"/source/{name}", _page_name(s.file)) for name, s in made.items()}


def _page_name(file: File | None) -> str:
    """Return what the pages of a file are called."""
    suffix = file.path.suffix.lower() if file else ""
    return "sheet" if suffix in SHEETS else "slide" if suffix in SLIDES else "page"


def _find(request: Request) -> Source | None:
    name = request.path_params["name"]
    return next((known[name] for known in tuple(_sources.values()) if name in known), None)


def _answer(
    show: Callable[[Source, Request], Response], request: Request
) -> Response:  # fmt: skip
    """Return what a source shows, or a sentence that says why it does not."""
    source = _find(request)
    if source is None or source.withdrawn:
        return Response(words.Source.GONE, 404, media_type="text/plain")
    try:
        shown = show(source, request)
    except (FootnoteError, KeyError) as error:
        said = str(error) if isinstance(error, FootnoteError) else words.Source.CHANGED
        return Response(said, 422, {"cache-control": "no-store"}, "text/plain; charset=utf-8")
    shown.headers["x-content-type-options"] = "nosniff"
    shown.headers.setdefault("cache-control", BROWSER)
    return shown


def _text(source: Source, request: Request) -> Response:
    drawn = source.file is not None and source.file.path.suffix.lower() == DRAWN
    shown = document_json(
        source.documents[source.doc], _page_name(source.file), drawn, source.file is not None
    )
    return Response(shown, media_type="application/json")


def _asked_page(request: Request) -> tuple[int, int]:
    """Return which page is asked for, and how many pixels wide."""
    asked = request.query_params.get("w", "")
    pixels = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    width = next((width for width in WIDTHS if width >= pixels), WIDTHS[-1])
    return int(request.path_params["number"]), width


def _picture(source: Source, request: Request) -> Response:
    number, width = _asked_page(request)
    drawn = _pictures.draw(source.digest, source.load, number, width)
    return Response(drawn.jpeg, media_type="image/jpeg")


def _page(source: Source, request: Request) -> Response:
    """Return the size of a page and the boxes of its words, with their spans of the text."""
    number, width = _asked_page(request)
    data = source.load()  # a picture that was kept does not tell that the file changed
    drawn = _pictures.draw(source.digest, lambda: data, number, width)
    document = source.documents[source.doc]
    numbers = np.frombuffer(document.boxes.numbers, np.int32).reshape(-1, len(Box._fields))
    lines = [Box(*map(int, row)) for row in numbers[numbers[:, 2] == number]]
    words = [
        [b.start, b.end, b.left, b.top, b.right, b.bottom]
        for b in word_boxes(document.text, lines, drawn.words)
    ]
    said: dict[str, Any] = {"width": drawn.width * 10, "height": drawn.height * 10, "words": words}
    return Response(json.dumps(said, separators=(",", ":")), media_type="application/json")


def _original(source: Source, request: Request) -> Response:
    """Return the file: a PDF to be shown, all others to be kept, lest they act in our name."""
    assert source.file is not None
    data, path = source.load(), source.file.path
    shown = path.suffix.lower() == DRAWN
    kind = "application/pdf" if shown else "application/octet-stream"
    name = "".join(f"%{byte:02X}" for byte in path.name.encode("utf-8", "replace"))
    said = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
    return Response(data, 200, {"content-disposition": said}, kind)


def source_routes(base: str = "") -> list[Route]:
    """Return the routes by which browsers fetch sources, below the page's base path."""
    here = f"/{base.strip('/')}/source/{{name}}" if base.strip("/") else "/source/{name}"
    shows: dict[str, Callable[[Source, Request], Response]] = {
        "text": _text, "pages/{number:int}/picture": _picture, "pages/{number:int}": _page,
        "original": _original,
    }  # fmt: skip
    return [Route(f"{here}/{place}", partial(_answer, show)) for place, show in shows.items()]
