"""How true the reading of a folder's files is: words lost or invented, tables, cells, list marks.

    python -m tests.benchmarks.reading DIR [--json FILE]

What a file says is taken from its own XML, HTML or text by code that shares nothing with the
readers. Hidden and deleted text, navigation and field codes are left out on both sides: readers
name them in warnings. Words are compared as they are spelled, without case, superscripts as plain
figures. A word is *lost* as often as the source has it more often than the text; *invented* where
the source does not have it at all (column names are repeated in rows, so a count would mislead).
"""

import argparse
import calendar
import csv
import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from lxml import etree, html

from corpus.document import Document
from corpus.errors import CorpusError
from corpus.folder import read_document
from corpus.formats.registry import SUFFIXES

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SHOWN = (f"{W}t", f"{M}t", f"{W}tab", f"{W}ptab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen",
         f"{W}footnoteReference", f"{W}endnoteReference")  # fmt: skip
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
FORMATTED = frozenset(
    [name.lower() for name in (*calendar.month_name, *calendar.month_abbr, *calendar.day_name,
                               *calendar.day_abbr)]
    + ["am", "pm", "true", "false", "div", "ref", "value", "name", "na", "n", "num", "null"]
)  # fmt: skip
OFF = ("0", "false", "off", "none")


@dataclass
class Source:
    """What a file says by its own code."""

    texts: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)  # may be in the text: of sheets perhaps hidden
    tables: int = 0
    cells: int = 0
    marks: int = 0


@dataclass(frozen=True)
class Measured:
    """One file: counts of words, tables, cells and marks, in the source and found."""

    name: str
    words: int
    lost: int
    invented: int
    tables: tuple[int, int]
    cells: tuple[int, int]
    named: tuple[int, int]  # cells below a header, and those that have its name in their row
    marks: tuple[int, int]
    warnings: int
    seconds: float
    lost_words: tuple[str, ...]
    invented_words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text, as they are compared."""
    plain = unicodedata.normalize("NFKC", text.replace("\u00ad", "")).casefold()
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[_^](?=\w)", "", plain))


def parsed(data: bytes) -> Any:
    """Return the root of an XML part."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, recover=True))


# What files say


def _without(element: Any, tags: tuple[str, ...]) -> bool:
    return not any(parent.tag in tags for parent in element.iterancestors())


def _hidden_run(run: Any) -> bool:
    found = run.find(f"{W}rPr/{W}vanish")
    return found is not None and found.get(f"{W}val", "1") not in OFF


def _paragraph_texts(root: Any, notes: dict[str, int]) -> Iterator[str]:
    """Yield the texts of Word's paragraphs, those of boxes apart from what is around them.

    References to notes are there as their numbers, which Word counts.
    """
    gone = (f"{W}del", f"{W}moveFrom", f"{MC}Fallback")
    for paragraph in root.iter(f"{W}p"):
        if not _without(paragraph, gone):
            continue
        text = ""
        for node in paragraph.iter(*SHOWN):
            owner = next(p for p in node.iterancestors() if p.tag == f"{W}p")
            run = next((r for r in node.iterancestors() if r.tag == f"{W}r"), None)
            if owner is not paragraph or not _without(node, gone):
                continue
            if run is not None and _hidden_run(run) or not _without(node, (f"{W}rt",)):
                continue
            if node.tag in (f"{W}t", f"{M}t"):
                text += node.text or ""
            elif node.tag.endswith("Reference"):
                text += str(notes.setdefault(f"{node.tag} {node.get(f'{W}id')}", len(notes) + 1))
            else:
                text += "-" if node.tag == f"{W}noBreakHyphen" else " "
        yield text


