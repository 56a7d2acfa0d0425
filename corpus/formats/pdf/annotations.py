"""Annotations on a page: filled-in form fields, and notes."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from corpus.formats.content import one_line
from corpus.formats.pdf.words import Frame, Word

HIDDEN = 2 | 32  # flags: hidden, or not shown on a screen
MAX_ANNOTATIONS = 5_000  # of one page
SIZE = 11.0  # points, of the letters of a field that does not say
BOXES = {True: "☒", False: "☐"}


@dataclass(slots=True)
class Annotations:
    """The words of filled-in fields at their positions, and the text of notes."""

    words: list[Word] = field(default_factory=list)
    notes: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)
    unread: int = 0


def _string(call: Callable[[Any, int], int]) -> str:
    """Return the text that a pdfium function gives in UTF-16."""
    length = call(None, 0)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    call(buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")


def read_annotations(page: Any, form: Any) -> Annotations:
    """Return the annotations of a pdfium page.

    Args:
        page: of pypdfium2.
        form: the document's form environment, None where it has no form.
    """
    from pypdfium2 import raw

    found = Annotations()
    count = raw.FPDFPage_GetAnnotCount(page)
    if not count:
        return found
    frame, rect = Frame(page), raw.FS_RECTF()
    for number in range(min(count, MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if not raw.FPDFAnnot_GetFlags(annotation) & HIDDEN:
            raw.FPDFAnnot_GetRect(annotation, rect)
            low, high = sorted((rect.bottom, rect.top))
            box = frame.box(rect.left, low, rect.right, high)
            if kind == raw.FPDF_ANNOT_WIDGET:
                _add_field(raw, found, annotation, form, box)
            elif kind not in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):
                said = _string(partial(raw.FPDFAnnot_GetStringValue, annotation, b"Contents"))
                if one_line(said):
                    found.notes.append((said, box))
        raw.FPDFPage_CloseAnnot(annotation)
    found.unread = max(0, count - MAX_ANNOTATIONS)
    return found


def _add_field(
    raw: Any, found: Annotations, widget: Any, form: Any, box: tuple[float, float, float, float]
) -> None:
    """Add the words of a field at its position: its value, or its check mark."""
    if form is None:
        return
    kind = raw.FPDFAnnot_GetFormFieldType(form, widget)
    x0, y0, x1, y1 = box
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        text = BOXES[bool(raw.FPDFAnnot_IsChecked(form, widget))]
        found.words.append(Word(text, x0, y0, x1, y1, y1 - y0))
        return
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return
    value = _string(partial(raw.FPDFAnnot_GetFormFieldValue, form, widget))
    lines = [line for part in value.splitlines() if (line := one_line(part))]
    if not lines:
        return
    size = min(SIZE, max(4.0, (y1 - y0) / len(lines)))
    if len(lines) == 1 and y1 - y0 < 2.5 * SIZE:  # one line stands in the middle
        y0 = (y0 + y1 - size) / 2
    for row, line in enumerate(lines):
        x = x0 + 2
        for text in line.split(" "):
            width = 0.5 * size * len(text)
            top = y0 + row * size
            found.words.append(Word(text, x, top, x + width, top + size, size))
            x += width + 0.25 * size
