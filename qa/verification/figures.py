"""The check of figures: the figures and dates of a statement that are not supported, in words."""

import re
from collections.abc import Iterator
from math import isclose

from qa.language.arithmetic import find_working
from qa.language.quantities import Quantity, quantities_of
from qa.verification.parsing import Case, key_of

LEADING = 20  # a count up to this before a colon may be that of what follows
_ONE = re.compile(r"\b(?:an?|one) ((?:[a-z]+ )?[a-z]+)")  # "within a week" is 7 days
Near = tuple[float, Quantity]  # a cited figure, and how near it stands
_LEADS = re.compile(r"[^.:;]*:\s")


def check_figures(case: Case) -> Iterator[str]:
    """Yield the figures and dates that are not in the cited text."""
    for stated, right, rivals, _ in _placed(case):
        if right is None and not _follows(case, stated):
            likely = sorted(rivals, key=lambda p: (p[0], -abs(stated.value - p[1].value)))
            near, nearest = likely[-1] if likely else (0.0, stated)
            says = f"; it says {nearest.written}" if near >= 1 or rivals and stated.dated else ""
            yield f"{stated.written} is not in the cited passage{says}"


def check_places(case: Case) -> Iterator[str]:
    """Yield the figures and dates that the cited text seems to give for something else."""
    for stated, right, _, others in _placed(case):
        near, nearest = max(others, key=lambda p: p[0], default=(0.0, stated))
        if right is not None and near >= max(right + 1, 1.5 * right):
            yield (
                f"the cited passage gives {stated.written} for something else; "
                f"here it says {nearest.written}"
            )


def _placed(case: Case) -> Iterator[tuple[Quantity, float | None, list[Near], list[Near]]]:
    """Yield the figures of a statement among those of the cited text.

    With each: how near the nearest like it stands to the words of its clause, None if there is
    none; and how near those of its kind stand that differ, all and without those told as well.
    """
    places = [(s, q) for s in case.cited for q in s.quantities]
    alike = [[p for p in places if stated.same_kind(p[1])] for stated in case.said.quantities]
    around = {id(q): s.clause_of(q) for s, q in places}
    own = [case.said.clause_of(stated) for stated in case.said.quantities]
    told: dict[int, set[frozenset[str]]] = {}  # by cited figure: the clauses that give it
    for stated, found, clause in zip(case.said.quantities, alike, own, strict=True):
        for _, q in found:
            if stated.borne_out_by(q):
                told.setdefault(id(q), set()).add(clause)
    for stated, found, whole in zip(case.said.quantities, alike, own, strict=True):
        clause = whole & case.shared - {key_of(stated)}
        # how many terms of the clause stand around each: in its clause, half in its sentence
        scored = [(len(clause & around[id(q)]) + len(clause & s.terms) / 2, q, s) for s, q in found]
        right = max((n for n, q, _ in scored if stated.borne_out_by(q)), default=None)
        rivals = [
            (n, q)
            for n, q, s in scored
            if q.kind == stated.kind and not s.heading and not stated.borne_out_by(q)
        ]
        # what the statement gives in another clause may be swapped; in this one it is told too
        yield stated, right, rivals, [p for p in rivals if told.get(id(p[1]), {None}) != {whole}]


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


def _follows(case: Case, stated: Quantity) -> bool:
    """Tell whether a figure is worked out from those of the cited text, or counts what it leads."""
    leads = _LEADS.match(case.said.text)
    if leads and stated.end <= leads.end() and not stated.kind and stated.value <= LEADING:
        return True
    ones = (q for s in case.best for m in _ONE.findall(s.text) for q in quantities_of(f"1 {m}"))
    return any(map(stated.borne_out_by, ones)) or _working(case, stated) is not None


def _working(case: Case, stated: Quantity) -> str | None:
    """Return how a figure follows from those of one sentence, or of all that bear a statement."""
    groups = [s.quantities for s in case.best]
    groups.append(tuple(q for group in groups for q in group))
    found = (find_working(stated, case.said.text, group) for group in groups)
    return next(filter(None, found), None)


def working_of(case: Case) -> str | None:
    """Return the working of figures that are in a statement but not in the cited text."""
    there = [q for sentence in case.cited for q in sentence.quantities]
    missing = (q for q in case.said.quantities if not any(q.borne_out_by(o) for o in there))
    return "; ".join(filter(None, (_working(case, quantity) for quantity in missing))) or None
