"""Antonyms: one table for everything that compares directions.

The first column says where a row applies, so that fitted weights see what they were fitted on: `q`
a question against a sentence, `t` training (words swapped to make a question false; not all of
these are antonyms).
"""

import re
from collections.abc import Collection, Iterator

from index.words import stem, terms

_UP = re.compile(
    r"\b(?:gr[eo]w\w*|ris[ei]\w*|rose|increas\w+|climb\w*|gain\w*|jump\w*|up|higher|"
    r"more|faster|record high|improv\w+)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:f[ae]ll(?:en|s|ing)?|drop\w*|declin\w+|decreas\w+|reduc\w+|shr[aiu]nk\w*|down|lower|"
    r"less|slower|fewer|worse\w*)\b",
    re.IGNORECASE,
)
CHANGES = f"{_UP.pattern}|{_DOWN.pattern}"

_TABLE = """
qt | export / import
qt | rise / fall
qt | increase / decrease
q | sell / buy
qt | first / last
q | minimum / maximum
q | inbound / outbound
qt | public / private
qt | value / volume
q | price / volume
qt | largest / smallest
qt | highest / lowest
qt | before / after
t | increased / decreased
t | rose / fell
t | exports / imports
t | north / south
t | east / west
t | northern / southern
t | eastern / western
t | maximum / minimum
t | most / least
t | higher / lower
t | more / fewer
t | longest / shortest
t | oldest / youngest
t | won / lost
t | win / lose
t | begin / end
t | began / ended
t | gain / lose
t | advantage / disadvantage
t | million / billion
t | percent / times
t | miles / kilometers
t | early / late
t | positive / negative
t | internal / external
t | male / female
t | annual / monthly
t | tonnes / barrels
t | dollars / euros
t | percent / dollars
t | kilometers / hours
t | largest / oldest
t | old / new
t | support / oppose
t | good / bad
t | strong / weak
t | strongest / weakest
t | likely / unlikely
t | always / never
t | all / none
t | same / different
t | up / down
t | inside / outside
t | young / old
t | rich / poor
t | enter / leave
t | accept / reject
t | war / peace
"""


def _rows(use: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the words of both sides of the rows that apply to a use."""
    for row in re.split(r"\n(?=[qt]+ \|)", _TABLE.strip()):
        uses, _, sides = row.partition("|")
        if use in uses:
            one, other = (side.split() for side in sides.split("/"))
            yield one, other


SWAPS = [(one, other) for [one], [other] in _rows("t")]
_OPPOSITES = tuple(  # (stem, its antonym's, the plain words), each both ways
    (stem(one), stem(other), one, other)
    for [left], [right] in _rows("q")
    for one, other in ((left, right), (right, left))
)


def goes_other_way(asked: str, said: str) -> bool:
    """Tell whether a question supposes a rise and a text reports only falls, or the reverse."""
    up, down = bool(_UP.search(asked)), bool(_DOWN.search(asked))
    risen, fallen = bool(_UP.search(said)), bool(_DOWN.search(said))
    return (up and not down and fallen and not risen) or (down and not up and risen and not fallen)


def find_antonym(asked: Collection[str], said: Collection[str]) -> str | None:
    """Return "imports, not exports" if stems name the opposite of what was asked."""
    found = (
        f"{other}, not {one}"
        for this, that, one, other in _OPPOSITES
        if this in asked and that not in asked and that in said and this not in said
    )
    return next(found, None)


_BOTH = re.compile(
    "|".join(rf"\b{one}s?,? (?:and|&) {other}s?\b" for _, _, one, other in _OPPOSITES),
    re.IGNORECASE,
)


def opposition(asked: Collection[str], said: str) -> float:
    """Return 1 if a text is about the opposite of what was asked, 0.5 if about both, else 0.

    Both together, as in "imports and exports", is not what was asked, either: 1.
    """
    stems = terms(said)
    met = {
        this
        for this, that, _, _ in _OPPOSITES
        if this in asked and that not in asked and that in stems
    }
    if not met:
        return 0.0
    return 0.5 if met.issubset(terms(_BOTH.sub(" ", said))) else 1.0
