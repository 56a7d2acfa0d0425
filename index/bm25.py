"""BM25 over passages, and the words of a corpus: term weights and spelling."""

import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from math import log
from pathlib import Path

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*%?")
STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about all also am an and any are as at be been being but by can cant didnt doesnt dont
    isnt wasnt werent wont could did do does for from had has have he her his how i if in into
    is it its many me much my no not of on or our out please s say says she should so some t
    tell than that the their them then there these they this those to up us was we were what
    when where which who whom whose why will with would you your
        """,
    )
)
_STATES = re.compile(  # not the pronoun, and neither South America
    r"\b(?:United States(?: of America)?\b|USA?\b|U\.S\.(?:A\.)?)|"
    r"(?<!North )(?<!South )(?<!Latin )(?<!Central )\bAmerica\b"
)
K1 = 1.5  # of BM25: how soon more of the same term counts no more
MIN_CORRECTED = 4  # letters; shorter words have too many neighbours


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the English Snowball stem of a lower-case word."""
    result: str = Stemmer.Stemmer("english").stemWord(word)
    return result


def words(text: str) -> list[str]:
    """Return the lower-case words and figures of a text, possessive endings dropped."""
    found = []
    for match in _WORD.finditer(_STATES.sub(" USA ", text)):
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        word = word.replace(".", "") if word[0].isalpha() else word.replace(",", "")
        found.append(word)
    return found


@lru_cache(maxsize=32768)
def terms(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words without stopwords, in order, repeats kept."""
    return tuple(stem(word) for word in words(text) if word not in STOPWORDS)


class LexicalBuilder:
    """Takes the texts of all passages in row order, and writes the files of a LexicalIndex."""

    def __init__(self) -> None:
        """Begin without a passage."""
        self._counts: Counter[str] = Counter()
        self._ids: dict[str, int] = {}
        self._rows: list[array[int]] = []

    def add(self, text: str) -> None:
        """Add the next passage."""
        found = words(text)
        self._counts.update(set(found))
        known = (stem(word) for word in found if word not in STOPWORDS)
        ids = self._ids
        self._rows.append(array("i", [ids.setdefault(term, len(ids)) for term in known]))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        import bm25s  # brings scipy, which searching does not need

        if self._ids:
            ranker = bm25s.BM25(k1=K1)
            ranker.index((self._rows, self._ids), show_progress=False)
            ranker.save(str(folder))
        stems: Counter[str] = Counter()
        for word, count in self._counts.items():
            stems[stem(word)] += count
        data = {"passages": len(self._rows), "any": bool(self._ids), "stems": stems}
        (folder / "words.json").write_text(json.dumps(data), encoding="utf-8")
        (folder / "spelling.json").write_text(json.dumps(self._counts), encoding="utf-8")


class LexicalIndex:
    """BM25 scores of passages by their row, and the corpus's vocabulary.

    bm25s makes the scores and writes them by term; they are read as arrays on disk, without it.
    """

    def __init__(self, folder: Path) -> None:
        """Open what LexicalBuilder wrote into `folder`."""
        data = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.passages = int(data["passages"])
        self._frequency: dict[str, int] = data["stems"]
        self._terms: dict[str, int] = {}
        if data["any"]:
            self._terms = json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))
            self._scores, self._rows, self._starts = (
                np.load(folder / f"{name}.csc.index.npy", mmap_mode="r")
                for name in ("data", "indices", "indptr")
            )
        self._spelling = folder / "spelling.json"

    @cached_property
    def counts(self) -> dict[str, int]:
        """In how many passages each word stands."""
        counts: dict[str, int] = json.loads(self._spelling.read_text(encoding="utf-8"))
        return counts

    def weight(self, term: str) -> float:
        """Return the inverse passage frequency of a term; an unknown one weighs most."""
        count = min(self._frequency.get(term, 0), self.passages)
        return log(1 + (self.passages - count + 0.5) / (count + 0.5))

    def knows(self, term: str) -> bool:
        """Tell whether the corpus has a word with this stem."""
        return term in self._frequency

    def search(self, question_terms: Sequence[str]) -> NDArray[np.float32]:
        """Return every passage's BM25 score in 0..1, shape (passages,).

        It is a share of what one occurrence of every question term gives in an average passage,
        terms that the corpus does not have among them; more than that counts as 1.
        """
        scores = np.zeros(self.passages, dtype=np.float32)
        asked = list(dict.fromkeys(question_terms))
        possible = sum(map(self.weight, asked))
        for term in asked:
            if (at := self._terms.get(term)) is not None:
                rows = slice(self._starts[at], self._starts[at + 1])
                scores[self._rows[rows]] += self._scores[rows]
        if possible > 0:
            scores /= np.float32(possible / (1 + K1))
        return np.minimum(scores, np.float32(1))

    def correct(self, text: str, is_word: Callable[[str], bool]) -> str:
        """Return `text` with unknown words replaced by the corpus's nearest spelling.

        A name may well be another's but for a letter or two: at most one is changed in a word with
        a capital, none in one of capitals only.

        Args:
            text: a question.
            is_word: whether a word, not in the corpus, is a word all the same.
        """

        def replace(match: re.Match[str]) -> str:
            word = words(match[0])[0]
            known = word in STOPWORDS or self.knows(stem(word))
            named = not match[0].islower()
            apart = len(word) < MIN_CORRECTED or not word.isalpha() or match[0].isupper()
            if apart or known or is_word(word):
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

        return _WORD.sub(replace, text)
