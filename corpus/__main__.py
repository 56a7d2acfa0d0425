"""The command line: `python -m corpus show`."""

import argparse
import json
import sys
from pathlib import Path

from corpus.documents import CorpusError, read_document, read_sources


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m corpus")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="print the text that a document's offsets refer to")
    show.add_argument("file", metavar="FILE")
    show.add_argument("--json", action="store_true", help="with title and pages, as one object")
    arguments = parser.parse_args()
    path = Path(arguments.file)
    try:
        source = read_sources(path.parent).get(path.stem)
        document = read_document(path, path.stem, source)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        fields = ("doc", "title", "text", "pages")
        print(json.dumps({name: getattr(document, name) for name in fields}, ensure_ascii=False))
    else:
        sys.stdout.write(document.text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
