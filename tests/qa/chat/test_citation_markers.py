"""Statements and markers read from what a model wrote, whole or half-written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.chat.citation_markers import declines, read_line, read_marked, repeats_itself
from qa.chat.prompts import NOT_SAID
from qa.chat.statements import Written


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("It rose 5.6 percent [1]. It fell.", [("It rose 5.6 percent.", (1,)), ("It fell.", ())]),
        ("It rose. It fell [2].", [("It rose.", (2,)), ("It fell.", (2,))]),
        ("A rose. [1] B fell. [2][3]", [("A rose.", (1,)), ("B fell.", (2, 3))]),
        ("Exports to the U.S. rose [1].", [("Exports to the U.S. rose.", (1,))]),
        ("A [1, 2]\nB [2-4].\n\n", [("A", (1, 2)), ("B.", (2, 3, 4))]),
        ("A [3-1] B", [("A B", (3, 1))]),
        ("A [1-999].", [("A.", (1, 999))]),
        ("A [passage 2] and [Source 3].", [("A.", (2, 3))]),
        ("A [1], [2] and [3].", [("A.", (1, 2, 3))]),
        ("A [１].", [("A.", (1,))]),
        ("# A\n* B [1]\n3. C [2]", [("B", (1,)), ("C", (2,))]),
        (
            "Two highlights:\n1. A rose [1].\n2. B fell [2].",
            [("Two highlights: A rose.", (1,)), ("Two highlights: B fell.", (2,))],
        ),
        (
            "It has two parts: 1. A rose [1]. 2. B fell [2].",
            [("It has two parts: A rose.", (1,)), ("It has two parts: B fell.", (2,))],
        ),
        (
            "It closed. Of cars [3]:\n- A rose\n- B fell [2]\n\nC stood [1].",
            [
                ("It closed.", (3,)),
                ("Of cars: A rose", (3,)),
                ("Of cars: B fell", (2,)),
                ("C stood.", (1,)),
            ],
        ),
        (
            "**Exports**\nA rose [1].\n**Imports:**\n**Of cars:** B fell [2].",
            [("A rose.", (1,)), ("Of cars: B fell.", (2,))],
        ),
        ("In short:\nA rose [1].", [("A rose.", (1,))]),
        ("The ferry from Oslo runs on Mondays:", [("The ferry from Oslo runs on Mondays:", ())]),
        (
            "| port | ships |\n| --- | --- |\n| Oslo [1] | 12 |\n\nA rose [2].",
            [("port: Oslo; ships: 12", (1,)), ("A rose.", (2,))],
        ),
        (
            "Run this [1]:\n```sh\nmake\nmake test\n```\nA `rose` [2].",
            [("make make test", ()), ("A rose.", (2,))],
        ),
        ("A rose.\nB fell [2].\n\n**Sources:** [1], [3]", [("A rose.", (1, 3)), ("B fell.", (2,))]),
        ("A rose.\n\nReferences:\n[1] The annual report\n2. Minutes [4]", [("A rose.", (1, 4))]),
        ("A rose.\nSource: [1]\n\nB fell.\nSource: [2]", [("A rose.", (1,)), ("B fell.", (2,))]),
        ("A rose.\n[1]", [("A rose.", (1,))]),
        ("A rose (1).", [("A rose.", (1,))]),
        ("A rose (2, 3)", [("A rose", (2, 3))]),
        ("Clause 4(1) and note (2) hold [3].", [("Clause 4(1) and note (2) hold.", (3,))]),
        ("A rose[citation:1] and B fell [ID: 2], [ref 3].", [("A rose and B fell.", (1, 2, 3))]),
        (
            "A rose.¹ B covers 5 m², 3 km² and 10³ hives.²",
            [("A rose.", (1,)), ("B covers 5 m², 3 km² and 10³ hives.", (2,))],
        ),
        (r"A rose \[1\]. B fell \[[2]\].", [("A rose.", (1,)), ("B fell.", (2,))]),
        ("In 2023. B - C [1].", [("In 2023.", (1,)), ("B - C.", (1,))]),
        ("**A** __b c__ **d** e** [1]", [("A b c d e**", (1,))]),
        ("rose[1]and fell", [("rose and fell", (1,))]),
        ("A [1", [("A", ())]),
        ("A [[1", [("A", ())]),
        ("[1] [2]\n...\n", []),
        ("see [this](http://x.y) ![z](http://z)", [("see [this](http://x.y) ![z](http://z)", ())]),
        ("a\u200bb\u202e [1]\x07", [("ab", (1,))]),
        ("<think>[9] is it?</think>A [1].", [("A.", (1,))]),
        ("[THINK]9 is it?[/THINK]A [1].", [("A.", (1,))]),
        ("◁think▷9 is it?◁/think▷A [1].", [("A.", (1,))]),
        ("<thinking>\n[9]?\n</thinking>\n\nA [1].", [("A.", (1,))]),
        ("<|begin_of_thought|>[9]?<|end_of_thought|>A [1].", [("A.", (1,))]),
        ("Is it [9]? No.\n</think>\nA [1].", [("A.", (1,))]),
        ("A [1].<think>and so on", [("A.", (1,))]),
        ("", []),
    ],
)
def test_a_whole_text(text: str, statements: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_marked(text, whole=True).statements == tuple(Written(*s) for s in statements)


PIECES = st.sampled_from(
    ["[1]", "[", "]", "1", ", ", "2]", "【3", "】", "Hives rose", ". ", "\n", "[[", "-", "†", " "]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_half_marker_is_shown_while_it_is_written(text: str) -> None:
    for end in range(len(text) + 1):
        reading = read_marked(text[:end], whole=False)
        assert not reading.rest.endswith(("[", "[1", "[1, 2"))
        for statement in reading.statements:
            assert any(c.isalnum() for c in statement.text)
            assert len(set(statement.marks)) == len(statement.marks)


def test_the_last_sentence_is_open_until_its_line_ends() -> None:
    assert read_marked("A rose [1]. B fell", whole=False).rest == "B fell"
    assert read_marked("A rose. B fell", whole=False).rest == "A rose. B fell"
    assert read_marked("A rose. B fell\n", whole=False).rest == ""
    assert read_marked("A rose [", whole=False).rest == "A rose"
    assert read_marked("<think>A rose. B", whole=False).rest == ""


@pytest.mark.parametrize(
    ("text", "whole", "says"),
    [
        (NOT_SAID, True, True),
        (f' "{NOT_SAID.lower()}".', True, True),
        (f"<think>no</think>\n{NOT_SAID}", True, True),
        ("NOT IN", False, True),
        ("NOT IN", True, False),
        ("", False, True),
        ("", True, False),
        ("Nothing rose.", False, False),
        (f"It rose. {NOT_SAID}", True, False),
    ],
)
def test_the_sentinel(text: str, whole: bool, says: bool) -> None:
    assert declines(text, whole) is says


def test_a_rewritten_question_is_one_plausible_line() -> None:
    assert read_line("'How many in 2021?'\nI think", 50, "and in 2021?") == "How many in 2021?"
    assert read_line("How many in 1999?", 50, "and in 2021?") is None
    assert read_line("x" * 51, 50, "") is None
    assert read_line("?!", 50, "") is None


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("ha ha ha ha ha ha ha ha ha ha ha ha ", True),
        ("It rose in May [1].\n" * 4, True),
        ("It rose in May [1].\n" * 2, False),
        ("In 2021 it rose. In 2022 it rose. In 2023 it rose. In 2024 it rose.", False),
        ("", False),
    ],
)
def test_repetition(text: str, repeated: bool) -> None:
    assert repeats_itself(text) is repeated
