"""Conversations in real databases: SQLite, and PostgreSQL where its programs are."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from corpus.passages import Passage
from index.retriever import RetrievedPassage
from qa.answer import Answer, Citation, Statement
from qa.conversations import database, history
from qa.conversations.database import HistoryError
from qa.conversations.history import History, make_question, open_history

QUOTE = "Exports rose by 9 %."
PASSAGE = Passage("trade", 0, 20, QUOTE, "Exports", ())
ANSWER = Answer(
    id="1",
    question="How much did exports rise?",
    status="answered",
    answer=f"{QUOTE} [1]",
    statements=(Statement(QUOTE, (1,), "quoted"),),
    citations=(Citation(1, "trade", 0, 20, QUOTE, 3, 0.9, "Trade", "Exports", (0, 20)),),
    passages=(RetrievedPassage(PASSAGE, "Trade", 3, 0.9, 0.8, 0.7, 0),),
    confidence=0.9,
    answerer="extractive",
    latency_ms=1.0,
    standalone_question="How much did exports rise?",
)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a PostgreSQL server on a socket of its own; yield its address."""
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        pytest.skip("PostgreSQL's programs are not installed")
    pytest.importorskip("psycopg", reason="requirements-postgres.txt is not installed")
    folder = tmp_path_factory.mktemp("postgres")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        for path in (folder, *folder.parents[:3]):
            path.chmod(0o755)
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run(
            command, user=user, check=True, cwd=folder, timeout=60, stdout=subprocess.DEVNULL
        )

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "footnote", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -F"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://footnote@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    kept = open_history(tmp_path, url)
    yield kept
    kept.close()


def test_an_answer_is_kept_as_it_was(opened: History) -> None:
    made = opened.start("me", "How much \0did exports rise?")
    assert made.title == "How much did exports rise?"
    asked = opened.add(made.id, "How much did exports rise?\0", "extractive", ["trade"])
    assert opened.read(made.id)[0].pending
    opened.keep(asked, ANSWER)
    [exchange] = opened.read(made.id)
    assert exchange.answer == ANSWER
    assert (exchange.docs, exchange.error) == (("trade",), None)
    assert not exchange.pending
    opened.judge(asked, False, "the wrong year")
    assert (opened.read(made.id)[0].good, opened.read(made.id)[0].reason) == (
        False,
        "the wrong year",
    )
    failed = opened.add(made.id, "?", "extractive", error="No words.")
    assert opened.read(made.id)[1].error == "No words."
    assert failed != asked


def test_what_was_said_before_is_asked_with(opened: History) -> None:
    made = opened.start("me", "x")
    for number in range(8):
        opened.keep(opened.add(made.id, f"{number}?", "extractive"), ANSWER)
    opened.add(made.id, "?", "extractive", error="No words.")
    question = make_question(opened.read(made.id), "And imports?", ["trade"])
    assert len(question.history) == 2 * history.REMEMBERED
    assert question.history[-1].content == ANSWER.answer
    assert question.docs == ("trade",)


def test_owners_do_not_see_each_other(opened: History) -> None:
    made = opened.start("ann", "Ann asks")
    linked = opened.start(f"{history.ANYONE}1", "Anyone asks")
    assert opened.recent("bob") == []
    assert opened.find(made.id, "bob") is opened.find(made.id, None) is None
    assert opened.find(made.id, "ann") == made
    assert opened.find(linked.id, None) == linked
    assert opened.find("no such\0id", None) is None
    stamp = opened.delete("bob", made.id)
    assert opened.find(made.id, "ann")
    stamp = opened.delete("ann", made.id)
    opened.restore("bob", stamp)
    assert opened.find(made.id, "ann") is None
    opened.restore("ann", stamp)
    assert opened.find(made.id, "ann") == made


