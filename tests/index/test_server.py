"""A Chroma server in place of files: `chroma run` on this machine, and several processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from index.build import open_index
from index.generations import StoreError
from index.settings import Settings
from tests.support.running import ROOT

CARS = "The export of {} rose by {} percent in 2023. It had been growing for years."
ASK = ["How much did the export of cars rise?", "--json"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with an empty store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1",
               "--port", str(port), "--path", str(folder)]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            urlopen(f"{url}/api/v2/heartbeat", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "no server"
            time.sleep(0.2)
    yield url
    process.send_signal(signal.SIGKILL)
    process.wait()


def collections(server: str) -> set[str]:
    url = f"{server}/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urlopen(url, timeout=60) as answer:
        return {collection["name"] for collection in json.load(answer)}


@pytest.fixture
def settings(tmp_path: Path, tiny_model: Path, server: str) -> Settings:
    documents = tmp_path / "in"
    documents.mkdir()
    for number, thing in enumerate(["cars", "ships", "toys", "tea"]):
        (documents / f"{thing}.txt").write_text(CARS.format(thing, number))
    return Settings(tmp_path / ".home", documents, str(tiny_model), chroma_url=server)


@pytest.mark.slow
def test_a_generation_is_a_collection_that_goes_with_it(settings: Settings, server: str) -> None:
    files, _ = open_index(replace(settings, chroma_url=""))
    first, report = open_index(settings)
    assert not (report.generation / "chroma").exists()
    question = "export of ships"
    assert [f.passage for f in first.search(question)] == [
        f.passage for f in files.search(question)
    ]
    files.close()
    [name] = collections(server)
    assert name == f"footnote-{report.generation.name}"

    (settings.documents / "tea.txt").unlink()
    second, report = open_index(settings)
    assert (report.documents_removed, report.passages_new) == (1, 0)
    assert len(collections(server)) == 2, "the first is still being read"
    assert {f.passage.doc for f in first.search(question)} >= {"ships", "tea"}
    first.close()
    second.close()
    (settings.documents / "toys.txt").unlink()
    third, report = open_index(settings)
    assert collections(server) == {f"footnote-{report.generation.name}"}
    third.close()


@pytest.mark.slow
def test_two_processes_and_one_that_is_killed(settings: Settings, server: str) -> None:
    environment = {
        **os.environ,
        "FOOTNOTE_HOME": str(settings.home),
        "FOOTNOTE_DOCUMENTS": str(settings.documents),
        "FOOTNOTE_EMBEDDER": settings.embedder,
        "FOOTNOTE_CHROMA_URL": server,
    }

    def start(module: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    killed = start("index", "build")
    assert killed.stderr is not None
    for line in killed.stderr:
        if line.startswith("Indexing"):
            break
    killed.kill()
    killed.communicate()
    asking = [start("qa", "ask", *ASK) for _ in range(2)]
    for process in asking:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert '"doc": "cars"' in out
    names = [n for n in collections(server) if n in {
        f"footnote-{f.name}" for f in settings.home.glob("indexes/*/generations/*")}]  # fmt: skip
    assert len(names) == 1, "what the killed build left is gone"


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_a_sentence(settings: Settings) -> None:
    with pytest.raises(StoreError, match="No Chroma server answers at FOOTNOTE_CHROMA_URL="):
        open_index(replace(settings, chroma_url="http://127.0.0.1:9"))
