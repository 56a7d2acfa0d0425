"""Haystack with its in-memory store, as in its first example."""

from pathlib import Path
from typing import Any

from common import K, Search, model_folder, run
from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

STORE = "store.json"


def build(folder: Path, texts: list[str], vectors: Any) -> None:
    documents = [
        Document(str(i), text, embedding=None if vectors is None else vectors[i].tolist())
        for i, text in enumerate(texts)
    ]
    if vectors is None:
        embedder = SentenceTransformersDocumentEmbedder(model=model_folder(), progress_bar=False)
        embedder.warm_up()
        documents = embedder.run(documents)["documents"]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(documents)
    folder.mkdir(parents=True)
    store.save_to_disk(str(folder / STORE))


def load(folder: Path) -> Search:
    store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder", SentenceTransformersTextEmbedder(model=model_folder(), progress_bar=False)
    )
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=K))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def search(question: str) -> list[int]:
        found = pipeline.run({"embedder": {"text": question}})
        return [int(document.id) for document in found["retriever"]["documents"]]

    return search


run(build, load)