def test_search_rename_delete_and_undo(opened: History) -> None:
    one, two = opened.start("me", "Exports"), opened.start("me", "ÜBER 100 % of_it")
    opened.keep(opened.add(one.id, "Größe?", "extractive"), replace(ANSWER, question="Größe?"))
    assert [c.id for c in opened.recent("me")] == [one.id, two.id]
    for words, found in {
        "GRÖSSE": [one.id],
        "rose 9 exports": [one.id],
        "100 %": [two.id],
        "of_i": [two.id],
        "o_it": [],
        "score": [],
        "\\": [],
    }.items():
        assert [c.id for c in opened.recent("me", words)] == found, words
    opened.rename(two.id, "  Of\nthat  ")
    assert opened.find(two.id, "me").title == "Of that"  # type: ignore[union-attr]
    assert opened.last_deleted("me") == 0.0
    stamp = opened.delete("me")
    assert opened.recent("me") == []
    assert (opened.last_deleted("me"), opened.last_deleted("you")) == (stamp, 0.0)
    opened.restore("me", stamp)
    assert len(opened.recent("me")) == 2


def test_versions_and_what_comes_after(opened: History) -> None:
    made = opened.start("me", "x")
    first = opened.add(made.id, "a?", "extractive")
    opened.keep(first, ANSWER)
    opened.add(made.id, "b?", "extractive")
    again = opened.add(made.id, "a?", "openai:x", replaces=first)
    shown = opened.read(made.id)
    assert [e.question for e in shown] == ["a?", "b?"]
    assert shown[0].id == again
    assert shown[0].versions == ((first, "extractive"), (again, "openai:x"))
    opened.show(first)
    assert opened.read(made.id)[0].answer == ANSWER
    stamp = opened.delete_after(made.id, first)
    assert [e.question for e in opened.read(made.id)] == ["a?"]
    opened.restore("me", stamp)
    assert len(opened.read(made.id)) == 2


def test_what_was_deleted_is_gone_after_a_while(
    opened: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened.start("me", "secret")
    opened.add(made.id, "a?", "extractive")
    stamp = opened.delete("me", made.id)
    opened.restore("me", stamp)
    assert opened.find(made.id, "me")
    stamp = opened.delete("me", made.id)
    monkeypatch.setattr(history, "KEPT", -1.0)
    opened.start("me", "another")
    opened.restore("me", stamp)
    assert opened.find(made.id, "me") is None
    assert opened.read(made.id) == []


def test_two_at_the_same_instant_are_both_kept(opened: History) -> None:
    made = opened.start("me", "x")
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda n: opened.add(made.id, f"{n}?", "extractive"), range(24)))
    assert {e.id for e in opened.read(made.id)} == set(added)


def test_an_answer_of_another_version_is_a_sentence(tmp_path: Path) -> None:
    kept = open_history(tmp_path)
    made = kept.start("me", "x")
    kept.keep(kept.add(made.id, "a?", "extractive"), ANSWER)
    with sqlite3.connect(tmp_path / database.FILE) as connection:
        connection.execute("UPDATE exchanges SET answer = '{\"id\": 1}', seal = ''")
    connection.close()
    assert "another version" in (kept.read(made.id)[0].error or "")
    kept.close()


def test_a_version_that_a_field_was_added_to_is_read() -> None:
    older = ANSWER.dump().replace('"stopped":false,', "")
    assert older != ANSWER.dump()
    assert Answer.load(older) == ANSWER
    assert Answer.load(replace(ANSWER, stopped=True).dump()).stopped


def test_an_older_database_is_migrated(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / database.FILE)
    connection.execute(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, owner TEXT NOT NULL, "
        "title TEXT NOT NULL, updated DOUBLE PRECISION NOT NULL, deleted DOUBLE PRECISION)"
    )
    connection.execute(
        "CREATE TABLE exchanges (id TEXT PRIMARY KEY, conversation TEXT NOT NULL "
        "REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL, "
        "shown DOUBLE PRECISION NOT NULL, question TEXT NOT NULL, docs TEXT NOT NULL, "
        "answerer TEXT NOT NULL, answer TEXT, error TEXT, words TEXT NOT NULL, "
        "deleted DOUBLE PRECISION)"
    )
    connection.execute("CREATE TABLE footnote_schema (version INTEGER NOT NULL)")
    connection.execute("INSERT INTO footnote_schema VALUES (1)")
    connection.execute("INSERT INTO conversations VALUES ('c', 'me', 'Old', 1.0, NULL)")
    connection.execute(
        "INSERT INTO exchanges VALUES ('e', 'c', 1, 1.0, 'a?', '[]', 'extractive', ?, NULL, '', "
        "NULL)",
        (ANSWER.dump(),),
    )
    connection.commit()
    connection.close()
    kept = open_history(tmp_path)
    kept.judge("e", True, "")
    [exchange] = kept.read("c")
    assert (exchange.answer, exchange.good) == (ANSWER, True)
    kept.close()
    open_history(tmp_path).close()


