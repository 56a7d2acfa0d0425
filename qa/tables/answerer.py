"""Answers from the tables that passages were found in, or why they have none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.document import Document
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import AnswerTable, Citation, Draft, Highlight, Question, Statement, Verdict
from qa.language.table_questions import EXPLAINED
from qa.question.expected_answer import expected_answer
from qa.tables.computing import compute, computes
from qa.tables.grid import Grid
from qa.tables.matching import title_keys
from qa.tables.parsing import read
from qa.tables.reading import Reading
from qa.tables.results import Declined, Outcome, Result
from qa.tables.words import ESSENTIAL, Asked, keys_only

TABLES = 8  # read against a question
NEAR_TABLES = 40  # of one document, beside those with passages found
COMPUTED = 3  # of them, in which it is worked out
MORE_PASSAGES = 40  # looked at where the first have not all that is named
DOCUMENTS = 4  # looked at although no passage of theirs was found
NAMED_DOCUMENTS = 40  # that have a word in their titles: it names none of them
LEAST = 0.6  # share of a question's weight that a table must tell
HALF = 0.5  # share of what is asked for that cells should tell
OTHERWISE = 0.75  # confidence at most, where they tell less: text may answer
CITED = 20  # rows that are cited; of more the first, the last and those that decide
SHOWN = 8  # rows of a grid
SHOWN_COLUMNS = 12  # those of labels and of the answer first
MAX_SHOWN = 300  # characters of a cell


@dataclass(frozen=True, slots=True)
class Weighed:
    """A table with what a question comes to in it, and how much of it the table tells."""

    reading: Reading
    outcome: Outcome
    score: float


class TableAnswerer:
    """Looks up, filters and computes over the cells of tables; None where none is asked."""

    def __init__(self, index: SearchableIndex) -> None:
        """Take the index that the passages come from."""
        self._index = index
        self._grids: dict[tuple[str, int], Grid] = {}
        self._titles: dict[str, list[str]] = {}  # documents by the words of their titles

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Draft | None:
        """Return a draft from a table: an answer, or an abstention that says what is not in it."""
        expected = expected_answer(question.text)
        if expected.kind in ("why", "summary") or EXPLAINED.search(question.text):
            return None
        asked = Asked(question.text)
        grids = self._candidates(asked, passages)
        if not grids:
            return None
        best = self._best(grids, asked)
        if best.reading.binding.missing:  # what is named may stand further down
            wider = self._index.search(question.text, MORE_PASSAGES, question.docs)
            more = self._candidates(asked, wider)
            if {id(g) for g in more} != {id(g) for g in grids}:
                best = self._best(more, asked)
        return self._draft(best)

    def _best(self, grids: Sequence[Grid], asked: Asked) -> Weighed:
        """Return the table that answers best, of those that tell most of the question."""
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
        if outcome is None or binding.coverage < LEAST or binding.strange:
            return None
        if isinstance(outcome, Declined):
            return Draft(0.2, abstention=f"The documents don't say. {outcome.reason}")
        return self._answered(best, outcome)

    def _answered(self, best: Weighed, result: Result) -> Draft:
        grid = best.reading.grid
        citations = tuple(_cite(n, grid, row) for n, row in enumerate(_cited_rows(result), 1))
        numbers = tuple(c.n for c in citations)
        verdict: Verdict = "computed" if result.working else "quoted"
        reason = result.working
        statement = Statement(result.text, numbers, verdict, reason, show_table(grid, result))
        binding = best.reading.binding
        confidence = min(0.97, 0.1 + 0.35 * result.sure + 0.55 * binding.certain)
        if binding.measured < HALF:
            confidence = min(confidence, OTHERWISE)
        return Draft(
            round(confidence, 4), (statement,), citations,
            highlights=tuple(_highlights(grid, result, citations)),
        )  # fmt: skip

    def _candidates(self, question: Asked, passages: Sequence[RetrievedPassage]) -> list[Grid]:
        """Return the tables that have most of a question's words, of those near what was found.

        They are of the documents in which passages were found and of those that it names.
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
        usable = [g for g in grids if g.height and g.width > 1 and not (g.prose or g.contents)]
        order = sorted(range(len(usable)), key=lambda n: (-_overlap(usable[n], question), n))
        return [usable[n] for n in sorted(order[:TABLES])]

    def _named_documents(self, question: Asked) -> list[str]:
        """Return the documents whose title or name has a name of the question, most first."""
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


def _told(reading: Reading) -> float:
    """Return how much of a question a table tells; what is named and not there counts against."""
    binding = reading.binding
    score = binding.coverage - 0.15 * len(binding.missing)
    return score + 0.1 * bool(reading.named) + 0.05 * bool(binding.headed)


def _overlap(grid: Grid, asked: Asked) -> float:
    """Return how much of a question a table's text and titles have, roughly."""
    keys = title_keys(grid)
    text = grid.lowered
    return sum(
        weight * (word.key in keys or word.key in text)
        for word, weight in zip(asked.words, asked.weights, strict=True)
    )


def _of_siblings(reading: Reading, grids: Sequence[Grid]) -> set[int]:
    """Return the words that only the title of another table of the same shape and document has."""
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


def _decline(reading: Reading, outcome: Outcome) -> Draft:
    words = reading.asked.words
    missing = [words[n].text for n in reading.binding.missing]
    what = " and ".join(f"“{word}”" for word in dict.fromkeys(missing))
    rows = outcome.rows if outcome else ()
    near = [reading.grid.label(r) for r in rows[:2]]
    nearest = f" The nearest it has: {'; '.join(near)}." if near else ""
    name = (reading.grid.headings or (reading.grid.document.title,))[0]
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
    """Return the part of a table that an answer rests on: its header, rows, and cells marked."""
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
        caption=(grid.headings or (grid.document.title,))[0],
        header=tuple(grid.columns[c].name for c in kept),
        rows=tuple(tuple(grid.text(row, c)[:MAX_SHOWN] for c in kept) for row in shown),
        marked=marked,
        left_out=len(rows) - len(shown),
        columns_left_out=grid.width - len(kept),
    )
