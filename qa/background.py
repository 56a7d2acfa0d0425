"""Background work in threads: it outlives the page, and users do not wait for each other."""

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lane:
    """Threads for one kind of work: their number, and the limit for one person."""

    name: str
    threads: int = 1
    share: int = 1


@dataclass(frozen=True, slots=True)
class _Task:
    lane: Lane
    person: str
    future: Future[Any]
    function: Callable[[], Any]


class BackgroundQueue:
    """Runs functions in threads; those of one key one after the other, in the order they came.

    >>> queue = BackgroundQueue("example", threads=2)
    >>> queue.submit("a", pow, 2, 3).result()
    8
    >>> queue.close()
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        """Take the name and the maximum number of the threads."""
        self._lane = Lane(name, threads, threads)
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._queues: dict[str, deque[_Task]] = {}
        self._ready: deque[str] = deque()  # keys whose first function no thread has taken
        self._running: Counter[tuple[str, str]] = Counter()  # by lane and person
        self._lock = Lock()
        self._closed = False

    def submit(
        self, key: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run a function after all others of this key; its future can be cancelled until then."""
        return self.submit_to(self._lane, "", key, lambda: function(*args, **kwargs))

    def submit_to(self, lane: Lane, person: str, key: str, function: Callable[[], T]) -> Future[T]:
        """Run a function likewise in the threads of a lane, within a person's share of them."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the queue is closed")
            queue = self._queues.setdefault(key, deque())
            queue.append(_Task(lane, person, future, function))
            if len(queue) == 1:
                self._ready.append(key)
        self._start(lane)
        return future

    def _start(self, lane: Lane) -> None:
        with self._lock:
            if lane.name not in self._pools:
                self._pools[lane.name] = ThreadPoolExecutor(
                    lane.threads, thread_name_prefix=lane.name
                )
            pool = self._pools[lane.name]
        pool.submit(self._work, lane)  # never under the lock: it may be done at once

    def _take(self, lane: Lane) -> tuple[str, _Task] | None:
        """Return the next function of a lane: the first of the person with the fewest running."""
        with self._lock:
            waiting = [
                (running, at, key)
                for at, key in enumerate(self._ready)
                if (task := self._queues[key][0]).lane.name == lane.name
                and (running := self._running[lane.name, task.person]) < lane.share
            ]
            if not waiting:
                return None
            _, _, key = min(waiting)
            self._ready.remove(key)
            task = self._queues[key][0]
            self._running[lane.name, task.person] += 1
            return key, task

    def _work(self, lane: Lane) -> None:
        """Run one function, if there is one, then start those that can run next."""
        if not (taken := self._take(lane)):
            return
        key, task = taken
        if task.future.set_running_or_notify_cancel():
            try:
                result = task.function()
            except BaseException as error:  # noqa: BLE001  whoever asks for the result has it
                task.future.set_exception(error)
            else:
                task.future.set_result(result)
        with self._lock:
            self._running[lane.name, task.person] -= 1
            queue = self._queues[key]
            queue.popleft()
            if queue:
                self._ready.append(key)
            else:
                del self._queues[key]
            lanes = {self._queues[key][0].lane for key in self._ready}
        for other in lanes:
            try:
                self._start(other)
            except RuntimeError:  # closed without waiting
                return

    def close(self, wait: bool = True) -> None:
        """Accept no more work; `wait` for the work in progress."""
        with self._lock:
            self._closed = True
            left = [task.future for queue in self._queues.values() for task in queue]
        if wait:
            wait_for(left)
        for pool in [*self._pools.values()]:
            pool.shutdown(wait)
