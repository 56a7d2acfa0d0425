"""Question sets from files, and samples of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

from corpus.document import Corpus
from qa.answer import QuestionError
from qa.evaluation.gold import QuestionSet
from qa.evaluation.schema import read_jsonl
from qa.evaluation.squad import read_squad

SHIPPED_QUESTIONS = Path(__file__).parent / "questions"
SEED = 1  # of samples


def draw_sample(whole: QuestionSet, size: int) -> QuestionSet:
    """Return at most `size` questions, drawn without repetition by a seed; all documents stay."""
    kept = set(Random(SEED).sample(range(whole.count), min(size, whole.count)))
    numbers = count()
    groups = tuple(
        replace(group, questions=[gold for gold in group.questions if next(numbers) in kept])
        for group in whole.groups
    )
    return replace(whole, groups=groups, count=len(kept), digest=f"{whole.digest}/{size}")


def read_question_sets(
    paths: Iterable[Path],
    load: Callable[[], Corpus],
    per_article: bool = False,
    sample: int | None = None,
) -> list[QuestionSet]:
    """Read and check question files: `.jsonl` in the project's schema, or SQuAD 1.1/2.0 `.json`.

    `load` loads the documents that `.jsonl` files ask about, if there are any; `per_article` makes
    one corpus of each article of a SQuAD file; at most `sample` questions of a file are drawn.

    Raises:
        QuestionError: a file violates its schema; CorpusError: the documents cannot be read.
    """
    seen: dict[str, str] = {}
    corpus = None
    sets: dict[str, QuestionSet] = {}
    for path in paths:
        if path.stem in sets:
            raise QuestionError(f"{path}: there are two files of this name; rename one")
        if path.suffix == ".jsonl":
            corpus = corpus or load()
            sets[path.stem] = read_jsonl(path, corpus, seen)
        elif path.suffix == ".json":
            sets[path.stem] = read_squad(path, per_article, seen)
        else:
            raise QuestionError(f"{path}: is neither .jsonl nor a SQuAD .json file; name one")
    return [draw_sample(s, sample) if sample else s for s in sets.values()]
