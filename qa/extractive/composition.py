"""Composition of answers: how many sentences, from where, and in which order."""

import re
from collections.abc import Collection, Iterator, Sequence

from corpus.passages import Passage
from index.retriever import SearchableIndex
from index.words import terms
from qa.extractive.evidence import Evidence, SentenceCandidate
from qa.extractive.features import is_heading
from qa.extractive.lists import (
    ItemList,
    find_lists,
    headings_below,
    item_asked,
    misses_word,
    ordinal_items,
)
from qa.extractive.picks import (
    LONG_WORDS,
    Pick,
    body_of,
    extended,
    following,
    is_text,
    join,
    labelled,
    led,
    plain_words,
    reasoned,
    specified,
    text_after,
    understandable,
    whole_sentences,
    widened,
    within,
)
from qa.extractive.sentence_traits import traits_of
from qa.language.antonyms import goes_other_way
from qa.language.questions import LABEL_ASKED, SUMMARY_TERMS, WHENEVER

SHORT_WORDS = 75  # a fact is told in fewer words
LIST_WORDS = 320  # the items of a list in fewer
MOST = 4  # sentences of an account
MOST_ITEMS = 10  # of a list that stands for an account
LIKELY = 0.05  # chance from which a further sentence belongs to an account
CLOSE = 0.6  # of the best one's chance: a second sentence that is worth showing
UNSURE = 0.6  # chance of the best sentence below which a second is looked for
LEADING_WORDS = 3  # without capital, outside links, of a sentence that can lead a summary
PROSE = 2  # and of one that can explain something
DOCUMENTS = 3  # that one answer summarises
NAMED = 0.5  # share of a question that a heading names when it asks for the list below it
NAMED_WELL = 0.75  # the same, where the headings below it are the list
SEARCHED = 4  # best passages whose sections are searched for lists
SAME = 0.6  # the same, where no list is asked for outright
ALIKE = 0.45  # cosine with the question from which what announces a list may be what is asked

_NUMBER = re.compile(r"\W*(?:[Ss]tep )?\d")
Ranked = Sequence[tuple[SentenceCandidate, float]]


