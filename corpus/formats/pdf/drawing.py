"""Drawings on a page: rules and coloured boxes."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from corpus.formats.pdf.words import WHITE, Box, Frame, turned

THIN = 3.0  # points; what is thinner is a rule
MAX_RULES = 6_000  # of one page; more is a drawing
MAX_OBJECTS = 60_000  # of one page that are looked at
DEPTH = 8  # of forms within forms

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawing:
    """Rules, horizontal as (y, x0, x1), vertical as (x, y0, y1); coloured boxes and images."""

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)
    backgrounds: list[Box] = field(default_factory=list)
    too_many: bool = False
    outside: int = 0  # pieces of text that lie beside the page, which pdfium does not give

    def turned(self, turn: int, width: float, height: float) -> "Drawing":
        """Return the rules as they lie once text turned left by quarters is set upright."""
        if not turn:
            return self
        found = Drawing(too_many=self.too_many)
        boxes = [(x0, y, x1, y) for y, x0, x1 in self.across]
        boxes += [(x, y0, x, y1) for x, y0, y1 in self.down]
        for box in boxes:
            x0, y0, x1, y1 = turned(box, turn, width, height)
            if y0 == y1:
                found.across.append((y0, x0, x1))
            else:
                found.down.append((x0, y0, y1))
        return found


def _objects(
    raw: Any, count: int, object_at: Callable[[int], Any], matrix: Matrix, depth: int = 0
) -> Iterator[tuple[Any, int, Matrix]]:
    """Yield what is drawn: object, kind, and the matrix of the forms that it is drawn in."""
    for number in range(count):
        obj = object_at(number)
        kind = raw.FPDFPageObj_GetType(obj)
        if kind != raw.FPDF_PAGEOBJ_FORM or depth >= DEPTH:
            yield obj, kind, matrix
            continue
        own = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(obj, own)
        yield from _objects(
            raw, raw.FPDFFormObj_CountObjects(obj), partial(raw.FPDFFormObj_GetObject, obj),
            _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix), depth + 1,
        )  # fmt: skip


def _product(one: Matrix, other: Matrix) -> Matrix:
    """Return the matrix that does what one does, then what the other does."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, \
        e * h + f * j + m  # fmt: skip


def _moved(box: Box, matrix: Matrix) -> Box:
    """Return the box around what a matrix makes of a box."""
    if matrix == SAME:
        return box
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in box[::2] for y in box[1::2]]
    ys = [b * x + d * y + f for x in box[::2] for y in box[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def read_drawing(page: Any) -> Drawing:
    """Return the rules and coloured boxes of a pdfium page."""
    from pypdfium2 import raw

    frame, found = Frame(page), Drawing()
    colour = [ctypes.c_uint() for _ in range(4)]
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    count = raw.FPDFPage_CountObjects(page)
    every = _objects(raw, count, partial(raw.FPDFPage_GetObject, page), SAME)
    for number, (obj, kind, matrix) in enumerate(every):
        if number > MAX_OBJECTS or len(found.across) + len(found.down) > MAX_RULES:
            return Drawing(backgrounds=found.backgrounds, too_many=True)
        if not raw.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            continue
        bounds = _moved((left.value, bottom.value, right.value, top.value), matrix)
        x0, y0, x1, y1 = box = frame.box(*bounds)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            found.outside += x1 < 0 or y1 < 0 or x0 > frame.width or y0 > frame.height
            continue
        if kind != raw.FPDF_PAGEOBJ_PATH:
            found.backgrounds.append(box)
            continue
        across, down = y1 - y0 <= THIN, x1 - x0 <= THIN
        if across and down:
            continue
        raw.FPDFPath_GetDrawMode(obj, mode, stroked)
        white = False
        if mode.value and not stroked.value:
            raw.FPDFPageObj_GetFillColor(obj, *colour)
            white = min(c.value for c in colour[:3]) >= WHITE or colour[3].value == 0
        if white or not (mode.value or stroked.value):
            continue
        if across:
            found.across.append(((y0 + y1) / 2, x0, x1))
        elif down:
            found.down.append(((x0 + x1) / 2, y0, y1))
        else:
            if mode.value:
                found.backgrounds.append(box)
            if raw.FPDFPath_CountSegments(obj) <= 5:  # a rectangle
                found.across += [(y0, x0, x1), (y1, x0, x1)]
                found.down += [(x0, y0, y1), (x1, y0, y1)]
    return found
