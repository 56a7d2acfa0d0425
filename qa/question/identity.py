"""The documents that a question is about, by the companies, years, quarters and titles it names.

A document is known by its title and its file name, with the periods in them in whatever form:
 "FY2019", "2025-01-22", "second quarter".
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from index.words import terms
from qa.language.calendar import MONTHS, periods_in
from qa.language.names import name_terms

NAMED = 0.25  # of the fused score: a document that has every name and period that a question names
ALIKE = 0.08  # the same of its other words
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-3]\d))?(?!\d)")
_PIECE = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d{4})|(?<=\d{4})(?=[QHqh][1-4])")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)*")
_CAPITAL = re.compile(r"\b[A-Z]|&")


@lru_cache(maxsize=4096)
def identity_terms(title: str, doc: str) -> frozenset[str]:
    """Return the terms a document is known by: words, periods, initials of its title.

    >>> sorted(identity_terms("Johnson & Johnson", "JNJ_2022-01-25"))
    ['2022', '25', 'januari', 'jj', 'jnj', 'johnson']
    """
    dates = [
        f"{year} {MONTHS[int(month) - 1]} {day or ''}"
        for year, month, day in _ISO_DATE.findall(doc)
    ]
    name = " ".join(_PIECE.findall(_CAMEL.sub(" ", _ISO_DATE.sub(" ", doc)).replace("_", " ")))
    words = " ".join([title, name, *dates])
    capitals = _CAPITAL.findall(title)
    initials = {"".join(capitals).replace("&", sign).lower() for sign in ("", "n")}
    return frozenset({*terms(words), *periods_in(words), *(i for i in initials if len(i) > 1)})


@dataclass(slots=True)
class Identities:
    """The terms that each document is known by, and how many documents share each."""

    known: Mapping[str, frozenset[str]]
    titles: Mapping[str, frozenset[str]]  # the terms of their titles alone
    shared: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.shared = Counter(term for own in self.known.values() for term in own)

    @classmethod
    def of(cls, documents: Iterable[tuple[str, str]]) -> "Identities":
        """Return the identities of documents given as `(doc, title)`."""
        titles = dict(documents)
        return cls(
            {doc: identity_terms(title, doc) for doc, title in titles.items()},
            {doc: frozenset(terms(title)) for doc, title in titles.items()},
        )

    def _telling(self, question: str) -> dict[str, float]:
        """Return the question's terms that identify only some documents, with weights."""
        total = len(self.known)
        asked = {*terms(question), *periods_in(question)}
        return {t: log(total / self.shared[t]) for t in asked if 0 < self.shared[t] < total}

    def favoured(self, question: str) -> dict[str, float]:
        """Return the bonus of passages for a question, by document."""
        telling = self._telling(question)
        hard = named_terms(question) & telling.keys()
        gains: dict[str, float] = {}
        for doc, own in self.known.items() if telling else ():
            for part, most in ((hard, NAMED), (telling.keys() - hard, ALIKE)):
                whole = sum(telling[t] for t in part)
                if whole and (gain := most * sum(telling[t] for t in part & own) / whole):
                    gains[doc] = gains.get(doc, 0.0) + gain
        return gains

    def foreign(self, question: str, doc: str, said: str) -> list[str]:
        """Return the names and periods of a question that identify other documents.

        Those that neither identify this document nor occur in its text `said`. A single word of a
        long title does not name that document: "Indian" is not the French and Indian War.
        """
        hard = named_terms(question) & self._telling(question).keys()
        own = self.known.get(doc, frozenset()) | {*terms(said), *periods_in(said)}
        asked = {*terms(question), *periods_in(question)}
        return sorted(t for t in hard - own if any(self._names(t, d, asked) for d in self.known))

    def _names(self, term: str, doc: str, asked: set[str]) -> bool:
        """Tell whether a question's term identifies a document, alone or with its other terms."""
        title = self.titles[doc]
        whole = term not in title or 2 * len(title & asked) >= len(title)
        return term in self.known[doc] and (whole or not term.isalpha())


def named_terms(question: str) -> set[str]:
    """Return the terms of the names, years, quarters and versions that a question has."""
    return name_terms(question) | periods_in(question) | {*_VERSION.findall(question)}
