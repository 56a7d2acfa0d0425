"""Lists of a section: their lead-ins and items, with the code that belongs to them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from corpus.blocks import Block
from corpus.document import Document
from corpus.passages import Passage
from index.words import terms
from qa.extractive.evidence import SentenceCandidate
from qa.extractive.picks import LONGEST_QUOTE, Pick, ends_open
from qa.extractive.sentence_traits import enumerator
from qa.language.quantities import Quantity, quantities_of
from qa.language.sentences import ENUMERATED

MISSED = 0.2  # share of a question that one word has without which a list is about other things
STANDS_OUT = 2.0  # times the chance of the next: the item of a list that alone is asked for

_ROMAN = re.compile(r"[ivx]+")


@dataclass(slots=True)
class ItemList:
    """Consecutive items, including nested ones.

    `lead` is the sentence before the first; `own` is the number of items that are not nested.
    """

    style: str
    lead: Pick | None
    section: str
    items: list[Pick] = field(default_factory=list)
    own: int = 0
    marker: str = ""  # of its last own item

    @property
    def announced(self) -> bool:
        """Whether the sentence before the list announces it."""
        return self.lead is not None and self.lead.announces

    @property
    def headed(self) -> bool:
        """Whether it stands right below a heading."""
        return self.lead is not None and self.lead.heads

    def holds(self, passage: Passage, place: int) -> bool:
        """Tell whether a sentence is one of its items or its lead-in."""
        picks = [*self.items, *([self.lead] if self.lead and self.announced else [])]
        return any(p.passage == passage and p.first <= place <= p.last for p in picks)


@dataclass(frozen=True, slots=True)
class _Line:
    """The sentences of a passage from one block, or from one item of it."""

    pick: Pick
    block: Block | None
    heading: bool
    marker: str
    style: str  # "" where it is no item


def _marker_style(marker: str, before: str) -> str:
    """Return the kind of a marker: "(i)" after "(h)" is a letter, otherwise Roman."""
    core = marker.strip("().")
    if not core.isalnum():
        return "bullet"
    if core.isdigit():
        return "number"
    after = len(core) == 1 and len(before) == 1 and ord(core) == ord(before) + 1
    return "letter" if after or not _ROMAN.fullmatch(core) else "roman"


def _lines(document: Document, section: Sequence[Passage]) -> Iterator[_Line]:
    """Yield the blocks of a section, those with several items in pieces."""
    before = ""
    for passage in section:
        places = range(len(passage.sentences))
        blocks = [document.block_at(passage.sentences[i].start) for i in places]
        for _, of_block in groupby(places, key=blocks.__getitem__):
            numbers = list(of_block)
            block = blocks[numbers[0]]
            pieces: list[list[int]] = []
            for i in numbers:
                sentence = passage.sentences[i]
                at = document.text.rfind("\n", 0, sentence.start) + 1
                begins = not document.text[at : sentence.start].strip()
                if not pieces or (begins and _mark(passage.quote(sentence))):
                    pieces.append([])
                pieces[-1].append(i)
            for n, piece in enumerate(pieces):
                sentence = passage.sentences[piece[0]]
                starts = block is not None and block.kind == "list_item" and not n
                starts = starts and not (block and block.start < passage.start)
                marker = _mark(passage.quote(sentence))
                if starts and block and block.marker and not marker:
                    marker = block.marker
                code = block is not None and block.kind in ("code", "table", "caption")
                item = (starts or bool(marker)) and not (code or sentence.heading)
                style = ""
                if item:
                    kind = _marker_style(marker, before) if marker else "bullet"
                    style = f"{kind}{(block.level or 0) if block and starts else ''}"
                    before = marker.strip("().")
                yield _Line(
                    _cut(Pick(passage, piece[0], piece[-1], 0.0)), block, sentence.heading,
                    marker, style,
                )  # fmt: skip


def _mark(text: str) -> str:
    match = ENUMERATED.match(text)
    return (match["mark"] or "") if match else ""


def _cut(pick: Pick) -> Pick:
    """Return as many of its sentences as fit into one citation."""
    last = pick.last
    while last > pick.first and (
        pick.passage.sentences[last].end - pick.start > LONGEST_QUOTE
        or (ends_open(pick.passage, last) and last < pick.last)
    ):
        last -= 1
    return Pick(pick.passage, pick.first, last, pick.score)


def _continues(open_list: ItemList, marker: str) -> bool:
    """Tell whether a marker is the next one of a list."""
    one, other = open_list.marker.strip("()."), marker.strip("().")
    if one.isdigit() and other.isdigit():
        return int(other) == int(one) + 1
    return len(one) == len(other) == 1 and one.isalpha() and ord(other) == ord(one) + 1


def find_lists(document: Document, section: Sequence[Passage], score: float) -> list[ItemList]:
    """Return the lists of a section, outer ones with what is nested in them."""
    found: list[ItemList] = []
    opened: list[ItemList] = []
    before: Pick | None = None
    interrupted = False
    for line in _lines(document, section):
        pick = Pick(line.pick.passage, line.pick.first, line.pick.last, score)
        if line.style:
            if interrupted:
                opened = [known for known in opened if _continues(known, line.marker)][:1]
            styles = [known.style for known in opened]
            if line.style in styles:
                del opened[styles.index(line.style) + 1 :]
            else:
                lead = before and Pick(before.passage, before.last, before.last, score)
                opened.append(ItemList(line.style, lead, pick.passage.section))
                found.append(opened[-1])
            for known in opened:
                known.items.append(pick)
            opened[-1].own += 1
            opened[-1].marker = line.marker
            interrupted = False
        elif line.heading:
            opened, interrupted = [], False
        elif opened and line.block and line.block.kind == "code":
            for known in opened:
                known.items.append(pick)
        else:
            interrupted = True
        before = pick
    return [known for known in found if known.own > 1]


def misses_word(one: ItemList, best: SentenceCandidate, weights: Mapping[str, float]) -> bool:
    """Tell whether a list lacks a word of the question that the best sentence's passage has.

    The best sentence is then about that, and a list that it is not in about other things.
    """
    passage = best.found.passage
    if one.holds(passage, best.place):
        return False
    shown = [*([one.lead] if one.lead and one.announced else []), *one.items]
    said = {*terms(" ".join([one.section, best.found.title, *(pick.text for pick in shown)]))}
    spoken = {*terms(f"{passage.text} {passage.section}")}
    least = MISSED * (sum(weights.values()) or 1.0)
    return any(weights[term] >= least for term in weights.keys() & spoken - said)


def item_asked(
    one: ItemList, question: str, chances: Mapping[tuple[int, int], float]
) -> Pick | None:
    """Return the item of a list that alone has the question's figures, or is by far the likeliest.

    `chances` are those of sentences, by the start of their passage and their place in it. None if
    no item stands out.
    """
    asked = [q for q in quantities_of(question) if not q.dated]
    if asked:
        told = [item for item in one.items if _tells(item, asked)]
        if told:
            return told[0] if len(told) == 1 else None
    weighed = [
        max(chances.get((item.passage.start, i), 0.0) for i in range(item.first, item.last + 1))
        for item in one.items
    ]
    second, best = sorted(weighed)[-2:]
    return one.items[weighed.index(best)] if best > STANDS_OUT * second else None


def _tells(item: Pick, asked: Sequence[Quantity]) -> bool:
    given = quantities_of(item.text)
    return all(any(one.borne_out_by(other) for other in given) for one in asked)


def headings_below(around: Sequence[Passage], path: Sequence[str], score: float) -> list[Pick]:
    """Return the headings right below one, given by its path, each with its first sentence."""
    heads: dict[str, Pick] = {}
    for passage in around:
        own = passage.section.split(" › ")
        below = own[: len(path)] == path and len(own) > len(path)
        if below and own[len(path)] not in heads and passage.sentences[0].heading:
            heads[own[len(path)]] = _headed(passage, score)
    return [*heads.values()]


def _headed(passage: Passage, score: float) -> Pick:
    """Return the headings that a passage begins with, and its first sentence if it fits."""
    last = 0
    while passage.sentences[last].heading and last + 1 < len(passage.sentences):
        last += 1
    while last and passage.sentences[last].end - passage.start > LONGEST_QUOTE:
        last -= 1
    first = next((i for i in range(last - 1, -1, -1) if passage.sentences[i].heading), last)
    return Pick(passage, first, last, score)


def ordinal_items(section: Sequence[Passage], score: float) -> list[Pick]:
    """Return the sentences that an ordinal number begins."""
    return [
        Pick(passage, i, i, score)
        for passage in section
        for i, sentence in enumerate(passage.sentences)
        if enumerator(passage.quote(sentence)) == "word"
    ]
