"""HTML: the visible text of a page, with its declared headings, lists and tables."""

import re
from collections.abc import Iterator
from typing import Any

from corpus.blocks import BlockKind
from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, clean_lines, decoded_text, one_line
from corpus.formats.html_visibility import Visibility
from corpus.formats.inline import apart, lowered, raised, struck
from corpus.formats.office.numbering import BULLET, letters, roman
from corpus.formats.tables import PARTS, GridCell, Placed

MAX_SPAN = 1_000  # rows or columns of one cell
MAX_DEPTH = 200
ALT_WORDS = 4  # of what a picture is said to show; fewer only name it
SHORT_VALUE = 200  # characters of what a term stands for, in a table of terms and values
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)=["']?\s*([\w-]+)""", re.IGNORECASE
)
_UNREAD = frozenset(
    ("script", "style", "template", "noscript", "svg", "head", "nav", "button", "select",
     "textarea", "iframe", "object", "embed", "audio", "video", "canvas", "map", "datalist",
     "dialog", "menu")
)  # fmt: skip
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "details", "div",
     "fieldset", "figure", "footer", "form", "header", "hgroup", "html", "legend", "main",
     "optgroup", "option", "p", "section", "summary", "td", "th", "tr", "tbody", "thead",
     "tfoot", "caption", "dt", "dd")
)  # fmt: skip
_AROUND = ("header", "footer", "aside")  # of a page, where it has a main part
_STRUCK_STYLE = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_NAVIGATION = ("navigation", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog")
_DATES = ("article:published_time", "DC.date", "dcterms.date", "date")  # when it was published
_PAGE_PARTS = ("banner", "contentinfo", "complementary")


def parse_html(text: str) -> Any:
    """Return the root element of a page.

    Raises:
        CorpusError: the page is empty.
    """
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        root = None
    if root is None:
        raise CorpusError("contains no text; add some, or leave it out of the folder")
    return root


def _span(cell: Any, name: str) -> int:
    """Return the number of rows or columns a cell spans; 0 stands for the rest of the table."""
    value = cell.get(name, "").strip()
    return max(1, min(int(value), MAX_SPAN)) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text.strip()) else usual


