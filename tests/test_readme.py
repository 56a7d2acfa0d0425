"""README states no figure that its source does not: the benchmarks, the baseline, the tests."""

import json
import re
from collections import Counter

from tests.support.running import ROOT

README = " ".join((ROOT / "README.md").read_text("utf-8").split())
BENCHMARKS = json.loads((ROOT / "docs" / "benchmarks.json").read_text("utf-8"))["figures"]
BASELINE = json.loads((ROOT / "docs" / "eval-baseline.json").read_text("utf-8"))["columns"]
OURS = BENCHMARKS["Footnote"]
PEERS = [figures for name, figures in BENCHMARKS.items() if not name.startswith("Footnote")]
WORDS = dict(zip(("two", "three", "four", "five", "six", "seven"), range(2, 8), strict=True))
WORDS["twice"] = 2


def stated(pattern: str) -> tuple[str, ...]:
    """Return the groups of a pattern that README must have exactly once."""
    [match] = re.finditer(pattern, README)
    return match.groups()


def test_speed_and_disk_are_those_of_the_benchmarks() -> None:
    ratios = [peer["first answer"] / OURS["first answer"] for peer in PEERS]
    least, most = stated(r"its first answer (\w+) to (\w+) times sooner")
    assert WORDS[least] - 0.5 <= min(ratios) and max(ratios) <= WORDS[most] + 0.5
    [rate] = stated(r"indexes (\w+) as fast")
    best = max(peer["index rate"] for peer in PEERS)
    assert abs(OURS["index rate"] / best - WORDS[rate]) < 0.5
    assert "the best hit rates" in README
    for k in ("hit@1", "hit@5"):
        assert OURS[k] >= max(peer[k] for peer in PEERS)
    [times] = stated(r"more disk than any of them, (\w+) times that of txtai")
    disk = "disk 100,000"
    assert OURS[disk] > max(peer[disk] for peer in PEERS)
    assert abs(OURS[disk] / BENCHMARKS["txtai"][disk] - WORDS[times]) < 0.5


def test_the_number_of_questions_is_that_of_the_baseline() -> None:
    sets = Counter(BASELINE["set"])
    own, development = stated(r"the project's own (\d+) \+ (\d+) questions")
    assert int(development) == sets["china-trade-dev"]
    assert int(own) == sets["trade-tuning"] + sets["trade-test"]


def test_the_table_of_the_benchmarks_is_that_of_its_data() -> None:
    table = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    names = [name.strip() for name in re.findall(r"^\| \|(.*)\|$", table, re.M)[0].split("|")]
    rate = [
        cell.split()
        for cell in re.findall(r"^\| index rate, .*? \|(.*)\|$", table, re.M)[0].split("|")
    ]
    for name, cell in zip(names, rate, strict=True):
        figure = BENCHMARKS[name].get("index rate")
        assert [f"{figure:.3g}"] == cell[:1] if figure else not cell, name
