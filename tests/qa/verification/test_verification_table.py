import pytest

from index.embedder import Embedder
from qa.verification.verifier import Verifier
from tests.benchmarks.verification_table import (
    DATA,
    FALSE_FLAGS,
    TARGETS,
    check,
    own_cases,
    public_cases,
)

OWN = ("verbatim", "paraphrase", "held out")


def test_corrupted_statements_are_caught_and_true_ones_are_not_flagged(minilm: Embedder) -> None:
    table = check(Verifier(minilm.embed), own_cases(held_out=True))
    print(table)  # noqa: T201
    assert sum(table.checked["true", group] for group in OWN) >= 450
    assert table.checked["true", "paraphrase"] + table.checked["true", "held out"] >= 150
    assert table.rate("true", "paraphrase", "held out") <= FALSE_FLAGS
    assert table.rate("true", "verbatim") <= 0.01
    missed = {kind: rate for kind in TARGETS if (rate := table.rate(kind, *OWN)) < TARGETS[kind]}
    assert not missed


@pytest.mark.slow
def test_public_texts_are_checked_as_well(minilm: Embedder) -> None:
    cases = public_cases()
    if not cases:
        pytest.skip(f"the public sets are not in {DATA}")
    table = check(Verifier(minilm.embed), cases)
    print(table)  # noqa: T201
    assert table.rate("true", "public") <= FALSE_FLAGS
    for kind, target in TARGETS.items():
        if table.checked[kind, "public"] >= 20:
            assert table.rate(kind, "public") >= target
