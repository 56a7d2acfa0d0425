"""OpenDocument: texts, sheets and slides of LibreOffice and others.

One vocabulary serves all three: paragraphs with styles, lists with numbers, tables with spans.
"""

import re
from collections.abc import Iterator
from typing import Any

from corpus.blocks import CONTENTS, BlockKind
from corpus.errors import CorpusError
from corpus.formats.content import (
    ContentBuilder,
    clean_lines,
    one_line,
)
from corpus.formats.inline import apart, lowered, raised, struck
from corpus.formats.office.package import Package, local_name
from corpus.formats.opendocument.styles import OFFICE, TABLE, TEXT, XLINK, Styles
from corpus.formats.sheet_tables import MAX_COLUMNS, MAX_ROWS, cell_text
from corpus.formats.tables import PARTS, GridCell, Placed

SPAN = 1_000  # rows or columns of one cell, at most
DEPTH = 100
_BOLD_HEADING = 120  # characters of a bold line that is taken for a heading
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SPACES = re.compile(r"[ \t\r\n]+")


def _count(element: Any, name: str, limit: int) -> int:
    value = element.get(f"{TABLE}{name}", "1")
    return max(1, min(int(value), limit)) if value.isdigit() else 1


class OpenDocumentReader:
    """Adds the blocks of a text, sheet or slide to its builder."""

    def __init__(self, package: Package) -> None:
        """Take the parts of the file."""
        self.package = package
        self.builder = ContentBuilder(self._title())
        self.titled = False
        self.root = package.xml("content.xml")
        self.styles = Styles(self.root, package.xml("styles.xml"))
        self._notes: list[tuple[str, str]] = []  # the mark of each, and what it says
        self._comments: list[str] = []
        self._frames: list[Any] = []  # found in the paragraph being read

    def _title(self) -> str:
        meta = self.package.xml("meta.xml")
        titles = meta.iter(f"{_DC}title") if meta is not None else ()
        return next((one_line(title.text or "") for title in titles), "")

    def note_changes(self, body: Any) -> None:
        """Count tracked deletions, which are stored apart from the text."""
        for region in body.iter(f"{TEXT}changed-region"):
            for change in region:
                if local_name(change) == "deletion":
                    self.builder.lose("tracked deletion", "tracked deletions")
                elif local_name(change) == "insertion":
                    self.builder.warn("tracked insertions are read as if accepted")

    # Text within a paragraph

    def inline(self, element: Any, style: str = "", depth: int = 0) -> str:
        """Return the displayed text of an element; frames, notes and comments come later."""
        text = _SPACES.sub(" ", element.text or "")
        for child in element if depth < DEPTH else ():
            text += self._piece(child, style, depth) + _SPACES.sub(" ", child.tail or "")
        return text

    def _piece(self, child: Any, style: str, depth: int) -> str:
        match local_name(child):
            case "span":
                return self._span(child, depth)
            case "s":
                return " " * min(int(child.get(f"{TEXT}c", "1")), 100)
            case "tab":
                return " "
            case "line-break":
                return "\n"
            case "note":
                return self._note(child)
            case "annotation":
                self.note_comment(child)
            case "frame" | "custom-shape" | "rect" | "g" | "text-box" | "line" | "polygon":
                self._frames.append(child)
            case "hidden-text" | "hidden-paragraph":
                self.builder.lose("hidden text", "hidden texts")
            case "ruby":
                base = child.find(f"{TEXT}ruby-base")
                return self.inline(base, style, depth + 1) if base is not None else ""
            case "tracked-changes" | "soft-page-break" | "bookmark" | "annotation-end" | "":
                pass
            case _:
                return self.inline(child, style, depth + 1)
        return ""

    def _span(self, span: Any, depth: int) -> str:
        look = self.styles.look(span.get(f"{TEXT}style-name", ""))
        text = self.inline(span, depth=depth + 1)
        if look.hidden and text.strip():
            self.builder.lose("hidden text", "hidden texts")
            return ""
        if look.shift and text.strip():
            text = raised(text) if look.shift > 0 else lowered(text)
        return struck(text) if look.struck and text.strip() else text

    def _note(self, note: Any) -> str:
        body = note.find(f"{TEXT}note-body")
        mark = note.find(f"{TEXT}note-citation")
        shown = raised(one_line(mark.text or "")) if mark is not None else "*"
        at = len(self._notes)
        self._notes.append((shown, ""))
        if body is not None:
            self._notes[at] = (shown, self._texts(body))
        return shown

    def _texts(self, parent: Any) -> str:
        """Return the paragraphs below an element, one per line."""
        lines = (self.line(p) for p in parent.iter(f"{TEXT}p", f"{TEXT}h"))
        return "\n".join(filter(None, lines))

    def note_comment(self, annotation: Any) -> None:
        """Keep a comment for `add_notes`."""
        author = annotation.find(f"{_DC}creator")
        text = self._texts(annotation)
        if text:
            named = author is not None and author.text
            self._comments.append(f"{one_line(author.text)}: {text}" if named else text)

    def line(self, paragraph: Any) -> str:
        """Return the displayed text of a paragraph."""
        text = self.inline(paragraph)
        if self.styles.look(paragraph.get(f"{TEXT}style-name", "")).struck:
            text = struck(text)
        return clean_lines(apart(text))

    def is_bold(self, paragraph: Any) -> bool:
        """Tell whether all text of a paragraph is bold."""
        own = self.styles.look(paragraph.get(f"{TEXT}style-name", "")).bold
        loose = [paragraph.text or "", *(child.tail or "" for child in paragraph)]
        if any(map(str.strip, loose)) and not own:
            return False
        looks = [self.styles.look(s.get(f"{TEXT}style-name", "")) for s in paragraph
                 if "".join(s.itertext()).strip()]  # fmt: skip
        return own and all(k.bold is not False for k in looks) or (
            bool(looks) and all(look.bold for look in looks))  # fmt: skip

    # Blocks

    def add_blocks(self, parent: Any, kind: BlockKind | None = None, depth: int = 0) -> None:
        """Add the paragraphs, lists, tables and frames below an element."""
        for child in parent if depth < DEPTH else ():
            match local_name(child):
                case "p" | "h":
                    self.add_paragraph(child, kind)
                case "list":
                    self.add_list(child, kind)
                case "table":
                    self.add_table(child)
                case "section" if child.get(f"{TEXT}display", "true") != "true":
                    self.builder.lose("hidden section", "hidden sections")
                case "table-of-content" | "illustration-index" | "table-index" | "object-index":
                    for entry in child.iter(f"{TEXT}p", f"{TEXT}h"):
                        self.builder.add("furniture", self.line(entry), marker=CONTENTS)
                case "frame" | "custom-shape" | "rect" | "g" | "a" | "ellipse" | "text-box":
                    self.add_frame(child, kind, depth + 1)
                case "tracked-changes" | "forms" | "sequence-decls" | "notes" | "":
                    pass
                case _:
                    self.add_blocks(child, kind, depth + 1)

    def add_paragraph(
        self, paragraph: Any, kind: BlockKind | None = None, marker: str | None = None,
        level: int = 1,
    ) -> None:  # fmt: skip
        """Add a paragraph as the block its style defines, then the frames within it."""
        before, self._frames = self._frames, []
        text = self.line(paragraph)
        name = paragraph.get(f"{TEXT}style-name", "")
        if text and self.styles.look(name).hidden:
            self.builder.lose("hidden text", "hidden texts")
        elif text and kind:
            self.builder.add(kind, text, marker=marker)
        elif text and (heading := self._heading_level(paragraph, text)):
            number = self.styles.number_heading(paragraph, heading)
            self.builder.add("heading", one_line(text), heading, marker or number)
        elif text and marker:
            self.builder.add("list_item", text, level, marker)
        else:
            caption = "Caption" in self.styles.line_of(name)
            self.builder.add("caption" if caption else "paragraph", text)
        frames, self._frames = self._frames, before
        for frame in frames:
            self.add_frame(frame, kind)

    def _heading_level(self, paragraph: Any, text: str) -> int | None:
        if local_name(paragraph) == "h":
            return min(int(paragraph.get(f"{TEXT}outline-level", "1") or 1), 10)
        line = self.styles.line_of(paragraph.get(f"{TEXT}style-name", ""))
        if "Title" in line:
            if not self.titled:  # before the file's properties, which may be those of a template
                self.builder.title, self.titled = one_line(text), True
            return 1
        plain = len(text) <= _BOLD_HEADING and "\n" not in text and text[-1] not in ".!?:;,…"
        return 6 if plain and self.is_bold(paragraph) else None

    def add_list(
        self, element: Any, kind: BlockKind | None = None, level: int = 1, style: str = ""
    ) -> None:
        """Add the items of a list, each with its marker."""
        style = element.get(f"{TEXT}style-name", "") or style
        self.styles.begin_list(element, style, level)
        for item in element:
            first = local_name(item) == "list-item"
            for child in item if level < DEPTH else ():
                match local_name(child):
                    case "p" | "h":
                        marker = self.styles.next_marker(item, style, level) if first else None
                        first = False
                        self.add_paragraph(child, kind, marker, level)
                    case "list":
                        self.add_list(child, kind, level + 1, style)
                    case _:
                        self.add_blocks([child], kind)
        self.styles.end_list(element, style)

    # Frames

    def add_frame(self, frame: Any, kind: BlockKind | None = None, depth: int = 0) -> None:
        """Add a text box, chart or table; pictures are counted."""
        inner = {local_name(child): child for child in frame}
        if local_name(frame) in ("g", "a"):
            self.add_blocks(frame, kind, depth + 1)
        elif "object" in inner:
            self._add_object(inner["object"])
        elif "table" in inner:
            self.add_table(inner["table"])
        elif "text-box" in inner:
            self.add_blocks(inner["text-box"], kind, depth + 1)
        elif "image" in inner:
            told = inner.get("desc", inner.get("title"))
            text = one_line("".join(told.itertext())) if told is not None else ""
            if len(text.split()) > 3:
                self.builder.add("caption", text)
            self.builder.lose("picture", "pictures")
        elif "plugin" in inner or "object-ole" in inner or "floating-frame" in inner:
            self.builder.lose("embedded object", "embedded objects")
        elif "p" in inner or "list" in inner:
            self.add_blocks(frame, kind, depth + 1)

    def _add_object(self, element: Any) -> None:
        """Add the figures of a chart, or a formula; other objects are counted."""
        href = element.get(f"{XLINK}href", "").removeprefix("./").rstrip("/")
        root = self.package.xml(f"{href}/content.xml")
        if root is None:
            self.builder.lose("embedded object", "embedded objects")
            return
        formula = next(root.iter("{http://www.w3.org/1998/Math/MathML}annotation"), None)
        if formula is not None:
            self.builder.add("paragraph", one_line(formula.text or ""))
            return
        chart = next(root.iter(f"{_CHART}chart"), None)
        table = next(chart.iter(f"{TABLE}table"), None) if chart is not None else None
        if chart is None or table is None:
            self.builder.lose("embedded object", "embedded objects")
            return
        titles = (self._texts(title) for title in chart.iterfind(f"{_CHART}title"))
        placed = [(r, c, cell) for r, c, cell, _ in self.placed(table)]
        self.builder.add_table(placed, headers=1, caption=one_line(" ".join(titles)))

    # Tables

    def rows(self, parent: Any, header: bool = False) -> Iterator[tuple[Any, bool]]:
        """Yield the rows of a table, and whether each is declared a header."""
        for child in parent:
            match local_name(child):
                case "table-row":
                    yield child, header
                case "table-header-rows":
                    yield from self.rows(child, header=True)
                case "table-rows" | "table-row-group":
                    yield from self.rows(child, header)

    def placed(self, table: Any) -> Iterator[tuple[int, int, GridCell, Any]]:
        """Yield the cells of a table that have text: row, column, cell and its element."""
        row = 0
        for element, header in self.rows(table):
            again = _count(element, "number-rows-repeated", 10 * MAX_ROWS)
            cells = list(self._cells(element, header))
            if cells and again * len(cells) > MAX_ROWS * 10:
                raise CorpusError(f"has more than {MAX_ROWS:,} rows in one sheet; split it")
            for copy in range(again if cells else 0):
                for column, cell, source in cells:
                    made = GridCell(cell.text, cell.row_span, cell.column_span, cell.header,
                                    cell.strong)  # fmt: skip
                    yield row + copy, column, made, source
            row += again

    def _cells(self, row: Any, header: bool) -> Iterator[tuple[int, GridCell, Any]]:
        column = 0
        for element in row:
            if local_name(element) not in ("table-cell", "covered-table-cell"):
                continue
            again = _count(element, "number-columns-repeated", MAX_COLUMNS * 10)
            text = self._cell_text(element) if local_name(element) == "table-cell" else ""
            for copy in range(again if text else 0):
                tall = _count(element, "number-rows-spanned", SPAN)
                wide = _count(element, "number-columns-spanned", SPAN)
                if column + copy < MAX_COLUMNS:
                    told, strong = True if header else None, self._stands_out(element)
                    yield column + copy, GridCell(text, tall, wide, told, strong), element
            column += again

    def _stands_out(self, cell: Any) -> bool:
        paragraphs = list(cell.iter(f"{TEXT}p"))
        own = self.styles.look(cell.get(f"{TABLE}style-name", "")).bold
        return bool(own) or bool(paragraphs) and all(map(self.is_bold, paragraphs))

    def _cell_text(self, cell: Any) -> str:
        pieces: list[str] = []
        for child in cell:
            match local_name(child):
                case "p" | "h":
                    pieces += self.line(child).split("\n")
                case "list" | "section":
                    pieces += self._texts(child).split("\n")
                case "table":
                    inner: dict[int, list[str]] = {}
                    for row, _, made, _ in self.placed(child):
                        inner.setdefault(row, []).append(made.text)
                    pieces += [": ".join(texts) for texts in inner.values()]
                case "annotation":
                    self.note_comment(child)
                case "frame" | "custom-shape" | "g":
                    self._frames.append(child)
        text = cell_text("\n".join(pieces))
        if not text and (value := cell.get(f"{OFFICE}value", cell.get(f"{OFFICE}string-value"))):
            return one_line(value)
        struck_out = self.styles.look(cell.get(f"{TABLE}style-name", "")).struck
        return f"~~{text}~~" if text and struck_out else text

    def add_table(self, table: Any) -> None:
        """Add a table of a text or slide."""
        before, self._frames = self._frames, []
        placed: list[Placed] = [(r, c, cell) for r, c, cell, _ in self.placed(table)]
        headers = 0
        for _, header in self.rows(table):
            if not header:
                break
            headers += 1
        if len({(r, c) for r, c, _ in placed}) == 1 and placed[0][2].text:
            for text in placed[0][2].text.split(PARTS):  # a box around text
                self.builder.add("paragraph", text)
        else:
            self.builder.add_table(placed, headers=headers or None)
        frames, self._frames = self._frames, before
        for frame in frames:
            self.add_frame(frame)

    def add_frames_of_cells(self) -> None:
        """Add the frames that were found in the cells of a sheet."""
        frames, self._frames = self._frames, []
        for frame in frames:
            self.add_frame(frame)

    # The rest

    def add_notes(self) -> None:
        """Add the notes and comments found since the last call."""
        for mark, text in self._notes:
            self.builder.add("note", text, marker=mark)
        for text in self._comments:
            self.builder.add("note", text)
        self._notes, self._comments = [], []

    def add_furniture(self) -> None:
        """Add the text of headers and footers, each once."""
        seen: set[str] = set()
        for holder in self.styles.furniture():
            for paragraph in holder.iter(f"{TEXT}p", f"{TEXT}h"):
                text = self.line(paragraph)
                if text not in seen and any(c.isalpha() for c in text):
                    self.builder.add("furniture", text)
                seen.add(text)
