"""Conversations in a database: SQLite below FOOTNOTE_HOME, or any given by SQLAlchemy URL.

Deleted items can be restored for an hour; then they are gone. A question asked again, with another
answerer or in other words, replaces the first, which is kept as a version.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from time import time
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Select,
    Table,
    cast,
    func,
    or_,
    select,
    update,
)

from qa.answer import MAX_QUESTION, Answer, Question, Turn
from qa.conversations.database import (
    CONVERSATIONS,
    EXCHANGES,
    FILE,
    Database,
    HistoryError,
    open_database,
)
from qa.conversations.recovery import find_damage, set_aside

REMEMBERED = 6  # exchanges a follow-up may refer to
ANYONE = "browser:"  # what the owners begin with who did not sign in
TITLE = 80  # characters
TICK = 1e-5  # seconds between two things that happen in one conversation, at least
DAMAGED = "This answer is damaged on disk and cannot be shown. Ask again."
LAST = 10**11  # seconds, and places: what is beyond is damage
KEPT = 3600.0  # seconds that what was deleted can be brought back


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its outcome: an answer, an error, or neither yet.

    `versions` are the ids of all versions of this exchange, oldest first, with their answerers.
    """

    id: str
    question: str
    docs: tuple[str, ...]
    answerer: str
    answer: Answer | None
    error: str | None
    good: bool | None
    reason: str
    versions: tuple[tuple[str, str], ...]

    @property
    def pending(self) -> bool:
        """Whether it has no outcome yet."""
        return self.answer is None and self.error is None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list; `writable`: anyone with its link may also ask in it."""

    id: str
    title: str
    owner: str
    writable: bool = False


SEALED = ("id", "question", "docs", "answerer", "answer", "error")


@lru_cache(maxsize=512)
def _read_answer(kept: str) -> Answer:
    return Answer.load(kept)


def _seal(*kept: object) -> str:
    """Return a digest of a row's question and outcome, to detect damage."""
    return sha256(json.dumps(kept, default=repr).encode()).hexdigest()


def _clean(words: str) -> str:
    """Return a text that every database accepts."""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def make_question(exchanges: Sequence[Exchange], asked: str, docs: Sequence[str] = ()) -> Question:
    """Return the question with the conversation before it.

    Raises:
        QuestionError: it is not a valid question.
    """
    answered = [e.answer for e in exchanges if e.answer][-REMEMBERED:]
    turns = [t for a in answered for t in (Turn("user", a.question), Turn("assistant", a.answer))]
    return Question(asked, history=tuple(turns), docs=tuple(docs))


def new_id() -> str:
    """Return an unguessable id for a conversation."""
    return token_urlsafe(16)


def time_of(exchange: str) -> float:
    """Return when a question was asked, in seconds, by the id of its exchange."""
    return float(exchange.partition("-")[0])


