"""Words set with space between their letters, such as headings: their letters joined again."""

from collections.abc import Sequence
from statistics import median

from corpus.formats.pdf.words import Word

LEAST = 5  # letters
WIDEST = 1.0  # of the size, between letters, a space among them
CLOSE = 0.1  # of the size, between letters that touch though a space stands between them
BREAK = 1.6  # times the usual space between letters: a word ends


def _next_to(before: Word, word: Word) -> bool:
    """Tell whether two letters stand side by side on a line; two may be one where they touch."""
    gap = word.x0 - before.x1
    single = len(before.text) == len(word.text) == 1 and gap < WIDEST * word.size
    return (
        (single or max(len(before.text), len(word.text)) <= 2 and gap < CLOSE * word.size)
        and before.turn == word.turn
        and abs(word.y1 - before.y1) < 0.15 * word.size
        and -CLOSE * word.size < gap
    )


def _joined(run: Sequence[Word]) -> list[Word]:
    """Return the words that letters set wide make; the letters where they are no words."""
    gaps = [b.x0 - a.x1 for a, b in zip(run, run[1:], strict=False)]
    usual = median(gaps)
    close = CLOSE / 2 * run[0].size  # letters of different widths, moved by hand
    even = sum(abs(gap - usual) < 0.25 * abs(usual) + max(0.3, close) for gap in gaps)
    if even < 0.7 * len(gaps) or sum(word.text.isalpha() for word in run) < 0.8 * len(run):
        return list(run)
    words = [run[0]]
    for word, gap in zip(run[1:], gaps, strict=True):
        if gap > BREAK * max(usual, 0.0) + max(0.3, close):
            words.append(word)
            continue
        last = words[-1]
        last.text += word.text
        last.x1 = word.x1
        last.y0, last.y1 = min(last.y0, word.y0), max(last.y1, word.y1)
    return words


def join_spaced(words: Sequence[Word]) -> list[Word]:
    """Return words in their order, letters that are set wide as words."""
    found: list[Word] = []
    run: list[Word] = []
    for word in words:
        if run and _next_to(run[-1], word):
            run.append(word)
            continue
        found += _joined(run) if len(run) >= LEAST else run
        run = [word]
    return [*found, *(_joined(run) if len(run) >= LEAST else run)]
