"""Which way things go: words of a statement whose opposite its source says in their place."""

import re
from collections.abc import Iterator

from qa.language.antonyms import MUTUAL, senses_of
from qa.language.polarity import is_negation
from qa.verification.parsing import MARGIN, NEAR, Case, Parsed, fit

_CHANGE = re.compile(r"\b(\w+) (?:by [\w.,%$€£ ]{1,24} )?from (?=\S{0,4}\d)")


def _signs(parsed: Parsed, ours: bool) -> Iterator[tuple[int, dict[int, int]]]:
    """Yield the token and {axis: sign} of words that have an opposite; "not" turns the sign.

    Of a statement (`ours`) those that are denied are left to other checks.
    """
    for at, token in enumerate(parsed.tokens):
        poles = senses_of(token.word)
        if not poles:
            continue
        turned = any(is_negation(word) for word in parsed.words[max(0, at - 3) : at])
        if not (ours and turned):
            yield at, {axis: -sign if turned else sign for axis, sign in poles}


def check_directions(case: Case) -> Iterator[str]:
    """Yield words whose opposite stands at their place in the cited sentences."""
    theirs = [(s, at, poles) for s in case.best for at, poles in _signs(s, ours=False)]
    for at, poles in _signs(case.said, ours=True):
        token = case.said.tokens[at]
        opposites = {t.key for t in case.said.tokens if _axes(t.word) & poles.keys()}
        context = case.said.around(token.place, case.shared - opposites)
        same, opposite = 0.0, (0.0, "")
        for sentence, place, other in theirs:
            axes = poles.keys() & other.keys()
            if not axes or (axes & MUTUAL and _turned(case.said, sentence)):
                continue
            there = sentence.tokens[place]
            fits = fit(context, case.around(sentence, there.place, context))
            agree = any(poles[axis] == other[axis] for axis in axes)
            both = _both(sentence, place)
            if both and not _both(case.said, at):
                opposite = max(opposite, (fits - MARGIN, both))
            elif there.stem == token.stem or agree:
                same = max(same, fits)
            else:
                aside = 0 if sentence is case.best[0] else MARGIN
                opposite = max(opposite, (fits - aside, there.word))
        if opposite[0] > NEAR and opposite[0] > same + (MARGIN if same else 0):
            yield f"the cited passage says “{opposite[1]}”, not “{token.word}”"
    yield from _check_change(case.said)


def _axes(word: str) -> set[int]:
    return {axis for axis, _ in senses_of(word)}


def _both(parsed: Parsed, at: int) -> str:
    """Return the words where a word stands together with its opposite: "imports and exports"."""
    poles = {(axis, -sign) for axis, sign in senses_of(parsed.words[at])}
    for start in (at, at - 2):
        found = parsed.words[max(0, start) : start + 3]
        if len(found) == 3 and found[1] in ("and", "or"):
            other = found[2] if start == at else found[0]
            if poles & senses_of(other):
                return " ".join(found)
    return ""


def _turned(said: Parsed, source: Parsed) -> bool:
    """Tell whether a statement names the sides in another order than its source."""
    ours = [n for n in said.names if source.has(n)]
    theirs = [n for n in source.names if said.has(n)]
    return bool(ours and theirs and not ours[0].shares(theirs[0]))


def _check_change(said: Parsed) -> Iterator[str]:
    """Yield changes whose own figures go the other way: "57 %, down from 52 %"."""
    for match in _CHANGE.finditer(said.text):
        first = next((q for q in said.quantities if q.start >= match.end() - 1), None)
        if first is None or first.start - match.end() > 3:
            continue
        alike = [q for q in said.quantities if q.kind == first.kind and q is not first]
        to = [q for q in alike if said.text[first.end : q.start].strip().endswith("to")]
        before = [q for q in alike if q.end <= match.start()]
        other = to[0] if to else before[-1] if before else None
        sign = next((s for axis, s in senses_of(match[1].lower()) if axis == 0), 0)
        if other and sign * (other.value - first.value) < 0 and not first.dated:
            yield f"{other.written} is not “{match[1]}” from {first.written}"
