"""What people give is never too much: broken files, odd statements, texts that go on and on."""

import io
import json
import random
import signal
import zipfile
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st
from lxml import etree

from corpus.blocks import Block, check_blocks
from corpus.document import Document
from corpus.formats.pdf.furniture import running_words
from corpus.formats.pdf.paragraphs import Style
from corpus.formats.pdf.words import PageWords, Word
from corpus.formats.registry import READERS
from corpus.passages import split_document
from corpus.sandbox import _answer
from qa.answer import Question, Turn
from qa.chat.citation_markers import read_marked
from qa.chat.grounding import _amiss
from qa.evaluation.metrics import normalise
from qa.language.quantities import Quantity
from qa.question.follow_ups import standalone
from qa.question.suggestions import suggest_questions
from qa.verification.verifier import LONGEST, Source, Verifier
from tests.support.embedders import WordEmbedder
from tests.support.format_files import MAKERS
from tests.support.running import check_growth

LONG = 20_000  # characters

# --- readers: a valid file of each format, damaged where its reader sees it ---

FORMATS = [kind for kind in MAKERS if f".{kind}" in READERS]
Parts = dict[str, bytes]  # of a zipped file by name; of others the whole file under ""
WORDS = ("", "0", "-1", "99999999999", "1e999", "NaN", "true", "rId1", "rId99", "s", "d", "n", "<>",
         "A1:XFD1048576", "../../a", "#REF!", "\U00010000\u202e", "é" * 999)  # fmt: skip
READ = ("document", "content", "xhtml", "opf",
        "slide", "notesSlide", "sheet", "workbook", "presentation", "styles", "shared",
        "numbering", ".rels", "Types")  # fmt: skip


def parts_of(data: bytes) -> Parts:
    if not data.startswith(b"PK"):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def packed(parts: Parts) -> bytes:
    """Return a valid zip of parts, so that what is damaged in them is read."""
    if "" in parts:
        return parts[""]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return made.getvalue()


def too_late(*_: object) -> None:
    raise TimeoutError


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Parts]:
    signal.signal(signal.SIGPROF, too_late)
    folder = tmp_path_factory.mktemp("valid")
    for kind, make in MAKERS.items():
        make(folder / f"a.{kind}")
    return {kind: parts_of((folder / f"a.{kind}").read_bytes()) for kind in MAKERS}


def cut_and_spliced(chance: random.Random, part: bytes) -> bytes:
    """Return bytes with a piece flipped, cut out, cut off, repeated, replaced, or put elsewhere."""
    start, there = chance.randrange(len(part) + 1), chance.randrange(len(part) + 1)
    end = start + chance.randrange(1, 40)
    piece = part[start:end]
    turned = bytes(byte ^ 1 << chance.randrange(8) for byte in piece[:3]) + piece[3:]
    return chance.choice([
        part[:start] + turned + part[end:],
        part[:start] + part[end:],
        part[:start],
        part[:start] + piece * chance.choice([2, 50, 3000]) + part[end:],
        part[:start] + chance.choice(WORDS).encode() + part[end:],
        part[:there] + piece + part[there:],
    ])  # fmt: skip


def rearranged(chance: random.Random, part: bytes) -> bytes:
    """Return XML, as well-formed as before, with an element or what it says put another way."""
    root = etree.fromstring(part)
    elements = list(root.iter("*"))
    one, other = chance.choice(elements), chance.choice(elements)
    copy = deepcopy(one)  # `other` may be within it
    match chance.randrange(4):
        case 0 if one.attrib:
            one.set(chance.choice(one.keys()), chance.choice(WORDS))
        case 1 if one.attrib:
            del one.attrib[chance.choice(one.keys())]
        case 2 if one.getparent() is not None:
            one.getparent().remove(one)
        case 3:
            for _ in range(chance.choice([1, 50]) if len(etree.tostring(one)) < 2000 else 1):
                other.append(deepcopy(copy))
        case _:
            one.text = chance.choice(WORDS)
    made: bytes = etree.tostring(root)
    return made


