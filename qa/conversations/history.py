"""Conversations in a database: SQLite below FOOTNOTE_HOME, or any by its SQLAlchemy URL.

What is deleted can be brought back for an hour; then it is gone. A question asked again, by
another answerer or in other words, takes the place of the first, which is kept as a version.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from secrets import token_urlsafe
from time import time
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select, update

from qa.answer import MAX_QUESTION, Answer, Question, Turn
from qa.conversations.database import CONVERSATIONS, EXCHANGES, Database, open_database

REMEMBERED = 6  # exchanges a follow-up may refer to
ANYONE = "browser:"  # what the owners begin with who did not sign in
TITLE = 80  # characters
KEPT = 3600.0  # seconds that what was deleted can be brought back


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer, an error, or neither yet.

    `versions` are the ids of all that stand in this place, oldest first, with their answerers.
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
        """Whether nothing came of it yet."""
        return self.answer is None and self.error is None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it is listed."""

    id: str
    title: str


@lru_cache(maxsize=512)
def _read_answer(kept: str) -> Answer:
    return Answer.load(kept)


def _clean(words: str) -> str:
    """Return a text that every database takes."""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def make_question(exchanges: Sequence[Exchange], asked: str, docs: Sequence[str] = ()) -> Question:
    """Return the question with what was said before it.

    Raises:
        QuestionError: it cannot be asked.
    """
    answered = [e.answer for e in exchanges if e.answer][-REMEMBERED:]
    turns = [t for a in answered for t in (Turn("user", a.question), Turn("assistant", a.answer))]
    return Question(asked, history=tuple(turns), docs=tuple(docs))


def new_id() -> str:
    """Return a conversation's id that nobody can guess."""
    return token_urlsafe(16)


