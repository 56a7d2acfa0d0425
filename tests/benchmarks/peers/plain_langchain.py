"""LangChain with Chroma, as its guides put them together."""

from pathlib import Path
from typing import Any

from common import K, Search, model_folder, run
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings

BATCH = 2_000


def _open(folder: Path) -> Chroma:
    return Chroma("passages", HuggingFaceEmbeddings(model_name=model_folder()), str(folder))


def build(folder: Path, texts: list[str], vectors: Any) -> None:
    store = _open(folder)
    for first in range(0, len(texts), BATCH):
        part = texts[first : first + BATCH]
        ids = [str(first + i) for i in range(len(part))]
        if vectors is None:
            store.add_texts(part, ids=ids)
        else:
            store._collection.add(ids, vectors[first : first + BATCH], documents=part)


def load(folder: Path) -> Search:
    store = _open(folder)
    return lambda question: [int(d.id) for d in store.similarity_search(question, k=K)]


run(build, load)
