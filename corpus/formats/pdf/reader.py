"""PDF files: pages are read one by one and assembled into a document."""

from collections.abc import Iterable, Sequence

from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, check_pages, one_line
from corpus.formats.ocr import read_pages, warn_of_pictures
from corpus.formats.pdf.aligned import aligned_tables
from corpus.formats.pdf.annotations import read_annotations
from corpus.formats.pdf.drawing import Drawing, read_drawing
from corpus.formats.pdf.furniture import running_words, without
from corpus.formats.pdf.grid import PageTable
from corpus.formats.pdf.lines import Line, lines_of, regions
from corpus.formats.pdf.paragraphs import Piece, Style, joined_over, last_open, pieces_of
from corpus.formats.pdf.ruled import joined_rules, ruled_tables
from corpus.formats.pdf.scans import is_picture, scanned_words
from corpus.formats.pdf.spaced import join_spaced
from corpus.formats.pdf.worded import worded_tables
from corpus.formats.pdf.words import PageWords, Word, read_words
from corpus.formats.pdf.writer import Writer

PLACEHOLDER = "\ufffc"  # stands for a table among the words of a page


def _items(
    words: Sequence[Word], tables: Sequence[PageTable], drawing: Drawing
) -> list[list[Line | PageTable]]:
    """Return the lines and tables of a page, region by region in reading order."""
    marks = [Word(PLACEHOLDER, table.x0, table.y0, table.x1, table.y1, 1.0) for table in tables]
    stands = {id(mark): table for mark, table in zip(marks, tables, strict=True)}
    found = []
    across = joined_rules(drawing.across)
    for region in regions([*words, *marks]):
        inside = sorted(
            (stands[id(word)] for word in region if id(word) in stands), key=lambda t: t.y0
        )
        lines = lines_of(word for word in region if id(word) not in stands)
        items: list[Line | PageTable] = []
        done = 0
        for table in [*inside, None]:
            end = done
            while end < len(lines) and (
                table is None or (lines[end].y0 + lines[end].y1) / 2 < table.y0
            ):
                end += 1
            items += worded_tables(aligned_tables(lines[done:end], across))
            items += [table] if table else []
            done = end
        found.append(items)
    return found


def page_pieces(
    found: PageWords, words: Sequence[Word], drawing: Drawing, style: Style
) -> list[Piece | PageTable]:
    """Return the blocks of a page, upright text first, then rotated text."""
    pieces: list[Piece | PageTable] = []
    turns = {0, *(word.turn for word in words)}
    for turn in sorted(turns, key=lambda t: -sum(word.turn == t for word in words)):
        own = [word for word in words if word.turn == turn]
        seen = drawing.turned(turn, found.width, found.height)
        tables, rest = ruled_tables(seen, own)
        height = found.width if turn % 2 else found.height
        inner: list[Piece | PageTable] = []
        for items in _items(rest, tables, seen):
            inner += pieces_of(items, style, height)
        pieces += joined_over(inner, style)
    at = last_open(pieces)
    return pieces if at is None else [*pieces[:at], *pieces[at + 1 :], pieces[at]]


def read_pdf(data: bytes, name: str) -> Content:
    """Return the text of a PDF with its pages.

    Raises:
        CorpusError: it is not a PDF, is protected, or has too many pages.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "assword" in str(error):
            raise CorpusError("is protected by a password; save it without a password") from error
        raise CorpusError(
            "is damaged, or is not a PDF although its name says so: open it in another program "
            "and save it from there, or download it again"
        ) from error
    check_pages(len(document))
    if document.get_formtype():
        document.init_forms()
    builder = ContentBuilder(one_line(document.get_metadata_value("Title")))
    pages: list[PageWords] = []
    drawings: list[Drawing] = []
    notes: list[list[tuple[str, tuple[float, float, float, float]]]] = []
    pictures: list[int] = []
    for number, page in enumerate(document):
        drawing = read_drawing(page)
        found = read_words(page, drawing.backgrounds)
        found.words = join_spaced(found.words)
        laid = read_annotations(page, document.formenv)
        found.words += laid.words
        if laid.unread:
            builder.warn(f"page {number + 1}: {laid.unread} fields and notes were not read")
        if found.unreadable or not found.hidden and is_picture(page, found.words):
            pictures.append(number)
        page.close()
        drawing.backgrounds.clear()
        pages.append(found)
        drawings.append(drawing)
        notes.append(laid.notes)
    scans = read_pages(document, pictures)
    for number, scan in scans.items():
        if scan.words:
            found = pages[number]
            found.words, found.width, found.height = scanned_words(scan), scan.width, scan.height
            found.scanned, found.turned = True, scan.turned // 90
            drawings[number] = Drawing()
    warn_of_pictures(builder, pictures, scans)
    _warn(builder, pages, drawings)
    running, copies = running_words(pages)
    style = Style.of(page.words for page in pages)
    writer = Writer(builder, style)
    for number, found in enumerate(pages):
        words = without(found.words, running[number])
        pieces = page_pieces(found, words, drawings[number], style)
        asides = [*copies[number], *lines_of(found.askew)]
        writer.add_page(found, pieces, asides, notes[number])
        found.words, found.askew, drawings[number] = [], [], Drawing()
    writer.warn_unsure()
    return builder.build()


def _numbers(numbers: Iterable[int]) -> str:
    """Return "page 3" or "pages 3, 5 and 9 more"."""
    every = list(numbers)
    said = ", ".join(map(str, every[:8])) + (
        f" and {len(every) - 8} more" if len(every) > 8 else ""
    )
    return f"page {said}" if len(every) == 1 else f"pages {said}"


def _warn(builder: ContentBuilder, pages: Sequence[PageWords], drawings: Sequence[Drawing]) -> None:
    """Warn of what was left out or guessed."""
    reasons = {reason for page in pages for reason in page.hidden}
    for reason in sorted(reasons):
        where = _numbers(n for n, page in enumerate(pages, 1) if reason in page.hidden)
        count = sum(page.hidden.get(reason, 0) for page in pages)
        builder.warn(f"hidden text ({reason}, {count:,} characters) left out on {where}")
    unknown = [n for n, page in enumerate(pages, 1) if page.unknown]
    if unknown:
        count = sum(page.unknown for page in pages)
        builder.warn(
            f"{count:,} characters in fonts without a Unicode mapping on {_numbers(unknown)}"
        )
    if guessed := [n for n, page in enumerate(pages, 1) if page.by_recognition]:
        builder.warn(f"the text over the image on {_numbers(guessed)} comes from OCR")
    if cut := [n for n, page in enumerate(pages, 1) if page.cut]:
        builder.warn(f"too many characters on {_numbers(cut)}; the rest is left out")
    both = enumerate(zip(pages, drawings, strict=True), 1)
    if beside := [n for n, (page, drawing) in both if page.outside or drawing.outside]:
        builder.warn(f"text outside the page left out on {_numbers(beside)}")
    if drawn := [n for n, drawing in enumerate(drawings, 1) if drawing.too_many]:
        builder.warn(
            f"too many lines drawn on {_numbers(drawn)}; tables there are read without them"
        )
