"""Change bytes over the whole of FOOTNOTE_HOME, and tell what came of each change.

python -m tests.benchmarks.damage [CHANGES] [SEED]

A home with an index, its cache, an exported model and conversations is made; each change is made
in a copy of it, in a process of its own that then opens the index, asks, and reads the
conversations. Counted by file: changes that were reported, that had the index built anew, and that
had no effect; and wrong answers, crashes and faults, of which there must be none. Exits 1 if there
is one.
"""

import json
import os
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import chromadb  # noqa: F401  here, so that no process of a change must load it
import numpy as np

from corpus.errors import FootnoteError
from index.settings import Settings
from qa.answer import Answer, Question
from qa.conversations.database import FILE as CONVERSATIONS
from qa.conversations.history import open_history
from qa.pipeline import build_pipeline
from tests.support.models import make_tiny_model

TEXTS = {
    "harbour": "# The harbour\n\nThe harbour lifted 4,310 containers with 12 cranes in spring.\n\n"
    "Each crane may lift 38 tonnes. The north quay is 912 metres long.\n",
    "toll": "# The bridge\n\nLorries pay a toll of 7.25 marks at the northern bridge.\n\n"
    "The toll was 6.90 marks before March 2019. Bicycles cross without a toll.\n",
    "museum": "# The museum\n\n| day | opens | closes |\n| --- | --- | --- |\n"
    "| Tuesday | 9:30 | 17:45 |\n| Sunday | 11:15 | 16:00 |\n\n"
    "The museum showed 214 ships in bottles.\n",
}
QUESTIONS = (
    "How many containers did the harbour lift in spring?",
    "What is the toll at the northern bridge?",
    "How many ships in bottles did the museum show?",
)
BAD = ("wrong", "crash", "fault")
HARMLESS = ("reported", "rebuilt", "without effect")
HANGS = 300  # seconds after which a process counts as crashed
MODEL_ROUNDS = 4  # a file of the model is changed once in so many rounds: it is slow to make anew


@dataclass(frozen=True)
class Change:
    """A way to change a file; `make` returns what it holds afterwards, None for no file."""

    name: str
    make: Callable[[bytes, random.Random], bytes | None]


def _flip(count: int) -> Callable[[bytes, random.Random], bytes]:
    def flip(data: bytes, luck: random.Random) -> bytes:
        changed = bytearray(data)
        at = luck.randrange(max(1, len(data) - count + 1))
        for n in range(at, min(at + count, len(data))):
            changed[n] ^= luck.randrange(1, 256)
        return bytes(changed)

    return flip