class History:
    """The conversations of all owners; everything is asked for by its owner.

    An owner of None is for links: whoever knows the id, which nobody can guess, of a conversation
    whose owner did not sign in.
    """

    def __init__(self, database: Database) -> None:
        """Take a database made ready."""
        self._database = database
        with database.writing() as connection:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        """Remove for good what was deleted too long ago to be brought back."""
        before = time() - KEPT
        old = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.deleted < before)
        gone = or_(EXCHANGES.c.deleted < before, EXCHANGES.c.conversation.in_(old))
        connection.execute(EXCHANGES.delete().where(gone))
        connection.execute(CONVERSATIONS.delete().where(CONVERSATIONS.c.deleted < before))

    def recent(self, owner: str, search: str = "", limit: int = 50) -> list[Conversation]:
        """Return an owner's conversations, the latest first; `search` is in a title or its text."""
        table = CONVERSATIONS
        query = select(table.c.id, table.c.title).where(
            table.c.owner == owner, table.c.deleted.is_(None)
        )
        for word in _clean(search).casefold().split():
            within = select(EXCHANGES.c.conversation).where(
                EXCHANGES.c.words.contains(word, autoescape=True), EXCHANGES.c.deleted.is_(None)
            )
            query = query.where(
                or_(table.c.title.icontains(word, autoescape=True), table.c.id.in_(within))
            )
        query = query.order_by(table.c.updated.desc()).limit(limit)
        return [Conversation(row.id, row.title) for row in self._database.read(query)]

    def find(self, id_: str, owner: str | None) -> Conversation | None:
        """Return a conversation; None when it is gone or another's."""
        table = CONVERSATIONS
        query = select(table.c.id, table.c.title).where(
            table.c.id == _clean(id_), table.c.deleted.is_(None), *self._of(owner)
        )
        rows = self._database.read(query)
        return Conversation(rows[0].id, rows[0].title) if rows else None

    @staticmethod
    def _of(owner: str | None) -> list[Any]:
        column = CONVERSATIONS.c.owner
        return [column.startswith(ANYONE, autoescape=True) if owner is None else column == owner]

    def read(self, conversation: str) -> list[Exchange]:
        """Return what was asked and answered, in order: the version shown in each place."""
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
        row, answer, error = rows[-1], None, rows[-1].error
        try:
            answer = _read_answer(row.answer) if row.answer else None
        except ValueError:
            error = "This answer was kept by another version of Footnote. Ask again to see one."
        return Exchange(
            row.id, row.question, tuple(json.loads(row.docs)), row.answerer, answer, error,
            None if row.good is None else bool(row.good), row.reason,
            tuple(sorted((other.id, other.answerer) for other in rows)),
        )  # fmt: skip

    def start(self, owner: str, title: str, id_: str = "") -> Conversation:
        """Begin a conversation; `id_` is what `new_id` made."""
        made = Conversation(id_ or new_id(), _title(title))
        with self._database.writing() as connection:
            self._forget(connection)
            row = CONVERSATIONS.insert().values(id=made.id, owner=owner, title=made.title)
            connection.execute(row.values(updated=time()))
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
        """Add a question, at the end or in the place of the exchange `replaces`; return its id."""
        question = _clean(question[:MAX_QUESTION])
        made, now, table = f"{time():017.6f}-{token_urlsafe(6)}", time(), EXCHANGES
        place = (
            select(table.c.position).where(table.c.id == replaces)
            if replaces
            else select(func.coalesce(func.max(table.c.position), 0) + 1).where(
                table.c.conversation == conversation
            )
        )
        with self._database.writing() as connection:  # the row's lock keeps two tabs in two places
            connection.execute(
                update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation).values(updated=now)
            )
            connection.execute(
                table.insert().values(
                    id=made, conversation=conversation, position=connection.scalar(place),
                    shown=now, question=question, docs=json.dumps(list(docs)), answerer=answerer,
                    error=error, words=question.casefold(), reason="",
                )
            )  # fmt: skip
        return made

    def keep(self, exchange: str, answer: Answer | None, error: str | None = None) -> None:
        """Keep what came of a question."""
        values: dict[str, Any] = {"error": error}
        if answer:
            kept = _clean(answer.dump())
            words = f"{answer.question}\n{answer.answer}".casefold()
            values |= {"answer": kept, "words": _clean(words)}
        self._set(EXCHANGES, EXCHANGES.c.id == exchange, **values)

    def show(self, exchange: str) -> None:
        """Show this version in its place."""
        self._set(EXCHANGES, EXCHANGES.c.id == exchange, shown=time())

    def judge(self, exchange: str, good: bool | None, reason: str) -> None:
        """Keep what a person thinks of an answer."""
        number = None if good is None else int(good)
        self._set(EXCHANGES, EXCHANGES.c.id == exchange, good=number, reason=_clean(reason))

    def _set(self, table: Table, *which: Any, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(table).where(*which).values(**values))

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        self._set(CONVERSATIONS, CONVERSATIONS.c.id == conversation, title=_title(title))

    def delete(self, owner: str, conversation: str | None = None) -> float:
        """Delete one of an owner's conversations, or all; return what `restore` takes."""
        mine = [CONVERSATIONS.c.owner == owner, CONVERSATIONS.c.deleted.is_(None)]
        if conversation:
            mine.append(CONVERSATIONS.c.id == conversation)
        self._set(CONVERSATIONS, *mine, deleted=(stamp := time()))
        return stamp

    def last_deleted(self, owner: str) -> float:
        """Return what `restore` takes to bring back an owner's last deleted, 0 if there is none."""
        table = CONVERSATIONS
        query = select(func.max(table.c.deleted)).where(table.c.owner == owner)
        return self._database.read(query)[0][0] or 0.0

    def delete_after(self, conversation: str, exchange: str) -> float:
        """Delete what was said after an exchange; return what `restore` takes."""
        position = select(EXCHANGES.c.position).where(EXCHANGES.c.id == exchange)
        self._set(
            EXCHANGES, EXCHANGES.c.conversation == conversation, EXCHANGES.c.deleted.is_(None),
            EXCHANGES.c.position > position.scalar_subquery(), deleted=(stamp := time()),
        )  # fmt: skip
        return stamp

    def restore(self, owner: str | None, stamp: float) -> None:
        """Bring back what one call deleted."""
        mine = select(CONVERSATIONS.c.id).where(*self._of(owner))
        for table, key in (
            (CONVERSATIONS, CONVERSATIONS.c.id), (EXCHANGES, EXCHANGES.c.conversation),
        ):  # fmt: skip
            self._set(table, table.c.deleted == stamp, key.in_(mine), deleted=None)

    def close(self) -> None:
        """Release the database."""
        self._database.close()


def _title(words: str) -> str:
    line = " ".join(_clean(words).split()) or "Conversation"
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"


def open_history(home: Path, url: str = "") -> History:
    """Open the conversations in the database at `url`, by default the SQLite file in `home`.

    Raises:
        HistoryError: it cannot be read and written.
    """
    return History(open_database(home, url))
