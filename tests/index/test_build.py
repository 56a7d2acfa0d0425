"""Building an index: what is embedded, what is reported, what is on disk."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Corpus, Document
from index.build import BuildReport, build_index, index_folder, open_index
from index.digests import Damage
from index.embedder import Embedder, Vectors
from index.generations import DamagedError, IndexFolder, StoreError
from index.settings import Settings
from index.store import Generation
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

CARS = "The export of cars rose in the year. " * 4
SHIPS = "The import of ships fell in the same year. " * 4


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "index")


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return (
        report.documents_new,
        report.documents_changed,
        report.documents_removed,
        report.documents_unchanged,
    )


def generations(folder: IndexFolder) -> list[Path]:
    return sorted((folder.path / "generations").iterdir())


def test_nothing_is_embedded_twice(folder: IndexFolder, words: WordEmbedder) -> None:
    first = build_index(corpus_of(a=CARS, b=SHIPS), folder, words)
    assert counts(first) == (2, 0, 0, 0)
    assert first.passages_new == first.passages == 2
    assert sum("Trade\n" in text for text in words.embedded) == 2

    words.embedded.clear()
    again = build_index(corpus_of(a=CARS, b=SHIPS), folder, words)
    assert counts(again) == (0, 0, 0, 2)
    assert (again.passages_new, again.passages_removed) == (0, 0)
    assert again.generation == first.generation
    assert words.embedded == []


def test_changed_renamed_and_removed_documents(folder: IndexFolder, words: WordEmbedder) -> None:
    build_index(corpus_of(a=CARS, b=SHIPS), folder, words)
    words.embedded.clear()

    changed = build_index(corpus_of(a=CARS + "More of it.", b=SHIPS), folder, words)
    assert counts(changed) == (0, 1, 0, 1)
    assert (changed.passages_new, changed.passages_removed) == (1, 1)
    assert not any("ships" in text for text in words.embedded)
    assert sum("Trade\n" in text for text in words.embedded) == 1
    words.embedded.clear()

    renamed = build_index(corpus_of(a=CARS + "More of it.", c=SHIPS), folder, words)
    assert counts(renamed) == (1, 0, 1, 1)
    assert (renamed.passages_new, renamed.passages_removed) == (0, 0)
    assert words.embedded == []

    removed = build_index(corpus_of(c=SHIPS), folder, words)
    assert counts(removed) == (0, 0, 1, 1)
    assert (removed.passages_new, removed.passages_removed) == (0, 1)
    assert words.embedded == []
    assert generations(folder) == [removed.generation]

    back = build_index(corpus_of(a=CARS + "More of it.", c=SHIPS), folder, words)
    assert back.passages_new == 1, "what no build uses is forgotten"


def test_summary_is_one_line(folder: IndexFolder, words: WordEmbedder) -> None:
    summary = build_index(corpus_of(a=CARS), folder, words).summary()
    assert summary == (
        "documents: 1 new, 0 changed, 0 removed, 0 unchanged; "
        "passages: 1 new, 0 removed, 0 unchanged"
    )


def test_every_passage_comes_back_as_it_was(folder: IndexFolder, words: WordEmbedder) -> None:
    text = "# One\n\n" + CARS * 5 + "\n\n<script>alert(1)</script>\n\n- 中国\x85item\n"
    document = Document(
        "x/y", "<b>", text, "P", "2024", "R", markdown=True, pages=((0, len(text)),)
    )
    report = build_index(Corpus((document,)), folder, words)
    generation = Generation(report.generation)
    assert generation.documents == {"x/y": document}
    rows = list(range(generation.rows))
    read = generation.read(rows)
    assert generation.rows == report.passages > 1
    norms = np.linalg.norm(generation.vectors(0, generation.rows), axis=1)
    assert np.allclose(norms, 1, atol=1e-5)
    for row, (passage, page) in enumerate(read):
        assert text[passage.start : passage.end] == passage.text
        assert page == 1
        vectors = generation.sentence_vectors(row)
        quotes = [passage.quote(sentence) for sentence in passage.sentences]
        assert np.allclose(vectors, words.embed(quotes), atol=0.005)
    starts = [passage.start for passage, _ in read]
    assert starts == sorted(starts)
    generation.close()


def test_nothing_embedded_is_longer_than_the_model_reads(
    tmp_path: Path, words: WordEmbedder
) -> None:
    heading = "A heading of very many words " * 4
    text = "\n\n".join(f"{heading}\n\n{CARS * 6}" for _ in range(3))
    build_index(corpus_of(a=text), IndexFolder(tmp_path), words)
    assert max(map(words.count, words.embedded)) <= words.max_tokens
    assert any("A heading" in text and "\nThe export" in text for text in words.embedded)


def test_real_passages_stay_within_256_word_pieces(
    minilm: Embedder, folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []

    class Measured(WordEmbedder):
        max_tokens = minilm.max_tokens

        def count(self, text: str) -> int:
            return minilm.count(text)

        def embed(self, texts: Sequence[str]) -> Vectors:
            lengths.extend(map(minilm.count, texts))
            return super().embed(texts)

    settings = Settings()
    from corpus.folder import load_documents

    build_index(load_documents(settings.documents), folder, Measured())
    assert 100 < max(lengths) <= 254


def test_a_reader_survives_any_number_of_rebuilds(folder: IndexFolder, words: WordEmbedder) -> None:
    report = build_index(corpus_of(a=CARS), folder, words)
    reader = Generation(report.generation)
    for number in range(3):
        build_index(corpus_of(a=f"{SHIPS} {number}"), folder, words)
    assert len(generations(folder)) == 2, "the one in force, and the one being read"
    passage = reader.read(reader.nearest(words.embed(["cars"])[0], 1))[0][0]
    assert passage.text == CARS.strip()
    reader.close()
    last = build_index(corpus_of(a=SHIPS), folder, words)
    assert generations(folder) == [last.generation]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"../..", b"gone", b"a\0b", b"\n" * 9])
def test_a_damaged_current_file_is_as_none(
    folder: IndexFolder, words: WordEmbedder, content: bytes
) -> None:
    build_index(corpus_of(a=CARS), folder, words)
    words.embedded.clear()
    (folder.path / "CURRENT").write_bytes(content)
    assert folder.current() is None
    report = build_index(corpus_of(a=CARS), folder, words)
    assert counts(report) == (1, 0, 0, 0)
    assert words.embedded == []
    assert generations(folder) == [report.generation]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 3}', b'{"format": 99}', b"\xff\xfe\0"]
)
def test_a_damaged_or_foreign_manifest_is_as_none(
    folder: IndexFolder, words: WordEmbedder, content: bytes
) -> None:
    first = build_index(corpus_of(a=CARS), folder, words)
    (first.generation / "manifest.json").write_bytes(content)
    assert folder.current() is None
    words.embedded.clear()
    second = build_index(corpus_of(a=CARS), folder, words)
    assert generations(folder) == [second.generation]
    assert counts(second) == (1, 0, 0, 0)
    assert words.embedded == []


def test_a_damaged_vector_file_is_begun_anew(folder: IndexFolder, words: WordEmbedder) -> None:
    build_index(corpus_of(a=CARS), folder, words)
    (folder.path / "vectors.sqlite").write_bytes(
        b"no database at all, but long enough to read" * 99
    )
    report = build_index(corpus_of(a=CARS, b=SHIPS), folder, words)
    assert report.passages_new == 2


def test_vectors_of_another_length_are_not_taken(folder: IndexFolder, words: WordEmbedder) -> None:
    build_index(corpus_of(a=CARS), folder, words)
    longer = WordEmbedder()
    longer.dimension = 128
    report = build_index(corpus_of(a=CARS, b=SHIPS), folder, longer)
    assert report.passages_new == 2


@pytest.mark.parametrize(
    "victim",
    ["chroma", "chroma/chroma.sqlite3", "chroma/*/header.bin", "chroma/*/data_level0.bin",
     "lexical", "lexical/words.json", "lexical/postings.bin", "sentences.i8", "vectors.f32",
     "passages.jsonl.records", "passages.jsonl", "documents.jsonl", "statuses.jsonl"],
)  # fmt: skip
@pytest.mark.parametrize("how", ["gone", "garbage"])
def test_an_index_damaged_on_disk_is_built_again(
    tmp_path: Path, tiny_model: Path, victim: str, how: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(CARS)
    settings = Settings(tmp_path / ".home", tmp_path / "in", str(tiny_model))
    index, first = open_index(settings)
    index.close()
    for path in sorted(first.generation.glob(victim)):
        if path.is_dir():
            path.rename(tmp_path / "moved")
        elif how == "gone":
            path.unlink()
        else:
            path.write_bytes(b"\x93garbage")
    index, second = open_index(settings)
    assert index.search("the export of cars")[0].passage.text in CARS
    assert index.documents["a"].text == CARS
    assert second.passages_new == 0
    assert "The index was damaged (" in second.problems[0]
    index.close()


def test_an_index_that_is_replaced_before_it_is_open(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process switched and removed the generation between building and opening."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(CARS)
    settings = Settings(tmp_path / ".home", tmp_path / "in", str(tiny_model))
    opened: list[Path] = []
    real = Generation.__init__

    def replaced(self: Generation, folder: Path, server: str = "") -> None:
        opened.append(folder)
        if len(opened) == 1:
            from index.models import load_embedder

            embedder = load_embedder(settings.embedder, settings.home / "models")
            index = index_folder(settings.home, str(settings.documents.resolve()), embedder)
            build_index(corpus_of(z=SHIPS), index, embedder)
            assert not folder.exists()
        real(self, folder, server)

    monkeypatch.setattr(Generation, "__init__", replaced)
    index, _ = open_index(settings)
    assert set(index.documents) == {"a"}
    assert len(opened) == 2
    index.close()


def test_an_index_damaged_for_good_is_a_sentence(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(CARS)

    def broken(self: Generation, folder: Path, server: str) -> None:
        raise Damage("no such row")

    monkeypatch.setattr(Generation, "_open", broken)
    with pytest.raises(DamagedError, match="is damaged: no such row. It will be rebuilt"):
        open_index(Settings(tmp_path / ".home", tmp_path, str(tiny_model)))


def test_a_failed_build_leaves_the_last_index(folder: IndexFolder, words: WordEmbedder) -> None:
    first = build_index(corpus_of(a=CARS), folder, words)

    class Failing(WordEmbedder):
        def embed(self, texts: object) -> object:  # type: ignore[override]
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left on device. Check that the disk"):
        build_index(corpus_of(a=CARS, b=SHIPS), folder, Failing())
    assert generations(folder) == [first.generation], "the half-written one is gone"
    words.embedded.clear()
    assert build_index(corpus_of(a=CARS), folder, words).generation == first.generation
    assert words.embedded == []


def test_native_code_that_gives_up_is_a_sentence(folder: IndexFolder, words: WordEmbedder) -> None:
    """Chroma's raises what is no Exception, as where the disk gives it no answer."""
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    before = build_index(corpus_of(a=CARS), folder, words)

    class Panicking(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise panic("database disk image is malformed")

    with pytest.raises(StoreError, match="malformed.*existing index is unchanged"):
        build_index(corpus_of(a=SHIPS), folder, Panicking())
    assert folder.current() == before.generation
    assert build_index(corpus_of(a=SHIPS), folder, words).passages == 1


def test_leftovers_of_a_killed_build_are_removed(folder: IndexFolder, words: WordEmbedder) -> None:
    build_index(corpus_of(a=CARS), folder, words)
    leftover = folder.path / "generations" / "killed-1"
    (leftover / "chroma").mkdir(parents=True)
    (folder.path / "generations" / "stray").write_text("a file")
    report = build_index(corpus_of(a=SHIPS), folder, words)
    assert [path for path in generations(folder) if path.is_dir()] == [report.generation]


def test_a_store_that_cannot_be_written_is_a_sentence(tmp_path: Path, words: WordEmbedder) -> None:
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="name another with FOOTNOTE_HOME"):
            build_index(corpus_of(a=CARS), IndexFolder(path), words)


def test_another_embedder_or_name_is_another_index(tmp_path: Path, words: WordEmbedder) -> None:
    other = WordEmbedder()
    other.name = "others"
    paths = {
        index_folder(tmp_path, name, embedder).path
        for name in ("/a/docs", "/b/docs", "/a/../docs \udcff")
        for embedder in (words, other)
    }
    assert len(paths) == 6


def test_any_model_by_its_path_end_to_end(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cars.txt").write_text(CARS)
    settings = Settings(tmp_path / ".home", tmp_path / "in", str(tiny_model))
    index, report = open_index(settings)
    assert index.search("export of cars")[0].passage.doc == "cars"
    index.close()
    default, other = open_index(replace(settings, embedder="minilm"))
    default.close()
    assert other.generation.parent != report.generation.parent
