"""Other readers: any cross-encoder ranks sentences; whether to answer is decided without it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import open_index
from index.settings import Settings
from qa.answer import Draft, Question
from qa.extractive.answerer import ExtractiveAnswerer
from qa.extractive.confidence import Confidence
from qa.reader import ReaderError, ReaderInput, Reading, load_reader
from tests.support.corpora import corpus_of

ASKED = "How many vehicles were exported?"
PASSAGE = ReaderInput("Trade", "It rained. Vehicles were exported.", ((0, 10), (11, 34)))
OTHER = ReaderInput("", "Soya.", ((0, 5),))


def save_classifier(tiny_model: Path, folder: Path, outputs: int = 1) -> Path:
    """Write a classifier of pairs that spells words; its head is drawn by lot."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=128, initializer_range=0.5,
    )  # fmt: skip
    config.num_labels = outputs
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_classifier(tiny_model, tmp_path_factory.mktemp("classifier"))


def logit(folder: Path, question: str, text: str) -> float:
    """Return the model's own score of one pair."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    encoded = AutoTokenizer.from_pretrained(folder)(question, text, return_tensors="pt")
    with torch.no_grad():
        return float(model(**encoded).logits)


def test_sentences_are_scored_under_their_heading(folder: Path) -> None:
    reader = load_reader(str(folder))
    assert not reader.judges
    both = reader.read(ASKED, [PASSAGE, OTHER])
    expected = [
        logit(folder, ASKED, text)
        for text in ("Trade: It rained.", "Trade: Vehicles were exported.", "Soya.")
    ]
    assert len(set(expected)) == 3
    found = [score for reading in both for score in reading.sentence_scores]
    assert found == pytest.approx(expected, abs=1e-4)
    assert {(r.answerable, r.span, r.span_score) for r in both} == {(0.0, None, 0.0)}
    assert reader.read(ASKED, []) == []
    assert reader.read(ASKED, [replace(OTHER, sentences=())]) == [Reading((), 0.0, None, 0.0)]


@pytest.mark.slow
def test_it_ranks_and_leaves_deciding_to_what_is_calibrated(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is cited may lower the confidence later; the calibrated part is the same to the bit."""
    real, calibrated = Confidence.probability, list[float]()

    def probability(self: Confidence, values: Mapping[str, float]) -> float:
        calibrated.append(real(self, values))
        return calibrated[-1]

    monkeypatch.setattr(Confidence, "probability", probability)
    text = "It rained all day. " + " ".join(f"Port {n} exported {n}00 vehicles." for n in range(9))
    index, _ = open_index(Settings(home=tmp_path), corpus_of(trade=text), "ports")
    question = Question("How many vehicles did the ports export?", "a")
    passages = index.search(question.text)

    def ask(name: str | None) -> Draft:
        reader = load_reader(name) if name else None
        return ExtractiveAnswerer(index, reader).answer(question, passages)

    with_it, without = ask(str(folder)), ask(None)
    assert len(calibrated) == 2
    assert calibrated[0] == calibrated[1]
    assert not with_it.abstention
    assert not without.abstention
    assert with_it.candidates != without.candidates
    assert with_it.highlights == ()
    index.close()


def test_what_scores_no_pairs_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    kinds = save_classifier(tiny_model, tmp_path / "kinds", outputs=3)
    for name in (kinds, tiny_model):
        with pytest.raises(ReaderError, match="gives no score") as raised:
            load_reader(str(name))
        assert f"FOOTNOTE_READER={str(name)!r}" in str(raised.value)


def test_what_is_nowhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)  # it has read the environment
    reasons = {
        str(tmp_path / "nowhere"): "no such folder",
        str(tmp_path): "cannot be loaded",
        "nobody/no-such-model": "cannot be loaded",
    }
    for name, reason in reasons.items():
        with pytest.raises(ReaderError, match=reason) as raised:
            load_reader(name)
        assert f"FOOTNOTE_READER={name!r}" in str(raised.value)
        assert "'none'" in str(raised.value)
