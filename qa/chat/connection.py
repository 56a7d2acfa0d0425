"""Limits on a chat model's server: time and bytes, in a thread of its own.

A reply is read by a thread of its own, so that whoever waits for the answer can leave at any time.
The thread's connections are then closed from outside, so that it ends too. `LimitedTransport` sits
below a client's buffers and counts everything a server sends: comments, error bodies, a line that
never ends.
"""

import socket
import struct
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from corpus.stopping import current_stop

MAX_BYTES = 8_000_000  # that a server may send for one reply
MAX_LINE = 1_000_000  # of them without the end of a line
RESET = struct.pack("ii", 1, 0)  # a linger of 0 s: closing resets a server that waits for room
MOST_READERS = 32  # threads that may hang in clients that cannot be closed
T = TypeVar("T")
_own = threading.local()
_readers: set[threading.Thread] = set()


class ReplyStopped(Exception):
    """The reply is no longer wanted."""


class ReplyTooLarge(Exception):
    """A server sent more than a reply may contain."""


class ReadersBusy(Exception):
    """Too many threads are waiting for servers that hang."""


class Connections:
    """The connections of one reply, and the bytes received over them."""

    def __init__(self) -> None:
        """Start with none."""
        self.exceeded = False
        self.closed = False
        self._bytes = self._line = 0
        self._sockets: list[socket.socket] = []
        self._bodies: list[httpx.SyncByteStream] = []
        self._lock = threading.Lock()

    def trace(self, event: str, about: dict[str, Any]) -> None:
        """Record a connection; httpx calls this at each step of a request."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            opened = about["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.append(opened)
                closed = self.closed
            if closed:
                self.close()

    def count(self, data: bytes) -> None:
        """Count received bytes.

        Raises:
            ReplyTooLarge: there are too many.
            ReplyStopped: the reply is no longer wanted.
        """
        if self.closed:  # what the system had received is still there to be read
            raise ReplyStopped
        self._bytes += len(data)
        end = data.rfind(b"\n")
        self._line = self._line + len(data) if end < 0 else len(data) - end - 1
        if self._bytes > MAX_BYTES or self._line > MAX_LINE:
            self.exceeded = True
            self.close()
            raise ReplyTooLarge

    def begin(self, body: httpx.SyncByteStream) -> None:
        """Record a body that is about to be read."""
        self._bodies.append(body)

    def release(self) -> None:
        """Let go of the sockets, in the thread that read them.

        A socket that is shut down still takes in what a server sends until it is closed, and an
        error that keeps its frames would keep it open for long.
        """
        for body in self._bodies:
            with suppress(httpx.HTTPError, OSError):  # it was shut down
                body.close()

    def close(self) -> None:
        """Close all connections, even in use; later ones are closed at once."""
        with self._lock:
            self.closed = True
            for opened in self._sockets:
                with suppress(OSError):  # it is closed already
                    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    socket.socket.shutdown(opened, socket.SHUT_RDWR)  # below TLS, from outside


class _Counted(httpx.SyncByteStream):
    """The body of a response, counted as it arrives."""

    def __init__(self, body: httpx.SyncByteStream, connections: Connections) -> None:
        self._body = body
        self._connections = connections
        connections.begin(body)

    def __iter__(self) -> Iterator[bytes]:
        for data in self._body:
            self._connections.count(data)
            yield data

    def close(self) -> None:
        self._body.close()


class LimitedTransport(httpx.BaseTransport):
    """Sends requests like httpx, within the limits of the reply they are for.

    Each has a connection of its own, which can be closed; responses are not compressed, so that the
    bytes counted are those held in memory.
    """

    def __init__(self, use_proxies: bool = True) -> None:
        """Say whether to use the proxies that the environment names."""
        self._use_proxies = use_proxies
        self._transports: dict[str | None, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response with its body unread."""
        connections: Connections = getattr(_own, "connections", None) or Connections()
        request.headers["Connection"] = "close"
        request.headers["Accept-Encoding"] = "identity"
        request.extensions = {**request.extensions, "trace": connections.trace}
        response = self._transport_to(request.url).handle_request(request)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise httpx.RemoteProtocolError("compressed, though it was asked not to be")
        assert isinstance(response.stream, httpx.SyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Counted(response.stream, connections),
            extensions=response.extensions,
        )

    def _transport_to(self, url: httpx.URL) -> httpx.HTTPTransport:
        proxies = getproxies() if self._use_proxies and not proxy_bypass(url.host) else {}
        proxy = proxies.get(url.scheme) or proxies.get("all")
        with self._lock:
            if proxy not in self._transports:
                self._transports[proxy] = httpx.HTTPTransport(proxy=proxy)
            return self._transports[proxy]

    def close(self) -> None:
        """Release all resources."""
        for transport in self._transports.values():
            transport.close()


def limited_client(use_proxies: bool = True) -> httpx.Client:
    """Return a client for a provider's package that keeps to the limits."""
    return httpx.Client(transport=LimitedTransport(use_proxies), follow_redirects=True)


def read_apart(begin: Callable[[], Iterable[T]], seconds: float) -> Generator[T, None, None]:
    """Yield what a separate thread reads, for at most some seconds.

    Closing the generator, or a stop request, ends the thread and its connections.

    Raises:
        TimeoutError: it took longer.
        ReplyTooLarge: the server sent too much.
        ReplyStopped: the reply is no longer wanted.
        ReadersBusy: too many threads are waiting for servers that hang.
        Exception: raised in the thread.
    """
    _readers.intersection_update({reader for reader in _readers if reader.is_alive()})
    if len(_readers) >= MOST_READERS:
        raise ReadersBusy
    connections = Connections()
    found: SimpleQueue[tuple[bool, Any]] = SimpleQueue()  # whether it goes on, and with what

    def read() -> None:
        _own.connections = connections
        try:
            for item in begin():
                found.put((True, item))
                if connections.closed:
                    return
            found.put((False, None))
        except BaseException as error:  # noqa: BLE001  raised where the reply is waited for
            found.put((False, error))
        finally:
            connections.release()

    def stop() -> None:
        found.put((False, ReplyStopped()))
        connections.close()

    # What LangChain keeps for a thread, such as its callbacks, goes with it.
    within = copy_context().run
    reader = threading.Thread(target=within, args=(read,), name="reply", daemon=True)
    ends = monotonic() + seconds
    with closing(connections), current_stop().calling(stop):
        reader.start()
        _readers.add(reader)
        while True:
            try:
                goes_on, item = found.get(timeout=max(0.0, ends - monotonic()))
            except Empty:
                raise TimeoutError from None
            if not goes_on:
                if connections.exceeded:
                    raise ReplyTooLarge from item
                if item is not None:
                    raise item
                return
            yield item
