"""Opposites: what a text speaks of in place of what was asked."""

import pytest

from qa.language.antonyms import find_antonym, goes_other_way, opposition


def test_opposites_work_both_ways_and_need_the_other_alone() -> None:
    assert find_antonym({"sell"}, {"buy"}) == "buy, not sell"
    assert find_antonym({"buy"}, {"sell"}) == "sell, not buy"
    assert find_antonym({"sell"}, {"buy", "sell"}) is None
    assert find_antonym({"sell", "buy"}, {"buy"}) is None
    assert find_antonym({"honey"}, {"buy"}) is None


def test_opposition_is_graded() -> None:
    assert opposition({"sell"}, "They buy it.") == opposition({"buy"}, "They sell it.") == 1.0
    assert opposition({"sell"}, "They buy it, then sell it.") == 0.5
    assert opposition({"export"}, "Imports and exports grew.") == 1.0, "together is neither"
    assert opposition({"export"}, "Imports and exports grew, exports most.") == 0.5
    assert opposition({"sell", "buy"}, "They buy it.") == 0.0
    assert opposition({"sell"}, "They sell it.") == 0.0
    assert opposition({"sell", "rise"}, "They buy, sell and fall.") == 1.0, "the worst counts"


@pytest.mark.parametrize(
    ("asked", "said", "other"),
    [
        ("Why did exports fall?", "Exports rose by 5%.", True),
        ("Why did exports grow?", "Exports fell by 5%.", True),
        ("Why did exports fall?", "Exports fell by 5%.", False),
        ("Why did exports fall?", "Exports rose and imports fell.", False),
        ("Why do bees hum?", "Exports rose by 5%.", False),
    ],
)
def test_the_other_way(asked: str, said: str, other: bool) -> None:
    assert goes_other_way(asked, said) is other
