"""Metrics of a single answer, with their definitions.

Every question counts in every mean it belongs to; an empty result is a miss. Spans are compared by
their offsets, so that the measures stay valid if documents are split differently.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import ir_measures
from ir_measures import RR, Success, nDCG

from qa.evaluation.gold import GoldQuestion, Span
from qa.evaluation.schema import LONG_TYPES

VERSION = 1  # raise it when a definition changes: results of two versions are not compared
MAX_CITATION, MAX_PASSAGE = 600, 2_500  # characters; longer spans hit nothing
MAX_SHORT_WORDS, MAX_LONG_WORDS = 80, 220  # longer answers are not right
RETRIEVED = 10  # passages of a result

_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_RANKED = {"hit@1": Success @ 1, "hit@3": Success @ 3, "hit@5": Success @ 5,
           "hit@10": Success @ 10, "MRR": RR, "nDCG@10": nDCG @ 10}  # fmt: skip

Kind = Literal["share", "amount"]  # a share lies in 0..1


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure: which direction is better, and whether a drop is a regression."""

    name: str
    definition: str
    higher: bool = True
    gate: bool = True
    kind: Kind = "share"


# Means over questions (or, where it says so, over citations).
MEANS = (
    Metric("right", "questions answered correctly: short_hit or keypoint_recall of an answerable "
           "question, 1 for declining an unanswerable one"),
    Metric("short_hit", "questions with short answers where one occurs in an answer of at most 80 "
           "words (yes/no questions: all key points occur)"),
    Metric("keypoint_recall", "mean share of the key points of other questions present in an "
           "answer of at most 220 words"),
    Metric("computed_right", "answers worked out from cells or figures (a statement's verdict is "
           "computed) that are right; others have no part in it", gate=False),
    Metric("EM", "questions with short answers where the short answer given equals one after "
           "SQuAD normalisation. The short answer given is the highlighted words where there are "
           "any and nothing was worked out, else the whole answer: low where answers are sentences",
           gate=False),
    Metric("F1", "mean token overlap (SQuAD) of the short answer given with the nearest gold one"),
    Metric("words", "mean words of the answers to answerable questions", False, False, "amount"),
    Metric("hit@1", "answerable questions with gold evidence in the first passage", gate=False),
    Metric("hit@3", "… in the first three passages", gate=False),
    Metric("hit@5", "… in the first five passages", gate=False),
    Metric("hit@10", "… in the first ten passages", gate=False),
    Metric("recall@5", "mean share of the pieces of gold evidence the first five passages hold"),
    Metric("recall@10", "… the first ten passages hold"),
    Metric("MRR", "mean of 1 / rank of the first passage with gold evidence, 0 if none"),
    Metric("nDCG@10", "DCG / ideal DCG of the passages; gain: pieces of gold evidence a passage "
           "is the first to hold, discount 1/log2(rank+1)"),
    Metric("cite_hit", "answerable questions with a citation that overlaps gold evidence"),
    Metric("citation_precision_gold", "share of the citations given to answerable questions that "
           "overlap gold evidence (n counts citations)"),
    Metric("citation_recall_gold", "mean share of the pieces of gold evidence that are cited"),
    Metric("best_citation_holds_answer", "answerable questions with a short answer whose best "
           "sentence overlaps it. Sentences: the citations by score, then the answer's further "
           "candidates, declined or not"),
    Metric("one_of_three_citations_holds_answer", "… one of whose three best sentences does"),
    Metric("verbatim", "share of the citations given to answerable questions whose quote is "
           "exactly text[start:end] (n counts citations)"),
    Metric("abstain_far", "off-topic questions that were declined"),
    Metric("abstain_near", "other unanswerable questions that were declined"),
    Metric("false_abstain", "answerable questions that were declined", higher=False),
    Metric("tokens", "mean tokens a language model read and wrote", False, False, "amount"),
)  # fmt: skip

# Functions of all questions together; qa.evaluation.intervals computes them.
WHOLES = (
    Metric("AUROC", "chance that an answerable question has more confidence than another"),
    Metric("ECE", "expected calibration error of the confidence, ten equal bins; noise raises it, "
           "so its interval is approximate", higher=False),
    Metric("selective", "share right among the four fifths of the questions with the most decided "
           "confidence (furthest from 0.5)"),
    Metric("AURC", "area under the risk-coverage curve: share not right among the questions with "
           "the most decided confidence, mean over all coverages", higher=False),
    Metric("latency_p50_ms", "median milliseconds for one answer", False, False, "amount"),
    Metric("latency_p95_ms", "milliseconds: 95 % of the answers take less", False, False, "amount"),
)  # fmt: skip
METRICS = MEANS + WHOLES
AMOUNTS = {m.name for m in METRICS if m.kind == "amount"}
OUTCOMES = {
    "right": "answered correctly",
    "declined_rightly": "declined, and the documents do not answer it",
    "not_retrieved": "no passage with the evidence was found",
    "not_chosen": "the evidence was found, but the answer rests on other sentences",
    "declined": "the evidence was among the best sentences, but no answer was given",
    "incomplete": "the evidence is cited, but the expected words are not all in the answer",
    "too_long": "the answer has more words than a reader is asked to read",
    "answered_unanswerable": "answered, though the documents do not answer it",
}


