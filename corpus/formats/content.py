"""The result of every format reader, and the limits common to all of them."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.blocks import UNSEEN, Block, BlockKind, Box, Boxes, Cell, Table
from corpus.encodings import decode_any, is_whole
from corpus.errors import CorpusError
from corpus.formats.table_units import LONGEST, unit_of_table
from corpus.formats.tables import Placed, write_table

SECONDS, SECONDS_PER_MB = 60.0, 20.0  # of processor time that reading a file may take
MAX_EXPANDED = 300_000_000  # bytes that the parts of one zipped file may have together
MAX_PARTS = 10_000
MAX_PAGES = 5_000
MAX_TEXT = 20_000_000  # characters of one document
TITLES = 3  # blocks above a table that may name the unit of its figures
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\ufffe\uffff]+")
_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file, as its reader returns it.

    `title`, `organisation` and `date` are those of the file's metadata, "" if absent; `warnings`
    say what was lost or guessed.
    """

    text: str
    title: str = ""
    pages: tuple[tuple[int, int], ...] | None = None
    warnings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    boxes: Boxes = Boxes()
    organisation: str = ""
    date: str = ""


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters, double spaces and lone surrogates."""
    if not is_whole(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _SPACES.sub(" ", text).strip()


def clean_lines(text: str) -> str:
    """Clean a text as `one_line` does, but keep its line breaks; blank lines are dropped."""
    lines = (one_line(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class ContentBuilder:
    """Assembles a document's text from its parts, and with it the spans of its blocks.

    >>> builder = ContentBuilder()
    >>> builder.add("heading", "Fares", level=1)
    >>> builder.add("list_item", "Adults pay 9 crowns.", level=1, marker="(a)")
    >>> content = builder.build()
    >>> [content.text[block.start : block.end] for block in content.blocks]
    ['Fares', '(a) Adults pay 9 crowns.']
    """

    title: str = ""
    organisation: str = ""
    date: str = ""
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _pages: list[int] = field(default_factory=list)
    _warnings: Counter[str] = field(default_factory=Counter)
    _boxes: list[Box] = field(default_factory=list)
    _losses: Counter[tuple[str, str]] = field(default_factory=Counter)
    _explained: set[int] = field(default_factory=set)  # pages whose lack of text is explained

    def add(
        self, kind: BlockKind, text: str, level: int | None = None, marker: str | None = None
    ) -> None:
        """Add a block, unless its text is blank. A `marker` is written before the text."""
        if not text.strip():
            return
        whole = f"{marker} {text}" if marker and marker != UNSEEN else text
        self._put(whole, Block(kind, 0, len(whole), level, marker))

    def add_table(
        self,
        placed: Sequence[Placed],
        sheet: bool = False,
        headers: int | None = None,
        caption: str = "",
        above: Sequence[str] = (),
    ) -> None:
        """Add a table after its caption, unless it has no text."""
        self.add("caption", caption)
        text, cells = write_table(placed, sheet, headers, above)
        if text:
            self.add_cells(text, cells, caption)

    def add_cells(
        self, text: str, cells: Iterable[Cell], caption: str = "", unit: str = ""
    ) -> None:
        """Add a table given as text, with its cells at their offsets in that text."""
        placed, at = sorted(cells), self._length
        unit = unit or unit_of_table(text, placed, [caption, *self._lines_above()])
        moved = (cell._replace(start=cell.start + at, end=cell.end + at) for cell in placed)
        self._put(text, Block("table", 0, len(text), table=Table.of(moved, caption, unit)))

    def _lines_above(self) -> Iterator[str]:
        """Yield the lines that may name the unit of a table added next, the nearest first."""
        last = zip(reversed(self._blocks[-TITLES:]), reversed(self._parts[-TITLES:]), strict=True)
        for block, part in last:
            if block.kind not in ("caption", "paragraph", "heading") or len(part) > LONGEST + 2:
                return
            yield part[:-2]

    def _put(self, text: str, block: Block) -> None:
        start = self._length
        self._blocks.append(
            Block(block.kind, start, start + len(text), block.level, block.marker, block.table)
        )
        self._parts.append(f"{text}\n\n")
        self._length += len(text) + 2
        if self._length > MAX_TEXT:
            raise CorpusError(f"has more than {MAX_TEXT:,} characters; split it")

    def place(
        self, spans: Iterable[tuple[int, int, int, tuple[float, float, float, float]]]
    ) -> None:
        """Record the position of the last block: spans of its text, pages, boxes in points."""
        at = self._blocks[-1].start if self._blocks else 0
        for start, end, page, box in spans:
            left, top, right, bottom = (round(10 * max(-1e6, min(n, 1e6))) for n in box)
            self._boxes.append(Box(at + start, at + end, page, left, top, right, bottom))

    def go_on(self, whole: str, more: int) -> None:
        """Continue the last block on the current page: its whole text, of which `more` is new."""
        self._length -= len(self._parts.pop())
        last = self._blocks.pop()
        self._put(whole, last)
        self._pages[-1] = self._length - 2 - more

    def begin_page(self) -> None:
        """Begin a page, slide or sheet."""
        self._pages.append(self._length)

    def warn(self, warning: str) -> None:
        """Record a loss or a guess, once however often it occurs."""
        self._warnings[warning] += 1

    def leave_out(self, warning: str, pages: Iterable[int] = ()) -> None:
        """Record why pages, counted from 1, have no text; by default the current page."""
        self._explained.update(pages or [len(self._pages)])
        self.warn(warning)

    def lose(self, what: str, several: str) -> None:
        """Count an element that is not read, given its name in singular and plural."""
        self._losses[what, several] += 1

    @property
    def blank(self) -> bool:
        """Whether the current page has no text yet."""
        return self._length == (self._pages[-1] if self._pages else 0)

    def build(self, unit: str = "page") -> Content:
        """Return the content; warnings name the pages without text."""
        ends = [*self._pages[1:], self._length]
        pages = tuple(zip(self._pages, ends, strict=True)) if self._pages else None
        for number, (start, end) in enumerate(pages or (), 1):
            if start == end and number not in self._explained:
                self.warn(f"no text on {unit} {number}")
        for (one, several), count in self._losses.items():
            self.warn(f"{counted(count, one, several)} not read")
        return Content(
            "".join(self._parts), self.title, pages, tuple(self._warnings), tuple(self._blocks),
            Boxes.of(self._boxes),
            self.organisation, self.date,
        )  # fmt: skip


def counted(count: int, one: str, several: str = "") -> str:
    """Return "1 picture is" or "3 pictures are"."""
    return f"1 {one} is" if count == 1 else f"{count:,} {several or one + 's'} are"


def decoded_text(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a warning where its encoding is a guess."""
    text, guess = decode_any(data, declared)
    return text, (f"read as {guess}, a guess; save it as UTF-8",) if guess else ()


