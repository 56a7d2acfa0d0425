"""What differs between a question and a sentence that nearly answers it, in words."""

from collections.abc import Collection, Sequence

from index.bm25 import LexicalIndex
from index.words import STOPWORDS, stem, terms, words
from qa.extractive.features import Evidence, SentenceCandidate
from qa.extractive.sentence_traits import SentenceTraits, traits_of
from qa.language.antonyms import find_antonym
from qa.language.foreign import is_foreign
from qa.language.names import FIRST_WORD, NAME, names_in
from qa.language.questions import JOINING, LASTING, NAME_ASKED, RATE, WHENEVER, AnswerKind
from qa.language.sentences import EVENT
from qa.language.units import missing_unit

NEAR = 8  # best sentences among which look-alikes are sought
MOST = 3
FORM = 4  # letters that the forms of a name have in common: China, Chinese
ALIKE = 0.6  # share of the question's words that a look-alike speaks of, too
_GIVEN = {"percent": "a percentage", "money": "an amount of money", "count": "a number",
          "number": "an amount", "date": "a date"}  # fmt: skip
_FIGURES: set[AnswerKind] = {"count", "money", "percent"}
_MET_BY: dict[str, set[AnswerKind]] = {  # kinds of figures that can be what was asked
    "percent": {"percent"}, "money": {"money", "count"}, "count": {"count"}, "date": {"date"},
    "number": _FIGURES,
}  # fmt: skip
_MARKS = ".,;:!?()[]{}\"'“”‘’…"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _other_years(said: Collection[str], asked: Collection[str]) -> str | None:
    """Return "2023, not 2022" where years are named on both sides and none on both."""
    if not said or not asked or set(said) & set(asked):
        return None
    return f"{_listed(sorted(said))}, not {_listed(sorted(asked))}"


def find_mismatch(evidence: Evidence, said: str) -> tuple[str, str] | None:
    """Return how a text cannot be what was asked: ("speaks of", "2023, not 2022"); else None.

    It speaks of other years or of the opposite, or has no figure of the kind or in the unit asked
    for, or no name. Whether something is so, and why, may well be answered by the opposite.
    """
    expected, traits = evidence.expected, traits_of(said)
    if expected.figure and (years := _other_years(traits.years, expected.years)):
        return "speaks of", years
    settled = expected.several or expected.kind in ("yes_no", "why", "summary")
    opposed = find_antonym(set(evidence.weights), set(terms(said)))
    joins = opposed and "before" in opposed and JOINING.search(evidence.question)
    if opposed and not settled and not joins and "last" not in opposed.split():  # the latest
        return "speaks of", opposed
    if not settled and NAME_ASKED.search(evidence.question) and not _names_another(evidence, said):
        return "gives", "no name"
    if expected.amount and (unit := missing_unit(evidence.question, said)):
        return "gives", f"no figure in {unit}"
    if expected.share and traits.percent and traits.change and not traits.share:
        return "gives", "growth, not a share"
    if expected.kind not in _MET_BY or (expected.several and expected.kind != "count"):
        return None
    if expected.kind == "date" and WHENEVER.search(evidence.question) and EVENT.search(said):
        return None  # what always happens then, not once
    lasting = LASTING.search(evidence.question)
    dates: set[AnswerKind] = {"date"} if lasting else set()
    met_by = _MET_BY[expected.kind] | dates
    if not RATE.search(evidence.question) and expected.kind == "percent":
        met_by = _FIGURES  # how much or how fast something changed is told by any figure
    in_words = expected.kind == "count" or lasting
    if traits.kinds & met_by or (in_words and traits.counted):
        return None
    offered = [_GIVEN[kind] for kind in _GIVEN if kind in traits.kinds]
    lacking = "no date" if expected.kind == "date" else "no figure"
    return "gives", f"{offered[0]}, not {_GIVEN[expected.kind]}" if offered else lacking


def explain_decline(evidence: Evidence, best: SentenceCandidate, lexical: LexicalIndex) -> str:
    """Return a sentence that says what the documents lack for this question."""
    if is_foreign(evidence.question):
        return "Questions are read in English only; ask it in English."
    asked = dict.fromkeys(w for w in words(evidence.question) if w not in STOPWORDS)
    unknown = [word for word in asked if not lexical.knows(stem(word))]
    if unknown and len(unknown) == len(asked):
        return "They hold nothing about this."
    does, what = find_mismatch(evidence, best.text) or ("", "")
    context = best.covered_in_context
    if does == "speaks of" and len(context) * 2 > len(evidence.weights):  # of the same thing
        return f"They give this for {what}."
    named = [name for name in sorted(names_in(evidence.question)) if not context >= {*terms(name)}]
    others = sorted(names_in(best.text) - names_in(evidence.question))
    if named and others and does != "speaks of":
        return f"The nearest sentence speaks of {_listed(others[:2])}, not of {_listed(named[:2])}."
    if does:
        return f"The nearest sentence {does} {what}."
    missing = unknown or [word for word in asked if stem(word) not in context]
    if not missing:
        return "The nearest sentences do not settle it."
    heavy = sorted(missing, key=lambda word: -evidence.weights.get(stem(word), 0.0))[:3]
    written = {word: piece.strip(_MARKS) for piece in evidence.question.split()
               for word in words(piece)}  # fmt: skip
    quoted = [f"“{written.get(word, word)}”" for word in missing if word in heavy]
    what = f"The word {quoted[0]} is" if len(quoted) == 1 else f"The words {_listed(quoted)} are"
    return f"{what} not in {'them' if unknown else 'the nearest sentence'}."


def _names_another(evidence: Evidence, said: str) -> bool:
    """Tell whether a text has a name that the question, in whatever form, does not have."""
    named = {*words(" ".join([*NAME.findall(said), *FIRST_WORD.findall(said)]))} - STOPWORDS
    asked = {word[:FORM] for word in evidence.expected.words}
    return any(name[:FORM] not in asked for name in named)


def _difference(asked: Evidence, chosen: Sequence[str], other: SentenceCandidate) -> str | None:
    """Return what another sentence speaks of in place of what was asked; None if nothing is."""
    said = " ".join(chosen)
    traits: SentenceTraits = traits_of(said)
    differs = _other_years(other.traits.years, traits.years)
    if differs := differs or find_antonym(set(asked.weights), set(terms(other.text))):
        return differs
    known = set(words(f"{said} {asked.question}"))
    names = sorted(n for n in names_in(other.text) if not set(words(n)) <= known | STOPWORDS)
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
    if not evidence.expected.figure:
        return []
    named = {term for term in evidence.weights if term.isalpha()}
    found = []
    for candidate, _ in ranked[:NEAR]:
        cited = any(candidate.text in text or text in candidate.text for text in chosen)
        shared = len(named & candidate.covered_in_context) / max(1, len(named))
        if cited or shared < ALIKE or candidate.sentence.heading:
            continue
        if candidate.traits.meets(evidence.expected) < 1:
            continue
        difference = _difference(evidence, chosen, candidate)
        if difference:
            found.append((candidate, difference))
    return found[:MOST]
