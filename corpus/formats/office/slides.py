"""Slides: each slide is a page, with its shapes in reading order."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.formats.content import (
    Content,
    ContentBuilder,
    check_pages,
    clean_lines,
    one_line,
    open_zip,
)
from corpus.formats.inline import apart, lowered, raised, struck
from corpus.formats.office.package import A, Package, chart_rows, parse_xml
from corpus.formats.reading_order import Box, reading_order
from corpus.formats.tables import PARTS, GridCell, Placed, of_texts

INSET = 91_440  # a tenth of an inch: the empty edge of a shape, which may overlap another's


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield the shapes of a slide, including those in groups, in reading order."""
    every = list(shapes)
    boxes = [
        Box(left + INSET, top + INSET, left + max(width, 2 * INSET) - INSET,
            top + max(height, 2 * INSET) - INSET)
        for left, top, width, height in (
            (s.left or 0, s.top or 0, s.width or 0, s.height or 0) for s in every
        )
    ]  # fmt: skip
    for at in reading_order(boxes):
        inner = every[at]
        yield from _shapes(inner.shapes) if hasattr(inner, "shapes") else [inner]


def _paragraph_text(paragraph: Any) -> str:
    """Return the text of a paragraph; struck-out text is marked."""
    text = ""
    for child in paragraph._p:
        name = child.tag.rpartition("}")[2]
        if name == "br":
            text += "\n"
        if name not in ("r", "fld"):
            continue
        piece = "".join(t.text or "" for t in child.iter(f"{A}t"))
        properties = child.find(f"{A}rPr")
        if properties is not None and piece.strip():
            shift = int(properties.get("baseline") or 0)
            if shift:
                piece = raised(piece) if shift > 0 else lowered(piece)
            if properties.get("strike", "noStrike") != "noStrike":
                piece = struck(piece)
        text += piece
    return clean_lines(apart(text))


def _marker(paragraph: Any, counters: dict[int, int]) -> str | None:
    """Return the marker of a list item, counted by level; None for other paragraphs."""
    properties = paragraph._p.pPr
    level = paragraph.level
    for lower in [lower for lower in counters if lower > level]:
        del counters[lower]
    if properties is not None and (auto := properties.find(f"{A}buAutoNum")) is not None:
        start = int(auto.get("startAt", "1"))
        counters[level] = counters.get(level, start - 1) + 1
        number = counters[level]
        kind = auto.get("type", "arabicPeriod")
        shown = (chr(96 + (number - 1) % 26 + 1) if kind.startswith("alphaLc")
                 else chr(64 + (number - 1) % 26 + 1) if kind.startswith("alphaUc")
                 else str(number))  # fmt: skip
        return f"({shown})" if "ParenBoth" in kind else (
            f"{shown})" if "ParenR" in kind else f"{shown}.")  # fmt: skip
    counters.pop(level, None)
    if properties is not None and properties.find(f"{A}buChar") is not None:
        return "•"
    return None


def _add_text(builder: ContentBuilder, shape: Any) -> None:
    counters: dict[int, int] = {}
    body = shape.is_placeholder and shape.placeholder_format.type in (2, 7)  # body, object
    several = len(shape.text_frame.paragraphs) > 1
    for paragraph in shape.text_frame.paragraphs:
        marker = _marker(paragraph, counters)
        text = _paragraph_text(paragraph)
        if body and several and marker is None and text:
            marker = "•"  # the layout's own
        if marker:
            builder.add("list_item", text, paragraph.level + 1, marker)
        else:
            builder.add("paragraph", text)


def _add_table(builder: ContentBuilder, table: Any) -> None:
    placed: list[Placed] = []
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            if cell.is_spanned:
                continue
            texts = [line for p in cell.text_frame.paragraphs for line in
                     _paragraph_text(p).split("\n") if line]  # fmt: skip
            tall, wide = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
            runs = [run for p in cell.text_frame.paragraphs for run in p.runs if run.text.strip()]
            strong = bool(runs) and all(run.font.bold for run in runs)
            placed.append((r, c, GridCell(PARTS.join(texts), tall, wide, None, strong)))
    builder.add_table(placed)


def _add_chart(builder: ContentBuilder, shape: Any) -> None:
    part = shape.chart.part
    title, rows = chart_rows(parse_xml(part.blob))
    if rows:
        builder.add_table(of_texts(rows), headers=1, caption=title)
    else:
        builder.lose("chart", "charts")


def _add_diagram(builder: ContentBuilder, slide: Any) -> None:
    """Add the texts of a slide's diagrams (SmartArt) as list items."""
    for relation in slide.part.rels.values():
        if relation.reltype.endswith("/diagramData") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            for point in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"):
                text = one_line(" ".join(t.text or "" for t in point.iter(f"{A}t")))
                builder.add("list_item", text, 1)


def _add_slide(builder: ContentBuilder, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None:
        builder.add("heading", one_line(_frame_text(title.text_frame)), 1)
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False):
            _add_table(builder, shape.table)
        elif getattr(shape, "has_chart", False):
            _add_chart(builder, shape)
        elif shape.has_text_frame:
            _add_text(builder, shape)
        elif shape.shape_type in (13, 11):  # a picture, linked or not
            builder.lose("picture", "pictures")
        elif shape.shape_type in (7, 10):
            builder.lose("embedded object", "embedded objects")
        elif shape.shape_type == 16:
            builder.lose("film or sound", "films and sounds")
    _add_diagram(builder, slide)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        for paragraph in notes.paragraphs:
            builder.add("note", _paragraph_text(paragraph))


def _frame_text(frame: Any) -> str:
    return " ".join(_paragraph_text(paragraph) for paragraph in frame.paragraphs)


def read_pptx(data: bytes, name: str) -> Content:
    """Read a presentation; hidden slides are left out and named."""
    from pptx import Presentation

    zipped = open_zip(data, name.rpartition(".")[2].upper(), "ppt/presentation.xml")
    with zipped:
        package = Package(zipped)
        builder = ContentBuilder(package.title())
        parts = [package.xml(part) for part in package.names if part.startswith("ppt/comments/")]
        for element in (element for root in parts for element in root.iter()):
            if element.tag.rpartition("}")[2] == "cm":
                builder.lose("comment", "comments")
    slides = Presentation(io.BytesIO(data)).slides
    check_pages(len(slides))
    for number, slide in enumerate(slides, 1):
        builder.begin_page()
        if slide._element.get("show") in ("0", "false"):
            builder.leave_out(f"slide {number} is hidden and left out")
        else:
            _add_slide(builder, slide)
    return builder.build("slide")
