"""Variants of questions: misspelt, as keywords, or with something the passage does not say."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from qa.language.antonyms import SWAPS
from qa.reader.reading import ReaderInput
from qa.reader.windows import STOPWORDS

_NAME = re.compile(r"(?<!^)(?<![.!?:] )\b[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
_NEGATABLE = re.compile(
    r"^(?:what|who|which|where|when)\b.*?\b(?:is|are|was|were|can|will)\b", re.I
)
# What kind a name is of: by its own last word, or by what stands before or after it.
_KINDS = {
    "month": re.compile(
        r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)$"
    ),
    "institution": re.compile(
        r" (?:Party|Company|Council|Parliament|Act|War|Army|Church|Commission|Court|Museum|Union"
        r"|Theatre|River|Street|University|College|School|Law|Treaty|Empire|Island|Lake)$"
    ),
    "people": re.compile(r"^[A-Z][a-z]+(?:ish|ian|ese|ch|ans|ists?)$"),
}
_BEFORE = {
    "person": re.compile(
        r"\b(?:Mr|Mrs|Dr|Sir|King|Queen|Lord|President|Prince|Emperor|General|Saint|Pope|Captain"
        r"|Major|Colonel|by|son of|daughter of|brother|wife|husband|and his)\.? $"
    ),
    "place": re.compile(r"\b(?:in|at|near|from|to|into|across|throughout|outside|around) $"),
}
_AFTER = {"person": re.compile(r" (?:was born|said|wrote|died|argued|who|himself|had|would)\b")}
_NUMBER = re.compile(r"\b\d[\d,.]*\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its answers as character spans; none if it has no answer.

    If `weak`, a span is the whole sentence, since the words that answer are not known.
    """

    passage: ReaderInput
    spans: tuple[tuple[int, int], ...] = ()
    weak: bool = False


def misspell(question: str, rng: random.Random) -> str:
    """Return a question with typing errors in one or two longer words."""
    words = question.split()
    long = [n for n, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for n in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        word, at = words[n], rng.randrange(1, len(words[n]) - 1)
        words[n] = rng.choice(
            (
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + rng.choice("etaoinsrhl") + word[at + 1 :],
            )
        )
    return " ".join(words)


def keywords(question: str) -> str:
    """Return a question as typed into a search box: without stop words and question mark."""
    kept = [w for w in question.rstrip("?").split() if w.lower() not in STOPWORDS]
    return " ".join(kept) if len(kept) > 1 else question


def name_kinds(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the names in the texts by kind, according to their own words or their context."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for match in _NAME.finditer(text):
            own = [kind for kind, cue in _KINDS.items() if cue.search(match[0])]
            before, after = text[max(0, match.start() - 16) : match.start()], text[match.end() :]
            around = [kind for kind, cue in _BEFORE.items() if cue.search(before)]
            around += [kind for kind, cue in _AFTER.items() if cue.match(after[:16])]
            votes[match[0]].update(own or around)
    kinds = defaultdict(list)
    for name in sorted(votes):
        [(kind, _)] = votes[name].most_common(1) or [("other", 0)]
        kinds[kind].append(name)
    return dict(kinds)


def make_false(
    question: str, right: Candidate, names: Mapping[str, Sequence[str]], rng: random.Random
) -> str | None:
    """Return the question about another year, number, name, unit or direction; None if impossible.

    Only words of the passage are swapped, for words missing from the sentences that answer: a name
    of the same kind or another number of the passage; or for words the passage does not have.
    """
    passage = right.passage
    there = f"{passage.heading} {passage.text}"
    lower = there.lower()
    answering = " ".join([passage.heading, *(passage.text[s:e] for s, e in _answering(right))])
    options: list[tuple[str, str]] = []
    for number in (n.rstrip(".,") for n in _NUMBER.findall(question)):
        if number.isdigit() and re.search(rf"\b{number}\b", there):
            step = rng.choice((-10, -3, -2, -1, 1, 2, 3, 10, 20))
            alike = [n for n in _NUMBER.findall(there) if n.isdigit() and len(n) == len(number)]
            options += [(number, n) for n in (str(abs(int(number) + step) or 7), *alike[:2])]
    for name in _NAME.findall(question):
        kind = next((kind for kind, known in names.items() if name in known), None)
        if kind and name in there:
            here = [n for n in names[kind] if n in there]
            options += [(name, rng.choice(group)) for group in (here, names[kind]) if group]
    options = [(a, b) for a, b in options if not _says(answering, b) and not _says(question, b)]
    for pair in SWAPS:
        for old, new in (pair, pair[::-1]):
            if _says(question, old) and _says(lower, old) and not _says(lower, new):
                options += [(old, new)] * 2
    if rng.random() < 0.1 and (match := _NEGATABLE.search(question)):
        return f"{match[0]} not{question[match.end() :]}"
    if not options:
        return None
    old, new = rng.choice(options)
    return re.sub(rf"\b{re.escape(old)}\b", new, question, count=1)


def _says(text: str, words: str) -> bool:
    return bool(re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE))


def _answering(right: Candidate) -> list[tuple[int, int]]:
    """Return the sentences that contain the answer."""
    return [
        (s, e) for s, e in right.passage.sentences if any(s < b and e > a for a, b in right.spans)
    ]


def joined(heading: str, sentences: Sequence[str]) -> ReaderInput:
    """Return the passage formed by some sentences."""
    starts = [0, *accumulate(len(sentence) + 1 for sentence in sentences)]
    spans = tuple((a, a + len(s)) for a, s in zip(starts, sentences, strict=False))
    return ReaderInput(heading, " ".join(sentences), spans)


def without_answer(right: Candidate) -> Candidate | None:
    """Return the passage without the sentences that answer; None if nothing would be left."""
    passage, answering = right.passage, _answering(right)
    kept = [passage.text[s:e] for s, e in passage.sentences if (s, e) not in answering]
    return Candidate(joined(passage.heading, kept)) if kept else None
