"""How well statements are told from those with one error, by kind, on words no list here has.

    python -m tests.benchmarks.verification [--judge NAME] [--sample N] [--before CHECKOUT]

Measured on: `hand`, statements with one error of a kind, written by hand beside true ones
(tests/support/verification_pairs.txt); `wordnet`, true paraphrases and the same with a word's
antonym of WordNet (Debian's `wordnet-base`, `--wordnet DIR`); and the public sets that nothing here
is trained or tuned on. Baselines: the share of a statement's terms that the passage has, at the
threshold that is best on eight other sets and at the one that is best on the very set (which nobody
knows beforehand), and the checker of another checkout (`--before`).
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scipy.stats import binomtest

from index.words import terms
from qa.verification.verifier import Source, Verifier
from tests.support.running import ROOT
from tests.support.verification_cases import PARAPHRASES, TEXTS

DATA = ROOT.parent / "shared" / "data"
PAIRS = ROOT / "tests" / "support" / "verification_pairs.txt"
WORDNET = Path("/usr/share/wordnet")
PUBLIC = ("fool-me-twice", "citation-integrity", "scifact", "contract")
OVERLAP = 0.8  # best for 1,600 pairs of FEVER, HealthVer, Climate-FEVER, BEGIN, NLI4CT and others
SEED = 11
_ENDINGS = ("", "s", "ed", "d", "ing")


@dataclass(frozen=True)
class Row:
    """A pair of a set: whether the statement is true, and what kind of error it has if not."""

    id: str
    passage: str
    statement: str
    true: bool
    kind: str


def hand_rows() -> Iterator[Row]:
    """Yield the pairs written by hand: a line with a passage, then "t" or "f", kind, statement."""
    passage = ""
    for n, line in enumerate(PAIRS.read_text("utf-8").splitlines()):
        if line.startswith("# "):
            passage = line[2:]
        elif line:
            head, _, statement = line.partition(" | ")
            truth, kind = head.split()
            yield Row(f"hand-{n}", passage, statement, truth == "t", kind)


def read_antonyms(folder: Path) -> dict[str, str]:
    """Return words with an antonym of theirs, from WordNet's files."""
    found: dict[str, str] = {}
    for name in ("data.adj", "data.adv", "data.noun", "data.verb"):
        synsets: dict[str, list[str]] = {}
        opposed: list[tuple[str, str, int]] = []
        for line in (folder / name).read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split()
            count = int(fields[3], 16)
            synsets[fields[0]] = [w.split("(")[0].lower() for w in fields[4 : 4 + 2 * count : 2]]
            pointers = fields[5 + 2 * count :]
            for at in range(0, 4 * int(fields[4 + 2 * count]), 4):
                symbol, offset, _, places = pointers[at : at + 4]
                if symbol == "!":
                    word = synsets[fields[0]][int(places[:2], 16) - 1]
                    opposed.append((word, offset, int(places[2:], 16) - 1))
        for word, offset, place in opposed:
            other = synsets[offset][place]
            if word.isalpha() and other.isalpha():
                found.setdefault(word, other)
    return found


def wordnet_rows(folder: Path) -> Iterator[Row]:
    """Yield true paraphrases, and each again with one word's antonym where it has one."""
    antonyms = read_antonyms(folder)
    draw = random.Random(SEED)
    for n, (doc, held, statement) in enumerate(PARAPHRASES):
        passage = next((p for p in TEXTS.get(doc, "").split("\n\n") if held in p), None)
        if passage is None:
            continue
        yield Row(f"wordnet-{n}", passage, statement, True, "paraphrase")
        swaps = [
            (match, antonyms[base] + ending)
            for match in re.finditer(r"\b[a-z]{3,}\b", statement)
            for ending in _ENDINGS
            if match[0].endswith(ending) and (base := match[0].removesuffix(ending)) in antonyms
        ]
        if swaps:
            match, other = draw.choice(swaps)
            changed = statement[: match.start()] + other + statement[match.end() :]
            yield Row(f"wordnet-{n}-antonym", passage, changed, False, "antonym")