def docx(data: bytes) -> Source:
    """Return what a Word document says."""
    source, notes, edges = Source(), dict[str, int](), set[str]()
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        for name in sorted(zipped.namelist()):
            base = name.removeprefix("word/")
            if re.fullmatch(
                r"(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml", base
            ):
                root = parsed(zipped.read(name))
                for part in root.iter(f"{W}footnote", f"{W}endnote"):
                    if part.get(f"{W}type") in ("separator", "continuationSeparator",
                                                "continuationNotice"):  # fmt: skip
                        part.clear()
                texts = list(_paragraph_texts(root, notes))
                if base.startswith(("header", "footer")):  # each of a document's sections has one
                    texts = [
                        t
                        for t in dict.fromkeys(texts)
                        if t not in edges and re.search(r"[^\W\d]", t)
                    ]
                    edges |= set(texts)
                source.texts += texts
                source.texts += [e.get(f"{W}author", "") for e in root.iter(f"{W}comment")]
                if base == "document.xml":
                    source.tables = sum(_without(t, (f"{W}tbl",)) for t in root.iter(f"{W}tbl"))
                    source.cells = sum(
                        bool("".join(t.text or "" for t in cell.iter(f"{W}t")).strip())
                        for cell in root.iter(f"{W}tc")
                    )
            elif re.fullmatch(r"charts/chart\d*\.xml", base):
                root = parsed(zipped.read(name))
                source.texts += _charted(root)
            elif re.fullmatch(r"diagrams/data\d*\.xml", base):
                source.texts += [e.text or "" for e in parsed(zipped.read(name)).iter(f"{A}t")]
        source.marks = _docx_marks(zipped)
    return source


def _docx_marks(zipped: zipfile.ZipFile) -> int:
    """Return how many paragraphs with text have a list's number or sign of their own."""
    if "word/numbering.xml" not in zipped.namelist():
        return 0
    root = parsed(zipped.read("word/document.xml"))
    count = 0
    for paragraph in root.iter(f"{W}p"):
        own = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        text = "".join(t.text or "" for t in paragraph.iter(f"{W}t")).strip()
        inside = any(p.tag in (f"{W}tc", f"{W}txbxContent") for p in paragraph.iterancestors())
        count += own is not None and own.get(f"{W}val") != "0" and bool(text) and not inside
    return count


def pptx(data: bytes) -> Source:
    """Return what a slide show says: slides that are shown, their notes, charts and diagrams."""
    source = Source()
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        names = set(zipped.namelist())
        for name in sorted(names):
            if not re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
                continue
            root = parsed(zipped.read(name))
            if root.get("show") in OFF:
                continue
            source.texts += _drawn_paragraphs(root)
            source.tables += sum(1 for _ in root.iter(f"{A}tbl"))
            rels = f"ppt/slides/_rels/{name.rpartition('/')[2]}.rels"
            related = parsed(zipped.read(rels)) if rels in names else ()
            for relation in related:
                target = "ppt" + relation.get("Target", "").removeprefix("..")
                if target not in names:
                    continue
                if "/notesSlide" in target:
                    inner = parsed(zipped.read(target))
                    for shape in inner.iter(
                        "{http://schemas.openxmlformats.org/presentationml/2006/main}sp"
                    ):
                        kind = shape.find(
                            ".//{http://schemas.openxmlformats.org/presentationml/2006/main}ph"
                        )
                        if kind is not None and kind.get("type") == "body":
                            source.texts += _drawn_paragraphs(shape)
                elif "/charts/" in target:
                    inner = parsed(zipped.read(target))
                    source.texts += _charted(inner)
                    source.tables += 1
                elif "/diagrams/data" in target:
                    source.texts += [
                        e.text or "" for e in parsed(zipped.read(target)).iter(f"{A}t")
                    ]
    return source


def _charted(root: Any) -> list[str]:
    """Return the words and figures of a chart; categories, which each series has again, once."""
    series = [[v.text or "" for v in e.iter(f"{C}v")] for e in root.iter(f"{C}val", f"{C}yVal")]
    others = [
        v.text or "" for e in root.iter(f"{C}cat", f"{C}xVal", f"{C}tx") for v in e.iter(f"{C}v")
    ]
    titles = [e.text or "" for e in root.iter(f"{A}t")]
    return [*(v for one in series for v in one), *dict.fromkeys(others), *titles]


