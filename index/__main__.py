"""The command line: `python -m index build`."""

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus.command import DONE, INTERRUPTED, run_command

try:
    from index.build import open_index
    from index.progress import ProgressBar
    from index.settings import read_settings
except KeyboardInterrupt:  # loading the libraries takes a second or two
    sys.exit(INTERRUPTED)


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m index")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build or update the index of a folder")
    build.add_argument("folder", nargs="?", metavar="DIR", help="default: FOOTNOTE_DOCUMENTS")
    build.add_argument("--store", metavar="DIR", help="in place of FOOTNOTE_HOME")
    arguments = parser.parse_args()
    given = {"documents": arguments.folder, "home": arguments.store}
    if "" in given.values():
        parser.error("a folder's name is empty")
    paths = {name: Path(value) for name, value in given.items() if value is not None}
    settings = replace(read_settings(), **paths)  # type: ignore[arg-type]
    with closing(ProgressBar()) as progress:
        index, report = open_index(settings, progress=progress)
    index.close()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report.summary())
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
