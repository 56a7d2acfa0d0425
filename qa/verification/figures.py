"""The witness of figures: what of a statement's figures and dates is not borne out, in words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import isclose

from qa.language.arithmetic import find_working
from qa.language.quantities import Quantity, quantities_of
from qa.verification.parsing import MARGIN, NEAR, Case, fit, key_of

SWAPPED = 0.1  # by how much two figures must fit better where the other is
SENTENCE = 0.5  # worth of a sentence that has all words of a statement, for the figures in it
LEADING = 20  # a count up to this before a colon may be that of what follows
_YEAR_BEFORE = re.compile(r"\b(?:year (?:before|earlier)|(?:previous|preceding) year)\b")
_ONE = re.compile(r"\b(?:an?|one) ((?:[a-z]+ )?[a-z]+)")  # "within a week" is 7 days
_FROM = re.compile(r"\bfrom (?:\w+ )?$")
_LEADS = re.compile(r"[^.:;]*:\s")
Fits = dict[Quantity, float]  # how well the words around a figure of the cited text fit


def check_figures(case: Case) -> Iterator[str]:
    """Yield what is wrong with figures and dates: not there, or there of something else."""
    meant: list[tuple[Quantity, Fits, list[Quantity]]] = []
    for stated in case.said.quantities:
        fits = _fits(case, stated)
        meant.append((stated, fits, [q for q in fits if stated.borne_out_by(q)]))
    told = {q for _, _, right in meant for q in right}
    for stated, fits, right in meant:
        rivals = [q for q in fits if q.kind == stated.kind and q not in right]
        nearest = max(rivals, key=lambda q: fits[q] - SENTENCE * _apart(stated, q), default=None)
        if not right and not _follows(case, stated):
            yield f"{stated.written} is not in the cited passage" + (
                f"; it says {nearest.written}" if nearest and fits[nearest] > NEAR else ""
            )
        nearest = max((q for q in rivals if q not in told), key=fits.__getitem__, default=None)
        if right and nearest and fits[nearest] > max(fits[q] for q in right) + MARGIN:
            yield (
                f"in the cited passage {stated.written} is said of something else; "
                f"here it says {nearest.written}"
            )
        if stated.kind == "year" and right and (other := _other_years(case)):
            yield f"the cited passage says this of {other}, not of {stated.written}"
    for (one, ones, first), (two, twos, second) in combinations(meant, 2):
        if one.kind != two.kind or one.borne_out_by(two) or two.borne_out_by(one):
            continue
        if _FROM.search(case.said.text[: one.start]):  # told by the direction of the change
            continue
        straight = _together(ones, first, twos, second)
        if straight and _together(ones, second, twos, first) > straight + SWAPPED:
            yield f"the cited passage has {one.written} and {two.written} the other way round"


def in_words_of(case: Case) -> str:
    """Return a statement with its figures written as the cited passage writes them.

    >>> from qa.verification.parsing import read_case
    >>> in_words_of(read_case("It carried 2,161,000 people.", ["It carried 2.161 million people."]))
    'It carried 2.161 million people.'
    """
    text, end = case.said.text, len(case.said.text)
    for stated in reversed(case.said.quantities):
        theirs = [q for s in case.cited for q in s.quantities if stated.borne_out_by(q)]
        same = any(q.written == stated.written for q in theirs)
        told = (stated.dated and stated.kind != "clock") or stated.kind == "times"  # in own words
        told = told or not any(isclose(stated.value, q.value) for q in theirs)  # rounded
        if theirs and not same and not told and stated.end <= end:
            text = text[: stated.start] + theirs[0].written + text[stated.end :]
            end = stated.start
    return text


def _apart(one: Quantity, other: Quantity) -> float:
    """Return how far two figures are apart, 0 to 2: slips are rather of the nearer one."""
    return abs(one.value - other.value) / max(abs(one.value), abs(other.value), 1e-9)


def _fits(case: Case, stated: Quantity) -> Fits:
    """Return the comparable figures of the cited text with how well the words around them fit."""
    alike = {key_of(q) for q in case.said.quantities if stated.same_kind(q)}
    context = case.said.around(case.said.place_of(stated), case.shared - alike)
    fits: Fits = {}
    for sentence in case.cited:
        told = SENTENCE * len(case.shared & sentence.terms.keys()) / max(1, len(case.shared))
        for quantity in filter(stated.same_kind, sentence.quantities):
            around = case.around(sentence, sentence.place_of(quantity), context)
            said = replace(quantity, start=0, end=0)  # the same figure in its best place
            fits[said] = max(told + fit(context, around), fits.get(said, 0.0))
    return fits


def _other_years(case: Case) -> str:
    """Return the years of the sentences with a statement's figures, if it names none of them."""
    stated = [q for q in case.said.quantities if not q.dated]
    found: list[str] = []
    for sentence in case.cited:
        if any(q.borne_out_by(o) for q in stated for o in sentence.quantities):
            years = [q for q in sentence.quantities if q.kind == "year"]
            if not years or any(q.value == y.value for q in case.said.quantities for y in years):
                return ""
            found += [y.written for y in years]
    return " and ".join(dict.fromkeys(found))


