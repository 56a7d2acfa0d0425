"""LlamaIndex with its own simple vector store, as in its first example."""

from pathlib import Path
from typing import Any

from common import K, Search, model_folder, run
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding


def _model() -> HuggingFaceEmbedding:
    return HuggingFaceEmbedding(model_name=model_folder())


def build(folder: Path, texts: list[str], vectors: Any) -> None:
    nodes = [
        TextNode(id_=str(i), text=text, embedding=None if vectors is None else vectors[i].tolist())
        for i, text in enumerate(texts)
    ]
    VectorStoreIndex(nodes, embed_model=_model()).storage_context.persist(str(folder))


def load(folder: Path) -> Search:
    stored = StorageContext.from_defaults(persist_dir=str(folder))
    index = load_index_from_storage(stored, embed_model=_model())
    retriever = index.as_retriever(similarity_top_k=K)
    return lambda question: [int(found.node.node_id) for found in retriever.retrieve(question)]


run(build, load)
