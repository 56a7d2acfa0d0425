"""What a figure is said of: words put before a thing that its source does not put there.

"Exports of electric cars rose 57 %" is not borne out by "Exports of cars rose 57 %". A word of a
statement is doubted where a noun phrase opens with it, the source has not got it near the figure,
and has what it stands before, or counts something else. Whether it says the same as a word that
the source has is told by their vectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.lexical import STOPWORDS
from qa.parsing import Case, Parsed, Token
from qa.polarity import is_negation, poles_of, quantifiers_of
from qa.quantities import Quantity

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
_MOVING = {axis for word in ("rise", "over") for axis, _ in poles_of(word)}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word that may not belong there: what it stands before, if anything, and the figure."""

    word: str
    head: str
    figure: str
    known: tuple[str, ...]  # words of the source near the figure
    counted: str  # what the source counts, where `word` is what the statement does

    def told(self, source: str) -> str:
        """Return in words what the figure is said of in the source, and in the statement."""
        ours = f"{self.word} {self.head}".strip()
        return f"in the cited passage {self.figure} is said of “{source}”, not of “{ours}”"


def doubts(case: Case) -> Iterator[Doubt]:
    """Yield the doubted words of a statement, each with the first of its figures."""
    figures = [q for q in case.said.quantities if not q.dated]
    found = [
        (i, q, o)
        for q in figures
        for i, s in enumerate(case.cited)
        for o in s.quantities
        if q.borne_out_by(o)
    ]
    tokens = [t for s in _near(case, {i for i, _, _ in found}) for t in s.tokens if _says(t.word)]
    held = {t.stem for t in tokens} | {t.key for t in tokens}
    known = tuple(dict.fromkeys(t.word for t in tokens))
    if not found or not known:
        return
    said = case.said
    anywhere = {stem for s in case.cited for stem in s.stems}
    named = {i for name in said.names for i in range(name.first, name.last + 1)}
    for at, token in enumerate(said.tokens):
        if at in named or not _says(token.word) or {token.stem, token.key} & held:
            continue
        if _figure_at(said, token.start) or (_owns(token) and token.stem in anywhere):
            continue
        before = _figure_at(said, said.tokens[at - 1].start) if at else None
        counts = [_counted(case.cited[i], o) for i, q, o in found if q is before and not q.kind]
        if any(counts) and before and not any(c in said.words for c in counts):
            yield Doubt(token.word, "", before.written, known, next(filter(None, counts)))
        for i in dict.fromkeys(i for i, _, _ in found):
            for replaced in _replaced(said, at, case.cited[i]):
                yield Doubt(token.word, "", figures[0].written, known, replaced)
        for head in _behind(said, at) if before or _opens(said, at) else ():
            yield Doubt(token.word, head, figures[0].written, known, "")


def _near(case: Case, places: set[int]) -> Iterator[Parsed]:
    """Yield the cited sentences at the places, those before them, and headings."""
    for i, sentence in enumerate(case.cited):
        if sentence.heading or {i, i + 1} & places:
            yield sentence


def _says(word: str) -> bool:
    """Tell whether a word says what something is."""
    counts = any(quantifiers_of([word])) or is_negation(word)
    moves = any(axis in _MOVING for axis, _ in poles_of(word))
    empty = counts or moves or word in STOPWORDS | _EMPTY
    return len(word) > 2 and word.isalpha() and not empty


def _figure_at(parsed: Parsed, offset: int) -> Quantity | None:
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
    link = next((i for i in (at - 1, at - 2) if i > 0 and said.words[i] == "of"), None)
    if link is None or (link == at - 2 and said.words[at - 1] != "the"):
        return
    for i in range(1, len(source.words) - 1):
        if source.words[i] == "of" and source.tokens[i - 1].stem == said.tokens[link - 1].stem:
            behind = [*source.words[i + 1 : i + 3], ""]
            theirs = behind[behind[0] == "the"]
            if _says(theirs) and theirs not in said.words:
                yield theirs


def _behind(said: Parsed, at: int) -> Iterator[str]:
    """Yield the thing that a word is put before, if any."""
    for one, two in pairwise(said.tokens[at : at + 2]):
        between = said.text[one.start + len(one.written) : two.start].strip("'’")
        thing = _says(two.word) and two.written[0].islower()
        participle = two.word.endswith(("ed", "ing"))
        if between in (" ", "-") and thing and not participle:
            yield two.word


def _owns(token: Token) -> bool:
    return token.written.endswith(("'s", "’s"))


def _opens(said: Parsed, at: int) -> bool:
    """Tell whether a noun phrase opens at a word."""
    if at == 0:
        return True
    before = said.tokens[at - 1]
    between = said.text[before.start + len(before.written) : said.tokens[at].start]
    return before.word in _OPENING or _owns(before) or "," in between
