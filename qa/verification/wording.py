"""The check of wording: names, replaced words, "not" and "all", and the whole by a score.

It decides when no chat model judges. The only words it knows are a closed class (negations, words
such as "all"); every other word is compared with the passage's word in its place.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from index.words import STOPWORDS
from qa.language.names import same_name
from qa.language.polarity import HEDGES, MODALS, UNIVERSAL, count_denials
from qa.verification.parsing import Case, Parsed

HELD = 4  # words on both sides of another that are repeated for it to stand in its place
ALIKE = 0.6  # share of a statement's terms in a sentence for its hedges to be compared


def check_wording(case: Case) -> Iterator[str]:
    """Yield what a statement says that the cited sentences do not."""
    words = {word for s in case.cited for word in s.words}
    long = " ".join(name for short, name in case.said.initials.items() if short in words)
    for name in case.said.names:
        abbreviated = name.written in long or any(name.word in s.initials for s in case.cited)
        if not abbreviated and not any(same_name(name.word, word) for word in words):
            yield f"“{name.written}” is not in the cited passage"
    yield from check_words(case)


def check_words(case: Case) -> Iterator[str]:
    """Yield what a judge is doubted for, too: words put for others, a new "all", a lost "may"."""
    for source in case.best:
        yield from _put_for_another(case.said, source)
    held = {word for s in case.best for word in s.words}
    for at, word in enumerate(case.said.words):
        at_all = case.said.words[at - 1 : at] == ["at"]
        if word in UNIVERSAL and not at_all and not UNIVERSAL & held:
            yield f"“{word}” goes beyond the cited passage"
    if case.best and not _among(case.said, HEDGES | MODALS):
        hedges = _among(case.best[0], HEDGES)
        if hedges and len(case.best[0].terms & case.said.terms) >= ALIKE * len(case.said.terms):
            yield f"the cited passage says “{hedges[0]}”; this is more certain"


def _among(sentence: Parsed, words: frozenset[str]) -> list[str]:
    return [t.word for t in sentence.tokens if t.word in words and t.written != "May"]


def _put_for_another(said: Parsed, source: Parsed) -> Iterator[str]:
    """Yield words that replace others in an otherwise repeated sentence."""
    codes = SequenceMatcher(None, said.words, source.words, autojunk=False).get_opcodes()
    for n, (tag, a, b, c, d) in enumerate(codes):
        left, right = (
            min(codes[i][2] - codes[i][1], HELD) if 0 <= i < len(codes) else 0
            for i in (n - 1, n + 1)
        )
        if tag == "equal" or left + right < HELD or max(b - a, d - c) > HELD:
            continue
        if count_denials(said.words[a:b]) % 2 != count_denials(source.words[c:d]) % 2:
            yield "the cited passage says the opposite: one of the two is negated"
        held = (left > 1 or left == a) and (right > 1 or b + right == len(said.words))
        if tag != "replace" or not held:
            continue
        if _says_another(said, range(a, b), source, range(c, d)):
            ours, theirs = " ".join(said.words[a:b]), " ".join(source.words[c:d])
            yield f"the cited passage says “{theirs}” here, not “{ours}”"


def _says_another(said: Parsed, ours: range, source: Parsed, theirs: range) -> bool:
    """Tell whether words name or say something else than those they replace."""
    mine, other = (
        [t.word for t in p.tokens[r.start : r.stop] if t in p.names]
        for p, r in ((said, ours), (source, theirs))
    )
    if mine and other:
        return not any(same_name(m, n) for m in mine for n in other)
    if not len(ours) == len(theirs) == 1:
        return False
    one, two = said.tokens[ours[0]], source.tokens[theirs[0]]
    telling = not {one.word, two.word} & STOPWORDS and one.word.isalpha() and two.word.isalpha()
    return telling and one.stem != two.stem and two.stem not in {t.stem for t in said.tokens}
