"""Names: capitalised words, and when two of them refer to the same."""

import re
from functools import lru_cache

import tiktoken

from corpus.tokens import ENCODING
from index.words import stem, terms
from qa.language.units import CURRENCY_CODES

_CURRENCY = re.compile(rf"{CURRENCY_CODES}|US")
_PERIOD = re.compile(r"(?:FY|CY|[QHS][1-4]|[1-4][QH])[ -]?\d*(?: \d+)?")
_CAPITAL = re.compile(r"^\W*[^\W_]{0,2}[A-Z]")  # Ada, eMetals
FIRST_WORD = re.compile(r"(?:^|[.!?:;] [\"“(]?)([A-Z][\w’'-]+)")  # may be a name or any other word
_POSSESSIVE = re.compile(r"[’']s?$")
NAME = re.compile(r"(?<=[\w,;:)(“\"] )[A-Z][\w’'-]*(?: (?:and |of |the )?[A-Z][\w’'-]*)*")
NAMED_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Tt]o|[Ff]rom|[Nn]ear|[Ii]nto|[Oo]utside|[Aa]round|[Tt]hroughout|[Aa]cross) "
    r"(?:the )?([A-Z][\w’'-]+(?: (?:of )?[A-Z][\w’'-]*)*)"
)
_OF_KIND = r"(?:(?i:{0}) of (?:the )?([A-Z][\w’'-]+)|((?:[A-Z][\w’'-]+ )+)(?i:{0})\b(?! of))"
_DEMONYM = re.compile(r"(?:ians?|eans?|ese|ans?|ish|is?|ns?|s)$")
_IRREGULAR = {
    "french": "france", "spanish": "spain", "british": "britain", "dutch": "netherlands",
    "swiss": "switzerland", "greek": "greece", "danish": "denmark", "uk": "britain",
    "thai": "thailand", "finnish": "finland", "polish": "poland", "turkish": "turkey",
    "danes": "denmark", "swedes": "sweden", "swedish": "sweden", "poles": "poland",
    "finns": "finland", "turks": "turkey", "scottish": "scotland", "irish": "ireland",
    "american": "us", "america": "us", "usa": "us",
}  # fmt: skip
OFFICE = (  # what one person holds
    r"(?:president|director|chair(?:man|woman|person)?|chancellor|secretary|treasurer|minister|mayor|"
    r"manager|head|leader|ceo|cfo|cto|coo|founder|owner|author|editor|king|queen|emperor|judge|"
    r"captain|coach|principal|dean|governor|ambassador|commissioner|general|officer|lead|boss|"
    r"contact|coordinator|auditor|speaker|spokesperson|spokesman|spokeswoman|husband|wife)"
)
PERSONS = re.compile(  # what does things, where no name is given
    rf"(?i)\b(?:(?:vice[- ])?{OFFICE}s?|boards?|committees?|councils?|teams?|members?|employees?|"
    r"employers?|staff|"
    r"contractors?|suppliers?|vendors?|providers?|clients?|customers?|users?|administrators?|"
    r"admins?|founders?|compan(?:y|ies)|organi[sz]ations?|associations?|departments?|governments?|"
    r"ministr(?:y|ies)|agenc(?:y|ies)|authorit(?:y|ies)|courts?|commissions?|parents?|carers?|"
    r"partners?|persons?|people|individuals?|anyone|anybody|everyone|everybody|nobody|no one|"
    r"someone|somebody|students?|pupils?|teachers?|doctors?|nurses?|patients?|engineers?|"
    r"developers?|maintainers?|contributors?|reviewers?|groups?|part(?:y|ies)|tenants?|landlords?|"
    r"buyers?|sellers?|licensees?|licensors?|trustees?|share?holders?|holders?|accountants?|"
    r"lawyers?|attorneys?|colleagues?|applicants?|candidates?|participants?|visitors?|guests?|"
    r"residents?|citizens?|workers?|supervisors?|assistants?|experts?|researchers?|scientists?|"
    r"farmers?|banks?|universit(?:y|ies)|schools?|officials?|representatives?|delegates?|leaders?|"
    r"lords?|soldiers?|troops|army|police|women|men|man|woman|children|child|child's|sons?|"
    r"(?!numbers|papers|orders|letters|matters|waters|others|errors|colou?rs|floors|doors|layers|"
    r"servers|computers|containers|factors|sectors|powers|chapters|quarters|cent(?:er|re)s|headers|"
    r"offers|covers|motors)\w{3,}(?:ers|ors|ists|ians)|daughters?|brothers?|"
    r"sisters?|mother|father|those who|you|we|he|she|they|I)\b"
)
AGENT = re.compile(r"(?i)\bby (?:the|an?|its|their|his|her|our|your|any|each|every) \w+")
TITLES = frozenset(["ceo", "cfo", "mr", "mrs", "ms", "dr", "sir", "prof", "professor"])


def names_in(text: str) -> set[str]:
    """Return the names of a text, their possessive endings dropped."""
    names = (_POSSESSIVE.sub("", name) for name in NAME.findall(text))
    return {n for n in names if not (_CURRENCY.fullmatch(n) or _PERIOD.fullmatch(n))}


def places_in(text: str, kind: str) -> list[str]:
    """Return the places that a text names: by a preposition, or by what kind of place they are.

    >>> places_in("It is the seat of Duval County.", "county")
    ['Duval']
    """
    of_kind = re.findall(_OF_KIND.format(re.escape(kind)), text)
    return [*NAMED_PLACE.findall(text), *("".join(pair).strip() for pair in of_kind)]


def name_terms(question: str) -> set[str]:
    """Return the terms of the words of a question with a capital, but its first.

    >>> name_terms("What did eMetals sell?")
    {'emet'}
    """
    _, _, rest = question.strip().partition(" ")
    return set(terms(" ".join(word for word in rest.split() if _CAPITAL.search(word))))


@lru_cache(maxsize=16384)
def is_named(word: str) -> bool:
    """Tell whether the first word of a sentence is a name, by its usual spelling."""
    encoding = tiktoken.get_encoding(ENCODING)
    upper, lower = (encoding.encode(f" {form}") for form in (word, word.lower()))
    return (len(upper), upper[0]) < (len(lower), lower[0])


def is_uncommon(word: str) -> bool:
    """Tell whether a word is not among the common ones of a language."""
    return len(tiktoken.get_encoding(ENCODING).encode(f" {word.lower()}")) > 1


def name_forms(word: str) -> set[str]:
    """Return the forms a word of a name is compared by: itself, its country, its stem."""
    word = word.lower().replace(".", "").replace("’", "'").removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    if len(word) < 4:
        return {word}
    return {word, word.rstrip("aeiouy"), _DEMONYM.sub("", word).rstrip("aeiouy"), stem(word)} - {""}


@lru_cache(maxsize=65536)
def same_name(one: str, other: str) -> bool:
    """Tell whether two words refer to the same: "China" and "Chinese"."""
    return one == other or bool(name_forms(one) & name_forms(other))
