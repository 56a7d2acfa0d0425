"""Fitting what tells whether a statement's wording is that of the passage it cites.

    python -m qa.training.fit_verification DATA_DIR

reads public question sets and writes qa/verification/verification.json. Each question with its
answer is taken for a statement in other words than its passage: it is true of that passage, and
not of the most similar other one of the same article.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.models import load_embedder
from index.settings import read_settings
from index.words import terms
from qa.evaluation.squad import read_squad_file
from qa.verification.parsing import read_case
from qa.verification.verifier import FILE, SIGNALS, Verifier

SETS = ("xquad-en-dev.json", "squad2-part-dev.json")
STATEMENTS = 600  # drawn of each set
FALSE_FLAGS = 0.01  # share of the true ones, below the threshold
SEED = 3
_ASKED = re.compile(
    r"^.*?\b(?:(?:what|which) (?:type|kind|sort|year|percentage) of|how (?:many|much|long|far|old)|"
    r"what|which|who(?:m|se)?|when|where|why|how)\b(?: (?:is|are|was|were|did|does|do))?",
    re.IGNORECASE,
)


def read_statements(path: Path, draw: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (statement, its passage, a similar one) of a SQuAD file."""
    found = []
    for article in read_squad_file(path)[1].data:
        texts = [paragraph.context for paragraph in article.paragraphs]
        held = [set(terms(text)) for text in texts]
        for at, paragraph in enumerate(article.paragraphs):
            for asked in paragraph.qas:
                if asked.is_impossible or len(texts) < 2:
                    continue
                said = _ASKED.sub(asked.answers[0].text, asked.question.rstrip("? "))
                wanted = set(terms(said))
                others = [i for i in range(len(texts)) if i != at]
                near = max(others, key=lambda i: len(wanted & held[i]))
                found.append((said, texts[at], texts[near]))
    yield from draw.sample(found, min(STATEMENTS, len(found)))


def fit(cases: Sequence[tuple[str, str, str]], verifier: Verifier) -> dict[str, Any]:
    """Return weights of a logistic model of the signals, its intercept and the threshold."""
    from sklearn.linear_model import LogisticRegression

    read = (read_case(said, [text]) for said, *both in cases for text in both)
    values = np.array([verifier.signals_of(case) for case in read], dtype=float)
    right = np.tile([True, False], len(cases))
    mean, spread = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression().fit((values - mean) / spread, right)
    weights = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - weights @ mean)
    chances = 1 / (1 + np.exp(-(values @ weights + intercept)))
    threshold = float(np.quantile(chances[right], FALSE_FLAGS))
    return {
        "weights": {n: round(float(w), 4) for n, w in zip(SIGNALS, weights, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 4),
        "others_flagged": round(float((chances[~right] < threshold).mean()), 4),
    }


def main() -> None:
    """Run the command line."""
    program = "python -m qa.training.fit_verification"
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the public question sets")
    data: Path = parser.parse_args().data
    draw = random.Random(SEED)
    cases = [case for name in SETS for case in read_statements(data / name, draw)]
    settings = read_settings()
    embedder = load_embedder(settings.embedder, settings.home / "models")
    made = {
        "command": "python -m qa.training.fit_verification DATA_DIR",
        "sets": SETS,
        "statements": len(cases),
        "false_flags": FALSE_FLAGS,
        "seed": SEED,
    }
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    result = kept | {"made": made} | fit(cases, Verifier(embedder.embed))
    FILE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
