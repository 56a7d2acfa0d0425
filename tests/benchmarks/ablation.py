"""What each mechanism of the extractive answers is worth: each is taken away in turn.

    python -m tests.benchmarks.ablation DATA_DIR [--sample N] [--plain]

asks the project's tuning questions, XQuAD (one corpus) and SQuAD 2.0 (a corpus an article), and
prints the change of each measure with its paired bootstrap interval. Weights are not fitted anew.
With `--plain` everything is taken away at once but plain fusion: the sentence nearest to the
question in the passages fused by rank; asked are CovidQA, PolicyQA and Natural Questions as well.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from corpus.folder import load_documents
from index.retriever import SearchableIndex
from index.settings import Settings, read_settings
from qa import pipeline
from qa.evaluation.gold import QuestionGroup, QuestionSet
from qa.evaluation.intervals import Change, Rows, RowsBuilder, compare
from qa.evaluation.judging import ask_all, judge_all
from qa.evaluation.question_sets import SHIPPED_QUESTIONS, read_question_sets
from qa.extractive import answerer, composition
from qa.extractive.composition import Composer
from qa.extractive.confidence import Confidence, load_confidence
from qa.extractive.features import FEATURES, columns_of
from qa.extractive.picks import Pick
from qa.extractive.ranking import load_ranking
from qa.extractive.signals import SIGNALS
from qa.reader import ReaderInput, Reading
from qa.reader.reader import OnnxReader
from qa.training.fit import natural_questions

SAMPLE = 200  # questions of each public set
MEASURES = ("right", "short_hit", "keypoint_recall", "F1", "cite_hit", "citation_precision_gold",
            "best_citation_holds_answer", "one_of_three_citations_holds_answer", "abstain_near",
            "false_abstain", "AUROC")  # fmt: skip
TUNING = SHIPPED_QUESTIONS / "trade-tuning.jsonl"

Off = Callable[[], Any]


@contextmanager
def _unranked(*names: str) -> Iterator[None]:
    """Rank without some features."""
    load = load_ranking

    def without(with_reader: bool) -> NDArray[np.float32]:
        weights = load(with_reader).copy()
        weights[columns_of(*names)] = 0
        return weights

    with patch.object(answerer, "load_ranking", without):
        yield


@contextmanager
def _unsignalled(*names: str) -> Iterator[None]:
    """Decide whether to decline without some signals."""
    load = load_confidence

    def without(with_reader: bool) -> Confidence:
        model = load(with_reader)
        return replace(model, weights=dict(model.weights) | dict.fromkeys(names, 0.0))

    with patch.object(answerer, "load_confidence", without):
        yield


@contextmanager
def _without(feature: str, signal: str) -> Iterator[None]:
    """Rank without a feature, and decide without signals named alike."""
    names = [name for name in SIGNALS if name.startswith(signal)]
    with _unranked(feature), _unsignalled(*names):
        yield


def _first(self: Composer) -> list[Pick]:
    best, chance = self._ranked[0]
    return [Pick(best.found.passage, best.place, best.place, chance)]


@contextmanager
def _plain() -> Iterator[None]:
    """Answer by the one sentence that is nearest in the best passages, never declining."""
    weights = np.zeros(len(FEATURES), dtype=np.float32)
    weights[columns_of("sentence_cosine", "passage_behind")] = 10
    model = replace(load_confidence(False), threshold=0.0)
    parts: dict[Any, tuple[str, Any]] = {
        pipeline: ("open_reader", lambda name: None),
        answerer: ("load_ranking", lambda with_reader: weights),
        Composer: ("choose", _first),
    }
    with ExitStack() as stack:
        for owner, (name, put) in parts.items():
            stack.enter_context(patch.object(owner, name, put))
        stack.enter_context(patch.object(answerer, "load_confidence", lambda judges: model))
        yield


MECHANISMS: dict[str, Off] = {
    "the reader": lambda: patch.object(pipeline, "open_reader", lambda name: None),
    "the reader's sentences": lambda: _unranked("reader"),
    "the reader's answerability": lambda: _without("reader_passage", "answerable"),
    "the reader's span": lambda: _without("in_span", "span"),
    "kind of answer": lambda: _unranked("kind_met", "kind_met_in_context"),
    "headings": lambda: _unranked("heading_coverage", "heading"),
    "sentences before and after": lambda: _unranked("cosine_before", "cosine_after"),
    "another year, the opposite": lambda: _unranked("year_differs", "opposed"),
    "enumerations": lambda: patch.object(Composer, "_enumerate", lambda self: []),
    "figures of the next sentence": lambda: patch.object(
        Composer, "_with_figure", lambda self, pick: pick
    ),
    "the opposite of what is supposed": lambda: patch.object(
        composition, "goes_other_way", lambda asked, said: False
    ),
    "neighbours as one citation": lambda: patch.object(composition, "_join", list),
    "a second sentence where unsure": lambda: patch.object(composition, "UNSURE", 0.0),
    "several questions in one": lambda: patch.object(
        answerer, "parts_of", lambda text, embed: [text]
    ),
    "follow-ups": lambda: patch.object(
        pipeline, "standalone", lambda question, embed: question.text
    ),
    "spelling": lambda: patch.object(SearchableIndex, "correct", lambda self, text: text),
    "names and headings of something else": lambda: _unranked("elsewhere", "heading_elsewhere"),
    "what is said of X": lambda: _unranked("defining"),
    "a sentence that leads up to the next": lambda: patch.object(
        composition, "_led", lambda pick: pick
    ),
    "declining: figures and dates": lambda: _unsignalled(
        "figure_apart", "figure_of", "uncounted", "span_unmet", "date_unmet"
    ),
    "declining: years and units": lambda: _unsignalled(
        "year_differs", "year_missing", "unit_missing", "opposed"
    ),
    "declining: missing names": lambda: _unsignalled("name_missing"),
    "declining: the oddest term": lambda: _unsignalled("unsupported"),
    "declining: the reader": lambda: _unsignalled("answerable", "answerable_here", "span"),
}


def answer(sets: Sequence[QuestionSet], settings: Settings) -> Rows:
    """Return the measures of every question."""

    def build(group: QuestionGroup) -> pipeline.Pipeline:
        corpus = group.corpus if group.name else None
        return pipeline.build_pipeline(settings, corpus, name=group.name or None)

    with TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.jsonl"
        ask_all(sets, build, answers)
        builder = RowsBuilder()
        for _ in judge_all(sets, answers, builder):
            pass
    return builder.build()


def _show(label: str, changes: Mapping[str, Change]) -> None:
    """Print the measures that changed; a star where the interval is on one side of nothing."""
    told = [(m, changes[m]) for m in MEASURES if m in changes]
    changed = [(m, c) for m, c in told if abs(c.after - c.before) > 5e-4]
    for measure, c in changed:
        sure = "*" if c.low > 0 or c.high < 0 else ""
        span = f"{c.low:+.3f} …{c.high:+.3f}"
        print(f"{label}{measure:36}{c.before:6.3f} →{c.after:6.3f}  {span}  {sure}", flush=True)
    if not changed:
        print(f"{label}nothing changes", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.ablation", description=__doc__
    )
    parser.add_argument("data", type=Path, help="the folder of the public question sets")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="questions of each public set")
    parser.add_argument("--plain", action="store_true", help="all mechanisms at once")
    options = parser.parse_args(arguments)
    settings = read_settings()
    data: Path = options.data
    files = [(TUNING, False, None), (data / "xquad-en-dev.json", False, options.sample),
             (data / "squad2-part-dev.json", True, options.sample)]  # fmt: skip
    mechanisms = {"everything": _plain} if options.plain else MECHANISMS
    if options.plain:
        files += [(data / "covidqa.json", False, options.sample),
                  (data / "policyqa-dev.json", True, options.sample)]  # fmt: skip
    read, known = OnnxReader.read, {}  # the same passages are read once for all mechanisms

    def read_once(
        self: OnnxReader, question: str, passages: Sequence[ReaderInput]
    ) -> Sequence[Reading]:
        key = (question, tuple(passages))
        if key not in known:
            known[key] = read(self, question, passages)
        return known[key]

    with patch.object(OnnxReader, "read", read_once):
        asked = [
            (p.stem, read_question_sets([p], lambda: load_documents(settings.documents), by, n))
            for p, by, n in files
        ]
        if options.plain:
            group = natural_questions(data / "nq-oracle.jsonl")
            count = len(list(group.questions))
            asked.append((group.name, [QuestionSet(group.name, (group,), count, "")]))
        for label, sets in asked:
            whole = answer(sets, settings)
            for name, off in mechanisms.items():
                with off():
                    changes = compare(whole, answer(sets, settings))
                _show(f"{label:17}without {name:36}", changes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
