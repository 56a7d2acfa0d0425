"""Which sentences of a passage a written statement rests on."""

from index.retriever import RetrievedPassage, SearchableIndex
from index.words import terms
from qa.answer import Citation

MORE = 0.2  # share of a statement's weight that a second sentence must add to be quoted as well


def cite(index: SearchableIndex, found: RetrievedPassage, text: str) -> list[Citation]:
    """Return the sentence of a passage that supports a statement best, or two that do together.

    The citations have no number yet.
    """
    document = index.documents[found.passage.doc]
    sentences = found.passage.sentences
    weights = {term: index.lexical.weight(term) for term in terms(text)}
    total = sum(weights.values()) or 1.0
    shared = [weights.keys() & set(terms(found.passage.quote(s))) for s in sentences]
    cosines = index.sentence_vectors(found) @ index.embed(text)

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
