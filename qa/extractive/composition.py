"""Which sentences an answer is made of: how many, from where, and in which order."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.passages import Passage
from index.retriever import SearchableIndex
from index.words import terms
from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.features import is_heading
from qa.extractive.sentence_traits import SentenceTraits, enumerator, traits_of
from qa.language.antonyms import goes_other_way
from qa.language.questions import SUMMARY_TERMS

SHORT_WORDS = 75  # a fact is told in fewer words
LONG_WORDS = 200  # a list, comparison or account in fewer
LONGEST_QUOTE = 600  # characters of one citation
LONGEST_JOINED = 400  # characters of neighbouring sentences that are cited together
LEADING = 14  # words of a sentence that hardly says more than what the next is about
MOST = 4  # sentences of an account
MOST_ITEMS = 10  # of a list that stands for an account
LIKELY = 0.05  # chance from which a further sentence belongs to an account
CLOSE = 0.6  # of the best one's chance: a second sentence that is worth showing
UNSURE = 0.6  # chance of the best sentence below which a second is looked for
LEADING_WORDS = 3  # without capital, outside links, of a sentence that can lead a summary
PROSE = 2  # and of one that can explain something
DOCUMENTS = 3  # that one answer summarises
NAMED = 0.5  # share of a question that a heading names when it asks for the list below it

_LINK = re.compile(r"\[[^\[\]\n]{0,200}\]\([^()\s]{0,300}\)|\b\w+://\S+")
_WORD = re.compile(r"\b[^\W\d_A-Z]{2,}\b")
Ranked = Sequence[tuple[SentenceCandidate, float]]


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
        """The words themselves."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    def holds(self, other: "Pick") -> bool:
        """Tell whether the two share any of the document, or say the same in two documents."""
        same = self.passage.doc == other.passage.doc
        return (same and self.start < other.end and other.start < self.end) or (
            self.text == other.text
        )


