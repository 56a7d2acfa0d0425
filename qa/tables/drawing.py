"""The part of a table that an answer rests on, as text and as Markdown."""

from collections.abc import Callable, Sequence

from qa.answer import AnswerTable

WIDEST = 28  # characters of a column at a terminal
MARK = "*"  # behind the cells that are the answer


def _lines(table: AnswerTable) -> list[list[str]]:
    marked = set(table.marked)
    rows = [
        [f"{cell}{MARK}" if (n, m) in marked else cell for m, cell in enumerate(row)]
        for n, row in enumerate(table.rows)
    ]
    return [list(table.header), *rows] if any(table.header) else rows


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def table_as_text(table: AnswerTable, width: int = 96) -> list[str]:
    """Return lines with aligned columns, at most `width` characters each.

    Columns that do not fit are left out, the last first; cells that are the answer end in "*".

    >>> cells = AnswerTable("Fares", ("Line", "Fare"), (("Red", "4.20"),), ((0, 1),))
    >>> table_as_text(cells)
    ['Fares', 'Line  Fare', 'Red   4.20*']
    """
    rows = [[_cut(cell) for cell in row] for row in _lines(table)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room, kept = width, list[int]()
    needed = {0, *(column for _, column in table.marked)}
    for column in sorted(range(len(widths)), key=lambda c: (c not in needed, c)):
        if widths[column] + 2 <= room or not kept:
            kept.append(column)
            room -= widths[column] + 2
    kept.sort()
    told = ["  ".join(row[c].ljust(widths[c]) for c in kept).rstrip() for row in rows]
    more = [_more(table, len(widths) - len(kept))]
    return [line for line in [_cut(table.caption) if len(table.caption) > width else table.caption,
                              *told, *more] if line]  # fmt: skip


def _more(table: AnswerTable, columns: int = 0) -> str:
    parts = [f"{table.left_out:,} more rows"] if table.left_out else []
    parts += [f"{columns + table.columns_left_out:,} more columns"] if (
        columns + table.columns_left_out) else []  # fmt: skip
    return f"({' and '.join(parts)} not shown)" if parts else ""


def table_as_markdown(table: AnswerTable, escape: Callable[[str], str]) -> str:
    """Return a Markdown table with the cells of the answer bold; `escape` makes text safe."""
    marked = set(table.marked)

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    width = max([len(table.header), *(len(row) for row in table.rows)], default=0)
    head = [escape(name) for name in table.header] or [""] * width
    body = [
        [f"**{escape(cell)}**" if (n, m) in marked and cell else escape(cell)
         for m, cell in enumerate(row)]
        for n, row in enumerate(table.rows)
    ]  # fmt: skip
    lines = [line(head), line(["---"] * width), *map(line, body)]
    return "\n".join(lines) + (f"\n\n{_more(table)}" if _more(table) else "")
