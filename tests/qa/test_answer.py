"""Answers kept by earlier releases, how likely and how checked an answer is, in words."""

from dataclasses import replace

import pytest

from qa.answer import Answer, Citation, Judging, Lookalike, Statement
from qa.conversations.exports import answer_as_markdown, answer_as_text
from ui.answers import outcome_html

QUOTE = "The lock opens at noon."
KEPT = Answer(
    id="1", question="When does the lock open?", status="answered", answer=f"{QUOTE} [1]",
    statements=(Statement(QUOTE, (1,), "verified"),),
    citations=(Citation(1, "canal", 0, len(QUOTE), QUOTE, None, 0.9, "Canal", "", (0, 40)),),
    passages=(), confidence=0.6, answerer="extractive", latency_ms=1.0,
    standalone_question="When does the lock open?",
)  # fmt: skip


def test_kept_quotations_load_as_quoted() -> None:
    assert [s.verdict for s in Answer.load(KEPT.dump()).statements] == ["quoted"]
    fallen = replace(KEPT, answerer="openai:x", fallback="The model failed.")
    assert [s.verdict for s in Answer.load(fallen.dump()).statements] == ["quoted"]
    written = replace(KEPT, answerer="openai:x")
    assert [s.verdict for s in Answer.load(written.dump()).statements] == ["verified"]


def test_a_quotation_is_not_marked_as_doubtful_where_it_is_taken_along() -> None:
    quoted = Answer.load(KEPT.dump())
    assert "unverified" not in answer_as_text(quoted) + answer_as_markdown(quoted)
    doubted = replace(KEPT, statements=(Statement(QUOTE, (1,), "unverified", "not so"),))
    assert "(unverified: not so)" in answer_as_text(doubted)


def test_the_page_shows_quotations_and_near_lookalikes_above() -> None:
    other = Lookalike("canal", 30, 53, "The gate opens at nine.", None, "Canal", "about Gate", 0.8)
    quoted = replace(Answer.load(KEPT.dump()), lookalikes=(other,), listed=(5, 11))
    html = outcome_html("q1", quoted, {})
    assert "✓" not in html
    assert "fn-quoted" in html
    assert "probably answer this" in html
    assert "(5 of 11 shown)" in html
    assert html.index("Equally close, but about") < html.index("Quoted word for word")
    sure = outcome_html("q1", replace(quoted, confidence=0.95), {})
    assert "Equally close, but about something else" not in sure
    assert "Not to be confused with" in sure


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.95, "very likely"), (0.8, "likely"), (0.6, "probably"), (0.2, "may not")],
)
def test_likelihood_in_words(confidence: float, words: str) -> None:
    assert replace(KEPT, confidence=confidence).likelihood == words


@pytest.mark.parametrize(
    ("judging", "says"),
    [
        (None, ""),
        (Judging("none"), "Only figures, names and wording were compared"),
        (Judging("openai:a", 1234, 2.04), "openai:a, which also wrote them (1,234 tokens, 2.0 s)."),
        (Judging("openai:b", 20, 0.5), "judged by openai:b (20 tokens, 0.5 s)."),
    ],
)
def test_how_statements_were_checked(judging: Judging | None, says: str) -> None:
    answer = Answer(
        id="1", question="?", status="abstained", answer="No.", statements=(), citations=(),
        passages=(), confidence=0.0, answerer="openai:a", latency_ms=1.0, standalone_question="?",
        judging=judging,
    )  # fmt: skip
    assert says in answer.checking
    assert bool(answer.checking) == bool(judging)
    assert Answer.load(answer.dump()) == answer
