"""The command line: `python -m qa ask`."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus.command import DONE, FAULT, INTERRUPTED, run_command

try:
    from index.generations import StoreError
    from index.progress import ProgressBar
    from index.settings import Settings, SettingsError, read_settings
    from qa.answer import EXTRACTIVE
    from qa.pipeline import build_pipeline
    from qa.question.files import parse_question, read_questions
    from qa.terminal import print_as_written, show_answer
except KeyboardInterrupt:  # loading the libraries takes a second or two
    sys.exit(INTERRUPTED)


def _settings(arguments: argparse.Namespace) -> Settings:
    if "" in (arguments.documents, arguments.store, arguments.answerer):
        raise SettingsError("--documents, --store and --answerer must not be empty")
    given = read_settings()
    return replace(
        given,
        documents=Path(arguments.documents or given.documents),
        home=Path(arguments.store or given.home),
        answerer=arguments.answerer or given.answerer,
    )


def _parse(given: Sequence[str] | None, program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Ask documents a question; every statement of the answer is cited.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser(
        "ask", help="answer one question, or a file of questions",
        epilog='example: %(prog)s "How many vehicles did China export in 2023?"',
    )  # fmt: skip
    ask.add_argument("question", nargs="?", help='such as "How many vehicles were exported?"')
    ask.add_argument("--questions", help="a file of one JSON object a line: id, question, history")
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.add_argument("--documents", help="the folder to answer from (default: the shipped texts)")
    ask.add_argument("--store", help="where indexes are kept, in place of FOOTNOTE_HOME")
    ask.add_argument("--answerer", metavar="NAME",
                     help="extractive (default), PROVIDER:MODEL or local:PATH.gguf")  # fmt: skip
    arguments = parser.parse_args(given)
    if (arguments.question is None) == (arguments.questions is None):
        ask.error("give a question, or --questions FILE")
    return arguments


def main(given: Sequence[str] | None = None, program: str = "python -m qa") -> int:
    """Run the command line, called `program`."""
    arguments = _parse(given, program)
    settings = _settings(arguments)
    if arguments.questions is not None:
        questions = read_questions(Path(arguments.questions))
    else:
        questions = [parse_question(json.dumps({"id": "1", "question": arguments.question}))]
    with closing(ProgressBar()) as progress:
        pipeline = build_pipeline(settings, progress=progress)
    with closing(pipeline.index):
        for problem in pipeline.problems:
            print(problem, file=sys.stderr)
        for question in questions:
            try:
                if sys.stdout.isatty() and not arguments.json and settings.answerer != EXTRACTIVE:
                    print_as_written(pipeline, question)
                    continue
                answer = pipeline.invoke(question)
            except StoreError as error:  # answers may stand on standard output: no status 2
                print(error, file=sys.stderr)
                return FAULT
            print(
                json.dumps(answer.to_json()) if arguments.json else show_answer(answer), flush=True
            )
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
