"""Word documents: paragraphs with their numbers as Word shows them, tables, notes, text boxes.

Read from the package itself, since the displayed text is spread over several of its parts: clause
numbers in numbering.xml, headings in styles.xml, comments, notes, headers and charts elsewhere.
"""

import re
from collections.abc import Iterator
from typing import Any

from corpus.blocks import CONTENTS, BlockKind
from corpus.formats.content import Content, clean_lines, one_line, open_zip
from corpus.formats.inline import apart, raised
from corpus.formats.office.package import MC, C, Package, R, W, chart_rows, local_name
from corpus.formats.office.word_runs import Line, RunReader, Style, is_on
from corpus.formats.tables import PARTS, GridCell, Placed, of_texts

MAX_HEADING = 120  # characters of a bold line that is taken for a heading
BOLD_LEVEL = 6  # of such a heading
MAX_SPAN = 1_000
_ENDS = re.compile(r"[.!?;,…][\s*_\"'”’)\]»]*$")  # a colon may end a heading, "Duties:"


class _Reader(RunReader):
    """Adds the blocks of a document to its builder."""

    # Paragraphs

    def read_paragraph(self, paragraph: Any, part: str) -> tuple[Line, Style]:
        """Return the displayed text of a paragraph, and its style."""
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        style = self.style(found.get(f"{W}val", "") if found is not None else self._default)
        line = Line()
        self.add_runs(paragraph, line, style, part)
        line.text = clean_lines(apart(line.text))
        return line, style

    def add_paragraph(self, paragraph: Any, part: str, kind: BlockKind | None = None) -> None:
        """Add a paragraph as the block its style and numbering define, then the boxes within it."""
        line, style = self.read_paragraph(paragraph, part)
        if line.text:
            marker, depth = self._marker(paragraph, style)
            level = self._heading_level(paragraph, line, style, marker)
            if kind:
                self.builder.add(kind, line.text, marker=marker)
            elif style.name.startswith("toc ") or style.name == "table of figures":
                self.builder.add("furniture", line.text, marker=CONTENTS)
            elif level:
                self.builder.add("heading", one_line(line.text), level, marker)
            elif marker:
                self.builder.add("list_item", line.text, depth + 1, marker)
            else:
                self.builder.add("caption" if style.name == "caption" else "paragraph", line.text)
        self.add_boxes(line)

    def _marker(self, paragraph: Any, style: Style) -> tuple[str | None, int]:
        num_id, level = style.num_id, style.level or 0
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is not None:
            if (found := own.find(f"{W}numId")) is not None:
                num_id = found.get(f"{W}val", "0")
            if (found := own.find(f"{W}ilvl")) is not None:
                level = int(found.get(f"{W}val", "0"))
        if not num_id or num_id == "0":
            return None, 0
        return self.numbering.next(num_id, level), level

    def _heading_level(
        self, paragraph: Any, line: Line, style: Style, marker: str | None
    ) -> int | None:
        """Return the level of a heading; None for other paragraphs."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        outline = int(own.get(f"{W}val", "9")) if own is not None else style.outline
        if style.name == "title":
            if not self.titled:  # before the file's properties, which may be those of a template
                self.builder.title, self.titled = one_line(line.text), True
            return 1
        if outline is not None and outline < 9:
            return outline + 1
        if found := re.match(r"heading (\d)", style.name):
            return int(found[1])
        bold = line.letters and line.bold == line.letters and "\n" not in line.text
        plain = len(line.text) <= MAX_HEADING and not _ENDS.search(line.text)
        return BOLD_LEVEL if bold and plain and (marker is None or marker[0].isdigit()) else None

    def add_boxes(self, line: Line) -> None:
        """Add the text boxes and charts of a paragraph; pictures are counted."""
        for box, part in line.boxes:
            if box.tag == f"{W}tbl":
                self.add_table(box, part)
                continue
            texts = [t for t in box.iter(f"{W}txbxContent") if _outermost(t, box)]
            charts = [c.get(f"{R}id", "") for c in box.iter(f"{C}chart")]
            diagrams = [d.get(f"{R}dm", "") for d in box.iter() if local_name(d) == "relIds"]
            for text in texts:
                self.add_blocks(text, part)
            for id_ in charts:
                self.add_chart(part, id_)
            for id_ in diagrams:
                self.add_diagram(part, id_)
            pictures = sum(local_name(found) in ("blip", "imagedata") for found in box.iter())
            for _ in range(pictures and 1):
                self.builder.lose("picture", "pictures")
            if local_name(box) == "object" and not texts and not pictures:
                self.builder.lose("embedded object", "embedded objects")

    def add_chart(self, part: str, id_: str) -> None:
        """Add a chart's figures as a table."""
        root = self.package.xml(self.package.relations(part).get(id_, ("", ""))[1])
        title, rows = chart_rows(root) if root is not None else ("", [])
        if rows:
            self.builder.add_table(of_texts(rows), headers=1, caption=title)
        else:
            self.builder.lose("chart", "charts")

    def add_diagram(self, part: str, id_: str) -> None:
        """Add the texts of a diagram (SmartArt) as list items."""
        root = self.package.xml(self.package.relations(part).get(id_, ("", ""))[1])
        found = root.iter("{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt")
        for point in found if root is not None else ():
            text = one_line(" ".join(t.text or "" for t in point.iter() if local_name(t) == "t"))
            self.builder.add("list_item", text, 1)

    # Tables

    def cells_of(self, row: Any) -> Iterator[Any]:
        """Yield the cells of a row, including those in content controls."""
        for child in row:
            if child.tag == f"{W}tc":
                yield child
            elif child.tag in (f"{W}sdt", f"{W}customXml", f"{W}ins"):
                content = child.find(f"{W}sdtContent")
                yield from self.cells_of(content if content is not None else child)

    def rows_of(self, table: Any) -> Iterator[Any]:
        """Yield the rows of a table; deleted rows are only counted."""
        for child in table:
            if child.tag == f"{W}tr":
                if child.find(f"{W}trPr/{W}del") is not None:
                    self.builder.lose("tracked deletion", "tracked deletions")
                else:
                    yield child
            elif child.tag in (f"{W}sdt", f"{W}customXml"):
                content = child.find(f"{W}sdtContent")
                yield from self.rows_of(content if content is not None else child)

    def add_table(self, table: Any, part: str) -> None:
        """Add a table; a layout table is added as the text of its cells."""
        rows = list(self.rows_of(table))
        grid = [list(self.cells_of(row)) for row in rows]
        if _lays_out(grid):
            for row in grid:
                for cell in row:
                    self.add_blocks(cell, part)
            return
        placed: list[Placed] = []
        open_cells: dict[int, GridCell] = {}  # that go on below, by column
        boxes = Line()
        headers = 0
        for number, (row, cells) in enumerate(zip(rows, grid, strict=True)):
            declared = is_on(row.find(f"{W}trPr"), "tblHeader")
            headers += bool(declared and headers == number)
            skipped = row.find(f"{W}trPr/{W}gridBefore")
            column = int(skipped.get(f"{W}val", "0")) if skipped is not None else 0
            for cell in cells:
                properties = cell.find(f"{W}tcPr")
                wide = properties.find(f"{W}gridSpan") if properties is not None else None
                span = max(
                    1, min(int(wide.get(f"{W}val", "1")) if wide is not None else 1, MAX_SPAN)
                )
                merge = properties.find(f"{W}vMerge") if properties is not None else None
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                if goes_on and column in open_cells:
                    open_cells[column].row_span += 1
                else:
                    text, strong = self._cell_text(cell, part, boxes)
                    made = GridCell(text, 1, span, True if declared else None, strong)
                    placed.append((number, column, made))
                    open_cells[column] = made
                if merge is None:
                    open_cells.pop(column, None)
                column += span
        self.builder.add_table(placed, headers=headers or None)
        self.add_boxes(boxes)

    def _cell_text(self, cell: Any, part: str, boxes: Line) -> tuple[str, bool]:
        """Return the text of a cell, its paragraphs separated, and whether it is emphasised."""
        pieces, bold, letters = list[str](), 0, 0
        for child in _blocks_of(cell):
            if child.tag == f"{W}tbl":
                if _is_table(child):
                    boxes.boxes.append((child, part))
                    continue
                for row in self.rows_of(child):
                    inner = (self._cell_text(c, part, boxes)[0] for c in self.cells_of(row))
                    pieces.append(": ".join(filter(None, inner)))
                continue
            line, style = self.read_paragraph(child, part)
            marker, _ = self._marker(child, style)
            pieces += [f"{marker} {line.text}" if marker and line.text else line.text]
            bold, letters = bold + line.bold, letters + line.letters
            boxes.boxes += line.boxes
        texts = [one for piece in pieces for one in piece.split("\n") if one]
        return PARTS.join(texts), bool(letters) and bold == letters

    # The whole

    def add_blocks(self, parent: Any, part: str, kind: BlockKind | None = None) -> None:
        """Add the paragraphs and tables below an element."""
        for child in _blocks_of(parent):
            if child.tag == f"{W}tbl":
                self.add_table(child, part)
            elif child.tag == f"{W}p":
                self.add_paragraph(child, part, kind)
            else:
                self.builder.lose("embedded document", "embedded documents")

    def add_notes(self) -> None:
        """Add the footnotes and endnotes in the order of their numbers, then the comments."""
        for (kind, id_), number in list(self.notes.items()):
            root, mark = self.parts[kind], raised(str(number))
            for note in root if root is not None else ():
                if note.get(f"{W}id") == id_:
                    texts = (self.read_paragraph(p, f"word/{kind}.xml")[0].text
                             for p in note.iter(f"{W}p"))  # fmt: skip
                    self.builder.add("note", "\n".join(filter(None, texts)), marker=mark)
        comments = self.parts["comments"]
        for comment in comments if comments is not None else ():
            texts = (self.read_paragraph(p, "word/comments.xml")[0].text
                     for p in comment.iter(f"{W}p"))  # fmt: skip
            author = one_line(comment.get(f"{W}author", ""))
            text = "\n".join(filter(None, texts))
            self.builder.add("note", f"{author}: {text}" if author and text else text)

    def add_furniture(self) -> None:
        """Add the text of headers and footers, each once."""
        seen: set[str] = set()
        for kind, target in self.relations.values():
            root = self.package.xml(target) if kind in ("header", "footer") else None
            for paragraph in root.iter(f"{W}p") if root is not None else ():
                if paragraph.getparent().tag == f"{W}txbxContent":
                    continue
                line, _ = self.read_paragraph(paragraph, target)
                boxed = [self.read_paragraph(p, target)[0].text for box, _ in line.boxes
                         for p in box.iter(f"{W}p")]  # fmt: skip
                for text in filter(None, [line.text, *boxed]):
                    if text not in seen and any(c.isalpha() for c in text):
                        self.builder.add("furniture", text)
                    seen.add(text)


