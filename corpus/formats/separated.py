"""Tables of separated values: CSV, TSV."""

import csv
import io

from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, decoded_text
from corpus.formats.sheet_tables import MAX_COLUMNS, MAX_ROWS, Sheet, add_sheet, cell_text
from corpus.formats.tables import GridCell

_DELIMITERS = ("\t", ";", "|", ",")  # a comma last: it may stand within figures
_EVEN = 0.9  # of the lines that have as many of a delimiter


def _delimiter(text: str, tabs: bool) -> str:
    """Return the delimiter of a table: the one that most lines have equally often."""
    lines = [line for line in text[:50_000].splitlines()[:200] if line.strip()]
    if len(lines) > 3 and len(text) > 50_000:
        lines.pop()  # it may be cut

    def evenness(mark: str) -> tuple[float, int]:
        counts = [len(next(csv.reader([line], delimiter=mark))) - 1 for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n), n))
        return (counts.count(usual) / len(counts) if usual else 0.0, usual)

    usual = "\t" if tabs else ","
    if not lines:
        return usual
    counted = {mark: evenness(mark) for mark in _DELIMITERS}
    even = (mark for mark, (share, count) in counted.items() if share >= _EVEN and count)
    return next(even, None) or max((m for m in counted if counted[m][1]),
                                   key=counted.__getitem__, default=usual)  # fmt: skip


def read_csv(data: bytes, name: str) -> Content:
    """Read a table of values separated by commas, semicolons, tabs or bars."""
    text, guessed = decoded_text(data)
    first, _, rest = text.partition("\n")
    delimiter = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) in (4, 5):
        delimiter, text = first.strip("\r\n ")[4:] or "\t", rest  # a line of Excel's
    delimiter = delimiter or _delimiter(text, name.lower().endswith(".tsv"))
    builder, sheet = ContentBuilder(), Sheet("")
    csv.field_size_limit(10**7)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
            cells = ((at, cell_text(cell)) for at, cell in enumerate(row[:MAX_COLUMNS], 1))
            if line := {at: GridCell(cell) for at, cell in cells if cell}:
                sheet.lines[number] = line
            if len(row) > MAX_COLUMNS:
                builder.warn(f"columns beyond the first {MAX_COLUMNS:,} are not read")
            if len(sheet.lines) > MAX_ROWS:
                raise CorpusError(f"has more than {MAX_ROWS:,} rows; split it")
    except csv.Error as error:
        raise CorpusError(f"is not a table of separated values ({error}); save it again") from error
    for warning in guessed:
        builder.warn(warning)
    add_sheet(builder, sheet)
    return builder.build()
