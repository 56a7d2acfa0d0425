"""The blocks of pages, added to a document with the positions of their words."""

from collections.abc import Iterable, Sequence

from corpus.formats.content import ContentBuilder, one_line
from corpus.formats.pdf.grid import PageTable
from corpus.formats.pdf.lines import Line
from corpus.formats.pdf.paragraphs import (
    MAX_BETWEEN,
    Piece,
    Style,
    is_aside,
    may_go_on,
    merged,
    open_ended,
)
from corpus.formats.pdf.words import Box, PageWords, Word, shown_box
from corpus.formats.tables import (
    MAX_HEADER_ROWS,
    column_names,
    could_be_names,
    count_header_rows,
    is_value,
    spread,
    write_table,
)

BETWEEN = 200  # characters that may stand between two parts of one table, as a head of the lower
Spot = tuple[int, int, tuple[float, float, float, float]]  # of a block's text, and its box


def _each_word(
    said: str, start: int, end: int, words: Sequence[Word]
) -> list[tuple[int, int, Sequence[Word]]]:
    """Return the words of a line with their spans; the line where it is written otherwise."""
    found: list[tuple[int, int, Sequence[Word]]] = []
    at = start
    for word in words:
        at = said.find(word.text, at, end)
        if at < 0:
            return [(start, end, words)]
        found.append((at, at + len(word.text), [word]))
        at += len(word.text)
    return found


