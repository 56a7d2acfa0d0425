"""One person's answer while the servers of others hang: `python -m tests.benchmarks.meanwhile`.

Prints the median time of a copied answer, first with nothing else going on, then while other people
wait for more written answers than there are threads, from a server that says nothing.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from time import monotonic, sleep

from index.settings import Settings
from qa.conversations.background_answers import BackgroundAnswers
from qa.conversations.history import History, open_history
from qa.pipeline import Pipeline, build_pipeline

QUESTIONS = (
    "How many vehicles did China export in 2023?",
    "What was the export volume of electric passenger vehicles?",
    "By how much did the exports of Northeast China increase?",
)
PEOPLE, EACH = 6, 3  # who wait, and how many questions each has asked
ROUNDS = 5


@contextmanager
def silent_server() -> Iterator[str]:
    """Listen, take every connection, and say nothing."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:

        def take() -> None:
            with suppress(OSError):
                while True:
                    taken.append(server.accept()[0])

        Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        for client in taken:
            client.close()


def seconds_of(answers: BackgroundAnswers, kept: History, pipeline: Pipeline) -> list[float]:
    """Return how long one person waits for each answer."""
    took = []
    for number in range(ROUNDS):
        for question in QUESTIONS:
            id_ = kept.start("second", question).id
            begun = monotonic()
            answers.ask(kept, id_, pipeline, f"{question}{' ' * number}", person="second")
            while kept.read(id_)[0].pending:
                sleep(0.002)
            took.append(monotonic() - begun)
    return took


def main() -> int:
    """Print both; exit 1 where the second is more than twice the first."""
    with TemporaryDirectory() as name, silent_server() as url:
        os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": url, "OPENAI_API_BASE": url}
        home = Path(name)
        pipeline = build_pipeline(Settings(home=home))
        kept, answers = open_history(home), BackgroundAnswers()
        seconds_of(answers, kept, pipeline)  # what is done once only
        alone = median(seconds_of(answers, kept, pipeline))
        written = pipeline.with_answerer("openai:silent")
        for person in range(PEOPLE):
            for _ in range(EACH):
                id_ = kept.start(f"first {person}", "x").id
                answers.ask(kept, id_, written, QUESTIONS[0], person=f"first {person}")
        sleep(2)
        beside = median(seconds_of(answers, kept, pipeline))
        print(
            f"{alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms beside {PEOPLE * EACH} questions "
            f"to a silent server: {beside / alone:.2f} times; n = {ROUNDS * len(QUESTIONS)} each"
        )
        sys.stdout.flush()
        os._exit(int(beside > 2 * alone))  # nobody waits for the silent ones


if __name__ == "__main__":
    main()
