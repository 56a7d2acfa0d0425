"""Answers from the tables near the passages found, or the reason why they have none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.document import Document
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import AnswerTable, Citation, Draft, Highlight, Question, Statement
from qa.language.abbreviations import code_quarters
from qa.language.table_questions import CHANGED, DIFFERENCE, EXPLAINED, TOTAL
from qa.question.expected_answer import expected_answer
from qa.tables.across import Comparison, compare_tables
from qa.tables.computing import asks_to_compute, compute, computes
from qa.tables.grid import MAX_CELLS, Grid
from qa.tables.matching import GROUP, title_keys
from qa.tables.parsing import read
from qa.tables.reading import Reading
from qa.tables.results import Declined, Outcome, Result, tell_places
from qa.tables.words import ESSENTIAL, Asked, keys_only

TABLES = 8  # read against a question
NEAR_TABLES = 40  # of one document, beside those with passages found
COMPUTED = 3  # of them, in which it is worked out
MORE_PASSAGES = 40  # looked at where the first have not all that is named
DOCUMENTS = 4  # looked at although no passage of theirs was found
NAMED_DOCUMENTS = 40  # that have a word in their titles: it names none of them
OWN = 0.4  # what a table and its titles tell themselves counts of that, beside the text around
WHOLLY = 0.95  # share of a cell's words from which a question names all of it
LEAST = 0.6  # share of a question's weight that a table must tell
HALF = 0.5  # share of what is asked for that cells should tell
OTHERWISE = 0.75  # confidence at most, where they tell less: text may answer
LEAST_COMPUTED = 0.5  # where a column is named and something was worked out of it
CITED = 20  # rows that are cited; of more the first, the last and those that decide
SHOWN = 8  # rows of a grid
SHOWN_COLUMNS = 12  # those of labels and of the answer first
MAX_SHOWN = 300  # characters of a cell


@dataclass(frozen=True, slots=True)
class Weighed:
    """A table with the result of a question, and the share of the question that it covers."""

    reading: Reading
    outcome: Outcome
    score: float

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Whether all that is named was found, whether there is a result, and the score."""
        return not self.reading.binding.missing, isinstance(self.outcome, Result), self.score


