"""Figures that follow from cited ones are found with their working; wrong ones are not."""

from random import Random

import pytest

from qa.language.arithmetic import find_working
from qa.language.quantities import Quantity, quantities_of


def working(said: str, cited: str, figure: int = -1) -> str | None:
    stated = [q for q in quantities_of(said) if not q.dated][figure]
    return find_working(stated, said, [q for q in quantities_of(cited) if not q.dated])


@pytest.mark.parametrize(
    ("said", "cited", "found"),
    [
        ("Costs rose by 12.5%.", "Costs were 400 euros in May and 450 euros in June.", "÷ 400"),
        ("Costs fell by 20 euros.", "Costs were 400 euros in May and 380 euros in June.", "−"),
        ("On average they paid 390 euros.", "They paid 400 euros and 380 euros.", "÷ 2"),
        ("In total 1,180 euros were paid.", "They paid 400 euros, 380 euros and 400 euros.", "+"),
        ("That is a share of 25%.", "Of 1,200 tonnes, 300 tonnes went by rail.", "300 tonnes ÷"),
    ],
)  # fmt: skip
def test_what_follows_is_found(said: str, cited: str, found: str) -> None:
    told = working(said, cited)
    assert told
    assert found in told


@pytest.mark.parametrize(
    ("said", "cited"),
    [
        ("Costs rose by 13.5%.", "Costs were 400 euros in May and 450 euros in June."),
        ("Costs fell by 12.5%.", "Costs were 400 euros in May and 450 euros in June."),
        ("They paid 780 euros.", "They paid 400 euros and 380 euros."),  # nothing says it is a sum
        ("In total 790 euros were paid.", "They paid 400 euros and 380 euros."),
        ("In total 780 dollars were paid.", "They paid 400 euros and 380 euros."),
    ],
)
def test_what_does_not_follow_is_not(said: str, cited: str) -> None:
    assert working(said, cited) is None


def changed(value: int, random: Random) -> int:
    """Return a number with one digit changed, or at another scale."""
    text = str(value)
    at = random.randrange(len(text))
    digit = random.choice([d for d in "123456789" if d != text[at]])
    return random.choice([int(text[:at] + digit + text[at + 1 :]), value * 10])


def test_one_wrong_digit_is_caught_among_two_hundred_computed_figures() -> None:
    random, right, wrong = Random(5), 0, 0
    for n in range(100):
        one, other = random.randrange(200, 90_000), random.randrange(200, 90_000)
        cited = f"The first mill used {one:,} tonnes and the second mill used {other:,} tonnes."
        adds = n % 2 == 0
        value = one + other if adds else abs(one - other)
        words = "Together they used {:,} tonnes." if adds else "They differ by {:,} tonnes."
        right += working(words.format(value), cited) is not None
        wrong += working(words.format(changed(value, random)), cited) is None
    assert right >= 97
    assert wrong >= 99


def test_too_many_figures_are_not_tried() -> None:
    cited = ", ".join(f"{n} tonnes" for n in range(11, 31))
    assert working("Together they used 23 tonnes.", cited) is None
    assert isinstance(quantities_of(cited)[0], Quantity)
