"""The check of wording: names, replaced words, "not" and "all", and the whole by a score.

It decides when no chat model judges. The only words it knows are a closed class (negations, words
such as "all"); every other word is compared with the passage's word in its place.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from index.words import STOPWORDS
from qa.language.polarity import CERTAIN, HEDGES, UNIVERSAL, count_denials
from qa.verification.parsing import Case, Name, Parsed

HELD = 4  # words on both sides of another that are repeated for it to stand in its place
ALIKE = 0.7  # share of their terms that two sentences share for their denials to be compared


def check_wording(case: Case) -> Iterator[str]:
    """Yield what a statement says that the cited sentences do not."""
    for name in case.said.names:
        if not any(s.has(name) for s in case.cited) and not _abbreviated(case, name):
            yield f"“{name.written}” is not in the cited passage"
    yield from check_words(case)
    held = {word for s in case.best for word in s.words}
    if held & HEDGES and not HEDGES.intersection(case.said.words):
        for word in CERTAIN.intersection(case.said.words) - held:
            yield f"“{word}” is more certain than the cited passage"
    if _denies_otherwise(case):
        yield "the cited passage says the opposite: one of the two is negated"


def check_words(case: Case) -> Iterator[str]:
    """Yield words put for others, and "all" of what is not: doubts even if a judge has none."""
    for source in case.best:
        yield from _put_for_another(case.said, source)
    held = {word for s in case.best for word in s.words}
    for at, word in enumerate(case.said.words):
        if at and case.said.words[at - 1] == "at":  # "at all"
            continue
        if word in UNIVERSAL and not UNIVERSAL & held:
            yield f"“{word}” goes beyond the cited passage"


def _denies_otherwise(case: Case) -> bool:
    """Tell whether a statement negates what the cited text does not, or the reverse.

    If the statement negates, the cited sentences must not do so at all; if they do, the best one
    must say little else.
    """
    ours = count_denials(case.said.words) % 2
    for source in case.best[:1]:
        both = len(source.terms & case.said.terms)
        if both < ALIKE * len(case.said.terms):
            return False
        if ours:
            return not any(count_denials(s.words) for s in case.best)
        return both >= ALIKE * len(source.terms) and count_denials(source.words) % 2 == 1
    return False


def _abbreviated(case: Case, name: Name) -> bool:
    """Tell whether the cited text has the initials of a name, or the name of its initials."""
    found = [other for sentence in case.cited for other in sentence.names]
    return any(
        len(long.words) > 1 and "".join(word[0] for word in long.words) == short.words[0]
        for other in found
        for long, short in ((name, other), (other, name))
    )


def _put_for_another(said: Parsed, source: Parsed) -> Iterator[str]:
    """Yield words that replace others in an otherwise repeated sentence."""
    codes = SequenceMatcher(None, said.words, source.words, autojunk=False).get_opcodes()
    for n, (tag, a, b, c, d) in enumerate(codes):
        left, right = (
            min(codes[i][2] - codes[i][1], HELD) if 0 <= i < len(codes) else 0
            for i in (n - 1, n + 1)
        )
        held = (left > 1 or left == a) and (right > 1 or b + right == len(said.words))
        if tag != "replace" or not held or left + right < HELD or max(b - a, d - c) > HELD:
            continue
        if _says_another(said, range(a, b), source, range(c, d)):
            ours, theirs = " ".join(said.words[a:b]), " ".join(source.words[c:d])
            yield f"the cited passage says “{theirs}” here, not “{ours}”"


def _says_another(said: Parsed, ours: range, source: Parsed, theirs: range) -> bool:
    """Tell whether words name or say something else than those they replace."""
    mine, other = (
        [n for n in p.names if n.first in r] for p, r in ((said, ours), (source, theirs))
    )
    if mine and other:
        return not any(m.shares(n) for m in mine for n in other)
    if not len(ours) == len(theirs) == 1:
        return False
    one, two = said.tokens[ours[0]], source.tokens[theirs[0]]
    telling = not {one.word, two.word} & STOPWORDS and one.word.isalpha() and two.word.isalpha()
    return telling and one.stem != two.stem and two.stem not in {t.stem for t in said.tokens}
