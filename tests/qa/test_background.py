"""Work in the background: in order within a key, and nobody waits for another's beyond a share."""

import threading
import time
from concurrent.futures import Future
from functools import partial

import pytest

from corpus.stopping import Stop, current_stop, stopped_by
from qa.background import BackgroundQueue, Lane

FAST = Lane("fast", threads=2, share=1)
SLOW = Lane("slow", threads=4, share=2)


def test_one_persons_work_leaves_threads_to_others_and_to_other_lanes() -> None:
    queue = BackgroundQueue("test")
    over, running = threading.Event(), threading.Semaphore(0)

    def hang() -> None:
        running.release()
        over.wait()

    held = [queue.submit_to(SLOW, "greedy", f"g{n}", hang) for n in range(12)]
    for _ in range(SLOW.share):
        assert running.acquire(timeout=5)
    assert not running.acquire(timeout=0.1), "no more than a share"
    assert queue.submit_to(SLOW, "other", "o", lambda: "slow").result(timeout=5) == "slow"
    assert queue.submit_to(FAST, "greedy", "f", lambda: "fast").result(timeout=5) == "fast"
    behind = queue.submit_to(FAST, "greedy", "g0", lambda: "after")
    time.sleep(0.05)
    assert not behind.done(), "it waits for what came before it in its key"
    over.set()
    assert behind.result(timeout=5) == "after"
    for future in held:
        future.result(timeout=5)
    queue.close()


def test_who_has_least_is_next() -> None:
    queue, lane = BackgroundQueue("test"), Lane("one", threads=2, share=2)
    over = threading.Event()
    order: list[str] = []
    held: list[Future[bool]] = [queue.submit_to(lane, "a", f"a{n}", over.wait) for n in (0, 1)]
    rest: list[Future[None]] = [
        queue.submit_to(lane, person, f"{person}{n}", partial(order.append, person))
        for n, person in enumerate(("a", "a", "b"), 2)
    ]
    time.sleep(0.05)
    assert not any(future.done() for future in held) and not any(f.done() for f in rest)
    over.set()
    queue.close()
    assert sorted(order) == ["a", "a", "b"] and all(f.done() for f in rest)


def test_many_keys_are_each_done_in_order() -> None:
    queue, lane = BackgroundQueue("test", 3), Lane("many", threads=5, share=3)
    found: dict[str, list[int]] = {}

    def note(key: str, number: int) -> None:
        found.setdefault(key, []).append(number)
        if number % 7 == 0:
            raise ValueError("told to whoever asks")

    for number in range(40):
        for key in "abcdefgh":
            chosen = lane if number % 2 else SLOW
            queue.submit_to(chosen, key, key, partial(note, key, number))
    queue.close()
    assert found == {key: [*range(40)] for key in "abcdefgh"}
    with pytest.raises(RuntimeError, match="closed"):
        queue.submit("a", print)


def test_a_wish_to_stop_is_told_within_its_block_only() -> None:
    stop, told = Stop(), []
    with stopped_by(stop), current_stop().calling(lambda: told.append(1)):
        stop.stop()
        assert told == [1]
    with stop.calling(lambda: told.append(2)):
        assert told == [1, 2], "of a wish that was there before"
    stop.stop()
    assert told == [1, 2]
    assert current_stop() is not stop
