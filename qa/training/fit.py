"""Fits the weights that rank sentences and give the confidence.

    python -m qa.training.fit DATA_DIR

reads public question sets (qa/reader/MODEL.md names them) and, for ranking only, the tuning part
of the project's own set; it writes ranking.json and confidence.json in qa/extractive, each with and
without a reader, with a record of their data. Articles that trained the reader are left out, since
its memory of them would be taken for skill. Unanswerable questions are those of SQuAD 2.0,
answerable ones altered to another year, name or direction, answerable ones on documents without the
sentences that answer them, and those of another set.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from corpus.document import Corpus, Document
from corpus.folder import load_documents
from index.build import build_index, index_folder
from index.models import MINILM, load_embedder
from index.progress import Progress, ProgressBar
from index.retriever import SearchableIndex
from index.settings import Settings, read_settings
from index.store import Generation
from qa.answer import Question
from qa.evaluation.gold import GoldQuestion, QuestionGroup
from qa.evaluation.question_sets import SHIPPED_QUESTIONS, read_question_sets
from qa.extractive import confidence, ranking
from qa.extractive.evidence import Evidence, gather_evidence
from qa.extractive.features import FEATURES, columns_of
from qa.extractive.signals import SIGNALS, signals
from qa.question.expected_answer import expected_answer
from qa.question.follow_ups import standalone
from qa.question.small_talk import is_small_talk
from qa.reader import Reader, load_reader
from qa.reader.reading import ReaderInput
from qa.training.question_variants import Candidate, keywords, make_false, name_kinds
from qa.training.reader_data import HELD_OUT, is_nq_held_out, read_nq, split_sentences

SEED = 7
QUESTIONS = {"squad2-part-dev": 300, "nq-oracle": 250, "policyqa-test": 100}  # at most
FOREIGN = 0.2  # questions about something else, for each of a corpus's own
ALTERED = 0.4  # of the answerable questions, asked again about another year, name, …
CUT = 6  # one in so many asked again without what answers it, and all that ask for a figure
LOWER, KEYWORDS = 0.25, 0.1  # of the questions of other sets, put as people type them
ANSWERABLE = 0.7  # of the weight in the fit of confidence: what is expected of people's questions
TRAINED_ON = ("xquad-en-dev", "squad2-part-dev")  # sets of which some articles train the reader
OWN = "trade-tuning"
GENERAL = "policyqa-test"  # its questions have more answers than are marked: nothing to cut
RIDGE = 1e-3
RIDGE_CONFIDENCE = 2.0
FALSE_DECLINES = 0.02  # mean share of a set's answerable questions that may be declined
TUNING = SHIPPED_QUESTIONS / f"{OWN}.jsonl"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A scored question: the evidence, the sentences that answer it, and whether any can."""

    evidence: Evidence
    right: NDArray[np.bool_]
    answerable: bool
    index: SearchableIndex


Array = NDArray[np.float32]
Material = dict[str, list[Weighed]]  # by set


def read_groups(data: Path) -> Iterator[tuple[str, QuestionGroup]]:
    """Yield the corpora with the questions for fitting, each under its set's name."""
    shipped = Settings().documents
    sets = [
        *read_question_sets([data / "xquad-en-dev.json"], lambda: load_documents(shipped)),
        *read_question_sets(
            [data / "squad2-part-dev.json", data / "policyqa-test.json", TUNING],
            lambda: load_documents(shipped),
            per_article=True,
        ),
    ]
    for question_set in sets:
        for group in question_set.groups:
            titles = {d.doc: d.title.replace(" ", "_") for d in group.corpus.documents}
            trained = question_set.name in TRAINED_ON
            golds = [
                gold
                for gold in group.questions
                if not trained
                or all(titles[doc] in HELD_OUT for piece in gold.evidence for doc, _, _ in piece)
            ]
            if not trained or set(titles.values()) & HELD_OUT:
                yield question_set.name, replace(group, questions=golds)
    yield "nq-oracle", natural_questions(data / "nq-oracle.jsonl")


def natural_questions(path: Path) -> QuestionGroup:
    """Return the held-out Natural Questions, asked of a corpus of their own passages."""
    documents: list[Document] = []
    golds: list[GoldQuestion] = []
    for article in filter(is_nq_held_out, read_nq(path)):
        first = len(documents)
        for text in (paragraph.text for paragraph in article.paragraphs):
            documents.append(Document(f"nq/{len(documents):05}", article.title, text))
        for asked in article.questions:
            spans = tuple(
                (documents[first + at].doc, *span)
                for at, found in asked.gold.items()
                for span in found
            )
            question = Question(asked.question, id=f"nq/{len(golds):05}")
            golds.append(GoldQuestion(question, "squad", True, evidence=(spans,)))
    return QuestionGroup("nq-oracle", Corpus(tuple(documents)), golds)


