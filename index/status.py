"""What became of each file of a corpus when it was indexed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

STATUSES = "statuses.jsonl"  # in a generation's folder


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """What became of one file: for `python -m index status` and the page's list of documents.

    `rows` are the passages' first row and their number, `span` the bytes of its line in
    documents.jsonl; a file that could not be read has none of either, and says why in `problem`.
    `pages` is None for an unpaged format; `indexed` is when its text first was, in UTC.
    """

    doc: str
    title: str
    digest: str
    characters: int = 0
    pages: int | None = None
    pages_without_text: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""
    indexed: str = ""
    rows: tuple[int, int] = (0, 0)
    span: tuple[int, int] = (0, 0)

    @property
    def passages(self) -> int:
        """How many passages it has."""
        return self.rows[1]


def write_statuses(folder: Path, statuses: Iterable[DocumentStatus]) -> None:
    """Write them into a generation's folder."""
    with (folder / STATUSES).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(status)) + "\n" for status in statuses)


def read_statuses(folder: Path) -> tuple[DocumentStatus, ...]:
    """Return what became of each file of a complete generation, by `doc`."""
    statuses = []
    with (folder / STATUSES).open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            lists = ("pages_without_text", "warnings", "rows", "span")
            statuses.append(DocumentStatus(**fields | {n: tuple(fields[n]) for n in lists}))
    return tuple(statuses)
