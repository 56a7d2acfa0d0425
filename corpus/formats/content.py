"""What every reader of a format gives, and the limits that all of them keep to."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from corpus.encodings import decode_any, is_whole
from corpus.errors import CorpusError

SECONDS, SECONDS_PER_MB = 60.0, 20.0  # that reading a file may take
MAX_EXPANDED = 300_000_000  # bytes that the parts of one zipped file may have together
MAX_PARTS = 10_000
MAX_PAGES = 5_000
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader takes from a file; `title` is "" where the file says none."""

    text: str
    title: str = ""
    pages: tuple[tuple[int, int], ...] | None = None
    warnings: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters, double spaces, half characters."""
    if not is_whole(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _SPACES.sub(" ", text).strip()


def as_text(lines: Iterable[str]) -> str:
    """Return lines as paragraphs."""
    return "".join(f"{line}\n\n" for line in lines)


def with_pages(pages: Iterable[Sequence[str]], title: str = "", unit: str = "page") -> Content:
    """Return the content of pages of lines; a page without any is told of."""
    texts = [as_text(lines) for lines in pages]
    ends = list(accumulate(map(len, texts)))
    spans = tuple(zip([0, *ends], ends, strict=False))
    empty = [f"no text on {unit} {number}" for number, text in enumerate(texts, 1) if not text]
    return Content("".join(texts), title, spans, tuple(empty))


def decoded_text(path: Path, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a warning where its encoding is a guess."""
    text, guess = decode_any(path.read_bytes(), declared)
    return text, (f"read as {guess}, a guess; save it as UTF-8",) if guess else ()


def reading_seconds(path: Path) -> float:
    """Return how long a file may take to read: a large one may hold many scanned pages."""
    return SECONDS + SECONDS_PER_MB * path.stat().st_size / 1_000_000


def check_pages(count: int) -> None:
    """Refuse a file of too many pages.

    Raises:
        CorpusError: it has more than MAX_PAGES.
    """
    if count > MAX_PAGES:
        raise CorpusError(f"has {count:,} pages, more than {MAX_PAGES:,}; split it")


def check_zip(path: Path, part: str) -> None:
    """Refuse a zipped file that is not what its name says, or that would expand too far.

    Raises:
        CorpusError: it is another kind of file, encrypted, or larger than MAX_EXPANDED.
    """
    kind = path.suffix[1:].upper()
    if path.read_bytes()[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise CorpusError(f"is encrypted or of an older format; save it as {kind} without password")
    try:
        with zipfile.ZipFile(path) as zipped:
            parts = zipped.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:  # RuntimeError: a new version
        raise CorpusError(f"is no {kind} file, or a damaged one; save it again") from error
    if len(parts) > MAX_PARTS or sum(info.file_size for info in parts) > MAX_EXPANDED:
        raise CorpusError(f"expands to more than {MAX_EXPANDED:,} bytes; split it")
    if all(info.filename != part for info in parts):
        raise CorpusError(f"is no {kind} file: it has no {part!r}; save it again")
