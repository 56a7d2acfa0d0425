"""A build that is stopped: at once, the index in force stays, and what was done is kept."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread, Timer
from time import monotonic

import pytest
from filelock import FileLock

import corpus.passages
from corpus import sandbox
from corpus.child import start_child
from corpus.errors import CorpusError
from corpus.folder import list_documents
from corpus.formats import registry
from corpus.stopping import Stop, StoppedError, stopped_by
from index.build import build_index
from index.embedder import Vectors
from index.generations import IndexFolder
from index.store import Generation
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder

HERONS = {f"d{n}": f"The heron of pond {n} caught {n + 2} frogs." for n in range(40)}


class Stopping(WordEmbedder):
    """Does something when it has embedded for the second time."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._then = then
        self._times = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self._times += 1
        if self._times == 2:
            self._then()
        return super().embed(texts)


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "index")


def test_a_stopped_build_leaves_the_index_and_keeps_what_it_did(folder: IndexFolder) -> None:
    before = build_index(corpus_of(a="The owl sleeps by day."), folder, WordEmbedder())
    stop = Stop()
    stopping = Stopping(stop.stop)
    with stopped_by(stop), pytest.raises(StoppedError, match="finished work is kept"):
        build_index(corpus_of(**HERONS), folder, stopping)
    assert folder.current() == before.generation
    assert [path.name for path in (folder.path / "generations").iterdir()] == [
        before.generation.name
    ]
    done = sum("frogs" in text for text in stopping.embedded if "\n" in text)
    assert 0 < done < len(HERONS)
    after = build_index(corpus_of(**HERONS), folder, WordEmbedder())
    assert after.passages == len(HERONS)
    assert after.passages_new == len(HERONS) - done


def test_a_build_that_waits_for_another_stops_waiting(folder: IndexFolder) -> None:
    stop, waited = Stop(), []

    def build() -> None:
        with stopped_by(stop), pytest.raises(StoppedError):
            build_index(
                corpus_of(**HERONS), folder, WordEmbedder(), lambda what, *_: waited.append(what)
            )
        waited.append("stopped")

    folder.path.mkdir()
    with FileLock(folder.path / "lock"):
        thread = Thread(target=build)
        thread.start()
        Timer(0.2, stop.stop).start()
        thread.join(60)
    assert waited[-1] == "stopped" and waited[0].startswith("Waiting for another process")


def test_stopping_ends_the_reading_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child never answers: without the wish, the file would be waited for for 20 minutes."""
    stop = Stop()

    def start_dumb(module: str) -> object:
        Timer(0.2, stop.stop).start()
        return start_child("timeit", "-n", "1", "-r", "1", "__import__('time').sleep(1200)")

    monkeypatch.setattr(sandbox, "start_child", start_dumb)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "heron.txt").write_text("The heron stands in the reeds.")
    begun = monotonic()
    with stopped_by(stop), pytest.raises(StoppedError):
        build_index(list_documents(tmp_path / "in"), IndexFolder(tmp_path / "i"), WordEmbedder())
    assert monotonic() - begun < 300


def test_small_files_are_read_first(tmp_path: Path) -> None:
    for name, times in (("a", 900), ("b", 30), ("c", 1), ("d", 200)):
        (tmp_path / f"{name}.txt").write_text("The heron of the pond caught a frog. " * times)
    read: list[int] = []
    real = sandbox.SandboxedReader.read

    def watched(self: sandbox.SandboxedReader, data: bytes, name: str) -> object:
        read.append(len(data))
        return real(self, data, name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sandbox.SandboxedReader, "read", watched)
        report = build_index(list_documents(tmp_path), IndexFolder(tmp_path / "i"), WordEmbedder())
    assert len(read) == 4 and read == sorted(read)
    generation = Generation(report.generation)
    assert [*generation.documents] == ["a", "b", "c", "d"]
    generation.close()


def test_what_takes_too_long_to_split_is_told_of_and_costs_no_other(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus.passages, "reading_seconds", lambda size: 0.0 if size > 99 else 60.0)
    report = build_index(corpus_of(a="A heron. " * 50, b="An owl."), folder, WordEmbedder())
    assert report.documents_new == 1
    assert report.problems == ("'a' took longer than 0 seconds to split; split the file",)


@pytest.mark.parametrize("ending", ["txt", "md", "html", "csv"])
def test_no_text_is_longer_than_the_limit(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_TEXT", 40)
    assert registry.read_content(b"A short heron.", f"a.{ending}").text
    with pytest.raises(CorpusError, match="has more than 40 characters; split it"):
        registry.read_content(b"A long heron. " * 9, f"a.{ending}")
