"""Training data for the reader, a short training run, and its export."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from qa.reader import Reading
from qa.reader.reader import OnnxReader, load_tokenizer
from qa.reader.reading import ReaderInput
from qa.reader.windows import make_windows, pad
from qa.training.question_variants import (
    Candidate,
    keywords,
    make_false,
    misspell,
    name_kinds,
    without_answer,
)
from qa.training.reader_data import HELD_OUT, split_sentences, training_examples

TEXT = "The bridge at Arvika was built in 1931. It carried trains. Karl Lund drew it. It fell down."
QUESTIONS = {"When was the bridge at Arvika built?": "1931", "Who drew the bridge?": "Karl Lund"}
MORE = "The bridge at Molde was built in 1958 by Anna Berg. Its towers are painted red."
SEED = 7


def squad(*titles: str) -> str:
    """Return a SQuAD 2.0 file of articles with two paragraphs and a question without answer."""
    asked: list[dict[str, Any]] = [
        {"id": q, "question": q, "answers": [{"text": a, "answer_start": TEXT.index(a)}]}
        for q, a in QUESTIONS.items()
    ]
    asked.append(
        {"id": "no", "question": "Who sold the bridge?", "answers": [], "is_impossible": True}
    )
    paragraphs = [{"context": TEXT, "qas": asked}, {"context": MORE, "qas": []}]
    return json.dumps({"data": [{"title": t, "paragraphs": paragraphs} for t in titles]})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    held = min(HELD_OUT)
    for name in ("squad2-part-dev", "xquad-en-dev", "covidqa", "policyqa-dev"):
        apart = [held] if name.startswith(("squad2", "xquad")) else []
        (folder / f"{name}.json").write_text(squad(f"{name} a", f"{name} b", *apart))
    rows = [
        {"question": f"who built tower {n}", "answers": ["Ole Juul"], "title": f"Tower {n}",
         "text": f"Tower {n} was built by Ole Juul."}
        for n in range(9)
    ]  # fmt: skip
    (folder / "nq-oracle.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pairs = [f"how high is hill {n} ?\thill {n} is {n}00 m high ." for n in range(9)]
    (folder / "squad-question-sentence.tsv").write_text("\n".join(pairs))
    return folder


def test_examples_are_what_they_say(data: Path) -> None:
    examples = training_examples(data, SEED)
    assert examples == training_examples(data, SEED)
    assert examples != training_examples(data, SEED + 1)
    kinds = {bool(example.candidates[0].spans) for example in examples}
    assert kinds == {True, False}
    for example in examples:
        for candidate in example.candidates:
            text = candidate.passage.text
            assert candidate.passage.heading.replace(" ", "_") not in HELD_OUT
            for start, end in candidate.spans:
                said = text[start:end]
                assert said in (*QUESTIONS.values(), "Ole Juul") or said.startswith("hill")
        assert not any(c.spans for c in example.candidates[1:]), "the answer comes first"


def test_a_false_question_asks_what_is_not_said() -> None:
    right = Candidate(ReaderInput("Bridges", TEXT, split_sentences(TEXT)), ((34, 38),))
    assert TEXT[34:38] == "1931"
    names = name_kinds([TEXT, MORE, "He lived in Arvika, in Molde and in Bergen."])
    assert {"Arvika", "Molde", "Bergen"} <= set(names["place"])
    found = {
        make_false("When was the bridge at Arvika built?", right, names, random.Random(seed))
        for seed in range(60)
    }
    assert "When was the bridge at Molde built?" in found
    assert "When was the bridge at Arvika not built?" not in found
    assert "When was not the bridge at Arvika built?" in found
    assert all(
        question is None or "Arvika" not in question or " not " in question for question in found
    )
    assert make_false("Why did it rain?", right, names, random.Random(1)) is None
    years = {make_false("What was built in 1931?", right, {}, random.Random(n)) for n in range(20)}
    assert len(years) > 3
    assert not any(year and "1931" in year and " not " not in year for year in years)


def test_a_passage_without_its_answer_keeps_the_rest() -> None:
    right = Candidate(ReaderInput("", TEXT, split_sentences(TEXT)), ((34, 38),))
    cut = without_answer(right)
    assert cut is not None
    assert [cut.passage.text[s:e] for s, e in cut.passage.sentences] == [
        "It carried trains.", "Karl Lund drew it.", "It fell down.",
    ]  # fmt: skip
    assert without_answer(Candidate(ReaderInput("", "One.", ((0, 4),)), ((0, 3),))) is None


def test_questions_as_people_type_them() -> None:
    assert keywords("When was the bridge built?") == "bridge built"
    assert keywords("Who was it?") == "Who was it?"
    noisy = {misspell("When was the bridge built?", random.Random(n)) for n in range(9)}
    assert len(noisy) > 3
    assert all(text.startswith("When was the ") for text in noisy)


@pytest.mark.slow
def test_a_run_goes_on_where_it_was_ended_and_is_exported(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from qa.training import train_reader as training

    monkeypatch.setattr(training, "CHECKPOINT_STEPS", 1)
    whole = training.train(data, tmp_path / "a", seed=SEED, steps=3, minutes=60)
    assert (tmp_path / "a" / "quarter-1.pt").is_file()
    learn, calls = training.learn, iter([True, True, False])

    def interrupted(*given: object) -> dict[str, float]:
        if not next(calls):
            raise KeyboardInterrupt
        return learn(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "learn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.train(data, tmp_path / "b", seed=SEED, steps=3, minutes=60)
    monkeypatch.setattr(training, "learn", learn)
    resumed = training.train(data, tmp_path / "b", seed=SEED, steps=3, minutes=60)
    for one, same in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, same)
    with pytest.raises(SystemExit, match="of another run"):
        training.train(data, tmp_path / "b", seed=SEED + 1, steps=3, minutes=60)

    other = training.train(data, tmp_path / "c", seed=SEED + 1, steps=1, minutes=60)
    assert torch.allclose(whole.tokens.weight, other.tokens.weight, atol=0.01)  # began alike
    mean = training.average([tmp_path / "a", tmp_path / "c"]).tokens.weight
    assert torch.allclose(mean, (whole.tokens.weight + other.tokens.weight) / 2)
    assert not torch.equal(mean, whole.tokens.weight)

    training.export(whole, tmp_path / "model", tmp_path)
    written = (tmp_path / "model" / "model.onnx").read_bytes()
    assert (
        (tmp_path / "model" / "model.sha256")
        .read_text()
        .startswith(hashlib.sha256(written).hexdigest())
    )
    passages = [
        ReaderInput("Bridges", TEXT, split_sentences(TEXT)),
        ReaderInput("", MORE, split_sentences(MORE)),
    ]
    question = "When was the bridge at Arvika built?"
    parts = [w for split in make_windows(load_tokenizer(), question, passages) for w in split]
    for window, passage in zip(parts, passages, strict=True):
        inputs = {n: torch.from_numpy(a) for n, a in pad([window]).items()}
        with torch.no_grad():
            _, expected = whole(**inputs)
        [plain] = OnnxReader(tmp_path / "float").read(question, [passage])
        assert plain.answerable == pytest.approx(float(expected), abs=1e-3)
        [int8] = OnnxReader(tmp_path / "model").read(question, [passage])
        assert _numbers(int8) == pytest.approx(_numbers(plain), abs=0.5)


def _numbers(reading: Reading) -> list[float]:
    return [*reading.sentence_scores, reading.answerable, reading.span_score / 4]
