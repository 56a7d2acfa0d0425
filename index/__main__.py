"""The command line: `python -m index build`."""

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus.documents import CorpusError
from index.build import open_index
from index.embedder import EmbedderError
from index.progress import ProgressBar
from index.settings import SettingsError, read_settings
from index.store import StoreError


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m index")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build or update the index of a folder")
    build.add_argument("folder", nargs="?", metavar="DIR", help="default: FOOTNOTE_DOCUMENTS")
    build.add_argument("--store", metavar="DIR", help="in place of FOOTNOTE_HOME")
    arguments = parser.parse_args()
    try:
        settings = read_settings()
        settings = replace(
            settings,
            documents=Path(arguments.folder or settings.documents),
            home=Path(arguments.store or settings.home),
        )
        with closing(ProgressBar()) as progress:
            index, report = open_index(settings, progress=progress)
    except (CorpusError, EmbedderError, SettingsError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    index.close()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report.summary())
    return 0


if __name__ == "__main__":
    sys.exit(main())