def refused(home: Path, url: str = "") -> str:
    with pytest.raises(HistoryError) as error:
        open_history(home, url)
    return str(error.value)


def test_bad_databases_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_history(tmp_path).close()
    file = tmp_path / database.FILE
    read_only = refused(tmp_path, f"sqlite:///file:{file}?mode=ro&uri=true")
    assert "writable" in read_only
    connection = sqlite3.connect(file)
    connection.execute("UPDATE footnote_schema SET version = 99")
    connection.commit()
    assert "Update Footnote" in refused(tmp_path)
    connection.execute(f"UPDATE footnote_schema SET version = {database.SCHEMA}")
    connection.commit()
    connection.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "BUSY", 0.05)
    assert "Another program is using it" in refused(tmp_path)
    connection.close()
    (tmp_path / "file").write_text("x")
    assert "cannot be stored" in refused(tmp_path / "file")
    assert "not the URL of a known database" in refused(tmp_path, "nonsense")
    assert "not the URL of a known database" in refused(tmp_path, "nosuch://x/y")
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE conversations (x)")
    other.close()
    assert "of another program" in refused(tmp_path, f"sqlite:///{tmp_path}/other.sqlite")


def test_a_database_that_breaks_later_is_a_sentence(tmp_path: Path) -> None:
    kept = open_history(tmp_path)
    with sqlite3.connect(tmp_path / database.FILE) as connection:
        connection.execute("DROP TABLE exchanges")
    connection.close()
    with pytest.raises(HistoryError, match="no such table"):
        kept.read("c")
    kept.close()


def test_postgres_away_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="requirements-postgres.txt is not installed")
    said = refused(tmp_path, "postgresql://me:hidden@localhost:1/x")
    assert "postgresql" in said and "hidden" not in said


def filled(home: Path, conversations: int = 1) -> tuple[History, list[str]]:
    """Return a history with two answered questions in each conversation, and their ids."""
    kept = open_history(home)
    ids = []
    for number in range(conversations):
        made = kept.start("me", f"Talk {number}")
        ids.append(made.id)
        for question in ("How far?", "How fast?"):
            kept.keep(kept.add(made.id, f"{question} {number}", "extractive"), ANSWER)
    return kept, ids


@pytest.mark.parametrize(
    "change",
    [
        "answer = replace(answer, 'rose by 9', 'rose by 7')",
        "question = 'How near?'",
        "question = CAST(X'ff486f773f' AS TEXT)",
        "docs = '{'",
        "answer = X'00ff'",
        "answerer = 7",
        "error = 'x'",
    ],
)
def test_a_damaged_row_costs_that_row_only(tmp_path: Path, change: str) -> None:
    kept, [id_] = filled(tmp_path)
    first, second = kept.read(id_)
    kept.close()
    with sqlite3.connect(tmp_path / database.FILE) as connection:
        connection.execute(f"UPDATE exchanges SET {change} WHERE id = ?", (first.id,))
    connection.close()
    kept = open_history(tmp_path)
    damaged, whole = kept.read(id_)
    assert whole == second and whole.answer == ANSWER
    assert (damaged.answer, damaged.error) == (None, history.DAMAGED)
    assert kept.recent("me", "9 %")
    kept.close()


@pytest.mark.parametrize("column", ["exchanges.shown", "exchanges.position", "exchanges.good",
                                    "conversations.updated", "conversations.deleted"])  # fmt: skip