def weigh(
    index: SearchableIndex, golds: Iterable[GoldQuestion], reader: Reader
) -> Iterator[Weighed]:
    """Yield each question with its evidence, except small talk."""
    for gold in golds:
        if is_small_talk(gold.question.text):
            continue
        text = index.correct(standalone(gold.question, index.embed_all))
        evidence = gather_evidence(index, text, index.search(text), reader)
        spans = [span for piece in gold.evidence for span in piece]
        right = np.array(
            [
                any(
                    c.found.passage.doc == doc and c.sentence.start < end and start < c.sentence.end
                    for doc, start, end in spans
                )
                for c in evidence.candidates
            ]
        )
        yield Weighed(evidence, right, gold.answerable, index)


def altered(
    group: QuestionGroup, golds: Sequence[GoldQuestion], draw: random.Random
) -> Iterator[GoldQuestion]:
    """Yield questions made unanswerable: about another year, number, name, unit or direction."""
    texts = {d.doc: d for d in group.corpus.documents}
    names = name_kinds([d.text for d in group.corpus.documents])
    for gold in golds:
        spans = [span for piece in gold.evidence for span in piece]
        if spans and draw.random() < ALTERED:
            document = texts[spans[0][0]]
            block = ReaderInput(document.title, document.text, split_sentences(document.text))
            right = Candidate(block, tuple((a, b) for doc, a, b in spans if doc == document.doc))
            if false := make_false(gold.question.text, right, names, draw):
                yield GoldQuestion(Question(false), "altered", False)


def without_answers(group: QuestionGroup, golds: Sequence[GoldQuestion]) -> QuestionGroup:
    """Return questions with their documents, without the sentences that answer them."""
    spans = {span for gold in golds for piece in gold.evidence for span in piece}
    documents = []
    for document in group.corpus.documents:
        here = [(a, b) for doc, a, b in spans if doc == document.doc]
        kept = [
            document.text[start:end]
            for start, end in split_sentences(document.text)
            if not any(start < b and a < end for a, b in here)
        ]
        if kept:
            documents.append(replace(document, text=" ".join(kept)))
    asked = [GoldQuestion(gold.question, "cut", False) for gold in golds if gold.answerable]
    return QuestionGroup(f"{group.name}-cut", Corpus(tuple(documents)), asked)


def restyled(gold: GoldQuestion, draw: random.Random) -> GoldQuestion:
    """Return a question, sometimes restyled as people type: in lower case, or as keywords."""
    chance, text = draw.random(), gold.question.text
    if chance < LOWER:
        text = text.lower()
    elif chance < LOWER + KEYWORDS:
        text = keywords(text) or text
    return replace(gold, question=replace(gold.question, text=text))


def fit_ranking(rows: Sequence[tuple[float, Array, NDArray[np.bool_]]]) -> Array:
    """Return weights that make the correct sentences likely among all of their question.

    Minimises the listwise cross-entropy, -log P(any correct sentence) (ListNet, Cao
    et al. 2007), over `rows` of (weight, features, right), with a ridge on standardised features.
    """
    features = np.concatenate([x for _, x, _ in rows]).astype(float)
    scale = features.std(axis=0) + 1e-6
    scaled = (features - features.mean(axis=0)) / scale
    right = np.concatenate([r for _, _, r in rows]).astype(float)
    counts = np.array([len(r) for _, _, r in rows])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    owner = np.repeat(np.arange(len(rows)), counts)
    importance = np.array([w for w, _, _ in rows])
    importance /= importance.sum()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total = np.add.reduceat(powers, starts)
        good = np.add.reduceat(powers * right, starts)
        slope = powers / total[owner] - powers * right / good[owner]
        value = float(importance @ -np.log(good / total)) + RIDGE * weights @ weights
        return float(value), scaled.T @ (slope * importance[owner]) + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    weights: Array = (found.x / scale).astype(np.float32)
    return weights


