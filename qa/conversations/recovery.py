"""Recovery: a malformed SQLite file is set aside, and its readable rows are kept."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from qa.conversations.database import CONVERSATIONS, EXCHANGES, FILE, Database, open_database

LARGEST = 10_000_000  # number of a row that is looked for
TOLD_PLAINLY = ("malformed", "not a database", "no such table", "no such column")


def find_damage(path: Path) -> str:
    """Return the damage that SQLite finds in a database file; "" if none, or if there is no file.

    Being unreadable for now, such as locked by another program, is not damage.
    """
    if not path.exists():
        return ""
    if not path.stat().st_size:
        return "it was empty"
    try:
        with closing(_open(path)) as file:
            [(first,), *_] = file.execute("PRAGMA quick_check(1)").fetchall()
            return "" if first == "ok" else str(first)
    except sqlite3.OperationalError as error:
        return str(error) if any(said in str(error) for said in TOLD_PLAINLY) else ""
    except sqlite3.DatabaseError as error:
        return str(error)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def set_aside(home: Path, damage: str) -> str:
    """Rebuild the database in `home` from its readable rows; return a notice for the user.

    Raises:
        HistoryError: the new one cannot be written.
        OSError: the old one cannot be moved.
    """
    path = home / FILE
    old = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        if (part := path.with_name(path.name + ending)).exists():
            part.replace(old.with_name(old.name + ending))
    with closing(open_database(home)) as database:
        kept = [_copy(old, database, table) for table in (CONVERSATIONS, EXCHANGES)]
    return (
        f"The conversation database was damaged ({damage}). It was set aside as {old.name!r}; "
        f"{kept[0]:,} conversations with {kept[1]:,} questions could be read and are kept."
    )


def _copy(old: Path, database: Database, table: Table) -> int:
    """Copy the rows of a table that can be read; return how many."""
    names = [column.name for column in table.columns]
    count = 0
    with database.writing() as connection:
        known = {row.id for row in connection.execute(CONVERSATIONS.select())}
        for row in _rows(old, table.name, names):
            values = dict(zip(names, row, strict=True))
            fits = all(
                isinstance(value, column.type.python_type | int)
                if value is not None
                else column.nullable
                for value, column in zip(row, table.columns, strict=True)
            )
            if fits and values.get("conversation", "") in {*known, ""}:
                connection.execute(table.insert().prefix_with("OR IGNORE").values(**values))
                count += 1
    return count


def _rows(path: Path, table: str, names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Yield the readable rows one by one: a damaged page costs only the rows on it."""
    try:
        with closing(_open(path)) as file:
            file.text_factory = lambda text: text.decode("utf-8", "replace")
            last = file.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0
            query = f"SELECT {', '.join(names)} FROM {table} WHERE rowid = ?"
            for number in range(1, min(last, LARGEST) + 1):
                try:
                    row = file.execute(query, (number,)).fetchone()
                except sqlite3.DatabaseError:
                    continue  # on a damaged page
                if row:
                    yield row
    except sqlite3.DatabaseError:
        return  # nothing of the table can be read; the file is set aside whole
