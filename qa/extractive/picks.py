"""Spans chosen for an answer, and how they grow until they can be understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.passages import Passage
from index.words import terms
from qa.extractive.evidence import SentenceCandidate
from qa.extractive.sentence_traits import SentenceTraits, enumerator, traits_of
from qa.language.sentences import CONTENTS_LINE

LONG_WORDS = 200  # a list, comparison or account in fewer
LONGEST_QUOTE = 600  # characters of one citation
LONGEST_JOINED = 400  # characters of neighbouring sentences that are cited together
LEADING = 14  # words of a sentence that hardly says more than what the next is about
Place = tuple[Passage, int]  # a sentence of a passage
TEXT = 0.6  # share of letters and figures in what is no drawing
_LINK = re.compile(r"\[[^\[\]\n]{0,200}\]\([^()\s]{0,300}\)|\b\w+://\S+")
_WORD = re.compile(r"\b[^\W\d_A-Z]{2,}\b")
_ENDS = (".", "!", "?", ":", "。", "！", "？", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class Pick:
    """A span chosen for the answer: neighbouring sentences of one passage."""

    passage: Passage
    first: int
    last: int
    score: float

    @property
    def start(self) -> int:
        """Where it starts in the document."""
        return self.passage.sentences[self.first].start

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.passage.sentences[self.last].end

    @property
    def text(self) -> str:
        """The text of the span."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]

    @property
    def words(self) -> int:
        """The number of its words."""
        return len(self.text.split())

    @property
    def last_sentence(self) -> str:
        """Its last sentence."""
        return self.passage.quote(self.passage.sentences[self.last])

    @property
    def heads(self) -> bool:
        """Whether it is made of headings alone."""
        return all(s.heading for s in self.passage.sentences[self.first : self.last + 1])

    @property
    def announces(self) -> bool:
        """Whether it ends by announcing what follows."""
        return traits_of(self.last_sentence).announcing

    def meets(self, doc: str, start: int, end: int) -> bool:
        """Tell whether it shares any of a stretch of a document."""
        return self.passage.doc == doc and self.start < end and start < self.end

    def holds(self, other: "Pick") -> bool:
        """Tell whether the two share any of the document, or say the same in two documents."""
        return self.meets(other.passage.doc, other.start, other.end) or self.text == other.text


def widened(pick: Pick, first: int, last: int, room: int) -> Pick:
    """Return the pick with neighbouring sentences, if they are short enough for one citation."""
    longer = Pick(pick.passage, first, last, pick.score)
    fits = longer.words <= room and longer.end - longer.start <= LONGEST_QUOTE
    return longer if fits else pick


def extended(pick: Pick, candidate: SentenceCandidate, room: int) -> Pick:
    """Return the pick with an adjacent candidate that is not a heading."""
    place = candidate.place
    beside = candidate.found.passage == pick.passage and place in (pick.first - 1, pick.last + 1)
    if not beside or candidate.sentence.heading:
        return pick
    return widened(pick, min(pick.first, place), max(pick.last, place), room)


def following(pick: Pick) -> SentenceTraits | None:
    """Return the traits of the sentence after the pick; None at the end of its passage."""
    after = pick.passage.sentences[pick.last + 1 : pick.last + 2]
    return traits_of(pick.passage.quote(after[0])) if after else None


def labelled(pick: Pick, asked: set[str], room: int) -> Pick:
    """Return the pick with a neighbour that has a figure under what is asked, which it lacks.

    "Invoice number 20417" stands beside "For painting the boathouse we charge 8,400 crowns."
    """
    if asked <= {*terms(pick.text)}:
        return pick
    for place in (pick.first - 1, pick.last + 1):
        beside = pick.passage.sentences[max(place, 0) : place + 1]
        text = pick.passage.quote(beside[0]) if beside else ""
        if asked <= {*terms(text)} and traits_of(text).figures:
            return widened(pick, min(pick.first, place), max(pick.last, place), room)
    return pick


def specified(pick: Pick) -> Pick:
    """Return the pick with a next sentence that gives its details: "Specifically, …"."""
    after = following(pick)
    goes_on = after and after.specifying and not after.announcing
    return widened(pick, pick.first, pick.last + 1, LONG_WORDS) if goes_on else pick


def reasoned(pick: Pick) -> Pick:
    """Return the pick with the next sentence, if that tells the reason and the pick does not."""
    after = following(pick)
    goes_on = after and after.reason and not (after.turning or after.announcing)
    tells = goes_on and not traits_of(pick.text).reason
    return widened(pick, pick.first, pick.last + 1, LONG_WORDS) if tells else pick


def led(pick: Pick) -> Pick:
    """Return the pick with the next sentence, if it only leads up to that."""
    leads = pick.words <= LEADING and following(pick) and not pick.announces
    return widened(pick, pick.first, pick.last + 1, LONG_WORDS) if leads else pick


def understandable(candidate: SentenceCandidate, score: float, room: int) -> Pick:
    """Return the candidate, with the sentence before it if it depends on that."""
    passage, place = candidate.found.passage, candidate.place
    pick = Pick(passage, place, place, score)
    before = passage.sentences[place - 1] if place else None
    apart = before and (before.heading or enumerator(passage.quote(before)) == "mark")
    if candidate.traits.leaning and place and not apart:
        return widened(pick, place - 1, place, room)
    head = _table_head(passage, place)
    return pick if head is None else widened(pick, head, place, LONG_WORDS)


