"""Words of a text as the lexical index knows them: tokens, stop words, stems."""

import re
from functools import lru_cache

import Stemmer

WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*%?")
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


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the English Snowball stem of a lower-case word."""
    result: str = Stemmer.Stemmer("english").stemWord(word)
    return result


def words(text: str) -> list[str]:
    """Return the lower-case words and figures of a text, possessive endings dropped."""
    found = []
    for match in WORD.finditer(_STATES.sub(" USA ", text)):
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        word = word.replace(".", "") if word[0].isalpha() else word.replace(",", "")
        found.append(word)
    return found


@lru_cache(maxsize=32768)
def terms(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words without stopwords, in order, repeats kept."""
    return tuple(stem(word) for word in words(text) if word not in STOPWORDS)
