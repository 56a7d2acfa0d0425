"""The conversation database: SQLite or any that SQLAlchemy knows; its schema and errors."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from corpus.errors import FootnoteError
from corpus.installation import install_command

FILE = "conversations.sqlite"
BUSY = 5.0  # seconds to wait for another process
_POSTGRES_LOCK = 7_302_114  # any number: whoever changes the schema holds it

SCHEMA = 3
MIGRATIONS = {  # what brings an older schema, by its number, to the next
    1: (
        "ALTER TABLE exchanges ADD COLUMN good INTEGER",
        "ALTER TABLE exchanges ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    ),
    2: (
        "ALTER TABLE exchanges ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
        # Links that were given stay as shared as they were; of a new one its owner decides.
        "ALTER TABLE conversations ADD COLUMN writable INTEGER NOT NULL DEFAULT 1",
    ),
}
_tables = MetaData()
_Given = partial(Column, nullable=False)
_versions = Table("footnote_schema", _tables, _Given("version", Integer))
CONVERSATIONS = Table(
    "conversations", _tables,
    Column("id", Text, primary_key=True), _Given("owner", Text), _Given("title", Text),
    _Given("updated", Double), Column("deleted", Double),
    _Given("writable", Integer, server_default="0"),
    Index("conversations_by_owner", "owner", "updated"),
)  # fmt: skip
EXCHANGES = Table(
    "exchanges", _tables,
    Column("id", Text, primary_key=True),
    _Given("conversation", ForeignKey(CONVERSATIONS.c.id, ondelete="CASCADE")),
    _Given("position", Integer), _Given("shown", Double), _Given("question", Text),
    _Given("docs", Text), _Given("answerer", Text), Column("answer", Text), Column("error", Text),
    _Given("words", Text), Column("deleted", Double), Column("good", Integer),
    _Given("reason", Text, server_default=""), _Given("seal", Text, server_default=""),
    Index("exchanges_by_conversation", "conversation", "position"),
)  # fmt: skip


class HistoryError(FootnoteError):
    """A database of conversations that cannot be used; the message says what to do."""


class Database:
    """An open database with the newest schema."""

    def __init__(self, engine: Engine, place: str) -> None:
        """Bring the schema up to date; `place` names the database in messages."""
        self._engine = engine
        self._place = place
        with self.writing() as connection:
            self._migrate(connection)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise HistoryError(
                f"Conversations cannot be stored in {self._place}: {reason}. {_remedy(reason)}"
            ) from error

    def read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """Return all rows; errors become a HistoryError."""
        with self._explained(), self._engine.connect() as connection:
            return connection.execute(query).all()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield an exclusive transaction; errors become a HistoryError."""
        with self._explained():
            engine = self._engine.execution_options(footnote_writes=True)
            with engine.begin() as connection:
                yield connection

    def _migrate(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
        _versions.create(connection, checkfirst=True)
        version = connection.scalar(select(_versions.c.version)) or 0
        if version > SCHEMA:
            raise HistoryError(
                f"Conversations cannot be stored in {self._place}: its schema is {version}, and "
                f"this Footnote supports {SCHEMA} at most. Update Footnote, or name another "
                "database with FOOTNOTE_DATABASE_URL."
            )
        if version == 0 and inspect(connection).has_table("conversations"):
            raise HistoryError(
                f"Conversations cannot be stored in {self._place}: it has a table 'conversations' "
                "of another program. Name another database with FOOTNOTE_DATABASE_URL."
            )
        _tables.create_all(connection)
        for older in range(version or SCHEMA, SCHEMA):
            for step in MIGRATIONS[older]:
                connection.execute(text(step))
        if version < SCHEMA:
            connection.execute(_versions.delete())
            connection.execute(_versions.insert().values(version=SCHEMA))

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()


def _remedy(reason: str) -> str:
    reason = reason.lower()
    if "locked" in reason:
        return "Another program is using it: close that program, then try again."
    if "readonly" in reason or "read-only" in reason:
        return "Make the file and its folder writable, or name another with FOOTNOTE_DATABASE_URL."
    if "malformed" in reason or "not a database" in reason:
        return (
            "The file is damaged. When Footnote is started again, it is set aside, and the "
            "conversations that can be read are kept."
        )
    return "Check that it exists, is writable and not full, or set another FOOTNOTE_DATABASE_URL."


def _decoded(text: bytes) -> str:
    """Decode a text; one damaged byte costs one character, not all rows of a query."""
    return text.decode("utf-8", "replace")


def _prepare_sqlite(engine: Engine) -> None:
    """Let readers continue while one writes, and make deleted data unrecoverable."""

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.text_factory = _decoded
        connection.isolation_level = None  # transactions begin where SQLAlchemy says
        pragmas = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")
        for pragma in (*pragmas, "secure_delete = ON", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("footnote_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_database(home: Path, url: str = "") -> Database:
    """Open the database at `url`, by default the SQLite file in `home`.

    Raises:
        HistoryError: it cannot be read or written.
    """
    place = repr(str(home / FILE))
    options: dict[str, Any] = {"pool_pre_ping": True}
    try:
        address = make_url(url or f"sqlite:///{home / FILE}")
        if url:
            place = address.render_as_string(hide_password=True)
        else:
            home.mkdir(parents=True, exist_ok=True)
        if address.get_backend_name() == "sqlite":
            options = {"connect_args": {"timeout": BUSY}}
        engine = create_engine(address, **options)
    except (ArgumentError, NoSuchModuleError) as error:
        raise HistoryError(
            "FOOTNOTE_DATABASE_URL is not the URL of a known database; use one such as "
            "'sqlite:///conversations.sqlite' or 'postgresql://user@host/name'."
        ) from error
    except ImportError as error:
        raise HistoryError(
            f"Conversations cannot be stored in {place}: its driver is not installed. For "
            f"PostgreSQL run {install_command('postgres', 'psycopg[binary]')}."
        ) from error
    except OSError as error:
        raise HistoryError(
            f"Conversations cannot be stored in {place}: {error.strerror}. {_remedy(str(error))}"
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return Database(engine, place)
