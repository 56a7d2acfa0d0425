"""The reading order of boxes on a page, by repeated cuts at the gaps between them.

The recursive X-Y cut (Nagy & Seth 1984): boxes divided by a vertical gap are columns, read one
after the other; boxes that form a grid of rows and columns, such as cards, are read by row.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A box with y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float


def _groups(spans: Sequence[tuple[float, float]], gap: float) -> list[list[int]]:
    """Return groups of spans, in order, with at least `gap` between them."""
    groups: list[list[int]] = []
    end = float("-inf")
    for at in sorted(range(len(spans)), key=lambda at: spans[at]):
        first, last = spans[at]
        if groups and first < end + gap:
            groups[-1].append(at)
        else:
            groups.append([at])
        end = max(end, last) if len(groups[-1]) > 1 else last
    return groups


def reading_order(boxes: Sequence[Box], gap: float = 0.0, depth: int = 0) -> list[int]:
    """Return the indices of boxes in reading order.

    Args:
        boxes: in any order.
        gap: the least space between two columns or rows.
        depth: of cuts so far.
    """
    if len(boxes) < 2:
        return list(range(len(boxes)))
    columns = _groups([(b.left, b.right) for b in boxes], gap)
    rows = _groups([(b.top, b.bottom) for b in boxes], gap)
    counts = {len(_groups([(boxes[at].left, boxes[at].right) for at in row], gap)) for row in rows}
    grid = len(rows) > 1 and len(counts) == 1 and counts != {1}
    if depth > 50 or len(columns) == len(rows) == 1:
        return sorted(range(len(boxes)), key=lambda at: (boxes[at].top, boxes[at].left))
    parts = rows if grid or len(columns) == 1 else columns
    return [
        part[at]
        for part in parts
        for at in reading_order([boxes[place] for place in part], gap, depth + 1)
    ]
