"""The difference between a question and its nearest sentence, in words."""

import re
from collections.abc import Collection, Sequence

from index.retriever import SearchableIndex
from index.words import STOPWORDS, stem, terms, words
from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.sentence_traits import traits_of
from qa.language.antonyms import find_antonym
from qa.language.names import (
    AGENT,
    FIRST_WORD,
    NAME,
    PERSONS,
    is_named,
    name_terms,
    names_in,
    places_in,
    same_name,
)
from qa.language.quantities import quantities_of
from qa.language.questions import (
    ADDRESS_ASKED,
    AGE,
    AGE_ASKED,
    CONTACT,
    CONTACT_ASKED,
    HOW_MUCH,
    JOINING,
    KIND_NAMED,
    LASTING,
    LIMIT_ASKED,
    NAME_ASKED,
    OFFICE_HELD,
    PLACE_ASKED,
    RATE,
    SUMMARY_TERMS,
    TIME_ASKED,
    VAGUE_TERMS,
    WHENEVER,
    WHO_ASKED,
    AnswerKind,
)
from qa.language.sentences import CAPITALISED, EVENT
from qa.language.units import missing_unit
from qa.language.verbs import COMMON_VERBS
from qa.question.expected_answer import ExpectedAnswer
from qa.question.identity import identity_terms

UNLIKE = 0.4  # cosine below which two words have nothing in common
SAME_NAME = 0.8  # cosine from which two words name the same thing
SAME = 0.6  # cosine from which two words may be said for each other
FORM = 4  # letters that the forms of a name have in common: China, Chinese
_GIVEN = {"percent": "a percentage", "money": "an amount of money", "count": "a number",
          "number": "an amount", "date": "a date"}  # fmt: skip
_FIGURES: set[AnswerKind] = {"count", "money", "percent"}
_MET_BY: dict[str, set[AnswerKind]] = {  # kinds of figures that can be what was asked
    "percent": {"percent"}, "money": {"money", "count"}, "count": {"count"}, "date": {"date"},
    "number": _FIGURES,
}  # fmt: skip
_PARTICULAR = ((AGE_ASKED, AGE, "no age"), (ADDRESS_ASKED, CONTACT, "no address"))
TIMES = {"time", "months", "year", "month", "day", "quarter", "half", "century"}  # kinds of figures
_TWICE = re.compile(r"\b[a-z]+(?:-[a-z]+)? \((\d+)\)", re.IGNORECASE)
_MARKS = ".,;:!?()[]{}\"'“”‘’…"


