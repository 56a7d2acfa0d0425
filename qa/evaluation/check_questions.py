"""Check question files: schema, verbatim evidence, duplicates, leaked answers.

python -m qa.evaluation.check_questions FILE… [--documents DIR]
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from corpus.command import DONE, REFUSED, run_command
from corpus.folder import SHIPPED, load_documents
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.metrics import normalise, occurs
from qa.evaluation.question_sets import read_question_sets
from qa.evaluation.schema import Record
from qa.question.files import numbered_lines

LEAK_TYPES = ("yes_no", "comparison", "adversarial")  # these may name what they ask about


def find_leaks(gold: GoldQuestion) -> list[str]:
    """Return the accepted answers and key points that already occur in the question."""
    if gold.type in LEAK_TYPES:
        return []
    wanted = [*gold.answers, *(text for group in gold.key_points for text in group)]
    return [text for text in wanted if occurs(text, gold.question.text)]


def find_flaws(
    path: Path, golds: Iterable[GoldQuestion], texts: Mapping[str, str], asked: dict[str, str]
) -> Iterator[str]:
    """Yield the flaws of a valid file; `asked` collects the questions so far."""
    for gold, (number, line) in zip(golds, numbered_lines(path), strict=True):
        place = f"{path}:{number}"
        for name in sorted(set(json.loads(line)) - set(Record.model_fields)):
            yield f"{place}: field {name!r} is not known; remove it or correct its name"
        for leak in find_leaks(gold)[:1]:
            yield f"{place}: the answer {leak!r} occurs in the question; rephrase it"
        history = "".join(turn.content for turn in gold.question.history)
        key = normalise(gold.question.text).rstrip("?.! ") + "\0" + history
        if key in asked:
            yield f"{place}: repeats {asked[key]}; rephrase or remove it"
        asked.setdefault(key, place)
        for (doc, start, end), *_ in gold.evidence:
            if texts[doc].count(texts[doc][start:end]) > 1:
                yield f"{place}: evidence occurs more than once in {doc!r}; quote more of it"


def validate(files: Sequence[Path], documents: Path) -> int:
    """Print a line per file, and every flaw to standard error; return 2 if there was one.

    Raises:
        CorpusError, QuestionError: a file or the documents cannot be used.
    """
    asked: dict[str, str] = {}
    flaws: list[str] = []
    corpus = load_documents(documents)
    texts = {document.doc: document.text for document in corpus.documents}
    for path, s in zip(files, read_question_sets(files, lambda: corpus), strict=True):
        golds = [gold for group in s.groups for gold in group.questions]
        if path.suffix == ".jsonl":
            flaws += find_flaws(path, golds, texts, asked)
        types = ", ".join(f"{t} {n}" for t, n in Counter(g.type for g in golds).most_common())
        answerable = sum(g.answerable for g in golds)
        print(f"{s.name}: {s.count} questions, {answerable} answerable: {types}")
    print(*flaws, sep="\n", end="\n" if flaws else "", file=sys.stderr)
    return REFUSED if flaws else DONE


def main(
    arguments: Sequence[str] | None = None, program: str = "python -m qa.evaluation.check_questions"
) -> int:
    """Run the command line under the name `program`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Check question files: schema, verbatim evidence, duplicates, leaked answers.",
        epilog="example: %(prog)s questions.jsonl --documents ~/reports",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--documents", type=Path, default=SHIPPED, metavar="DIR")
    options = parser.parse_args(arguments)
    return run_command(lambda: validate(options.files, options.documents))


if __name__ == "__main__":
    sys.exit(main())
