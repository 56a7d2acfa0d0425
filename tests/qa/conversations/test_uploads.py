"""Uploads and the documents of the page, on a real index."""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest

from corpus.errors import CorpusError
from corpus.folder import MAX_BYTES, File
from corpus.sandbox import SandboxedReader
from index.onnx_runtime import OnnxEmbedder
from index.settings import Settings
from qa.answer import Question
from qa.conversations.upload_queue import UploadQueue
from qa.conversations.uploads import MAX_NAME, REMOVED, Library, safe_name
from ui.opening import Opening


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.MD", "boot.md"),
        ("walrus 🦭.txt", "walrus 🦭.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\0b\u202ec.txt", "abc.txt"),
        (" .txt", "document.txt"),
        ("é" * 300 + ".txt", "é" * (MAX_NAME // 2) + ".txt"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_uploads_are_read_once_in_the_background_and_told_of_one_by_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopened: list[list[str]] = []
    queue = UploadQueue(library, lambda: reopened.append(library.files()))
    uploads = queue.add(
        [
            ("walrus.txt", b"The walrus Olga weighs 1,204 kilograms."),
            ("broken.pdf", b"no PDF at all"),
            ("otter.txt", b"The otter Kim weighs 30 kilograms."),
        ]
    )
    while queue.busy:
        sleep(0.05)
    queue.close()
    assert reopened == [["walrus.txt"], ["otter.txt", "walrus.txt"]], (
        "the first is not kept waiting"
    )
    assert [upload.state for upload in uploads] == ["read", "refused", "read"]
    assert "broken.pdf" in uploads[1].said and "pdfium" not in uploads[1].said.lower()
    assert queue.seconds_left is None

    def read_twice(*_: object) -> None:
        raise AssertionError("read when it was uploaded")

    monkeypatch.setattr(File, "read", read_twice)
    read = {
        file.doc: file.read(file.load(), SandboxedReader())
        for file in library._both().documents
        if file.doc.startswith("uploads/")
    }
    assert read["uploads/otter"].doc == "uploads/otter"
    assert read["uploads/walrus"].text.startswith("The walrus Olga")


def test_the_time_left_is_told_once_enough_is_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float | None] = []
    monkeypatch.setattr(library, "save", lambda name, data, tell: name)
    queue = UploadQueue(library, lambda: told.append(queue.seconds_left))
    saved = Event()
    queue.add([("tiny.txt", b"."), ("half.txt", b"." * 50), ("rest.txt", b"." * 49)])
    queue._queue.submit("", saved.set)
    assert saved.wait(10)
    queue.close()
    assert told[:2] == [None, None] and told[2] is not None, "each is told before it counts as read"


@pytest.fixture
def library(tmp_path: Path, models: Path) -> Library:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "seal.txt").write_text("The seal Pia weighs 80 kilograms.\n")
    home = tmp_path / ".home"
    return Library(Settings(home=home, documents=documents))


def refused(library: Library, name: str, data: bytes) -> str:
    with pytest.raises(CorpusError) as error:
        library.save(name, data)
    assert not [p for p in library.folder.rglob("*") if p.is_file()]
    return str(error.value)


def test_what_cannot_be_read_is_refused_and_not_kept(library: Library) -> None:
    assert "'empty.txt'" in refused(library, "empty.txt", b"")
    assert "'photo.pdf'" in refused(library, "photo.pdf", b"\x89PNG no PDF")
    assert "can be read" in refused(library, "tool.exe", b"MZ")
    assert "'tool" in refused(library, "tool", b"MZ")
    assert "larger than 50 MB" in refused(library, "big.txt", b"x" * (MAX_BYTES + 1))
    assert str(library.folder) not in refused(library, "empty.md", b"  ")


def test_a_folder_that_cannot_be_written_is_a_sentence(library: Library) -> None:
    library.folder.parent.mkdir(parents=True)
    library.folder.write_text("a file in its place")
    with pytest.raises(CorpusError, match="cannot be stored"):
        library.save("a.txt", b"Text.")


