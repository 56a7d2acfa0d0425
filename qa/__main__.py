"""The command line: `python -m qa ask`."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from corpus.documents import CorpusError, decode
from index.embedder import EmbedderError
from index.progress import ProgressBar
from index.settings import Settings, SettingsError, read_settings
from index.store import StoreError
from qa.answer import Answer, Question, QuestionError, Turn
from qa.pipeline import Pipeline, build_pipeline


def read_questions(path: Path) -> list[Question]:
    """Read a file of one JSON object a line; only `id`, `question` and `history` are looked at.

    Raises:
        QuestionError: with the file, the line and what is wrong.
    """
    try:
        lines = decode(path.read_bytes()).splitlines()
    except OSError as error:
        raise QuestionError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except CorpusError as error:
        raise QuestionError(f"{str(path)!r} {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(parse_question(json.loads(line)))
            except (ValueError, QuestionError) as error:
                raise QuestionError(f"{str(path)!r}, line {number}: {error}") from error
    return questions


def parse_question(fields: object) -> Question:
    """Return the question of one input line.

    Raises:
        QuestionError: a field is missing or not of its kind.
    """
    if not isinstance(fields, dict):
        raise QuestionError(f"is not a JSON object with 'id' and 'question' but {fields!r:.60}")
    for name in ("id", "question"):
        if not isinstance(fields.get(name), str):
            raise QuestionError(f"{name!r} must be a string, not {fields.get(name)!r:.60}")
    turns = []
    history = fields.get("history") or []
    for turn in history if isinstance(history, list) else [history]:
        known = isinstance(turn, dict) and turn.get("role") in ("user", "assistant")
        if not known or not isinstance(turn.get("content"), str):
            raise QuestionError(
                f"'history' must be a list of {{'role': 'user'|'assistant', 'content': str}}, "
                f"not {turn!r:.60}"
            )
        turns.append(Turn(turn["role"], turn["content"]))
    return Question(fields["question"], fields["id"], tuple(turns))


def show(answer: Answer) -> str:
    """Return an answer for a person: the text, then its numbered sources."""
    lines = textwrap.wrap(answer.answer, 96)
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        section = f" — {citation.section}" if citation.section else ""
        lines += ["", f"[{citation.n}] {citation.title}{section}{page}"]
        quote = f'"{" ".join(citation.quote.split())}"'
        lines += textwrap.wrap(quote, 92, initial_indent="    ", subsequent_indent="    ")
        lines.append(f"    {citation.doc}, characters {citation.start}-{citation.end}")
    for passage in () if answer.citations else answer.passages[:3]:
        lines += ["", f"nearest: {passage.title}"]
        text = textwrap.shorten(passage.passage.text, 240)
        lines += textwrap.wrap(text, 92, initial_indent="    ", subsequent_indent="    ")
    lines += [f"  - {suggestion}" for suggestion in answer.suggestions]
    return "\n".join(lines)


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {
        "documents": arguments.documents and Path(arguments.documents),
        "home": arguments.store and Path(arguments.store),
        "answerer": arguments.answerer,
    }
    return replace(read_settings(), **{name: value for name, value in given.items() if value})


def _answers(pipeline: Pipeline, questions: list[Question]) -> Iterator[Answer]:
    for question in questions:
        yield pipeline.invoke(question)


def main() -> int:
    """Run the command line and return its exit status."""
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
    ask.add_argument("--answerer", help="extractive (default)")
    arguments = parser.parse_args()
    if (arguments.question is None) == (arguments.questions is None):
        ask.error("give a question, or --questions FILE")
    try:
        if arguments.questions:
            questions = read_questions(Path(arguments.questions))
        else:
            questions = [Question(arguments.question)]
        progress = ProgressBar()
        pipeline = build_pipeline(_settings(arguments), progress=progress)
        progress.close()
    except (CorpusError, EmbedderError, QuestionError, SettingsError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    for problem in pipeline.problems:
        print(problem, file=sys.stderr)
    for answer in _answers(pipeline, questions):
        if arguments.json:
            print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)
        else:
            print(show(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
