"""A scripted pipeline for the tests of the evaluation, at its seam."""

import json
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from corpus.document import Document
from corpus.folder import SHIPPED, load_documents
from corpus.passages import split_document
from index.retriever import RetrievedPassage
from index.settings import Settings
from qa.answer import Answer, Candidate, Citation, Question, Statement
from qa.evaluate import main
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.judging import Build
from qa.evaluation.metrics import overlaps
from qa.evaluation.question_sets import read_question_sets

UNSET: dict[str, Any] = {field.name: 0 for field in fields(RetrievedPassage)}


class ScriptedPipeline:
    """Answers from the gold evidence, wrong or declined where the question's checksum says so."""

    def __init__(
        self, documents: Iterable[Document], golds: dict[str, GoldQuestion], turned: bool = False
    ) -> None:
        self.documents = {document.doc: document for document in documents}
        self.golds = golds
        self.turned = turned
        self.asked: list[str] = []
        self._passages = [
            p
            for d in self.documents.values()
            for p in split_document(d, lambda t: len(t) // 4, 150)
        ]

    def invoke(self, input: Question) -> Answer:
        self.asked.append(input.id)
        gold = self.golds[input.id]
        luck = crc32(input.id.encode()) % 100
        spans = [piece[0] for piece in gold.evidence]
        declined = luck < (10 if gold.answerable else 70)
        if not spans or luck > 80:
            first = self._passages[luck % len(self._passages)].sentences[0]
            spans = [(self._passages[luck % len(self._passages)].doc, first.start, first.end)]
        spans = [(doc, start, min(end, start + 400)) for doc, start, end in spans]
        found = [p for p in self._passages if overlaps((p.doc, p.start, p.end), spans, 2_500)]
        found = (found + [p for p in self._passages if p not in found])[:10]
        found = found[::-1] if self.turned else found
        quotes = [self.documents[doc].text[start:end] for doc, start, end in spans]
        citations = () if declined else tuple(
            Citation(n, *span, quote, None, 1 / n, "title", "", span[1:])
            for n, (span, quote) in enumerate(zip(spans, quotes, strict=True), 1)
        )  # fmt: skip
        return Answer(
            id=input.id, question=input.text, status="abstained" if declined else "answered",
            answer=" ".join(f"{c.quote} [{c.n}]" for c in citations) or "They don't say.",
            statements=tuple(Statement(c.quote, (c.n,), "quoted") for c in citations),
            citations=citations,
            passages=tuple(
                RetrievedPassage(**UNSET | {"passage": p, "title": "title", "page": None,
                                            "score": 1 / (1 + i)})
                for i, p in enumerate(found)
            ),
            confidence=round((luck / 2 if not gold.answerable else 100 - luck / 2) / 100, 2),
            answerer="scripted", latency_ms=float(luck), standalone_question=input.text,
            candidates=tuple(Candidate(*span, quote, 0.5)
                             for span, quote in zip(spans, quotes, strict=True)),
        )  # fmt: skip


def read_golds(paths: Iterable[Path], documents: Path = SHIPPED) -> dict[str, GoldQuestion]:
    """Return the questions of files by id."""
    sets = read_question_sets(paths, lambda: load_documents(documents))
    return {g.question.id: g for s in sets for group in s.groups for g in group.questions}


def scripted(
    golds: dict[str, GoldQuestion], kind: type[ScriptedPipeline] = ScriptedPipeline, **more: Any
) -> Callable[[Settings], Build]:
    """Return what `qa.evaluate.main` takes in place of the real pipelines."""
    return lambda settings: lambda group: kind(group.corpus.documents, golds, **more)


class ManyQuestions(ScriptedPipeline):
    """Answers a question called "12 t001" as the scripted one answers "t001", keeping nothing."""

    def invoke(self, input: Question) -> Answer:
        answer = super().invoke(Question(input.text, input.id.split()[1]))
        self.asked.clear()
        return replace(answer, id=input.id)


def print_peak(n: int, folder: Path) -> None:
    """Evaluate `n` questions, the tuning set over and over, and print the peak of memory in MB."""
    path = Path("qa/evaluation/questions/trade-tuning.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    with (folder / f"{n}.jsonl").open("w") as file:
        for i in range(n):
            line = lines[i % len(lines)]
            file.write(json.dumps(line | {"id": f"{i} {line['id']}"}) + "\n")
    pipelines = scripted(read_golds([path]), ManyQuestions)
    assert main([file.name, "--out", str(folder / f"out{n}")], pipelines) == 0
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kB on Linux
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}\n")


if __name__ == "__main__":
    print_peak(int(sys.argv[1]), Path(sys.argv[2]))
