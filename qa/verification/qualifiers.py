"""What a figure is said of: words put before a thing that its source does not put there.

"Exports of electric cars rose 57 %" is not borne out by "Exports of cars rose 57 %". A word of a
statement is doubted where a noun phrase opens with it, the source has not got it near the figure,
and has what it stands before, or counts something else. Whether it says the same as a word that
the source has is told by their vectors.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.embedder import Vectors
from index.words import STOPWORDS
from qa.language.antonyms import senses_of
from qa.language.polarity import is_negation, quantifiers_of
from qa.language.quantities import Quantity
from qa.verification.parsing import Case, Parsed

LIKE = 0.5  # cosine from which a word may say the same as another
SAME = 0.7  # cosine from which a word surely does
_OPENING = frozenset(
    ["a", "an", "the", "this", "its", "his", "her", "their", "our", "of", "in", "on", "at", "for"]
    + ["from", "with", "by", "as", "than"]
)
_ANYBODY = ("people", "persons")
_EMPTY = frozenset(
    ["more", "most", "less", "both", "such", "same", "own", "other", "another", "actual", "overall"]
    + ["per", "now", "new", "still", "also", "single", "different", "specific", "respective"]
    + ["domestic", "national", "following", "previous", "while", "whereas", "although", "though"]
    + ["because", *_ANYBODY]
)
_MOVING = {axis for word in ("rise", "over") for axis, _ in senses_of(word)}


def check_qualifiers(case: Case, embed: Callable[[Sequence[str]], Vectors]) -> Iterator[str]:
    """Yield what the cited sentences say a statement's figures of, where it is something else."""
    figures = [q for q in case.said.quantities if not q.dated]
    found = [
        (i, q, o)
        for q in figures
        for i, s in enumerate(case.cited)
        for o in s.quantities
        if q.borne_out_by(o)
    ]
    places = {i for i, _, _ in found}
    near = [s for i, s in enumerate(case.cited) if s.heading or {i, i + 1} & places]
    tokens = [t for s in near for t in s.tokens if _says(t.word)]
    known = list(dict.fromkeys(t.word for t in tokens))
    if not found or not known:
        return
    held = {t.stem for t in tokens} | {t.key for t in tokens}
    said = case.said
    for at, token in enumerate(said.tokens):
        if not _says(token.word) or {token.stem, token.key} & held or _figure_at(said, at):
            continue
        owns = token.written.endswith(("'s", "’s"))
        if owns and any(token.stem in s.stems for s in case.cited):
            continue
        before = _figure_at(said, at - 1) if at else None
        counted = {_counted(case.cited[i], o) for i, q, o in found if q is before and not q.kind}
        theirs = [] if counted & set(said.words) else sorted(counted - {""})
        theirs += [word for i in sorted(places) for word in _replaced(said, at, case.cited[i])]
        opens = at == 0 or before or said.words[at - 1] in _OPENING
        head = _behind(said, at) if opens else ""
        if not theirs and not head:
            continue
        vectors = embed([token.word, head or token.word, *known])
        if (vectors[2:] @ vectors[0]).max() >= LIKE:
            continue
        heads = vectors[2:] @ vectors[1]
        if not theirs and heads.max() >= SAME:
            theirs = [known[heads.argmax()]]
        if theirs:
            ours = f"{token.word} {head}".strip()
            figure = (before or figures[0]).written
            yield f"in the cited passage {figure} is said of “{theirs[0]}”, not of “{ours}”"


def _says(word: str) -> bool:
    """Tell whether a word says what something is."""
    counts = any(quantifiers_of([word])) or is_negation(word)
    moves = any(axis in _MOVING for axis, _ in senses_of(word))
    empty = counts or moves or word in STOPWORDS | _EMPTY
    return len(word) > 2 and word.isalpha() and not empty


def _figure_at(parsed: Parsed, at: int) -> Quantity | None:
    offset = parsed.tokens[at].start
    return next((q for q in parsed.quantities if q.start <= offset < q.end), None)


def _counted(source: Parsed, figure: Quantity) -> str:
    """Return the word right behind a figure, "" if it says nothing."""
    behind = source.text[figure.end :].lstrip()
    token = next((t for t in source.tokens if t.start >= figure.end), None)
    if token is None or not behind.startswith(token.written):
        return ""
    return token.word if _says(token.word) or token.word in _ANYBODY else ""


def _replaced(said: Parsed, at: int, source: Parsed) -> Iterator[str]:
    """Yield what the source has in the place of "phosphate" in "losses of phosphate"."""
    if at < 2 or said.words[at - 1] != "of":
        return
    for thing, of, theirs in zip(source.tokens, source.words[1:], source.words[2:], strict=False):
        if of == "of" and thing.stem == said.tokens[at - 2].stem and _says(theirs):
            yield theirs


def _behind(said: Parsed, at: int) -> str:
    """Return the thing that a word is put before, if any."""
    for one, two in pairwise(said.tokens[at : at + 2]):
        between = said.text[one.start + len(one.written) : two.start].strip("'’")
        thing = _says(two.word) and two.written[0].islower()
        if between in (" ", "-") and thing and not two.word.endswith(("ed", "ing")):
            return two.word
    return ""
