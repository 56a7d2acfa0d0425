"""The part of a passage that can support a statement: no orders, no invented conversations."""

import re
import unicodedata
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from corpus.passages import Passage
from index.retriever import RetrievedPassage
from qa.chat.prompts import hide_unseen
from qa.language.instructions import orders
from qa.verification.verifier import Source

TEMPLATE = re.compile(  # from here on a passage plays a conversation
    r"<\|[^|]*\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>"
    # a statement with its verdict, as a judge is shown them
    r"|\b(?:statement|claim)\s*:[^:]{1,600}\b(?:answer|verdict|supported)\s*:\s*(?:yes|true)\b",
    re.IGNORECASE,
)


def screened_source(found: RetrievedPassage, statement: str) -> Source:
    """Return the part of a passage that can support a statement, with its headings."""
    place = " — ".join(filter(None, (found.title, found.passage.section)))
    said = _asserted(found.passage, statement)
    return Source(f"“{place}”", "\n".join([found.title, found.passage.section, *said]))


def _asserted(passage: Passage, statement: str) -> Iterator[str]:
    """Yield the sentences of a passage that assert something."""
    for sentence in passage.sentences:
        text = passage.quote(sentence)
        plain = hide_unseen(text)
        if TEMPLATE.search(unicodedata.normalize("NFKC", plain)):
            return
        if not orders(plain, statement):
            yield text


def without_orders(text: str, statement: str) -> str:
    """Return the parts of a text that assert something, line by line and sentence by sentence."""
    seen = hide_unseen(text)
    if template := TEMPLATE.search(seen):
        seen = seen[: template.start()]
    return "\n".join(
        " ".join(
            piece
            for b in get_sentence_boundaries("en", line)
            if not orders(piece := line[b["start_index"] : b["end_index"]].strip(), statement)
        )
        for line in seen.split("\n")
        if line.strip()
    )
