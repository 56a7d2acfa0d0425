"""The words of a question found in a table: in cells, in headers, in the text around it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from math import log

from index.words import STOPWORDS
from qa.language.table_concepts import ABBREVIATIONS, PERIODS
from qa.language.table_questions import HOW_MANY, LEGEND, OF_TOTAL
from qa.tables.grid import Column, Grid
from qa.tables.values import Range, measure_of, range_of, value_of
from qa.tables.words import (
    ESSENTIAL,
    UNIT,
    Asked,
    alike,
    keys_of,
    keys_only,
    same_concept,
    words_of,
)

GROUP = -1  # stands for a column: the names of groups of rows
WHOLE = 0.6  # share of a text's words from which a question names it
PART = 0.3  # where the words it has name no other
HEAD = 0.9  # where it has all of a label up to its comma
CONCEPT = 0.6  # what a word that only means the same counts
_AND_UP = re.compile(r"(\d+)(?:up|plus|over|older|more|andover)")  # "75up" of a header
_COUNTS = frozenset(["number", "no", "nr", "count"])
_ITEM = re.compile(r"\s*[,;·/]\s*|\s+and\s+")
_HEAD = re.compile(r"\s*[,(\[]|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a column that a question names: the words, and how completely."""

    column: int
    text: str
    rows: tuple[int, ...]
    positions: frozenset[int]
    share: float  # of the text's words, the rarer the more
    score: float

    @property
    def scattered(self) -> bool:
        """Whether other words of the question stand between those that name it."""
        return max(self.positions) - min(self.positions) >= len(self.positions)


@dataclass(frozen=True, slots=True)
class Headed:
    """A column that a question names."""

    column: int
    positions: frozenset[int]
    score: float
    exact: bool  # by its own words, not only by what means the same


@dataclass
class Binding:
    """The matches of a question's words in a table."""

    grid: Grid
    asked: Asked
    named: list[Named] = field(default_factory=list)
    headed: list[Headed] = field(default_factory=list)
    around: set[int] = field(default_factory=set)  # positions told by title, headings, context
    titled: set[int] = field(default_factory=set)  # of those, positions told by title, headings
    constant: set[int] = field(default_factory=set)  # positions that most rows tell
    used: set[int] = field(default_factory=set)  # by operations and conditions
    elsewhere: set[int] = field(default_factory=set)  # told by the title of a table beside it

    @property
    def covered(self) -> set[int]:
        """The positions that something matches."""
        cells = {p for n in self.named for p in n.positions}
        heads = {p for h in self.headed for p in h.positions}
        return (cells | heads | self.around | self.constant | self.used) - self.elsewhere

    @property
    def certain(self) -> float:
        """The share of the question's weight that the table and its titles themselves match."""
        weights = self.asked.weights
        told = {p for n in self.named for p in n.positions} | self.used | self.constant
        told |= {p for h in self.headed for p in h.positions} | self.titled
        total = sum(weights)
        return sum(weights[p] for p in told - self.elsewhere) / total if total else 0.0

    @property
    def measured(self) -> float:
        """The share of what is asked for, but names, numbers and periods, that its cells tell."""
        asked = self._asked_for()
        told = {p for n in self.named for p in n.positions} | self.used
        told |= {p for h in self.headed for p in h.positions}
        return len(asked & told) / len(asked) if asked else 1.0

    @property
    def strange(self) -> bool:
        """Whether cells and headers tell nothing of what is asked for, and titles not most of it.

        Of columns that are called by names, "Holm Sands", the text around tells what they hold.
        """
        words, weights = self.asked.words, self.asked.weights
        asked = {n for n in self._asked_for() if not n or words[n - 1].key != "how"}
        called = {p for h in self.headed if h.exact for p in h.positions}
        placed = any(weights[p] == ESSENTIAL and words[p].text.isalpha() for p in called)
        told = asked & (self.titled | self.constant | (self.around if placed else set()))
        return not self.measured and 2 * len(told) <= len(asked)

    def _asked_for(self) -> set[int]:
        words, weights = self.asked.words, self.asked.weights
        asked = {n for n, weight in enumerate(weights) if 0 < weight < ESSENTIAL}
        return {n for n in asked if words[n].key not in PERIODS}

    @property
    def coverage(self) -> float:
        """The share of the question's weight that something matches."""
        weights = self.asked.weights
        total = sum(weights)
        return sum(weights[p] for p in self.covered) / total if total else 0.0

    @property
    def missing(self) -> list[int]:
        """The positions of numbers, codes and names that nothing matches."""
        covered = self.covered
        return [
            n for n, w in enumerate(self.asked.weights)
            if n in self.elsewhere or w == ESSENTIAL and n not in covered
        ]  # fmt: skip


