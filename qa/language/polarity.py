"""Words that turn a statement round: negations, quantifiers, superlatives, causes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import stem


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS = _set(
    "not no never neither nor none without cannot hardly scarcely barely nothing nobody nowhere"
)
_DENYING = _set(
    "fail lack refuse absence deny unable exclude exempt except reject dismiss little few rare"
    " unless prohibit forbid ban miss differ disregard disagree ignore dissent impossible"
    " instead rather unvaccinated free neither"
)
_NEGATING = frozenset(map(stem, _DENYING))
_UN = re.compile(r"un(?!i|der|til|it|less|animous)\w{4,}(?:ed|able|ing|al|ful|ary)\b")
_PHRASES = ("turn down", "turned down", "all but", "leave out", "left out")
_HEDGED = _set("only more less fewer later lower higher greater just exceed exceeding")
_QUANTIFIERS = {
    word: kind
    for kind, words in {
        "all": "all every each always whole entire entirely throughout everyone everything fully",
        "most": "most mostly mainly largely majority predominantly generally",
        "some": "some several certain various sometimes partly part",
        "many": "many numerous lots often",
        "few": "few little rarely seldom hardly scarcely",
        "none": "no none never neither nobody nothing",
        "only": "only solely exclusively sole just merely",
        "except": "except but unless besides",
        "half": "half",
    }.items()
    for word in words.split()
}
STRICT = {  # what a quantifier needs in the source; others may be said of anything stronger
    "all": {"all"},
    "most": {"most", "all", "half"},
    "few": {"few", "none"},
    "only": {"only", "few", "except"},
}
_NEARLY = _set("almost nearly virtually practically not")
_MOST = _set(
    "largest biggest greatest highest top maximum record leading foremost peak best unprecedented"
)
_LEAST = _set("smallest lowest minimum worst fewest")
_NOT_SUPERLATIVE = _set(
    "interest invest reinvest request forest west northwest southwest midwest test rest latest"
    " contest protest harvest modest honest dishonest suggest digest arrest guest quest nest vest"
    " chest priest manifest conquest tempest attest ingest crest zest pest unrest northeast"
    " southeast everest budapest bequest behest inquest infest divest detest earnest"
)
_RANKS = {
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}  # fmt: skip
CAUSE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|caused? by|as a (?:result|consequence) of|driven by|"
    r"resulted from|attribut(?:ed|able) to|on account of)\b",
    re.IGNORECASE,
)
CAUSES = re.compile(
    r"\b(?:because|due|owing|thanks|caus|result|consequen|driv|attribut|account|reason|since|"
    r"lead|led|contribut|affect|impact|effect|therefore|thus|hence|so|as|given|factor|stem|"
    r"explain|by|after|from|response|why|for|through|ow)\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Superlative:
    """A superlative at a word: "most", "least" or itself, and its rank."""

    at: int
    kind: str
    rank: int


def is_negation(word: str) -> bool:
    """Tell whether a lower-case word denies what follows it."""
    return word in _NEGATIONS or word.endswith("n't")


def denials_of(words: Sequence[str]) -> Iterator[int]:
    """Yield the places of what says that something is not so: "not", "refused", "undecided".

    "not only" and "no more than" deny nothing.
    """
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if is_negation(word):
            if following not in _HEDGED:
                yield at
        elif stem(word) in _NEGATING or _UN.match(word) or f"{word} {following}" in _PHRASES:
            yield at


def quantifiers_of(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the place and kind of each quantifier; "almost all" and "not all" are "most"."""
    for at, word in enumerate(words):
        kind = _QUANTIFIERS.get(word)
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if kind is None or (word == "most" and not _is_share(words, at)):
            continue
        if before == "at" and word in ("all", "most"):
            continue
        if word in ("each", "every") and after in ("day", "week", "month", "year"):
            continue
        if word in ("few", "little") and before in ("a", "past", "last"):
            kind = "some"
        if before in _NEARLY and kind == "all":
            kind = "most"
        yield at, kind


def _is_share(words: Sequence[str], at: int) -> bool:
    """Tell whether "most" counts ("most of them") rather than compares ("the most common")."""
    following = words[at + 1] if at + 1 < len(words) else ""
    plural = following.endswith("s") and not following.endswith(("ss", "ous"))
    return at == 0 or following == "of" or (plural and words[at - 1] != "the")


def superlatives_of(words: Sequence[str]) -> Iterator[Superlative]:
    """Yield the superlatives of a text's lower-case words."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in _MOST:
            kind = "most"
        elif word in _LEAST:
            kind = "least"
        elif word in ("most", "least"):
            counts = before == "at" or (word == "most" and _is_share(words, at))
            kind = "" if counts else word
        else:
            found = re.fullmatch(r"\w{2,}est", word) and word not in _NOT_SUPERLATIVE
            kind = word if found else ""
        if kind:
            yield Superlative(at, kind, _RANKS.get(before, 1))