def changed(chance: random.Random, name: str, part: bytes) -> bytes:
    if name.endswith((".xml", ".rels")) and chance.random() < 0.9:
        try:
            return rearranged(chance, part)
        except etree.XMLSyntaxError:  # damaged before
            pass
    return cut_and_spliced(chance, part)


def damaged(valid: Parts, seed: int, changes: int) -> Parts:
    chance, parts = random.Random(seed), dict(valid)
    for _ in range(changes):
        read = [name for name in parts if any(word in name for word in READ)] or [*parts]
        name, other = chance.choice(read), chance.choice(read)
        parts[name] = parts[other] if chance.random() < 0.03 else changed(chance, name, parts[name])
        if len(parts) > 1 and chance.random() < 0.03:
            del parts[other]
    return parts


def read_damaged(kind: str, valid: Parts, seed: int, changes: int) -> None:
    """Read a damaged file as the child process does, and check what the parent is given."""
    data = packed(damaged(valid, seed, changes))
    signal.setitimer(signal.ITIMER_PROF, 5)  # of the processor; the child has more
    answer = json.loads(json.dumps(_answer(data, f"a.{kind}")))
    signal.setitimer(signal.ITIMER_PROF, 0)
    problem = answer.get("problem")
    target(float(problem is None) + float("is damaged" in (problem or "")) / 2)
    if problem is not None:
        assert problem.strip() and "\n" not in problem
        return
    blocks = tuple(map(Block.from_json, answer["blocks"]))
    check_blocks(answer["text"], blocks)
    document = Document(
        "a", answer["title"], answer["text"], markdown=kind == "md", pages=answer["pages"],
        blocks=blocks,
    )  # fmt: skip
    assert document.text.strip()
    edges = [edge for page in document.pages or () for edge in page]
    assert edges == sorted(edges)
    assert not edges or (edges[0], edges[-1]) == (0, len(document.text))
    for passage in split_document(document, lambda text: len(text) // 5, 190):
        assert document.text[passage.start : passage.end] == passage.text


SEEDS = st.integers(0, 2**32)
CHANGES = st.integers(1, 5)


@pytest.mark.parametrize("files", [12, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files(kind: str, files: int, valid: dict[str, Parts], tmp_path: Path) -> None:
    @settings(max_examples=files)
    @given(SEEDS, CHANGES)
    def read(seed: int, changes: int) -> None:
        read_damaged(kind, valid[kind], seed, changes)

    read()


# --- verification: statements made of pieces that its checks look for ---

PIECES = st.sampled_from([
    "Exports", "imports", "rose", "fell", "by", "from", "to", "not", "never", "all", "most", "only",
    "the largest", "because", "in", "China", "Anna Berg", "U.S.", "RMB", "$", "€", "5", "1,204",
    "3.9%", "8 percentage points", "1.83 trillion", "two-thirds", "2023", "May 3", "2024-13-99",
    "Q4", "half", "one in three", "twice", "a year", "km²", "12 tons", "°C", "“", "(", ")", "—",
    ",", ".", ";", "\n", "\u0301", "\u202e", "ﬁ", "½", "٣", "二", "🙂", "\ud7ff", "x" * 300,
    "1" * 330, "0", "-", "0x", "1e9", "'s", "n't", "un", "1st century", "0 out of 2",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=24).map(" ".join) | st.text(max_size=40)


@pytest.fixture(scope="module")
def words_verifier() -> Verifier:
    return Verifier()


@settings(max_examples=40)
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_statement_is_checked(words_verifier: Verifier, text: str, cited: list[str]) -> None:
    sources = [Source(f"[{n}]", passage) for n, passage in enumerate(cited, 1)]
    found = words_verifier.verify(text, sources, [Source("[9]", text)])
    assert (found.verdict == "verified") == (found.reason is None)
    assert found.verdict == "unverified" or cited
    assert _amiss(text, sources) != ""


FIGURES = st.integers(2, 10**7).map("{:,}".format)
UNITS = st.sampled_from(["percent", "ships", "tons of coal", "million dollars", "km", "hours"])
SENTENCES = (
    "The harbour of Oslo handled {} {} in May, more than the port of Bergen.",
    "Its pilots did not expect that the storm of {} {} would reach the northern quay.",
    "Anna Berg sold {} {} to the keepers of the old lighthouse.",
)


@given(st.lists(st.tuples(FIGURES, UNITS), min_size=3, max_size=3), FIGURES, st.integers(0, 2))
def test_a_sentence_is_borne_out_and_with_another_figure_not(
    words_verifier: Verifier, told: list[tuple[str, str]], other: str, at: int
) -> None:
    said = [s.format(*pair) for s, pair in zip(SENTENCES, told, strict=True)]
    passage = [Source("[1]", " ".join(said))]
    assert words_verifier.verify(said[at], passage).verdict == "verified"
    assert words_verifier.verify(" ".join(said), passage).verdict == "verified"
    if other not in {figure for figure, _ in told}:
        changed = SENTENCES[at].format(other, told[at][1])
        assert words_verifier.verify(changed, passage).verdict == "unverified", changed


# --- texts that go on and on: none may take a time that grows with its square ---


def page_of(text: str) -> PageWords:
    return PageWords(595.0, 842.0, [Word(text, 72.0, 20.0, 200.0, 32.0, 12.0)])


LETTERS = str.maketrans("0123456789", "abcdefghij")  # for words that do not repeat themselves
TAKES: dict[str, Callable[[int], object]] = {
    "brackets": lambda n: read_marked("[" * n + "x", whole=False),
    "spaces": lambda n: read_marked("A" + " " * n + "b", whole=False),
    "bold": lambda n: read_marked("**a " * (n // 4), whole=True),
    "hashes": lambda n: split_document(
        Document("a", "A", "# " + "#\t" * n + "x\n", markdown=True), len, 10**6
    ),
    "link": lambda n: _amiss("a" * n + " two three four", []),
    "tags": lambda n: _amiss("".join(f"<b{str(i).translate(LETTERS)}" for i in range(n)), []),
    "page number": lambda n: running_words([page_of(".1" * n + "z")]),
    "broken word": lambda n: Style().join("a" * n + " b-", "c"),
    "suggestions": lambda n: next(
        suggest_questions(
            Document("a", "A", "".join(f"Trade{i} grew by 3%. " for i in range(n // 5)))
        )
    ),
    "answer": lambda n: normalise("A" + " " * n + "b"),
}


@pytest.mark.parametrize("name", TAKES)
def test_what_goes_on_and_on_is_read_soon(name: str) -> None:
    check_growth(TAKES[name], LONG)


@pytest.mark.parametrize("row", ["1 2 ", "{n} ", "May 19{n} ", "Bern: {n}%; "])
def test_a_row_of_figures_is_checked_soon(
    words_verifier: Verifier, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(row.format(n=n) for n in range(10, 400))[:400]
    compared: Counter[int] = Counter()
    borne_out_by = Quantity.borne_out_by

    def counted(one: Quantity, other: Quantity) -> bool:
        compared[size] += 1
        return borne_out_by(one, other)

    monkeypatch.setattr(Quantity, "borne_out_by", counted)
    for size in (200, 400):
        words_verifier.verify(text[:size], [Source("[1]", text[:size])])
    assert compared[400] < 6 * compared[200], (
        "twice the figures: 8 times if every three are looked at"
    )
    long = words_verifier.verify(text * 3, [Source("[1]", text * 3)])
    assert long.reason == f"has more than {LONGEST:,} characters, too many to be checked"


def test_an_ellipsis_loses_only_what_it_opens_with(words: WordEmbedder) -> None:
    before = (Turn("user", "How much did the trade of China reach in 2023?"),)
    asked = standalone(Question("imports and exports?", history=before), words.embed)
    assert "imports and exports" in asked
