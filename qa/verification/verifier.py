"""Statements against the passages they cite: is what is said borne out, and if not, what differs.

A statement is read as slots (figures, dates, names, directions, negations, quantifiers,
superlatives), each with the words around it. Each is looked up in the cited sentences where the
words around are alike, and what stands there must bear it out. Then the wording as a whole must be
near enough to the cited text, by a fitted measure (`python -m qa.training.fit_verification`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import exp
from pathlib import Path

import numpy as np

from index.embedder import Vectors
from qa.answer import Verdict
from qa.verification.checks import CHECKS, working_of
from qa.verification.parsing import Case, parse, parse_source, shared
from qa.verification.qualifiers import check_qualifiers

FILE = Path(__file__).parent / "verification.json"
REMEMBERED = 4096  # vectors kept
LONGEST = 1_000  # characters of a statement: each of its slots is compared with all that are cited
SIGNALS = ("covered", "covered_by_best", "cosine", "cosine_of_best", "unknown")


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as it is cited: `label` as shown to people, `text` with its heading."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What checking gave; `reason` says why it is unverified, or how its figures follow."""

    verdict: Verdict
    reason: str | None


def _working(text: str, cited: Sequence[Source]) -> str | None:
    """Return how the figures follow that a borne-out statement has and what it cites has not."""
    case = read_case(text, cited)
    there = [q for sentence in case.cited for q in sentence.quantities]
    missing = (q for q in case.said.quantities if not any(q.borne_out_by(o) for o in there))
    return "; ".join(w for q in missing if (w := working_of(case, q))) or None


def read_case(text: str, cited: Sequence[Source]) -> Case:
    """Read a statement with what it cites."""
    return Case(parse(text), tuple(s for source in cited for s in parse_source(source.text)))


class Verifier:
    """Checks statements against what they cite.

    >>> from numpy import ones
    >>> verifier = Verifier(lambda texts: ones((len(texts), 2)))
    >>> cited = [Source("[1]", "Exports rose by 8.8% in 2023.")]
    >>> verifier.verify("In 2023, exports grew 8.9 %.", cited).reason
    '8.9 % is not in the cited passage; it says 8.8%'
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        """Take an embedder's `embed`."""
        self._embed = embed
        self._vectors: dict[str, Vectors] = {}
        data = json.loads(FILE.read_text(encoding="utf-8"))
        self._weights = np.array([data["weights"][name] for name in SIGNALS])
        self._intercept = float(data["intercept"])
        self._threshold = float(data["threshold"])

    def verify(self, text: str, cited: Sequence[Source], others: Sequence[Source] = ()) -> Finding:
        """Check a statement (without markers) against the passages it cites.

        `others` are further passages; where one of them bears it out, the reason says which.
        """
        fault = self._fault(text, cited) if cited else "cites nothing"
        if fault is None:
            return Finding("verified", _working(text, cited))
        for other in others:
            if all(other.text != c.text for c in cited) and self._fault(text, [other]) is None:
                return Finding("unverified", f"{fault}; {other.label} bears it out")
        return Finding("unverified", fault)

    def _fault(self, text: str, cited: Sequence[Source]) -> str | None:
        """Return what is wrong with a statement, None if nothing."""
        if len(text) > LONGEST:
            return f"has more than {LONGEST:,} characters, too many to be checked"
        case = read_case(text, cited)
        found = chain(*(check(case) for check in CHECKS), check_qualifiers(case, self._vectors_of))
        for fault in found:
            return fault
        score = float(self.signals_of(case) @ self._weights) + self._intercept
        if 1 / (1 + exp(-score)) < self._threshold:
            return "the cited passage does not say this"
        return None

    def signals_of(self, case: Case) -> Vectors:
        """Return what tells whether a statement's wording is the cited one, shape (SIGNALS,)."""
        count = max(1, len(case.said.terms))
        covered = {t for s in case.best for t in shared(case.said, s)}
        best = max((len(shared(case.said, s)) for s in case.cited), default=0)
        joined = " ".join(case.cited[i].text for i in sorted(case.bearing))
        vectors = self._vectors_of([case.said.text, joined, *(s.text for s in case.cited)])
        cosine, *cosines = vectors[1:] @ vectors[0]
        unknown = (count - len(case.shared)) / 10
        signals = [len(covered) / count, best / count, cosine, max(cosines, default=0.0), unknown]
        return np.array(signals, dtype=np.float32)

    def _vectors_of(self, texts: Sequence[str]) -> Vectors:
        """Return vectors, embedding what is new in one batch."""
        held = self._vectors if len(self._vectors) < REMEMBERED else {}
        missing = [text for text in dict.fromkeys(texts) if text not in held]
        if missing:  # never changed in place: several threads may look
            held = held | dict(zip(missing, self._embed(missing), strict=True))
            self._vectors = held
        return np.stack([held[text] for text in texts])
