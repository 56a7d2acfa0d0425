"""The result of an evaluation as one page that opens offline: `report.html`.

The template is `report.html.j2`, with style and script; everything from documents, questions and
answers is escaped by Jinja, and the page's policy allows no script but its own.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined

from corpus.atomic import atomic_path
from qa.evaluation.gold import Span
from qa.evaluation.judging import Judged
from qa.evaluation.metrics import AMOUNTS, METRICS, OUTCOMES, spans_of

TEMPLATE = Path(__file__).with_name("report.html.j2")
MOST_LISTED = 2_000  # questions shown one by one
MOST_MISSES = 1_800  # of them, so that right answers are seen too
AROUND = 280  # characters of text shown before and after a span
RIGHT = ("right", "declined_rightly")
PLOT = 300  # units of a plot's side

# What a manager asks first: measure, the sentence under its number.
HEADLINES = (
    ("right", "of all questions handled correctly: answered with the expected facts, or declined "
     "where the documents do not answer; half of the facts count half"),
    ("cite_hit", "of the answerable questions answered with a citation of the expected evidence"),
    ("false_abstain", "of the answerable questions declined (should be low)"),
    ("abstain_near", "of the questions that only look answerable declined (should be high)"),
    ("abstain_far", "of the off-topic questions declined (should be high)"),
    ("verbatim", "of the quotes are word for word in the documents (must be all)"),
    ("selective", "correct if a person took over the least certain fifth of the questions"),
    ("latency_p50_ms", "milliseconds for an answer, median; this machine"),
)  # fmt: skip
TYPE_COLUMNS = ("right", "recall@5", "cite_hit", "citation_precision_gold",
                "citation_recall_gold", "false_abstain", "words")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a document in pieces: (text, classes of the marks on it, "" for none)."""

    title: str
    doc: str
    pieces: tuple[tuple[str, str], ...]


def cut_excerpts(marks: Sequence[tuple[Span, str]], documents: Mapping[str, Any]) -> list[Excerpt]:
    """Return the text around all marks (span, class), neighbours joined, in document order."""
    windows: list[tuple[str, int, int]] = []
    for doc, start, end in sorted({span for span, _ in marks}):
        if windows and windows[-1][0] == doc and start - AROUND <= windows[-1][2]:
            windows[-1] = (doc, windows[-1][1], max(windows[-1][2], end + AROUND))
        else:
            windows.append((doc, max(0, start - AROUND), end + AROUND))
    excerpts = []
    for doc, low, high in windows:
        text = documents[doc].text
        low = text.rfind(" ", 0, low) + 1 if low else 0  # not within a word
        high = text.find(" ", high) if " " in text[high:] else len(text)
        near = [(s, e, kind) for (d, s, e), kind in marks if d == doc and s < high and e > low]
        edges = sorted({low, high, *(x for s, e, _ in near for x in (s, e))})
        pieces = tuple(
            (text[a:b], " ".join(sorted({kind for s, e, kind in near if s <= a and b <= e})))
            for a, b in zip(edges, edges[1:], strict=False)
        )
        ends = (("… ", ""),) * (low > 0), ((" …", ""),) * (high < len(text))
        excerpts.append(Excerpt(documents[doc].title, doc, ends[0] + pieces + ends[1]))
    return excerpts


def show_excerpts(judged: Judged) -> list[Excerpt]:
    """Return the excerpts of the documents shown for one question."""
    gold, result = judged.gold, judged.result
    marks = [(span, "gold") for piece in gold.evidence for span in piece]
    marks += [(span, "cited") for span in spans_of(result["citations"])]
    by_number = {c["n"]: c["doc"] for c in result["citations"]}
    marks += [
        ((by_number[h["n"]], h["start"], h["end"]), "key")
        for h in result.get("highlights", ())
        if h["n"] in by_number
    ]
    if not result["citations"]:
        marks += [(span, "near") for span in spans_of(result.get("candidates", ())[:1])]
    return cut_excerpts([m for m in marks if m[0][0] in judged.documents], judged.documents)


def choose_listed(outcomes: Sequence[str]) -> tuple[set[int], str]:
    """Return the questions to list individually, and the sentence that describes the choice."""
    n = len(outcomes)
    if n <= MOST_LISTED:
        return set(range(n)), f"All {n:,} questions."
    shuffled = np.random.default_rng(0).permutation(n).tolist()
    misses = [i for i in shuffled if outcomes[i] not in RIGHT]
    fine = [i for i in shuffled if outcomes[i] in RIGHT]
    listed = misses[:MOST_MISSES]
    sample = fine[: MOST_LISTED - len(listed)]
    return {*listed, *sample}, (
        f"{len(listed):,} of the {len(misses):,} misses and a sample of {len(sample):,} of the "
        f"{len(fine):,} others; answers.jsonl has all {n:,}."
    )


def path_of(points: Iterable[tuple[float, float]]) -> str:
    """Return the points of a polyline, from shares 0..1 to a plot's units, y upwards."""
    return " ".join(f"{x * PLOT:.1f},{(1 - y) * PLOT:.1f}" for x, y in points)


def number(value: float, name: str, exact: bool = False) -> str:
    """Return a measure for display: shares in per cent or exact, amounts unchanged."""
    if name in AMOUNTS:
        return f"{value:,.0f}"
    return f"{value:.3f}" if exact else f"{value:.1%}"


def plain_name(name: str) -> str:
    """Return an internal name with spaces."""
    return name.replace("_", " ")


def _hash(block: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()


def write_report(path: Path, result: Mapping[str, Any], judged: Iterable[Judged]) -> None:
    """Write the page to `path` atomically; questions are streamed.

    `result` is the content of `result.json`; `judged` has every question in the order of its
    columns.
    """
    source = TEMPLATE.read_text("utf-8")
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", source, re.S) for tag in
                     ("style", "script"))  # fmt: skip
    assert style and script, "the template has a style and a script"
    listed, note = choose_listed(result["columns"]["outcome"])
    items = ((item, show_excerpts(item)) for i, item in enumerate(judged) if i in listed)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True, keep_trailing_newline=True)  # fmt: skip
    environment.filters |= {"number": number, "plain": plain_name, "path": path_of}
    stream = environment.from_string(source).stream(
        result=result, main=next(iter(result["sets"].values())), items=items, note=note,
        metrics=METRICS, outcomes=OUTCOMES, right=RIGHT, headlines=HEADLINES, plot=PLOT,
        type_columns=TYPE_COLUMNS, style_hash=_hash(style[1]), script_hash=_hash(script[1]),
        types=sorted(set(result["columns"]["type"])), names=sorted(set(result["columns"]["set"])),
    )  # fmt: skip
    stream.enable_buffering(50)
    with atomic_path(path) as draft:
        stream.dump(str(draft), encoding="utf-8")
