"""The words of the citations that are the answer: the reader's best span within them."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from index.retriever import RetrievedPassage
from index.words import STOPWORDS, words
from qa.answer import Citation, Highlight
from qa.extractive.evidence import Evidence
from qa.extractive.sentence_traits import enumerator, traits_of
from qa.language.quantities import quantities_of
from qa.reader import Span

UNLIKELY = -4.0  # logit of a span over none from which it is highlighted as the answer
DOUBTFUL = -2.0  # the same where an account is asked for
AROUND = 16  # characters that highlighted figures may have around them


def find_highlights(
    evidence: Evidence, passages: Sequence[RetrievedPassage], citations: Sequence[Citation]
) -> Iterator[Highlight]:
    """Yield the cited words that the reader takes for the answer; of a figure, just the figure."""
    expected, least = evidence.expected, DOUBTFUL if evidence.expected.explained else UNLIKELY
    best: dict[bool, tuple[float, Highlight]] = {}  # of any words; of the figures alone

    def weigh(c: Citation, start: int, span: Span | None, alone: bool) -> None:
        if span and span[2] >= (best[alone][0] if alone in best else -np.inf if alone else least):
            first, last = start + span[0], start + span[1]
            marked = Highlight(c.n, first, last, c.quote[first - c.start : last - c.start])
            new = bool({*words(marked.text)} - STOPWORDS - expected.words)
            told = traits_of(marked.text).gives(expected) if expected.figure else new
            if told and "|" not in marked.text and not enumerator(c.quote[first - c.start :]):
                best[alone] = span[2], marked

    for found, reading in zip(passages, evidence.readings, strict=False):
        passage = found.passage
        for s, c in product(passage.sentences, citations):
            if c.doc == passage.doc and c.start <= s.start and s.end <= c.end:
                at = s.start - passage.start
                weigh(c, passage.start, reading.span_in(at, s.end - passage.start), alone=False)
                for figure in quantities_of(passage.quote(s)) if expected.figure else ():
                    start, end = at + figure.start, at + figure.start + len(figure.written)
                    weigh(c, passage.start, reading.span_in(start, end, whole=True), alone=True)
    told = [best[alone][1] for alone in (False, True) if alone in best]
    if told and expected.kind != "summary":
        figures = (q.written for q in quantities_of(told[0].text))
        own = sum(len(figure) for figure in figures if traits_of(figure).gives(expected))
        yield told[-1] if len(told[0].text) - own >= AROUND else told[0]
