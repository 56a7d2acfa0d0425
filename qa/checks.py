"""What in a statement is not borne out by the sentences that it cites, told in words."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from qa.directions import check_directions
from qa.parsing import MARGIN, NEAR, Case, Name, Parsed, fit, key_of
from qa.polarity import CAUSE, CAUSES, STRICT, is_negation, poles_of
from qa.quantities import Quantity, quantities_of

NAME_MARGIN = 0.15  # the same for names, whose places change more in other words
SWAPPED = 0.1  # the same for two figures that each may belong where the other is
SENTENCE = 0.5  # worth of a sentence that has all words of a statement, for the figures in it
LEANS = 0.5  # fit of a name that a sentence speaks of as "it" or "this"
TOLD = 0.25  # share of the words near a denial that a statement has if it tells of that
SAME = 0.6  # share of the best sentence's fit from which another may be meant
_YEAR_BEFORE = re.compile(r"\b(?:year (?:before|earlier)|(?:previous|preceding) year)\b")
_UNCHANGED = frozenset(["constant", "stable", "stayed"])  # was not raised
_WHOLE = frozenset(["total", "overall", "complete"])  # as good as "all"
_CHIEF = frozenset(["main", "primary", "principal", "chief"])  # as good as "largest"
_CONTRASTS = frozenset(["rather", "instead"])  # deny what stands behind them, whatever else


def _check_quantities(case: Case) -> Iterator[str]:
    """Yield what is wrong with figures and dates: not there, or there of something else."""
    meant: list[tuple[Quantity, dict[Quantity, float]]] = []
    for stated in case.said.quantities:
        alike = {key_of(q) for q in case.said.quantities if stated.same_kind(q)}
        context = case.said.around(case.said.place_of(stated), case.shared - alike)
        fits: dict[Quantity, float] = {}
        for value, quantity in _occurrences(case, stated, context):
            fits[quantity] = max(value, fits.get(quantity, 0.0))
        right = [q for q in fits if stated.borne_out_by(q)]
        rivals = [q for q in fits if q.kind == stated.kind and q not in right]
        nearest = max(rivals, key=lambda q: fits[q] + _close(stated, q), default=None)
        if not right and not _follows(case, stated):
            told = nearest and fits[nearest] > NEAR
            yield f"{stated.written} is not in the cited passage" + (
                f"; it says {nearest.written}" if nearest and told else ""
            )
        rivals = [q for q in rivals if not any(s.borne_out_by(q) for s in case.said.quantities)]
        nearest = max(rivals, key=lambda q: fits[q], default=None)
        if right and nearest and fits[nearest] > max(fits[q] for q in right) + MARGIN:
            yield (
                f"in the cited passage {stated.written} is said of something else; "
                f"here it says {nearest.written}"
            )
        if stated.kind == "year" and right and (other := _other_years(case)):
            yield f"the cited passage says this of {other}, not of {stated.written}"
        meant.append((stated, fits))
    for (one, ones), (two, twos) in combinations(meant, 2):
        if one.kind != two.kind or one.borne_out_by(two) or two.borne_out_by(one):
            continue
        if _starts(case.said, one) != _starts(case.said, two) and all(
            any(x.borne_out_by(q) and _starts(s, q) == _starts(case.said, x) for q in s.quantities)
            for x in (one, two)
            for s in case.best[:1]
        ):
            continue
        straight = _together(ones, one, twos, two)
        if straight and _together(ones, two, twos, one) > straight + SWAPPED:
            yield f"the cited passage has {one.written} and {two.written} the other way round"


def _starts(parsed: Parsed, quantity: Quantity) -> bool:
    """Tell whether a change is told to go from a figure."""
    return parsed.text[: quantity.start].endswith("from ")


def _close(one: Quantity, other: Quantity) -> float:
    """Return how near two figures are, 0 to SENTENCE: slips are rather of the nearer one."""
    most = max(abs(one.value), abs(other.value), 1e-9)
    return SENTENCE * (1 - min(1.0, abs(one.value - other.value) / most))


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


def _together(
    ones: dict[Quantity, float], one: Quantity, twos: dict[Quantity, float], two: Quantity
) -> float:
    """Return how well two figures fit where the cited text has them; 0 where it has not both."""
    first = max((fits for q, fits in ones.items() if one.borne_out_by(q)), default=0.0)
    second = max((fits for q, fits in twos.items() if two.borne_out_by(q)), default=0.0)
    return first + second if first and second else 0.0


def _follows(case: Case, stated: Quantity) -> bool:
    """Tell whether a figure counts names, or is the years between two or the year before one."""
    if stated.kind == "months":
        years = [[q.value for q in s.quantities if q.kind == "year"] for s in case.best]
        return any(abs(a - b) * 12 == stated.value for found in years for a in found for b in found)
    if stated.kind == "percent" and " out of " in stated.written:  # "12 of 40"
        parts = {q.value for n in stated.written.split(" out of ") for q in quantities_of(n)}
        return any(parts <= {q.value for q in s.quantities} for s in case.best)
    if stated.kind == "year":
        after = stated.value + 1
        years = [[q.value for q in s.quantities if q.kind == "year"] for s in case.best]
        said = [_YEAR_BEFORE.search(s.text) is not None for s in case.best]
        return any(told and after in found for told, found in zip(said, years, strict=True))
    names, run, longest = case.said.names, 1, 1
    for one, two in zip(names, names[1:], strict=False):
        between = case.said.words[one.last + 1 : two.first]
        run = run + 1 if between in ([], ["and"], ["or"]) else 1
        longest = max(longest, run)
    return not stated.kind and stated.written.isalpha() and stated.value == longest > 1


def _occurrences(
    case: Case, stated: Quantity, context: dict[str, float]
) -> Iterator[tuple[float, Quantity]]:
    """Yield the comparable figures of the cited text with how well the words around them fit.

    A sentence without a year has that of the sentence before.
    """
    inherited: list[Quantity] = []
    for sentence in case.cited:
        told = SENTENCE * len(case.shared & sentence.terms.keys()) / max(1, len(case.shared))
        own = [q for q in sentence.quantities if stated.same_kind(q)]
        for quantity in own:
            around = case.around(sentence, sentence.place_of(quantity), context)
            yield told + fit(context, around), quantity
        if stated.dated:
            own = [q for q in own if q.dated]
            if not own:
                for quantity in inherited:
                    yield told + fit(context, sentence.around(None, context)), quantity
            inherited = own or inherited


def _check_names(case: Case) -> Iterator[str]:
    """Yield names that the cited text does not have, or has in another place than here."""
    for name in case.said.names:
        holding = [i for i, s in enumerate(case.cited) if s.has(name)]
        if not holding:
            if not _abbreviated(case, name):
                yield f"“{name.written}” is not in the cited passage"
            continue
        context = case.said.around(case.said.tokens[name.first].place, case.shared - set(name.keys))
        covers = [_covers(context, s) for s in case.cited]
        best = max(range(len(covers)), key=lambda i: covers[i])
        if max(covers[i] for i in holding) >= SAME * covers[best]:
            best = max(holding, key=lambda i: covers[i])
        sentence = case.cited[best]
        own, rival = 0.0, (0.0, "")
        if best not in holding and sentence.leaning and {best - 1, best - 2} & set(holding):
            own = LEANS
        for other in sentence.names:
            fits = fit(context, sentence.around(sentence.tokens[other.first].place, context))
            if name.shares(other):
                own = max(own, fits)
            elif not case.said.has(other):
                rival = max(rival, (fits, other.written))
        if rival[0] > NEAR and rival[0] > own + (NAME_MARGIN if own else 0):
            yield f"the cited passage says this of {rival[1]}, not of {name.written}"


def _covers(context: dict[str, float], sentence: Parsed) -> float:
    """Return the share of a context's weight that a sentence has."""
    total = sum(context.values())
    return sum(w for term, w in context.items() if term in sentence.terms) / total if total else 0.0


