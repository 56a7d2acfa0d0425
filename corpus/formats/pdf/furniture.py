"""Running heads and feet: text at the edges of pages that is the same on each.

A number that differs is content, unless it counts the pages.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.formats.pdf.lines import Line, figures_below, lines_of
from corpus.formats.pdf.words import PageWords, Word

EDGE = 0.1  # of a page's height
MARGIN = 0.2  # of it, where the first or last line of a page with wide margins may be
PLACE = 6.0  # points that the same line may differ by
NEAR = 30  # from a page's place in the file to its number
MAX_LINES = 8  # at each edge of a page
NUMBERING = 40  # characters of a line that may be a page's number and nothing else

_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(
    r"\W*(?:page|seite|página|pagina|p\.?|s\.?)?\s*(?:#|[ivxlc]+)(?:\s*(?:of|/|von|de|di|sur)\s*#)?\W*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Edge:
    page: int
    line: Line
    text: str
    inside: bool  # farther in than EDGE, where a number may be the figure of a row

    @property
    def shape(self) -> str:
        return _NUMBER.sub("#", self.text)

    @property
    def numbers_page(self) -> bool:
        """Whether it may be a page number and nothing else."""
        return len(self.text) <= NUMBERING and _PAGE.fullmatch(self.shape) is not None


def _edges(page: int, words: PageWords) -> list[_Edge]:
    """Return the lines at the upper and the lower edge of a page."""
    found = []
    upright = [w for w in words.words if w.turn == 0]
    if not upright:
        return []
    first, last = min(upright, key=lambda w: w.y0), max(upright, key=lambda w: w.y1)
    edge = EDGE * words.height
    low, high = edge, words.height - edge
    if first.y1 < MARGIN * words.height:
        low = max(low, first.y1 + 0.4 * first.size)
    if last.y0 > (1 - MARGIN) * words.height:
        high = min(high, last.y0 - 0.4 * last.size)
    for some in ([w for w in upright if w.y1 < low], [w for w in upright if w.y0 > high]):
        lines = _apart(lines_of(some), upright)
        for line in lines[:MAX_LINES]:
            parts = line.parts(2)
            inside = line.y1 >= edge and line.y0 <= words.height - edge
            found += [_Edge(page, part, part.text, inside) for part in parts]
    return found


def _apart(lines: Sequence[Line], words: Sequence[Word]) -> list[Line]:
    """Return lines without those of a table header, and without their neighbours."""
    heads = [line for line in lines if len(line.parts(2)) > 3 or _names_columns(line, words)]
    return [
        line
        for line in lines
        if not any(a.y0 - line.size < line.y1 and line.y0 < a.y1 + line.size for a in heads)
    ]


def _names_columns(line: Line, words: Sequence[Word]) -> bool:
    """Tell whether figures stand below several parts of a line."""
    return sum(figures_below(part, words) for part in line.parts(2)) > 1


def _counts(edges: Sequence[_Edge]) -> bool:
    """Tell whether the numbers that differ in lines count the pages."""
    numbers = [[int(n[:9]) for n in _NUMBER.findall(edge.text)] for edge in edges]
    offsets = {tuple(n - edge.page for n in row) for edge, row in zip(edges, numbers, strict=True)}
    columns = list(zip(*numbers, strict=True))
    for at, column in enumerate(columns):
        if len(set(column)) == 1:
            continue
        apart = {offset[at] for offset in offsets}
        alone = edges[0].numbers_page
        if len(apart) > (3 if alone and not edges[0].inside else 1):
            return False
        if not alone and not all(abs(offset) <= NEAR for offset in apart):
            return False
    return bool(columns)


def running_words(pages: Sequence[PageWords]) -> tuple[list[set[int]], list[list[Line]]]:
    """Return the running words of each page, by `id`, and one copy of each running line."""
    groups: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
    for number, page in enumerate(pages):
        for edge in _edges(number, page):
            groups[edge.shape, edge.inside].append(edge)
    running: list[set[int]] = [set() for _ in pages]
    copies: list[list[Line]] = [[] for _ in pages]

    def drop(edges: Sequence[_Edge]) -> None:
        for edge in edges:
            running[edge.page] |= {id(word) for word in edge.line.words}
        if any(c.isalpha() for c in edges[0].text) and not edges[0].numbers_page:
            copies[edges[0].page].append(edges[0].line)

    for (shape, inside), edges in groups.items():
        same: dict[str, list[_Edge]] = defaultdict(list)
        for edge in edges:
            same[edge.text].append(edge)
        if (
            len({edge.page for edge in edges}) > 1
            and len(same) > 1
            and _counts(edges)
            or edges[0].numbers_page
            and not inside
            and len(shape) < 24
            and _lone_number(edges)
        ):
            drop(edges)
        else:
            for alike in same.values():
                if len({edge.page for edge in alike}) > 1 and _in_place(alike):
                    drop(alike)
    return running, copies


def _lone_number(edges: Sequence[_Edge]) -> bool:
    """Tell whether lines are page numbers and nothing else."""
    return all(
        len(edge.text) <= 4 or edge.text[:1].isalpha() or "/" in edge.text or "-" in edge.text
        for edge in edges
    )


def _in_place(edges: Sequence[_Edge]) -> bool:
    """Tell whether most of the lines are at the same position on their pages."""
    tops = sorted(edge.line.y0 for edge in edges)
    middle = tops[len(tops) // 2]
    return 2 * sum(abs(top - middle) <= PLACE for top in tops) > len(tops)


def without(words: Sequence[Word], running: set[int]) -> list[Word]:
    """Return the words that are not running ones."""
    return [word for word in words if id(word) not in running]