class Composer:
    """Chooses the spans of one answer from ranked sentences."""

    def __init__(self, index: SearchableIndex, evidence: Evidence, ranked: Ranked) -> None:
        """Take the sentences with their chances, best first."""
        self._index = index
        self._evidence = evidence
        expected = evidence.expected
        telling = [
            (c, chance)
            for c, chance in ranked
            if not (is_heading(expected, c.sentence, c.traits) or c.traits.asking)
            and (not expected.explained or _plain_words(c.text) >= PROSE)
        ]
        self._ranked = telling or ranked

    def choose(self) -> list[Pick]:
        """Return the spans of the answer in reading order."""
        expected = self._evidence.expected
        if self._contradicted():
            picks = [_understandable(*self._ranked[0], SHORT_WORDS)]
        elif expected.kind == "summary":
            picks = self._summarise()
        elif expected.kind == "other" and self._in_list() and (items := self._enumerate()):
            picks = items
        elif expected.several or expected.explained:
            picks = (not expected.compared and self._enumerate()) or self._gather()
        else:
            picks = self._settle()
        order = list(dict.fromkeys(pick.passage.doc for pick in picks))
        return _join(sorted(picks, key=lambda p: (order.index(p.passage.doc), p.start)))

    def _in_list(self) -> bool:
        """Tell whether the best sentence is an item of an announced list, which answers whole."""
        best, _ = self._ranked[0]
        sentences = best.found.passage.sentences[: best.place]
        said = [best.found.passage.quote(s) for s in sentences]
        while said and enumerator(said[-1]) == "mark":
            said.pop()
        return enumerator(best.text) == "mark" and bool(said) and traits_of(said[-1]).announcing

    def _contradicted(self) -> bool:
        """Tell whether the question supposes what the best sentence says the opposite of."""
        best, _ = self._ranked[0]
        supposing = self._evidence.expected.kind == "why"
        return supposing and goes_other_way(self._evidence.question, best.text)

    def _settle(self) -> list[Pick]:
        """Return the sentence that settles a matter of fact; more of it where that is unsure.

        Where the best sentence is unsure, a neighbour that may hold the answer joins it in one
        citation, and another place that may hold it is shown as a second.
        """
        best, chance = self._ranked[0]
        pick = self._with_figure(_understandable(best, chance, SHORT_WORDS))
        if chance >= UNSURE:
            return [pick]
        close = [item for item in self._ranked[1:] if item[1] >= CLOSE * chance]
        for candidate, _ in close:
            pick = _extended(pick, candidate)
        for candidate, other in close:
            second = _understandable(candidate, other, SHORT_WORDS - pick.words)
            tells = not (candidate.sentence.heading or candidate.traits.announcing)
            if tells and pick.words + second.words <= SHORT_WORDS and not pick.holds(second):
                return [pick, second]
        return [pick]

    def _with_figure(self, pick: Pick) -> Pick:
        """Return the pick with the next sentence, where that goes on with the figures asked for."""
        expected, following = self._evidence.expected, _following(pick)
        if not expected.figure or following is None:
            return pick
        here = traits_of(pick.passage.quote(pick.passage.sentences[pick.last]))
        fresh = here.figures - here.years - expected.figures
        goes_on = following.specifying or (following.leaning and not fresh)
        if following.figures - following.years and following.meets(expected) == 1 and goes_on:
            return _widened(pick, pick.first, pick.last + 1, SHORT_WORDS)
        return pick

    def _gather(self) -> list[Pick]:
        """Return the sentences likely enough to be part of the answer, best first."""
        pool = [
            (candidate, chance)
            for candidate, chance in self._ranked
            if not (candidate.sentence.heading or candidate.traits.announcing)
        ][:MOST]
        spans: list[Pick] = []
        for candidate, chance in pool:
            if spans and chance < LIKELY:
                break
            if self._evidence.expected.several and chance >= CLOSE * pool[0][1]:
                spans += _whole_sentence(candidate, chance)
            else:
                spans.append(_understandable(candidate, chance, LONG_WORDS))
        return _within([_specified(_led(span)) for span in spans], LONG_WORDS)

    def _enumerate(self) -> list[Pick]:
        """Return the items of the enumeration that is asked for; nothing if there is none.

        It stands in the section of the best sentence. That is an item of an announced list, or a
        heading or announcing sentence names what is asked, or as many items are asked for.
        """
        best, chance = self._ranked[0]
        expected = self._evidence.expected
        section = self._index.section(best.found)
        items = _items(section, chance)
        if len(items) < 2 or (len(items) > MOST_ITEMS and not expected.several):
            return []
        named, alike = self._announced(section)
        counted = len(items) == expected.items and (named >= NAMED / 2 or alike >= NAMED)
        return _within(items, LONG_WORDS) if self._in_list() or named >= NAMED or counted else []

    def _share(self, text: str, about: Collection[str] = ()) -> float:
        """Return the share of the question's terms, or some, that a text has, by their weights."""
        weights = {t: w for t, w in self._evidence.weights.items() if not about or t in about}
        return sum(weights[t] for t in weights.keys() & terms(text)) / (sum(weights.values()) or 1)

    def _announced(self, section: Sequence[Passage]) -> tuple[float, float]:
        """Return how well a heading or announcing sentence of the section names what is asked.

        That is the share of the question's terms that it has, and its cosine with the question.
        """
        sentences = ((s, passage.quote(s)) for passage in section for s in passage.sentences)
        said = [text for s, text in sentences if s.heading or traits_of(text).announcing]
        if not said:
            return 0.0, 0.0
        asked, *vectors = self._index.embed_all([self._evidence.question, *said])
        return max(map(self._share, said)), max(float(asked @ vector) for vector in vectors)

    def _summarise(self) -> list[Pick]:
        """Return what each paragraph of the section asked about says first, then its figures.

        Of a whole document: what each of its sections says first.
        """
        docs = self.named_documents()
        if first := [pick for doc in docs for pick in self._leads(doc, LONG_WORDS // len(docs))]:
            return first

        def nearness(item: tuple[SentenceCandidate, float]) -> float:
            found = item[0].found
            return self._share(found.passage.section) + found.score

        candidate, chance = max(self._ranked, key=nearness)
        leads: list[Pick] = []
        details: list[Pick] = []
        for passage in self._index.section(candidate.found):
            if body := _body(passage):
                offers = {i: traits_of(passage.quote(passage.sentences[i])) for i in body}
                told = {i: len(traits.figures - traits.years) for i, traits in offers.items()}
                most = max(body, key=told.__getitem__)
                leads.append(Pick(passage, body[0], body[0], chance))
                if told[most] and not told[body[0]]:
                    details.append(Pick(passage, most, most, chance))
        return _within([*leads, *details], LONG_WORDS)

    def named_documents(self) -> list[str]:
        """Return the documents that are asked about as wholes: by title, or as all there are."""
        found = [candidate.found for candidate in self._evidence.candidates]
        docs = list(dict.fromkeys(f.passage.doc for f in found))
        about = {t for t in self._evidence.weights if not (t in SUMMARY_TERMS or t.isdigit())}
        if not about:
            return docs[:DOCUMENTS]
        titles = {doc: self._share(self._index.documents[doc].title, about) for doc in docs}
        best = max(docs, key=titles.__getitem__)
        sections = max(self._share(f.passage.section, about) for f in found)
        return [best] if titles[best] >= max(NAMED, sections) else []

    def _leads(self, doc: str, room: int) -> list[Pick]:
        """Return the first sentence of each section of a document; of few, of each passage."""
        leads = []
        for p in self._index.beginning(doc):
            said = [Pick(p, i, i, 1.0) for i in _body(p)]
            telling = (s for s in said if _plain_words(s.text) >= LEADING_WORDS)
            if said:
                leads.append(next(telling, max(said, key=lambda s: _plain_words(s.text))))
        sections = {pick.passage.section: pick for pick in reversed(leads)}
        return _within([*reversed(sections.values())] if len(sections) >= MOST else leads, room)


def _plain_words(text: str) -> int:
    """Return how many different words a text has that are neither names nor addresses."""
    return len({*_WORD.findall(_LINK.sub("", text))})


def _body(passage: Passage) -> list[int]:
    """Return the places of the sentences that are no headings, announcements or questions."""
    offers = [traits_of(passage.quote(sentence)) for sentence in passage.sentences]
    return [
        i
        for i, (sentence, traits) in enumerate(zip(passage.sentences, offers, strict=True))
        if not (sentence.heading or traits.announcing or traits.asking)
    ]


def _join(picks: Sequence[Pick]) -> list[Pick]:
    """Return picks in reading order, short ones that follow each other as one."""
    joined: list[Pick] = []
    for pick in picks:
        before = joined[-1] if joined else None
        beside = before and before.passage is pick.passage and before.last + 1 == pick.first
        if before and beside and enumerator(pick.text) != "mark":
            both = Pick(pick.passage, before.first, pick.last, max(before.score, pick.score))
            cut = before.text.endswith(",")  # an over-long sentence in pieces
            if both.end - both.start <= (LONGEST_QUOTE if cut else LONGEST_JOINED):
                joined[-1] = both
                continue
        joined.append(pick)
    return joined


def _ends_open(passage: Passage, place: int) -> bool:
    """Tell whether a piece is a clause of a sentence that goes on in the next piece."""
    text = passage.quote(passage.sentences[place])
    return text.endswith((";", ",")) and place + 1 < len(passage.sentences)


def _whole_sentence(candidate: SentenceCandidate, score: float) -> list[Pick]:
    """Return the candidate with the other clauses of its sentence, each as its own span."""
    passage, first = candidate.found.passage, candidate.place
    last = first
    while first and _ends_open(passage, first - 1):
        first -= 1
    while _ends_open(passage, last):
        last += 1
    if first == last:
        return [_understandable(candidate, score, LONG_WORDS)]
    clauses = [Pick(passage, i, i, score) for i in range(first, last + 1)]
    own = clauses.pop(candidate.place - first)
    return [own, *clauses]


def _widened(pick: Pick, first: int, last: int, room: int) -> Pick:
    """Return the pick with neighbouring sentences, if they are short enough for one citation."""
    longer = Pick(pick.passage, first, last, pick.score)
    fits = longer.words <= room and longer.end - longer.start <= LONGEST_QUOTE
    return longer if fits else pick


def _extended(pick: Pick, candidate: SentenceCandidate) -> Pick:
    """Return the pick with a candidate beside it that is no heading."""
    place = candidate.place
    beside = candidate.found.passage == pick.passage and place in (pick.first - 1, pick.last + 1)
    if not beside or candidate.sentence.heading:
        return pick
    return _widened(pick, min(pick.first, place), max(pick.last, place), SHORT_WORDS)


def _following(pick: Pick) -> SentenceTraits | None:
    """Return what the sentence after the pick has; None at the end of its passage."""
    after = pick.passage.sentences[pick.last + 1 : pick.last + 2]
    return traits_of(pick.passage.quote(after[0])) if after else None


def _specified(pick: Pick) -> Pick:
    """Return the pick with a next sentence that goes on with its details: "Specifically, …"."""
    following = _following(pick)
    goes_on = following and following.specifying and not following.announcing
    return _widened(pick, pick.first, pick.last + 1, LONG_WORDS) if goes_on else pick


def _led(pick: Pick) -> Pick:
    """Return the pick with the next sentence, where it only leads up to that."""
    leads = pick.words <= LEADING and _following(pick)
    return _widened(pick, pick.first, pick.last + 1, LONG_WORDS) if leads else pick


def _understandable(candidate: SentenceCandidate, score: float, room: int) -> Pick:
    """Return the candidate, with the sentence before it when it leans on that."""
    passage, place = candidate.found.passage, candidate.place
    pick = Pick(passage, place, place, score)
    before = passage.sentences[place - 1] if place else None
    apart = before and (before.heading or enumerator(passage.quote(before)) == "mark")
    if candidate.traits.leaning and place and not apart:
        return _widened(pick, place - 1, place, room)
    head = _table_head(passage, place)
    return pick if head is None else _widened(pick, head, place, LONG_WORDS)


def _table_head(passage: Passage, place: int) -> int | None:
    """Return where the columns are named of the Markdown table that a piece is a row of."""
    first = place
    while first >= 0 and "|" in passage.quote(passage.sentences[first]):
        if passage.sentences[first].heading:
            return first
        first -= 1
    return None


def _within(picks: Sequence[Pick], room: int) -> list[Pick]:
    """Return the picks that fit into `room` words, in order."""
    kept: list[Pick] = []
    for pick in picks:
        if pick.words <= room and not any(known.holds(pick) for known in kept):
            kept.append(pick)
            room -= pick.words
    return kept


def _items(section: Sequence[Passage], score: float) -> list[Pick]:
    """Return the first sentence of every item of the section's enumeration."""
    marked = [
        (enumerator(passage.quote(sentence)), Pick(passage, i, i, score))
        for passage in section
        for i, sentence in enumerate(passage.sentences)
    ]
    kind = next((kind for kind, _ in marked if kind), None)
    return [pick for own, pick in marked if own and own == kind]
