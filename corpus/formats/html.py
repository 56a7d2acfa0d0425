"""HTML: the main part of a page, as lines of Markdown that we write."""

import re
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.content import Content, as_text, decoded_text, one_line
from corpus.formats.tables import table_lines

MAX_SPAN = 100  # rows or columns that one cell is repeated for
_BREAK, _SPACE, _GLUE, _LINE = _MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3"  # parse as any letter would
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)=["']?\s*([\w-]+)""", re.IGNORECASE
)
_NO_TEXT = ("script", "style", "template", "noscript", "svg", "math", "head", "nav", "aside",
            "footer", "button", "select", "textarea", "iframe", "object")  # fmt: skip
_NOT_SHOWN = (
    "//*[@hidden or @aria-hidden='true' or contains(@class, 'headerlink') or @role='navigation'"
    " or @role='search' or @role='banner' or @role='contentinfo' or @role='complementary']"
)
_BLOCKS = ("address", "article", "blockquote", "body", "caption", "center", "dd",
           "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "form",
           "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main",
           "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td",
           "tfoot", "th", "thead", "tr", "ul")  # fmt: skip


def _span(cell: Any, name: str) -> int:
    """Return how many places a cell of HTML takes."""
    value = cell.get(name, "").strip()
    return max(1, min(int(value), MAX_SPAN)) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _html_table(table: Any) -> list[str]:
    """Return the lines of a table; a cell that spans several places stands in each."""
    headers = 0
    trs = table.xpath(".//tr")
    grid: list[dict[int, str]] = [{} for _ in trs]
    for at, tr in enumerate(trs):
        cells = tr.xpath("./td | ./th")
        if headers == at and cells and all(cell.tag == "th" for cell in cells):
            headers = at + 1
        column = 0
        for cell in cells:
            text = one_line("".join(cell.itertext()).replace(_BREAK, " "))
            while column in grid[at]:
                column += 1
            for row in grid[at : at + _span(cell, "rowspan")]:
                for right in range(_span(cell, "colspan")):
                    row.setdefault(column + right, text)
    caption = [one_line("".join(part.itertext())) for part in table.xpath("./caption")]
    rows = [[row.get(at, "") for at in range(max(row, default=-1) + 1)] for row in grid]
    return [*filter(None, caption), *table_lines(rows, headers)]


def _replace(element: Any, text: str) -> None:
    """Put text in the place of all that an element holds."""
    element.clear(keep_tail=True)
    element.text = text


def _mark_blocks(root: Any) -> None:
    """Write breaks, and the marks of headings, lists, tables and code, into the tree's text."""
    for element in root.xpath(".//pre"):
        code = "".join(element.itertext()).expandtabs(4).splitlines()
        kept = (f"    {line.rstrip()}".replace(" ", _SPACE) for line in code if line.strip())
        _replace(element, _BREAK + _LINE.join(kept))
    for element in root.xpath(".//table[not(.//table or .//h1 or .//h2 or .//h3 or .//pre)]"):
        _replace(element, "".join(_BREAK + line for line in _html_table(element)))
    for element in root.xpath(".//ol"):
        for number, item in enumerate(element.xpath("./li"), 1):
            item.text = f"{number}.{_GLUE}{item.text or ''}"
    marks = {"ul/li": "-"} | {f"h{level}": "#" * level for level in range(1, 7)}
    for path, mark in marks.items():
        for element in root.xpath(f".//{path}"):
            element.text = f"{mark}{_GLUE}{element.text or ''}"
    for element in root.xpath(".//br"):
        element.tail = " " + (element.tail or "")
    for element in root.iterdescendants(*_BLOCKS):
        element.text = _BREAK + (element.text or "")
        element.tail = _BREAK + (element.tail or "")


def html_lines(root: Any) -> list[str]:
    """Return the lines of an HTML tree without what is no text of its own; changes the tree."""
    for element in [*root.iter(*_NO_TEXT), *root.xpath(_NOT_SHOWN)]:
        if element.getparent() is not None:
            element.drop_tree()
    mains = root.xpath("(//main | //*[@role='main'])[1]")
    root = mains[0] if mains and "".join(mains[0].itertext()).strip() else root
    _mark_blocks(root)
    lines, mark = [], ""
    for piece in "".join(root.itertext()).split(_BREAK):
        *marks, words = one_line(piece).replace(_SPACE, " ").replace(_LINE, "\n").split(_GLUE)
        mark = "".join(part.strip() + " " for part in marks) or mark
        if words.strip():
            lines.append(mark + (words if words.startswith("    ") else words.strip()))
            mark = ""
    return lines


def parse_html(data: str) -> Any:
    """Return the tree of a page of HTML; `html_lines` reads and changes it."""
    from lxml import html

    data = data.translate(dict.fromkeys(map(ord, _MARKS), " "))
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    root = html.document_fromstring(data.encode("utf-8"), parser=parser)
    if root is None:
        raise CorpusError("holds no text; write some, or leave it out of the folder")
    return root


def read_html(path: Path) -> Content:
    """Read a page of HTML: its main part, without navigation."""
    declared = _DECLARED.search(path.read_bytes()[:4096])
    text, guessed = decoded_text(path, declared[1].decode("ascii") if declared else "")
    root = parse_html(text)
    titles = root.xpath("//head/title[1]")
    title = one_line("".join(titles[0].itertext())) if titles else ""
    return Content(as_text(html_lines(root)), title, None, guessed)
