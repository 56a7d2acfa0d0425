"""Hostile files: each is read or refused by name; none hangs, leaks, writes or calls out."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

import corpus.sandbox
from corpus.child import end_child, start_child
from corpus.errors import CorpusError, PassingError
from corpus.folder import load_documents, read_document
from corpus.sandbox import SandboxedReader
from tests.support.format_files import MAKERS
from tests.support.hostile_files import SECRET, make_hostile, outcomes, print_table
from tests.support.running import ROOT

SECONDS = 6.0  # for one file here; what is measured is that a limit holds


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A server that nothing may call; and a shorter limit on time."""
    monkeypatch.setattr(corpus.sandbox, "reading_seconds", lambda size: SECONDS)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        yield server


def attack(folder: Path, server: socket.socket, sample: bool) -> int:
    """Read hostile files, assert that nothing got out, and return how many there were."""
    kinds = make_hostile(folder / "hostile", server.getsockname()[1], sample)
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    found = list(outcomes(folder / "hostile", kinds))
    print_table(found)
    assert {outcome.path for outcome in found} == kinds.keys()
    for outcome in found:
        assert bool(outcome.document) != bool(outcome.problem), outcome
        assert outcome.seconds < 10 * SECONDS, outcome
        if outcome.document:
            assert SECRET not in outcome.document.text, outcome
            assert "root:x:0" not in outcome.document.text, outcome
        else:
            assert repr(str(outcome.path)) in outcome.problem
            assert "\n" not in outcome.problem
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before
    assert not Path("/tmp/footnote-hostile").exists()
    with pytest.raises(BlockingIOError):
        server.accept()
    return len(found)


def test_a_sample_of_hostile_files(tmp_path: Path, listener: socket.socket) -> None:
    assert attack(tmp_path, listener, sample=True) > 80


@pytest.mark.slow
def test_every_hostile_file(tmp_path: Path, listener: socket.socket) -> None:
    assert attack(tmp_path, listener, sample=False) >= 300


def test_a_child_that_dies_or_hangs_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MAKERS["pptx"](tmp_path / "a.pptx")
    file = (tmp_path / "a.pptx").read_bytes(), "a.pptx"
    with closing(SandboxedReader()) as reader:
        expected = reader.read(*file)
        child = reader._child
        assert child is not None
        assert reader.read(*file) == expected
        assert reader._child is child
        child.kill()
        child.wait()
        with pytest.raises(PassingError, match="the system killed its reader"):
            reader.read(*file)
        assert reader.read(*file) == expected
        monkeypatch.setattr(corpus.sandbox, "reading_seconds", lambda size: 0.001)
        with pytest.raises(PassingError, match="took longer than 0 seconds"):
            reader.read(*file)
    assert reader._child is None


def test_one_bad_file_among_good_ones(tmp_path: Path) -> None:
    for kind in ("pdf", "docx", "html"):
        MAKERS[kind](tmp_path / f"good.{kind}")
    (tmp_path / "bad.pdf").write_bytes((tmp_path / "good.pdf").read_bytes()[:900])
    read = load_documents(tmp_path)
    assert [document.doc for document in read.documents] == [
        "good.docx", "good.html", "good.pdf",
    ]  # fmt: skip
    [problem] = read.problems
    assert "bad.pdf' is damaged, or is not a PDF" in problem


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows it")
@pytest.mark.parametrize("module", ["corpus.sandbox", "index.export", "qa.chat.local_server"])
def test_children_get_no_keys(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a key is called, none is in the environment of a child, and it finds its way."""
    keys = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "MY_PASS",
            "FOOTNOTE_DATABASE_URL", "FOOTNOTE_API_KEY", "https_proxy", "GITHUB_PAT")  # fmt: skip
    for name in keys:
        monkeypatch.setenv(name, "s3cret-of-the-operator")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    child = start_child(module, "nowhere", "nowhere", "nowhere")
    try:
        found = Path(f"/proc/{child.pid}/environ")
        while found.exists() and not (told := found.read_bytes()):
            pass  # until the child is what it will be
        assert b"s3cret" not in told
        assert b"OMP_NUM_THREADS=1" in told and b"PATH=" in told
    finally:
        end_child(child)


ATTEMPTS = {
    "network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "names": "import socket; socket.getaddrinfo('localhost', 80)",
    "writing": "open({new!r}, 'w')",
    "appending": "open({old!r}, 'ab')",
    "descriptor": "import os; os.open({new!r}, os.O_RDWR | os.O_CREAT)",
    "removing": "import os; os.remove({old!r})",
    "renaming": "import os; os.rename({old!r}, {new!r})",
    "folder": "import os; os.mkdir({new!r})",
    "program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "link": "import os; os.symlink({old!r}, {new!r})",
    "cutting": "import os; os.truncate({old!r}, 0)",
    "mode": "import os; os.chmod({old!r}, 0)",
    "signal": "import os; os.kill(os.getppid(), 0)",
    "memory": "bytes(3_000_000_000)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_child_is_confined(tmp_path: Path, attempt: str) -> None:
    """What a reader may not do fails inside the child, whatever Python library would try it."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("whole")
    program = ATTEMPTS[attempt].format(old=str(old), new=str(new))
    wrong = "MemoryError" if attempt == "memory" else "PermissionError: a reader may not use"
    ran = subprocess.run(
        [sys.executable, "-c",
         f"from corpus.sandbox import confine; confine(); {program}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert wrong in ran.stderr
    assert not new.exists()
    assert old.read_text() == "whole"


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["txt", "md", "csv", "html"])
def test_a_text_of_one_line_of_fifty_megabytes_is_read_or_refused(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes((b"The quay is long, " * 2_777_777)[:50_000_000])
    try:
        document = read_document(path, "a")
    except CorpusError as error:
        assert not isinstance(error, PassingError)
        assert "; split it" in str(error)
    else:
        assert document.text.startswith("The quay is long")


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"))
    canvas.drawString(72, 700, "Only the first page has words.")
    canvas.showPage()
    canvas.rect(72, 72, 300, 300, fill=1)
    canvas.save()
    document = read_document(tmp_path / "scan.pdf", "scan")
    assert document.warnings == ("no text on page 2",)
    assert document.pages == ((0, len(document.text)), (len(document.text),) * 2)
