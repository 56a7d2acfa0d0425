"""From follow-up to stand-alone question, by rules."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from index.embedder import Vectors
from index.words import STOPWORDS, terms, words
from qa.answer import Question
from qa.language.calendar import YEAR, periods_in
from qa.language.dialogue import (
    ASKING,
    BACK_REFERENCE,
    BOUND,
    COMPLETE,
    DOING,
    ELLIPSIS,
    NEW_TOPIC,
    PERSON_REFERENCE,
    POSSESSIVE,
    SUBJECT,
    YEARS_AWAY,
)
from qa.language.names import FIRST_WORD, NAME, PERSONS, is_named
from qa.language.questions import ASIDE
from qa.question.identity import named_terms
from qa.question.small_talk import is_small_talk

_TOKEN = re.compile(r"\S+")
_FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z]\.?)?(?: [A-Z][\w’'-]+)+")
FEW_TERMS = 3  # a question with fewer terms of its own says too little to stand alone
TURNS = 12  # looked back at for what an earlier question rests on
CONTENT = 500  # characters read of an earlier question
ALIKE = 0.15  # cosine from which a phrase takes another's place
SUBJECT_GAIN = 0.1  # likeness that the subject of the question before is given
PER_WORD = 0.03  # likeness a phrase must gain with each further word


def content_words(text: str) -> list[str]:
    """Return the words of a text that are not stop words."""
    return [word for word in words(text) if word not in STOPWORDS]


def leans(text: str) -> bool:
    """Tell whether a question cannot be understood without the conversation before it."""
    own = content_words(text)
    if NEW_TOPIC.search(text):
        return False
    if ELLIPSIS.match(text) and len(own) <= 2 * FEW_TERMS:
        return True
    whole = COMPLETE.match(text) or (DOING.match(text) and len(own) >= 2)
    if whole and not BACK_REFERENCE.search(text):
        return False
    if BACK_REFERENCE.search(text) and len(own) <= 2 * FEW_TERMS:
        return not (BOUND.match(text) and len(own) > FEW_TERMS)
    return len(own) < FEW_TERMS and len(words(text)) < 8


def _phrases(text: str) -> list[tuple[int, int]]:
    """Return spans of up to four words that begin and end with a content word."""
    tokens = [(m.start(), m.start() + len(m[0].rstrip("?,.!;:"))) for m in _TOKEN.finditer(text)]
    spans = []
    for i, (start, _) in enumerate(tokens):
        for _, end in tokens[i : i + 4]:
            piece = words(text[start:end])
            ends = piece and {piece[0], piece[-1]} & STOPWORDS
            if piece and not ends and not ASKING.fullmatch(piece[0]):
                spans.append((start, end))
    return spans


def _with_topic(text: str, about: Sequence[str]) -> str:
    """Return a question with what it is about, in brackets: the questions that it rests on."""
    plain = (re.sub(r"[()]", " ", piece).strip(" ?.!") for piece in about)
    return f"{text.rstrip(' ?.!')}? ({'; '.join(filter(None, plain))})"


def _split_topic(whole: str) -> tuple[str, str]:
    """Return a question without what it is about, and the first question that this rests on."""
    aside = ASIDE.search(whole)
    own = whole[: aside.start()] if aside else whole
    return (own, aside[0].strip(" ()").split("; ")[-1]) if aside and own else (whole, "")


def _substitute(whole: str, fragment: str, embed: Callable[[Sequence[str]], Vectors]) -> str:
    """Replace the phrase of the earlier question that is most similar to `fragment` with it."""
    before, topic = _split_topic(whole)
    replaced = _replaced(before, fragment, embed)
    return _with_topic(replaced, [topic]) if topic else replaced


def _replaced(before: str, fragment: str, embed: Callable[[Sequence[str]], Vectors]) -> str:
    known = YEAR.search(before)
    years = YEAR.findall(fragment)
    if known and years and len(content_words(fragment)) == len(years):
        return YEAR.sub(years[0], before)
    for away, pattern in YEARS_AWAY.items():
        if known and pattern.match(fragment):
            return YEAR.sub(str(int(known[0]) + away), before)
    own = list(_TOKEN.finditer(fragment))
    while own and own[0][0].lower() in STOPWORDS:
        del own[0]
    fragment = fragment[own[0].start() :] if own else fragment
    spans = _phrases(before)
    if not spans or not content_words(fragment):
        return f"{before} {fragment}"
    vectors = embed([fragment, *(before[a:b] for a, b in spans)])
    extra = np.array([before[a:b].count(" ") for a, b in spans])
    likeness = vectors[1:] @ vectors[0] - PER_WORD * extra
    if subject := SUBJECT.match(before):  # "What about X?" is about another subject
        likeness += SUBJECT_GAIN * np.array([a == subject.end() for a, _ in spans])
    best = int(likeness.argmax())
    if likeness[best] < ALIKE:
        return f"{before.rstrip(' ?.!')} {fragment}?"
    start, end = spans[best]
    return f"{before[:start]}{fragment}{before[end:]}"


def standalone(question: Question, embed: Callable[[Sequence[str]], Vectors]) -> str:
    """Return the question as it would be asked without the conversation before it.

    An ellipsis ("and imports?") takes the place of what it is most like in the question before; a
    question that points back ("how many of them …?") has that question added to it, and the one
    that began the topic.

    Args:
        question: with its history, oldest turn first.
        embed: texts to unit vectors.
    """
    text = question.text.strip()
    said = [turn for turn in question.history if turn.role == "user"]
    said = [turn for turn in said if any(c.isalnum() for c in turn.content[:CONTENT])]
    asked = [turn for turn in said if not is_small_talk(turn.content)]
    if not asked or not leans(text):
        return text
    at = max(i for i, turn in enumerate(question.history) if turn == asked[-1])
    before = asked[-1].content[:CONTENT]
    lately = question.history[max(0, at - TURNS) : at]  # may itself be a follow-up
    before = standalone(Question(before, history=lately), embed)
    fragment = ELLIPSIS.sub("", text).strip()
    away = any(pattern.match(fragment) for pattern in YEARS_AWAY.values())
    if away or not (ASKING.search(fragment) or BACK_REFERENCE.search(fragment)):
        return _substitute(before, fragment.strip(" ?.!"), embed)
    answers = [turn.content for turn in question.history if turn.role == "assistant"]
    person = _person(answers[-1][:CONTENT], before) if answers else ""
    if person and PERSON_REFERENCE.search(text):
        owned = POSSESSIVE.sub(f"{person}'s", text)
        return PERSON_REFERENCE.sub(person, owned)
    return _with_topic(text, _split_topic(before))


def narrow_reading(question: Question, whole: str) -> str:
    """Return a follow-up as typed, plus only the names and periods of its full reading.

    "" unless it is just a few words about another subject: "What about taxis?"
    """
    fragment = ELLIPSIS.sub("", question.text.strip()).strip(" ?.!")
    own = content_words(fragment)
    if (
        not any(map(str.isalpha, own))
        or len(own) > FEW_TERMS
        or not ELLIPSIS.match(question.text.strip())
    ):
        return ""
    about = [
        w.strip("?.!,")
        for w in whole.split()
        if {*words(w)} & (named_terms(whole) | periods_in(whole)) - {*words(fragment)}
    ]
    return f"{fragment} {' '.join(about)}?" if about else f"{fragment}?"


def speaks_of(question: Question, quotes: str) -> bool:
    """Tell whether quotes contain a word of the follow-up itself."""
    return bool({*terms(ELLIPSIS.sub("", question.text))} & {*terms(quotes)})


def _person(answer: str, before: str) -> str:
    """Return the first name in an answer that the previous question lacks, longer ones first.

    Offices and bodies are not names of persons.
    """
    known = set(words(before))
    found = [*NAME.findall(answer), *filter(is_named, FIRST_WORD.findall(answer))]
    if starts := _FULL_NAME.match(answer):
        found.insert(0, starts[0])
    names = [n for n in found if not (PERSONS.search(n) or {*words(n)} <= known | STOPWORDS)]
    return next((n for n in names if " " in n), names[0] if names else "")
