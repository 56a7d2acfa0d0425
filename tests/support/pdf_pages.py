"""Pages drawn for tests: words and rows of figures at their places."""

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document
from corpus.folder import load_documents

Draw = Callable[[Canvas], None]


def read(folder: Path, draw: Draw, size: tuple[float, float] = A4) -> Document:
    """Draw a PDF and read it."""
    canvas = Canvas(str(folder / "a.pdf"), pagesize=size)
    draw(canvas)
    canvas.save()
    return load_documents(folder).documents[0]


def write(
    canvas: Canvas, lines: Sequence[str], x: float = 72, top: float = 740, step: float = 14
) -> None:
    """Write lines below each other."""
    for number, line in enumerate(lines):
        canvas.drawString(x, top - step * number, line)


def row(canvas: Canvas, y: float, label: str, cells: Sequence[str], edges: Sequence[float]) -> None:
    """Write a row: its label on the left, its cells flush with their right edges."""
    canvas.drawString(72, y, label)
    for text, edge in zip(cells, edges, strict=True):
        canvas.drawRightString(edge, y, text)