def _idf(count: int, total: int) -> float:
    return log(1 + total / count)


def find_named(grid: Grid, asked: Asked, taken: set[int], context: set[int]) -> list[Named]:
    """Return the texts of cells that a question names, most distinctive first.

    Words of the `context`, the table's title and headings, name only cells without other words.
    """
    found: list[Named] = []
    columns = dict(grid.distinct)
    groups: dict[str, list[int]] = {}
    for row in grid.rows:
        if name := grid.group(row):
            groups.setdefault(name, []).append(row)
    if groups:
        columns[GROUP] = groups
    free = frozenset(range(len(asked.words))) - taken
    for column, texts in columns.items():
        hits = _named_in(column, texts, asked, free)
        label = column == GROUP or column in grid.labels
        heads = set(keys_of(grid.columns[column].name)) if column >= 0 else set[str]()
        known = context | {n for n in free if asked.words[n].key in heads}
        found += [h for h in hits if _tells(h, asked, known, label)]
    return _settle(found, asked)


def _tells(one: Named, asked: Asked, context: set[int], label: bool) -> bool:
    """Tell whether the words that match a text are meant for it."""
    if one.positions <= context:
        own = {w.text.lower() for w in words_of(one.text)}
        exact = all(asked.words[n].text.lower().removesuffix("'s") in own for n in one.positions)
        return one.share > 0.99 and exact
    named = any(asked.weights[n] == ESSENTIAL for n in one.positions)
    return label or named or one.share >= WHOLE


def _named_in(
    column: int, texts: dict[str, list[int]], asked: Asked, free: frozenset[int]
) -> list[Named]:
    heads = sorted({re.escape(asked.words[n].key[:4]) for n in free if asked.words[n].key})
    near = re.compile("|".join(heads) or "(?!)", re.IGNORECASE)
    few = len(texts) <= 5000
    keys = {t: keys_of(t) for t in texts if few or near.search(t)}
    if HOW_MANY.search(asked.text):  # names "Number of staff"
        keys = {t: tuple(k for k in own if k not in _COUNTS) or own for t, own in keys.items()}
    counts = Counter(k for found in keys.values() for k in found)
    hits: list[Named] = []
    ranges = {t: r for t in list(texts)[:5000] if (r := range_of(t))}
    stepped = len(ranges) * 2 >= len(texts) > 1
    for text, own in keys.items():
        if not own or len(text) > 400 and column != GROUP:
            continue
        positions, gained = set[int](), 0.0
        for key in own:
            same, at = asked.places(key)
            if here := at & free:
                gained += same * _idf(counts[key], len(keys))
                positions |= here
        weight = sum(asked.weights[n] or 0.3 for n in positions)
        if not positions or not (
            any(asked.weights[n] for n in positions) or len(own) == len(positions)
        ):
            continue
        share = gained / sum(_idf(counts[k], len(keys)) for k in own)
        head = keys_of(_HEAD.split(text)[0]) if _HEAD.search(text) else ()
        if head and all(asked.places(k)[1] & free for k in head):
            share = max(share, HEAD)  # "Oversize" names "Oversize, over 120 cm"
        if len(items := _ITEM.split(text)) > 2 and column != GROUP:
            for item in items:
                part = keys_of(item)
                places = [asked.places(k)[1] & free for k in part]
                if places and all(places):  # one of what a cell lists
                    share, positions = max(share, HEAD), set().union(*places)
        hits.append(Named(column, text, tuple(texts[text]), frozenset(positions), share,
                          gained * (0.5 + 0.5 * share) * (1 if weight >= 1 else 0.5)))  # fmt: skip
    if stepped:
        hits = [h for h in hits if h.share > 0.99 and not _is_bare_number(asked, h.positions)]
        hits += _in_range(column, texts, ranges, asked, free)
    return hits


