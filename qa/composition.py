"""Which sentences an answer is made of: how many, from where, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.passages import Passage
from index.lexical import terms
from index.retriever import SearchableIndex
from qa.features import Evidence, SentenceCandidate, is_heading
from qa.kinds import enumerator, offer_of
from qa.opposites import goes_other_way

SHORT_WORDS = 75  # a fact is told in fewer words
LONG_WORDS = 200  # a list, comparison or account in fewer
LONGEST_QUOTE = 600  # characters of one citation
LONGEST_JOINED = 400  # characters of neighbouring sentences that are cited together
LEADING = 14  # words of a sentence that hardly says more than what the next is about
MOST = 4  # sentences of an account
LIKELY = 0.05  # chance from which a further sentence belongs to an account
SECTIONS = 10  # best sentences whose sections are searched for an enumeration
POOL = 20  # best sentences an account is chosen from
CLOSE = 0.6  # of the best one's chance: a second sentence that is worth showing
UNSURE = 0.6  # chance of the best sentence below which a second is looked for
NAMED = 0.5  # share of a question that a heading names when it asks for the list below it

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
        wanted = evidence.wanted
        telling = [
            (c, chance)
            for c, chance in ranked
            if not (is_heading(wanted, c.sentence, c.offer) or c.offer.asking)
        ]
        self._ranked = telling or ranked

    def choose(self) -> list[Pick]:
        """Return the spans of the answer in reading order."""
        wanted = self._evidence.wanted
        if self._contradicted():
            picks = [_understandable(*self._ranked[0], SHORT_WORDS)]
        elif wanted.kind == "summary":
            picks = self._summarise()
        elif wanted.kind == "other" and self._in_list() and (items := self._enumerate()):
            picks = items
        elif wanted.several or wanted.explained:
            picks = (not wanted.compared and self._enumerate()) or self._gather()
        else:
            picks = self._settle()
        order: dict[str, int] = {}
        for pick in picks:
            order.setdefault(pick.passage.doc, len(order))
        return _join(sorted(picks, key=lambda p: (order[p.passage.doc], p.start)))

    def _in_list(self) -> bool:
        """Tell whether the best sentence is an item of an announced list, which answers whole."""
        best, _ = self._ranked[0]
        sentences = best.found.passage.sentences[: best.place]
        said = [best.found.passage.quote(s) for s in sentences]
        while said and enumerator(said[-1]) == "mark":
            said.pop()
        return enumerator(best.text) == "mark" and bool(said) and offer_of(said[-1]).announcing

    def _contradicted(self) -> bool:
        """Tell whether the question supposes what the best sentence says the opposite of."""
        best, _ = self._ranked[0]
        supposing = self._evidence.wanted.kind == "why"
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
            tells = not (candidate.sentence.heading or candidate.offer.announcing)
            if tells and pick.words + second.words <= SHORT_WORDS and not pick.holds(second):
                return [pick, second]
        return [pick]

    def _with_figure(self, pick: Pick) -> Pick:
        """Return the pick with the next sentence, where that goes on with the figures asked for."""
        wanted, passage = self._evidence.wanted, pick.passage
        if not wanted.figure or pick.last + 1 >= len(passage.sentences):
            return pick
        here = offer_of(passage.quote(passage.sentences[pick.last]))
        following = offer_of(passage.quote(passage.sentences[pick.last + 1]))
        fresh = here.figures - here.years - wanted.figures
        goes_on = following.specifying or (following.leaning and not fresh)
        if following.figures - following.years and following.meets(wanted) == 1 and goes_on:
            return _lengthened(pick, SHORT_WORDS)
        return pick

    def _gather(self) -> list[Pick]:
        """Return the sentences likely enough to be part of the answer, best first."""
        pool = [
            (candidate, chance)
            for candidate, chance in self._ranked[:POOL]
            if not (candidate.sentence.heading or candidate.offer.announcing)
        ]
        picks: list[Pick] = []
        room = LONG_WORDS
        for candidate, chance in pool[:MOST]:
            if picks and chance < LIKELY:
                break
            whole = self._evidence.wanted.several and chance >= CLOSE * pool[0][1]
            spans = (
                _whole_sentence(candidate, chance, room)
                if whole
                else [_understandable(candidate, chance, room)]
            )
            for pick in map(_specified, map(_led, spans)):
                if pick.words <= room and not any(known.holds(pick) for known in picks):
                    picks.append(pick)
                    room -= pick.words
        return picks

    def _enumerate(self) -> list[Pick]:
        """Return the items of the enumeration that is asked for; nothing if there is none.

        It stands in the section whose heading or announcing sentence names what is asked, or has
        as many items as are asked for, or is a list that the best sentence belongs to.
        """
        best, _ = self._ranked[0]
        wanted = self._evidence.wanted
        found: list[tuple[float, list[Pick]]] = []
        for candidate, chance in self._ranked[:SECTIONS]:
            section = self._index.section(candidate.found)
            items = _items(section, chance)
            if len(items) < 2 or any(items[0] == known[0] for _, known in found):
                continue
            named, alike = self._announced(section)
            counted = len(items) == wanted.items and (named >= NAMED / 2 or alike >= NAMED)
            listed = enumerator(best.text) == "mark" and any(
                item.passage is best.found.passage and item.first == best.place for item in items
            )
            if listed or named >= NAMED or counted:
                found.append((named + listed + counted, items))
        if not found:
            return []
        return _within(max(found, key=lambda item: item[0])[1], LONG_WORDS)

    def _announced(self, section: Sequence[Passage]) -> tuple[float, float]:
        """Return how well a heading or announcing sentence of the section names what is asked.

        That is the share of the question's terms that it has, and its cosine with the question.
        """
        weights = self._evidence.weights
        total = sum(weights.values()) or 1.0
        said = [
            text
            for passage in section
            for sentence, text in ((s, passage.quote(s)) for s in passage.sentences)
            if sentence.heading or offer_of(text).announcing
        ]
        if not said:
            return 0.0, 0.0
        asked, *vectors = self._index.embed_all([self._evidence.question, *said])
        named = (sum(weights[t] for t in {*terms(s)} & weights.keys()) / total for s in said)
        return max(named), max(float(asked @ vector) for vector in vectors)

    def _under(self, candidate: SentenceCandidate) -> float:
        """Return how well the section a sentence stands in is the one asked about."""
        heading = set(terms(candidate.found.passage.section))
        weights = self._evidence.weights
        named = sum(weights[term] for term in heading & weights.keys())
        return named / (sum(weights.values()) or 1.0) + candidate.found.score

    def _opens_paragraph(self, passage: Passage) -> bool:
        """Tell whether a passage is not the later part of a long paragraph."""
        before = self._index.documents[passage.doc].text[: passage.start].rstrip(" \t")
        return not before or before.endswith("\n")

    def _summarise(self) -> list[Pick]:
        """Return what each paragraph of the section asked about says first, then its figures."""
        candidate, chance = max(self._ranked, key=lambda item: self._under(item[0]))
        leads: list[Pick] = []
        details: list[Pick] = []
        for passage in self._index.section(candidate.found):
            offers = [offer_of(passage.quote(sentence)) for sentence in passage.sentences]
            body = [
                i
                for i, sentence in enumerate(passage.sentences)
                if not (sentence.heading or offers[i].announcing or offers[i].asking)
            ]
            if body and self._opens_paragraph(passage):
                leads.append(Pick(passage, body[0], body[0], chance))
                rest = [i for i in body[1:] if offers[i].figures - offers[i].years]
                if rest and not offers[body[0]].figures - offers[body[0]].years:
                    most = max(rest, key=lambda i: len(offers[i].figures - offers[i].years))
                    details.append(Pick(passage, most, most, chance))
        return _within([*leads, *details], LONG_WORDS)


def _join(picks: Sequence[Pick]) -> list[Pick]:
    """Return picks in reading order, short ones that follow each other as one."""
    joined: list[Pick] = []
    for pick in picks:
        before = joined[-1] if joined else None
        beside = before and before.passage is pick.passage and before.last + 1 == pick.first
        if before and beside and enumerator(pick.text) != "mark":
            both = Pick(pick.passage, before.first, pick.last, max(before.score, pick.score))
            if both.end - both.start <= LONGEST_JOINED:
                joined[-1] = both
                continue
        joined.append(pick)
    return joined


def _ends_open(passage: Passage, place: int) -> bool:
    """Tell whether a piece is a clause of a sentence that goes on in the next piece."""
    text = passage.quote(passage.sentences[place])
    return text.endswith((";", ",")) and place + 1 < len(passage.sentences)


def _whole_sentence(candidate: SentenceCandidate, score: float, room: int) -> list[Pick]:
    """Return the candidate with the other clauses of its sentence, each as its own span."""
    passage, first = candidate.found.passage, candidate.place
    last = first
    while first and _ends_open(passage, first - 1):
        first -= 1
    while _ends_open(passage, last):
        last += 1
    if first == last:
        return [_understandable(candidate, score, room)]
    clauses = [Pick(passage, i, i, score) for i in range(first, last + 1)]
    own = clauses.pop(candidate.place - first)
    return [own, *clauses]


def _extended(pick: Pick, candidate: SentenceCandidate) -> Pick:
    """Return the pick with a neighbouring sentence, if they are short enough for one citation."""
    if candidate.found.passage != pick.passage:
        return pick
    first, last = min(pick.first, candidate.place), max(pick.last, candidate.place)
    longer = Pick(pick.passage, first, last, pick.score)
    beside = candidate.place in (pick.first - 1, pick.last + 1)
    fits = longer.words <= SHORT_WORDS and longer.end - longer.start <= LONGEST_QUOTE
    return longer if beside and fits and not candidate.sentence.heading else pick


def _lengthened(pick: Pick, room: int) -> Pick:
    """Return the pick with the next sentence, if the two are short enough for one citation."""
    longer = Pick(pick.passage, pick.first, pick.last + 1, pick.score)
    fits = longer.words <= room and longer.end - longer.start <= LONGEST_QUOTE
    return longer if fits else pick


def _specified(pick: Pick) -> Pick:
    """Return the pick with a next sentence that goes on with its details: "Specifically, …"."""
    sentences = pick.passage.sentences
    if pick.last + 1 < len(sentences):
        following = offer_of(pick.passage.quote(sentences[pick.last + 1]))
        if following.specifying and not following.announcing:
            return _lengthened(pick, LONG_WORDS)
    return pick


def _led(pick: Pick) -> Pick:
    """Return the pick with the next sentence, where it only leads up to that."""
    if pick.words <= LEADING and pick.last + 1 < len(pick.passage.sentences):
        return _lengthened(pick, LONG_WORDS)
    return pick


def _understandable(candidate: SentenceCandidate, score: float, room: int) -> Pick:
    """Return the candidate, with the sentence before it when it leans on that."""
    passage, place = candidate.found.passage, candidate.place
    before = passage.sentences[place - 1] if place else None
    apart = before and (before.heading or enumerator(passage.quote(before)) == "mark")
    if candidate.offer.leaning and place and not apart:
        longer = Pick(passage, place - 1, place, score)
        if longer.words <= room and longer.end - longer.start <= LONGEST_QUOTE:
            return longer
    return Pick(passage, place, place, score)


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
    items: list[Pick] = []
    kind: str | None = None
    for passage in section:
        for i, sentence in enumerate(passage.sentences):
            found = enumerator(passage.quote(sentence))
            if found and (kind is None or found == kind):
                kind = found
                items.append(Pick(passage, i, i, score))
    return items