class Writer:
    """Adds pages to a document; a sentence or a table may continue on the next."""

    def __init__(self, builder: ContentBuilder, style: Style) -> None:
        """Start without pages."""
        self._builder, self._style = builder, style
        self._last: Piece | None = None
        self._table: PageTable | None = None  # the last one
        self._between: list[Piece] = []  # what follows it
        self._names: list[str] = []
        self._unsure: list[int] = []
        self._page = 0
        self._size = (0.0, 0.0)
        self._turned = 0
        self._scanned = False

    def add_page(
        self, page: PageWords, pieces: Sequence[Piece | PageTable], asides: Sequence[Line],
        notes: Iterable[tuple[str, tuple[float, float, float, float]]],
    ) -> None:  # fmt: skip
        """Add a page: its blocks, then one copy of its running lines, then its notes.

        The running heads of the first page stand before them: they may be its title.
        """
        self._builder.begin_page()
        self._page += 1
        self._size, self._turned = (page.width, page.height), page.turned
        self._scanned = page.scanned
        heads = [line for line in asides if self._page == 1 and line.y1 < page.height / 2]
        self._add_asides(heads)
        pieces = self._continued_first(pieces)
        last = pieces[-1] if pieces else None
        waiting = [last] if len(pieces) > 1 and last and open_ended(last) else []
        for at, piece in enumerate(pieces[: len(pieces) - len(waiting)]):
            if isinstance(piece, PageTable):
                self._add_table(piece)
                self._table, self._between = piece, []
                self._last = None
            elif at == 0 and self._last and may_go_on(self._last, piece):
                self._go_on(piece)
                self._between.append(piece)
            else:
                self._add(piece)
        self._add_asides(line for line in asides if line not in heads)
        for said, box in notes:
            text = one_line(said)
            self._builder.add("note", text)
            self._builder.place([(0, len(text), self._page, box)])
            self._last = None
        for piece in waiting:  # its sentence may go on on the next page
            assert isinstance(piece, Piece)
            self._add(piece)
        if self._between:  # on the next page, a table goes on at its top
            self._table = None

    def _add_asides(self, lines: Iterable[Line]) -> None:
        """Add what belongs to no block, such as running lines."""
        for line in lines:
            self._builder.add("furniture", one_line(line.text))
            self._place([(0, len(one_line(line.text)), line.words)])
            self._last = None

    def _continued_first(self, pieces: Sequence[Piece | PageTable]) -> list[Piece | PageTable]:
        """Return the blocks of a page, what goes on with the page before ahead of floats."""
        last = self._last
        if last is None:
            return list(pieces)
        for at, piece in enumerate(pieces[:MAX_BETWEEN]):
            if isinstance(piece, Piece) and may_go_on(last, piece):
                return [piece, *pieces[:at], *pieces[at + 1 :]]
            if not is_aside(piece, last.size if last.full else 0.0):
                break
        return list(pieces)

    def _add(self, piece: Piece) -> None:
        self._between.append(piece)
        self._builder.add(piece.kind, piece.text, piece.level, piece.marker)
        shift = len(piece.marker) + 1 if piece.marker else 0
        said = f"{piece.marker} {piece.text}" if piece.marker else piece.text
        self._place([(a + shift, b + shift, words) for a, b, words in piece.spans], said)
        self._last = piece

    def _go_on(self, piece: Piece) -> None:
        assert self._last is not None
        before = self._last
        whole = merged(before, piece, self._style)
        said = f"{whole.marker} {whole.text}" if whole.marker else whole.text
        self._builder.go_on(said, len(piece.text))
        shift = len(said) - len(piece.text)
        self._place([(a + shift, b + shift, words) for a, b, words in piece.spans], said)
        self._last = whole

    def _place(self, spans: Iterable[tuple[int, int, Sequence[Word]]], said: str = "") -> None:
        """Say where lines of the last block stand; of a page read by OCR, each word of `said`.

        Nobody can ask such a page for its words again.
        """
        width, height = self._size
        if self._scanned and said:
            spans = [part for span in spans for part in _each_word(said, *span)]
        places = []
        for start, end, words in spans:
            boxes = [shown_box(word, width, height) for word in words]
            if boxes and end > start:
                whole = (
                    min(b[0] for b in boxes), min(b[1] for b in boxes),
                    max(b[2] for b in boxes), max(b[3] for b in boxes),
                )  # fmt: skip
                places.append((start, end, self._page, self._turned_back(whole)))
        self._builder.place(places)

    def _turned_back(self, box: Box) -> Box:
        """Return where something stands on a page whose picture was turned for reading."""
        width, height = self._size if self._turned % 2 == 0 else reversed(self._size)
        return shown_box(Word("", *box, 0.0, turn=self._turned), width, height)

    def _goes_on(self, table: PageTable) -> bool:
        """Tell whether a table goes on with the last one, below heads of its rows at most."""
        if self._table is None or not table.goes_on_from(self._table):
            return False
        columns = table.columns()
        low, high = columns[min(columns)]
        said = [words for piece in self._between for _, _, words in piece.spans]
        return sum(len(piece.text) for piece in self._between) <= BETWEEN and all(
            min(word.x0 for word in words) < (low + high) / 2 for words in said
        )

    def _add_table(self, table: PageTable) -> None:
        """Add a table; one that goes on with the last one has the column names of that."""
        placed = table.placed()
        rows = [row for row in spread(placed) if any(cell and cell.text for cell in row)]
        headers = table.headers if table.headers is not None else count_header_rows(rows)
        width = max(map(len, rows), default=0)
        above: list[str] = []
        if not headers and len(self._names) == width and self._goes_on(table):
            above = self._names
        text, cells = write_table(placed, headers=headers, above=above)
        if not text:
            return
        self._builder.add("caption", table.unit)
        self._builder.add_cells(text, cells, table.unit)
        figures = sum(sum(bool(c and is_value(c.text)) for c in row) > 1 for row in rows[headers:])
        if not headers and not above and figures:
            self._unsure.append(self._page)
        lone = table.drawn and len(rows) <= MAX_HEADER_ROWS and could_be_names([
            cell.text for cell in table.cells
        ])  # fmt: skip
        named = headers or (len(rows) if lone else 0)  # a box of names, above figures without rules
        self._names = above or (column_names(rows, named) if named else [])
        numbers = sorted({r for c in table.cells for r in range(c.row, c.row + c.row_span)})
        kept = {row: number for number, row in enumerate(numbers)}
        places = {(kept[c.row], c.column): c for c in table.cells}
        spans: list[tuple[int, int, Sequence[Word]]] = []
        for cell in cells:
            source = places.get((cell.row, cell.column))
            at = cell.start
            for said, word in source.pieces() if source else ():
                start = at + (said[:1] == " ")
                at += len(said)
                spans.append((min(start, cell.end), min(at, cell.end), [word]))
        self._place(spans)

    def warn_unsure(self) -> None:
        """Warn of the pages whose tables have figures without column names."""
        pages = sorted(set(self._unsure))
        if pages:
            said = ", ".join(map(str, pages[:12])) + (" and others" if len(pages) > 12 else "")
            where = "page" if len(pages) == 1 else "pages"
            self._builder.warn(
                f"figures in tables on {where} {said} lack the names of their columns"
            )
