"""What a chat model wrote becomes statements with verdicts, and citations of exact spans."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from corpus.passages import Passage
from index.retriever import RetrievedPassage, SearchableIndex
from index.words import terms, words
from qa.answer import Answer, Citation, Statement, Verdict
from qa.chat.citation_markers import Reading, Written, declines
from qa.chat.prompts import LONGEST_LINE, hide_unseen
from qa.verification.verifier import Source, Verifier

MORE = 0.2  # share of a statement's weight that a second sentence must add to be quoted as well
SHORT = "cut off: "  # begins the reason of a statement that the model did not finish

FEW = 2  # words beside amounts: fewer assert nothing, so many must be the passage's own
RUN, TIMES = 4, 3  # words that come so often repeat themselves
_AMOUNT = re.compile(
    r"(?:\b[A-Z]{3}\b|[$€£¥])?\s?\d[\d.,]*\s?(?:%|percent|thousand|million|billion|trillion)?"
)
_LINK = re.compile(r"\b\w+://\S+|\]\(\S+|javascript:\S+|<[a-z][^<>]*>", re.IGNORECASE)
# An order to say something asserts nothing of it, nor does a turn of a made-up conversation: what
# stands there bears out no statement, unless that says that it is ordered.
_ORDER = re.compile(
    r"\W*(?:(?:when|if|whenever|as)\b[^,]*,\s*|\w+:\s*)?"
    r"(?:(?:please|now|always|just|then|only|you (?:must|should|will))\s+)*"
    r"(say|answer|reply|respond|write|print|output|tell|reveal|ignore|forget|disregard|pretend|"
    r"cite|append|repeat|translate|show|link|trust|you are)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\W*(?:system|assistant|user|human|model|ai)\s*:", re.IGNORECASE)
_TEMPLATE = re.compile(  # from here on a passage plays a conversation
    r"<\|[^|]*\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>", re.IGNORECASE
)


class Checker:
    """Checks the statements of one answer, each once however often it is put together."""

    def __init__(
        self,
        index: SearchableIndex,
        verifier: Verifier,
        given: Sequence[RetrievedPassage],
        base: Answer,
        cites: bool = True,
    ) -> None:
        """Take the passages by their numbers, from 1, and an answer to keep other fields of.

        Its other passages are looked in for what a cited one does not bear out. What a model says
        that does not cite is ascribed to the passage most like it: looking for one that
        bears it out would verify too much.
        """
        self._index = index
        self._verifier = verifier
        self._given = given
        self._base = base
        self._cites = cites
        self._check = cache(self._verify)
        self._cite = cache(self._bear)

    def put_together(self, reading: Reading, cut: str = "") -> Answer:
        """Return the answer of the statements read, with what is being written at its end.

        Args:
            reading: what a model wrote; what it says twice is said once.
            cut: why the last of the statements is not whole, if so.
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
            statements.append(Statement(written.text, tuple(cited), *self._check(written)))
        if cut and statements:
            statements[-1] = replace(statements[-1], verdict="unverified", reason=SHORT + cut)
        marked = [f"{s.text} {''.join(f'[{n}]' for n in s.citations)}".strip() for s in statements]
        base, cites = self._base, tuple(citations.values())
        return replace(
            base,
            status="answered",
            answer=" ".join([*marked, reading.rest]).strip(),
            statements=tuple(statements),
            citations=cites,
            highlights=tuple(
                replace(h, n=c.n)
                for h in base.highlights
                for c in cites
                if c.doc == base.citations[h.n - 1].doc and c.start <= h.start and h.end <= c.end
            ),
            lookalikes=tuple(
                a
                for a in base.lookalikes
                if not any(c.doc == a.doc and c.start < a.end and a.start < c.end for c in cites)
            ),
        )

    def _ascribed(self, written: Written) -> Written:
        """Return a statement with the passage most like it, where the model names none."""
        if self._cites or written.marks:
            return written
        likest = {
            n: max(c.score for c in self._cite(n, written.text))
            for n in range(1, len(self._given) + 1)
        }
        return Written(written.text, (max(likest, key=likest.__getitem__),))

    def _known(self, written: Written) -> list[int]:
        return [number for number in written.marks if 1 <= number <= len(self._given)]

    def _verify(self, written: Written) -> tuple[Verdict, str | None]:
        if not self._cites and len(written.text) >= LONGEST_LINE:
            return "unverified", f"{SHORT}a sentence may have {LONGEST_LINE} characters"
        if words(written.text) == words(self._base.question):
            return "unverified", "only repeats the question"
        known = self._known(written)
        sources = {p.passage: _source(p, written.text) for p in self._base.passages}
        cited = [sources.pop(self._given[number - 1].passage) for number in known]
        finding = self._verifier.verify(written.text, cited, [*sources.values()])
        if finding.verdict == "verified" and (fault := _amiss(written.text, cited)):
            return "unverified", fault
        if unknown := [f"[{number}]" for number in written.marks if number not in known]:
            reason = f"cites {', '.join(unknown)}, but it was given {len(self._given)} passages"
            more = f"; {finding.reason}" if known and finding.reason else ""
            return "unverified", reason + more
        return finding.verdict, finding.reason

    def _bear(self, number: int, text: str) -> list[Citation]:
        """Return the sentence of a passage that bears a statement best, or two that do together."""
        found = self._given[number - 1]
        document = self._index.documents[found.passage.doc]
        sentences = found.passage.sentences
        weights = {term: self._index.lexical.weight(term) for term in terms(text)}
        total = sum(weights.values()) or 1.0
        shared = [weights.keys() & set(terms(found.passage.quote(s))) for s in sentences]
        cosines = self._index.sentence_vectors(found) @ self._index.embed(text)

        def share(of: set[str]) -> float:
            return sum(weights[term] for term in of) / total

        scores = [share(s) + max(0.0, float(c)) for s, c in zip(shared, cosines, strict=True)]
        best = max(range(len(sentences)), key=scores.__getitem__)
        also = max(range(len(sentences)), key=lambda i: share(shared[i] - shared[best]))
        picked = [best]
        if share(shared[also] - shared[best]) >= MORE:
            picked = sorted([best, also])
        spans = [(sentences[i].start, sentences[i].end, scores[i] / 2) for i in picked]
        if picked[-1] - picked[0] == 1:  # neighbours are one quote
            spans = [(spans[0][0], spans[1][1], scores[best] / 2)]
        return [
            Citation(
                n=0,
                doc=document.doc,
                start=start,
                end=end,
                quote=document.text[start:end],
                page=document.page_of(start),
                score=round(score, 6),
                title=document.title,
                section=found.passage.section,
                context=(found.passage.start, found.passage.end),
            )
            for start, end, score in spans
        ]


def _amiss(text: str, cited: Sequence[Source]) -> str | None:
    """Return what keeps a statement from being checked by its words."""
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
        return "has a link that the cited passage does not have"
    return None


def _source(found: RetrievedPassage, statement: str) -> Source:
    """Return what of a passage can bear out a statement, with its headings."""
    place = " — ".join(filter(None, (found.title, found.passage.section)))
    said = _asserted(found.passage, set(words(statement)))
    return Source(f"“{place}”", "\n".join([found.title, found.passage.section, *said]))


def _asserted(passage: Passage, statement: set[str]) -> Iterator[str]:
    for sentence in passage.sentences:
        text = passage.quote(sentence)
        plain = unicodedata.normalize("NFKC", hide_unseen(text))
        order = _ORDER.match(plain)
        ordered = order is not None and not statement >= set(order[1].lower().split())
        if _TEMPLATE.search(plain):
            return
        if not ordered and not _TURN.match(plain):
            yield text