def _table_head(passage: Passage, place: int) -> int | None:
    """Return the position of the header of the Markdown table that a piece is a row of."""
    first = place
    while first >= 0 and "|" in passage.quote(passage.sentences[first]):
        if passage.sentences[first].heading:
            return first
        first -= 1
    return None


def ends_open(passage: Passage, place: int) -> bool:
    """Tell whether a piece is a clause of a sentence that continues in the next piece."""
    sentence, after = passage.sentences[place], passage.sentences[place + 1 : place + 2]
    if not after or sentence.heading or after[0].heading:
        return False
    text = passage.quote(sentence)
    between = passage.text[sentence.end - passage.start : after[0].start - passage.start]
    if "\n" in between or "|" in text:
        return text.endswith((";", ",")) and not enumerator(passage.quote(after[0]))
    return not text.endswith(_ENDS)


def _goes_on(document: Document, one: Place, other: Place) -> bool:
    """Tell whether a piece is a clause of a sentence that continues in another one."""
    if one[0] is other[0]:
        return ends_open(*one)
    start = other[0].sentences[other[1]].start
    block = document.block_at(one[0].sentences[one[1]].start)
    prose = block is not None and block.kind in ("paragraph", "list_item") and start < block.end
    return prose and not one[0].quote(one[0].sentences[one[1]]).endswith(_ENDS)


def whole_sentences(document: Document, section: Sequence[Passage], pick: Pick) -> list[Pick]:
    """Return the pick with the other pieces of the sentences it cuts, each in its own span.

    They may be in adjacent passages; what fits into one citation becomes one. Clauses between
    semicolons stand alone if their sentence does not fit.
    """
    places = [(p, i) for p in section for i in range(len(p.sentences))]
    numbers = [n for n, (p, i) in enumerate(places)
               if p == pick.passage and pick.first <= i <= pick.last]  # fmt: skip
    first, last = numbers[0], numbers[-1]
    while first and _goes_on(document, places[first - 1], places[first]):
        first -= 1
    while last + 1 < len(places) and _goes_on(document, places[last], places[last + 1]):
        last += 1
    if (first, last) == (numbers[0], numbers[-1]):
        return [pick]
    spans: list[Pick] = []
    for passage, i in places[first : last + 1]:
        longer = Pick(passage, spans[-1].first if spans else i, i, pick.score)
        beside = spans and spans[-1].passage is passage
        if beside and longer.end - longer.start <= LONGEST_QUOTE:
            spans[-1] = longer
        else:
            spans.append(Pick(passage, i, i, pick.score))
    before = [passage.quote(passage.sentences[i]) for passage, i in places[first : numbers[0]]]
    apart = (not before or before[-1].endswith(";")) and pick.text.endswith((";", *_ENDS))
    return [pick] if apart and len(spans) > 1 else spans


def text_after(document: Document, section: Sequence[Passage], pick: Pick) -> Pick | None:
    """Return the text after a pick in its section: as much of that block as fits."""
    places = [(p, i) for p in section for i in range(len(p.sentences))]
    behind = [(p, i) for p, i in places if p.sentences[i].start >= pick.end]
    if not behind or behind[0][0].sentences[behind[0][1]].heading:
        return None
    passage, first = behind[0]
    block = document.block_at(passage.sentences[first].start)
    last = first
    for i in range(first + 1, len(passage.sentences)):
        sentence = passage.sentences[i]
        same = block is not None and sentence.start < block.end
        if not same or sentence.end - passage.sentences[first].start > LONGEST_QUOTE:
            break
        last = i
    return Pick(passage, first, last, pick.score)


def join(picks: Sequence[Pick]) -> list[Pick]:
    """Return the picks in reading order, with short adjacent ones merged."""
    joined: list[Pick] = []
    for pick in picks:
        before = joined[-1] if joined else None
        beside = before and before.passage is pick.passage and before.last + 1 == pick.first
        if before and beside and not before.announces and enumerator(pick.text) != "mark":
            both = Pick(pick.passage, before.first, pick.last, max(before.score, pick.score))
            cut = ends_open(before.passage, before.last)  # an over-long sentence in pieces
            if both.end - both.start <= (LONGEST_QUOTE if cut else LONGEST_JOINED):
                joined[-1] = both
                continue
        joined.append(pick)
    return joined


def within(picks: Sequence[Pick], room: int) -> list[Pick]:
    """Return the picks that fit into `room` words, in order."""
    kept: list[Pick] = []
    for pick in picks:
        if pick.words <= room and not any(known.holds(pick) for known in kept):
            kept.append(pick)
            room -= pick.words
    return kept


def is_text(text: str) -> bool:
    """Tell whether a text is made of letters and figures rather than of lines and boxes.

    A line of a table of contents is none either.
    """
    if CONTENTS_LINE.search(text):
        return False
    return sum(map(str.isalnum, text)) >= TEXT * len("".join(text.split()))


def plain_words(text: str) -> int:
    """Return the number of distinct words of a text that are neither names nor addresses."""
    return len({*_WORD.findall(_LINK.sub("", text))})


def body_of(passage: Passage) -> list[int]:
    """Return the positions of the sentences that are not headings, lead-ins or questions."""
    offers = [traits_of(passage.quote(sentence)) for sentence in passage.sentences]
    return [
        i
        for i, (sentence, traits) in enumerate(zip(passage.sentences, offers, strict=True))
        if not (sentence.heading or traits.announcing or traits.asking)
    ]
