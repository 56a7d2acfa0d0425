"""Fitting the weights that rank sentences and tell how likely an answer is.

    python -m qa.fit DATA_DIR

reads public question sets (qa/reader/MODEL.md names them) and the tuning part of
the project's own set, and writes qa/ranking.json and qa/confidence.json, each with and without a
reader, with what they were made of. Articles that trained the reader are left out: what it
remembers of them would be taken for skill.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from corpus.documents import Corpus, Document, load_documents
from index.build import open_index
from index.progress import Progress, ProgressBar
from index.settings import Settings, read_settings
from qa import confidence, ranking
from qa.answer import Question
from qa.confidence import SIGNALS, signals
from qa.conversation import is_small_talk, standalone
from qa.features import FEATURES, Evidence, gather_evidence
from qa.questions import GoldQuestion, QuestionGroup, read_question_sets
from qa.reader import Reader, load_reader
from qa.reader.data import HELD_OUT, is_nq_held_out, read_nq

SEED = 7
QUESTIONS = {"squad2-part-dev": 500}  # at most; of the others all
FOREIGN = 0.2  # questions about something else, for each of a corpus's own
TRAINED_ON = ("xquad-en-dev", "squad2-part-dev")  # sets of which some articles train the reader
OWN = "trade-tuning"
RIDGE = 1e-3
INVERSE_RIDGE = 0.5
FALSE_DECLINES = 0.03  # share of answerable questions that may be declined
TUNING = Path(__file__).parent / "questions" / "trade-tuning.jsonl"

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question weighed: the evidence, which sentences answer it, and whether any can."""

    evidence: Evidence
    right: NDArray[np.bool_]
    answerable: bool
    signals: Callable[[Array], dict[str, float]]  # of the scores of all candidates


def read_groups(data: Path) -> Iterator[tuple[str, QuestionGroup]]:
    """Yield the corpora with the questions that are fitted on, each under its set's name."""
    shipped = Settings().documents
    sets = [
        *read_question_sets([data / "xquad-en-dev.json"], lambda: load_documents(shipped)),
        *read_question_sets(
            [data / "squad2-part-dev.json", TUNING],
            lambda: load_documents(shipped),
            per_article=True,
        ),
    ]
    for question_set in sets:
        for group in question_set.groups():
            titles = {d.doc: d.title.replace(" ", "_") for d in group.corpus.documents}
            trained = question_set.name in TRAINED_ON
            golds = [
                gold
                for gold in group.questions
                if not trained
                or all(titles[doc] in HELD_OUT for piece in gold.evidence for doc, _, _ in piece)
            ]
            if not trained or set(titles.values()) & HELD_OUT:
                yield question_set.name, replace(group, questions=iter(golds))
    yield "nq-oracle", _natural_questions(data / "nq-oracle.jsonl")


def _natural_questions(path: Path) -> QuestionGroup:
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
            golds.append(GoldQuestion(Question(asked.question), "squad", True, evidence=(spans,)))
    return QuestionGroup("nq-oracle", Corpus(tuple(documents)), iter(golds))


def weigh(
    group: QuestionGroup, golds: Sequence[GoldQuestion], reader: Reader | None, home: Path
) -> Iterator[Weighed]:
    """Yield each question with its evidence; small talk is left out."""
    index, _ = open_index(Settings(home=home), group.corpus, group.name or "shipped")
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
        yield Weighed(evidence, right, gold.answerable, partial(signals, index, evidence))
    index.close()


def fit_ranking(rows: Sequence[tuple[float, Array, NDArray[np.bool_]]]) -> Array:
    """Return weights that make the right sentences likely among all of their question.

    Minimises the listwise cross-entropy, -log of the chance of any right sentence (ListNet, Cao
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
    values: NDArray[np.float64], answerable: NDArray[np.bool_], sets: NDArray[np.str_]
) -> tuple[NDArray[np.float64], float, float]:
    """Return the weights and intercept of a logistic model, and the threshold to decline below.

    Every set weighs the same. The threshold is the highest at which no set has more than a share
    FALSE_DECLINES of its answerable questions declined.

    Args:
        values: signals, shape (questions, signals).
        answerable: whether the documents answer, shape (questions,).
        sets: the set each question comes from, shape (questions,).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    names, counts = np.unique(sets, return_counts=True)
    importance = 1 / counts[np.searchsorted(names, sets)]
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=1000)
    model.fit(
        scaler.transform(values), answerable, sample_weight=importance * len(sets) / len(names)
    )
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    chances = model.predict_proba(scaler.transform(values))[:, 1]
    threshold = min(
        float(np.quantile(chances[answerable & (sets == name)], FALSE_DECLINES)) for name in names
    )
    return weights, intercept, threshold


def fit(data: Path, reader: Reader | None, home: Path, progress: Progress) -> dict[str, Any]:
    """Return what goes into the two files for one kind of reader, and how it was made."""
    draw = random.Random(SEED)
    groups = [(name, group, list(group.questions)) for name, group in read_groups(data)]
    sizes = Counter(name for name, _, golds in groups for _ in golds)
    weighed: dict[str, list[Weighed]] = {}
    for done, (name, group, golds) in enumerate(groups):
        progress("Weighing questions", done, len(groups))
        part = min(1.0, QUESTIONS.get(name, sizes[name]) / sizes[name])
        golds = draw.sample(golds, max(1, round(part * len(golds))))
        others = [
            g
            for other, _, given in groups
            for g in given
            if not ({other, name} <= {*TRAINED_ON} or other in (name, OWN))  # share articles
        ]
        foreign = draw.sample(others, max(1, round(len(golds) * FOREIGN))) if name != OWN else []
        asked = [*golds, *(GoldQuestion(g.question, "foreign", False) for g in foreign)]
        weighed.setdefault(name, []).extend(weigh(group, asked, reader, home))
    rows = [
        (1 / len(items) ** 0.5, w.evidence.features, w.right)
        for items in weighed.values()
        for w in items
        if w.right.any() and not w.right.all()
    ]
    weights = fit_ranking(rows)
    values, answerable, sets = [], [], []
    for name, items in weighed.items():
        for w in items:
            found = w.signals(w.evidence.features @ weights)
            values.append([found[signal] for signal in SIGNALS])
            answerable.append(w.answerable)
            sets.append(name)
    slopes, intercept, threshold = fit_confidence(
        np.array(values), np.array(answerable), np.array(sets)
    )
    made = {
        "command": "python -m qa.fit DATA_DIR",
        "seed": SEED,
        "questions": {name: len(items) for name, items in weighed.items()},
    }
    return {
        "ranking": {"made": made, "weights": _named(FEATURES, weights)},
        "confidence": {
            "made": made | {"false_declines": FALSE_DECLINES},
            "threshold": round(threshold, 4),
            "intercept": round(intercept, 4),
            "weights": _named(SIGNALS, slopes),
        },
    }


def _named(names: Sequence[str], values: NDArray[Any]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.fit", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the public question sets")
    arguments = parser.parse_args()
    home = read_settings().home / "fit"
    with closing(ProgressBar()) as progress:
        made = {
            "none": fit(arguments.data, None, home, progress),
            "reader": fit(arguments.data, load_reader(), home, progress),
        }
    for file in (ranking.FILE, confidence.FILE):
        part = {kind: result[file.stem] for kind, result in made.items()}
        file.write_text(json.dumps(part, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
