"""Shared by all command lines: exit statuses, and a sentence instead of a traceback."""

import codecs
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from corpus.errors import FootnoteError
from corpus.installation import ROOT

DONE, FAULT, REFUSED, INTERRUPTED = 0, 1, 2, 130
_OURS = ("app.py", "corpus", "index", "qa", "tests", "ui")  # where ROOT has others' code as well


# What typography puts where a terminal of few characters has others.
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "*", "−": "-"}
    | dict.fromkeys("‐‑‒–—―", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
)


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return substitutes for characters that a stream cannot encode: plain ones, else an escape."""
    if isinstance(error, UnicodeEncodeError):
        plain = error.object[error.start : error.end].translate(_PLAIN)
        return plain.encode("ascii", "backslashreplace").decode("ascii"), error.end
    raise error


def run_command(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; no exception becomes a traceback.

    Args:
        command: does the work; prints only valid results to standard output. An error that the
            user can fix is raised as a FootnoteError: exit status 2.
    """
    try:
        codecs.register_error("footnote", _replace)
        for stream in (sys.stdout, sys.stderr):  # what a terminal cannot show is no fault
            stream.reconfigure(errors="footnote")  # type: ignore[union-attr]
        status = command()
        sys.stdout.flush()
        return status
    except FootnoteError as error:
        lines = (" ".join(line.split()) for line in str(error).splitlines())
        print(*lines, sep="\n", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(
            "\nInterrupted. Finished work is kept; run the command again to continue.",
            file=sys.stderr,
        )
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the exit flushes again
        print("Standard output was closed before all output was written.", file=sys.stderr)
        return FAULT
    except Exception as error:  # noqa: BLE001  the last resort: it is told, with its place
        print(
            f"An internal error in Footnote: {_describe(error)}. Please report it.", file=sys.stderr
        )
        return FAULT


def _describe(error: Exception) -> str:
    """Return an error's type, its message on one line, and the line of our code that raised it."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in _OURS:
            place = f" ({file.relative_to(ROOT)}:{frame.lineno})"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}{place}"