@pytest.mark.parametrize("junk", ["'junk'", "X'ff00'", "'[1]'", "1e300"])
def test_a_row_with_junk_for_a_number_keeps_nobody_from_going_on(
    tmp_path: Path, column: str, junk: str
) -> None:
    kept, [id_, other] = filled(tmp_path, 2)
    kept.close()
    table, name = column.split(".")
    which = f"conversation = '{id_}'" if table == "exchanges" else f"id = '{id_}'"
    with sqlite3.connect(tmp_path / database.FILE) as connection:
        connection.execute(f"UPDATE {table} SET {name} = {junk} WHERE {which}")
    connection.close()
    kept = open_history(tmp_path)
    assert [e.answer for e in kept.read(other)] == [ANSWER, ANSWER]
    for conversation in (id_, other):
        added = kept.add(conversation, "How high?", "extractive")
        kept.keep(added, ANSWER)
        kept.show(added)
        assert kept.read(conversation)[-1].answer == ANSWER
    made = kept.start("me", "New")
    assert "New" in [c.title for c in kept.recent("me")]
    kept.restore("me", kept.delete("me", made.id))
    assert kept.find(made.id, "me")
    assert len(kept.read(other)) == 3
    kept.close()


def test_the_last_deleted_is_brought_back_though_the_clock_goes_back(
    opened: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened.start("me", "First"), opened.start("me", "Second")
    monkeypatch.setattr(history, "time", lambda: 2_000_000_000.0)
    opened.delete("me", first.id)
    monkeypatch.setattr(history, "time", lambda: 1_900_000_000.0)
    opened.delete("me", second.id)
    opened.restore("me", opened.last_deleted("me"))
    assert [c.title for c in opened.recent("me")] == ["Second"]


def test_a_malformed_database_is_set_aside_and_what_can_be_read_is_kept(tmp_path: Path) -> None:
    kept, ids = filled(tmp_path, 60)
    kept.close()
    file = tmp_path / database.FILE
    data = bytearray(file.read_bytes())
    at = len(data) * 2 // 3 // 4096 * 4096
    data[at : at + 8192] = bytes(8192)
    file.write_bytes(data)
    kept = open_history(tmp_path)
    assert kept.notice.startswith("The conversation database was damaged (")
    [old] = tmp_path.glob("conversations.damaged-*.sqlite")
    assert repr(old.name) in kept.notice and old.read_bytes() == data
    found = [exchange for id_ in ids for exchange in kept.read(id_)]
    assert 60 < len(found) < 120
    assert all(exchange.answer == ANSWER for exchange in found)
    kept.add(ids[0], "More?", "extractive")
    kept.close()
    kept = open_history(tmp_path)
    assert kept.notice == "", "it is told once"
    kept.close()


@pytest.mark.parametrize(
    "content", [b"", b"no database " * 1000, bytes(9000), b"SQLite format 3\0"]
)
def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / database.FILE).write_bytes(content)
    kept = open_history(tmp_path)
    assert "0 conversations with 0 questions could be read" in kept.notice
    kept.start("me", "New")
    assert [c.title for c in kept.recent("me")] == ["New"]
    kept.close()


def test_the_order_is_kept_though_the_clock_goes_back(
    opened: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "time", lambda: 2_000_000_000.0)
    first, second = opened.start("me", "First"), opened.start("me", "Second")
    one = opened.add(first.id, "One?", "extractive")
    monkeypatch.setattr(history, "time", lambda: 1_000_000_000.0)
    two = opened.add(first.id, "Two?", "extractive")
    again = opened.add(first.id, "One?", "other", replaces=one)
    assert one < two < again, "ids begin with their time"
    assert [e.id for e in opened.read(first.id)] == [again, two]
    opened.show(one)
    assert [e.id for e in opened.read(first.id)] == [one, two]
    assert [c.title for c in opened.recent("me")] == ["First", "Second"]
    opened.add(second.id, "Three?", "extractive")
    assert [c.title for c in opened.recent("me")] == ["Second", "First"]
