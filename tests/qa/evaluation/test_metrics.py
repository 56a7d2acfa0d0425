from typing import Any

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, Success, nDCG

from qa.answer import Question
from qa.evaluation.gold import GoldQuestion, Span
from qa.evaluation.metrics import (
    exact_match,
    find_outcome,
    measure,
    occurs,
    rank_measures,
    score_answer,
    token_f1,
)

TEXT = "Exports rose by 4%. Imports fell by 3%. Plums were dear. Nobody knows why."
EXPORTS, IMPORTS, PLUMS = ("d", 0, 19), ("d", 20, 39), ("d", 40, 56)


def gold(**changes: Any) -> GoldQuestion:
    fields: dict[str, Any] = {
        "question": Question("How much did exports rise?"), "type": "factoid_percent",
        "answerable": True, "answers": ("4%", "4 percent"), "evidence": ((EXPORTS,),),
        "answer_spans": (EXPORTS,),
    }  # fmt: skip
    return GoldQuestion(**fields | changes)


NEAR = gold(type="unanswerable_near", answerable=False, answers=(), evidence=(), answer_spans=())


def result(
    text: str = "Exports rose by 4%. [1]",
    cited: tuple[Span, ...] = (EXPORTS,),
    passages: tuple[Span, ...] = (("d", 0, 56),),
    **more: Any,
) -> dict[str, Any]:
    def item(span: Span, n: int) -> dict[str, Any]:
        doc, start, end = span
        return {"n": n, "doc": doc, "start": start, "end": end, "quote": TEXT[start:end],
                "score": 1 / n}  # fmt: skip

    return {
        "id": "1", "status": "answered", "answer": text, "confidence": 0.7, "latency_ms": 5.0,
        "citations": [item(span, n) for n, span in enumerate(cited, 1)],
        "passages": [item(span, n) for n, span in enumerate(passages, 1)],
    } | more  # fmt: skip


DECLINED = result("The documents don't say.", (), status="abstained")


def measured(question: GoldQuestion, answer: dict[str, Any]) -> dict[str, float]:
    means, _ = measure(question, answer, {"d": TEXT})
    return {name: total / n if n else float("nan") for name, (total, n) in means.items()}


@pytest.mark.parametrize(
    ("answer", "text", "there"),
    [
        ("4%", "rose 4 percent", True),
        ("4%", "rose 14%", False),
        ("4", "rose 4.5", False),
        ("1,000", "RMB 1000 yuan", True),
        ("it’s", "It's so", True),
        ("pear", "pears", False),
    ],
)
def test_occurs(answer: str, text: str, there: bool) -> None:
    assert occurs(answer, text) is there


def test_exact_match_and_f1_follow_squad() -> None:
    assert exact_match("The  Apple!", ["pear", "apple"]) == 1.0
    assert exact_match("apples", ["apple"]) == 0.0
    # two of three given tokens are among the two gold ones: P 2/3, R 1
    assert token_f1("big red apple", ["red apple"]) == pytest.approx(0.8)
    assert token_f1("the", ["a"]) == 1.0
    assert token_f1("", ["apple"]) == 0.0
    assert token_f1("apple", ["pear", "apple pie"]) == pytest.approx(2 / 3)


def test_ranks_by_hand() -> None:
    pieces = [[EXPORTS], [IMPORTS], [PLUMS]]
    far, first_two, plums = ("d", 60, 70), ("d", 5, 25), ("d", 50, 56)
    ranks = rank_measures([far, first_two, first_two, far, far, plums], pieces)
    assert (ranks["hit@1"], ranks["hit@3"]) == (0.0, 1.0)
    assert ranks["recall@5"] == pytest.approx(2 / 3) and ranks["recall@10"] == 1.0
    assert ranks["MRR"] == 0.5
    # gains 0 2 0 0 0 1 against the ideal 2 1
    dcg = 2 / np.log2(3) + 1 / np.log2(7)
    assert ranks["nDCG@10"] == pytest.approx(dcg / (2 + 1 / np.log2(3)))


def test_nothing_returned_is_a_miss_and_long_passages_hit_nothing() -> None:
    for passages in ([], [("d", 0, 2_501)], [("other", 0, 19)]):
        assert set(rank_measures(passages, [[EXPORTS]]).values()) == {0.0}


def test_any_of_the_alternative_spans_will_do() -> None:
    assert rank_measures([("d", 50, 60)], [[EXPORTS, PLUMS]])["recall@5"] == 1.0


def test_ranks_equal_the_library_on_random_runs() -> None:
    random = np.random.default_rng(1)
    wanted = {"hit@1": Success @ 1, "hit@3": Success @ 3, "hit@5": Success @ 5, "MRR": RR @ 10,
              "hit@10": Success @ 10, "recall@5": R @ 5, "recall@10": R @ 10,
              "nDCG@10": nDCG @ 10}  # fmt: skip
    for _ in range(200):
        places = random.permutation(30)
        passages = [("d", int(p) * 100, int(p) * 100 + 90) for p in places[:12]]
        relevant = random.choice(30, size=int(random.integers(1, 6)), replace=False)
        pieces = [[("d", int(p) * 100 + 10, int(p) * 100 + 30)] for p in relevant]
        run = {"q": {str(p): 1 / (1 + rank) for rank, p in enumerate(places[:10])}}
        qrels = {"q": {str(p): 1 for p in relevant}}
        library = ir_measures.calc_aggregate(list(wanted.values()), qrels, run)
        ours = rank_measures(passages, pieces)
        assert ours == pytest.approx({name: library[m] for name, m in wanted.items()})