def _abbreviated(case: Case, name: Name) -> bool:
    """Tell whether the cited text has the initials of a name, or what its initials stand for."""
    initials = "".join(word[0] for word in name.words)
    if len(initials) > 2 and any(w.startswith(initials) for s in case.cited for w in s.words):
        return True
    return len(name.words) == 1 and any(
        len(other.words) > 1 and "".join(w[0] for w in other.words).startswith(name.words[0])
        for sentence in case.cited
        for other in sentence.names
    )


def _check_negations(case: Case) -> Iterator[str]:
    """Yield an odd number of denials more in the statement than in the cited sentences, or less.

    A word of one side that denies by meaning ("refused") may say the other's "not", or nothing.
    """
    ours = [case.said.words[at] for at, _ in case.said.denials]
    plain = case.said.stems - {stem for name in case.said.names for stem in name.words}
    near = [
        (len(near & plain) / len(near), s.words[at])
        for s in case.best
        for at, near in s.denials
        if near & plain
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
    theirs = [(s, found) for s in case.best for found in s.superlatives]
    for mine in case.said.superlatives:
        alike_ones = [t for _, t in theirs if t.kind == mine.kind]
        word = case.said.words[mine.at]
        chief = mine.kind == "most" and any(_CHIEF & s.content for s in case.best)
        if not alike_ones and not chief:
            yield f"“{word}” is more than the cited passage says"
        elif alike_ones and all(
            t.rank != mine.rank or t.shared and not mine.shared for t in alike_ones
        ):
            yield f"“{word}” is not how the cited passage ranks it"


def _check_places(case: Case) -> Iterator[str]:
    """Yield what was put in the place of another word in a sentence otherwise repeated."""
    for sentence in case.best:
        matcher = SequenceMatcher(None, case.said.words, sentence.words, autojunk=False)
        codes = matcher.get_opcodes()
        for n, (tag, a, b, c, d) in enumerate(codes):
            left, right = (
                min(codes[i][2] - codes[i][1], 4) if 0 <= i < len(codes) else 0
                for i in (n - 1, n + 1)
            )
            held = (left > 1 or left == a) and (right > 1 or b + right == len(case.said.words))
            if tag != "equal" and held and left + right >= 4 and max(b - a, d - c) <= 4:
                yield from _replaced(case.said, a, b, sentence, c, d)
                if _borrowed(case, a, b, sentence, c, d):
                    written = " ".join(t.written for t in sentence.tokens[c:d])
                    yield f"the cited passage says “{written}” here"


def _borrowed(case: Case, a: int, b: int, source: Parsed, c: int, d: int) -> bool:
    """Tell whether words `a` to `b` come from another sentence than the one otherwise repeated."""
    put = [t for t in case.said.tokens[a:b] if t.word in case.said.content]
    taken = [t for t in source.tokens[c:d] if t.word in source.content]
    poles = {pole for t in put for pole in poles_of(t.word)}
    return bool(
        put
        and taken
        and all(t.key in case.shared and t.key not in source.terms for t in put)
        and all(t.written[0].islower() for t in put)
        and not {t.stem for t in taken} & case.said.stems
        and not poles & {pole for t in taken for pole in poles_of(t.word)}
    )


def _replaced(said: Parsed, a: int, b: int, source: Parsed, c: int, d: int) -> Iterator[str]:
    """Yield what makes words `a` to `b` say otherwise than `c` to `d` of the source."""
    ours = [n for n in said.names if a <= n.first < b]
    theirs = [n for n in source.names if c <= n.first < d]
    if ours and theirs and not any(m.shares(n) for m in ours for n in theirs):
        yield f"the cited passage says {theirs[0].written}, not {ours[0].written}"
    quantified = [
        {kind for at, kind in parsed.quantifiers if start <= at < end}
        for parsed, start, end in ((said, a, b), (source, c, d))
    ]
    weaker = "all" in quantified[1] and quantified[0] <= {"most", "many"}
    if all(quantified) and not weaker and not quantified[0] & quantified[1]:
        yield f"the cited passage says “{' '.join(source.words[c:d])}” here"
    poles = [
        {pole for word in words for pole in poles_of(word)}
        for words in (said.words[a:b], source.words[c:d])
    ]
    if {(axis, -sign) for axis, sign in poles[0]} & poles[1] and not poles[0] & poles[1]:
        yield f"the cited passage says “{' '.join(source.words[c:d])}” here"
    denials = [
        sum(start <= at < end for at, _ in parsed.denials)
        for parsed, start, end in ((said, a, b), (source, c, d))
    ]
    odd = (len(said.denials) - len(source.denials)) % 2
    if odd and denials[0] != denials[1] and abs((b - a) - (d - c)) <= 1 and min(b - a, d - c) == 0:
        word = " ".join(said.words[a:b] or source.words[c:d])
        missing = "does not say" if denials[0] else "says"
        yield f"the cited passage {missing} “{word}” here"


def _check_cause(case: Case) -> Iterator[str]:
    """Yield a cause that the cited sentences do not name as one."""
    found = CAUSE.search(case.said.text)
    near = {j for i in case.bearing for j in (i - 1, i, i + 1)}
    if found and not any(CAUSES.search(s.text) for j, s in enumerate(case.cited) if j in near):
        yield f"the cited passage does not say “{found[0]}”"


CHECKS = (
    _check_quantities,
    _check_names,
    check_directions,
    _check_negations,
    _check_quantifiers,
    _check_places,
    _check_cause,
)
