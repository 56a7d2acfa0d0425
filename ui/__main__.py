"""The command `footnote`: every command line of this project under one name."""

import argparse
import os
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from corpus import __version__
from corpus.command import DONE, run_command
from corpus.installation import ROOT, in_checkout

APP = ROOT / "app.py"
STREAMLIT = ROOT / ".streamlit" / "config.toml" if in_checkout() else ROOT / "ui" / "streamlit.toml"
ANYWHERE = ("0.0.0.0", "::")  # addresses that are no name of this machine


def streamlit_options() -> Iterator[str]:
    """Yield the page's own Streamlit options, which Streamlit would look for elsewhere."""

    def options(section: str, values: dict[str, Any]) -> Iterator[str]:
        for name, value in values.items():
            if isinstance(value, dict):
                yield from options(f"{section}{name}.", value)
                continue
            for one in value if isinstance(value, list) else [value]:
                shown = str(one).lower() if isinstance(one, bool) else one
                yield f"--{section}{name}={shown}"

    yield from options("", tomllib.loads(STREAMLIT.read_text(encoding="utf-8")))


def port(text: str) -> int:
    """Return the number of a port."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)


def run(arguments: Sequence[str], program: str) -> int:
    """Bring the index up to date, then run the server of the page."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Index a folder, then serve the page on which to ask it questions.",
        epilog="example: %(prog)s ~/reports --port 8600",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="default: FOOTNOTE_DOCUMENTS, "
                        "or the two shipped texts")  # fmt: skip
    parser.add_argument("--store", metavar="DIR", help="instead of FOOTNOTE_HOME")
    parser.add_argument("--answerer", metavar="NAME",
                        help="extractive (default), PROVIDER:MODEL or local:PATH.gguf")  # fmt: skip
    parser.add_argument("--port", type=port, default=8501, help="default: %(default)s")
    parser.add_argument("--address", metavar="ADDRESS", default="localhost",
                        help="address to listen at; default: %(default)s, reachable only from "
                        "this machine")  # fmt: skip
    parser.add_argument("--host", metavar="NAME", action="append", default=[],
                        help="a host name that browsers may use for the page besides localhost, "
                        "such as a proxy's; may be repeated")  # fmt: skip
    parser.add_argument("--metrics", action="store_true",
                        help="serve Streamlit's metrics at /_stcore/metrics")  # fmt: skip
    options = parser.parse_args(arguments)
    given = {"documents": options.folder, "home": options.store, "answerer": options.answerer}
    if "" in given.values():
        parser.error("DIR, --store and --answerer must not be empty")
    for name, value in given.items():
        if value is not None:  # for the server, which reads them once more
            os.environ[f"FOOTNOTE_{name.upper()}"] = value
    if status := import_module("index.__main__").main(["build"], program):
        return int(status)
    hosts = [*options.host, *({options.address} - {*ANYWHERE, "localhost"})]
    command = [
        # -P: modules of the folder it is started in must not be taken for Footnote's
        sys.executable, "-P", "-m", "streamlit", "run", str(APP), *streamlit_options(),
        *(f"--server.allowedHosts={host}" for host in hosts),
        f"--server.address={options.address}", f"--server.port={options.port}",
        *(("--", "--metrics") if options.metrics else ()),  # which `ui.shell` looks for
    ]  # fmt: skip
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)


class Command(NamedTuple):
    """A command of `footnote`: its help, and the function that runs it."""

    help: str
    run: Callable[[Sequence[str]], int]


def _of(module: str, *before: str, program: str = "footnote") -> Callable[[Sequence[str]], int]:
    """Return a function that loads a module and runs its command line."""

    def run_module(arguments: Sequence[str]) -> int:
        return int(import_module(module).main([*before, *arguments], program=program))

    return run_module


COMMANDS = {
    "run": Command(
        "index a folder and serve the page",
        lambda arguments: run(arguments, "footnote run"),
    ),
    "ask": Command("answer a question, or a file of them", _of("qa.__main__", "ask")),
    "verify": Command("check statements against what they cite", _of("qa.__main__", "verify")),
    "index": Command(
        "build, list or check the index of a folder",
        _of("index.__main__", program="footnote index"),
    ),
    "corpus": Command(
        "show a document as Footnote reads it", _of("corpus.__main__", program="footnote corpus")
    ),
    "eval": Command(
        "measure the answers to a set of questions", _of("qa.evaluate", program="footnote eval")
    ),
    "check-questions": Command(
        "check a set of questions",
        _of("qa.evaluation.check_questions", program="footnote check-questions"),
    ),
}


def _refuse(arguments: Sequence[str]) -> int:
    """Print the help, the version, or the problem with the arguments."""
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Ask your documents; every statement of the answer carries its footnote.",
        epilog='example: footnote ask "How many vehicles did China export in 2023?" '
        "(footnote COMMAND --help shows one for each)",
    )
    parser.add_argument("--version", action="version", version=f"footnote {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.help)
    parser.parse_args(arguments[:1])
    return DONE


def main() -> int:
    """Run the command that the first argument names."""
    name, *arguments = sys.argv[1:] or [""]
    command = COMMANDS.get(name)
    return run_command(lambda: command.run(arguments) if command else _refuse(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
