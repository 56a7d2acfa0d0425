"""Words of questions, cells and headers, and when two of them match."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.words import STOPWORDS, stem
from qa.language.abbreviations import code_quarters
from qa.language.calendar import MONTHS
from qa.language.table_concepts import ABBREVIATIONS, CONCEPTS, FILLER, PHRASES
from qa.language.table_questions import UNIT_ASKED
from qa.tables.values import Range, range_of, value_of

ESSENTIAL = 2.0  # weight of a number, a code, a name
LIKE = 0.9  # what another form of the word does
_TOKEN = re.compile(
    r"\d{4}\s?[/–-]\s?\d{2,4}(?![\d-])|\d+(?:[.,]\d+)*(?=x\d)|"
    r"\d+(?:[.,:]\d+)*%?(?=(?:[kmc]?m|[kmµ]?g|[km]?l|k?Wh|[GMK]B|ft|lb|oz|hrs?|mins?|h|s|°C)?(?![^\W_]))|"
    r"[^\W\d_]+\d+(?:[.]\d+)*[^\W_]*|\d+[^\W_]+|[^\W\d_]+(?:['’][^\W\d_]+)*|[£$€%]"
)
_YEARS = re.compile(r"(\d{4})\s?[/–-]\s?(\d{2,4})")
UNIT = re.compile(r"\s*[(\[](?:[^()\[\]]{1,14})[)\]]")
_APART = re.compile(
    r"(?i),|;|/|\b(?:and|or|vs\.?|versus|than|to|with|from|plus|beat|beats|ahead of|behind|over|"
    r"against|exceed(?:s|ed)?|outsold|lead|led)\b|&"
)
_FORMS = {"men": "man", "women": "woman", "people": "person", "children": "child"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text at `[start, end)`; words with the same `key` match."""

    text: str
    key: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def _key(text: str) -> str:
    word = text.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if years := _YEARS.fullmatch(word):
        return f"{years[1]}/{years[2][-2:]}"
    if word[0].isdigit():
        plain = (
            word.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?", word) else word
        )
        plain = plain.rstrip("%")
        return plain.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", plain) else plain
    if word.startswith("fy") and word[2:].isdigit():
        return word[2:]
    word = ABBREVIATIONS.get(word, word) if len(word) > 2 else word
    return stem(_FORMS.get(word, word))


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text, numbers and codes among them."""
    return tuple(Word(m[0], _key(m[0]), *m.span()) for m in _TOKEN.finditer(text))


@lru_cache(maxsize=65536)
def keys_of(text: str) -> tuple[str, ...]:
    """Return the keys of a cell's or header's words: stop words only if there are no others."""
    if (found := value_of(text)).day:
        day = found.day
        keys = [str(day.year), stem(MONTHS[day.month - 1].lower())]
        return tuple(keys if day.day == 1 and "1" not in keys_only(text) else [*keys, str(day.day)])
    text = code_quarters(text)
    every = keys_only(UNIT.sub("", text)) or keys_only(text)
    return tuple(k for k in every if k not in STOPWORDS or k.isdigit()) or every


def keys_only(text: str) -> tuple[str, ...]:
    """Return the keys of a text's words, each once, in order."""
    return tuple(dict.fromkeys(word.key for word in words_of(text)))


def alike(one: str, other: str) -> float:
    """Return the similarity of two keys: 1 if equal, a little less for forms of one word, or 0."""
    if one == other:
        return 1.0
    if one.isalpha() and other.isalpha():
        short, long = sorted((one, other), key=len)
        if len(short) >= 5 and len(long) - len(short) <= 3 and long.startswith(short):
            return LIKE
    return 0.0


def same_concept(one: str, other: str) -> bool:
    """Tell whether two words may mean the same if one names a column."""
    return bool(CONCEPTS.get(one, frozenset()) & CONCEPTS.get(other, frozenset()))


class Asked:
    """A question with its words, their weights, and phrases with one meaning."""

    def __init__(self, text: str) -> None:
        """Take the question."""
        self.text = text
        self.words = words_of(text)
        self.phrases: dict[int, str] = {}  # by position: a phrase that begins there
        low = [w.text.lower() for w in self.words]
        for n in range(len(low)):
            for length in (3, 2):
                if phrase := PHRASES.get(tuple(low[n : n + length])):
                    self.phrases[n] = phrase
        self._units = [m.span() for m in UNIT_ASKED.finditer(text)]  # "in USD millions"
        self.weights = tuple(self._weight(n) for n in range(len(self.words)))
        self.ranges = _ranges_in(text)
        self._places: dict[str, tuple[float, frozenset[int]]] = {}

    def _weight(self, n: int) -> float:
        word = self.words[n]
        if any(start <= word.start < end for start, end in self._units):
            return 0.0
        if word.text[0].isdigit() or any(c.isdigit() for c in word.text):
            return ESSENTIAL
        if word.key in FILLER or word.key in STOPWORDS or word.text.lower() in STOPWORDS:
            return 0.0
        if n and word.text[0].isupper():
            return ESSENTIAL
        return 1.0

    def places(self, key: str) -> tuple[float, frozenset[int]]:
        """Return how well the most similar words match a key, and their positions."""
        if key not in self._places:
            same = [alike(word.key, key) for word in self.words]
            best = max(same, default=0.0)
            at = frozenset(n for n, s in enumerate(same) if s == best) if best else frozenset()
            self._places[key] = best, at
        return self._places[key]

    def meanings(self, n: int) -> list[str]:
        """Return the keys of the word at a position: its own, and that of its phrase."""
        return [self.words[n].key, *([self.phrases[n]] if n in self.phrases else [])]

    def between(self, one: int, other: int) -> str:
        """Return the text between two words."""
        first, last = sorted((one, other))
        return self.text[self.words[first].end : self.words[last].start]

    def coordinated(self, one: Iterable[int], other: Iterable[int]) -> bool:
        """Tell whether two groups of words are coordinated: "June and July"."""
        pairs = [(a, b) for a in one for b in other if a != b]
        if not pairs:
            return False
        return bool(_APART.search(self.between(*min(pairs, key=lambda p: abs(p[0] - p[1])))))


def _ranges_in(text: str) -> list[tuple[Range, int, int]]:
    """Return ranges such as "18 to 24" with their spans."""
    pattern = (
        r"(?i)(?:over |above |from )?\d[\d.,]*\d?\s?[a-z]{0,3}\s?(?:to|-|–)\s?"
        r"\d[\d.]*(?:\s?[a-z%]{1,8})?"
    )
    found = []
    for match in re.finditer(pattern, text):
        whole = range_of(match[0])
        if whole and not (whole.low is not None and 1500 < whole.low < 2101):
            found.append((whole, *match.span()))
    return found
