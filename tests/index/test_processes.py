"""Several processes, and processes that are killed: the index is whole at every moment."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from corpus.document import Corpus
from index.build import build_index
from index.generations import IndexFolder
from index.models import load_embedder
from index.store import Generation
from tests.support.corpora import corpus_of
from tests.support.embedders import WordEmbedder
from tests.support.running import ROOT

# What each process runs: the real build and store, an embedder that needs no model.
BUILD = """
import sys
from pathlib import Path
from index.build import build_index
from index.generations import IndexFolder
from index.store import Generation
from tests.conftest import WordEmbedder
from tests.index.test_processes import corpus
class Slow(WordEmbedder):
    def embed(self, texts):
        import time
        time.sleep(float(sys.argv[3]) * len(texts))
        return super().embed(texts)
print("started", flush=True)
steps = []
report = build_index(corpus(sys.argv[2]), IndexFolder(Path(sys.argv[1])), Slow(),
                     lambda what, done, total: steps.append(what))
print("waited" if any(step.startswith("Waiting") for step in steps) else "at once")
generation = Generation(report.generation)
print(generation.rows)
generation.close()
"""
DOCUMENTS = 60
SENTENCE = "The {kind} export number {number} rose by {number}.5 percent in the year 2023."


def corpus(kind: str) -> Corpus:
    return corpus_of(**{f"d{n}": SENTENCE.format(kind=kind, number=n) for n in range(DOCUMENTS)})


def start(folder: Path, kind: str, pace: float = 0.0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, folder, kind, str(pace)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def assert_whole(folder: IndexFolder, kind: str, of: Path | None = None) -> None:
    """Assert that the index in force, or the generation `of`, is complete and finds everything."""
    words = WordEmbedder()
    current = folder.current()
    assert current is not None
    generation = Generation(of or current)
    assert set(generation.documents) == {f"d{n}" for n in range(DOCUMENTS)}
    assert generation.rows == DOCUMENTS
    for number in (0, 7, DOCUMENTS - 1):
        text = SENTENCE.format(kind=kind, number=number)
        vector = words.embed([f"Trade\n{text}"])[0]
        found = [p.text for p, _ in generation.read(generation.nearest(vector, 5))]
        assert text in found
        best = int(generation.lexical.search([str(number), f"{number}.5"]).argmax())
        assert generation.read([best])[0][0].text == text
    generation.close()


@pytest.mark.slow
def test_killed_at_any_moment_the_index_is_whole(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    build_index(corpus("first"), folder, WordEmbedder())
    kinds = ["first", "second"]
    rng = random.Random(20)
    interrupted = 0
    for trial in range(20):
        before = folder.current()
        process = start(tmp_path, kinds[(trial + 1) % 2], pace=0.003)
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        time.sleep(rng.uniform(0, 1.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after = folder.current()
        assert before is not None and after is not None
        interrupted += after == before
        assert_whole(folder, kinds[(trial + (after != before)) % 2])
        build_index(corpus(kinds[(trial + 1) % 2]), folder, WordEmbedder())
        assert_whole(folder, kinds[(trial + 1) % 2])
        left = len(list((tmp_path / "generations").iterdir()))
        assert left == 1 or (left == 2 and after != before), "killed while tidying"
    assert interrupted >= 5, "most kills must fall into the build"


@pytest.mark.slow
def test_a_killed_first_build_of_the_real_thing(tmp_path: Path) -> None:
    """The command line with MiniLM on the shipped corpus; then a start answers."""
    command = [sys.executable, "-m", "index", "build", "--store", str(tmp_path)]
    rng = random.Random(4)
    for _ in range(4):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Indexing"):
                break
        time.sleep(rng.uniform(0, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    question = "How many vehicles were exported in 2023?"
    asked = subprocess.run(
        [sys.executable, "-m", "qa", "ask", question, "--store", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    assert "5.221 million" in asked.stdout


@pytest.mark.slow
def test_writers_at_once_wait_for_each_other(tmp_path: Path) -> None:
    writers = [start(tmp_path, "same", pace=0.01) for _ in range(3)]
    outputs = [writer.communicate(timeout=120) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], outputs
    assert sum("waited" in out for out, _ in outputs) >= 1
    assert_whole(IndexFolder(tmp_path), "same")


@pytest.mark.slow
def test_writers_of_different_contents_and_readers_at_once(tmp_path: Path) -> None:
    """Two contents of one folder fight for it: whichever is in force is whole."""
    folder = IndexFolder(tmp_path)
    build_index(corpus("first"), folder, WordEmbedder())
    current = folder.current()
    assert current is not None
    reader = Generation(current)
    text = SENTENCE.format(kind="first", number=7)
    vector = WordEmbedder().embed([f"Trade\n{text}"])[0]
    writers = [start(tmp_path, kind) for kind in ("second", "third", "fourth")]
    while any(writer.poll() is None for writer in writers):
        assert text in [p.text for p, _ in reader.read(reader.nearest(vector, 5))]
    for writer in writers:
        out, err = writer.communicate()
        # Another may have replaced it before it was opened: `open_index` goes round again then.
        assert writer.returncode == 0 or "StoreError" in err
    reader.close()
    now = folder.current()
    assert now is not None
    generation = Generation(now)
    kind = generation.read([0])[0][0].text.split()[1]
    generation.close()
    assert_whole(folder, kind)


def test_a_lock_that_is_held_for_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.generations import StoreError

    monkeypatch.setattr("index.generations.LOCK_SECONDS", 0.2)
    folder = IndexFolder(tmp_path)
    waited: list[str] = []
    with (
        folder.writing(lambda: None),
        pytest.raises(StoreError, match="Wait until it ends, or stop it"),
    ):
        build_index(
            corpus_of(a="Text."), IndexFolder(tmp_path), WordEmbedder(),
            lambda what, *_: waited.append(what),
        )  # fmt: skip
    assert waited == ["Waiting for another process that is indexing"]
    assert os.path.exists(tmp_path / "lock")


READ = """
import sys, time
from pathlib import Path
from index.generations import IndexFolder, StoreError
from tests.index.test_processes import assert_whole, kind_of
folder = IndexFolder(Path(sys.argv[1]))
while True:
    current = folder.current()
    for attempt in range(3):
        try:
            assert_whole(folder, kind_of(current), current)
            print("whole", flush=True)
            break
        except StoreError:  # another process may have replaced it; else it is broken
            if folder.current() != current:
                break
    else:
        print("broken", current, flush=True)