class TableAnswerer:
    """Looks up, filters and computes over cells of tables; None if no table is asked."""

    def __init__(self, index: SearchableIndex) -> None:
        """Take the index of the passages."""
        self._index = index
        self._grids: dict[tuple[str, int], Grid] = {}
        self._titles: dict[str, list[str]] = {}  # documents by the words of their titles

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Draft | None:
        """Return a draft from a table: an answer, or an abstention that says what it lacks."""
        expected = expected_answer(question.text)
        if expected.kind in ("why", "summary") or EXPLAINED.search(question.text):
            return None
        text = _without_instructions(question.text)
        asked = Asked(text)
        grids = self._candidates(asked, passages)
        if grids and grids[0].too_large:
            return _too_large(grids[0]) if asks_to_compute(question.text) else None
        if not grids:
            return None
        best = self._best(grids, asked)
        coded = Asked(code_quarters(text))
        if coded.text != asked.text:
            other = self._best(grids, coded)
            if other.rank > best.rank:
                best, asked = other, coded
        if best.reading.binding.missing:  # what is named may stand further down
            wider = self._index.search(question.text, MORE_PASSAGES, question.docs)
            more = self._candidates(asked, wider)
            if {id(g) for g in more} != {id(g) for g in grids}:
                best = self._best(more, asked)
        if not (isinstance(best.outcome, Result) and best.outcome.working):
            joint = compare_tables(asked, grids, self._likeness)
            if joint:
                return _compared(joint)
        return self._draft(best)

    def _best(self, grids: Sequence[Grid], asked: Asked) -> Weighed:
        """Return the table that answers best, of those that cover most of the question."""
        readings = [read(grid, asked) for grid in grids]
        for reading in readings:
            reading.binding.elsewhere = _of_siblings(reading, grids)
        scores = [_told(reading) - 0.01 * n for n, reading in enumerate(readings)]
        order = sorted(range(len(readings)), key=lambda n: -scores[n])[:COMPUTED]
        weighed = [self._weigh(readings[n], scores[n]) for n in order]
        best = max(weighed, key=lambda w: w.score)
        if best.outcome is None:  # the table that has it is not the one that is named
            others = [w for w in weighed if w.outcome and w.reading.binding.elsewhere]
            return max(others, key=lambda w: w.score, default=best)
        return best

    def _weigh(self, reading: Reading, score: float) -> Weighed:
        outcome = compute(reading, self._likeness)
        score += 0.4 * reading.binding.measured
        if isinstance(outcome, Result):
            score += 0.05 + 0.15 * outcome.sure
            added = outcome.working or reading.grid.totals.intersection(outcome.rows)
            score -= 0.1 * bool(not added and computes(reading.asked.text))
        return Weighed(reading, outcome, score)

    def _draft(self, best: Weighed) -> Draft | None:
        reading, outcome = best.reading, best.outcome
        binding = reading.binding
        if binding.missing:
            bound = reading.named or any(h.exact for h in binding.headed)
            return _decline(reading, outcome) if bound and binding.coverage >= 0.4 else None
        working = outcome.working if isinstance(outcome, Result) else None
        clear = working and any(h.exact for h in binding.headed)
        if binding.coverage < (LEAST_COMPUTED if clear else LEAST) or binding.strange:
            return None
        if outcome is None:
            bound = reading.named or any(h.exact for h in binding.headed)
            return _not_computed(reading) if bound and computes(reading.asked.text) else None
        if isinstance(outcome, Declined):
            return Draft(0.2, abstention=f"The documents don't say. {outcome.reason}")
        return self._answered(best, outcome)

    def _answered(self, best: Weighed, result: Result) -> Draft:
        grid = best.reading.grid
        citations = tuple(_cite(n, grid, row) for n, row in enumerate(_cited_rows(result), 1))
        numbers = tuple(c.n for c in citations)
        reason = result.working or f"read from {tell_places(grid, result.cells)}"
        computed = bool(result.working) or not computes(best.reading.asked.text)
        computed = computed or _given(best, result)
        if not computed:
            reason = f"not computed; {reason}"
        # worded from cells, so never "quoted", which the document's own words are
        statement = Statement(result.text, numbers, "computed", reason, show_table(grid, result))
        binding = best.reading.binding
        confidence = min(0.97, 0.1 + 0.35 * result.sure + 0.55 * binding.certain)
        if binding.measured < HALF or not computed:
            confidence = min(confidence, OTHERWISE)
        return Draft(
            round(confidence, 4), (statement,), citations,
            highlights=tuple(_highlights(grid, result, citations)),
        )  # fmt: skip

    def _candidates(self, question: Asked, passages: Sequence[RetrievedPassage]) -> list[Grid]:
        """Return the tables with most of a question's words, of those near the passages found.

        From the documents of these passages and those that the question names.
        """
        documents = self._index.documents
        found: dict[tuple[str, int], None] = {}
        for one in passages:
            passage = one.passage
            for block in documents[passage.doc].blocks:
                if block.table and block.start < passage.end and passage.start < block.end:
                    found[passage.doc, block.start] = None
        docs = [p.passage.doc for p in passages]
        for doc in dict.fromkeys([*docs[:DOCUMENTS], *self._named_documents(question), *docs]):
            tables = [b.start for b in documents[doc].blocks if b.table]
            for start in tables[:NEAR_TABLES]:
                found.setdefault((doc, start))
        grids = [self._grid(documents[doc], start) for doc, start in found]
        usable = [
            g
            for g in grids
            if g.too_large or (g.height and g.width > 1 and not (g.prose or g.contents))
        ]
        order = sorted(range(len(usable)), key=lambda n: (-_overlap(usable[n], question), n))
        if order and usable[order[0]].too_large:
            return [usable[order[0]]]
        return [g for n in sorted(order[:TABLES]) if not (g := usable[n]).too_large]

    def _named_documents(self, question: Asked) -> list[str]:
        """Return the documents whose title or name contains a name of the question, best first."""
        if not self._titles:
            for doc, document in self._index.documents.items():
                for key in set(keys_only(f"{document.title} {doc.replace('_', ' ')}")):
                    self._titles.setdefault(key, []).append(doc)
        counts: Counter[str] = Counter()
        for n, word in enumerate(question.words):
            named = self._titles.get(word.key, []) if question.weights[n] == ESSENTIAL else []
            if len(named) <= NAMED_DOCUMENTS:
                counts.update(named)
        return [doc for doc, _ in counts.most_common(DOCUMENTS)]

    def _grid(self, document: Document, start: int) -> Grid:
        key = (document.doc, start)
        if key not in self._grids:
            if len(self._grids) > 200:
                self._grids.pop(next(iter(self._grids)))
            block = next(b for b in document.blocks if b.start == start and b.table)
            self._grids[key] = Grid(document, block)
        return self._grids[key]

    def _likeness(self, text: str, names: Sequence[str]) -> Sequence[float]:
        vectors = self._index.embed_all([text, *names])
        return [float(x) for x in np.asarray(vectors[1:]) @ vectors[0]]


