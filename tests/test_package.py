"""The package: what is in its wheel, what it needs, how it runs where it is installed."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from corpus import __version__
from tests.support.browser import free_port, wait_until_healthy
from tests.support.installed import build_wheel, install
from tests.support.running import ROOT
from tests.test_architecture import MODULES, PACKAGES, imported

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PIN = re.compile(r"^([\w.-]+(?:\[[\w,]+\])?)==(\S+)", re.M)
FERRIES = "The northern ferry carried 41,208 passengers in May. It was repainted in June."


def requirements(lines: list[str]) -> dict[str, Requirement]:
    """Return what lines of pyproject.toml require, by name; extras of this project apart."""
    parsed = {canonicalize_name(r.name): r for r in map(Requirement, lines)}
    return {name: r for name, r in parsed.items() if name != PROJECT["name"]}


def pins(file: str) -> dict[str, tuple[str, str]]:
    """Return names of a requirements file with the name as written, extras too, and version."""
    found = PIN.findall((ROOT / file).read_text(encoding="utf-8"))
    return {canonicalize_name(name.partition("[")[0]): (name, version) for name, version in found}


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_the_pins_are_versions_that_the_project_allows(extra: str) -> None:
    allowed = requirements(EXTRAS[extra] if extra else PROJECT["dependencies"])
    pinned = pins(f"requirements-{extra}.txt" if extra else "requirements.txt")
    if extra == "dev":  # it names the packages of other extras itself
        allowed = requirements(EXTRAS["postgres"]) | allowed
    assert pinned.keys() == allowed.keys()
    for name, (written, version) in pinned.items():
        assert allowed[name].specifier.contains(version), f"{name} {version}"
        assert Requirement(written).extras == allowed[name].extras


def test_every_extra_has_its_requirements_and_the_other_way_round() -> None:
    files = {path.stem.partition("-")[2] for path in ROOT.glob("requirements-*.txt")}
    assert files - {"models"} == EXTRAS.keys()  # the tests' model is no part of the package


def test_the_lock_has_every_pin() -> None:
    locked = pins("requirements.lock")
    stale = {n for n, (_, version) in pins("requirements.txt").items()
             if n not in locked or locked[n][1] != version}  # fmt: skip
    assert stale == {"torch"}, "run make lock; torch stands apart"


def test_what_is_imported_is_declared() -> None:
    lines = [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    declared = requirements(lines).keys()
    owners = packages_distributions()
    missing = {
        (name, package)
        for name, path in MODULES.items()
        for package in {found.partition(".")[0] for found in imported(path)}
        if package not in {*PACKAGES, *sys.stdlib_module_names}
        and not {canonicalize_name(owner) for owner in owners.get(package, [])} & declared
    }
    # langchain-openai cannot be without httpx, rapidocr without cv2, streamlit without starlette
    assert missing == {
        ("qa.chat.connection", "httpx"),
        ("corpus.formats.ocr", "cv2"),
        ("app", "starlette"),
        ("ui.shell", "starlette"),
        ("ui.sources", "starlette"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheelhouse"))


def test_the_wheel_has_the_code_and_its_data_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        settings = archive.read("ui/streamlit.toml")
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in [*(ROOT / package).rglob("*"), ROOT / f"{package}.py"]
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == files | {"ui/streamlit.toml"}
    assert {"qa/reader/model/model.onnx", "corpus/documents/sources.toml"} <= packed
    assert settings == (ROOT / ".streamlit" / "config.toml").read_bytes()
    assert __version__ in wheel.name
    assert wheel.stat().st_size < 25_000_000


@pytest.fixture(scope="module")
def footnote(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed without network from a wheelhouse."""
    return install(wheel.parent, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with documents and with modules that are not Footnote's, but are called so."""
    (tmp_path / "ferries.txt").write_text(FERRIES, encoding="utf-8")
    for name in ("app", "corpus", "index", "qa", "ui", "streamlit"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not of Footnote')")
    return tmp_path


@pytest.fixture
def env(tiny_model: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a person who set nothing, but with a small embedding model."""
    kept = {
        n: v for n, v in os.environ.items() if not n.startswith(("FOOTNOTE_", "XDG_", "PYTHON"))
    }
    return kept | {"HOME": str(tmp_path / "person"), "FOOTNOTE_EMBEDDER": str(tiny_model)}


def test_installed_it_answers_from_any_folder_and_keeps_a_home_of_the_person(
    footnote: Path, elsewhere: Path, env: dict[str, str]
) -> None:
    question = "How many passengers did the northern ferry carry?"
    command: list[str | Path] = [footnote, "ask", question, "--documents", "."]
    ran = subprocess.run(command, cwd=elsewhere, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "41,208 passengers" in ran.stdout
    assert not (elsewhere / ".footnote").exists()
    (home,) = (elsewhere / "person").rglob("indexes")
    assert home.parent.name == "footnote"


def test_installed_a_fault_names_the_line_of_ours(footnote: Path, env: dict[str, str]) -> None:
    code = (
        "import sys; from corpus.command import run_command; from corpus.folder import Folder;"
        "sys.exit(run_command(lambda: Folder.nothing))"
    )
    python = footnote.with_name("python")
    ran = subprocess.run([python, "-c", code], env=env, cwd="/", capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("An internal error in Footnote: AttributeError")
    assert "(corpus/command.py:" in ran.stderr


def test_installed_what_is_missing_is_named_by_its_package(
    footnote: Path, elsewhere: Path, env: dict[str, str]
) -> None:
    command: list[str | Path] = [
        footnote,
        "ask",
        "Why?",
        "--documents",
        ".",
        "--answerer",
        "mistral:small",
    ]
    ran = subprocess.run(command, cwd=elsewhere, env=env, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "pip install 'langchain-mistralai'" in ran.stderr


@contextmanager
def running(footnote: Path, folder: Path, env: dict[str, str]) -> Iterator[tuple[int, Path]]:
    """Run `footnote run .` in a folder; give its port and what it prints."""
    number, log = free_port(), folder / "log"
    command: list[str | Path] = [
        footnote,
        "run",
        ".",
        "--port",
        str(number),
        "--host",
        "footnote.example",
    ]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=output) as server,
    ):
        try:
            wait_until_healthy(f"http://localhost:{number}/_stcore/health", server)
            yield number, log
        finally:
            server.terminate()


def answer_to(host: str, number: int) -> int:
    """Return the status of a WebSocket's opening that calls the page by `host`."""
    connection = http.client.HTTPConnection("localhost", number, timeout=60)
    headers = {
        "Host": host, "Origin": f"http://{host}", "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    connection.request("GET", "/_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.slow
def test_installed_it_serves_the_page_from_any_folder(
    footnote: Path, elsewhere: Path, env: dict[str, str]
) -> None:
    with running(footnote, elsewhere, env) as (number, log):
        assert answer_to("localhost", number) == 101
        assert answer_to("footnote.example", number) == 101
        assert answer_to("evil.example", number) == 403
    text = log.read_text()
    assert "documents: 1 new" in text
    assert "Traceback" not in text
    assert not (elsewhere / ".streamlit").exists()


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_nothing_that_is_ignored_is_packed(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if (ROOT / name).exists()]
    ran = subprocess.run(
        ["git", "check-ignore", "--stdin"], input="\n".join(names), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout == ""