def _is_bare_number(asked: Asked, positions: frozenset[int]) -> bool:
    return len(positions) < 2 and all(asked.words[n].text[0].isdigit() for n in positions)


def _in_range(
    column: int, texts: dict[str, list[int]], ranges: dict[str, Range], asked: Asked,
    free: frozenset[int],
) -> list[Named]:  # fmt: skip
    """Return the labels such as "Over 2 to 5 kg" that contain a number of the question."""
    found = []
    inside = [
        n for n in free for _, start, end in asked.ranges if start <= asked.words[n].start < end
    ]
    for whole, start, end in asked.ranges:
        for text, own in ranges.items():
            if (own.low, own.high) == (whole.low, whole.high):
                at = frozenset(n for n in free if start <= asked.words[n].start < end)
                found.append(Named(column, text, tuple(texts[text]), at, 1.0, 3.0))
    units = {r.unit.lower() for r in ranges.values() if r.unit}
    for n in free:
        value = value_of(asked.words[n].text)
        if n in inside or value.number is None:
            continue
        following = asked.words[n + 1].text.lower() if n + 1 < len(asked.words) else ""
        unit = asked.words[n].text.lower().lstrip("0123456789.,")
        unit = unit or (following if measure_of(following) else "")
        if (
            units
            and unit not in units
            or not units
            and (1500 < value.number < 2101 or unit or following == "%")
        ):
            continue
        at = frozenset({n, n + 1} if unit and following == unit else {n})
        for text, own in ranges.items():
            if own.holds(value.number):
                found.append(Named(column, text, tuple(texts[text]), at, 1.0, 3.0))
    return found


def _settle(found: list[Named], asked: Asked) -> list[Named]:
    """Keep the best matches: a word names in one column only, several texts only side by side."""
    chosen: list[Named] = []

    def first(one: Named) -> tuple[bool, bool, float, int]:
        whole = one.share > 0.99
        return not (whole and len(one.positions) > 1), not whole, -one.score, min(one.positions)

    order = sorted(found, key=first)
    for one in order:
        rivals = [o for o in found if o.column == one.column and o is not one]
        unique = all(not o.positions >= one.positions for o in rivals)
        tied = [o for o in rivals if o.positions == one.positions and o.share > one.share]
        if one.share < WHOLE and not (unique and one.share >= PART and _telling(asked, one)):
            same = [o for o in rivals if o.positions == one.positions]
            if not (same and _telling(asked, one) and one.share >= PART):
                continue
        if tied:
            continue
        others = {p for c in chosen for p in c.positions if c.column != one.column}
        own = [c for c in chosen if c.column == one.column]
        new = one.positions - others - {p for c in own for p in c.positions}
        if own:
            again = any(c.positions == one.positions for c in own)
            if again and all(abs(c.share - one.share) < 0.25 for c in own):
                chosen.append(one)  # which of them is not said
                continue
            weighty = [p for p in new if asked.weights[p] or asked.words[p].text[0].isupper()]
            apart = all(asked.coordinated(one.positions - c.positions, c.positions - one.positions)
                        for c in own)  # fmt: skip
            apart = apart or one.share > 0.99 and bool(OF_TOTAL.search(asked.text))  # part, whole
            if weighty and apart and one.share >= WHOLE - 0.1:
                chosen.append(one)
        elif new:
            chosen.append(one)
    return chosen