def _drawn_paragraphs(root: Any) -> Iterator[str]:
    for paragraph in root.iter(f"{A}p"):
        if _without(paragraph, (f"{MC}Fallback",)):
            yield "".join(
                (e.text or "") if e.tag == f"{A}t" else " "
                for e in paragraph.iter(f"{A}t", f"{A}br")
            )


def xlsx(data: bytes) -> Source:
    """Return the words of a workbook's cells that are shown; figures are counted as cells."""
    source = Source()
    main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        names = set(zipped.namelist())
        shared: list[str] = []
        if "xl/sharedStrings.xml" in names:
            shared = [
                "".join(t.text or "" for t in si.iter(f"{S}t") if _without(t, (f"{S}rPh",)))
                for si in parsed(zipped.read("xl/sharedStrings.xml")).iter(f"{S}si")
            ]
        rels = {r.get("Id"): r.get("Target", "")
                for r in parsed(zipped.read("xl/_rels/workbook.xml.rels"))}  # fmt: skip
        for sheet in parsed(zipped.read("xl/workbook.xml")).iter(f"{S}sheet"):
            target = rels.get(sheet.get(f"{{{main}}}id"), "").removeprefix("/xl/")
            part = f"xl/{target}"
            if sheet.get("state", "visible") != "visible" or part not in names:
                continue
            root = parsed(zipped.read(part))
            hidden = {
                column
                for col in root.iter(f"{S}col") if col.get("hidden") in ("1", "true")
                for column in range(int(col.get("min")), min(int(col.get("max")), 20_000) + 1)
            }  # fmt: skip
            filled = 0
            for row in root.iter(f"{S}row"):
                if row.get("hidden") in ("1", "true"):
                    continue
                for cell in row.iter(f"{S}c"):
                    text = _cell_words(cell, shared)
                    if text is not None and _column(cell.get("r", "A1")) not in hidden:
                        filled += 1
                        source.texts.append(text)
            source.cells += filled
            source.texts.append(sheet.get("name", ""))
        for name in names:
            if re.match(r"xl/(?:comments|drawings/drawing|charts/chart)", name) and name.endswith(
                "l"
            ):
                root = parsed(zipped.read(name))
                source.extra += [
                    "".join(t.text or "" for t in e.iter(f"{S}t", f"{A}t", f"{C}v"))
                    for e in root.iter(f"{S}comment", f"{A}p", f"{C}pt")
                ]
    return source


def _column(ref: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]*", ref)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number


def _cell_words(cell: Any, shared: list[str]) -> str | None:
    """Return the words of a cell, "" of a figure, None of a blank one."""
    value, kind = cell.find(f"{S}v"), cell.get("t", "n")
    if kind == "inlineStr":
        text = "".join(t.text or "" for t in cell.iter(f"{S}t"))
        return text if text.strip() else None
    if value is None or not (value.text or "").strip():
        return None
    if kind == "s":
        text = shared[int(value.text)]
        return text if text.strip() else None
    return value.text if kind == "str" else ""


SKIPPED = ("script", "style", "template", "noscript", "svg", "head", "nav", "button", "select",
           "textarea", "iframe", "object", "title", "audio", "video", "canvas")  # fmt: skip
INLINE = ("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "ins",
          "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
          "sup", "time", "tt", "u", "var", "del", "wbr", "acronym", "nobr")  # fmt: skip


def _html_text(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return ""
    style = element.get("style", "").replace(" ", "").lower()
    off = (
        "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None
    )
    if off or element.get("aria-hidden") == "true":
        return ""
    if element.get("role") in ("navigation", "search", "menu", "menubar", "toolbar", "dialog"):
        return ""
    if "headerlink" in element.get("class", "").split():
        return ""
    text = element.text or ""
    for child in element:
        inner = _html_text(child)
        text += inner if child.tag in INLINE else f" {inner} "
        text += child.tail or ""
    return text


def page(data: bytes) -> Source:
    """Return what a page of HTML shows, as its elements and their own styles tell."""
    declared = re.search(rb"""charset=["']?\s*([\w-]+)""", data[:4096])
    encoding = declared[1].decode() if declared else "utf-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    try:
        text = data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError):
        text = data.decode("cp1252", "replace")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    sys.setrecursionlimit(20_000)
    source = Source([_html_text(root)])
    source.tables = sum(_without(t, ("table",)) for t in root.iter("table"))
    source.extra += [e.get("alt", "") for e in root.iter("img")]
    source.marks = sum(
        bool(_html_text(li).strip()) and _without(li, (*SKIPPED, "td", "th"))
        for li in root.iter("li")
    )
    return source