def _overwrite(with_: bytes) -> Callable[[bytes, random.Random], bytes]:
    def overwrite(data: bytes, luck: random.Random) -> bytes:
        at = luck.randrange(len(data) // 4 + 1) * 4
        size = min(luck.choice((64, 1024, 65536)), len(data) - at) // len(with_) * len(with_)
        return data[:at] + with_ * (size // len(with_)) + data[at + size :]

    return overwrite


def _figure(data: bytes, luck: random.Random) -> bytes:
    """Change one digit that stands among the bytes."""
    places = [n for n, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data
    at = luck.choice(places)
    return data[:at] + bytes([48 + (data[at] - 48 + luck.randrange(1, 10)) % 10]) + data[at + 1 :]


CHANGES = (
    *(Change(f"{count} bytes", _flip(count)) for count in (1, 2, 4, 16, 256)),
    Change("a digit", _figure),
    Change("zeroes", _overwrite(bytes(4))),
    Change("NaN", _overwrite(np.float32(np.nan).tobytes())),
    Change("cut", lambda data, luck: data[: luck.randrange(len(data) + 1)]),
    Change("emptied", lambda data, luck: b""),
    Change("longer", lambda data, luck: data + luck.randbytes(luck.choice((1, 4096)))),
    Change("deleted", lambda data, luck: None),
)


def make_home(folder: Path) -> None:
    """Make a home with everything in it, as `settings_in` names it."""
    make_tiny_model(folder)
    (folder / "in").mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / "in" / f"{name}.md").write_text(text, encoding="utf-8")
    settings = settings_in(folder)
    pipeline = build_pipeline(settings)
    kept = open_history(settings.home)
    made = kept.start("me", "Talk", "talk")
    for question in QUESTIONS:
        kept.keep(kept.add(made.id, question, "extractive"), pipeline.invoke(Question(question)))
    kept.close()
    pipeline.index.close()


def settings_in(folder: Path) -> Settings:
    """Return the settings of what `make_home` made."""
    return Settings(folder / "home", folder / "in", str(folder / "model"), reader="none")


def _said(answer: Answer) -> list[str]:
    return [
        answer.status,
        answer.answer,
        *(f"{c.doc} {c.start} {c.quote}" for c in answer.citations),
    ]


def use(settings: Settings, expected: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """Open, ask, read the conversations; return what was said by question, and what was reported.

    With what is `expected` the answers must be those, or be told of as damaged.
    """
    reports: list[str] = []
    found: dict[str, list[str]] = {}
    try:
        pipeline = build_pipeline(settings, progress=lambda step, *_: reports.append(step))
        found["problems"] = [*pipeline.problems]
        for question in QUESTIONS:
            found[question] = _said(pipeline.invoke(Question(question)))
        pipeline.index.close()
    except FootnoteError as error:
        found["problems"] = [str(error)]
    try:
        kept = open_history(settings.home)
        found["notice"] = [kept.notice] * bool(kept.notice)
        for exchange in kept.read("talk"):
            if exchange.answer:
                found[f"kept: {exchange.question}"] = _said(exchange.answer)
            else:
                found["notice"].append(exchange.error or "pending")
        kept.close()
    except FootnoteError as error:
        found["notice"] = [str(error)]
    found["progress"] = [step for step in reports if "damaged" in step]
    wrong = [q for q in found if q not in TOLD and expected and found[q] != expected.get(q)]
    return {**found, "wrong": wrong}


TOLD = ("problems", "notice", "progress")


def run_apart(work: Callable[[], Any]) -> tuple[int, Any]:
    """Return the signal that ended a process of its own, 0 for none, and what `work` gave there.

    It is forked, so that nothing need be imported again: nothing here may start a thread.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(write, "w") as answers:
            signal.alarm(HANGS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001  whatever it is, it is what is looked for
                found = {"fault": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(found))
            answers.flush()
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answers:
        said = answers.read()
    _, status = os.waitpid(child, 0)
    return (os.WTERMSIG(status), {}) if os.WIFSIGNALED(status) else (0, json.loads(said))


def outcome_of(
    settings: Settings, expected: dict[str, list[str]], forgotten: bool
) -> tuple[str, str]:
    """Use a home in a process of its own; return what came of it and what was said of that.

    Where conversations were `forgotten`, they may be missing.
    """
    before = {*settings.home.glob("indexes/*/generations/*")}
    ended, found = run_apart(partial(use, settings, expected))
    if ended:
        return "crash", f"signal {ended}"
    if "fault" in found:
        return "fault", found["fault"]
    if found["wrong"]:
        return "wrong", f"{found['wrong'][0]}: {found.get(found['wrong'][0])}"
    if told := [*found["problems"], *found["notice"], *found["progress"]]:
        return "reported", told[0]
    missing = [question for question in expected if question not in found]
    if missing and not forgotten:
        return "wrong", f"{missing[0]} is gone without a word"
    after = {*settings.home.glob("indexes/*/generations/*")}
    return ("without effect" if before == after else "rebuilt"), ""


def label_of(path: Path, home: Path) -> str:
    """Return a file's name without what differs from home to home."""
    parts = path.relative_to(home).parts
    kept = [part for part in parts if len(part) < 20 or "." in part[-16:]]
    return "/".join(kept)


def damage(
    settings: Settings, changes: int, seed: int, place: Path
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each change as file, kind, outcome, and what was said of it."""
    luck = random.Random(seed)
    _, base = run_apart(partial(use, settings))
    expected = {q: said for q, said in base.items() if q not in (*TOLD, "wrong")}
    home = settings.home
    files = sorted(p for p in home.rglob("*") if p.is_file() and not p.name.endswith("lock"))
    models = [path for path in files if path.is_relative_to(home / "models")]
    others = [path for path in files if path not in models]
    rounds = [[*others, models[n // MODEL_ROUNDS]] if n % MODEL_ROUNDS == 0 else others
              for n in range(MODEL_ROUNDS * len(models))]  # fmt: skip
    copy = place / "home"
    for path in islice(cycle(chain(*rounds)), changes):
        change = luck.choice(CHANGES)
        with suppress(FileNotFoundError):
            shutil.rmtree(copy)
        shutil.copytree(home, copy)
        victim = copy / path.relative_to(home)
        data = change.make(victim.read_bytes(), luck)
        if data is None:
            victim.unlink()
        else:
            victim.write_bytes(data)
        forgotten = data is None and victim.name == CONVERSATIONS  # as a person would forget them
        own = Settings(copy, settings.documents, settings.embedder, settings.reader)
        yield label_of(path, home), change.name, *outcome_of(own, expected, forgotten)


def main(changes: int = 2000, seed: int = 1) -> int:
    """Print the table, and each change that must not be."""
    table: dict[str, Counter[str]] = {}
    with TemporaryDirectory() as name, suppress(KeyboardInterrupt):  # then of what was done
        place = Path(name)
        assert run_apart(partial(make_home, place)) == (0, None)
        found = damage(settings_in(place), changes, seed, place / "copy")
        for number, (file, kind, outcome, said) in enumerate(found, 1):
            table.setdefault(file, Counter())[outcome] += 1
            print(f"{number:,} of {changes:,}", end="\r", file=sys.stderr)
            if outcome in BAD:
                print(f"{outcome}: {kind} in {file}: {said[:300]}", flush=True)
    print(f"| file | {' | '.join((*HARMLESS, *BAD))} |\n|{' --- |' * 7}")
    for file, counts in sorted(table.items()):
        print(f"| {file} | {' | '.join(str(counts[o]) for o in (*HARMLESS, *BAD))} |")
    whole = sum(table.values(), Counter())
    print(f"| all | {' | '.join(f'{whole[o]:,}' for o in (*HARMLESS, *BAD))} |")
    return int(any(whole[o] for o in BAD))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
