"""Example questions, made from the documents' own headings and sentences.

A few English patterns turn sentences of a document into questions that it answers. Candidates that
the pipeline itself would decline are left out, so every example has an answer.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice, zip_longest

from corpus.document import Document
from qa.language.statements import COUNTED_HEADING, PAST_TENSES, PLAIN, TELLING, VAGUE

COUNT = 4
TRIED = 24  # candidates asked before giving up: bounds what a start costs
SCANNED = 100_000  # characters read of each document
DOCUMENTS = 40  # documents read
LENGTH = range(20, 91)  # characters of an example: fits a button, says enough


def _lower(words: str, text: str) -> str:
    """Return `words` as within a sentence: title case undone, names kept."""

    def case(word: str) -> str:
        low = word[0].lower() + word[1:]
        common = word[1:].islower() and re.search(rf"[a-z,] {re.escape(low)}\b", text)
        return low if common else word

    return " ".join(case(word) for word in words.split())


def _counted(line: str, text: str) -> str | None:
    """Make "Three factors support it" into "Which three factors support it?"."""
    match = COUNTED_HEADING.fullmatch(line)
    if not match:
        return line if line.endswith("?") else None
    number, noun = match["number"].lower(), _lower(match["noun"], text)
    rest = _lower(match["rest"], text)
    if re.match(r"(?:to|of|for|in|on|by)\b", rest):
        return f"What are the {number} {noun} {rest}?"
    return f"Which {number} {noun} {rest}?"


def _asked(sentence: str, pattern: re.Pattern[str], question: str, text: str) -> str | None:
    """Make "Exports rose by 3%" into "By how much did exports rise?"; None if it is vague."""
    match = pattern.match(sentence)
    if not match or VAGUE.search(match["subject"]):
        return None
    first, _, others = match["subject"].partition(" ")
    verb = match.groupdict().get("verb", "")
    when = f" in {match['year']}" if match["year"] else ""
    subject = f"{_lower(first, text)} {others}".strip()
    return question.format(subject=subject, verb=PAST_TENSES.get(verb, verb), when=when)


def suggest_questions(document: Document) -> Iterator[str]:
    """Yield questions that `document` should answer, alternating kinds; the title's comes last."""
    text = document.text[:SCANNED]
    lines = dict.fromkeys(line.strip(" \t#*") for line in text.splitlines())
    pieces = dict.fromkeys(piece for line in lines for piece in re.split(r"(?<=[.!?]) ", line))
    short = (line for line in lines if len(line) < LENGTH.stop)
    kinds = [map(partial(_counted, text=text), short)]  # made as they are taken: each costs a scan
    kinds += [
        map(partial(_asked, pattern=pattern, question=question, text=text), pieces)
        for pattern, question in TELLING
    ]
    turns = chain.from_iterable(zip_longest(*(filter(None, kind) for kind in kinds)))
    found: set[str] = set()
    for question in chain(turns, [f"What do the documents say about {document.title}?"]):
        usable = question and len(question) in LENGTH and PLAIN.fullmatch(question)
        if question and usable and question not in found:
            found.add(question)
            yield question


def choose_suggestions(
    documents: Iterable[Document], is_answered: Callable[[str], bool], count: int = COUNT
) -> tuple[str, ...]:
    """Return up to `count` questions that the documents answer, spread over the documents.

    `is_answered` runs the pipeline.
    """
    each = [suggest_questions(document) for document in islice(documents, DOCUMENTS)]
    turns = (question for turn in zip_longest(*each) for question in turn if question)
    chosen: list[str] = []
    for question in islice(turns, TRIED):
        if len(chosen) == count:
            break
        if is_answered(question):
            chosen.append(question)
    return tuple(chosen)