"""
HARD_SECONDS = float(os.environ.get("HARD_SECONDS", "60"))


def kind_of(generation: Path) -> str:
    opened = Generation(generation)
    kind = opened.read([0])[0][0].text.split()[1]
    opened.close()
    return kind


@pytest.mark.slow
def test_builders_and_readers_killed_at_random(tmp_path: Path) -> None:
    """Two builders and four readers; whoever is killed starts again. HARD_SECONDS sets how long."""
    folder = IndexFolder(tmp_path / "index")
    build_index(corpus("first"), folder, WordEmbedder())
    rng = random.Random(9)
    logs = tmp_path / "logs"
    logs.mkdir()
    running: dict[str, subprocess.Popen[bytes]] = {}

    def begin(name: str) -> None:
        kind = rng.choice(["first", "second", "third"])
        code, arguments = (BUILD, [kind, "0.002"]) if name.startswith("b") else (READ, [])
        with (logs / name).open("ab") as log:
            running[name] = subprocess.Popen(
                [sys.executable, "-c", code, folder.path, *arguments], cwd=ROOT,
                stdout=log, stderr=log,
            )  # fmt: skip

    names = ["builder 1", "builder 2", *(f"reader {n}" for n in range(4))]
    killed = builds = 0
    for name in names:
        begin(name)
    end = time.monotonic() + HARD_SECONDS
    while time.monotonic() < end:
        time.sleep(rng.uniform(0.5, 3))
        name = rng.choice(names)
        if running[name].poll() is None and rng.random() < 0.5:
            running[name].kill()
            killed += 1
        for other, process in running.items():
            if process.poll() is not None:
                process.wait()
                builds += other.startswith("b") and process.returncode == 0
                begin(other)
    for process in running.values():
        process.kill()
        process.wait()
    said = {name: (logs / name).read_text() for name in names}
    reading = "".join(text for name, text in said.items() if name.startswith("r"))
    building = "".join(text for name, text in said.items() if name.startswith("b"))
    assert "broken" not in reading and "Traceback" not in reading, reading[-3000:]
    # Another builder may have replaced a generation before its own builder opened it.
    failed = [
        line for line in building.splitlines() if re.match(r"[\w.]+(Error|Exception)\b", line)
    ]
    assert all("StoreError" in line for line in failed), building[-3000:]
    assert reading.count("whole") >= 10 and killed >= 5 and builds >= 1
    print(f"{killed} killed, {builds} builds, {reading.count('whole')} readings")  # noqa: T201
    build_index(corpus("last"), folder, WordEmbedder())
    assert_whole(folder, "last")
    left = list((folder.path / "generations").iterdir())
    assert len(left) == 1, "what the killed ones left is gone"


@pytest.mark.slow
def test_a_disk_that_is_only_read(
    tmp_path: Path, tiny_model: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index on a disk that nobody may write is read; what must be written is a sentence."""
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tiny_model))
    store = tmp_path / "store"
    documents = tmp_path / "in"
    documents.mkdir()
    (documents / "a.txt").write_text(SENTENCE.format(kind="car", number=7))
    store.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", store], check=False).returncode:
        pytest.skip("may not mount a file system")
    load_embedder(str(tiny_model), models)
    copytree(models, store / "models")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *map(str, arguments), "--store", store],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    try:
        assert run("index", "build", documents).returncode == 0
        subprocess.run(["mount", "-o", "remount,ro", store], check=True)
        question = "How much did car export number 7 rise?"
        asked = run("qa", "ask", question, "--documents", documents)
        assert (asked.returncode, "7.5 percent" in asked.stdout) == (0, True), asked.stderr
        (documents / "b.txt").write_text(SENTENCE.format(kind="ship", number=8))
        refused = run("index", "build", documents)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Read-only file system" in refused.stderr and "Traceback" not in refused.stderr
    finally:
        subprocess.run(["umount", store], check=True)
