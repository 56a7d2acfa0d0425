"""The command line: `python -m corpus show`."""

import argparse
import json
import sys
from pathlib import Path

from corpus.command import DONE, run_command
from corpus.folder import name_documents, read_document, read_sources
from corpus.formats.registry import SUFFIXES


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m corpus")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="print the text that a document's offsets refer to")
    show.add_argument("file", metavar="FILE")
    show.add_argument("--json", action="store_true", help="with title and pages, as one object")
    arguments = parser.parse_args()
    path = Path(arguments.file)
    siblings = [path, *(path.with_suffix(suffix) for suffix in SUFFIXES if path.stem)]
    files = {file for file in siblings if file == path or file.is_file()}
    doc = name_documents(path.parent, files)[path]
    document = read_document(path, doc, read_sources(path.parent).get(doc))
    for warning in document.warnings:
        print(f"{str(path)!r}: {warning}", file=sys.stderr)
    if arguments.json:
        fields = ("doc", "title", "text", "pages")
        print(json.dumps({name: getattr(document, name) for name in fields}))
    else:
        sys.stdout.write(document.text)
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
