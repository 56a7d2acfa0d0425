"""Correcting questions by the spelling of the corpus's own words."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from index.words import WORD, words

FILE = "spelling.json"
MIN_CORRECTED = 4  # letters; shorter words have too many neighbours


class SpellingBuilder:
    """Collects the words of all passages, and writes the file of a Spelling."""

    def __init__(self) -> None:
        """Start without passages."""
        self._counts: Counter[str] = Counter()

    def add(self, tokens: Sequence[str]) -> None:
        """Add the words of the next passage."""
        self._counts.update(set(tokens))

    def save(self, folder: Path) -> None:
        """Write the words into `folder`."""
        (folder / FILE).write_text(json.dumps(self._counts), encoding="utf-8")


class Spelling:
    """The words of a corpus; read from disk when the first word needs correcting."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        """Take the function that reads the file written by SpellingBuilder."""
        self._read = read

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of passages that contain each word."""
        counts: dict[str, int] = json.loads(self._read())
        return counts

    def correct(self, text: str, is_known: Callable[[str], bool]) -> str:
        """Return `text` with unknown words replaced by the corpus's nearest spelling.

        Names may differ by just a letter or two: at most one letter is changed in a capitalised
        word, none in a word of capitals only.

        Args:
            text: a question.
            is_known: whether a lower-case word needs no correction.
        """

        def replace(match: re.Match[str]) -> str:
            word = words(match[0])[0]
            named = not match[0].islower()
            apart = len(word) < MIN_CORRECTED or not word.isalpha() or match[0].isupper()
            if apart or is_known(word):
                return match[0]
            near = extract(
                word,
                [other for other in self.counts if other[0] == word[0] and other.isalpha()],
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1 if len(word) < 8 or named else 2,
                limit=5,
            )
            best = min(near, key=lambda found: (found[1], -self.counts[found[0]]), default=None)
            return (best[0].title() if named else best[0]) if best else match[0]

        return WORD.sub(replace, text)
