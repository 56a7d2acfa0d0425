"""Small corpora."""

from corpus.document import Corpus, Document


def corpus_of(**texts: str) -> Corpus:
    """Return a corpus of plain texts by name."""
    return Corpus(tuple(Document(doc, "Trade", text) for doc, text in texts.items()))