class Composer:
    """Chooses the spans of one answer from ranked sentences.

    `listed` is the number of list items shown, and their total, if some are left out;
    `told_whole` means that a list or a summary answers, not the sentences that rank first.
    """

    def __init__(self, index: SearchableIndex, evidence: Evidence, ranked: Ranked) -> None:
        """Take the sentences with their probabilities, best first."""
        self._index = index
        self._evidence = evidence
        self.listed: tuple[int, int] | None = None
        self.told_whole = False
        expected = evidence.expected
        telling = [
            (c, chance)
            for c, chance in ranked
            if not (is_heading(expected, c.sentence, c.traits) or c.traits.asking)
            and is_text(c.text)
            and (not expected.explained or plain_words(c.text) >= PROSE)
        ]
        self._ranked = telling or ranked

    def choose(self) -> list[Pick]:
        """Return the spans of the answer in reading order; none if nothing can stand alone."""
        expected = self._evidence.expected
        chosen = None
        if self._contradicted():
            picks = [understandable(*self._ranked[0], SHORT_WORDS)]
        elif expected.kind == "summary":
            self.told_whole = True
            picks = self._summarise()
        elif chosen := self._choose_list():
            self.told_whole = True
            picks = self._whole_list(chosen)
        elif expected.several or expected.explained:
            whole = not expected.compared and (self._enumerate() or self._subheadings())
            picks = whole or self._with_code(self._gather())
        else:
            picks = self._settle()
        complete: list[Pick] = []
        room = LIST_WORDS if chosen else LONG_WORDS
        for whole in map(self._completed, picks):
            fresh = [p for p in whole if not any(known.holds(p) for known in complete)]
            words = sum(pick.words for pick in fresh)
            if words <= room or not complete:
                complete += fresh
                room -= words
        order = list(dict.fromkeys(pick.passage.doc for pick in complete))
        return join(sorted(complete, key=lambda p: (order.index(p.passage.doc), p.start)))

    def _lists(self) -> Iterator[ItemList]:
        """Yield the lists in the sections of the best passages."""
        seen: set[tuple[str, str]] = set()
        for candidate, chance in self._ranked:
            passage = candidate.found.passage
            if (passage.doc, passage.section) in seen:
                continue
            if len(seen) == SEARCHED:
                return
            seen.add((passage.doc, passage.section))
            document = self._index.documents[passage.doc]
            yield from find_lists(document, self._index.section(candidate.found), chance)

    def _choose_list(self) -> ItemList | None:
        """Return the list that is asked for, or that the best sentence is an item of.

        Its lead-in or heading must name what is asked, or its number of items must be the one
        asked for.
        """
        expected = self._evidence.expected
        whenever = expected.kind == "date" and WHENEVER.search(self._evidence.question)
        listed = expected.several or whenever or expected.kind in ("other", "how", "why")
        if expected.compared:
            return None
        best, surest = self._ranked[0]
        weights = self._evidence.weights
        lists = [one for one in self._lists() if not misses_word(one, best, weights)]
        said = [
            " ".join([one.section.split(" › ")[-1], one.lead.text if one.lead else ""])
            for one in lists
        ]
        if not lists:
            return None
        unsure = surest < UNSURE and not expected.defined
        asked, *vectors = self._index.embed_all([self._evidence.question, *said])
        weighed: list[tuple[float, int, ItemList]] = []
        for one, text, vector in zip(lists, said, vectors, strict=True):
            named, alike = self._share(text), float(asked @ vector)
            inside = one.holds(best.found.passage, best.place)
            counted = one.own == expected.items and (named >= NAMED / 2 or alike >= NAMED)
            whole = expected.several or expected.steps
            near = ALIKE if whole else SAME
            asks = named >= NAMED and alike >= near and (whole or one.announced)
            headed = inside and one.headed and named >= NAMED_WELL and unsure
            short = one.own <= MOST_ITEMS or expected.several
            fits = whole or not inside or named >= NAMED / 2 or alike >= NAMED
            if not listed and not self._between_items(one):
                continue
            if short and fits and ((inside and one.announced) or asks or counted or headed):
                weighed.append((named + alike + NAMED * inside + counted, len(weighed), one))
        return max(weighed)[2] if weighed else None

    def _between_items(self, one: ItemList) -> bool:
        """Tell whether the two best sentences are of a list that is announced, and neither sure."""
        (_, surest), first = self._ranked[0], [c for c, _ in self._ranked[:2]]
        inside = all(one.holds(c.found.passage, c.place) for c in first)
        return one.announced and inside and surest < UNSURE

    def _whole_list(self, chosen: ItemList) -> list[Pick]:
        """Return the lead-in of a list and as many of its items as fit."""
        lead = [chosen.lead] if chosen.lead and chosen.announced else []
        items = within(chosen.items, LIST_WORDS)
        if len(items) < len(chosen.items):
            self.listed = len(items), len(chosen.items)
        return [*lead, *items]

    def _subheadings(self) -> list[Pick]:
        """Return the headings below one that names what is asked, each with its first sentence.

        Only if no sentence lists them all; for steps, only numbered headings below one that says
        no more than the question.
        """
        expected, (_, surest) = self._evidence.expected, self._ranked[0]
        listed = expected.kind == "other" and expected.several and surest < UNSURE
        if not (listed or expected.steps):
            return []
        for candidate, chance in self._ranked[:SEARCHED]:
            around = self._index.around(candidate.found)
            path = candidate.found.passage.section.split(" › ")
            for depth in range(len(path), 0, -1):
                said = {*terms(path[depth - 1])}
                asked = bool(said) and said <= self._evidence.weights.keys()
                if not (asked if expected.steps else self._share(path[depth - 1]) >= NAMED_WELL):
                    continue
                heads = headings_below(around, path[:depth], chance)
                numbered = all(_NUMBER.match(head.text) for head in heads)
                if len(heads) > 1 and (numbered or not expected.steps):
                    return within(heads, LIST_WORDS)
        return []

    def _with_code(self, picks: list[Pick]) -> list[Pick]:
        """Return the best pick with its code, if steps are asked for and given as code."""
        if not self._evidence.expected.steps or not picks:
            return picks
        if code := [pick for pick in picks if self._is_code(pick)]:
            return list(dict.fromkeys([picks[0], *code]))
        after = self._after(picks[0])
        return [*picks, after] if after and self._is_code(after) and is_text(after.text) else picks

    def _is_code(self, pick: Pick) -> bool:
        block = self._index.documents[pick.passage.doc].block_at(pick.start)
        return block is not None and block.kind == "code"

    def _completed(self, pick: Pick) -> list[Pick]:
        """Return a pick with the rest of its sentences, and the text it heads or announces.

        Nothing, if a heading or a lead-in is all there is.
        """
        if self._is_code(pick):
            return [pick]
        document = self._index.documents[pick.passage.doc]
        picks = whole_sentences(document, self._section(pick), pick)
        if not (picks[-1].announces or picks[-1].heads):
            return picks
        lists = find_lists(document, self._section(pick), pick.score)
        for one in lists:
            if one.lead and picks[-1].holds(one.lead):
                return [*picks, *within(self._asked_of(one), LIST_WORDS)]
        if after := self._after(picks[-1]):
            return [*picks, *(self._completed(after) if after.announces else [after])]
        found = next((c.found for c, _ in self._ranked if c.found.passage == pick.passage), None)
        path = pick.passage.section.split(" › ")
        heads = headings_below(self._index.around(found), path, pick.score) if found else []
        return [*picks, *within(heads, LIST_WORDS)] if heads else []

    def _asked_of(self, one: ItemList) -> Sequence[Pick]:
        """Return the item that gives the one figure or person asked for; all if none stands out."""
        expected = self._evidence.expected
        chances = {(c.found.passage.start, c.place): chance for c, chance in self._ranked}
        single = not expected.several and (expected.figure or expected.kind == "who")
        if expected.kind == "count" and one.lead and traits_of(one.lead.text).gives(expected):
            single = False  # the lead-in tells how many, the items which
        if single and (item := item_asked(one, self._evidence.question, chances)):
            self.listed = 1, len(one.items)
            return [item]
        return one.items

    def _section(self, pick: Pick) -> list[Passage]:
        founds = (c.found for c, _ in self._ranked if c.found.passage == pick.passage)
        found = next(founds, None)
        return self._index.section(found) if found else [pick.passage]

    def _after(self, pick: Pick) -> Pick | None:
        return text_after(self._index.documents[pick.passage.doc], self._section(pick), pick)

    def _contradicted(self) -> bool:
        """Tell whether the best sentence says the opposite of what the question supposes."""
        best, _ = self._ranked[0]
        supposing = self._evidence.expected.kind == "why"
        return supposing and goes_other_way(self._evidence.question, best.text)

    def _settle(self) -> list[Pick]:
        """Return the sentence that settles a matter of fact; more if that is uncertain.

        If the best sentence is uncertain, a neighbour that may contain the answer joins it in one
        citation, and another place that may contain it becomes a second.
        """
        best, chance = self._ranked[0]
        pick = self._with_figure(understandable(best, chance, SHORT_WORDS))
        if asks := LABEL_ASKED.search(self._evidence.question):
            pick = labelled(pick, {*terms(asks["label"]), *terms(asks["thing"])}, SHORT_WORDS)
        if chance >= UNSURE:
            return [pick]
        close = [item for item in self._ranked[1:] if item[1] >= CLOSE * chance]
        for candidate, _ in close:
            pick = extended(pick, candidate, SHORT_WORDS)
        for candidate, other in close:
            second = understandable(candidate, other, SHORT_WORDS - pick.words)
            tells = not (candidate.sentence.heading or candidate.traits.announcing)
            if tells and pick.words + second.words <= SHORT_WORDS and not pick.holds(second):
                return [pick, second]
        return [pick]

    def _with_figure(self, pick: Pick) -> Pick:
        """Return the pick with the next sentence, if that continues with the figures asked for."""
        expected, after = self._evidence.expected, following(pick)
        if not expected.figure or after is None:
            return pick
        here = traits_of(pick.passage.quote(pick.passage.sentences[pick.last]))
        fresh = here.figures - here.years - expected.figures
        goes_on = after.specifying or (after.leaning and not fresh)
        if after.figures - after.years and after.meets(expected) == 1 and goes_on:
            return widened(pick, pick.first, pick.last + 1, SHORT_WORDS)
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
            spans.append(understandable(candidate, chance, LONG_WORDS))
        if self._evidence.expected.kind == "why":
            spans = [reasoned(spans[0]), *spans[1:]]
        wider: list[Pick] = []
        for span in spans:
            longer = specified(led(span))
            wider.append(span if any(pick.holds(longer) for pick in wider) else longer)
        return within(wider, LONG_WORDS)

    def _enumerate(self) -> list[Pick]:
        """Return the sentences that begin "First, …", "Second, …" in the best one's section.

        Nothing, unless a heading or lead-in there names what is asked, or the question gives that
        number.
        """
        best, chance = self._ranked[0]
        expected = self._evidence.expected
        section = self._index.section(best.found)
        items = ordinal_items(section, chance)
        if len(items) < 2 or (len(items) > MOST_ITEMS and not expected.several):
            return []
        named, alike = self._announced(section)
        counted = len(items) == expected.items and (named >= NAMED / 2 or alike >= NAMED)
        return within(items, LONG_WORDS) if named >= NAMED or counted else []

    def _share(self, text: str, about: Collection[str] = ()) -> float:
        """Return the weighted share of the question's terms, or of some, that a text contains."""
        weights = {t: w for t, w in self._evidence.weights.items() if not about or t in about}
        return sum(weights[t] for t in weights.keys() & terms(text)) / (sum(weights.values()) or 1)

    def _announced(self, section: Sequence[Passage]) -> tuple[float, float]:
        """Return how well a heading or lead-in of the section names what is asked.

        Measured by its share of the question's terms, and its cosine with the question.
        """
        sentences = ((s, passage.quote(s)) for passage in section for s in passage.sentences)
        said = [text for s, text in sentences if s.heading or traits_of(text).announcing]
        if not said:
            return 0.0, 0.0
        asked, *vectors = self._index.embed_all([self._evidence.question, *said])
        return max(map(self._share, said)), max(float(asked @ vector) for vector in vectors)

    def _summarise(self) -> list[Pick]:
        """Return the first sentence of each paragraph of the section asked about, then its figures.

        For a whole document: the first sentence of each section.
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
            if body := body_of(passage):
                offers = {i: traits_of(passage.quote(passage.sentences[i])) for i in body}
                told = {i: len(traits.figures - traits.years) for i, traits in offers.items()}
                most = max(body, key=told.__getitem__)
                leads.append(Pick(passage, body[0], body[0], chance))
                if told[most] and not told[body[0]]:
                    details.append(Pick(passage, most, most, chance))
        return within([*leads, *details], LONG_WORDS)

    def named_documents(self) -> list[str]:
        """Return the documents that are asked about as a whole: by title, or all of them."""
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
        """Return the first sentence of each section of a document, or of each passage if few."""
        leads = []
        for p in self._index.beginning(doc):
            said = [Pick(p, i, i, 1.0) for i in body_of(p)]
            telling = (s for s in said if plain_words(s.text) >= LEADING_WORDS)
            if said:
                leads.append(next(telling, max(said, key=lambda s: plain_words(s.text))))
        sections = {pick.passage.section: pick for pick in reversed(leads)}
        return within([*reversed(sections.values())] if len(sections) >= MOST else leads, room)
