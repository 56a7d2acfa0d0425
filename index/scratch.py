"""Temporary folders, removed even if the process is killed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import time

PREFIX = "footnote-scratch-"
YOUNG = 60.0  # seconds in which a folder may not be locked yet


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield an empty temporary folder; those left by killed processes are removed."""
    for left in Path(gettempdir()).glob(f"{PREFIX}*"):
        _remove_left(left)
    with TemporaryDirectory(prefix=PREFIX) as name:
        lock = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield Path(name)
        finally:
            os.close(lock)


def _remove_left(folder: Path) -> None:
    """Remove a folder that no process holds."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # removed meanwhile, or another user's
        return
    try:
        found = os.fstat(lock)
        if found.st_uid == os.getuid() and time() - found.st_mtime > YOUNG:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(lock)