def normalise(text: str) -> str:
    """Fold case, quotes, spaces, per cent, currency words and thousands commas."""
    text = " ".join(text.lower().split())  # first: of long runs each space would be tried below
    text = text.translate(str.maketrans("\u2019\u2018\u201c\u201d", "''\"\""))
    text = re.sub(r"\s*(?:percent|per cent)\b", "%", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"\brmb\s*|\u00a5\s*|\s*\byuan\b", "", text)
    return " ".join(text.split())


def occurs(answer: str, text: str) -> bool:
    """Tell whether `answer` occurs in `text`, not inside a longer number or word."""
    answer, text = normalise(answer), normalise(text)
    left = r"(?<![\w.])" if answer[:1].isalnum() else ""
    right = r"(?![\w])(?!\.\d)" if answer[-1:].isalnum() else ""
    return re.search(left + re.escape(answer) + right, text) is not None


def squad_tokens(text: str) -> list[str]:
    """Return the tokens after SQuAD normalisation (Rajpurkar et al. 2016)."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def exact_match(given: str, gold: Iterable[str]) -> float:
    """Return 1 if `given` equals one of `gold` after SQuAD normalisation, else 0."""
    return float(any(squad_tokens(given) == squad_tokens(text) for text in gold))


def token_f1(given: str, gold: Iterable[str]) -> float:
    """Return the best F1 of the tokens of `given` with those of one of `gold`."""

    def f1(wanted: list[str]) -> float:
        common = (Counter(tokens) & Counter(wanted)).total()
        # two empty answers are equal; otherwise 2PR / (P + R) = 2 common / (both lengths)
        return 2 * common / (len(tokens) + len(wanted)) if tokens or wanted else 1.0

    tokens = squad_tokens(given)
    return max((f1(squad_tokens(text)) for text in gold), default=0.0)


def overlaps(span: Span, gold: Iterable[Span], longest: int) -> bool:
    """Tell whether `span`, of at most `longest` characters, shares one with a gold span."""
    doc, start, end = span
    return end - start <= longest and any(
        doc == other and max(start, first) < min(end, last) for other, first, last in gold
    )


def rank_measures(passages: Sequence[Span], evidence: Sequence[Sequence[Span]]) -> dict[str, float]:
    """Return hit@k, recall@k, MRR and nDCG@10 of ranked passages.

    Each piece of evidence counts once, for the first passage that contains it, so that several
    passages with the same evidence gain nothing; in the ideal order, evidence that was not found
    is in passages of its own.
    """
    held = [
        {i for i, piece in enumerate(evidence) if overlaps(span, piece, MAX_PASSAGE)}
        for span in passages[:RETRIEVED]
    ]
    gains: dict[str, int] = {}
    found: set[int] = set()
    for rank, pieces in enumerate(held):
        gains[str(rank)] = len(pieces - found)
        found |= pieces
    gains |= {f"missing {i}": 1 for i in range(len(evidence)) if i not in found}
    run = {"q": {str(rank): -float(rank) for rank in range(len(held))}}  # no ties
    values = {
        str(m.measure): m.value
        for m in ir_measures.iter_calc(list(_RANKED.values()), {"q": gains}, run)
    }
    recalls = {f"recall@{k}": len(set().union(*held[:k])) / len(evidence) for k in (5, RETRIEVED)}
    return {name: values[str(measure)] for name, measure in _RANKED.items()} | recalls


def plain_answer(result: Mapping[str, Any]) -> str:
    """Return the answer without its markers."""
    return _MARKER.sub("", result["answer"])


def is_short(gold: GoldQuestion) -> bool:
    """Tell whether a question is graded by its short answers."""
    if gold.type == "yes_no" and gold.key_points:
        return True
    return bool(gold.answers) and gold.type not in LONG_TYPES


def score_answer(gold: GoldQuestion, result: Mapping[str, Any]) -> float:
    """Return the score of the answer to an answerable question, 0..1; 0 if declined."""
    if result["status"] != "answered":
        return 0.0
    text = plain_answer(result)
    words = len(text.split())
    points = [any(occurs(wanted, text) for wanted in group) for group in gold.key_points]
    if not is_short(gold):
        return sum(points) / len(points) if points and words <= MAX_LONG_WORDS else 0.0
    hit = bool(points) and all(points)
    if gold.type != "yes_no" or not points:
        hit = hit or any(occurs(wanted, text) for wanted in gold.answers)
    return float(hit and words <= MAX_SHORT_WORDS)


def spans_of(items: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Return the spans of citations, passages or candidates of a result."""
    return [(item["doc"], item["start"], item["end"]) for item in items]


