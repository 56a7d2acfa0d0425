"""Files written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync(path: Path) -> None:
    """Flush a file or folder to disk before anything refers to it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def draft_of(path: Path) -> Path:
    """Return the path of the temporary file; a killed process may leave it behind."""
    return path.with_name(f".{path.name}.part")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path whose file replaces `path` at the end of the block."""
    draft = draft_of(path)
    yield draft
    sync(draft)
    os.replace(draft, path)
    sync(path.parent)


def write_atomic(path: Path, text: str) -> None:
    """Write a file atomically: it holds either its old text or the new one."""
    with atomic_path(path) as draft:
        draft.write_text(text, encoding="utf-8")
