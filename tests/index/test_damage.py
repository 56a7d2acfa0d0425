"""Damage on disk: found before it is believed, told in a sentence, mended from the documents."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import CACHE, build_index, open_index
from index.digests import (
    TABLE,
    CheckedFolder,
    Damage,
    RecordFile,
    RecordWriter,
    digests_of,
    sealed,
    unsealed,
)
from index.generations import DamagedError, IndexFolder
from index.retriever import SearchableIndex
from index.settings import Settings
from index.store import Generation
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

CRANES = "The harbour lifted 4,310 containers with 12 cranes in the spring. " * 4
TOLLS = "Lorries paid a toll of 7.25 marks at the northern bridge. " * 4


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "index")


def swap(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes within a file, its length and times as they were."""
    before, data = path.stat(), path.read_bytes()
    assert old in data and len(old) == len(new)
    path.write_bytes(data.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_records_come_back_and_a_changed_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.bin"
    with closing(RecordWriter(path)) as writer:
        for record in (b"one", b"", b"three"):
            writer.add(record)
    table = (tmp_path / f"r.bin{TABLE}").read_bytes()
    with closing(RecordFile(path, table)) as records:
        assert len(records) == 3 and records.size == 8
        assert [records.read(n) for n in range(3)] == [b"one", b"", b"three"]
        assert records.read(0, 3) == b"onethree" and records.read(1, 0) == b""
        path.write_bytes(b"oneThree")
        assert records.read(0, 2) == b"one", "only what is read is looked at"
        with pytest.raises(Damage, match=r"r\.bin does not match its digest"):
            records.read(2)
        os.truncate(path, 5)
        with pytest.raises(Damage):
            records.read(0, 3)


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_no_changed_byte_of_a_sealed_text_is_believed(at: int) -> None:
    text = bytearray(sealed({"rows": 12, "files": {"a": "b"}, "name": "é"}).encode())
    assert unsealed(bytes(text), "m") == {"rows": 12, "files": {"a": "b"}, "name": "é"}
    text[at] ^= 1
    with pytest.raises(Damage, match="m does not match its digest"):
        unsealed(bytes(text), "m")


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"[" * 100_000, b'{"seal": 1}', b"\xff"])
def test_what_was_never_sealed_is_damage(text: bytes) -> None:
    with pytest.raises(Damage):
        unsealed(text, "m")


def test_large_files_of_records_are_left_for_later(tmp_path: Path) -> None:
    for name in ("plain", "records", f"records{TABLE}"):
        (tmp_path / name).write_bytes(b"12345")
    files = CheckedFolder(tmp_path, digests_of(tmp_path))
    (tmp_path / "records").write_bytes(b"12346")
    assert [*files.damaged(largest=4)] == []
    assert [*files.damaged(largest=5)] == [*files.damaged()] == ["records"]
    (tmp_path / "plain").unlink()
    assert [*files.damaged(largest=4)] == ["plain"]


@pytest.mark.parametrize("pattern", ["documents.jsonl", "passages.jsonl", "vectors.f32",
                                     "sentences.i8", "lexical/postings.bin"])  # fmt: skip
def test_damage_found_late_is_told_and_built_again(
    folder: IndexFolder, words: WordEmbedder, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an index too large to be read whole when it is opened."""
    monkeypatch.setattr("index.store.CHECKED_AT_ONCE", 0)
    report = build_index(corpus_of(a=CRANES, b=TOLLS), folder, words)
    index = SearchableIndex(Generation(report.generation), words)
    path = report.generation / pattern
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    assert not index.damaged
    with pytest.raises(
        DamagedError, match=f"{path.name} does not match its digest. It will be rebuilt"
    ):
        index.search("toll of the northern bridge")
        _ = index.documents["a"]
    assert index.damaged
    index.close()
    again = build_index(corpus_of(a=CRANES, b=TOLLS), folder, words)
    assert again.generation != report.generation
    assert again.problems == (
        f"The index was damaged ({path.name} does not match its digest) and was rebuilt from "
        "the documents.",
    )
    assert again.documents_unchanged == 2 and again.passages_new == 0


def test_a_figure_changed_on_disk_is_answered_from_no_file_of_the_home(
    tmp_path: Path, tiny_model: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(CRANES)
    settings = Settings(tmp_path / ".home", tmp_path / "in", str(tiny_model))
    open_index(settings)[0].close()
    [home] = (tmp_path / ".home" / "indexes").iterdir()
    for path in [path for path in home.rglob("*") if path.is_file()]:
        if b"4,310" in path.read_bytes():
            swap(path, b"4,310", b"4,810")
    assert b"4,810" in (home / CACHE).read_bytes(), "that of what was read before is changed too"
    index, report = open_index(settings)
    assert "4,310" in index.search("containers lifted")[0].passage.text
    assert index.documents["a"].text == CRANES
    assert [line.split(" was damaged")[0] for line in report.problems] == [
        "The index", f"The cache {CACHE!r}"
    ]  # fmt: skip
    index.close()
    index, report = open_index(settings)
    assert report.problems == (), "it is told once"
    index.close()


def test_vectors_changed_in_the_cache_are_made_anew(
    folder: IndexFolder, words: WordEmbedder
) -> None:
    build_index(corpus_of(a=CRANES, b=TOLLS), folder, words)
    with closing(sqlite3.connect(folder.path / CACHE)) as cache, cache:
        nothing = np.full(words.dimension, np.nan, np.float32).tobytes()
        first = "SELECT min(rowid) FROM vectors"
        cache.execute(f"UPDATE vectors SET own = ? WHERE rowid = ({first})", (nothing,))
    words.embedded.clear()
    report = build_index(corpus_of(a=CRANES, b=TOLLS, c="More."), folder, words)
    assert report.passages_new == 2, "the damaged one, and that of the new document"
    assert "The cache 'vectors.sqlite' was damaged (a row does not match" in report.problems[0]
    with closing(Generation(report.generation)) as generation:
        assert np.isfinite(generation.vectors(0, generation.rows)).all()


@pytest.mark.parametrize("kind", ["header", "schema", "middle", "cut", "empty"])
def test_a_malformed_cache_is_begun_anew(
    folder: IndexFolder, words: WordEmbedder, kind: str
) -> None:
    build_index(corpus_of(a=CRANES, b=TOLLS), folder, words)
    path = folder.path / CACHE
    data = bytearray(path.read_bytes())
    if kind == "header":
        data[:16] = bytes(16)
    elif kind == "schema":
        data = data.replace(b"vectors", b"vextors").replace(b"texts", b"tfxts")
    elif kind == "middle":
        for at in range(32768, len(data) - 64, 4096):
            data[at : at + 64] = bytes(64)
    elif kind == "cut":
        data = data[: len(data) // 2]
    path.write_bytes(b"" if kind == "empty" else data)
    report = build_index(corpus_of(a=CRANES, b=TOLLS, c="More."), folder, words)
    assert report.passages == 3 and report.documents_unchanged == 2
    with closing(Generation(report.generation)) as generation:
        assert generation.documents["b"].text == TOLLS
    later = build_index(corpus_of(a=CRANES, b=TOLLS), folder, words)
    assert later.passages_new == 0 and later.problems == ()