def public_rows(name: str, sample: int) -> Iterator[Row]:
    """Yield as many supported as other pairs of a public set."""
    path = DATA / f"nli-{name}.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else ()
    read = [json.loads(line) for line in lines]
    draw = random.Random(SEED)
    for true in (True, False):
        found = [row for row in read if (row["label"] == "supported") == true]
        for row in draw.sample(found, min(sample // 2, len(found))):
            yield Row(row["id"], row["premise"], row["hypothesis"], true, row["label"])


def overlap(row: Row) -> float:
    """Return the share of a statement's terms that its passage has."""
    said = set(terms(row.statement))
    return len(said & set(terms(row.passage))) / max(1, len(said))


def _balanced(rows: Sequence[Row], verified: Sequence[bool]) -> tuple[float, float, float]:
    """Return balanced accuracy, share of false ones caught, and of true ones flagged."""
    pairs = list(zip(rows, verified, strict=True))
    false = [v for row, v in pairs if not row.true]
    true = [v for row, v in pairs if row.true]
    caught, flagged = 1 - sum(false) / len(false), 1 - sum(true) / len(true)
    return (caught + 1 - flagged) / 2, caught, flagged


def best_threshold(rows: Sequence[Row], scores: Sequence[float]) -> list[bool]:
    """Return the verdicts at the threshold that is best on these very rows."""
    options = [[score >= least for score in scores] for least in sorted(set(scores))]
    return max(options, key=lambda verified: _balanced(rows, verified)[0])


def auroc(rows: Sequence[Row], scores: Sequence[float]) -> float:
    """Return how often a true statement scores above a false one."""
    true = [s for row, s in zip(rows, scores, strict=True) if row.true]
    false = [s for row, s in zip(rows, scores, strict=True) if not row.true]
    wins = sum((a > b) + 0.5 * (a == b) for a in true for b in false)
    return wins / (len(true) * len(false))


_BEFORE = """
import json, sys
from index.models import load_embedder
from index.settings import read_settings
from qa.verification.verifier import Source, Verifier
settings = read_settings()
verifier = Verifier(load_embedder(settings.embedder, settings.home / "models").embed)
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    cited = [Source("p", row["passage"])]
    print(verifier.verify(row["statement"], cited).verdict == "verified", flush=True)
"""


def of_checkout(rows: Sequence[Row], checkout: Path) -> list[bool]:
    """Return what the checker of another checkout verifies, without a judge."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-c", _BEFORE, file.name], cwd=checkout, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
    return [line == "True" for line in done.stdout.split()]


def report(name: str, rows: Sequence[Row], verifier: Verifier, before: Path | None) -> None:
    """Print a set's table."""
    if not rows:
        print(f"{name}: not here")
        return
    started = time.monotonic()
    found = [verifier.verify(row.statement, [Source("p", row.passage)]) for row in rows]
    seconds = (time.monotonic() - started) / len(rows)
    verified = [finding.verdict == "verified" for finding in found]
    shares = [overlap(row) for row in rows]
    tables = {
        "now": verified,
        "word overlap": [share >= OVERLAP for share in shares],
        "at its best": best_threshold(rows, shares),
    }
    if before:
        tables["before"] = of_checkout(rows, before)
    print(f"\n{name}: {len(rows)} statements, {sum(r.true for r in rows)} true; "
          f"AUROC {auroc(rows, [f.score for f in found]):.3f}; {seconds:.2f} s each")  # fmt: skip
    for who, what in tables.items():
        balanced, caught, flagged = _balanced(rows, what)
        print(f"  {who:13} balanced accuracy {balanced:.3f}, caught {caught:.3f}, "
              f"true ones flagged {flagged:.3f}")  # fmt: skip
    kinds: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for row, passed in zip(rows, verified, strict=True):
        kinds[row.true, row.kind].append(not passed)
    for (true, kind), flags in sorted(kinds.items()):
        interval = binomtest(sum(flags), len(flags)).proportion_ci(method="wilson")
        print(f"    {'flagged' if true else 'caught':7} {kind:14} {sum(flags)} of {len(flags)} "
              f"[{interval.low:.2f}, {interval.high:.2f}]")  # fmt: skip
    sys.stdout.flush()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.verification")
    parser.add_argument("--judge", default="none", help="as FOOTNOTE_JUDGE takes it")
    parser.add_argument("--sample", type=int, default=100, help="statements of each set")
    parser.add_argument("--sets", default="hand,wordnet," + ",".join(PUBLIC))
    parser.add_argument("--before", type=Path, help="another checkout, whose checker is compared")
    parser.add_argument("--wordnet", type=Path, default=WORDNET)
    arguments = parser.parse_args()
    from qa.chat.judging import open_judge

    verifier = Verifier(open_judge(arguments.judge))
    for name in arguments.sets.split(","):
        if name == "hand":
            rows = list(hand_rows())
        elif name == "wordnet":
            known = (arguments.wordnet / "data.adj").exists()
            rows = list(wordnet_rows(arguments.wordnet)) if known else []
        else:
            rows = list(public_rows(name, arguments.sample))
        draw = random.Random(SEED)
        kept = rows if len(rows) <= arguments.sample else draw.sample(rows, arguments.sample)
        report(name, sorted(kept, key=lambda row: row.passage), verifier, arguments.before)


if __name__ == "__main__":
    main()
