"""Rows of cells, written as lines in which each value stands after its column's name."""

import re
from collections.abc import Sequence
from itertools import zip_longest

HEADER_LENGTH = 80  # characters of a cell; a longer one heads no column
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
NUMBER = re.compile(r"[-+−(~]?\s?[^\w\s]?\s?\d[\d.,\s]*(?:e[-+]?\d+)?\s?[%)]?", re.IGNORECASE)


def heads(row: Sequence[str], below: Sequence[str] = ()) -> bool:
    """Tell whether a table's first row names its columns: short, all different, no figures.

    Years may name columns, several of them, and none `below` them in the next row.
    """
    years = [at for at, cell in enumerate(row) if _YEAR.fullmatch(cell)]
    named = [cell for at, cell in enumerate(row) if at not in years]
    return (
        len(row) > 1
        and all(row[1:])
        and len(set(row)) == len(row)
        and len(years) != 1
        and not any(_YEAR.fullmatch(below[at]) for at in years if at < len(below))
        and all(len(cell) <= HEADER_LENGTH and not NUMBER.fullmatch(cell) for cell in named)
    )


def table_lines(rows: Sequence[Sequence[str]], headers: int = 0) -> list[str]:
    """Return a line for each row of a table, in which each value stands after its column's name.

    Args:
        rows: cells of one line each.
        headers: how many first rows name the columns; 0: the first if it looks so, else none.
    """
    rows = [row for row in rows if any(row)]
    headers = headers or int(len(rows) > 1 and heads(rows[0], rows[1]))
    if headers >= len(rows):
        headers = 0
    columns = zip_longest(*rows[:headers], fillvalue="")
    names = [" ".join(dict.fromkeys(filter(None, cells))).rstrip(":") for cells in columns]
    lines = []
    for row in rows[headers:]:
        pairs = [pair for pair in zip_longest(names, row, fillvalue="") if pair[1]]
        if not headers and len(row) == len(pairs) == 2:  # a name and its value
            pairs = [(row[0].rstrip(":"), row[1])]
        lines.append("; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs))
    return lines
