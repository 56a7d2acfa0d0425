"""Small models made on the spot."""

import string
from pathlib import Path


def make_tiny_model(folder: Path) -> Path:
    """Make a sentence-transformers model of two small layers that spells words; return its path."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    letters = string.ascii_lowercase + string.digits + string.punctuation
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    vocabulary += [f"##{letter}" for letter in letters]
    bert = folder / "bert"
    bert.mkdir(parents=True)
    (bert / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(1)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2,
            num_attention_heads=2, intermediate_size=32, max_position_embeddings=128,
        )
    ).save_pretrained(bert)  # fmt: skip
    AutoTokenizer.from_pretrained(bert).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=128)
    model = SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
