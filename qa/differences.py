"""What differs between a question and a sentence that nearly answers it, in words."""

import re
from collections.abc import Sequence

from index.lexical import STOPWORDS, LexicalIndex, stem, terms, words
from qa.features import Evidence, SentenceCandidate
from qa.kinds import Offer, find_opposite, offer_of

NEAR = 8  # best sentences among which look-alikes are sought
MOST = 3
ALIKE = 0.5  # share of the question's words that a look-alike speaks of, too
_CURRENCY = re.compile(r"RMB|CNY|USD|EUR|GBP|JPY|US")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f]")  # letters of another script than Latin
_NAME = re.compile(r"(?<=[\w,;:)(“\"] )[A-Z][\w’'-]*(?: (?:and |of |the )?[A-Z][\w’'-]*)*")


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def explain_decline(evidence: Evidence, best: SentenceCandidate, lexical: LexicalIndex) -> str:
    """Return a sentence that says what the documents lack for this question."""
    if len(_FOREIGN.findall(evidence.question)) * 2 > len(evidence.question.replace(" ", "")):
        return "Questions are read in English only; ask it in English."
    asked_years, near_years = evidence.wanted.years, best.offer.years
    if asked_years and near_years and not asked_years & near_years:
        return (
            f"The nearest sentence speaks of {_listed(sorted(near_years))}, "
            f"not of {_listed(sorted(asked_years))}."
        )
    opposed = find_opposite(set(evidence.weights), set(terms(best.text)))
    if opposed:
        return f"The nearest sentence speaks of {opposed}."
    asked = dict.fromkeys(w for w in words(evidence.question) if w not in STOPWORDS)
    unknown = [word for word in asked if not lexical.knows(stem(word))]
    if unknown and len(unknown) == len(asked):
        return "They hold nothing about this."
    missing = unknown or [word for word in asked if stem(word) not in best.covered_in_context]
    if not missing:
        return "The nearest sentences do not settle it."
    quoted = [f"“{word}”" for word in missing[:3]]
    named = f"The word {quoted[0]} is" if len(quoted) == 1 else f"The words {_listed(quoted)} are"
    return f"{named} not in {'them' if unknown else 'the nearest sentence'}."


def _names(text: str) -> set[str]:
    return {name for name in _NAME.findall(text) if not _CURRENCY.fullmatch(name)}


def _difference(asked: Evidence, chosen: Sequence[str], other: SentenceCandidate) -> str | None:
    """Return what another sentence speaks of in place of what was asked; None if nothing is."""
    said = " ".join(chosen)
    offer: Offer = offer_of(said)
    if other.offer.years and offer.years and not other.offer.years & offer.years:
        return f"{_listed(sorted(other.offer.years))}, not {_listed(sorted(offer.years))}"
    opposed = find_opposite(set(asked.weights), set(terms(other.text)))
    if opposed:
        return opposed
    known = set(words(f"{said} {asked.question}"))
    names = sorted(n for n in _names(other.text) if not set(words(n)) <= known | STOPWORDS)
    return f"about {_listed(names[:2])}" if names else None


def find_lookalikes(
    evidence: Evidence,
    ranked: Sequence[tuple[SentenceCandidate, float]],
    chosen: Sequence[str],
) -> list[tuple[SentenceCandidate, str]]:
    """Return sentences whose figure could be taken for the answer, each with what differs.

    Args:
        evidence: of the question.
        ranked: all sentences, best first.
        chosen: the texts that answer.
    """
    if not evidence.wanted.figure:
        return []
    named = {term for term in evidence.weights if term.isalpha()}
    found = []
    for candidate, _ in ranked[:NEAR]:
        cited = any(candidate.text in text or text in candidate.text for text in chosen)
        shared = len(named & candidate.covered_in_context) / max(1, len(named))
        if cited or shared < ALIKE or candidate.sentence.heading:
            continue
        if candidate.offer.meets(evidence.wanted) < 1:
            continue
        difference = _difference(evidence, chosen, candidate)
        if difference:
            found.append((candidate, difference))
    return found[:MOST]