def _together(ones: Fits, first: list[Quantity], twos: Fits, second: list[Quantity]) -> float:
    """Return how well two figures fit where the cited text has them; 0 where it has not both."""
    one = max((ones[q] for q in first), default=0.0)
    two = max((twos[q] for q in second), default=0.0)
    return one + two if one and two else 0.0


def _follows(case: Case, stated: Quantity) -> bool:
    """Tell whether a figure is worked out from two of one sentence, or counts what it leads."""
    leads = _LEADS.match(case.said.text)
    if leads and stated.end <= leads.end() and not stated.kind and stated.value <= LEADING:
        return True
    parts = {q.value for n in stated.written.split(" out of ") for q in quantities_of(n)}
    for sentence in case.best:
        ones = [q for m in _ONE.findall(sentence.text) for q in quantities_of(f"1 {m}")]
        years = [q.value for q in sentence.quantities if q.kind == "year"]
        spans = {12 * (a - b) for a in years for b in years}
        if (
            (stated.kind == "months" and stated.value in spans)
            or any(stated.borne_out_by(one) for one in ones)
            or (len(parts) == 2 and parts <= {q.value for q in sentence.quantities})
            or (stated.value + 1 in years and _YEAR_BEFORE.search(sentence.text))
            or any(_derived(stated, a, b) for a, b in product(sentence.quantities[:12], repeat=2))
        ):
            return True
    sources = [q for sentence in case.best for q in sentence.quantities]
    return find_working(stated, case.said.text, sources) is not None


def working_of(case: Case) -> str | None:
    """Return how the figures follow that a statement has and the cited text has not."""
    there = [q for sentence in case.cited for q in sentence.quantities]
    sources = [q for sentence in case.best for q in sentence.quantities]
    missing = (q for q in case.said.quantities if not any(q.borne_out_by(o) for o in there))
    found = (find_working(quantity, case.said.text, sources) for quantity in missing)
    return "; ".join(filter(None, found)) or None


def _derived(stated: Quantity, one: Quantity, two: Quantity) -> bool:
    """Tell whether a figure is the difference or sum of two, or how many times one is the other."""
    if one.kind != two.kind or one.dated or not one.value:
        return False
    if stated.kind == one.kind == "percent" and stated.value == 100 - one.value:
        return True
    if stated.kind == one.kind:
        return stated.value in (round(two.value - one.value, 6), round(one.value + two.value, 6))
    ratio = two.value / one.value
    found = {"times": [ratio], "percent": [100 * abs(ratio - 1), 100 * ratio]}.get(stated.kind, [])
    return any(abs(stated.value - value) <= min(stated.grain, 1) / 2 for value in found)