def reading_seconds(size: int) -> float:
    """Return the processor time, in seconds, that a file of a size may take, OCR excluded."""
    return SECONDS + SECONDS_PER_MB * size / 1_000_000


def check_pages(count: int) -> None:
    """Refuse a file with too many pages.

    Raises:
        CorpusError: it has more than MAX_PAGES.
    """
    if count > MAX_PAGES:
        raise CorpusError(f"has {count:,} pages, more than {MAX_PAGES:,}; split it")


def open_zip(data: bytes, kind: str, part: str) -> zipfile.ZipFile:
    """Open a zipped file of a kind such as "DOCX", which must contain a given part.

    Raises:
        CorpusError: it is another kind of file, encrypted, or expands to more than MAX_EXPANDED.
    """
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise CorpusError(
            f"is encrypted or in an older format; save it as {kind} without a password"
        )
    try:
        zipped = zipfile.ZipFile(io.BytesIO(data))
        parts = zipped.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:  # RuntimeError: a new version
        raise CorpusError(f"is not a {kind} file, or is damaged; save it again") from error
    if len(parts) > MAX_PARTS or sum(info.file_size for info in parts) > MAX_EXPANDED:
        raise CorpusError(f"expands to more than {MAX_EXPANDED:,} bytes; split it")
    if all(info.filename != part for info in parts):
        raise CorpusError(f"is not a valid {kind} file: it has no {part!r}; save it again")
    return zipped
