"""Words set with space between their letters, such as headings: their letters joined again."""

from collections.abc import Sequence
from statistics import median

from corpus.formats.pdf.words import Word

LEAST = 5  # letters
WIDEST = 1.0  # of the size, between letters, a space among them
BREAK = 1.6  # times the usual space between letters: a word ends


def _next_to(before: Word, word: Word) -> bool:
    """Tell whether two single letters stand side by side on a line."""
    return (
        len(before.text) == len(word.text) == 1
        and before.turn == word.turn
        and abs(word.y1 - before.y1) < 0.15 * word.size
        and 0 < word.x0 - before.x1 < WIDEST * word.size
    )


def _joined(run: Sequence[Word]) -> list[Word]:
    """Return the words that letters set wide make; the letters where they are no words."""
    gaps = [b.x0 - a.x1 for a, b in zip(run, run[1:], strict=False)]
    usual = median(gaps)
    even = sum(abs(gap - usual) < 0.25 * usual + 0.3 for gap in gaps)
    if even < 0.7 * len(gaps) or sum(word.text.isalpha() for word in run) < 0.8 * len(run):
        return list(run)
    words = [run[0]]
    for word, gap in zip(run[1:], gaps, strict=True):
        if gap > BREAK * usual + 0.3:
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
