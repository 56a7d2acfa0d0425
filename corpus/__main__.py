"""The command line: `python -m corpus show`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.blocks import Block
from corpus.command import DONE, run_command
from corpus.folder import name_documents, read_document, read_sources
from corpus.formats.registry import SUFFIXES


def described(block: Block) -> dict[str, Any]:
    """Return a block in the contract's form, with all cells of its table."""
    said = {name: getattr(block, name) for name in ("kind", "start", "end", "level", "marker")}
    if block.table is None:
        return said | {"table": None}
    table = {name: getattr(block.table, name) for name in ("rows", "columns", "caption", "unit")}
    return said | {"table": table | {"cells": [cell._asdict() for cell in block.table.cells]}}


def main(arguments: Sequence[str] | None = None, program: str = "python -m corpus") -> int:
    """Run the command line under the name `program`."""
    parser = argparse.ArgumentParser(prog=program, description="Read a document as Footnote does.")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser(
        "show", help="print the text that offsets refer to",
        epilog="example: %(prog)s report.pdf",
    )  # fmt: skip
    show.add_argument("file", metavar="FILE")
    show.add_argument("--json", action="store_true", help="as one JSON object, with its blocks")
    options = parser.parse_args(arguments)
    path = Path(options.file)
    siblings = [path, *(path.with_suffix(suffix) for suffix in SUFFIXES if path.stem)]
    files = {file for file in siblings if file == path or file.is_file()}
    doc = name_documents(path.parent, files)[path]
    document = read_document(path, doc, read_sources(path.parent).get(doc))
    for warning in document.warnings:
        print(f"{str(path)!r}: {warning}", file=sys.stderr)
    if options.json:
        fields = ("doc", "title", "text", "pages", "warnings", "organisation", "date", "period",
                  "language")  # fmt: skip
        said = {name: getattr(document, name) for name in fields}
        said["blocks"] = [described(block) for block in document.blocks]
        print(json.dumps(said | {"boxes": [list(box) for box in document.boxes]}))
    else:
        sys.stdout.write(document.text)
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
