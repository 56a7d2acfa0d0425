"""The command line: `python -m qa ask` and `python -m qa verify`."""

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
    from qa.pipeline import NOBODY, build_pipeline
    from qa.question.files import parse_question, read_pairs, read_questions
    from qa.terminal import print_as_written, show_answer
    from qa.verification.verifier import Source, Verifier
except KeyboardInterrupt:  # loading the libraries takes a second or two
    sys.exit(INTERRUPTED)


def _settings(arguments: argparse.Namespace) -> Settings:
    if "" in (arguments.documents, arguments.store, arguments.answerer, arguments.judge):
        raise SettingsError("--documents, --store, --answerer and --judge must not be empty")
    given = read_settings()
    return replace(
        given,
        documents=Path(arguments.documents or given.documents),
        home=Path(arguments.store or given.home),
        answerer=arguments.answerer or given.answerer,
        judge=arguments.judge or given.judge,
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
    ask.add_argument(
        "--questions",
        metavar="FILE",
        help="a file with one JSON object per line: id, question, history",
    )
    ask.add_argument("--json", action="store_true", help="one JSON object per question")
    ask.add_argument(
        "--documents", metavar="DIR", help="the folder to answer from (default: the shipped texts)"
    )
    ask.add_argument(
        "--store", metavar="DIR", help="where indexes are stored, instead of FOOTNOTE_HOME"
    )
    ask.add_argument("--answerer", metavar="NAME",
                     help="extractive (default), PROVIDER:MODEL or local:PATH.gguf")  # fmt: skip
    ask.add_argument(
        "--judge",
        metavar="NAME",
        help="the chat model that checks statements (default: the one that wrote them), or none",
    )
    verify = commands.add_parser(
        "verify", help="check statements against passages",
        epilog="example: %(prog)s --pairs pairs.jsonl --json",
    )  # fmt: skip
    verify.add_argument(
        "--pairs",
        metavar="FILE",
        required=True,
        help="a file with one JSON object per line: id, passage, statement",
    )
    verify.add_argument("--json", action="store_true", help="one JSON object per pair")
    verify.add_argument(
        "--store", metavar="DIR", help="where models are stored, instead of FOOTNOTE_HOME"
    )
    verify.add_argument(
        "--judge",
        metavar="NAME",
        help="PROVIDER:MODEL, local:PATH.gguf or none (by default FOOTNOTE_JUDGE, "
        "else the chat model that answers, if one does)",
    )
    verify.set_defaults(documents=None, answerer=None)
    arguments = parser.parse_args(given)
    if arguments.command == "verify":
        return arguments
    if (arguments.question is None) == (arguments.questions is None):
        ask.error("give a question, or --questions FILE")
    return arguments


def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    pairs = read_pairs(Path(arguments.pairs))
    name = settings.judge or (settings.answerer if settings.answerer != EXTRACTIVE else NOBODY)
    judge = None
    if name != NOBODY:
        from qa.chat.judging import open_judge  # LangChain takes seconds to load

        judge = open_judge(name)
    verifier = Verifier(judge)
    for pair in pairs:
        found = verifier.verify(pair.statement, [Source("the passage", pair.passage)])
        result = {"id": pair.id, "verdict": found.verdict, "reason": found.reason,
                  "score": round(found.score, 6)}  # fmt: skip
        shown = f"{pair.id}: {found.verdict}" + (f" ({found.reason})" if found.reason else "")
        print(json.dumps(result) if arguments.json else shown, flush=True)
    return DONE


def main(given: Sequence[str] | None = None, program: str = "python -m qa") -> int:
    """Run the command line under the name `program`."""
    arguments = _parse(given, program)
    settings = _settings(arguments)
    if arguments.command == "verify":
        return _verify(arguments, settings)
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
