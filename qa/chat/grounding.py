"""From a chat model's text to statements with verdicts, and citations of exact spans."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from index.retriever import RetrievedPassage, SearchableIndex
from index.words import terms, words
from qa.answer import Citation, Draft, Statement, Usage
from qa.chat.attribution import cite
from qa.chat.citation_markers import Reading, declines
from qa.chat.prompts import LONGEST_LINE
from qa.chat.screening import screened_source
from qa.chat.statements import Written
from qa.verification.verifier import PENDING, Finding, Source, Verifier

SHORT = "cut off: "  # begins the reason of a statement that the model did not finish
FEW = 2  # words beside amounts: fewer assert nothing, so many must be the passage's own
RUN, TIMES = 4, 3  # words that come so often repeat themselves
_AMOUNT = re.compile(
    r"(?:\b[A-Z]{3}\b|[$€£¥])?\s?\d[\d.,]*\s?(?:%|percent|thousand|million|billion|trillion)?"
)
_LINK = re.compile(r"\b\w+://\S+|\]\(\S+|javascript:\S+|<[a-z][^<>]*>", re.IGNORECASE)


class Grounding:
    """Grounds the statements of one reply, each only once as the reply grows."""

    def __init__(
        self,
        index: SearchableIndex,
        verifier: Verifier,
        question: str,
        passages: Sequence[RetrievedPassage],
        given: Sequence[RetrievedPassage],
        cites: bool = True,
    ) -> None:
        """Take the question, all passages found, and those given to the model, numbered from 1.

        The others are searched for what a cited one does not support. A statement of a model that
        does not cite is attributed to the passage most similar to it: searching for one that
        supports it would verify too much.
        """
        self._index = index
        self._verifier = verifier
        self._question = question
        self._passages = passages
        self._given = given
        self._cites = cites
        self._compare = cache(self._compare_written)
        self._judged: dict[Written, Finding] = {}
        self._cite = cache(self._cite_passage)

    def ground(self, reading: Reading, standin: Draft, cut: str = "") -> Draft:
        """Return the draft of the statements read, with the text being written at its end.

        Args:
            reading: what a model wrote; repeated statements are dropped.
            standin: the extractive draft, whose confidence and key words apply to this one, too.
            cut: why the last of the statements is incomplete, if it is.
        """
        citations: dict[tuple[str, int, int], Citation] = {}
        statements: list[Statement] = []
        said = [written for written in reading.statements if not declines(written.text, True)]
        for written in dict.fromkeys(map(self._ascribed, said)):
            cited: dict[int, None] = {}
            for number in self._known(written):
                for found in self._cite(number, written.text):
                    key = (found.doc, found.start, found.end)
                    citation = citations.setdefault(key, replace(found, n=len(citations) + 1))
                    cited[citation.n] = None
            check = self._found(written)
            statements.append(Statement(written.text, tuple(cited), check.verdict, check.reason))
        if cut and statements:
            statements[-1] = replace(statements[-1], verdict="unverified", reason=SHORT + cut)
        cites = tuple(citations.values())
        return replace(
            standin,
            abstention="",
            unfinished=reading.rest,
            statements=tuple(statements),
            citations=cites,
            highlights=tuple(
                replace(h, n=c.n)
                for h in standin.highlights
                for c in cites
                if c.doc == standin.citations[h.n - 1].doc and c.start <= h.start and h.end <= c.end
            ),
            lookalikes=tuple(
                a
                for a in standin.lookalikes
                if not any(c.doc == a.doc and c.start < a.end and a.start < c.end for c in cites)
            ),
        )

    def _ascribed(self, written: Written) -> Written:
        """Return a statement with the passage most similar to it, if the model names none."""
        if self._cites or written.marks:
            return written
        likest = {
            n: max(c.score for c in self._cite(n, written.text))
            for n in range(1, len(self._given) + 1)
        }
        return Written(written.text, (max(likest, key=likest.__getitem__),))

    def judge(self, reading: Reading) -> Iterator[Usage]:
        """Ask the judge about what passed figures and wording; yield as each verdict comes."""
        said = [written for written in reading.statements if not declines(written.text, True)]
        waiting = [
            written
            for written in dict.fromkeys(map(self._ascribed, said))
            if self._compare(written).verdict == "verified" and written not in self._judged
        ]
        if waiting and self._verifier.judge:
            asked = [(written.text, self._sources(written)) for written in waiting]
            for written, found in zip(waiting, self._verifier.ask_judge(asked), strict=True):
                self._judged[written] = found
                yield found.usage

    def _found(self, written: Written) -> Finding:
        compared = self._compare(written)
        if compared.verdict == "unverified" or self._verifier.judge is None:
            return compared
        return self._judged.get(written, Finding("unverified", PENDING))

    def _sources(self, written: Written) -> list[Source]:
        given = [self._given[number - 1] for number in self._known(written)]
        return [screened_source(found, written.text) for found in given]

    def _known(self, written: Written) -> list[int]:
        return [number for number in written.marks if 1 <= number <= len(self._given)]

    def _compare_written(self, written: Written) -> Finding:
        """Return the findings that need no judge."""
        fault = self._fault(written)
        return Finding("unverified" if fault else "verified", fault)

    def _fault(self, written: Written) -> str | None:
        if not self._cites and len(written.text) >= LONGEST_LINE:
            return f"{SHORT}a sentence may have at most {LONGEST_LINE} characters"
        if words(written.text) == words(self._question):
            return "only repeats the question"
        known = self._known(written)
        sources = {p.passage: screened_source(p, written.text) for p in self._passages}
        cited = [sources.pop(self._given[number - 1].passage) for number in known]
        finding = self._verifier.compare(written.text, cited, [*sources.values()])
        if finding.verdict == "verified" and (fault := _amiss(written.text, cited)):
            return fault
        if unknown := [f"[{number}]" for number in written.marks if number not in known]:
            reason = f"cites {', '.join(unknown)}, but only {len(self._given)} passages were given"
            more = f"; {finding.reason}" if known and finding.reason else ""
            return reason + more
        return finding.reason

    def _cite_passage(self, number: int, text: str) -> list[Citation]:
        return cite(self._index, self._given[number - 1], text)


def _amiss(text: str, cited: Sequence[Source]) -> str | None:
    """Return the reason why a statement cannot be checked by its words."""
    said = "\n".join(source.text for source in cited)
    own = set(terms(_AMOUNT.sub(" ", text)))
    if len(own) < FEW:
        return "says too little to be checked"
    if len(own) == FEW and own - set(terms(said)):
        return "the cited passage does not say this"
    heard = words(text)
    runs = Counter(zip(*(heard[i:] for i in range(RUN)), strict=False))
    if any(times >= TIMES for times in runs.values()):
        return "says the same over and over"
    if any(link not in said for link in _LINK.findall(text)):
        return "contains a link that the cited passage does not"
    return None
