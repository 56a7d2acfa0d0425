"""What a chat model's server may cost: time, bytes, and nobody's thread but its own.

A reply is read by a thread of its own, which whoever waits for the answer can leave at any moment.
The connections of that thread are closed then from outside, so that it ends too. `LimitedTransport`
stands below a client's buffers and counts all that a server sends: comments, error bodies, one line
without an end.
"""

import socket
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
MOST_READERS = 32  # threads that may hang in clients that cannot be closed
T = TypeVar("T")
_own = threading.local()
_readers: set[threading.Thread] = set()


class ReplyStopped(Exception):
    """Whoever asked does not want the reply any more."""


class ReplyTooLarge(Exception):
    """A server sent more than a reply may have."""


class ReadersBusy(Exception):
    """Too many servers hang already."""


class Connections:
    """The connections of one reply, and what came over them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.exceeded = False
        self.closed = False
        self._bytes = self._line = 0
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def trace(self, event: str, about: dict[str, Any]) -> None:
        """Take note of a connection; httpx calls this at each step of a request."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            opened = about["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.append(opened)
                closed = self.closed
            if closed:
                self.close()

    def count(self, data: bytes) -> None:
        """Count what came.

        Raises:
            ReplyTooLarge: it is too much.
            ReplyStopped: nobody waits for it any more.
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

    def close(self) -> None:
        """Close them all, whatever waits for them; those to come are closed at once."""
        with self._lock:
            self.closed = True
            for opened in self._sockets:
                with suppress(OSError):  # it is closed already
                    socket.socket.shutdown(opened, socket.SHUT_RDWR)  # below TLS, from outside


class _Counted(httpx.SyncByteStream):
    """The body of a response, counted as it comes."""

    def __init__(self, body: httpx.SyncByteStream, connections: Connections) -> None:
        self._body = body
        self._connections = connections

    def __iter__(self) -> Iterator[bytes]:
        for data in self._body:
            self._connections.count(data)
            yield data

    def close(self) -> None:
        self._body.close()


class LimitedTransport(httpx.BaseTransport):
    """Sends requests as httpx would, within the limits of the reply they are for.

    Each has a connection of its own, which can be closed; nothing comes compressed, so that what is
    counted is what will be held.
    """

    def __init__(self, use_proxies: bool = True) -> None:
        """Say whether to go through the proxies that the environment names."""
        self._use_proxies = use_proxies
        self._transports: dict[str | None, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, its body not read yet."""
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
        """Release what is kept."""
        for transport in self._transports.values():
            transport.close()


def limited_client(use_proxies: bool = True) -> httpx.Client:
    """Return a client for a provider's package that keeps to the limits."""
    return httpx.Client(transport=LimitedTransport(use_proxies), follow_redirects=True)


def read_apart(begin: Callable[[], Iterable[T]], seconds: float) -> Generator[T, None, None]:
    """Yield what a thread of its own reads, for at most some seconds.

    Closing the generator, and a wish to stop, end the thread and its connections.

    Raises:
        TimeoutError: it took longer.
        ReplyTooLarge: the server sent too much.
        ReplyStopped: whoever asked does not want it any more.
        ReadersBusy: too many servers hang already.
        Exception: what the thread met.
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
