"""An OpenAI-compatible server that does as a test says, and chat answerers that ask it."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from index.retriever import SearchableIndex
from qa.chat.answerer import ChatAnswerer
from qa.chat.providers import Limits, open_model
from qa.extractive.answerer import ExtractiveAnswerer
from qa.verification.verifier import Verifier

LIMITS = Limits(pause=0.5, total=5.0, retries=0)
Behaviour = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Answers every request as `server.behaviour` does."""

    server: "FakeServer"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        try:
            self.server.behaviour(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def begin(self, status: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def send(self, **fields: Any) -> None:
        head = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        self.wfile.write(f"data: {json.dumps(head | fields)}\n\n".encode())
        self.wfile.flush()

    def say(self, text: str) -> None:
        self.send(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])

    def end(self, **fields: Any) -> None:
        self.send(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}], **fields)
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: Any) -> None:
        """Be silent."""


class FakeServer(ThreadingHTTPServer):
    """A server with what it was asked; `left` is set once someone went before the end."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []
        self.left = threading.Event()
        self.over = threading.Event()  # a behaviour that hangs waits for it


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[FakeServer]:
    """Serve on the loopback address until the end of the block."""
    server = FakeServer(behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def writing(*answers: str | Sequence[str]) -> Behaviour:
    """Return a behaviour that writes these answers one after the other, the last for ever."""
    left = list(answers)

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        text = left.pop(0) if len(left) > 1 else left[0]
        handler.begin()
        for piece in text:
            handler.say(piece)
        handler.end()

    return behave


def chat_with(
    server: FakeServer,
    index: SearchableIndex,
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits = LIMITS,
) -> ChatAnswerer:
    """Return a chat answerer that asks the server."""
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    extractive = ExtractiveAnswerer(index, None)
    model = open_model("openai:fake", limits)
    return ChatAnswerer(index, model, extractive, Verifier())
