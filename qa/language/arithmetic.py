"""Figures that follow from others: sums, differences, averages, ratios and changes in per cent."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from math import isclose

from qa.language.quantities import Quantity

MOST = 6  # figures that one is looked for among; of more, chance finds some that fit
_SUM = re.compile(r"(?i)\b(?:total\w*|sum|combined|together|altogether|in all|add(?:s|ed)? up)\b")
_AVERAGE = re.compile(r"(?i)\b(?:averag\w+|mean|on average)\b")
_DIFFERENCE = re.compile(
    r"(?i)\b(?:differ\w*|gap|margin|by|more|less|fewer|higher|lower|up|down|r[io]se\w*|gr[eo]w\w*|"
    r"f[ea]ll\w*|increas\w+|decreas\w+|declin\w+|drop\w*|chang\w+|gain\w*|lost|exceed\w*|ahead)\b"
)
_SHARE = re.compile(r"(?i)\b(?:share|part|proportion|percent\w*|per cent|accounts? for)\b|%")
_FALLS = re.compile(
    r"(?i)\b(?:f[ea]ll\w*|decreas\w+|declin\w+|drop\w*|down|lower|less|fewer|lost)\b"
)
_RISES = re.compile(r"(?i)\b(?:r[io]se\w*|gr[eo]w\w*|increas\w+|up|higher|more|gain\w*)\b")
_RATIO = re.compile(r"(?i)\b(?:times|-fold|fold|doubl\w+|tripl\w+|ratio)\b")
_REST = re.compile(r"(?i)\b(?:not|no|none|without|other|others|rest|remain\w*|left|spare)\b|n't\b")
_CHANGED = re.compile(rf"{_FALLS.pattern}|{_RISES.pattern[4:]}|\bchang\w+")


def _meets(stated: Quantity, value: float) -> bool:
    """Tell whether a value, rounded as a figure is written, is that figure."""
    return isclose(stated.value, value, rel_tol=1e-9) or abs(stated.value - value) <= (
        stated.grain / 2 * (1 + 1e-9)
    )


def _written(figures: Sequence[Quantity], sign: str) -> str:
    return f" {sign} ".join(figure.written for figure in figures)


def find_working(stated: Quantity, said: str, sources: Sequence[Quantity]) -> str | None:
    """Return how a stated figure follows from figures of the sources, None if it does not.

    Only operations that the words of the statement suggest are tried: a total is a sum, a rise a
    difference.

    >>> from qa.language.quantities import quantities_of
    >>> said = "Together the two mills used 70 tonnes."
    >>> find_working(quantities_of(said)[1], said, quantities_of("40 tonnes and 30 tonnes"))
    '40 tonnes + 30 tonnes = 70 tonnes'
    """
    if stated.dated or stated.bound in ("over", "under", "at least", "at most"):
        return None
    figures = [q for q in dict.fromkeys(sources) if not q.dated]
    alike = [q for q in figures if q.kind == stated.kind]
    steps: tuple[Callable[[Quantity, str, list[Quantity]], Iterator[tuple[float, str]]], ...] = (
        _sums, _pairs,
    )  # fmt: skip
    for step in steps:
        for value, working in step(stated, said, alike[: MOST + 1]):
            if len(alike) <= MOST and _meets(stated, value):
                return f"{working} = {stated.written}"
    if stated.kind == "percent" or stated.kind == "times":
        for kind in {q.kind for q in figures} - {"percent", "times"}:
            own = [q for q in figures if q.kind == kind]
            for value, working in _ratios(stated, said, own) if len(own) <= MOST else ():
                if _meets(stated, value):
                    return f"{working} = {stated.written}"
    return None


def _sums(stated: Quantity, said: str, alike: list[Quantity]) -> Iterator[tuple[float, str]]:
    """Yield sums and averages of all figures, and of two."""
    groups = [alike] if len(alike) > 1 else []
    groups += (
        [[a, b] for n, a in enumerate(alike) for b in alike[n + 1 :]] if len(alike) > 2 else []
    )
    for group in groups:
        total = sum(q.value for q in group)
        if _SUM.search(said):
            yield total, _written(group, "+")
        if _AVERAGE.search(said):
            yield total / len(group), f"({_written(group, '+')}) ÷ {len(group)}"


def _pairs(stated: Quantity, said: str, alike: list[Quantity]) -> Iterator[tuple[float, str]]:
    """Yield differences, told without their sign, and what is left of a hundred per cent."""
    if _DIFFERENCE.search(said) or _REST.search(said):
        for one, other in permutations(alike, 2):
            if one.value > other.value:
                yield one.value - other.value, _written([one, other], "−")
    if stated.kind == "percent" and _REST.search(said):
        for one in alike:
            yield 100 - one.value, f"100% − {one.written}"


def _ratios(stated: Quantity, said: str, own: list[Quantity]) -> Iterator[tuple[float, str]]:
    """Yield shares, changes in per cent and multiples of two figures of one kind."""
    for one, other in permutations(own, 2):  # from one to the other, in the order of the source
        if not one.value:
            continue
        if stated.kind == "times":
            if _RATIO.search(said):
                yield other.value / one.value, _written([other, one], "÷")
            continue
        change = (other.value - one.value) / abs(one.value) * 100
        if _CHANGED.search(said):
            fall = _FALLS.search(said) and not _RISES.search(said)
            rise = _RISES.search(said) and not _FALLS.search(said)
            in_order = one.start <= other.start
            if in_order and not (fall and change > 0) and not (rise and change < 0):
                yield abs(change), f"({other.written} − {one.written}) ÷ {one.written}"
        elif _SHARE.search(said) and other.value < one.value:
            yield other.value / one.value * 100, _written([other, one], "÷")