class HtmlReader:
    """Walks the tree of a page and adds its visible content to a builder."""

    def __init__(self, builder: ContentBuilder, root: Any) -> None:
        """Take the builder and the page."""
        self.builder = builder
        self._visibility = Visibility(root)
        self._line = ""  # inline text since the last block
        self._kind: BlockKind = "paragraph"
        self._level: int | None = None
        self._marker: str | None = None
        self._pictures: list[str] = []  # what pictures in the line show, as the page has it

    # What is shown

    def unread(self, element: Any) -> bool:
        """Tell whether an element is skipped: scripts, navigation, or hidden."""
        if not isinstance(element.tag, str) or element.tag in _UNREAD:
            return True
        if self._visibility.hides(element):
            if (text := one_line("".join(element.itertext()))) and element.tag != "a":
                self.builder.lose("hidden part", "hidden parts") if len(text) > 1 else None
            return True
        return (
            element.get("role") in _NAVIGATION or "headerlink" in element.get("class", "").split()
        )

    # Text within a block

    def inline(self, element: Any, depth: int = 0) -> str:
        """Return the text of an element, with its blocks and breaks on lines of their own."""
        if depth > MAX_DEPTH or self.unread(element):
            return ""
        tag = element.tag
        if tag == "br":
            return "\n"
        if tag == "img":
            self._add_picture(element)
            return ""
        if tag == "input":
            return self._input(element)
        text = re.sub(r"[ \t\r\n\f]+", " ", element.text or "")
        for child in element:
            text += self.inline(child, depth + 1)
            text += re.sub(r"[ \t\r\n\f]+", " ", child.tail or "")
        if tag in ("sup", "sub") and text.strip():
            return raised(text.strip()) if tag == "sup" else lowered(text.strip())
        if self._struck(element):
            return struck(text)
        if tag == "q":
            return f"“{text}”"
        if tag == "li":
            return f"\n{text}\n"
        return f"\n{text}\n" if tag in _BLOCKS or tag in ("ul", "ol", "dl", "table") else text

    @staticmethod
    def _struck(element: Any) -> bool:
        return element.tag in ("del", "s", "strike") or bool(
            _STRUCK_STYLE.search(element.get("style", ""))
        )

    @staticmethod
    def _input(element: Any) -> str:
        kind = element.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            return "☒ " if element.get("checked") is not None else "☐ "
        value = element.get("value", "") if kind in ("text", "number", "date", "email") else ""
        return f" {value} "

    def _add_picture(self, element: Any) -> None:
        alt = one_line(element.get("alt", "x"))
        if len(alt.split()) >= ALT_WORDS:
            self._pictures.append(alt)
        elif alt and element.get("role") != "presentation":
            self.builder.lose("picture", "pictures")

    # Blocks

    def flush(self) -> None:
        """Add the text gathered since the last block."""
        text = clean_lines(apart(self._line))
        self._line = ""
        if text:
            self.builder.add(self._kind, text, self._level, self._marker)
            self._marker = None
            if self._kind == "list_item":
                self._kind, self._level = "paragraph", None  # a second paragraph of the item
        for alt in self._pictures:
            self.builder.add("caption", alt)
        self._pictures.clear()

    def walk(self, element: Any, depth: int = 0, lists: int = 0) -> None:
        """Add the blocks of an element."""
        if depth > MAX_DEPTH or self.unread(element):
            return
        tag = element.tag
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self.flush()
                self.builder.add("heading", one_line(apart(self.inline(element))), int(tag[1]))
            case "pre":
                self.flush()
                self.builder.add("code", _code(element))
            case "table":
                self.flush()
                self._add_table(element, depth, lists)
            case "ul" | "ol":
                self.flush()
                self._add_list(element, depth, lists)
            case "dl":
                self.flush()
                self._add_terms(element, depth, lists)
            case "figcaption":
                self.flush()
                self.builder.add("caption", clean_lines(self.inline(element)))
            case "hr":
                self.flush()
            case _ if tag in _BLOCKS:
                self.flush()
                self._walk_children(element, depth, lists)
                self.flush()
            case _ if self._holds_blocks(element):
                self._walk_children(element, depth, lists)
            case _:
                self._line += self.inline(element)

    def _walk_children(self, element: Any, depth: int, lists: int) -> None:
        self._line += re.sub(r"[ \t\r\n\f]+", " ", element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                self.walk(child, depth + 1, lists)
            self._line += re.sub(r"[ \t\r\n\f]+", " ", child.tail or "")

    @staticmethod
    def _holds_blocks(element: Any) -> bool:
        """Tell whether an inline element wraps blocks, as links and custom elements may."""
        names = ("h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol", "dl", "p", "div")
        return next(element.iter(*names), None) is not None

    def _add_list(self, element: Any, depth: int, lists: int) -> None:
        items = [child for child in element if child.tag == "li"]
        reverse = element.get("reversed") is not None
        number = _number(element.get("start"), len(items) if reverse else 1)
        for child in element:
            if child.tag != "li":
                if isinstance(child.tag, str):
                    self.walk(child, depth + 1, lists)
                continue
            marker = BULLET
            if element.tag == "ol":
                number = _number(child.get("value"), number)
                marker = f"{_counted(number, child.get('type') or element.get('type', '1'))}."
                number += -1 if reverse else 1
            if self.unread(child):
                continue
            self._kind, self._level, self._marker = "list_item", lists + 1, marker
            self._walk_children(child, depth + 1, lists + 1)
            self.flush()
            self._kind, self._level, self._marker = "paragraph", None, None

    def _add_terms(self, element: Any, depth: int, lists: int) -> None:
        """Add a description list: a table if each term has one short value, else list items."""
        parts = [c for child in element for c in ([child] if child.tag != "div" else child)]
        parts = [c for c in parts if isinstance(c.tag, str) and not self.unread(c)]
        texts = [clean_lines(apart(self.inline(c))) for c in parts]
        pairs = list(zip(parts[::2], parts[1::2], strict=False))
        even = len(parts) % 2 == 0 and all(a.tag == "dt" and b.tag == "dd" for a, b in pairs)
        if parts and even and all(len(text) <= SHORT_VALUE for text in texts):
            placed = [
                (at // 2, at % 2, GridCell(text.replace("\n", PARTS)))
                for at, text in enumerate(texts)
            ]
            self.builder.add_table(placed, headers=0)
            return
        for part in parts:
            self._kind, self._level = "list_item", lists + 1 + (part.tag == "dd")
            self._walk_children(part, depth + 1, lists + 1)
            self.flush()
            self._kind, self._level = "paragraph", None

    # Tables

    def _rows(self, table: Any) -> Iterator[Any]:
        for child in table:
            if child.tag == "tr":
                yield child
            elif child.tag in ("thead", "tbody", "tfoot") and not self.unread(child):
                yield from (row for row in child if row.tag == "tr")

    def _add_table(self, table: Any, depth: int, lists: int) -> None:
        self._line = " ".join([table.text or "", *(child.tail or "" for child in table)])
        self.flush()  # what stands between rows is shown before the table
        rows = [row for row in self._rows(table) if not self.unread(row)]
        grid = [
            [cell for cell in row if cell.tag in ("td", "th") and not self.unread(cell)]
            for row in rows
        ]
        if self._lays_out(table, grid):
            for cell in (cell for row in grid for cell in row):
                self._walk_children(cell, depth + 1, lists)
                self.flush()
            return
        placed: list[Placed] = []
        taken: set[tuple[int, int]] = set()
        ths = any(cell.tag == "th" for row in grid for cell in row)
        for r, (row, cells) in enumerate(zip(rows, grid, strict=True)):
            column = 0
            inside_head = row.getparent().tag == "thead"
            for cell in cells:
                while (r, column) in taken:
                    column += 1
                tall = min(_span(cell, "rowspan"), len(rows) - r)
                wide = _span(cell, "colspan")
                taken |= {(r + i, column + j) for i in range(tall) for j in range(wide)}
                lines = clean_lines(apart(self.inline(cell))).split("\n")
                header = cell.tag == "th" or inside_head
                strong = header or _all_bold(cell)
                told = header if ths or inside_head else None
                placed.append((r, column, GridCell(PARTS.join(lines), tall, wide, told, strong)))
                column += wide
        captions = [clean_lines(self.inline(c)) for c in table if c.tag == "caption"]
        self.builder.add_table(placed, caption=one_line(" ".join(captions)))

    def _lays_out(self, table: Any, grid: list[list[Any]]) -> bool:
        """Tell whether a table is for layout: it contains tables, headings or code."""
        if table.get("role") in ("presentation", "none"):
            return True
        if any(cell.tag == "th" for row in grid for cell in row) and table.get("class") is None:
            return next(table.iterdescendants("table"), None) is not None and len(grid) < 3
        inner = table.iterdescendants("table", "h1", "h2", "h3", "h4", "pre")
        single = all(len(row) <= 1 for row in grid)
        return next(inner, None) is not None or single


def _counted(number: int, kind: str) -> str:
    match kind:
        case "a":
            return letters(number)
        case "A":
            return letters(number).upper()
        case "i":
            return roman(number)
        case "I":
            return roman(number).upper()
        case _:
            return str(number)


def _all_bold(cell: Any) -> bool:
    """Tell whether all of a cell's text is bold."""
    bold = sum(len("".join(b.itertext()).strip()) for b in cell.iter("b", "strong"))
    return bold > 0 and bold >= len("".join(cell.itertext()).strip())


def _code(element: Any) -> str:
    """Return preformatted text with its lines as they are."""
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    lines = "".join(element.itertext()).expandtabs(4).splitlines()
    kept = ("".join(c for c in line.rstrip() if c >= " ") for line in lines)
    return "\n".join(line for line in kept if line)


def add_page(builder: ContentBuilder, root: Any) -> None:
    """Add the visible content of the page: its main part, then the rest."""
    reader = HtmlReader(builder, root)
    body = root.find("body")
    body = root if body is None else body
    mains = [m for m in body.xpath(".//main | .//*[@role='main']") if "".join(m.itertext()).strip()]
    main = mains[0] if mains else body
    around: list[Any] = []
    if mains:
        around = [child for child in _siblings(main, body) if isinstance(child.tag, str)]
    else:
        around = [e for e in body.iter(*_AROUND) if _of_page(e)]
        around += body.xpath(" | ".join(f".//*[@role='{role}']" for role in _PAGE_PARTS))
        for element in around:
            if element.getparent() is not None:
                element.drop_tree()
    reader.walk(main)
    reader.flush()
    seen: set[str] = set()
    for element in around:
        for line in clean_lines(reader.inline(element)).split("\n"):
            if line not in seen and any(c.isalpha() for c in line):
                builder.add("furniture", line)
                seen.add(line)


def _siblings(element: Any, top: Any) -> Iterator[Any]:
    """Yield the elements around an element, up to the root, in order."""
    line = []
    while element is not top:
        line.append(element)
        element = element.getparent()
    before = [child for inner in reversed(line) for child in inner.itersiblings(preceding=True)]
    yield from reversed(before)
    yield from (child for inner in line for child in inner.itersiblings())


def _of_page(element: Any) -> bool:
    """Tell whether a header, footer or aside is the page's, not an article's."""
    parents = {parent.tag for parent in element.iterancestors()}
    titled = element.tag == "header" and next(element.iter("h1"), None) is not None
    return not parents & {"article", "section", "blockquote", "td", "main"} and not titled


def _meta(root: Any, name: str) -> str:
    """Return the content of a page's meta element of a name."""
    found = root.xpath("//head/meta[@name=$name or @property=$name]/@content", name=name)
    return one_line(found[0]) if found else ""


def decode_html(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a page, and a warning where its encoding is a guess."""
    declared = _DECLARED.search(data[:4096])
    return decoded_text(data, declared[1].decode("ascii") if declared else "")


def read_html(data: bytes, name: str) -> Content:
    """Read a page of HTML."""
    text, guessed = decode_html(data)
    root = parse_html(text)
    titles = root.xpath("//head/title[1]")
    builder = ContentBuilder(one_line("".join(titles[0].itertext())) if titles else "")
    builder.organisation = _meta(root, "og:site_name")
    builder.date = next(filter(None, (_meta(root, name) for name in _DATES)), "")
    for warning in guessed:
        builder.warn(warning)
    add_page(builder, root)
    return builder.build()