def best_sentences(result: Mapping[str, Any]) -> list[Span]:
    """Return the citations, best score first, then the further candidates."""
    cited = sorted(result["citations"], key=lambda c: -float(c["score"]))
    return list(dict.fromkeys(spans_of([*cited, *result.get("candidates", ())])))


def find_outcome(gold: GoldQuestion, result: Mapping[str, Any], right: float) -> str:
    """Return the outcome, a key of OUTCOMES."""
    answered = result["status"] == "answered"
    if not gold.answerable:
        return "answered_unanswerable" if answered else "declined_rightly"
    if right > 0.999:
        return "right"
    spans = [span for piece in gold.evidence for span in piece]
    sentences = spans_of(result["citations"]) if answered else best_sentences(result)[:3]
    if not any(overlaps(s, spans, MAX_CITATION) for s in sentences):
        passages = spans_of(result["passages"])[:RETRIEVED]
        found = any(overlaps(s, spans, MAX_PASSAGE) for s in passages)
        return "not_chosen" if found else "not_retrieved"
    if not answered:
        return "declined"
    most = MAX_SHORT_WORDS if is_short(gold) else MAX_LONG_WORDS
    return "too_long" if len(plain_answer(result).split()) > most else "incomplete"


def measure_citations(
    gold: GoldQuestion, result: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """Return the citation measures of one answerable question as (sum, number)."""
    spans = [span for piece in gold.evidence for span in piece]
    citations = result["citations"] if result["status"] == "answered" else []
    cited = spans_of(citations)
    hits = [overlaps(s, spans, MAX_CITATION) for s in cited]
    reached = [any(overlaps(s, piece, MAX_CITATION) for s in cited) for piece in gold.evidence]
    exact = [texts.get(c["doc"], "")[c["start"] : c["end"]] == c["quote"] != "" for c in citations]
    values = {
        "cite_hit": (float(any(hits)), 1.0),
        "citation_precision_gold": (float(sum(hits)), float(len(hits))),
        "citation_recall_gold": (sum(reached) / len(reached), 1.0),
        "verbatim": (float(sum(exact)), float(len(exact))),
    }
    if gold.answer_spans:
        best = [overlaps(s, gold.answer_spans, MAX_CITATION) for s in best_sentences(result)[:3]]
        values["best_citation_holds_answer"] = (float(any(best[:1])), 1.0)
        values["one_of_three_citations_holds_answer"] = (float(any(best)), 1.0)
    return values


def measure(
    gold: GoldQuestion, result: Mapping[str, Any], texts: Mapping[str, str]
) -> tuple[dict[str, tuple[float, float]], float]:
    """Return the measures of MEANS for one result, as (sum, number), and its score.

    `result` is the contract's, decoded; `texts` has each document's text.
    """
    answered = result["status"] == "answered"
    if not gold.answerable:
        right = float(not answered)
        name = "abstain_far" if gold.type == "unanswerable_far" else "abstain_near"
        means = {name: (right, 1.0)}
    else:
        right = score_answer(gold, result)
        means = measure_citations(gold, result, texts)
        means["short_hit" if is_short(gold) else "keypoint_recall"] = (right, 1.0)
        computed = any(s["verdict"] == "computed" for s in result.get("statements", ()))
        if computed:
            means["computed_right"] = (right, 1.0)
        means["false_abstain"] = (float(not answered), 1.0)
        means["words"] = (float(len(result["answer"].split())), 1.0)
        ranks = rank_measures(spans_of(result["passages"]), gold.evidence)
        means |= {name: (value, 1.0) for name, value in ranks.items()}
        if is_short(gold) and gold.type != "yes_no":
            given = " ".join(h["text"] for h in result.get("highlights", ()))
            told = plain_answer(result)  # of a sum, the highlights are what was added up
            worked_out = gold.type == "table_computed" and computed
            given = (told if worked_out else given or told) if answered else ""
            means["EM"] = (exact_match(given, gold.answers), 1.0)
            means["F1"] = (token_f1(given, gold.answers), 1.0)
    means["right"] = (right, 1.0)
    means["tokens"] = (float(result.get("tokens", 0)), 1.0)
    return means, right