def test_uploads_join_the_documents_and_leave_them(library: Library) -> None:
    assert library.save("../walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    assert library.save("walrus.txt", b"The walrus Ida weighs 900 kilograms.\n") == "walrus (2).txt"
    with pytest.raises(CorpusError, match="already"):
        library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    pipeline = library.open()
    entries = library.entries(pipeline)
    shown = [(s.doc, upload.path.name if upload else "", s.passages) for upload, s in entries]
    assert shown == [
        ("uploads/walrus", "walrus.txt", 1),
        ("uploads/walrus (2)", "walrus (2).txt", 1),
        ("seal", "", 1),
    ]
    answer = pipeline.invoke(Question("How many kilograms does the walrus Olga weigh?"))
    assert answer.citations[0].doc == "uploads/walrus"
    pipeline.index.close()
    library.remove("walrus.txt")
    assert library.files() == ["walrus (2).txt"]
    with pytest.raises(CorpusError, match="another window"):
        library.remove("walrus.txt")
    with pytest.raises(CorpusError):
        library.save("walrus.txt", b"")  # what cannot be read leaves what was removed alone
    library.restore("walrus.txt")
    assert library.files() == ["walrus (2).txt", "walrus.txt"]
    for file in library.files():
        library.remove(file)
    library.forget_removed()
    assert not list((library.folder / REMOVED).iterdir())
    pipeline = library.open()
    assert list(pipeline.documents) == ["seal"]
    pipeline.index.close()


def test_the_latest_upload_comes_first_in_the_list_and_among_the_examples(library: Library) -> None:
    given = "Exports of seals rose by 3%. Imports of seals fell by 4%. Sales of seals grew by 5%.\n"
    (library.settings.documents / "seal.txt").write_text(f"{given}The number of seals rose by 6%.")
    for age, (name, animal) in enumerate((("z", "otters"), ("m", "walruses"), ("a", "sharks"))):
        library.save(f"{name}.txt", f"The number of {animal} in the bay increased by 2%.".encode())
        os.utime(library.folder / f"{name}.txt", (1e9 - age, 1e9 - age))
    pipeline = library.open()
    assert list(pipeline.documents) == ["uploads/z", "uploads/m", "uploads/a", "seal"]
    assert "otters" in pipeline.suggestions[0] and "walruses" in pipeline.suggestions[1]
    pipeline.index.close()


def test_what_was_removed_is_gone_when_the_page_opens_again(library: Library) -> None:
    library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    library.remove("walrus.txt")
    opening = Opening(library)
    opening.close()
    assert not list((library.folder / REMOVED).iterdir())


def test_uploads_do_without_a_readable_folder(library: Library) -> None:
    (library.settings.documents / "seal.txt").unlink()
    library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    pipeline = library.open()
    assert list(pipeline.documents) == ["uploads/walrus"]
    assert any("no readable document" in problem for problem in pipeline.problems)
    pipeline.index.close()


def test_accounts_have_folders_of_their_own(library: Library) -> None:
    folders = {Library(library.settings, owner).folder for owner in ("", "ann", "bob", "../ann")}
    assert len(folders) == 4
    assert {folder.parent for folder in folders} == {library.folder.parent}


def test_what_has_not_changed_is_not_read_at_the_next_opening(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    library.open().index.close()
    monkeypatch.delattr("corpus.folder.read_document")
    pipeline = library.open()
    assert len(pipeline.documents) == 2
    pipeline.index.close()


def test_the_first_upload_does_not_have_the_documents_embedded_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.open().index.close()
    library.save("walrus.txt", b"The walrus Olga weighs 1,204 kilograms.\n")
    embedded: list[str] = []
    embed = OnnxEmbedder.embed_parts

    def watched(self: OnnxEmbedder, texts: Sequence[str], parts: Any) -> Any:
        embedded.extend(texts)
        return embed(self, texts, parts)

    monkeypatch.setattr(OnnxEmbedder, "embed_parts", watched)
    pipeline = library.open()
    assert len(pipeline.documents) == 2
    assert any("Olga" in text for text in embedded)
    assert not any("Pia" in text for text in embedded)
    pipeline.index.close()


def test_drafts_of_killed_uploads_are_removed(library: Library) -> None:
    library.save("whole.txt", b"A text that is whole.")
    library.save("gone.txt", b"A text that goes.")
    library.remove("gone.txt")
    old, new = library.folder / ".killed", library.folder / ".going-on"
    for draft in (old, new):
        draft.mkdir()
        (draft / "half.pdf").write_bytes(b"%PDF")
    os.utime(old, (0, 0))
    Library(library.settings).forget_removed()
    assert not old.exists() and new.exists()
    assert library.files() == ["whole.txt"] and library.removed() == []
