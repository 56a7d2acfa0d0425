"""The command line: `python -m index build`, `index status` and `index check`."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from corpus.command import DONE, INTERRUPTED, run_command

try:
    from index.build import find_statuses, open_index
    from index.check import find_damage
    from index.generations import DocumentStatus
    from index.progress import ProgressBar
    from index.settings import read_settings
except KeyboardInterrupt:  # loading the libraries takes a second or two
    sys.exit(INTERRUPTED)


DAMAGED = 1  # exit status of a check


def show(statuses: Iterable[DocumentStatus]) -> Iterable[str]:
    """Yield a line per document, followed by its problem and warnings."""
    for status in statuses:
        pages = f"{status.pages} pages, " if status.pages else ""
        when = f", indexed {status.indexed}" if status.indexed else ""
        yield f"{status.doc!r}: {pages}{status.passages} passages{when}"
        yield from (f"  {line}" for line in (status.problem, *status.warnings) if line)


def main(arguments: Sequence[str] | None = None, program: str = "python -m index") -> int:
    """Run the command line under the name `program`."""
    parser = argparse.ArgumentParser(prog=program, description="Index a folder of documents.")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser(
        "build", help="build or update the index of a folder", epilog="example: %(prog)s ~/reports"
    )
    status = commands.add_parser(
        "status", help="list the files of a folder, with the reason for each that was not read",
        epilog="example: %(prog)s ~/reports --json",
    )  # fmt: skip
    check = commands.add_parser(
        "check", help="compare every file of an index with its digest",
        epilog="example: %(prog)s ~/reports",
    )  # fmt: skip
    for command in (build, status, check):
        command.add_argument("folder", nargs="?", metavar="DIR", help="default: FOOTNOTE_DOCUMENTS")
        command.add_argument("--store", metavar="DIR", help="instead of FOOTNOTE_HOME")
    status.add_argument("--json", action="store_true", help="one JSON object per file")
    options = parser.parse_args(arguments)
    given = {"documents": options.folder, "home": options.store}
    if "" in given.values():
        parser.error("a folder's name is empty")
    paths = {name: Path(value) for name, value in given.items() if value is not None}
    settings = replace(read_settings(), **paths)  # type: ignore[arg-type]
    if options.command == "check":
        with closing(ProgressBar()) as progress:
            damage = find_damage(settings, progress)
        last = "The next start rebuilds what is damaged." if damage else "The index is intact."
        print(*damage, last, sep="\n")
        return DAMAGED if damage else DONE
    if options.command == "status":
        statuses, left_out = find_statuses(settings)
        lines = [json.dumps(asdict(s)) for s in statuses] if options.json else [*show(statuses)]
        print("\n".join(lines))
        if left_out:
            print(*left_out, sep="\n", file=sys.stderr if options.json else sys.stdout)
        return DONE
    with closing(ProgressBar()) as progress:
        index, report = open_index(settings, progress=progress)
    index.close()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report.summary())
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
