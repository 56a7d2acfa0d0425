"""Check question files: schema, verbatim evidence, duplicates, leaks of the answer.

python -m qa.questions FILE… [--documents DIR]
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from corpus.documents import SHIPPED, CorpusError, load_documents
from qa.answer import QuestionError
from qa.metrics import normalise, occurs
from qa.questions import GoldQuestion, Record, numbered_lines, read_question_sets

LEAK_TYPES = ("yes_no", "comparison", "adversarial")  # these may name what they ask about


def find_leaks(gold: GoldQuestion) -> list[str]:
    """Return the accepted answers and key points that already stand in the question."""
    if gold.type in LEAK_TYPES:
        return []
    wanted = [*gold.answers, *(text for group in gold.key_points for text in group)]
    return [text for text in wanted if occurs(text, gold.question.text)]


def find_flaws(
    path: Path, golds: Iterable[GoldQuestion], texts: Mapping[str, str], asked: dict[str, str]
) -> Iterator[str]:
    """Yield what makes a valid file a poor one; `asked` holds the questions so far and grows."""
    for gold, (number, line) in zip(golds, numbered_lines(path), strict=True):
        place = f"{path}:{number}"
        for name in sorted(set(json.loads(line)) - set(Record.model_fields)):
            yield f"{place}: field {name!r} is not known; remove it or mend its name"
        for leak in find_leaks(gold)[:1]:
            yield f"{place}: the answer {leak!r} stands in the question; ask it otherwise"
        history = "".join(turn.content for turn in gold.question.history)
        key = normalise(gold.question.text).rstrip("?.! ") + "\0" + history
        if key in asked:
            yield f"{place}: asks the same as {asked[key]}; ask it otherwise or remove it"
        asked.setdefault(key, place)
        for (doc, start, end), *_ in gold.evidence:
            if texts[doc].count(texts[doc][start:end]) > 1:
                yield f"{place}: evidence stands more than once in {doc!r}; quote more of it"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a file, and every problem on standard error; 2 if there was one."""
    parser = argparse.ArgumentParser(prog="python -m qa.questions", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--documents", type=Path, default=SHIPPED, metavar="DIR")
    options = parser.parse_args(arguments)
    asked: dict[str, str] = {}
    try:
        corpus = load_documents(options.documents)
        sets = read_question_sets(options.files, lambda: corpus)
    except (QuestionError, CorpusError) as error:
        print(error, file=sys.stderr)
        return 2
    texts = {document.doc: document.text for document in corpus.documents}
    flaws: list[str] = []
    for path, s in zip(options.files, sets, strict=True):
        golds = [gold for group in s.groups for gold in group.questions]
        if path.suffix == ".jsonl":
            flaws += find_flaws(path, golds, texts, asked)
        types = ", ".join(f"{t} {n}" for t, n in Counter(g.type for g in golds).most_common())
        answerable = sum(g.answerable for g in golds)
        print(f"{s.name}: {s.count} questions, {answerable} answerable: {types}")
    print(*flaws, sep="\n", end="\n" if flaws else "", file=sys.stderr)
    return 2 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
