"""Let the disk fail, or end a process, in the midst of work, and look for what was acknowledged.

python -m tests.benchmarks.faults [POINTS] [SEED]

At so many points of a build, an upload and the writing of a conversation: a disk that is full from
then on, one write or read that gives EIO, the process killed, the child killed that reads a file.
Each is done in a copy of a home by a process of its own; another one, without faults, then opens
what is left. What the first said was done must be there, all that was there before too, and both
may end in a sentence but not in a fault. Prints a table; exits 1 if something is lost or wrong.
Needs a C compiler and Linux: `tests/support/faults.c` stands between the program and the system.
"""

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus import sandbox
from corpus.child import start_child
from corpus.errors import FootnoteError
from index.settings import Settings
from qa.answer import Question
from qa.conversations.history import open_history
from qa.conversations.uploads import Library
from qa.pipeline import build_pipeline
from tests.benchmarks.damage import QUESTIONS, make_home, run_apart, settings_in
from tests.support.running import ROOT

SOURCE = ROOT / "tests" / "support" / "faults.c"
KINDS = {"full disk": 1, "EIO on write": 2, "EIO on read": 4, "killed": 8, "killed reader": 0}
FERRY = b"# The ferry\n\nThe ferry carries 63 cars and 418 people.\n"
GATE = b"# The gate\n\nThe gate of the lock weighs 77 tonnes and opens at 5:20.\n"
HEAVY = "How many tonnes does the gate of the lock weigh?"
ASKED = "How many people does the ferry carry?"
ME = "browser:me"
GOOD, BAD = ("finished", "told", "killed"), ("lost", "wrong", "crash", "fault")
Acknowledge = Callable[[str], None]


def build(settings: Settings, done: Acknowledge) -> None:
    """Index the folder, of which a document is new and another has changed."""
    pipeline = build_pipeline(settings)
    done("built")
    pipeline.invoke(Question(ASKED))
    pipeline.index.close()


def upload(settings: Settings, done: Acknowledge) -> None:
    """Upload a file, index it, and share it."""
    library = Library(settings, ME)
    name = library.save("gate.md", GATE)
    done(f"saved {name}")
    library.open().index.close()
    library.share(name, True)
    done(f"shared {name}")


def converse(settings: Settings, done: Acknowledge) -> None:
    """Begin a conversation, ask in it, judge the answer and share it."""
    kept = open_history(settings.home)
    old = next(e.answer for e in kept.read("talk") if e.answer)
    kept.start("me", "Ferries", "ferries")
    done("begun")
    for number in range(3):
        exchange = kept.add("ferries", f"{ASKED} {number}", "extractive")
        done(f"asked {number}")
        kept.keep(exchange, old)
        done(f"answered {number}")
        kept.judge(exchange, True, "yes")
        done(f"judged {number}")
    kept.rename("ferries", "Boats")
    done("renamed")
    kept.close()


def check_index(settings: Settings, acknowledged: list[str]) -> list[str]:
    """Return what is lost or wrong of the index."""
    pipeline = build_pipeline(settings)
    said = {q: pipeline.invoke(Question(q)).answer for q in (*QUESTIONS, ASKED)}
    pipeline.index.close()
    facts = dict(zip((*QUESTIONS, ASKED), ("4,310", "7.25", "214", "418"), strict=True))
    return [f"{q}: {said[q]}" for q, fact in facts.items() if fact not in said[q]]


def check_upload(settings: Settings, acknowledged: list[str]) -> list[str]:
    """Return what is lost or wrong of what was uploaded."""
    library = Library(settings, ME)
    files = library.files()
    lost = [f"{said} is lost" for said in acknowledged if said.split()[1] not in files]
    lost += [
        f"{u.path.name} is not whole" for u in library.uploads() if u.path.read_bytes() != GATE
    ]
    if "shared gate.md" in acknowledged and not library.uploads()[0].shared:
        lost.append("it is not shared")
    pipeline = library.open()
    if files and "77" not in pipeline.invoke(Question(HEAVY)).answer:
        lost.append("the upload does not answer")
    pipeline.index.close()
    return lost


def check_conversations(settings: Settings, acknowledged: list[str]) -> list[str]:
    """Return what is lost or wrong of the conversations."""
    kept = open_history(settings.home)
    lost = [kept.notice] * bool(kept.notice)
    if [e.question for e in kept.read("talk") if e.answer] != [*QUESTIONS]:
        lost.append("the conversation before is not whole")
    found = kept.find("ferries", "me")
    exchanges = kept.read("ferries") if found else []
    there = {"begun"} if found else set()
    there |= {"renamed"} if found and found.title == "Boats" else set()
    for number, exchange in enumerate(exchanges):
        if exchange.error:
            lost.append(exchange.error)
        there.add(f"asked {number}")
        there |= {f"answered {number}"} if exchange.answer else set()
        there |= {f"judged {number}"} if exchange.good else set()
    kept.close()
    return [*lost, *(f"{said} is lost" for said in acknowledged if said not in there)]


