"""The command line: `python -m qa ask`."""

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus.command import DONE, FAULT, INTERRUPTED, run_command

try:
    from pydantic import BaseModel, ValidationError

    from corpus.encodings import is_whole
    from index.generations import StoreError
    from index.progress import ProgressBar
    from index.settings import Settings, SettingsError, read_settings
    from qa.answer import Answer, Question, QuestionError, Statement, Turn
    from qa.pipeline import EXTRACTIVE, Pipeline, build_pipeline
except KeyboardInterrupt:  # loading the libraries takes a second or two
    sys.exit(INTERRUPTED)

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # a terminal would obey them


class InputLine(BaseModel):
    """One input line; other fields, gold answers among them, are not looked at."""

    id: str
    question: str
    history: list[Turn] | None = None


def parse_question(line: str) -> Question:
    """Return the question of one input line.

    Raises:
        QuestionError: it is no JSON, or a field is missing or not of its kind.
    """
    try:
        fields = json.loads(line)
        if not is_whole(json.dumps(fields, ensure_ascii=False)):
            raise QuestionError(
                "it holds half of a character (a lone surrogate); write it again as UTF-8"
            )
        read = InputLine.model_validate(fields)
    except ValidationError as error:
        from qa.evaluation.gold import describe_problem

        raise QuestionError(describe_problem(error)) from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(str(error)) from error
    return Question(read.question, read.id, tuple(read.history or ()))


def read_questions(path: Path) -> list[Question]:
    """Read a file of one JSON object a line; only `id`, `question` and `history` are looked at.

    Raises:
        QuestionError: with the file, the line and what is wrong.
    """
    from qa.evaluation.schema import numbered_lines

    questions = []
    for number, line in numbered_lines(path):
        try:
            questions.append(parse_question(line))
        except QuestionError as error:
            raise QuestionError(f"{path}:{number}: {error}") from error
    return questions


def _wrap(text: str, indent: int = 0) -> list[str]:
    space = " " * indent
    return textwrap.wrap(text, 96 - indent, initial_indent=space, subsequent_indent=space)


def show(answer: Answer, told: int = 0) -> str:
    """Return an answer for a person: the text, then its numbered sources.

    Of a written answer, `told` statements stand on the terminal already.
    """
    lines = [*_written(answer.statements[told:]), "", _tally(answer)]
    if answer.fallback or not answer.prompt_version or not answer.statements:
        lines = _wrap(answer.answer)
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        section = f" — {citation.section}" if citation.section else ""
        lines += ["", f"[{citation.n}] {citation.title}{section}{page}"]
        lines += _wrap(f'"{" ".join(citation.quote.split())}"', 4)
        lines.append(f"    {citation.doc}, characters {citation.start}-{citation.end}")
    for passage in () if answer.citations else answer.passages[:3]:
        lines += ["", f"nearest: {passage.title}"]
        lines += _wrap(textwrap.shorten(passage.passage.text, 240), 4)
    if answer.fallback:
        lines += ["", *_wrap(answer.fallback)]
        lines += [f"What {answer.answerer} wrote:"] * bool(answer.written)
        lines += _written(answer.written)
    lines += [f"  - {suggestion}" for suggestion in answer.suggestions]
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))


def _tally(answer: Answer) -> str:
    verified = sum(statement.verdict == "verified" for statement in answer.statements)
    stopped = " Stopped before the end." if answer.stopped else ""
    return f"{verified} of {len(answer.statements)} statements verified.{stopped}"


def _written(statements: Sequence[Statement]) -> list[str]:
    """Return the lines of statements that a chat model wrote, each with what is amiss."""
    lines = []
    for statement in statements:
        marks = "".join(f"[{n}]" for n in statement.citations)
        lines += _wrap(f"{statement.text} {marks}".strip())
        if statement.verdict == "unverified":
            lines += _wrap(f"(unverified: {statement.reason})", 4)
    return lines


def answer_aloud(pipeline: Pipeline, question: Question) -> None:
    """Print a written answer statement by statement as each is complete and checked."""
    told: tuple[Statement, ...] = ()
    answer = None
    try:
        for answer in pipeline.stream(question):
            if not answer.fallback and answer.statements[: len(told)] == told:
                for line in _written(answer.statements[len(told) :]):
                    print(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", line), flush=True)
                told = answer.statements
    except KeyboardInterrupt:
        if answer:
            print(show(replace(answer, stopped=True), len(told)), flush=True)
        raise
    if answer:
        same = answer.statements[: len(told)] == told and not answer.fallback
        print(show(answer, len(told) if same else 0), flush=True)


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


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m qa",
        description="Ask documents a question; every statement of the answer is cited.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="answer one question, or a file of questions")
    ask.add_argument("question", nargs="?", help='such as "How many vehicles were exported?"')
    ask.add_argument("--questions", help="a file of one JSON object a line: id, question, history")
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.add_argument("--documents", help="the folder to answer from (default: the shipped texts)")
    ask.add_argument("--store", help="where indexes are kept, in place of FOOTNOTE_HOME")
    ask.add_argument("--answerer", metavar="NAME",
                     help="extractive (default), PROVIDER:MODEL or local:PATH.gguf")  # fmt: skip
    arguments = parser.parse_args()
    if (arguments.question is None) == (arguments.questions is None):
        ask.error("give a question, or --questions FILE")
    return arguments


def main() -> int:
    """Read the arguments and do what they say."""
    arguments = _parse()
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
                    answer_aloud(pipeline, question)
                    continue
                answer = pipeline.invoke(question)
            except StoreError as error:  # answers may stand on standard output: no status 2
                print(error, file=sys.stderr)
                return FAULT
            print(json.dumps(answer.to_json()) if arguments.json else show(answer), flush=True)
    return DONE


if __name__ == "__main__":
    sys.exit(run_command(main))
