"""The shipped reader: what it is, what it says, and that calls do not disturb each other."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.reader import Reader, ReaderInput, Reading, load_reader
from qa.reader.reader import MODEL_FOLDER, load_tokenizer
from qa.reader.windows import MAX_TOKENS, make_windows

MODEL_MB = 25
CLOSE = 0.5  # logit; 8-bit sums differ between processors
RAIN = ReaderInput("Trade", "It rained. Exports grew by 5 % in 2023.", ((0, 10), (11, 39)))
GREW = "How much did exports grow in 2023?"


def passage(*sentences: str, heading: str = "") -> ReaderInput:
    """Return a passage of sentences."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return ReaderInput(heading, " ".join(sentences), tuple(spans))


ORCHARD = passage(
    "The orchard lies below the village.",
    "It was planted by Martha Lindqvist in 1987.",
    "Its trees bloom in April.",
    heading="The orchard",
)
FILLER = [f"On day {n} the weather station wrote down wind, clouds and rain." for n in range(60)]
LONG = passage(*FILLER, "The lighthouse of Skagen was painted green by Ole Juul.", *FILLER)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def test_the_model_is_the_one_described() -> None:
    data = (MODEL_FOLDER / "model.onnx").read_bytes()
    digest, name = (MODEL_FOLDER / "model.sha256").read_text(encoding="utf-8").split()
    assert (hashlib.sha256(data).hexdigest(), name) == (digest, "model.onnx")
    assert len(data) <= MODEL_MB * 1_000_000


def test_known_scores(reader: Reader) -> None:
    """Taken from the shipped model; another model or other word pieces would move them."""
    [reading] = reader.read(GREW, [RAIN])
    assert reading.sentence_scores == pytest.approx((-0.39, 4.61), abs=CLOSE)
    assert reading.answerable == pytest.approx(2.04, abs=CLOSE)
    assert reading.span_score == pytest.approx(7.07, abs=2 * CLOSE)  # a sum of four logits
    assert reading.span is not None
    assert RAIN.text[slice(*reading.span)] == "5 %"


def test_it_tells_answers_from_neighbours_and_from_nothing(reader: Reader) -> None:
    [planted] = reader.read("Who planted the orchard?", [ORCHARD])
    assert max(planted.sentence_scores) == planted.sentence_scores[1]
    assert planted.span is not None
    assert ORCHARD.text[slice(*planted.span)] == "Martha Lindqvist"
    [foreign] = reader.read("What is the capital of Mongolia?", [ORCHARD])
    assert foreign.answerable < planted.answerable - 2
    assert foreign.span_score < 0 < planted.span_score


def test_the_best_span_is_found_in_any_stretch(reader: Reader) -> None:
    for question, passage in ((GREW, RAIN), ("Who painted the lighthouse green?", LONG)):
        [reading] = reader.read(question, [passage])
        assert reading.span is not None
        whole = reading.span_in(0, len(passage.text))
        assert whole == pytest.approx((*reading.span, reading.span_score), abs=1e-4)
        exact = reading.span_in(*reading.span, whole=True)
        assert exact == pytest.approx(whole, abs=1e-4)
        for start, end in passage.sentences:
            found = reading.span_in(start, end)
            assert found is not None and whole is not None
            assert start <= found[0] < found[1] <= end and found[2] <= whole[2] + 1e-4
        inside = reading.span[0] + 1
        assert reading.span_in(inside, inside) is None
    [empty] = reader.read(GREW, [ReaderInput("", "", ())])
    assert empty.span_in(0, 9) is None


def test_scores_do_not_depend_on_the_other_passages(reader: Reader) -> None:
    [alone] = reader.read(GREW, [RAIN])
    assert reader.read(GREW, [ORCHARD, RAIN, LONG])[1] == alone
    assert reader.read(GREW, [RAIN, RAIN]) == [alone, alone]
    assert reader.read(GREW, []) == []


def test_a_long_passage_is_read_to_its_end(reader: Reader) -> None:
    [parts] = make_windows(load_tokenizer(), "Who painted the lighthouse?", [LONG])
    assert len(parts) > 3
    assert all(len(window.ids) <= MAX_TOKENS for window in parts)
    covered = [span for window in parts for span in window.spans]
    assert covered == sorted(set(covered)), "every word piece once"
    owners = [set(window.sentence_of) - {-1} for window in parts]
    assert sum(map(len, owners)) == len(set().union(*owners)) == len(LONG.sentences), "cut inside"
    [reading] = reader.read("Who painted the lighthouse green?", [LONG])
    best = max(range(len(LONG.sentences)), key=lambda i: reading.sentence_scores[i])
    assert best == len(FILLER)
    assert reading.span is not None
    assert LONG.text[slice(*reading.span)] == "Ole Juul"


def test_two_threads_read_at_once() -> None:
    fresh = load_reader()  # so that both load the model
    asked = [(GREW, RAIN), ("Who planted the orchard?", ORCHARD)] * 8

    def read(pair: tuple[str, ReaderInput]) -> Reading:
        return fresh.read(pair[0], [pair[1]])[0]

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(read, asked))
    assert together == [read(pair) for pair in asked[:2]] * 8
    assert together[0] != together[1]


@pytest.mark.parametrize(
    "sentences",
    [
        ("Der Zoll nahm 12 € ein.", "Größe: 5 m²."),
        ("出口增长了百分之五。", "下雨了。"),
        ("🐝🐝🐝", "e\u0301 and é", "\u200b"),
        ("İstanbul ﬁsh ＦＵＬＬ", "‘quoted’ — dashed…"),
        ("a" * 3000,),
        ("x",),
    ],
)
def test_any_script(reader: Reader, sentences: tuple[str, ...]) -> None:
    given = passage(*sentences, heading="Überschrift 題")
    [reading] = reader.read("Wieviel € nahm der Zoll ein? 🐝", [given])
    assert len(reading.sentence_scores) == len(sentences)
    if reading.span is not None:
        start, end = reading.span
        assert 0 <= start < end <= len(given.text)


def test_offsets_count_characters(reader: Reader) -> None:
    """Characters of several bytes before the answer do not shift its span."""
    given = passage("Über 🐝🐝 weiß man viel.", "The orchard was planted by Martha Lindqvist.")
    [reading] = reader.read("Who planted the orchard?", [given])
    assert reading.span is not None
    assert given.text[slice(*reading.span)] == "Martha Lindqvist"


def test_a_question_of_any_length(reader: Reader) -> None:
    [reading] = reader.read("Who planted the orchard? " * 80, [ORCHARD])
    assert len(reading.sentence_scores) == 3
    [without] = reader.read("?", [ORCHARD])
    assert len(without.sentence_scores) == 3


def test_nothing_is_loaded_before_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    load_reader(str(tmp_path))