def fit_confidence(
    values: NDArray[np.float64],
    answerable: NDArray[np.bool_],
    sets: NDArray[np.str_],
    signs: Sequence[int],
) -> tuple[NDArray[np.float64], float, list[dict[str, float]]]:
    """Return the weights and intercept of a logistic model, and the effect of each threshold.

    All sets have the same weight, and within each the answerable questions have the share
    ANSWERABLE. Each row of the last result has a threshold, the share of answerable questions
    declined below it, averaged over the sets, and that of the others.

    Args:
        values: signals, shape (questions, signals).
        answerable: whether the documents answer, shape (questions,).
        sets: the set each question comes from, shape (questions,).
        signs: of each signal: 1, -1, or 0 where its weight may have either sign.
    """
    names = np.unique(sets)
    importance = np.zeros(len(sets))
    for name in names:
        for kind, share in ((True, ANSWERABLE), (False, 1 - ANSWERABLE)):
            part = (sets == name) & (answerable == kind)
            importance[part] = share * len(sets) / len(names) / max(1, part.sum())
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = np.hstack([(values - mean) / scale, np.ones((len(values), 1))])
    sign = np.where(answerable, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (scaled @ weights)
        ridge = weights * ([RIDGE_CONFIDENCE] * len(signs) + [0.0])
        slope = -importance * sign / (1 + np.exp(np.clip(margin, -30, 30)))
        value = float(importance @ np.logaddexp(0, -margin) + ridge @ weights / 2)
        return value, scaled.T @ slope + ridge

    bounds = [(0 if s > 0 else None, 0 if s < 0 else None) for s in signs]
    start = np.zeros(scaled.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    weights = found[:-1] / scale
    intercept = float(found[-1] - weights @ mean)
    chances = 1 / (1 + np.exp(-(values @ weights + intercept)))

    def declined(threshold: float, kind: bool) -> float:
        parts = [chances[(sets == name) & (answerable == kind)] for name in names]
        return float(np.mean([(part < threshold).mean() for part in parts if len(part)]))

    table = [
        {"threshold": t, "false_declines": declined(t, True), "declines": declined(t, False)}
        for t in np.arange(1, 100) / 100
    ]
    return weights, intercept, table


def gather(
    data: Path, reader: Reader, home: Path, progress: Progress, stack: ExitStack
) -> Material:
    """Score all questions; the indexes stay open until `stack` closes."""
    draw = random.Random(SEED)
    embedder = load_embedder(MINILM, home / "models", progress)  # one for all
    groups = [(name, group, list(group.questions)) for name, group in read_groups(data)]
    sizes = Counter(name for name, _, golds in groups for _ in golds)
    weighed: dict[str, list[Weighed]] = {}
    for done, (name, group, golds) in enumerate(groups):
        progress("Weighing questions", done, len(groups))
        share = min(1.0, QUESTIONS.get(name, sizes[name]) / sizes[name])
        golds = draw.sample(golds, max(1, round(share * len(golds))))
        asked, rounds = golds, [group]
        if name != OWN:
            others = [
                g
                for other, _, given in groups
                for g in given
                if not ({other, name} <= {*TRAINED_ON} or other in (name, OWN))  # share articles
            ]
            foreign = draw.sample(others, max(1, round(len(golds) * FOREIGN)))
            asked = [*golds, *(GoldQuestion(g.question, "foreign", False) for g in foreign)]
        if name not in (OWN, GENERAL):
            figures = [g for g in golds if expected_answer(g.question.text).figure]
            cut = {g.question.text: g for g in [*draw.sample(golds, len(golds) // CUT), *figures]}
            rounds.append(without_answers(group, list(cut.values())))
            asked = [*asked, *altered(group, golds, draw)]
        for part in rounds:
            put = asked if part is group else part.questions
            folder = index_folder(home, part.name or "shipped", embedder)
            report = build_index(part.corpus, folder, embedder)
            index = SearchableIndex(Generation(report.generation), embedder)
            stack.callback(index.close)
            put = put if name == OWN else [restyled(gold, draw) for gold in put]
            weighed.setdefault(name, []).extend(weigh(index, put, reader))
    return weighed


def without_reader(material: Material) -> Material:
    """Return the same as scored without a reader."""
    columns = columns_of(*(f.name for f in FEATURES.values() if f.reads))

    def blind(w: Weighed) -> Weighed:
        features = w.evidence.features.copy()
        features[:, columns] = 0
        evidence = replace(w.evidence, features=features, readings=[])
        return replace(w, evidence=evidence)

    return {name: [blind(w) for w in items] for name, items in material.items()}


def fit(material: Material) -> dict[str, Any]:
    """Return the content of the two files for one kind of reader, and a record of the fit."""
    named = [(name, w) for name, items in material.items() for w in items]
    weights = fit_ranking(
        [
            (1 / len(material[name]) ** 0.5, w.evidence.features, w.right)
            for name, w in named
            if name != GENERAL and w.answerable and w.right.any() and not w.right.all()
        ]
    )
    others = [(name, w) for name, w in named if name != OWN]
    told = [signals(w.index, w.evidence, w.evidence.features @ weights) for _, w in others]
    slopes, intercept, table = fit_confidence(
        np.array([[values[signal] for signal in SIGNALS] for values in told]),
        np.array([w.answerable for _, w in others]),
        np.array([name for name, _ in others]),
        [signal.sign for signal in SIGNALS.values()],
    )
    made = {
        "command": "python -m qa.training.fit DATA_DIR",
        "seed": SEED,
        "questions": {name: len(items) for name, items in material.items()},
    }
    threshold = max(
        (row["threshold"] for row in table if row["false_declines"] <= FALSE_DECLINES), default=0.0
    )
    shown = [{key: round(value, 3) for key, value in row.items()} for row in table[4::5]]
    return {
        "ranking": {"made": made, "weights": _named(list(FEATURES), weights)},
        "confidence": {
            "made": made | {"false_declines": FALSE_DECLINES, "without": OWN},
            "threshold": round(threshold, 4),
            "table": shown,
            "intercept": round(intercept, 4),
            "weights": _named(list(SIGNALS), slopes),
        },
    }


def _named(names: Sequence[str], values: NDArray[Any]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.fit", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the public question sets")
    arguments = parser.parse_args()
    home = read_settings().home / "fit"
    with closing(ProgressBar()) as progress, ExitStack() as stack:
        read = gather(arguments.data, load_reader(), home, progress, stack)
        made = {"none": fit(without_reader(read)), "reader": fit(read)}
    for file in (ranking.FILE, confidence.FILE):
        part = {kind: result[file.stem] for kind, result in made.items()}
        file.write_text(json.dumps(part, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