WORKS = {
    "a build": (build, check_index),
    "an upload": (upload, check_upload),
    "a conversation": (converse, check_conversations),
}


def do(work: Callable[..., None], settings: Settings, kind: str, moment: int, acks: int) -> Any:
    """Do some work while the disk fails; return how many moments there were, or what was told."""

    def done(what: str) -> None:
        os.write(acks, f"{what}\n".encode())

    faults = ctypes.CDLL(None)
    if kind == "killed reader":
        _kill_reader(moment)
    else:
        faults.fault_arm(moment, KINDS[kind], os.fsencode(settings.home))
    try:
        work(settings, done)
        told = ""
    except FootnoteError as error:
        told = str(error)
    count = int(faults.fault_count())
    faults.fault_arm(0, 0, b"")
    return {"count": count, "told": told}


def _kill_reader(moment: int) -> None:
    """Have each child that reads files be killed some milliseconds after it was started."""

    def start_doomed(module: str) -> subprocess.Popen[bytes]:
        child = start_child(module)
        os.system(f"(sleep {moment / 1000}; kill -9 {child.pid}) 2>/dev/null &")
        return child

    sandbox.start_child = start_doomed  # type: ignore[assignment, attr-defined]


def outcome_of(
    work: str, kind: str, moment: int, settings: Settings, place: Path
) -> tuple[str, str]:
    """Let one point fail; return what came of it, and what is to be said of it."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(settings.home, place)
    own = Settings(place, settings.documents, settings.embedder, settings.reader)
    read, acks = os.pipe()
    did, checks = WORKS[work]
    ended, found = run_apart(partial(do, did, own, kind, moment, acks))
    os.close(acks)
    with os.fdopen(read) as said:
        acknowledged = said.read().splitlines()
    if ended and not (ended == signal.SIGKILL and kind == "killed"):
        return "crash", f"signal {ended}"
    if "fault" in found:
        return "fault", found["fault"]
    ended_after, lost = run_apart(partial(checks, own, acknowledged))
    if ended_after:
        return "crash", f"signal {ended_after}, afterwards"
    if isinstance(lost, dict):
        return "wrong", lost["fault"]
    if lost:
        return ("lost" if "lost" in lost[0] else "wrong"), lost[0]
    return ("killed" if ended else "told" if found["told"] else "finished"), found.get("told", "")


def count_moments(settings: Settings, place: Path) -> dict[tuple[str, str], int]:
    """Return at how many moments each work can fail in each way."""
    moments = {}
    for work, (did, _) in WORKS.items():
        for kind in KINDS:
            if kind == "killed reader":
                moments[work, kind] = 0 if work == "a conversation" else 4000
                continue
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(settings.home, place)
            own = Settings(place, settings.documents, settings.embedder, settings.reader)
            with Path(os.devnull).open("wb") as nowhere:
                _, found = run_apart(partial(do, did, own, kind, 0, nowhere.fileno()))
            moments[work, kind] = found["count"]
    return {which: count for which, count in moments.items() if count}


def main(points: int = 200, seed: int = 1) -> int:
    """Print the table, and each point that must not be."""
    if "LD_PRELOAD" not in os.environ:
        with TemporaryDirectory() as name:
            library = f"{name}/faults.so"
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
            again = [sys.executable, "-m", "tests.benchmarks.faults", str(points), str(seed)]
            env = os.environ | {"LD_PRELOAD": library}
            return subprocess.run(again, env=env, cwd=ROOT, check=False).returncode
    luck = random.Random(seed)
    table: dict[tuple[str, str], Counter[str]] = {}
    with TemporaryDirectory() as name, suppress(KeyboardInterrupt):
        place = Path(name)
        assert run_apart(partial(make_home, place)) == (0, None)
        settings = settings_in(place)
        (settings.documents / "ferry.md").write_bytes(FERRY)
        with (settings.documents / "toll.md").open("a") as toll:
            toll.write("\nThe toll is paid in coins.\n")
        moments = count_moments(settings, place / "copy")
        for number, which in enumerate(islice(cycle(moments), points), 1):
            moment = luck.randint(1, moments[which])
            outcome, said = outcome_of(*which, moment, settings, place / "copy")
            table.setdefault(which, Counter())[outcome] += 1
            print(f"{number} of {points}", end="\r", file=sys.stderr)
            if outcome in BAD:
                print(f"{outcome}: {which}, moment {moment}: {said[:300]}", flush=True)
    print(f"| work | fault | {' | '.join((*GOOD, *BAD))} |\n|{' --- |' * 9}")
    for (work, kind), counts in table.items():
        print(f"| {work} | {kind} | {' | '.join(str(counts[o]) for o in (*GOOD, *BAD))} |")
    whole = sum(table.values(), Counter())
    print(f"| all | | {' | '.join(str(whole[o]) for o in (*GOOD, *BAD))} |")
    return int(any(whole[o] for o in BAD))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
