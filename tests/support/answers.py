"""Documents about a hill apiary, and answers composed from sentences ranked by hand."""

from collections.abc import Mapping
from pathlib import Path

from corpus.document import Corpus, Document
from index.build import build_index
from index.embedder import Embedder
from index.generations import IndexFolder
from index.retriever import SearchableIndex
from index.store import Generation
from qa.extractive.composition import Composer
from qa.extractive.evidence import Evidence, SentenceCandidate, gather_evidence
from qa.extractive.picks import Pick

APIARY = """The hill apiary in numbers

The hill apiary opened in 2011 with four hives. It grew to thirty hives within six years. \
In 2021 the apiary harvested 410 kilograms of honey. In 2022 the apiary harvested 385 kilograms \
of honey. The apiary sells honey worth 9,200 euros a year. It buys jars worth 640 euros a year. \
The keepers paint every hive blue because bees see that colour well.

Three measures against the mite

The keepers of the hill took these measures against the mite, which had killed a third of \
the colonies in one winter:

First, the keepers cut the drone brood out of every hive in May. It is where the mite breeds.

Second, the keepers dust the bees with sugar twice a month. The mites lose their hold on it.

Third, the keepers weigh each hive on Sundays. A light hive is opened and searched for mites.

How the honey is made ready

In early summer the frames are carried to the shed at the foot of the hill. A warm knife opens \
the wax that the bees have closed over the comb, and 24 frames fit into the spinner at a time.

The honey rests in steel barrels until the foam has risen to the top and can be taken off. Each \
barrel holds 70 kilograms, and the shed has room for 6 barrels along its northern wall.

Last of all the jars are filled by hand and labelled by the keepers' children. A full day fills \
320 jars, which go to two shops in the valley and to the Saturday market in Oberdorf.

The orchard below the apiary

The orchard was planted by Martha Lindqvist in 1987 as a gift to the village school. Its 140 \
pear trees bloom in April; the bees reach them within minutes, and the harvest has been steady \
since the hives came to the hill above. Would the trees bear as much without bees? The owners \
doubt it.
"""
LONG_SENTENCE = (
    "The valley museum keeps an inventory of the tools that the lace makers left behind, "
    + ", ".join(f"drawer {n} with {n * 7} bobbins of polished cherry wood" for n in range(2, 19))
    + "; the list was drawn up in 1954 by a retired teacher; nobody has counted the pins."
)
MUSEUM = f"""The lace museum

The lace museum stands beside the old station and opens on Fridays. {LONG_SENTENCE} A ticket \
costs 3 euros for adults, and children go in free of charge on every day of the year.
"""
CORPUS = Corpus(
    (
        Document("farm/apiary", "The Hill Apiary", APIARY),
        Document("museum", "The Lace Museum", MUSEUM),
    )
)
APIARY_QUESTIONS = (
    "How many kilograms of honey did the apiary harvest in 2021?",
    "When did the hill apiary open?",
    "How many hives did it grow to?",
    "What measures did the keepers take against the mite?",
    "Why are the hives painted blue?",
    "Summarise how the honey is made ready",
    "Who planted the orchard?",
    "What tools does the lace museum keep?",
    "List everything that is said about the drawers",
    "Explain how honey, jars, frames and barrels are handled",
    "Compare the harvests of 2021 and 2022",
    "How much is a ticket?",
)

Ranked = list[tuple[SentenceCandidate, float]]


def open_corpus(folder: Path, embedder: Embedder, corpus: Corpus = CORPUS) -> SearchableIndex:
    """Return a real index of documents in memory."""
    report = build_index(corpus, IndexFolder(folder), embedder)
    return SearchableIndex(Generation(report.generation), embedder)


def weigh(index: SearchableIndex, question: str) -> Evidence:
    """Return the evidence of a question without a reader."""
    return gather_evidence(index, question, index.search(question), None)


def rank(evidence: Evidence, chances: Mapping[str, float]) -> Ranked:
    """Return all sentences, those that begin as said with their chances, the others with few."""
    for opening in chances:
        assert any(c.text.startswith(opening) for c in evidence.candidates), opening

    def chance(candidate: SentenceCandidate) -> float:
        return next((p for o, p in chances.items() if candidate.text.startswith(o)), 1e-6)

    ranked = [(candidate, chance(candidate)) for candidate in evidence.candidates]
    return sorted(ranked, key=lambda item: -item[1])


def compose(
    index: SearchableIndex, question: str, chances: Mapping[str, float] | None = None
) -> list[Pick]:
    """Return what an answer is made of when the sentences have these chances."""
    evidence = weigh(index, question)
    return Composer(index, evidence, rank(evidence, chances or {})).choose()
