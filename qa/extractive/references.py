"""Text referred to by number: "What does clause 2.2 say?"."""

import re
from collections.abc import Iterable, Iterator

from corpus.blocks import Block
from corpus.document import Document
from index.retriever import SearchableIndex
from index.words import STOPWORDS, words
from qa.extractive.picks import LONGEST_QUOTE, Pick, within
from qa.language.questions import REFERENCE
from qa.language.verbs import COMMON_VERBS

SHOWN_WORDS = 320  # of what stands under a heading
TITLE_WORDS = 8  # of a line that heads what follows
MORE_WORDS = 1  # that a question which only asks for the text may have beside the number


_NUMBERED = re.compile(r"\W*(?:[^\W\d_]+\W+)?\d+[.)]?\s+[A-Z]")


def find_referenced(index: SearchableIndex, question: str, docs: Iterable[str]) -> list[Pick]:
    """Return the text under the number that a question refers to, in the first document with it.

    Nothing if the question asks for more than that text.
    """
    match = REFERENCE.search(question)
    if not match:
        return []
    rest = question[: match.start()] + question[match.end() :]
    more = [w for w in words(rest) if w not in STOPWORDS and w not in COMMON_VERBS]
    if len(more) > MORE_WORDS:
        return []
    kind = re.escape(match["kind"] or match["sign"])
    begins = re.compile(rf"\W*(?:(?i:{kind})\W*)?{re.escape(match['label'])}(?!\w)(?!\.\d)")
    for doc in docs:
        document = index.documents[doc]
        for at, block in enumerate(document.blocks):
            numbered = block.kind in ("heading", "list_item", "paragraph")
            if numbered and begins.match(document.text, block.start, block.end):
                picks = list(_picks(index, doc, _under(document, at)))
                if any(not pick.heads for pick in picks):
                    return within(picks, SHOWN_WORDS)
    return []


def _under(document: Document, at: int) -> Iterator[Block]:
    """Yield a block and those under it: for a heading, up to the next of the same level."""
    first = document.blocks[at]
    yield first
    title = document.text[first.start : first.end].strip()
    if first.kind != "heading" and len(title.split()) <= TITLE_WORDS and title[-1].isalnum():
        for block in document.blocks[at + 1 :]:  # a heading that the file does not declare
            text = document.text[block.start : block.end]
            if block.kind == "heading" or _NUMBERED.match(text):
                return
            if block.kind != "furniture":
                yield block
        return
    for block in document.blocks[at + 1 :]:
        ends = block.kind == "heading" and (
            first.kind != "heading" or (block.level or 1) <= (first.level or 1)
        )
        deeper = block.kind == "list_item" and (block.level or 1) > (first.level or 1)
        if ends or (first.kind != "heading" and not deeper):
            return
        if block.kind != "furniture":
            yield block


def _picks(index: SearchableIndex, doc: str, blocks: Iterable[Block]) -> Iterator[Pick]:
    """Yield the blocks as spans of passages, each as far as one citation reaches."""
    for block in blocks:
        passage = index.passage_at(doc, block.start)
        places = [
            i for i, s in enumerate(passage.sentences if passage else ())
            if block.start <= s.start < min(block.end, block.start + LONGEST_QUOTE)
            and s.end <= block.start + LONGEST_QUOTE
        ]  # fmt: skip
        if passage and places:
            yield Pick(passage, places[0], places[-1], 1.0)