class History:
    """The conversations of all owners; every access names the owner.

    None as the owner is for links: whoever knows the unguessable id of a conversation whose owner
    did not sign in.
    """

    def __init__(self, database: Database, notice: str = "") -> None:
        """Take an open database, and a notice to show, if any."""
        self._database = database
        self.notice = notice
        with database.writing() as connection:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        """Remove for good what was deleted too long ago to be restored."""
        before = time() - KEPT
        old = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.deleted < before)
        gone = or_(EXCHANGES.c.deleted < before, EXCHANGES.c.conversation.in_(old))
        connection.execute(EXCHANGES.delete().where(gone))
        connection.execute(CONVERSATIONS.delete().where(CONVERSATIONS.c.deleted < before))

    def recent(self, owner: str, search: str = "", limit: int = 50) -> list[Conversation]:
        """Return an owner's conversations, latest first; `search` looks in titles and text."""
        table = CONVERSATIONS
        query = select(table).where(table.c.owner == owner, table.c.deleted.is_(None))
        for word in _clean(search).casefold().split():
            within = select(EXCHANGES.c.conversation).where(
                EXCHANGES.c.words.contains(word, autoescape=True), EXCHANGES.c.deleted.is_(None)
            )
            query = query.where(
                or_(table.c.title.icontains(word, autoescape=True), table.c.id.in_(within))
            )
        query = query.order_by(table.c.updated.desc()).limit(limit)
        return [_conversation(row) for row in self._database.read(query)]

    def find(self, id_: str, owner: str | None) -> Conversation | None:
        """Return a conversation; None if it does not exist or belongs to another."""
        table = CONVERSATIONS
        query = select(table).where(
            table.c.id == _clean(id_), table.c.deleted.is_(None), *self._of(owner)
        )
        rows = self._database.read(query)
        return _conversation(rows[0]) if rows else None

    @staticmethod
    def _of(owner: str | None) -> list[Any]:
        column = CONVERSATIONS.c.owner
        return [column.startswith(ANYONE, autoescape=True) if owner is None else column == owner]

    def read(self, conversation: str) -> list[Exchange]:
        """Return the exchanges in order: of each, the version that is shown."""
        table = EXCHANGES
        query = (
            select(table)
            .where(table.c.conversation == conversation, table.c.deleted.is_(None))
            .order_by(table.c.position, table.c.shown)
        )
        places: dict[int, list[Any]] = {}
        for row in self._database.read(query):
            places.setdefault(row.position, []).append(row)
        return [self._exchange(rows) for rows in places.values()]

    @staticmethod
    def _exchange(rows: Sequence[Any]) -> Exchange:
        row, answer, error, docs = rows[-1], None, rows[-1].error, ()
        try:
            if row.seal and row.seal != _seal(*(getattr(row, name) for name in SEALED)):
                raise ValueError(DAMAGED)
            docs = tuple(json.loads(row.docs))
            answer = _read_answer(row.answer) if row.answer else None
        except (ValueError, TypeError) as wrong:
            other = "This answer was saved by another version of Footnote. Ask again to see one."
            error = DAMAGED if str(wrong) == DAMAGED else other
        return Exchange(
            str(row.id), str(row.question), docs, str(row.answerer), answer, error,
            None if row.good is None else bool(row.good), str(row.reason),
            tuple(sorted((str(other.id), str(other.answerer)) for other in rows)),
        )  # fmt: skip

    def start(self, owner: str, title: str, id_: str = "") -> Conversation:
        """Start a conversation; `id_` comes from `new_id`."""
        made = Conversation(id_ or new_id(), _title(title), owner)
        with self._database.writing() as connection:
            self._forget(connection)
            row = CONVERSATIONS.insert().values(
                id=made.id, owner=owner, title=made.title, writable=0
            )
            latest = _latest(CONVERSATIONS.c.updated).where(CONVERSATIONS.c.owner == owner)
            connection.execute(row.values(updated=_later(connection.scalar(latest))))
        return made

    def add(
        self,
        conversation: str,
        question: str,
        answerer: str,
        docs: Sequence[str] = (),
        error: str | None = None,
        replaces: str | None = None,
    ) -> str:
        """Add a question at the end, or instead of the exchange `replaces`; return its id."""
        question, listed, table = _clean(question[:MAX_QUESTION]), json.dumps(list(docs)), EXCHANGES
        number = cast(table.c.position, BigInteger)
        place = (
            select(table.c.position).where(table.c.id == replaces)
            if replaces
            else select(func.coalesce(func.max(number), 0) + 1).where(
                table.c.conversation == conversation, number < LAST
            )
        )
        with self._database.writing() as connection:  # the row's lock keeps two tabs in two places
            owner = select(CONVERSATIONS.c.owner).where(CONVERSATIONS.c.id == conversation)
            among = CONVERSATIONS.c.owner == owner.scalar_subquery()
            latest = connection.scalar(_latest(CONVERSATIONS.c.updated).where(among))
            connection.execute(
                update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation)
                .values(updated=_later(latest))
            )
            now = self._now(connection, conversation)
            made = f"{now:017.6f}-{token_urlsafe(6)}"
            connection.execute(
                table.insert().values(
                    id=made, conversation=conversation, position=connection.scalar(place),
                    shown=now, question=question, docs=listed, answerer=answerer,
                    error=error, words=question.casefold(), reason="",
                    seal=_seal(made, question, listed, answerer, None, error),
                )
            )  # fmt: skip
        return made

    @staticmethod
    def _now(connection: Connection, conversation: Any) -> float:
        """Return a time later than all in a conversation, even if the clock was set back."""
        table = EXCHANGES
        latest = _latest(table.c.shown).where(table.c.conversation == conversation)
        return _later(connection.scalar(latest))

    def keep(self, exchange: str, answer: Answer | None, error: str | None = None) -> None:
        """Store the outcome of a question."""
        values: dict[str, Any] = {"error": error}
        if answer:
            words = f"{answer.question}\n{answer.answer}".casefold()
            values |= {"answer": _clean(answer.dump()), "words": _clean(words)}
        with self._database.writing() as connection:
            this = EXCHANGES.c.id == exchange
            for row in connection.execute(select(EXCHANGES).where(this)):
                asked = [getattr(row, name) for name in SEALED[:4]]
                seal = _seal(*asked, values.get("answer", row.answer), error)
                connection.execute(update(EXCHANGES).where(this).values(**values, seal=seal))

    def show(self, exchange: str) -> None:
        """Make this the version that is shown."""
        with self._database.writing() as connection:
            this = EXCHANGES.c.id == exchange
            where = select(EXCHANGES.c.conversation).where(this).scalar_subquery()
            shown = self._now(connection, where)
            connection.execute(update(EXCHANGES).where(this).values(shown=shown))

    def judge(self, exchange: str, good: bool | None, reason: str) -> None:
        """Store the user's feedback on an answer."""
        number = None if good is None else int(good)
        self._set(EXCHANGES, EXCHANGES.c.id == exchange, good=number, reason=_clean(reason))

    def _set(self, table: Table, *which: Any, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(table).where(*which).values(**values))

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        self._set(CONVERSATIONS, CONVERSATIONS.c.id == conversation, title=_title(title))

    def share(self, conversation: str, writable: bool) -> None:
        """Set whether those who have a conversation's link may ask in it, or only read it."""
        self._set(CONVERSATIONS, CONVERSATIONS.c.id == conversation, writable=int(writable))

    def delete(self, owner: str, conversation: str | None = None) -> float:
        """Delete one of an owner's conversations, or all; return what `restore` takes."""
        mine = [CONVERSATIONS.c.owner == owner, CONVERSATIONS.c.deleted.is_(None)]
        if conversation:
            mine.append(CONVERSATIONS.c.id == conversation)
        stamp = _later(self.last_deleted(owner))
        self._set(CONVERSATIONS, *mine, deleted=stamp)
        return stamp

    def last_deleted(self, owner: str) -> float:
        """Return what `restore` takes to restore an owner's last deletion, 0 if there is none."""
        table = CONVERSATIONS
        query = _latest(table.c.deleted).where(table.c.owner == owner)
        return self._database.read(query)[0][0] or 0.0

    def delete_after(self, conversation: str, exchange: str) -> float:
        """Delete the exchanges after one; return what `restore` takes."""
        position = select(EXCHANGES.c.position).where(EXCHANGES.c.id == exchange)
        self._set(
            EXCHANGES, EXCHANGES.c.conversation == conversation, EXCHANGES.c.deleted.is_(None),
            EXCHANGES.c.position > position.scalar_subquery(), deleted=(stamp := time()),
        )  # fmt: skip
        return stamp

    def restore(self, owner: str | None, stamp: float) -> None:
        """Restore what one call deleted."""
        mine = select(CONVERSATIONS.c.id).where(*self._of(owner))
        for table, key in (
            (CONVERSATIONS, CONVERSATIONS.c.id), (EXCHANGES, EXCHANGES.c.conversation),
        ):  # fmt: skip
            self._set(table, table.c.deleted == stamp, key.in_(mine), deleted=None)

    def close(self) -> None:
        """Release the database."""
        self._database.close()


def _latest(column: Column[Any]) -> Select[Any]:
    """Return a query for the latest time of a column, but for what damaged rows have there."""
    seconds = cast(column, Double)
    return select(func.max(seconds)).where(seconds < LAST)


def _later(latest: float | None) -> float:
    return max(time(), (latest or 0.0) + TICK)


def _conversation(row: Any) -> Conversation:
    return Conversation(row.id, row.title, row.owner, bool(row.writable))


def _title(words: str) -> str:
    line = " ".join(_clean(words).split()) or "Conversation"
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"


def open_history(home: Path, url: str = "") -> History:
    """Open the conversations in the database at `url`, by default the SQLite file in `home`.

    Raises:
        HistoryError: it cannot be read or written.
    """
    notice = ""
    if not url and (damage := find_damage(home / FILE)):
        try:
            notice = set_aside(home, damage)
        except OSError as error:
            raise HistoryError(
                f"The damaged {str(home / FILE)!r} cannot be set aside: {error.strerror}. Make its "
                "folder writable, then try again."
            ) from error
    return History(open_database(home, url), notice)