def _without_instructions(text: str) -> str:
    """Return a question without what follows it, unless that names something.

    >>> _without_instructions("What was the rent? Use the table of dues.")
    'What was the rent?'
    >>> _without_instructions("What was the rent? I mean that of 2022.")
    'What was the rent? I mean that of 2022.'
    """
    asked, mark, after = text.partition("?")
    names = "?" in after or ESSENTIAL in Asked(after).weights
    return text if names else asked + mark


def _told(reading: Reading) -> float:
    """Return the share of a question that a table covers, reduced by names it lacks."""
    binding = reading.binding
    told = (1 - OWN) * binding.coverage + OWN * binding.certain
    score = told - 0.15 * len(binding.missing)
    wholly = any(n.share > WHOLLY for n in reading.named)
    called = any(reading.asked.weights[n] == ESSENTIAL for n in binding.titled)
    grouped = any(n.column == GROUP for n in reading.named)  # a row of its own says it better
    mostly = any(n.share >= HALF for n in reading.named)
    score += 0.1 * wholly - 0.08 * grouped + 0.05 * bool(mostly and not wholly)
    return score + 0.05 * bool(binding.headed) + 0.05 * called


def _overlap(grid: Grid, asked: Asked) -> float:
    """Return roughly the share of a question in a table's text and titles."""
    keys = title_keys(grid)
    text = grid.lowered
    return sum(
        weight * (word.key in keys or word.key in text)
        for word, weight in zip(asked.words, asked.weights, strict=True)
    )


def _of_siblings(reading: Reading, grids: Sequence[Grid]) -> set[int]:
    """Return the words found only in the title of another table of the same shape and document."""
    grid, asked = reading.grid, reading.asked
    names = [c.name for c in grid.columns]
    own = title_keys(grid)
    others = {
        key
        for other in grids
        if other is not grid and other.document is grid.document
        and [c.name for c in other.columns] == names
        for key in title_keys(other) - own
    }  # fmt: skip
    told = {p for n in reading.named for p in n.positions}
    told |= {p for h in reading.binding.headed for p in h.positions}
    return {n for n, word in enumerate(asked.words) if word.key in others and n not in told}


def _too_large(grid: Grid) -> Draft:
    """Say that a table has more cells than are computed over."""
    assert grid.block.table
    cells = grid.block.table.rows * grid.block.table.columns
    return Draft(0.1, abstention=f"Not computed: the table “{_name(grid)}” has {cells:,} cells, "
                 f"and {MAX_CELLS:,} is the most to compute with. Its rows can be looked up; to "
                 "compute with them, split the sheet.")  # fmt: skip


def _not_computed(reading: Reading) -> Draft:
    """Show the rows of a table where it is not clear what is to be worked out of it."""
    grid = reading.grid
    rows = tuple(reading.rows() or grid.rows)[:SHOWN]
    shown = Result("", (), rows, 0.0)
    text = f"Not computed: it is not clear what to work out from the table “{_name(grid)}”."
    citations = tuple(_cite(n, grid, row) for n, row in enumerate(rows, 1))
    numbers = tuple(c.n for c in citations)
    statement = Statement(text, numbers, "unverified", "not computed", show_table(grid, shown))
    return Draft(0.3, (statement,), citations)


