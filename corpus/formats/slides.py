"""Slide shows: each slide is a page."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus.formats.content import Content, check_pages, check_zip, one_line, with_pages
from corpus.formats.tables import table_lines


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield the shapes of a slide, those of groups too."""
    for shape in shapes:
        yield from _shapes(shape.shapes) if hasattr(shape, "shapes") else [shape]


def _slide_lines(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and (text := one_line(title.text_frame.text)):
        yield f"# {text}"
    for shape in _shapes(slide.shapes):
        if getattr(shape, "has_table", False):
            rows = [[one_line(cell.text) for cell in row.cells] for row in shape.table.rows]
            yield from table_lines(rows)
        elif shape.has_text_frame and (title is None or shape.shape_id != title.shape_id):
            yield from filter(None, (one_line(p.text) for p in shape.text_frame.paragraphs))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        yield from filter(None, (one_line(line) for line in notes.text.splitlines()))


def read_pptx(path: Path) -> Content:
    """Read slides, each a page: title, text, tables, notes."""
    from pptx import Presentation

    check_zip(path, "ppt/presentation.xml")
    with path.open("rb") as file:
        slides = Presentation(file).slides
        check_pages(len(slides))
        return with_pages([list(_slide_lines(slide)) for slide in slides], unit="slide")