def test_short_answers() -> None:
    assert score_answer(gold(), result()) == 1.0
    assert score_answer(gold(), result("Exports rose by 14%. [4]")) == 0.0  # marker is no answer
    assert score_answer(gold(), result("4% " + "word " * 80)) == 0.0
    assert score_answer(gold(), DECLINED | {"answer": "not 4%"}) == 0.0
    both = gold(type="yes_no", answers=("Yes",), key_points=(("4%",), ("3%", "three")))
    assert score_answer(both, result("4%, three")) == 1.0
    assert score_answer(both, result("Yes, 4%")) == 0.0


def test_key_points() -> None:
    several = gold(type="list", answers=(), key_points=(("4%",), ("3%",), ("dear", "costly")))
    assert score_answer(several, result("costly, 3%")) == pytest.approx(2 / 3)
    assert score_answer(several, result("costly 3% " + "word " * 219)) == 0.0
    means = measured(several, result("costly, 3%"))
    assert means["keypoint_recall"] == pytest.approx(2 / 3) and "short_hit" not in means


def test_citations_with_several_gold_spans() -> None:
    question = gold(evidence=((EXPORTS,), (PLUMS,)))
    means = measured(question, result(cited=(IMPORTS, ("d", 10, 30), EXPORTS)))
    assert means["cite_hit"] == 1.0
    assert means["citation_precision_gold"] == pytest.approx(2 / 3)
    assert means["citation_recall_gold"] == 0.5
    assert means["verbatim"] == 1.0
    assert means["best_citation_holds_answer"] == 0.0  # IMPORTS has the best score
    assert means["one_of_three_citations_holds_answer"] == 1.0


def test_wrong_quotes_are_counted() -> None:
    answer = result()
    answer["citations"][0]["quote"] = "Exports rose by 9%."
    assert measured(gold(), answer)["verbatim"] == 0.0


def test_declined_answerable_question() -> None:
    means = measured(gold(), DECLINED)
    assert means["false_abstain"] == 1.0 and means["right"] == 0.0 and means["cite_hit"] == 0.0
    assert means["EM"] == means["F1"] == 0.0
    assert np.isnan(means["verbatim"]) and np.isnan(means["citation_precision_gold"])
    assert means["hit@1"] == 1.0  # what was found counts all the same


def test_candidates_fill_up_the_best_sentences() -> None:
    sentences = [{"doc": "d", "start": s, "end": e} for _, s, e in (PLUMS, IMPORTS, EXPORTS)]
    means = measured(gold(), DECLINED | {"candidates": sentences})
    assert means["best_citation_holds_answer"] == 0.0
    assert means["one_of_three_citations_holds_answer"] == 1.0
    means = measured(gold(), result(cited=(PLUMS,), candidates=sentences))
    assert means["one_of_three_citations_holds_answer"] == 1.0  # PLUMS is not counted twice


def test_highlights_are_the_short_answer() -> None:
    answer = result(highlights=[{"n": 1, "start": 16, "end": 18, "text": "4%"}])
    assert measured(gold(), answer)["EM"] == 1.0 and measured(gold(), result())["EM"] == 0.0


def test_answers_worked_out_from_cells_are_measured_apart() -> None:
    working = [{"text": "7% in total.", "citations": [1, 2], "verdict": "computed", "reason": "="}]
    parts = [{"n": 1, "start": 16, "end": 18, "text": "4%"}]
    answer = result("7%", (EXPORTS, IMPORTS), statements=working, highlights=parts)
    means = measured(gold(type="table_computed", answers=("7%",), answer_spans=()), answer)
    assert means["computed_right"] == means["EM"] == 1.0
    assert measured(gold(), answer)["computed_right"] == 0.0
    assert "computed_right" not in measured(gold(), result())


def test_unanswerable_questions() -> None:
    assert measured(NEAR, DECLINED) == {"abstain_near": 1.0, "right": 1.0, "tokens": 0.0}
    assert measured(NEAR, result())["abstain_near"] == 0.0
    far = gold(type="unanswerable_far", answerable=False, answers=(), evidence=())
    assert measured(far, DECLINED)["abstain_far"] == 1.0


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (gold(), result(), "right"),
        (NEAR, DECLINED, "declined_rightly"),
        (NEAR, result(), "answered_unanswerable"),
        (gold(), result("3%", (IMPORTS,), (("d", 60, 70),)), "not_retrieved"),
        (gold(), result("3%", (IMPORTS,)), "not_chosen"),
        (gold(), DECLINED, "not_chosen"),
        (gold(), DECLINED | {"candidates": [{"doc": "d", "start": 0, "end": 19}]}, "declined"),
        (gold(), result("Exports rose."), "incomplete"),
        (gold(), result("4% " + "word " * 80), "too_long"),
    ],
)
def test_outcomes(question: GoldQuestion, answer: dict[str, Any], outcome: str) -> None:
    _, right = measure(question, answer, {"d": TEXT})
    assert find_outcome(question, answer, right) == outcome
