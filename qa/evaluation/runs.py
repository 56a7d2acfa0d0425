"""The folder of one evaluation: its run, its files, and its baseline."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from corpus.atomic import draft_of, write_atomic
from corpus.document import Corpus
from corpus.errors import FootnoteError
from index.settings import Settings
from qa.chat.prompts import PROMPT_VERSION
from qa.evaluation.gold import QuestionSet
from qa.evaluation.intervals import Rows
from qa.evaluation.metrics import VERSION

RUN, ANSWERS, RESULT, REPORT, LOCK = (
    "run.json", "answers.jsonl", "result.json", "report.html", ".lock"
)  # fmt: skip
FOLDER = "eval"  # in the home, for all runs
OURS = {RUN, ANSWERS, RESULT, REPORT, LOCK}
CODE = (".py", ".json", ".sha256")  # with what was learned
# What makes no answers may change while a run goes on.
NOT_ANSWERING = ("evaluation", "conversations", "training")


class EvaluationError(FootnoteError):
    """A baseline or output folder that cannot be used; the message says what to do."""


def digest_of(parts: Sequence[str]) -> str:
    """Return a short hash of texts in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _code() -> str:
    """Return a hash of the code that makes the answers."""
    root = Path(__file__).parent.parent.parent
    files = [f for package in ("corpus", "index", "qa") for f in (root / package).rglob("*")]
    files = [f for f in files if f.suffix in CODE]
    files = [f for f in files if f.relative_to(root).parts[1] not in NOT_ANSWERING]
    return digest_of([f.read_text("utf-8") for f in sorted(files)])


def describe_run(
    sets: Sequence[QuestionSet], corpus: Corpus | None, settings: Settings
) -> dict[str, Any]:
    """Return everything a run depends on: runs that differ in any of it are different runs."""
    return {
        "questions": digest_of([s.digest for s in sets]),
        "documents": digest_of([d.digest() for d in corpus.documents]) if corpus else "",
        "embedder": settings.embedder,
        "reader": settings.reader,
        "answerer": settings.answerer,
        "prompts": PROMPT_VERSION,
        "code": _code(),
    }


def default_folder(home: Path, sets: Sequence[QuestionSet], run: Mapping[str, Any]) -> Path:
    """Return the default folder of a run, which is the same for the same run."""
    return home / FOLDER / f"{sets[0].name}-{digest_of([str(v) for v in run.values()])[:8]}"


@contextmanager
def open_folder(out: Path, run: Mapping[str, Any], fresh: bool = False) -> Iterator[None]:
    """Prepare `out` for `run`, new or resumed, and lock out other processes.

    Raises:
        EvaluationError: it contains another run or other files, or is in use.
    """
    lock = FileLock(out / LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise EvaluationError(
            f"{str(out)!r} is in use by another evaluation; wait until it ends"
        ) from error
    except OSError as error:
        raise EvaluationError(
            f"{str(out)!r} cannot be written: {error.strerror}; name another with --out"
        ) from error
    try:
        _claim(out, run, fresh)
        yield
    finally:
        lock.release()


def _claim(out: Path, run: Mapping[str, Any], fresh: bool) -> None:
    ours = OURS | {draft_of(out / name).name for name in OURS}  # a kill while writing leaves a part
    if strange := sorted(p.name for p in out.iterdir() if p.name not in ours):
        raise EvaluationError(
            f"{str(out)!r} contains {strange[0]!r}, which no evaluation wrote; name another folder"
        )
    if fresh:
        for name in OURS - {LOCK}:
            (out / name).unlink(missing_ok=True)
    if not (out / RUN).exists():
        (out / ANSWERS).unlink(missing_ok=True)  # whose they are is not known
        write_whole(out / RUN, json.dumps(run, indent=1))
    try:
        held = json.loads((out / RUN).read_text("utf-8"))
        other = [name for name in run if held.get(name) != run[name]]
    except (ValueError, AttributeError):
        other = [RUN]
    if other:
        raise EvaluationError(
            f"{str(out)!r} contains another run: it differs in {', '.join(other)}; "
            "name another folder with --out, or replace it with --fresh"
        )


def write_whole(path: Path, text: str) -> None:
    """Write a file atomically.

    Raises:
        EvaluationError: it cannot be written.
    """
    try:
        write_atomic(path, text)
    except OSError as error:
        raise EvaluationError(f"{str(path)!r} cannot be written: {error.strerror}") from error


def count_answers(path: Path) -> int:
    """Return the number of complete lines; an incomplete one, after a kill, is cut off."""
    count = end = 0
    if path.exists():
        with path.open("r+b") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    lines.truncate(end)
                    break
                end += len(line)
                count += 1
    return count


def read_baseline(path: Path, run: Mapping[str, Any]) -> Rows:
    """Read the rows of a `result.json` or of a recorded baseline.

    Raises:
        EvaluationError: it is neither, or covers other questions, or has another version.
    """
    said, remedy = "", "name a result.json"
    try:
        record = json.loads(path.read_text("utf-8"))
        version, questions = record["version"], record["run"]["questions"]
        if version != VERSION:
            said = f"is of version {version!r} of the measures, not {VERSION}"
            remedy = "make a new one"
        elif questions != run["questions"]:
            said = f"covers other questions ({questions!r}, not {run['questions']!r})"
            remedy = "give the questions it was made with, or make a new one"
        elif len({len(column) for column in record["columns"].values()}) != 1:
            said = "is not the result of an evaluation: its columns are of different lengths"
        else:
            return Rows.from_json(record["columns"])
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
    except (ValueError, KeyError, TypeError, IndexError) as error:
        said = f"is not the result of an evaluation ({error!r})"
    raise EvaluationError(f"baseline {str(path)!r} {said}; {remedy}")
