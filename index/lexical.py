"""BM25 over passages, and the words of a corpus: term weights and spelling."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import log
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*%?")
STOPWORDS = frozenset(
    [
        "a",
        "about",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "cant",
        "didnt",
        "doesnt",
        "dont",
        "isnt",
        "wasnt",
        "werent",
        "wont",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "many",
        "me",
        "much",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "please",
        "s",
        "say",
        "says",
        "she",
        "should",
        "so",
        "some",
        "t",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
MIN_CORRECTED = 4  # letters; shorter words have too many neighbours


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the English Snowball stem of a lower-case word."""
    result: str = Stemmer.Stemmer("english").stemWord(word)
    return result


def words(text: str) -> list[str]:
    """Return the lower-case words and figures of a text, possessive endings dropped."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        word = word.replace(".", "") if word[0].isalpha() else word.replace(",", "")
        found.append(word)
    return found


def terms(text: str) -> list[str]:
    """Return the stems of a text's words without stopwords, in order, repeats kept."""
    return [stem(word) for word in words(text) if word not in STOPWORDS]


class LexicalIndex:
    """BM25 scores of passages by their row, and the corpus's vocabulary."""

    def __init__(self, ranker: bm25s.BM25 | None, counts: dict[str, int], passages: int) -> None:
        """Take a ranker (None: no passage has a term), word counts and the number of passages."""
        self._ranker = ranker
        self.counts = counts
        self.passages = passages
        self._frequency: Counter[str] = Counter()
        for word, count in counts.items():
            self._frequency[stem(word)] += count

    @classmethod
    def build(cls, texts: Iterable[str], folder: Path) -> "LexicalIndex":
        """Index the texts of all passages in row order and write the files into `folder`."""
        counts: Counter[str] = Counter()
        rows: list[list[str]] = []
        for text in texts:
            found = words(text)
            counts.update(set(found))
            rows.append([stem(word) for word in found if word not in STOPWORDS])
        if any(rows):
            ranker = bm25s.BM25()
            ranker.index(rows, show_progress=False)
            ranker.save(str(folder))
        data = json.dumps({"passages": len(rows), "any": any(rows), "counts": counts})
        (folder / "words.json").write_text(data, encoding="utf-8")
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Open what `build` wrote."""
        data = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        ranker = bm25s.BM25.load(str(folder), mmap=True) if data["any"] else None
        return cls(ranker, data["counts"], data["passages"])

    def weight(self, term: str) -> float:
        """Return the inverse passage frequency of a term; an unknown one weighs most."""
        count = min(self._frequency[term], self.passages)
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
        known = [term for term in dict.fromkeys(question_terms) if self.knows(term)]
        possible = sum(self.weight(term) for term in dict.fromkeys(question_terms))
        if self._ranker is None or not known or possible <= 0:
            return scores
        found: NDArray[np.float32] = self._ranker.get_scores(known)
        once = 1 / (1 + self._ranker.k1)
        shares: NDArray[np.float32] = np.minimum(found / np.float32(possible * once), np.float32(1))
        return shares

    def correct(self, text: str, is_word: Callable[[str], bool]) -> str:
        """Return `text` with unknown words replaced by the corpus's nearest spelling.

        Args:
            text: a question.
            is_word: whether a word, not in the corpus, is a word all the same.
        """

        def replace(match: re.Match[str]) -> str:
            written = match[0]
            word = words(written)[0]
            if (
                len(word) < MIN_CORRECTED
                or not word.isalpha()
                or word in STOPWORDS
                or word in self.counts
                or self.knows(stem(word))
                or is_word(word)
            ):
                return written
            limit = 1 if len(word) < 8 else 2
            near = extract(
                word,
                [known for known in self.counts if known[0] == word[0] and known.isalpha()],
                scorer=DamerauLevenshtein.distance,
                score_cutoff=limit,
                limit=5,
            )
            if not near:
                return written
            best = min(near, key=lambda found: (found[1], -self.counts[found[0]]))
            return str(best[0])

        return _WORD.sub(replace, text)
