"""Servers that are slow, endless or huge, on real sockets: each ends within its limit."""

import gzip
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count

import pytest

from corpus.stopping import Stop, stopped_by
from qa.chat import connection
from qa.chat.connection import ReadersBusy, ReplyTooLarge, read_apart
from qa.chat.local_server import ChatModelError
from qa.chat.providers import Limits, open_model

LIMITS = Limits(pause=1.0, total=2.0, retries=0)
GRACE = 30.0  # seconds over the limit: a hang would last longer, a busy machine not
Sends = Callable[[socket.socket], None]


@contextmanager
def raw_server(sends: Sends, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Serve whatever bytes a test sends; the event is set once a client has gone."""
    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_one(client: socket.socket) -> None:
            with client:
                try:
                    client.recv(65536)
                    sends(client)
                    while client.recv(65536):
                        pass
                except OSError:
                    pass  # what is waited for
                gone.set()

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve_one, args=(client,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield gone
        listener.shutdown(socket.SHUT_RDWR)


def begin(client: socket.socket, status: str = "200 OK", more: str = "") -> None:
    client.sendall(f"HTTP/1.1 {status}\r\nContent-Type: text/event-stream\r\n{more}\r\n".encode())


def silence(client: socket.socket) -> None:
    time.sleep(300)


def silence_after_headers(client: socket.socket) -> None:
    begin(client)
    time.sleep(300)


def slow_headers(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for n in count():
        client.sendall(f"X-Drip-{n}: y\r\n".encode())
        time.sleep(0.1)


def slow_header(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        client.sendall(b"y")
        time.sleep(0.1)


def comments(client: socket.socket) -> None:
    begin(client)
    while True:
        client.sendall(b": still there\n\n")
        time.sleep(0.05)


def empty_events(client: socket.socket) -> None:
    begin(client)
    piece = '{"id":"x","object":"chat.completion.chunk","created":0,"model":"m","choices":[]}'
    while True:
        client.sendall(f"data: {piece}\n\n".encode())
        time.sleep(0.05)


def one_line(client: socket.socket) -> None:
    begin(client)
    client.sendall(b"data: ")
    for _ in range(600):
        client.sendall(b"x" * 1_000_000)


def many_comments(client: socket.socket) -> None:
    begin(client)
    for _ in range(600):
        client.sendall(b": comment\n" * 100_000)


def error_body(client: socket.socket) -> None:
    begin(client, "500 Broken")
    for _ in range(600):
        client.sendall(b"<p>sorry\n" * 100_000)


def slow_error_body(client: socket.socket) -> None:
    begin(client, "400 Bad")
    while True:
        client.sendall(b"s")
        time.sleep(0.1)


BOMB = gzip.compress(b"data: " + b"x" * 50_000_000, 1) * 20  # parts one after the other are one


def bomb(client: socket.socket) -> None:
    begin(client, more="Content-Encoding: gzip\r\n")
    client.sendall(BOMB)


def informational(client: socket.socket) -> None:
    while True:
        client.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.01)


SLOW = (silence, silence_after_headers, slow_headers, slow_header, comments, empty_events,
        slow_error_body, informational)  # fmt: skip
HUGE = (one_line, many_comments, error_body)


def resident() -> int:
    """Return the most memory this process had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024)


def ask() -> tuple[str, float]:
    """Ask a model; return what was wrong and how long that took."""
    model = open_model("openai:fake", LIMITS)
    started = time.monotonic()
    with pytest.raises(ChatModelError) as error:
        list(model.stream([("user", "Hello?")]))
    return str(error.value), time.monotonic() - started


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")


@pytest.mark.parametrize("sends", SLOW)
def test_a_slow_server_ends_in_time(sends: Sends, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(sends, monkeypatch) as gone:
        said, seconds = ask()
        assert "took too long" in said, said
        assert seconds < LIMITS.total + GRACE
        if sends is not silence and sends is not silence_after_headers:
            assert gone.wait(GRACE), "its connection is closed"


@pytest.mark.parametrize("sends", [*HUGE, bomb])
def test_a_huge_reply_is_not_taken(sends: Sends, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(sends, monkeypatch) as gone:
        before = resident()
        said, seconds = ask()
        if sends is not bomb:  # so many lines may also take longer than they may
            assert "sent more than the 8 MB" in said or "took too long" in said, said
        assert seconds < LIMITS.total + GRACE
        assert gone.wait(GRACE)
        assert resident() - before < 100_000_000


def test_a_wish_to_stop_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Stop()
    with raw_server(comments, monkeypatch) as gone, stopped_by(stop):
        threading.Timer(0.5, stop.stop).start()
        model = open_model("openai:fake", Limits(retries=0))
        started = time.monotonic()
        with pytest.raises(ChatModelError, match="was stopped"):
            list(model.stream([("user", "Hello?")]))
        assert time.monotonic() - started < 0.5 + GRACE
        assert gone.wait(GRACE)
        with pytest.raises(ChatModelError, match="was stopped"):
            list(model.stream([("user", "Again?")]))


def test_what_is_read_apart_comes_in_order_and_faults_come_too() -> None:
    def begin() -> Iterator[int]:
        yield from range(5)
        raise KeyError("six")

    found = []
    with pytest.raises(KeyError, match="six"), closing(read_apart(begin, 5)) as pieces:
        for piece in pieces:
            found.append(piece)
    assert found == [*range(5)]


def test_clients_that_cannot_be_closed_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_READERS", 2)
    monkeypatch.setattr(connection, "_readers", set())
    over = threading.Event()

    def hang() -> Iterator[int]:
        over.wait()
        yield 1

    for _ in range(2):
        with pytest.raises(TimeoutError):
            list(read_apart(hang, 0.05))
    with pytest.raises(ReadersBusy):
        list(read_apart(hang, 0.05))
    over.set()
    deadline = time.monotonic() + 5
    while any(reader.is_alive() for reader in connection._readers) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(read_apart(hang, 5)) == [1]


def test_the_end_of_a_line_begins_another_count() -> None:
    counted = connection.Connections()
    for _ in range(3):
        counted.count(b"x" * (connection.MAX_LINE - 1) + b"\n")
    with pytest.raises(ReplyTooLarge):
        counted.count(b"x" * (connection.MAX_LINE + 1))
    assert counted.exceeded
