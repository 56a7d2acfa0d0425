"""A GGUF model served by llama.cpp in a process of its own, on the loopback address.

Run as `python -m qa.chat.local_server PATH`, this module is that process. It reads its key from
standard input and writes its address to standard output; it ends when standard input closes, and so
with the process that started it, however that ends.
"""

import atexit
import os
import secrets
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from corpus.child import end_child, start_child
from corpus.errors import FootnoteError

CONTEXT = 4096  # tokens of prompt and answer
MAGIC = b"GGUF"


class ChatModelError(FootnoteError):
    """A chat model that cannot be used; the message says what to do."""


class LocalServer:
    """The server process, started by the first access to `address` and ended by `close`."""

    def __init__(self, path: Path) -> None:
        """Take the path of a GGUF file.

        Raises:
            ChatModelError: it is missing, or is not a GGUF file.
        """
        self.path = path
        self.key = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""
        self._lock = threading.Lock()
        try:
            with path.open("rb") as file:
                head = file.read(len(MAGIC))
        except OSError as error:
            raise ChatModelError(
                f"model file {str(path)!r} cannot be read: {error.strerror}; "
                "give 'local:' and the path of a .gguf file"
            ) from error
        if head != MAGIC:
            raise ChatModelError(f"{str(path)!r} is not a GGUF file: it begins with {head!r}")

    @property
    def address(self) -> str:
        """Return the server's address, such as `http://127.0.0.1:4711`, starting it if need be.

        Raises:
            ChatModelError: llama.cpp cannot load the model.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._address

    def _start(self) -> None:
        self.close()  # of one that ended by itself, the pipes
        self._process = process = start_child("qa.chat.local_server", str(self.path.resolve()))
        atexit.register(self.close)
        assert process.stdin and process.stdout
        try:
            process.stdin.write(f"{self.key}\n".encode())
            process.stdin.flush()
        except BrokenPipeError as error:  # it ended at once: what it said says more
            raise self._failed() from error
        self._address = process.stdout.readline().decode().strip()
        if not self._address:
            raise self._failed()

    def _failed(self) -> ChatModelError:
        self.close()
        return ChatModelError(
            f"llama.cpp could not load {str(self.path)!r}: it may be damaged, of a kind that the "
            "installed xllamacpp does not know, or too large for the memory; try another model"
        )

    def close(self) -> None:
        """End the process; the next access to `address` starts another."""
        if self._process is not None:
            end_child(self._process)
            self._process = None
            atexit.unregister(self.close)


@cache
def local_server(path: Path) -> LocalServer:
    """Return the server of a GGUF file, shared by all pipelines of this process."""
    return LocalServer(path)


def serve(path: str) -> None:
    """Run the server process until stdin closes."""
    import xllamacpp

    key = sys.stdin.readline().strip()
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = CONTEXT
    params.offline = True
    params.ui = False
    params.verbosity = -1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # a request that is being answered would keep it


if __name__ == "__main__":
    serve(sys.argv[1])