def _telling(asked: Asked, one: Named) -> bool:
    """Tell whether the words that name a text are more than common words."""
    return sum(asked.weights[n] for n in one.positions) >= 1


def find_headed(grid: Grid, asked: Asked, taken: set[int]) -> list[Headed]:
    """Return the columns that a question names, best first."""
    keys = [_header_keys(grid, column) for column in grid.columns]
    counts = Counter(k for found in keys for k in found)
    free = [n for n in range(len(asked.words)) if n not in taken]
    found = []
    for column, own in zip(grid.columns, keys, strict=True):
        positions, gained, exact, lost = set[int](), 0.0, False, 0.0
        for key in own:
            idf = _idf(counts[key], len(keys))
            best, at = 0.0, set[int]()
            for n in free:
                for meaning in asked.meanings(n):
                    same = alike(meaning, key)
                    told = asked.weights[n] or meaning in asked.phrases.values()
                    if not same and told and same_concept(meaning, key):
                        same = CONCEPT
                    if same > best:
                        best, at = same, {n}
                    elif same and same == best:
                        at.add(n)
            weighty = any(asked.weights[n] or asked.meanings(n)[1:] for n in at) or best == 1.0
            if best and (weighty or best == CONCEPT):
                gained += best * idf * (1 if any(asked.weights[n] for n in at) else 0.6)
                positions |= at
                exact = exact or best > CONCEPT
            else:
                lost += idf
        if positions:
            found.append(Headed(column.index, frozenset(positions), gained - 0.25 * lost, exact))
    return sorted(found, key=lambda h: -h.score)


def _header_keys(grid: Grid, column: Column) -> list[str]:
    """Return the keys of a column's header words, with abbreviations spelled out."""
    keys = [k for part in column.parts for k in keys_of(part)]
    keys = [m[1] if (m := _AND_UP.fullmatch(k)) else k for k in keys]
    for part in column.parts:
        bare = UNIT.sub("", part).strip()
        if 0 < len(bare) <= 5 and bare.isalpha():
            meaning = _meaning(bare, grid.around)
            keys += [k for k in keys_only(meaning) if k not in STOPWORDS]
    return list(dict.fromkeys(keys))


def _meaning(short: str, around: str) -> str:
    """Return the meaning of an abbreviation: from the text around it, else the usual one."""
    match = re.search(LEGEND % re.escape(short), around)
    return match["meaning"] if match else ABBREVIATIONS.get(short.lower(), "")


def title_keys(grid: Grid) -> set[str]:
    """Return the keys of a table's headings and its document's title and name."""
    document = grid.document
    named = " ".join([document.title, document.doc.replace("_", " ").replace("/", " "),
                      *grid.headings])  # fmt: skip
    return {*keys_only(re.sub(r"[-_]", " ", named)), *keys_only(named)}


def find_titled(grid: Grid, asked: Asked) -> set[int]:
    """Return the positions of words in its title and headings."""
    keys = title_keys(grid)
    return {n for n, word in enumerate(asked.words) if word.key in keys}


def find_around(grid: Grid, asked: Asked) -> set[int]:
    """Return the positions matched by the table's title, headings and surrounding text."""
    strict = title_keys(grid)
    loose = set(keys_only(grid.context))
    told = {n for key in strict for n in asked.places(key)[1]}
    words = {n for n, word in enumerate(asked.words) if not word.text[0].isdigit()}
    near = {n for key in loose for n in asked.places(key)[1]} & words
    meant = {n for n in words for key in strict if same_concept(asked.words[n].key, key)}
    return told | near | meant


def find_constant(grid: Grid, asked: Asked) -> set[int]:
    """Return the positions matched by most rows of a column: the year of all its months."""
    found = set()
    for some, counts in grid.common(keys_of):
        for n, word in enumerate(asked.words):
            if some > 1 and counts[word.key] * 2 >= some:
                found.add(n)
    return found