def _compared(joint: Comparison) -> Draft:
    """Return a comparison of two tables, which cites both."""
    citations = tuple(_cite(n, p.grid, p.cell[0]) for n, p in enumerate(joint.parts, 1))
    places = [p.grid.place(*p.cell) for p in joint.parts]
    return Draft(
        0.85, (Statement(joint.text, (1, 2), "computed", joint.working, joint.shown),), citations,
        highlights=tuple(
            Highlight(n, at.start, at.end, p.grid.document.text[at.start : at.end])
            for n, (p, at) in enumerate(zip(joint.parts, places, strict=True), 1)
        ),
    )  # fmt: skip


def _given(best: Weighed, result: Result) -> bool:
    """Tell whether cells hold what a question would have computed: a total, an average."""
    grid, asked = best.reading.grid, best.reading.asked
    told = [grid.columns[c].name for _, c in result.cells] + [grid.label(r) for r in result.rows]
    return bool(grid.totals.intersection(result.rows)) or any(
        computes(text) or TOTAL.match(text) for text in told
    ) or bool(DIFFERENCE.search(asked.text) and any(CHANGED.search(t) for t in told))  # fmt: skip


def _name(grid: Grid) -> str:
    return (grid.headings or (grid.document.title,))[0]


def _decline(reading: Reading, outcome: Outcome) -> Draft:
    words = reading.asked.words
    missing = [words[n].text for n in reading.binding.missing]
    what = " and ".join(f"“{word}”" for word in dict.fromkeys(missing))
    rows = outcome.rows if outcome else ()
    near = [reading.grid.label(r) for r in rows[:2]]
    nearest = f" The nearest it has: {'; '.join(near)}." if near else ""
    name = _name(reading.grid)
    return Draft(
        0.1, abstention=f"The documents don't say. The table “{name}” has no {what}.{nearest}"
    )


def _cited_rows(result: Result) -> list[int]:
    rows = list(result.rows)
    if len(rows) <= CITED:
        return rows
    deciding = [r for r, _ in result.cells][:CITED]
    return list(dict.fromkeys([rows[0], *deciding[: CITED - 2], rows[-1]]))


def _cite(n: int, grid: Grid, row: int) -> Citation:
    document = grid.document
    start, end = grid.row_span(row)
    return Citation(
        n=n, doc=document.doc, start=start, end=end, quote=document.text[start:end],
        page=document.page_of(start), score=round(1 / n, 6), title=document.title,
        section=" › ".join(reversed(grid.headings)), context=(start, end),
    )  # fmt: skip


def _highlights(grid: Grid, result: Result, citations: Sequence[Citation]) -> list[Highlight]:
    found = []
    for row, column in dict.fromkeys(result.cells):
        start, end = grid.place(row, column)
        for c in citations:
            if c.start <= start < end <= c.end:
                found.append(Highlight(c.n, start, end, grid.document.text[start:end]))
                break
    return found


def show_table(grid: Grid, result: Result) -> AnswerTable:
    """Return the part of a table that an answer rests on: header, rows, and marked cells."""
    rows = list(result.rows)
    shown = rows if len(rows) <= SHOWN else [*rows[: SHOWN - 1], rows[-1]]
    wanted = set(result.cells)
    first = [*grid.labels, *dict.fromkeys(c for _, c in result.cells if c >= 0)]
    columns = sorted(dict.fromkeys([*first, *range(grid.width)]), key=lambda c: c not in first)
    kept = sorted(columns[:SHOWN_COLUMNS])
    marked = tuple(
        (n, m) for n, row in enumerate(shown) for m, c in enumerate(kept) if (row, c) in wanted
    )
    return AnswerTable(
        caption=_name(grid),
        header=tuple(grid.columns[c].name for c in kept),
        rows=tuple(tuple(grid.text(row, c)[:MAX_SHOWN] for c in kept) for row in shown),
        marked=marked,
        left_out=len(rows) - len(shown),
        columns_left_out=grid.width - len(kept),
    )
