"""Sentences whose figure could be mistaken for the answer, and what differs."""

from collections.abc import Sequence

from index.words import STOPWORDS, terms, words
from qa.extractive.declining import differing_years, enumerate_words
from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.sentence_traits import traits_of
from qa.language.antonyms import find_antonym
from qa.language.names import names_in

NEAR = 8  # best sentences among which look-alikes are sought
MOST = 3
ALIKE = 0.6  # share of the question's words that a look-alike speaks of, too


def _difference(asked: Evidence, chosen: Sequence[str], other: SentenceCandidate) -> str | None:
    """Return what another sentence is about instead of what was asked; None if nothing differs."""
    said = " ".join(chosen)
    traits = traits_of(said)
    differs = differing_years(other.traits.years, traits.years)
    if differs := differs or find_antonym(set(asked.weights), set(terms(other.text))):
        return differs
    known = set(words(f"{said} {asked.question}"))
    names = sorted(n for n in names_in(other.text) if not set(words(n)) <= known | STOPWORDS)
    return f"about {enumerate_words(names[:2])}" if names else None


def find_lookalikes(
    evidence: Evidence,
    ranked: Sequence[tuple[SentenceCandidate, float]],
    chosen: Sequence[str],
) -> list[tuple[SentenceCandidate, str, float]]:
    """Return sentences that could be taken for the answer, each with what differs.

    The last value is its probability as a share of the best sentence's.

    Args:
        evidence: of the question.
        ranked: all sentences, best first.
        chosen: the texts that answer.
    """
    if not evidence.expected.figure:
        return []
    named = {term for term in evidence.weights if term.isalpha()}
    found = []
    for candidate, chance in ranked[:NEAR]:
        cited = any(candidate.text in text or text in candidate.text for text in chosen)
        shared = len(named & candidate.covered_in_context) / max(1, len(named))
        if cited or shared < ALIKE or candidate.sentence.heading:
            continue
        if candidate.traits.meets(evidence.expected) < 1:
            continue
        difference = _difference(evidence, chosen, candidate)
        if difference:
            found.append((candidate, difference, round(chance / ranked[0][1], 4)))
    return found[:MOST]
