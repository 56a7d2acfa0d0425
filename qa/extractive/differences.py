"""What differs between a question and a sentence that nearly answers it, in words."""

import re
from collections.abc import Collection, Sequence

from index.bm25 import LexicalIndex
from index.words import STOPWORDS, stem, terms, words
from qa.extractive.features import Evidence, SentenceCandidate
from qa.language.antonyms import find_opposite, lacking_unit
from qa.question.expected_answer import Kind, Offer, offer_of

NEAR = 8  # best sentences among which look-alikes are sought
MOST = 3
FORM = 4  # letters that the forms of a name have in common: China, Chinese
ALIKE = 0.6  # share of the question's words that a look-alike speaks of, too
_CURRENCY = re.compile(r"RMB|CNY|USD|EUR|GBP|JPY|US")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f]")  # letters of another script than Latin
_ABROAD = (  # common words of other languages that English does not have
    "wie viel viele wann welche welcher welches wer warum ist sind und der das den mit von nicht "
    "quel quelle quels quelles combien comment pourquoi est sont les des une dans avec qui "
    "cuál cual cuánto cuánta cuántos cuántas cuanto cuantos qué cómo dónde quién los las una con "
    "quanto quanti quante quale quali perché cosa dove gli della qual quais onde uma dos "
    "hoeveel wat waar wie welke het een ile jest jakie który hvor hvad hur vad"
)
_SHARED = "a am an as do has he i in is me no on so to us was were will"  # that English has, too
_GIVEN = {"percent": "a percentage", "money": "an amount of money", "count": "a number",
          "number": "an amount", "date": "a date"}  # fmt: skip
_FIGURES: set[Kind] = {"count", "money", "percent"}
_MET_BY: dict[str, set[Kind]] = {  # kinds of figures that can be what was asked
    "percent": {"percent"}, "money": {"money", "count"}, "count": {"count"}, "date": {"date"},
    "number": _FIGURES,
}  # fmt: skip
_RATE = re.compile(
    r"percent|per cent|%|\b(?:share|proportion|portion|fraction|rate)\b", re.IGNORECASE
)
_LASTING = re.compile(r"\bhow (?:long|old|often|far|late|early)\b", re.IGNORECASE)
_NAME_ASKED = re.compile(
    r"(?i)\b(?:which|what) (?:(?!of\b)[\w'’-]+ ){0,2}?(?:country|nation|city|town|province|"
    r"continent|river|company|firm|corporation|\w*maker|manufacturer|brand|airline|bank|"
    r"university|minister|president|king|queen|emperor|author|act(?:or|ress)|scientist)\b(?! of\b)"
)
_JOINING = re.compile(  # two clauses, of which the text may have the first in other words
    r"(?i)\b(?:before|after)\b[^,?]*\b(?:is|are|was|were|do|does|did|has|have|had|can|will|would)\b"
)
_WHENEVER = re.compile(r"(?i)\bwhen (?:do|does|is|are|can|will|would|must|should|may|shall)\b")
_EVENT = re.compile(
    r"(?i)\b(?:when|whenever|if|once|after|until|till|upon|as of|before|within|unless|during|"
    r"on the (?:day|date))\b"
)
_MARKS = ".,;:!?()[]{}\"'“”‘’…"
_FIRST = re.compile(r"(?:^|[.!?:;] [\"“(]?)([A-Z][\w’'-]+)")  # may be a name or any other word
_POSSESSIVE = re.compile(r"[’']s?$")
_NAME = re.compile(r"(?<=[\w,;:)(“\"] )[A-Z][\w’'-]*(?: (?:and |of |the )?[A-Z][\w’'-]*)*")


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def is_foreign(question: str) -> bool:
    """Tell whether a question is asked in another language than English."""
    said = set(words(question))
    script = len(_FOREIGN.findall(question)) * 2 > len(question.replace(" ", ""))
    return script or (bool(said & {*_ABROAD.split()}) and not said & STOPWORDS - {*_SHARED.split()})


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
    wanted, offer = evidence.wanted, offer_of(said)
    if wanted.figure and (years := _other_years(offer.years, wanted.years)):
        return "speaks of", years
    settled = wanted.several or wanted.kind in ("yes_no", "why", "summary")
    opposed = find_opposite(set(evidence.weights), set(terms(said)))
    joins = opposed and "before" in opposed and _JOINING.search(evidence.question)
    if opposed and not settled and not joins and "last" not in opposed.split():  # the latest
        return "speaks of", opposed
    if not settled and _NAME_ASKED.search(evidence.question) and not _names_another(evidence, said):
        return "gives", "no name"
    if wanted.amount and (unit := lacking_unit(evidence.question, said)):
        return "gives", f"no figure in {unit}"
    if wanted.share and offer.percent and offer.change and not offer.share:
        return "gives", "growth, not a share"
    if wanted.kind not in _MET_BY or (wanted.several and wanted.kind != "count"):
        return None
    if wanted.kind == "date" and _WHENEVER.search(evidence.question) and _EVENT.search(said):
        return None  # what always happens then, not once
    lasting = _LASTING.search(evidence.question)
    dates: set[Kind] = {"date"} if lasting else set()
    met_by = _MET_BY[wanted.kind] | dates
    if not _RATE.search(evidence.question) and wanted.kind == "percent":
        met_by = _FIGURES  # how much or how fast something changed is told by any figure
    in_words = wanted.kind == "count" or lasting
    if offer.kinds & met_by or (in_words and offer.counted):
        return None
    offered = [_GIVEN[kind] for kind in _GIVEN if kind in offer.kinds]
    lacking = "no date" if wanted.kind == "date" else "no figure"
    return "gives", f"{offered[0]}, not {_GIVEN[wanted.kind]}" if offered else lacking


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
    named = [name for name in sorted(_names(evidence.question)) if not context >= {*terms(name)}]
    others = sorted(_names(best.text) - _names(evidence.question))
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


def _names(text: str) -> set[str]:
    names = (_POSSESSIVE.sub("", name) for name in _NAME.findall(text))
    return {name for name in names if not _CURRENCY.fullmatch(name)}


def _names_another(evidence: Evidence, said: str) -> bool:
    """Tell whether a text has a name that the question, in whatever form, does not have."""
    named = {*words(" ".join([*_NAME.findall(said), *_FIRST.findall(said)]))} - STOPWORDS
    asked = {word[:FORM] for word in evidence.wanted.words}
    return any(name[:FORM] not in asked for name in named)


def _difference(asked: Evidence, chosen: Sequence[str], other: SentenceCandidate) -> str | None:
    """Return what another sentence speaks of in place of what was asked; None if nothing is."""
    said = " ".join(chosen)
    offer: Offer = offer_of(said)
    differs = _other_years(other.offer.years, offer.years)
    if differs := differs or find_opposite(set(asked.weights), set(terms(other.text))):
        return differs
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
