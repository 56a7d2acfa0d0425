"""What tests of several packages share: a deterministic embedder, a tiny model, a real index."""

import os
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from index.embedder import Embedder
from index.models import MINILM, load_embedder
from index.onnx_runtime import set_threads
from index.settings import Settings
from tests.support.embedders import WordEmbedder
from tests.support.models import make_tiny_model
from tests.support.running import Ran, Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from qa.pipeline import Pipeline

set_threads()  # as a program that starts here would

settings.register_profile(
    "footnote", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("footnote")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all tests, of all of pytest's processes, keep exported models: each is made once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "models"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("FOOTNOTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / ".home"))
    (tmp_path / ".home").mkdir()
    (tmp_path / ".home" / "models").symlink_to(models)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `python -m MODULE …` within this process."""

    def run_module(module: str, *arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", [module, *map(str, arguments)])
        monkeypatch.delitem(sys.modules, f"{module}.__main__", raising=False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(module, run_name="__main__", alter_sys=False)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return run_module


@pytest.fixture
def words() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="session")
def minilm(models: Path) -> Embedder:
    return load_embedder(MINILM, models)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    from tests.support.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def shipped_home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    home = tmp_path_factory.mktemp("shipped")
    (home / "models").symlink_to(models)
    return home


@pytest.fixture(scope="session")
def shipped_pipeline(shipped_home: Path) -> "Iterator[Pipeline]":
    from qa.pipeline import build_pipeline

    pipeline = build_pipeline(Settings(home=shipped_home))
    yield pipeline
    pipeline.index.close()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sentence-transformers model of two small layers that spells words."""
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))
