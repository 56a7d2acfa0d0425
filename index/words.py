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
    is it its many me much must my no not of on or our out please s say says shall she should so
    some t
    tell than that the their them then there these they this those to up us was we were what
    when where which who whom whose why will with would you your
        """,
    )
)
# Scripts without spaces between words: such a run is cut at words that only serve grammar, and the
# pieces become pairs of characters.
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PARTICLES = re.compile(
    "什么时候|为什么|什么|多少|哪些|哪个|哪里|怎么样|怎么|怎样|如何|是否|可以|请问|谁|几|哪|吗|呢|吧|"
    "的|了|是|在|和|与|及|或|对|被|把|之|其|也|都|就|还|很|"
    "甚麼時候|什麼時候|為什麼|什麼|甚麼|哪個|哪裡|怎麼|嗎|與|對|還|"
    "いつ|どこ|だれ|なに|なん|いくら|いくつ|どの|どれ|どう|なぜ|ですか|ますか|でしたか|ましたか|です|ます|"
    "でした|ました|から|まで|は|が|を|に|で|と|の|も|か|へ|何時|何"
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
        found += _pairs(word) if _RUN.match(word) else [word]
    return found


def _pairs(run: str) -> list[str]:
    """Return the pairs of characters of a run without spaces, or its single character.

    >>> _pairs("港口什么时候开放")
    ['港口', '开放']
    """
    pieces = [piece for piece in _PARTICLES.split(run) if piece]
    return [p[i : i + 2] for p in pieces for i in range(max(1, len(p) - 1))]


@lru_cache(maxsize=32768)
def terms(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words without stopwords, in order, repeats kept."""
    return tuple(stem(word) for word in words(text) if word not in STOPWORDS)
