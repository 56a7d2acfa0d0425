"""`python -m index build`: the summary, the warnings, the refusals."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.running import ROOT, Run

CARS = "The export of cars rose by 5.03 percent in 2023. It had been growing for years."


@pytest.fixture(autouse=True)
def _tiny(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tiny_model))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cars.txt").write_text(CARS)
    return tmp_path / "in"


def test_summary_on_standard_output_progress_on_standard_error(run: Run, folder: Path) -> None:
    (folder / "ships.txt").write_text(CARS.replace("cars", "ships"))
    ran = run("index", "build", folder)
    assert (ran.status, ran.out.count("\n")) == (0, 1)
    assert ran.out.startswith("documents: 2 new, 0 changed, 0 removed, 0 unchanged; passages: 2 ")
    assert "Reading documents: 0 of 2" in ran.err
    assert "Indexing, by characters: " in ran.err
    again = run("index", "build", folder)
    assert (again.status, again.err) == (0, "")
    assert again.out.startswith("documents: 0 new, 0 changed, 0 removed, 2 unchanged")


@pytest.mark.slow
def test_store_is_where_it_was_asked_for(run: Run, folder: Path, tmp_path: Path) -> None:
    run("index", "build", folder, "--store", tmp_path / "other")
    assert (tmp_path / "other" / "indexes").is_dir()
    assert not (tmp_path / ".home" / "indexes").exists()


def test_one_bad_document_is_a_warning(run: Run, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00")
    ran = run("index", "build", folder)
    assert ran.status == 0
    assert [line for line in ran.err.splitlines() if "bad.txt" in line] != []
    assert "1 new" in ran.out


@pytest.mark.parametrize("case", ["none", "empty", "file", "only bad", "no name"])
def test_nothing_to_index_is_refused(run: Run, folder: Path, case: str) -> None:
    if case == "empty":
        (folder / "cars.txt").unlink()
    if case == "only bad":
        (folder / "cars.txt").write_text(" \n ")
    target = {"none": folder / "none", "file": folder / "cars.txt", "no name": ""}
    ran = run("index", "build", target.get(case, folder))
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1 or case == "no name"


def test_settings_are_refused(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOMES", "x")
    ran = run("index", "build", folder)
    assert (ran.status, ran.out) == (2, "")
    assert "did you mean 'FOOTNOTE_HOME'?" in ran.err
    monkeypatch.delenv("FOOTNOTE_HOMES")
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tmp_path / "nowhere"))
    ran = run("index", "build", folder)
    assert (ran.status, ran.out) == (2, "")
    assert "there is no such folder" in ran.err


def test_a_store_that_cannot_be_written(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = run("index", "build", folder, "--store", tmp_path / "file")
    assert (ran.status, ran.out) == (2, "")
    assert "FOOTNOTE_HOME" in ran.err


def test_a_fault_is_a_sentence_with_its_place(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("index.build.split_document", broken)
    ran = run("index", "build", folder)
    assert (ran.status, ran.out) == (1, "")
    assert "ZeroDivisionError: division by zero (tests/index/test_main.py:" in ran.err


def test_interrupting_is_told(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.build.split_document", interrupted)
    ran = run("index", "build", folder)
    assert (ran.status, ran.out) == (130, "")
    assert "run the command again" in ran.err


def _heed_interrupts() -> None:
    """Undo what a job in the background inherits: that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.4, 1.5, 4.0, 7.0])
def test_interrupting_a_process(folder: Path, after: float) -> None:
    (folder / "long.txt").write_text("\n".join(f"{CARS} Number {n}." for n in range(30_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "index", "build", folder], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=_heed_interrupts,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    # A shell calls both 130. Python ends by the signal itself when that fell into code run by
    # `exec`, as dataclasses do while a library loads, or came before it was set up.
    assert process.returncode in (130, -signal.SIGINT)
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_full_disk_leaves_the_last_index(folder: Path, tmp_path: Path, models: Path) -> None:
    store = tmp_path / "small"
    store.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", store], check=False)
    if mounted.returncode:
        pytest.skip("may not mount a small file system")
    (store / "models").symlink_to(models)
    command = [sys.executable, "-m", "index", "build", str(folder), "--store", str(store)]

    def build() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    try:
        assert build().returncode == 0
        current = next(store.rglob("CURRENT")).read_text()
        big = folder / "big.txt"
        big.write_text("\n".join(f"{CARS} Number {n}." for n in range(5_000)))
        full = build()
        assert (full.returncode, full.stdout) == (2, "")
        assert "the disk is not full" in full.stderr
        assert "Traceback" not in full.stderr
        assert next(store.rglob("CURRENT")).read_text() == current
        big.unlink()
        after = build()
        assert after.returncode == 0
        assert "0 new, 0 changed, 0 removed, 1 unchanged" in after.stdout
        (folder / "small.txt").write_text(CARS.replace("cars", "ships"))
        assert build().returncode == 0, "room is made again"
    finally:
        subprocess.run(["umount", store], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [16, 64, 200, 400])
def test_a_file_that_cannot_grow(folder: Path, kilobytes: int) -> None:
    """As a full disk, where nothing may be mounted."""
    limit = f"ulimit -f {kilobytes}; trap '' XFSZ; exec \"$@\""
    ran = subprocess.run(
        ["bash", "-c", limit, "bash", sys.executable, "-m", "index", "build", folder],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert ran.returncode in (0, 2), ran.stderr
    assert "Traceback" not in ran.stderr
    assert (ran.returncode == 0) == bool(ran.stdout)


@pytest.mark.slow
def test_check_tells_what_is_damaged_until_it_is_built_anew(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    ran = run("index", "check", folder)
    assert (ran.status, ran.out) == (2, "") and "is not indexed" in ran.err
    (folder / "film.mp4").write_bytes(b"left out")
    run("index", "build", folder)
    assert run("index", "check", folder).out == "The index is intact.\n"
    [home] = (tmp_path / ".home" / "indexes").iterdir()
    for name in ("generations/*/vectors.f32", "generations/*/chroma/chroma.sqlite3",
                 "generations/*/lexical/spelling.json", "vectors.sqlite",
                 "left_out.json"):  # fmt: skip
        [path] = home.glob(name)
        data = bytearray(path.read_bytes())
        data[len(data) * 9 // 10] ^= 4
        if name == "vectors.sqlite":
            data = data.replace(b"5.03 percent", b"5.93 percent")
        path.write_bytes(data)
        ran = run("index", "check", folder)
        assert ran.status == 1 and str(path) in ran.out, name
        assert ran.out.endswith("The next start rebuilds what is damaged.\n")
        again = run("index", "build", folder)
        assert again.status == 0, again.err
        (folder / "cars.txt").write_text(f"{CARS} {name}")  # so that the cache is opened too
        run("index", "build", folder)
        ran = run("index", "check", folder)
        assert (ran.status, ran.out) == (0, "The index is intact.\n"), name
