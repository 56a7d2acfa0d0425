"""Passages and sentences rebuild every document, whatever its text."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sentencex import get_sentence_boundaries

from corpus.document import Document
from corpus.folder import SHIPPED, load_documents
from corpus.passages import MAX_SENTENCE, Passage, split_document
from index.embedder import MAX_TOKENS, Embedder
from tests.support.running import check_growth

BUDGET = 60
RULE = re.compile(r"^[ >]*\|?[-: ]+\|[-|: ]*$", re.MULTILINE)  # of a Markdown table
PIECES = st.sampled_from(
    ["The export of cars rose by 5.03 percent. ", "# Heading\n", "Title\n===\n", "Title\n---\n",
     "\n\n", "\r\n", "\x85", "\u2028", "\x0c", "\x1c", "\x00", "```\n", "- item\n", "1. ", "(a) ",
     "| a | b |\n", "|---|---|\n", "\t", "\u200b", "\ufeff", "e\u0301",
     "👩\u200d🚀", "中国的贸易。", "한국어",
     "x" * 120, "a;b; ", "“Quoted.” ", "U.S. ", "؟ ", "\u202e", " " * 300, "word " * 90]
)  # fmt: skip
UNICODE = st.text(max_size=400) | st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)


def check(document: Document, passages: tuple[Passage, ...]) -> None:
    """Assert that passages and sentences are exact, in order, and leave out no text for people."""
    text, at = document.text, 0
    unseen = {n for b in document.blocks if b.unseen for n in range(b.start, b.end)}
    unseen |= {n for rule in RULE.finditer(text) for n in range(*rule.span())}

    def left_out(start: int, end: int) -> str:
        return "".join(text[n] for n in range(start, end) if n not in unseen).strip()

    for passage in passages:
        assert passage.doc == document.doc
        assert text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.sentences
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
            assert not left_out(at, sentence.start)
            quote = passage.quote(sentence)
            assert quote == text[sentence.start : sentence.end] == quote.strip()
            assert len(quote) <= MAX_SENTENCE
            at = sentence.end
    assert not left_out(at, len(text))
    assert bool(passages) == bool(left_out(0, len(text)))


def count_words(text: str) -> int:
    return len(text.split())


@given(UNICODE, st.booleans())
@settings(max_examples=300)
@example("\x1f", False)
@example("  - a\n\xa0\nb", False)
@example("a\x85b\u2028c\r\nd", True)
def test_every_text_is_rebuilt(text: str, markdown: bool) -> None:
    document = Document("a", "A", text, markdown=markdown)
    passages = split_document(document, count_words, BUDGET)
    check(document, passages)
    assert all(count_words(passage.text) <= BUDGET for passage in passages)


@given(UNICODE, st.booleans())
@settings(max_examples=150)
def test_no_passage_is_longer_than_the_model_reads(
    minilm: Embedder, text: str, markdown: bool
) -> None:
    document = Document("a", "A", text, markdown=markdown)
    budget = 190
    passages = split_document(document, minilm.count, budget)
    check(document, passages)
    assert all(minilm.count(passage.text) <= budget <= MAX_TOKENS for passage in passages)


@given(st.text(max_size=60), st.integers(1, 12))
def test_any_budget_ends(text: str, budget: int) -> None:
    document = Document("a", "A", text)
    check(document, split_document(document, lambda piece: len(piece.encode()), budget))


@pytest.mark.parametrize("name", ["gacc-2023-press-conference", "trade-power-roadmap"])
def test_shipped_documents_are_rebuilt(minilm: Embedder, name: str) -> None:
    document = next(d for d in load_documents(SHIPPED).documents if d.doc == name)
    passages = split_document(document, minilm.count, 190)
    check(document, passages)
    assert all(minilm.count(passage.text) <= 190 for passage in passages)


def sentences(text: str, markdown: bool = False) -> list[str]:
    document = Document("a", "A", text, markdown=markdown)
    passages = split_document(document, count_words, 200)
    check(document, passages)
    return [passage.quote(s) for passage in passages for s in passage.sentences]


@pytest.mark.parametrize(
    "expected",
    [
        ["Imports were RMB 5.03 trillion.", "They rose by 2.1 percent."],
        ["The U.S. economy grew.", "It grew again."],
        ["Trade with the U.S. fell by 3 percent.", "It fell."],
        ["Clearance takes 1~2 days.", "It took 3."],
        ["J. K. Rowling and Mr. Lu Daliang spoke.", "Dr. Wang left."],
        ["It grew (see Fig. 3) by 5%, i.e. more than before.", "Then it fell."],
        ["No. 5 is the best.", "No one knows why."],
        ["Founded on Jan. 12, 2024 in St. Petersburg.", "It closed."],
        ["The Chinese version should prevail.", "The rest is a translation."],
        ["Is it true?", "Yes!", "Perhaps…"],
        ["1. The first point is long enough.", "2. The second point follows."],
        ["(1) The first point.", "(2) The second point."],
        ["At 5 p.m. on Monday it rained.", "Then it stopped."],
        ["Inc. and Ltd. companies grew.", "Others did not."],
        ["它增长了。", "然后下降了！"],
    ],
)
def test_sentence_boundaries(expected: list[str]) -> None:
    joined = "" if expected[0].endswith("。") else " "
    assert sentences(joined.join(expected)) == expected


def test_sentences_without_a_space_between_them() -> None:
    assert sentences("The Chinese version should prevail.The rest is free.") == [
        "The Chinese version should prevail.",
        "The rest is free.",
    ]


def test_quotes_stay_whole() -> None:
    assert sentences('"Exports rose," he said. "Imports fell." Then he left.') == [
        '"Exports rose," he said.',
        '"Imports fell."',
        "Then he left.",
    ]


def test_list_items_are_sentences() -> None:
    text = "The plan has parts:\n- more ports\n- fewer forms\n\n1. First\n2. Second\n"
    assert sentences(text, markdown=True) == [
        "The plan has parts:", "- more ports", "- fewer forms", "1. First", "2. Second",
    ]  # fmt: skip


def test_lines_that_go_on_are_one_sentence() -> None:
    text = """Exports grew by 5 percent in
