"""Makers of Office files from their parts, for what python-docx and openpyxl do not write."""

import io
import zipfile
from collections.abc import Mapping

from corpus.formats.content import Content
from corpus.formats.registry import read_content

_SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{name}"'
    for prefix, name in (
        ("w", "wordprocessingml/2006/main"), ("r", "officeDocument/2006/relationships"),
        ("a", "drawingml/2006/main"), ("c", "drawingml/2006/chart"),
        ("m", "officeDocument/2006/math"),
        ("wp", "drawingml/2006/wordprocessingDrawing"),
    )
)  # fmt: skip
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def root(name: str, inner: str) -> str:
    """Return the root of a part of a Word document."""
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} {_SPACES}>{inner}</{name}>'


def word(body: str, parts: Mapping[str, str] | None = None) -> Content:
    """Return what a Word document with a body and other parts holds.

    `parts` are the inner XML of numbering, styles, comments, footnotes, header1, footer1, chart1.
    """
    roots = {"numbering": "w:numbering", "styles": "w:styles", "comments": "w:comments",
             "footnotes": "w:footnotes", "endnotes": "w:endnotes", "header1": "w:hdr",
             "footer1": "w:ftr", "chart1": "c:chartSpace"}  # fmt: skip
    parts = parts or {}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATION}/{name.rstrip("1")}" Target="{name}.xml"/>'
        for name in parts
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("word/document.xml", root("w:document", f"<w:body>{body}</w:body>"))
        for name, inner in parts.items():
            zipped.writestr(f"word/{name}.xml", root(roots[name], inner))
        zipped.writestr(
            "word/_rels/document.xml.rels",
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            f"{relations}</Relationships>",
        )
    return read_content(buffer.getvalue(), "a.docx")


def run(text: str, properties: str = "") -> str:
    """Return a run of Word, its properties as XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inner: str, properties: str = "") -> str:
    """Return a paragraph of Word: a text, or runs as XML."""
    inner = inner if inner.startswith("<") else run(inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def numbered(text: str, num_id: int = 1, level: int = 0) -> str:
    """Return a numbered paragraph of Word."""
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>'
    )


def table(*rows: str) -> str:
    """Return a table of Word of rows as XML."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(inner: str, properties: str = "") -> str:
    """Return a cell of Word: a text, or blocks as XML."""
    inner = inner if inner.startswith("<") else paragraph(inner)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def said(content: Content) -> list[tuple[str, str]]:
    """Return the kind and text of each block."""
    return [(b.kind, content.text[b.start : b.end]) for b in content.blocks]
