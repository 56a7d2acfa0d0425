"""Work in threads of its own: closing the page loses none."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class BackgroundQueue:
    """Runs functions in threads; those of one key one after the other, in the order they came.

    >>> queue = BackgroundQueue("example", threads=2)
    >>> queue.submit("a", pow, 2, 3).result()
    8
    >>> queue.close()
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        """Name the threads, and say how many there are at most."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._queues: dict[str, deque[tuple[Future[Any], Callable[[], Any]]]] = {}
        self._lock = Lock()

    def submit(
        self, key: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run a function after all others of this key; its future can be cancelled until then."""
        future: Future[T] = Future()
        with self._lock:
            queue = self._queues.setdefault(key, deque())
            queue.append((future, lambda: function(*args, **kwargs)))
            first = len(queue) == 1
        if first:  # never under the lock: it may be done at once
            self._pool.submit(self._work, key, queue)
        return future

    def _work(self, key: str, queue: deque[tuple[Future[Any], Callable[[], Any]]]) -> None:
        """Run the functions of one key until none is left."""
        while queue:
            future, function = queue[0]
            if future.set_running_or_notify_cancel():
                try:
                    result = function()
                except BaseException as error:  # noqa: BLE001  whoever asks for the result has it
                    future.set_exception(error)
                else:
                    future.set_result(result)
            with self._lock:
                queue.popleft()
                if not queue:
                    del self._queues[key]

    def close(self, wait: bool = True) -> None:
        """Take no more work; `wait` for what there is."""
        self._pool.shutdown(wait)
