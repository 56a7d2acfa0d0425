"""What in a statement is not borne out by the sentences that it cites, told in words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import combinations

from index.words import words
from qa.language.antonyms import senses_of
from qa.language.arithmetic import find_working
from qa.language.polarity import CAUSE, CAUSES, STRICT, is_negation
from qa.language.quantities import Quantity, quantities_of
from qa.verification.directions import check_directions
from qa.verification.parsing import MARGIN, NEAR, Case, Name, Parsed, fit, key_of

SWAPPED = 0.1  # the same for two figures that each may belong where the other is
SENTENCE = 0.5  # worth of a sentence that has all words of a statement, for the figures in it
TOLD = 0.25  # share of the words near a denial that a statement has if it tells of that
LEANS = 0.5  # fit of a name that a sentence speaks of as "it" or "this"
SAME = 0.6  # share of the best sentence's fit from which another may be meant
_YEAR_BEFORE = re.compile(r"\b(?:year (?:before|earlier)|(?:previous|preceding) year)\b")
_UNCHANGED = frozenset(["constant", "stable", "stayed"])  # was not raised
_WHOLE = frozenset(["total", "overall", "complete"])  # as good as "all"
_CHIEF = frozenset(["main", "primary", "principal", "chief"])  # as good as "largest"
_AMOUNT = re.compile(r"(?i)(?<!\bor )(?<!\d )(?<!% )(?<!\d% )\b(more|less|fewer)\b(?! than\b)")
_BOUND = re.compile(r"\b(?:more|less|fewer) than (?=(?:[A-Z]{3} |[$€£¥])?\d)")
_COMPARED = re.compile(
    r"\b(?:as|than|\w+ier|better|worse|additional\w*|further|extra|another|half|twice|doubl\w+)\b"
)
_ROLES = {  # of a percentage: the words before it, and those behind
    "a share": (
        r"\b(?:account\w* for|(?:share|proportion) of|ma[kd]es? up|represent\w+|compris\w+|"
        r"constitut\w+)",
        r"of\b|share\b",
    ),
    "a change": (
        r"\b(?:by|up|down|gr[eo]w\w*|r[io]se\w*|f[ea]ll\w*|climb\w*|dropp?\w*|(?:in|de)creas\w+|"
        r"declin\w+|(?:growth|growth rate|rise|drop|increase|decrease|decline) of)",
        r"(?:year[- ]on[- ]year |annual |yearly )?(?:increase|decrease|growth|rise|decline|drop|"
        r"fall|jump|gain|higher|lower|more|less|faster|slower)\b",
    ),
}
_ROUGHLY = r"(?: (?:about|around|some|nearly|almost|over|more than|less than|only|just))?\s*$"
_CONTRASTS = frozenset(["rather", "instead"])  # deny what stands behind them, whatever else
Fits = dict[Quantity, float]  # how well the words around a figure of the cited text fit


def _check_quantities(case: Case) -> Iterator[str]:
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
        if case.said.text[: one.start].endswith("from "):  # told by the direction of the change
            continue
        straight = _together(ones, first, twos, second)
        if straight and _together(ones, second, twos, first) > straight + SWAPPED:
            yield f"the cited passage has {one.written} and {two.written} the other way round"


def _check_shares(case: Case) -> Iterator[str]:
    """Yield percentages that are a share here and a change in the cited sentences, or reversed."""
    for stated in (q for q in case.said.quantities if q.kind == "percent"):
        ours = _roles(case.said, stated)
        found = [_roles(s, q) for s in case.best for q in s.quantities if stated.borne_out_by(q)]
        clear = len(ours) == 1 and all(len(theirs) == 1 for theirs in found)
        if found and clear and not ours & set().union(*found):
            yield f"in the cited passage {stated.written} is {found[0].pop()}, not {ours.pop()}"


def _roles(parsed: Parsed, figure: Quantity) -> set[str]:
    """Return what a percentage is said to be: "a share" or "a change"; both or none if unclear."""
    before, behind = parsed.text[: figure.start], parsed.text[figure.end :].lstrip()
    return {
        role
        for role, (leading, following) in _ROLES.items()
        if re.search(leading + _ROUGHLY, before, re.IGNORECASE)
        or re.match(following, behind, re.IGNORECASE)
    }


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
    """Tell whether a figure is the years between two, the year before one, or "12 of 40"."""
    parts = {q.value for n in stated.written.split(" out of ") for q in quantities_of(n)}
    for sentence in case.best:
        years = [q.value for q in sentence.quantities if q.kind == "year"]
        spans = {12 * (a - b) for a in years for b in years}
        if (
            (stated.kind == "months" and stated.value in spans)
            or (len(parts) == 2 and parts <= {q.value for q in sentence.quantities})
            or (stated.value + 1 in years and _YEAR_BEFORE.search(sentence.text))
        ):
            return True
    return working_of(case, stated) is not None


def working_of(case: Case, stated: Quantity) -> str | None:
    """Return how a figure that the cited text does not have follows from those that it has."""
    sources = [q for sentence in case.best for q in sentence.quantities]
    return find_working(stated, case.said.text, sources)


def _check_names(case: Case) -> Iterator[str]:
    """Yield names that the cited text does not have, or has in another place than here."""
    for name in case.said.names:
        holding = [i for i, s in enumerate(case.cited) if s.has(name)]
        if not holding:
            if not _abbreviated(case, name):
                yield f"“{name.written}” is not in the cited passage"
            continue
        context = case.said.around(case.said.tokens[name.first].place, case.shared - set(name.keys))
        covers = [sum(w for t, w in context.items() if t in s.terms) for s in case.cited]
        best = max(range(len(covers)), key=covers.__getitem__)
        if max(covers[i] for i in holding) >= SAME * covers[best]:
            best = max(holding, key=covers.__getitem__)
        sentence = case.cited[best]
        rival = (0.0, "")
        leans = best not in holding and sentence.leaning and {best - 1, best - 2} & set(holding)
        own = LEANS if leans else 0.0
        for other in sentence.names:
            fits = fit(context, sentence.around(sentence.tokens[other.first].place, context))
            if name.shares(other):
                own = max(own, fits)
            elif not case.said.has(other):
                rival = max(rival, (fits, other.written))
        if rival[0] > NEAR and rival[0] > own + (MARGIN if own else 0):
            yield f"the cited passage says this of {rival[1]}, not of {name.written}"


def _abbreviated(case: Case, name: Name) -> bool:
    """Tell whether the cited text has the initials of a name, or what its initials stand for."""
    found = [other for sentence in case.cited for other in sentence.names]
    return any(
        len(long.words) > 1 and "".join(word[0] for word in long.words) == short.words[0]
        for other in found
        for long, short in ((name, other), (other, name))
    )


def _check_negations(case: Case) -> Iterator[str]:
    """Yield an odd number of denials more in the statement than in the cited sentences, or less.

    A word of one side that denies by meaning ("refused") may say the other's "not", or nothing.
    """
    ours = [case.said.words[at] for at, _ in case.said.denials]
    near = [
        (len(near & case.said.stems) / len(near), s.words[at])
        for s in case.best
        for at, near in s.denials
        if near & case.said.stems
    ]
    told = [word for share, word in near if share > TOLD]
    differing = {*ours} ^ {word for _, word in near} - _CONTRASTS
    meant = [word for word in differing if not is_negation(word)]
    alike = not ours and _UNCHANGED & case.said.content
    even = any((len(ours) - len(found)) % 2 == 0 for found in (near, told))
    if alike or even or meant:
        return
    if len(ours) > len(told):
        yield f"the cited passage does not say “{ours[0]}” here"
    else:
        yield f"the cited passage says “{told[0]}” here"


def _check_quantifiers(case: Case) -> Iterator[str]:
    """Yield quantifiers that the cited sentences do not have."""
    held = [kind for s in case.best for _, kind in s.quantifiers]
    for at, kind in case.said.quantifiers:
        needs = STRICT.get(kind)
        said = case.said.words[at]
        whole = kind == "all" and any(_WHOLE & s.content for s in case.best)
        if needs and said != "each" and not whole and not needs & set(held):
            yield f"“{said}” is more than the cited passage says"
    compared = any(map(_compares, case.best))
    for found in () if compared else _AMOUNT.finditer(case.said.text):
        yield f"the cited passage does not say “{found[1]}” here"
    theirs = [found for s in case.best for found in s.superlatives]
    for mine in case.said.superlatives:
        alike_ones = [t for t in theirs if t.kind == mine.kind]
        word = case.said.words[mine.at]
        chief = mine.kind == "most" and any(_CHIEF & s.content for s in case.best)
        if not alike_ones and not chief:
            yield f"“{word}” is more than the cited passage says"
        elif alike_ones and all(t.rank != mine.rank for t in alike_ones):
            yield f"“{word}” is not how the cited passage ranks it"


def _compares(source: Parsed) -> bool:
    """Tell whether a sentence says that something is more or less; "more than 5" does not."""
    text = _BOUND.sub(" ", source.text)
    axes = {axis for axis, _ in senses_of("more")}
    return bool(_COMPARED.search(text)) or any(
        axis in axes for word in words(text) for axis, _ in senses_of(word)
    )


def _check_places(case: Case) -> Iterator[str]:
    """Yield what was put in the place of another word in a sentence otherwise repeated."""
    said = case.said
    held_words = frozenset[str]().union(*(s.stems for s in case.cited))
    for source in case.best:
        matcher = SequenceMatcher(None, said.words, source.words, autojunk=False)
        codes = matcher.get_opcodes()
        for n, (tag, a, b, c, d) in enumerate(codes):
            left, right = (
                min(codes[i][2] - codes[i][1], 4) if 0 <= i < len(codes) else 0
                for i in (n - 1, n + 1)
            )
            held = (left > 1 or left == a) and (right > 1 or b + right == len(said.words))
            if tag == "equal" or not held or left + right < 4 or max(b - a, d - c) > 4:
                continue
            if _contrary(said, range(a, b), source, range(c, d), held_words):
                there = " ".join(source.words[c:d])
                here = f"says “{there}”" if there else f"does not say “{said.words[a]}”"
                yield f"the cited passage {here} here"


def _contrary(
    said: Parsed, ours: range, source: Parsed, theirs: range, held: frozenset[str]
) -> bool:
    """Tell whether words of a statement name or say another thing than those in their place.

    Another thing is what the cited text, whose stems are `held`, speaks of elsewhere.
    """
    places = ((said, ours), (source, theirs))
    mine, other = ([n for n in parsed.names if n.first in here] for parsed, here in places)
    put, taken = ({p for i in here for p in senses_of(parsed.words[i])} for parsed, here in places)
    denied = any(at in here for parsed, here in places for at, _ in parsed.denials)
    odd = (len(said.denials) - len(source.denials)) % 2
    return bool(
        (mine and other and not any(m.shares(n) for m in mine for n in other))
        or ({(axis, -sign) for axis, sign in put} & taken and not put & taken)
        or (odd and denied and {len(ours), len(theirs)} == {0, 1})
        or (len(ours) == len(theirs) == 1 and _exchanged(said, ours[0], source, theirs[0], held))
    )


def _exchanged(said: Parsed, at: int, source: Parsed, there: int, held: frozenset[str]) -> bool:
    """Tell whether a word stands for another, and both are spoken of in the cited text."""
    mine, other = said.tokens[at], source.tokens[there]
    telling = mine.word in said.content and other.word in source.content
    changes = senses_of(mine.word) or senses_of(other.word)
    return telling and not changes and mine.stem in held and other.stem not in said.stems


def _check_cause(case: Case) -> Iterator[str]:
    """Yield a cause that the cited sentences do not name as one."""
    found = CAUSE.search(case.said.text)
    near = {j for i in case.bearing for j in (i - 1, i, i + 1)}
    if found and not any(CAUSES.search(s.text) for j, s in enumerate(case.cited) if j in near):
        yield f"the cited passage does not say “{found[0]}”"


CHECKS = (
    _check_quantities,
    _check_shares,
    _check_names,
    check_directions,
    _check_negations,
    _check_quantifiers,
    _check_places,
    _check_cause,
)