the first half.

1. Imports fell in the first
   half of the year.
2. Ports grew
- in the north and
in the south
"""
    assert sentences(text, markdown=True) == [
        "Exports grew by 5 percent in\nthe first half.",
        "1. Imports fell in the first\n   half of the year.",
        "2. Ports grew",
        "- in the north and\nin the south",
    ]
    assert sentences(text)[-3:] == sentences(text, markdown=True)[-3:]


TABLE = "| Port | Ships |\n|:-----|------:|\n" + "".join(
    f"| St. Olav no. {number} | {number * 7} |\n" for number in range(12)
)


def test_rows_of_a_table_keep_their_header() -> None:
    document = Document(
        "a", "A", f"# Ports\n\nAn introduction.\n\n{TABLE}\nThe end.", markdown=True
    )
    passages = split_document(document, count_words, 60)
    check(document, passages)
    rows = {passage.quote(s): passage for passage in passages for s in passage.sentences}
    for number in range(12):
        passage = rows[f"| St. Olav no. {number} | {number * 7} |"]
        named = passage.text.startswith("| Port | Ships |\n|:-----|------:|\n")
        assert passage.section == ("Ports" if named else "Ports › Port; Ships")
    headers = [s for passage in passages for s in passage.sentences if s.heading]
    assert len(headers) == 2
    assert rows["The end."].section.startswith("Ports")


def test_a_table_that_fits_is_one_passage() -> None:
    document = Document("a", "A", f"An introduction.\n\n{TABLE}", markdown=True)
    assert [len(p.sentences) for p in split_document(document, count_words, 200)] == [1, 13]


def test_lines_of_pipes_without_a_rule_are_no_table() -> None:
    document = Document("a", "A", "| a | b |\n| c | d |\n\n---|---\n", markdown=True)
    [passage] = split_document(document, count_words, 200)
    assert not any(s.heading for s in passage.sentences)


def sections(text: str, markdown: bool = True) -> dict[str, str]:
    document = Document("a", "A", text, markdown=markdown)
    return {p.text: p.section for p in split_document(document, count_words, 30)}


def test_markdown_headings_are_a_path() -> None:
    text = "# One #\n\n" + "word " * 25 + "\n\nTwo\n---\n\n" + "more " * 25 + "\n\n# Three\n\nend"
    assert list(sections(text).values()) == ["One", "One › Two", "Three"]


def test_headings_in_code_are_none() -> None:
    text = "```\n# not a heading\n```\n\n    # nor this\n"
    found = split_document(Document("a", "A", text, markdown=True), count_words, 30)
    assert not any(s.heading for p in found for s in p.sentences)


def test_plain_headings_name_the_section_and_start_their_passage() -> None:
    body = "The export of vehicles has been growing in an impressive way for a long time now. " * 3
    document = Document("a", "A", f"First part\n\n{body}\n\nSecond part\n\n{body}")
    found = split_document(document, count_words, BUDGET)
    assert [(p.section, p.sentences[0].heading) for p in found] == [
        ("First part", True),
        ("Second part", True),
    ]


def test_a_run_without_spaces_is_cut() -> None:
    document = Document("a", "A", "x" * 100_000)
    passages = split_document(document, lambda piece: 1, BUDGET)
    check(document, passages)
    assert max(len(passage.text) for passage in passages) < 2000


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "word ",
        "a; ",
        "One sentence of a few words. ",
        "line\n",
        "a\x85",
        "|a|b|\n|-|-|\n",
        "- a\n b ",
    ],
)
def test_splitting_is_linear(line: str) -> None:
    def split(size: int) -> None:
        document = Document("a", "A", (line * size)[:size], markdown=line[0] in "|-")
        split_document(document, count_words, BUDGET)

    check_growth(split, 160_000)


def test_sentences_without_spaces_cost_as_much_as_their_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Count the characters that are looked at, by whom: no clock tells as exactly."""
    looked = 0

    def counting(piece: str) -> int:
        nonlocal looked
        looked += len(piece)
        return len(piece)

    def boundaries(language: str, piece: str) -> object:
        nonlocal looked
        looked += len(piece)
        return get_sentence_boundaries(language, piece)

    monkeypatch.setattr("corpus.passages.get_sentence_boundaries", boundaries)

    def cost(times: int) -> int:
        nonlocal looked
        looked = 0
        document = Document("a", "A", "中文。" * times)
        passages = split_document(document, counting, BUDGET)
        assert sum(len(passage.sentences) for passage in passages) == times
        return looked

    half = cost(50_000)
    assert half < 50_000 * 3 * 10
    assert cost(100_000) < 2.2 * half
