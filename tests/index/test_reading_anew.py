"""What is read once, what is tried again, and what an older home keeps."""

from pathlib import Path

import pytest

import corpus.folder
import index.build
from corpus.errors import PassingError
from corpus.folder import File, iter_documents, list_documents
from corpus.formats.content import Content
from corpus.sandbox import Progress, SandboxedReader
from index.build import BuildReport, build_index, find_statuses, open_index
from index.generations import IndexFolder
from index.settings import Settings
from tests.support.embedders import WordEmbedder
from tests.support.running import Run

OLD = "The ferry to Vik leaves at seven in the morning."
NEW = "The ferry to Vik leaves at nine in the morning."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.txt").write_text(OLD)
    (tmp_path / "in" / "fares.txt").write_text("A ticket to Vik costs 40 crowns.")
    return tmp_path / "in"


def build(folder: Path, words: WordEmbedder) -> BuildReport:
    return build_index(list_documents(folder), IndexFolder(folder.parent / "index"), words)


def test_a_file_that_changes_while_it_is_read_is_known_by_what_was_read(
    folder: Path, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SandboxedReader.read

    def changing(self: SandboxedReader, data: bytes, name: str) -> Content:
        if name == "ferry.txt":
            (folder / name).write_text(NEW)
        return real(self, data, name)

    monkeypatch.setattr(SandboxedReader, "read", changing)
    build(folder, words)
    assert any(OLD in text for text in words.embedded)
    assert not any(NEW in text for text in words.embedded)
    monkeypatch.undo()
    after = build(folder, words)
    assert (after.documents_changed, after.documents_unchanged) == (1, 1)
    assert any(NEW in text for text in words.embedded)


def test_a_file_that_changes_before_it_is_read_is_read_as_it_is(
    folder: Path, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:

    def late(files: list[File], progress: Progress) -> object:
        (folder / "ferry.txt").write_text(NEW)
        return iter_documents(files, progress)

    monkeypatch.setattr("index.build.iter_documents", late)
    build(folder, words)
    monkeypatch.undo()
    assert any(NEW in text for text in words.embedded)
    after = build(folder, words)
    assert (after.documents_changed, after.documents_unchanged) == (0, 2)


@pytest.mark.parametrize("reason", ["took longer than 60 seconds to read", "the system ended it"])
def test_what_may_pass_is_tried_again_and_never_kept(
    folder: Path, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    real = SandboxedReader.read

    def failing(self: SandboxedReader, data: bytes, name: str) -> Content:
        if name == "ferry.txt":
            raise PassingError(reason)
        return real(self, data, name)

    monkeypatch.setattr(SandboxedReader, "read", failing)
    for _ in range(2):  # it is tried at each start
        report = build(folder, words)
        [problem] = report.problems
        assert problem == f"{str(folder / 'ferry.txt')!r} {reason}"
    monkeypatch.undo()
    after = build(folder, words)
    assert (after.documents_new, after.documents_unchanged, after.problems) == (1, 1, ())


def test_files_of_kinds_that_are_not_read_are_named(
    run: Run, folder: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tiny_model))
    for name in ("plan.doc", "talk.ppt", "film.mp4", "notes.doc", "Makefile", "empty.txt"):
        (folder / name).write_bytes(b"")
    built, status = run("index", "build", folder), run("index", "status", folder)
    lines = [
        "Files without an ending are not read: 'Makefile'",
        ".doc files are not read: 'notes.doc', 'plan.doc'",
        ".mp4 files are not read: 'film.mp4'",
        ".ppt files are not read: 'talk.ppt'",
    ]
    for said in (built.err, status.out):
        assert [line for line in said.splitlines() if "are not read" in line] == lines
        assert "empty.txt' contains no text" in said
    assert (built.status, status.status) == (0, 0)


def test_an_older_home_is_read_anew_and_keeps_what_people_made(
    folder: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder.parent / ".home"
    made = {
        "conversations.sqlite": b"rows",
        "uploads/all/a.txt": b"A note.",
        "questions/saved.jsonl": b"{}",
    }
    for name, data in made.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(data)
    settings = Settings(home, folder, str(tiny_model))
    for module in (corpus.folder, index.build):
        monkeypatch.setattr(module, "HOME_FORMAT", corpus.folder.HOME_FORMAT - 1)
    open_index(settings)[0].close()
    monkeypatch.undo()
    steps: list[tuple[str, int, int]] = []
    opened, report = open_index(settings, progress=lambda *step: steps.append(step))
    opened.close()
    assert [step for step in steps if step[0] == "Reading documents"] == [
        ("Reading documents", 0, 2), ("Reading documents", 1, 2),
    ]  # fmt: skip
    assert report.passages_new == 0, "what was embedded is taken over"
    assert {name: (home / name).read_bytes() for name in made} == made
    assert [status.problem for status in find_statuses(settings)[0]] == ["", ""]
