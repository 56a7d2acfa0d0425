"""Files written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync(path: Path) -> None:
    """Have the disk hold a file or folder before anything says that it is there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def draft_of(path: Path) -> Path:
    """Return where a file is written before it takes its place; a kill may leave it there."""
    return path.with_name(f".{path.name}.part")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a path to write to; what is there at the end takes the place of `path`."""
    draft = draft_of(path)
    yield draft
    sync(draft)
    os.replace(draft, path)
    sync(path.parent)


def write_atomic(path: Path, text: str) -> None:
    """Write a file so that it has its old text or the new one, whatever happens."""
    with atomic_path(path) as draft:
        draft.write_text(text, encoding="utf-8")
