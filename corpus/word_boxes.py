"""Where each word of a line stands: from the words of its page, else by the width of letters."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from corpus.blocks import Box
from corpus.formats.pdf.picture import PlacedWord

_WORD = re.compile(r"\S+")
_NARROW, _WIDE = frozenset("ijltfrI1.,:;'|!()[]{}-`’‘·"), frozenset("mwMW@%—…")
HYPHENS = "\xad"  # signs of a page's words that its text leaves out


def word_boxes(text: str, boxes: Iterable[Box], words: Sequence[PlacedWord]) -> Iterator[Box]:
    """Yield a box for each word of a page's text.

    Args:
        text: of the document, which the boxes' spans are of.
        boxes: those of the page: of lines and of words.
        words: of the page; none of one read from its picture.
    """
    by_height = sorted(words, key=_middle)
    middles = [_middle(word) for word in by_height]
    for box in boxes:
        spans = [match.span() for match in _WORD.finditer(text, box.start, box.end)]
        if len(spans) < 2:
            yield box
            continue
        first, last = bisect_left(middles, 2 * box.top), bisect_right(middles, 2 * box.bottom)
        within = [
            word
            for word in by_height[first:last]
            if 2 * box.left <= word.left + word.right <= 2 * box.right
        ]
        yield from _placed(text, box, spans, within) or _estimated(text, box, spans)


def _middle(word: PlacedWord) -> int:
    """Return twice how far down the middle of a word is."""
    return word.top + word.bottom


def _placed(
    text: str, box: Box, spans: Sequence[tuple[int, int]], words: Sequence[PlacedWord]
) -> list[Box]:
    """Return the words of a line by those of the page; none where these say something else."""
    said = "".join(text[start:end] for start, end in spans)
    upright = box.right - box.left >= box.bottom - box.top
    orders = [
        sorted(words, key=lambda word: word.left if upright else word.top),
        sorted(words, key=lambda word: -word.right if upright else -word.bottom),
    ]
    for order in orders:
        owner = [word for word in order for c in word.text if c not in HYPHENS]
        if "".join(c for word in order for c in word.text if c not in HYPHENS) != said:
            continue
        found, at = [], 0
        for start, end in spans:
            own = owner[at : at + end - start]
            at += end - start
            found.append(
                Box(
                    start,
                    end,
                    box.page,
                    min(word.left for word in own),
                    min(word.top for word in own),
                    max(word.right for word in own),
                    max(word.bottom for word in own),
                )  # fmt: skip
            )
        return found
    return []


def _width(letters: str) -> float:
    """Return how wide letters are, in letters of the usual width."""
    narrow, wide = sum(c in _NARROW for c in letters), sum(c in _WIDE for c in letters)
    square = sum(ord(c) >= 0x2E80 for c in letters)
    capital = sum(c.isupper() for c in letters)
    return len(letters) - 0.5 * narrow + 0.5 * wide + square + 0.25 * capital


def _estimated(text: str, box: Box, spans: Sequence[tuple[int, int]]) -> list[Box]:
    """Return the words of a line as wide as their letters usually are."""
    first = spans[0][0]
    whole = _width(text[first : spans[-1][1]])
    across = box.right - box.left
    if across < box.bottom - box.top:  # it runs up or down the page: nobody knows which
        return [box]
    found = []
    for start, end in spans:
        left, right = _width(text[first:start]), _width(text[first:end])
        found.append(
            box._replace(
                start=start,
                end=end,
                left=box.left + round(across * left / whole),
                right=box.left + round(across * right / whole),
            )
        )
    return found
