"""Parsed sentences, with the positions of words, figures and names, for verification."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sentencex import get_sentence_boundaries

from index.words import STOPWORDS, stem
from qa.language.names import TITLES, is_named, is_uncommon, name_forms
from qa.language.quantities import Quantity, quantities_of
from qa.language.sentences import CLAUSE_BREAK

BEARING = 3  # sentences that can bear one statement together
NEW = 0.12  # share of a statement's words that a further sentence must add
_LONG_NAME = re.compile(r"[A-Z][\w’'-]*(?:[ -][A-Z][\w’'-]*)+")
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: lower case, its stem, what it counts as, where it begins, as it is written."""

    word: str
    stem: str
    key: str
    start: int
    written: str


def key_of(quantity: Quantity) -> str:
    """Return the key of a figure among the words around another."""
    return f"{quantity.kind}={quantity.value:.6g}"


class Parsed:
    """One sentence or statement, read once."""

    def __init__(self, text: str, heading: bool = False) -> None:
        """Parse the text; `heading` marks a line above the running text."""
        self.heading = heading
        self.text = text
        self.quantities = quantities_of(text)
        self.tokens: list[Token] = []
        for match in _TOKEN.finditer(text):
            written = match[0]
            word = written.lower().replace("’", "'").removesuffix("'s")
            word = word.replace(".", "") if word[0].isalpha() else word
            root = stem(word)
            key = min(name_forms(word)) if written[0].isupper() else root
            self.tokens.append(Token(word, root, key, match.start(), written))
        self.words = [token.word for token in self.tokens]

    def _in_figure(self, token: Token) -> bool:
        return any(q.start <= token.start < q.end for q in self.quantities)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The stems of its words that carry meaning, and its figures."""
        return self.terms_within(0, len(self.text))

    def terms_within(self, start: int, end: int) -> frozenset[str]:
        """Return the terms that begin in a span of it."""
        words = {
            token.key
            for token in self.tokens
            if start <= token.start < end
            and token.word not in STOPWORDS
            and not self._in_figure(token)
        }
        return frozenset(words | {key_of(q) for q in self.quantities if start <= q.start < end})

    def clause_of(self, quantity: Quantity) -> frozenset[str]:
        """Return the terms of the clause that a figure stands in."""
        marks = [0, *(m.start() for m in CLAUSE_BREAK.finditer(self.text)), len(self.text)]
        first = max(m for m in marks if m <= quantity.start)
        last = min((m for m in marks if m >= quantity.end), default=len(self.text))
        return self.terms_within(first, last)

    @cached_property
    def names(self) -> tuple[Token, ...]:
        """Its capitalised words; a first one counts if it is usually capitalised."""
        return tuple(t for i, t in enumerate(self.tokens) if self._capital(i))

    def _capital(self, at: int) -> bool:
        """Tell whether a word is capitalised for another reason than its position."""
        token, *following = self.tokens[at : at + 2]
        known = token.word not in STOPWORDS | TITLES or token.written == "US"
        if not token.written[0].isupper() or not known or self._in_figure(token):
            return False
        followed = any(t.written[0].isupper() and is_uncommon(token.written) for t in following)
        return at > 0 or followed or is_named(token.written)

    @cached_property
    def initials(self) -> dict[str, str]:
        """The initials of its names of several words, with the name."""
        return {
            "".join(w[0] for w in re.findall(r"\w+", n)).lower(): n
            for n in _LONG_NAME.findall(self.text)
        }


_parse = lru_cache(maxsize=4096)(Parsed)


@lru_cache(maxsize=1024)
def parse_source(text: str) -> tuple[Parsed, ...]:
    """Parse a passage sentence by sentence; a line without an end mark is a heading."""
    found: list[Parsed] = []
    lines = [line for line in text.splitlines() if line.strip()]
    for n, line in enumerate(lines):
        for boundary in get_sentence_boundaries("en", line):
            piece = line[boundary["start_index"] : boundary["end_index"]].strip()
            if any(c.isalnum() for c in piece):
                over = n + 1 < len(lines) and piece[-1] not in '.!?;:”"’)' and len(piece) < 120
                found.append(Parsed(piece, heading=over))
    return tuple(found)


def read_case(text: str, cited: Sequence[str]) -> "Case":
    """Parse a statement and the texts that it cites."""
    return Case(_parse(text), tuple(s for source in cited for s in parse_source(source)))


@dataclass(frozen=True)
class Case:
    """A statement with the sentences it cites."""

    said: Parsed
    cited: tuple[Parsed, ...]

    @cached_property
    def shared(self) -> frozenset[str]:
        """The terms of the statement that are also in the cited text."""
        return frozenset(t for s in self.cited for t in self.said.terms & s.terms)

    @cached_property
    def bearing(self) -> tuple[int, ...]:
        """The indices of the sentences that together have most of its words, best first."""
        chosen: list[int] = []
        covered: set[str] = set()
        for _ in range(BEARING):
            gains = [
                (len((self.said.terms & s.terms) - covered) - 0.5 * s.heading, -i)
                for i, s in enumerate(self.cited)
                if i not in chosen
            ]
            gain, at = max(gains, default=(0, 0))
            if gain < (NEW * len(self.said.terms) if chosen else 1):
                break
            chosen.append(-at)
            covered |= self.said.terms & self.cited[-at].terms
        return tuple(chosen)

    @property
    def best(self) -> list[Parsed]:
        """The sentences that support the statement, best first."""
        return [self.cited[i] for i in self.bearing]
