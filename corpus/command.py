"""What the command lines share: their exit statuses, and a sentence in place of a traceback."""

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
    """Return what stands for characters that a stream cannot show: plain ones, else an escape."""
    if isinstance(error, UnicodeEncodeError):
        plain = error.object[error.start : error.end].translate(_PLAIN)
        return plain.encode("ascii", "backslashreplace").decode("ascii"), error.end
    raise error


def run_command(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; nothing it raises becomes a traceback.

    Args:
        command: does the work; prints to standard output only what is right to stay there. What
            a person can mend it raises as FootnoteError: exit status 2.
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
        print("\nStopped. What was complete before stays; start again to go on.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the exit flushes again
        print("Standard output was closed before all was written.", file=sys.stderr)
        return FAULT
    except Exception as error:  # noqa: BLE001  the last resort: it is told, with its place
        print(f"A fault in Footnote: {_describe(error)}. Please report it.", file=sys.stderr)
        return FAULT


def _describe(error: Exception) -> str:
    """Return the kind of an error, its message as one line and the line of ours it came from."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in _OURS:
            place = f" ({file.relative_to(ROOT)}:{frame.lineno})"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}{place}"