def markdown(data: bytes) -> Source:
    """Return what a file of Markdown has: its words are its own, its tables and items counted."""
    text = data.decode("utf-8-sig", "replace")
    fence, plain = "", []
    for line in text.splitlines():
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if mark and not fence:
            fence = mark[1]
        elif fence and line.strip().startswith(fence):
            fence = ""
        elif not fence:
            plain.append(line)
    source = Source([text])
    rule = re.compile(r"[ >]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
    source.tables = sum("|" in line and bool(rule.fullmatch(line)) for line in plain[1:])
    source.marks = sum(bool(re.match(r"[ >]*(?:[-*+]|\d{1,9}[.)]) +\S", line)) for line in plain)
    return source


def separated(data: bytes) -> Source:
    """Return what a table of separated values says."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = re.sub(r"\Asep=.?\r?\n", "", text)
    try:
        mark = csv.Sniffer().sniff("\n".join(text.splitlines()[-40:-1]), ";\t|,").delimiter
    except csv.Error:
        mark = max(";\t|,", key=text.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    return Source(
        [cell for row in rows for cell in row],
        tables=1,
        cells=sum(bool(cell.strip()) for row in rows for cell in row),
    )


def opened(data: bytes) -> Source:
    """Return what a file of OpenDocument says, notes and frames too."""
    source = Source()
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        root = parsed(zipped.read("content.xml"))
        gone = (f"{TEXT}tracked-changes",)
        for part in root.iter(f"{PRESENTATION}notes"):
            for frame in part:
                if frame.get(f"{PRESENTATION}class") != "notes":
                    frame.clear()  # its number, its date
        for paragraph in root.iter(f"{TEXT}p", f"{TEXT}h"):
            if _without(paragraph, gone):
                source.texts.append(_open_text(paragraph))
        source.tables = sum(_without(t, (f"{TABLE}table",)) for t in root.iter(f"{TABLE}table"))
        source.extra += [t.get(f"{TABLE}name", "") for t in root.iter(f"{TABLE}table")]
    return source


def _open_text(element: Any) -> str:
    text = element.text or ""
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        apart = name in ("note", "annotation", "frame", "custom-shape", "text-box", "g")
        text += " " if apart or name in ("s", "tab", "line-break") else _open_text(child)
        text += child.tail or ""
    return text


SOURCES: dict[str, Callable[[bytes], Source]] = {
    ".docx": docx, ".docm": docx, ".pptx": pptx, ".xlsx": xlsx, ".xlsm": xlsx,
    ".html": page, ".htm": page, ".xhtml": page, ".md": markdown,
    ".csv": separated, ".tsv": separated, ".odt": opened, ".ods": opened, ".odp": opened,
}  # fmt: skip


# What was read


def said(document: Document) -> str:
    """Return a document's text without the marks of lists, which Word and HTML do not write."""
    if document.markdown:
        return document.text
    pieces = []
    for block in document.blocks:
        text = document.text[block.start : block.end]
        pieces.append(text.removeprefix(block.marker) if block.marker else text)
    return "\n".join(pieces).replace("☒", " ").replace("☐", " ")


def named_cells(document: Document) -> tuple[int, int]:
    """Return how many cells stand below a header, and how many have its name in their row."""
    below = named = 0
    for block in document.blocks:
        if block.table is None or document.markdown:
            continue
        cells = list(block.table.cells)
        heads = {c.column: document.text[c.start : c.end] for c in cells if c.header and c.row == 0}
        for cell in cells:
            name = heads.get(cell.column, "")
            if cell.header or cell.row == 0 or not name:
                continue
            below += 1
            line = document.text.rfind("\n", 0, cell.start) + 1
            named += name.rstrip(" :") in document.text[line : cell.start]
    return below, named


def measure(path: Path, root: Path) -> Measured:
    """Read a file and compare it with its source."""
    started = perf_counter()
    document = read_document(path, path.stem)
    seconds = perf_counter() - started
    source = SOURCES[path.suffix.lower()](path.read_bytes())
    figures = path.suffix.lower() in (".xlsx", ".xlsm")
    theirs = Counter(w for text in source.texts for w in words_of(text))
    ours = Counter(words_of(said(document)))
    lost = theirs - ours
    known = theirs.keys() | {w for text in source.extra for w in words_of(text)}
    invented = {w: n for w, n in ours.items() if w not in known}
    if figures:  # formats make other figures, and words, of what is stored
        invented = {
            w: n for w, n in invented.items() if w not in FORMATTED and not any(map(str.isdigit, w))
        }
    tables = [block.table for block in document.blocks if block.table]
    return Measured(
        name=str(path.relative_to(root)),
        words=sum(theirs.values()),
        lost=sum(lost.values()),
        invented=sum(invented.values()),
        tables=(source.tables, len(tables)),
        cells=(source.cells, sum(sum(1 for _ in table.cells) for table in tables)),
        named=named_cells(document),
        marks=(source.marks, sum(b.marker is not None and b.kind in ("list_item", "heading")
                                 for b in document.blocks)),
        warnings=len(document.warnings),
        seconds=seconds,
        lost_words=tuple(w for w, _ in lost.most_common(12)),
        invented_words=tuple(invented)[:12],
    )  # fmt: skip


def show(found: list[Measured]) -> None:
    """Print a line a file with losses, then the sums by kind."""
    for one in found:
        if one.lost or one.invented:
            print(
                f"{one.name[:60]:60} words {one.words:7} lost {one.lost:5} "
                f"invented {one.invented:4} lost {' '.join(one.lost_words[:8])!r} "
                f"new {' '.join(one.invented_words[:8])!r}"
            )
    print(f"\n{'kind':6} {'files':>5} {'words':>9} {'lost %':>7} {'invented':>8} {'tables':>13} "
          f"{'cells':>15} {'named %':>8} {'marks':>13} {'s/file':>7}")  # fmt: skip
    for kind in sorted({Path(one.name).suffix for one in found}):
        of = [one for one in found if Path(one.name).suffix == kind]
        total = {
            name: sum(getattr(one, name) for one in of) for name in ("words", "lost", "invented")
        }
        pairs = {
            name: [sum(getattr(one, name)[side] for one in of) for side in (0, 1)]
            for name in ("tables", "cells", "named", "marks")
        }
        below, named = pairs["named"]
        print(
            f"{kind:6} {len(of):5} {total['words']:9,} "
            f"{100 * total['lost'] / max(1, total['words']):7.2f} "
            f"{total['invented']:8} {pairs['tables'][1]:6}/{pairs['tables'][0]:<6} "
            f"{pairs['cells'][1]:7}/{pairs['cells'][0]:<7} "
            f"{100 * named / below if below else 100:8.1f} "
            f"{pairs['marks'][1]:6}/{pairs['marks'][0]:<6} {median(one.seconds for one in of):7.2f}"
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"the readers' process took at most {peak:.0f} MiB; tables and cells: found/in the source"
    )


def main() -> None:
    """Measure every file below a folder that has a source of its kind."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="write every file's figures there")
    arguments = parser.parse_args()
    files = sorted(
        path for path in arguments.folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and path.suffix.lower() in SOURCES and path.is_file()
    )  # fmt: skip
    found = []
    for path in files:
        try:
            found.append(measure(path, arguments.folder))
        except CorpusError as error:
            print(f"refused: {error}")
    show(found)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in found], indent=1))


if __name__ == "__main__":
    main()
