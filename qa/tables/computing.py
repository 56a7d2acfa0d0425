"""The result of a question about a table: one kind of question is tried after the other."""

from collections.abc import Callable

from qa.language.superlatives import SUPERLATIVES
from qa.language.table_questions import (
    AVERAGE,
    CONDITIONS,
    DIFFERENCE,
    HOW_MANY,
    SHARE,
    SUM,
    SUM_STRONG,
    TOP,
)
from qa.tables.differences import compare_places, compare_two, find_difference
from qa.tables.extremes import find_extreme
from qa.tables.lookups import list_rows, look_up
from qa.tables.reading import Likeness, Reading
from qa.tables.results import Outcome
from qa.tables.totals import add_up, find_average, find_share

Step = Callable[[Reading, Likeness], Outcome]


STEPS: tuple[Step, ...] = (  # by what a question is tried as, first to last
    compare_places, find_extreme, find_difference, compare_two, find_share, find_average, add_up,
    list_rows, look_up,
)  # fmt: skip


def compute(reading: Reading, likeness: Likeness) -> Outcome:
    """Return the result of a question in its table, None if it does not ask that table."""
    for step in STEPS:
        found = step(reading, likeness)
        if found is not None:
            return found
    return None


def computes(text: str) -> bool:
    """Tell whether a question asks for more than looking up a cell."""
    return any(p.search(text) for p in (DIFFERENCE, SUM_STRONG, AVERAGE))


def asks_to_compute(text: str) -> bool:
    """Tell whether the answer to a question about a table may take all of its rows."""
    patterns = (DIFFERENCE, SUM, AVERAGE, SHARE, HOW_MANY, TOP, *(p for _, p in CONDITIONS))
    words = (word.strip("?.,").lower() for word in text.split())
    return any(p.search(text) for p in patterns) or any(word in SUPERLATIVES for word in words)
