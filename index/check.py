"""Comparing every file of an index with its digest: `python -m index check`."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from index.build import CACHE, folder_of_model
from index.cache import find_cache_damage
from index.digests import Damage, unsealed
from index.generations import (
    LEFT_OUT,
    IndexFolder,
    StoreError,
    explained,
    files_of,
    hold,
    put_out_of_force,
)
from index.models import find_model
from index.progress import Progress, no_progress
from index.settings import Settings


def find_damage(settings: Settings, progress: Progress = no_progress) -> list[str]:
    """Return a line for each damaged part of the index of the documents of `settings`.

    Besides its own files, the build cache and the exported model are checked. A damaged generation
    is deactivated, so that the next start builds another.

    Raises:
        StoreError: there is no index, or it cannot be read.
    """
    names, model = find_model(settings.embedder, settings.home / "models")
    found = [f"{model!r} does not match its digest"] if model else []
    documents = str(settings.documents.resolve())
    for name in names:
        folder = folder_of_model(settings.home, documents, name, settings.chroma_url)
        current, damage = folder.inspect()
        if current or damage:
            wait = partial(progress, "Waiting for another process that is indexing", 0, 0)
            with explained(folder.path), folder.writing(wait):
                return [*found, *_damage_of(folder)]
    raise StoreError(
        f"{str(settings.documents)!r} is not indexed; run 'python -m index build DIR' first"
    )


def _damage_of(folder: IndexFolder) -> Iterator[str]:
    """Yield the damage of an index that no process is writing."""
    current, damage = folder.inspect()
    if damage:
        yield f"{str(folder.path)!r}: {damage}"
    elif current:
        yield from _damage_of_generation(current)
    cache = folder.path / CACHE
    try:
        if cache.exists() and (damage := find_cache_damage(cache)):
            yield f"{str(cache)!r} is damaged: {damage}"
    except sqlite3.Error as error:
        raise StoreError(f"{str(cache)!r} cannot be read: {error}") from error
    try:
        unsealed((folder.path / LEFT_OUT).read_bytes(), LEFT_OUT)
    except FileNotFoundError:  # nothing was left out
        return
    except Damage:
        yield f"{str(folder.path / LEFT_OUT)!r} does not match its digest"


def _damage_of_generation(generation: Path) -> Iterator[str]:
    """Yield the files that do not match their digests, and deactivate the generation."""
    with ExitStack() as held:
        damaged = [*files_of(generation, hold(generation, held)).damaged()]
    for name in damaged:
        yield f"{str(generation / name)!r} does not match its digest"
    if damaged:
        put_out_of_force(generation, f"{', '.join(damaged)} does not match its digest")
