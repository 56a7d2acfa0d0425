"""What of a passage can bear out a statement: no orders, no made-up conversations."""

import re
import unicodedata
from collections.abc import Iterator

from corpus.passages import Passage
from index.retriever import RetrievedPassage
from index.words import words
from qa.chat.prompts import hide_unseen
from qa.language.instructions import ORDER, TURN
from qa.verification.verifier import Source

_TEMPLATE = re.compile(  # from here on a passage plays a conversation
    r"<\|[^|]*\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>", re.IGNORECASE
)


def screened_source(found: RetrievedPassage, statement: str) -> Source:
    """Return what of a passage can bear out a statement, with its headings."""
    place = " — ".join(filter(None, (found.title, found.passage.section)))
    said = _asserted(found.passage, set(words(statement)))
    return Source(f"“{place}”", "\n".join([found.title, found.passage.section, *said]))


def _asserted(passage: Passage, statement: set[str]) -> Iterator[str]:
    """Yield the sentences of a passage that assert something."""
    for sentence in passage.sentences:
        text = passage.quote(sentence)
        plain = unicodedata.normalize("NFKC", hide_unseen(text))
        order = ORDER.match(plain)
        ordered = order is not None and not statement >= set(order[1].lower().split())
        if _TEMPLATE.search(plain):
            return
        if not ordered and not TURN.match(plain):
            yield text