def enumerate_words(items: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def differing_years(said: Collection[str], asked: Collection[str]) -> str | None:
    """Return "2023, not 2022" if both sides name years but share none."""
    if not said or not asked or set(said) & set(asked):
        return None
    return f"{enumerate_words(sorted(said))}, not {enumerate_words(sorted(asked))}"


def find_mismatch(evidence: Evidence, said: str, under: str = "") -> tuple[str, str] | None:
    """Return why a text cannot be the answer: ("speaks of", "2023, not 2022"); else None.

    It is about other years or the opposite, or lacks a figure of the kind or unit asked for, or a
    name. Questions whether or why something is so may well be answered by the opposite. Who is
    asked for may be named in `under`, the headings above the text.
    """
    expected, traits = evidence.expected, traits_of(said)
    if expected.figure and (years := differing_years(traits.years, expected.years)):
        return "speaks of", years
    settled = expected.several or expected.kind in ("yes_no", "why", "summary")
    opposed = find_antonym({*terms(evidence.asked)}, set(terms(said)))
    joins = opposed and "before" in opposed and JOINING.search(evidence.asked)
    if opposed and not settled and not joins and "last" not in opposed.split():  # the latest
        return "speaks of", opposed
    if not settled and (nobody := _nobody(evidence, said, under)):
        return nobody
    if not settled and NAME_ASKED.search(evidence.asked) and not _names_another(evidence, said):
        return "gives", "no name"
    if lacking := _lacking(evidence.asked, said):
        return "gives", lacking
    if expected.amount and (lacking := _unlike_amount(evidence.asked, said)):
        return "gives", lacking
    if expected.share and traits.percent and traits.change and not traits.share:
        return "gives", "growth, not a share"
    if expected.kind not in _MET_BY or (expected.several and expected.kind != "count"):
        return None
    lasting = LASTING.search(evidence.asked)
    timed = lasting or expected.kind == "date"
    if timed and WHENEVER.search(evidence.asked) and EVENT.search(said):
        return None  # what always happens then or for that long, not once
    dates: set[AnswerKind] = {"date"} if lasting else set()
    met_by = _MET_BY[expected.kind] | dates
    if not RATE.search(evidence.asked) and expected.kind == "percent":
        met_by = _FIGURES  # how much or how fast something changed is told by any figure
    in_words = (
        expected.kind in ("count", "money")
        or LIMIT_ASKED.search(evidence.asked)
        or lasting
        or TIME_ASKED.search(evidence.asked)
    )
    if traits.kinds & met_by or (in_words and traits.counted):
        return None
    offered = [_GIVEN[kind] for kind in _GIVEN if kind in traits.kinds]
    lacking = "no date" if expected.kind == "date" else "no figure"
    return "gives", f"{offered[0]}, not {_GIVEN[expected.kind]}" if offered else lacking


def explain_decline(
    evidence: Evidence, best: SentenceCandidate, index: SearchableIndex, foreign: Sequence[str]
) -> str:
    """Return what the documents lack for this question, and what the nearest passage is about.

    Args:
        evidence: of the question.
        best: the sentence that ranks first.
        index: the index of the passages.
        foreign: names and periods that identify only other documents.
    """
    asked = [w for w in dict.fromkeys(words(evidence.question)) if w not in STOPWORDS]
    unknown = [word for word in asked if not index.lexical.knows(stem(word))]
    if unknown and len(unknown) == len(asked):
        return "They contain nothing about this."
    does, what = find_mismatch(evidence, best.text) or ("", "")
    context = best.covered_in_context
    if does == "speaks of" and len(context) * 2 > len(evidence.weights):  # of the same thing
        return f"They give this for {what}."
    about = _place_of(best)
    named = [name for name in sorted(names_in(evidence.question)) if not context >= {*terms(name)}]
    apart = [*named, *(_written(evidence.question, w) for w in asked if stem(w) in {*foreign})]
    apart = list(dict.fromkeys(apart))[:2]
    others = sorted(names_in(best.text) - names_in(evidence.question))
    if apart and does != "speaks of" and (others or foreign):
        there = enumerate_words(others[:2]) if others else about
        return f"The nearest sentence speaks of {there}, not of {enumerate_words(apart)}."
    if does:
        return f"The nearest sentence {does} {what}: it is about {about}."
    missing = _unsaid(index, evidence, best, unknown or asked)
    if not missing:
        return f"The nearest sentence, about {about}, does not settle it."
    heavy = sorted(missing, key=lambda word: -evidence.weights.get(stem(word), 0.0))[:2]
    quoted = [f"“{_written(evidence.question, word)}”" for word in missing if word in heavy]
    where = "They say" if set(heavy) <= set(unknown) else "The nearest sentence says"
    return f"{where} nothing of {enumerate_words(quoted)}; the nearest is about {about}."


def unsaid_share(
    index: SearchableIndex,
    evidence: Evidence,
    best: SentenceCandidate,
    text: str,
    unlike: float = UNLIKE,
) -> float:
    """Return the largest share of a question's weight in a single word that a text lacks.

    Neither the text nor the title of the best sentence's document have it, or a word at least
    as similar as `unlike`: for a name its other forms only, as "England" is similar to "Scotland".
    Verbs, and words that only name the kind of answer ("which law"), are ignored.
    """
    if evidence.expected.kind in ("summary", "why", "yes_no"):  # may suppose what is not so
        return 0.0
    kinds = {stem(w) for match in KIND_NAMED.finditer(evidence.asked) for w in words(match[1])}
    passage = best.found.passage
    text = f"{text} {best.found.title}"
    there = {*terms(text), *identity_terms(best.found.title, passage.doc)}
    apart = COMMON_VERBS | VAGUE_TERMS | SUMMARY_TERMS | kinds | there
    asked = [w for w in words(evidence.asked) if w not in STOPWORDS and stem(w) not in apart]
    said = [word for word in dict.fromkeys(words(text)) if word not in STOPWORDS]
    if not asked or not said:
        return 0.0
    vectors = index.embed_words([*asked, *said])
    alike = (vectors[: len(asked)] @ vectors[len(asked) :].T).max(axis=1)
    names = name_terms(evidence.asked)
    for n, word in enumerate(asked):
        if stem(word) in names and not any(same_name(word, other) for other in said):
            alike[n] *= alike[n] >= SAME_NAME
    total = sum(evidence.weights.values()) or 1.0
    shares = (evidence.weights.get(stem(word), 0.0) / total for word in asked)
    return max((s for s, near in zip(shares, alike, strict=True) if near < unlike), default=0.0)


def lacks_form(expected: ExpectedAnswer, said: str) -> bool:
    """Tell whether a reason or steps are asked for but missing from a text."""
    traits = traits_of(said)
    if expected.kind == "why":
        return not traits.reason
    return expected.steps and not traits.instructing


def _place_of(best: SentenceCandidate) -> str:
    """Return the name of a sentence's section, or else of its document."""
    title, section = best.found.title, best.found.passage.section.split(" › ")[-1]
    return f"“{section or title}”"


def _written(question: str, word: str) -> str:
    """Return a word as spelt in the question."""
    pieces = ((piece.strip(_MARKS), words(piece)) for piece in question.split())
    return next((piece for piece, own in pieces if word in own), word)


def _unsaid(
    index: SearchableIndex, evidence: Evidence, best: SentenceCandidate, asked: Sequence[str]
) -> list[str]:
    """Return the words of a question, verbs left out, with no similar word in a sentence."""
    missing = [
        word for word in asked
        if stem(word) not in best.covered_in_context and stem(word) not in COMMON_VERBS
    ]  # fmt: skip
    said = [word for word in dict.fromkeys(words(best.text)) if word not in STOPWORDS]
    if not missing or not said:
        return missing
    vectors = index.embed_words([*missing, *said])
    alike = vectors[: len(missing)] @ vectors[len(missing) :].T
    return [word for word, near in zip(missing, alike.max(axis=1), strict=True) if near < SAME]


def _nobody(evidence: Evidence, said: str, under: str) -> tuple[str, str] | None:
    """Return that a text names no one, or no place, if the question asks for one; else None."""
    question, asked = evidence.asked, evidence.expected.words
    if asking := PLACE_ASKED.search(question):
        places = map(words, places_in(said, asking["kind"]))
        placed = any({*place} - asked - STOPWORDS for place in places)
        return None if placed else ("gives", "no place")
    if not WHO_ASKED.match(question) or (CONTACT_ASKED.search(question) and CONTACT.search(said)):
        return None
    names = [*NAME.findall(said), *filter(is_named, FIRST_WORD.findall(said))]
    names += filter(is_named, CAPITALISED.findall(f": {under}"))  # headings have capitals anyway
    own = [n for n in names if {*words(n)} - asked - STOPWORDS and any(map(str.isalpha, n))]
    if OFFICE_HELD.search(question):
        own = [n for n in own if {*words(PERSONS.sub(" ", n))} - asked - STOPWORDS]
        return None if own else ("names", "no one")
    does = any({*words(match[0])} - asked for match in PERSONS.finditer(f"{said} {under}"))
    return None if own or does or AGENT.search(said) else ("names", "no one")


def _unlike_amount(question: str, said: str) -> str | None:
    """Return what a text gives instead of the amount asked for; None if it may give that."""
    if HOW_MUCH.search(question) and _only_times(said):
        return "a time, not an amount"
    unit = missing_unit(question, said)
    return f"no figure in {unit}" if unit else None


def _lacking(question: str, said: str) -> str | None:
    """Return the age or the address that a question asks for and a text does not give."""
    unmet = (what for asks, meets, what in _PARTICULAR
             if asks.search(question) and not meets.search(said))  # fmt: skip
    return next(unmet, None)


def _only_times(said: str) -> bool:
    """Tell whether all figures of a text are times and dates, such as "thirty (30) days"."""
    kinds = {quantity.kind for quantity in quantities_of(_TWICE.sub(r"\1", said))}
    return bool(kinds) and kinds <= TIMES


def _names_another(evidence: Evidence, said: str) -> bool:
    """Tell whether a text has a name that the question does not have in any form."""
    named = {*words(" ".join([*NAME.findall(said), *FIRST_WORD.findall(said)]))} - STOPWORDS
    asked = {word[:FORM] for word in evidence.expected.words}
    return any(name[:FORM] not in asked for name in named)
