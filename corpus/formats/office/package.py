"""Office Open XML: the parts of a zipped package, their relations, XML read without entities."""

import posixpath
import re
import zipfile
from functools import lru_cache
from typing import IO, Any

from corpus.formats.content import one_line
from corpus.formats.inline import lowered, raised
from corpus.formats.office.number_formats import format_number, is_date_format

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TRANSITIONAL = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(main|chart|relationships|math)")
_STRICT = {  # of ISO's strict variant, in the words of the usual one
    b"wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"drawingml/chart": b"http://schemas.openxmlformats.org/drawingml/2006/chart",
    b"officeDocument/relationships":
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}  # fmt: skip


def local_name(element: Any) -> str:
    """Return an element's name without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def parse_xml(data: bytes) -> Any:
    """Return the root of an XML document; custom entities are not resolved, nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, recover=True,
    )  # fmt: skip
    return etree.fromstring(data, parser)


class Package:
    """The parts of a zipped file, by name."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        """Take the open archive."""
        self._zipped = zipped
        self.names = set(zipped.namelist())
        self.xml = lru_cache(64)(self._parse)

    def _parse(self, name: str) -> Any:
        """Return the root of a part; None if it is missing."""
        if name not in self.names:
            return None
        data = _TRANSITIONAL.sub(
            lambda m: _STRICT.get(m[1] + b"/" + m[2], m[0]), self._zipped.read(name)
        )
        return parse_xml(data)

    def open(self, name: str) -> IO[bytes]:
        """Open a part for streaming."""
        return self._zipped.open(name)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return a part's relationships by id: the last word of the type, and the target part."""
        folder, file = posixpath.split(name)
        root = self.xml(f"{folder}/_rels/{file}.rels".lstrip("/"))
        found = {}
        for relation in root if root is not None else ():
            kind = relation.get("Type", "").rpartition("/")[2]
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found[relation.get("Id", "")] = (kind, target)
        return found

    def title(self) -> str:
        """Return the title in the file's properties."""
        root = self.xml("docProps/core.xml")
        titles = root.iter("{http://purl.org/dc/elements/1.1/}title") if root is not None else ()
        return next((one_line(title.text or "") for title in titles), "")


def formula(element: Any) -> str:
    """Return an Office equation on one line."""
    name = element.tag.removeprefix(_M) if isinstance(element.tag, str) else ""

    def part(tag: str) -> str:
        found = element.find(f"{_M}{tag}")
        return formula(found) if found is not None else ""

    def sign(tag: str, usual: str) -> str:
        found = element.find(f"{_M}{name}Pr/{_M}{tag}")
        return usual if found is None else found.get(f"{_M}val", usual)

    match name:
        case "t":
            return element.text or ""
        case "f":
            return f"({part('num')})/({part('den')})"
        case "sSup":
            return f"{part('e')}^{{{part('sup')}}}" if len(part("sup")) > 1 else (
                part("e") + raised(part("sup")))  # fmt: skip
        case "sSub":
            return part("e") + (lowered(part("sub")) if len(part("sub")) == 1 else
                                f"_{{{part('sub')}}}")  # fmt: skip
        case "sSubSup":
            return f"{part('e')}_{{{part('sub')}}}^{{{part('sup')}}}"
        case "rad":
            return f"{part('deg')}√({part('e')})"
        case "nary":
            return f"{sign('chr', '∫')}_{{{part('sub')}}}^{{{part('sup')}}} {part('e')}"
        case "d":
            inner = ", ".join(formula(e) for e in element.findall(f"{_M}e"))
            return f"{sign('begChr', '(')}{inner}{sign('endChr', ')')}"
        case "func":
            return f"{part('fName')} {part('e')}"
        case "m":
            rows = ("; ".join(map(formula, row)) for row in element.findall(f"{_M}mr"))
            return f"[{' | '.join(rows)}]"
        case _:
            return "".join(map(formula, element))


def _shown(text: str, code: str) -> str:
    """Return the value of a chart's point in its format; text unchanged."""
    try:
        value = float(text)
    except ValueError:
        return text
    return text if is_date_format(code) else format_number(value, code)


def chart_rows(root: Any) -> tuple[str, list[list[str]]]:
    """Return a chart's title and figures: one row per category, one column per series."""
    titles = root.iterfind(f".//{C}title")
    title = next((one_line("".join(t.text or "" for t in f.iter(f"{A}t"))) for f in titles), "")

    def points(holder: Any) -> dict[int, str]:
        found = holder.iter(f"{C}pt") if holder is not None else ()
        codes = holder.iter(f"{C}formatCode") if holder is not None else ()
        usual = next((code.text for code in codes), None) or "General"
        return {
            int(p.get("idx", 0)): _shown(
                one_line("".join(v.text or "" for v in p.iter(f"{C}v"))),
                p.get("formatCode") or usual,
            )
            for p in found
        }

    names, columns, labels = [], [], dict[int, str]()
    for series in root.iter(f"{C}ser"):
        names.append(" ".join(points(series.find(f"{C}tx")).values()))
        labels |= points(series.find(f"{C}cat")) or points(series.find(f"{C}xVal"))
        columns.append(points(series.find(f"{C}val")) or points(series.find(f"{C}yVal")))
    places = sorted({place for column in columns for place in column})
    rows = [[labels.get(p, ""), *(column.get(p, "") for column in columns)] for p in places]
    return title, [["", *names], *rows] if rows else []