def _outermost(text: Any, box: Any) -> bool:
    """Tell whether a text box is not within another one or a fallback."""
    parent = text.getparent()
    while parent is not None and parent is not box:
        if parent.tag in (f"{W}txbxContent", f"{MC}Fallback"):
            return False
        parent = parent.getparent()
    return True


def _blocks_of(parent: Any) -> Iterator[Any]:
    """Yield the paragraphs, tables and embedded parts below an element, whatever wraps them."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"):
            content = child.find(f"{W}sdtContent")
            yield from _blocks_of(content if content is not None else child)


def _is_table(table: Any) -> bool:
    """Tell whether a table within a cell is more than a frame."""
    rows = table.findall(f"{W}tr")
    return len(rows) > 1 and any(len(row.findall(f"{W}tc")) > 1 for row in rows)


def _lays_out(grid: list[list[Any]]) -> bool:
    """Tell whether a table is for layout: a single cell, or few that contain tables or prose."""
    cells = [cell for row in grid for cell in row]
    if len(cells) <= 1:
        return True
    nested = any(cell.find(f"{W}tbl") is not None for cell in cells)
    long = sum(len("".join(t.text or "" for t in cell.iter(f"{W}t"))) > 300 for cell in cells)
    return (nested and len(grid) <= 3) or (len(grid) == 1 and 2 * long >= len(cells))


def read_docx(data: bytes, name: str) -> Content:
    """Read a Word document."""
    zipped = open_zip(data, name.rpartition(".")[2].upper(), "word/document.xml")
    with zipped:
        package = Package(zipped)
        reader = _Reader(package, "word/document.xml")
        body = package.xml("word/document.xml").find(f"{W}body")
        if body is not None:
            reader.add_blocks(body, "word/document.xml")
        reader.add_notes()
        reader.add_furniture()
        return reader.builder.build()
