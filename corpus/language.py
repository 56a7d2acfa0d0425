"""The language of a text, by py3langid: a naive Bayes classifier over byte sequences."""

import re
from functools import cache
from typing import Any

SAMPLE = 4_000  # characters that are looked at
LEAST = 20  # letters, less of which tell nothing
SURE, MARGIN = 0.3, 4.0  # the least probability, and how many times that of the second

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@cache
def _identifier() -> Any:
    """Return the classifier of 97 languages, read once from the wheel."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of a text's language, such as "en"; "" if that is unclear.

    >>> language_of("Wie viele Fahrzeuge wurden im vergangenen Jahr ausgeführt?")
    'de'
    >>> language_of("2023: 1 200")
    ''
    """
    words = _LETTERS.findall(text[:SAMPLE])
    # Whole lines in capitals, as headings and forms have them, are taken for other languages.
    sample = " ".join(word.lower() if word.isupper() else word for word in words)
    if sum(map(len, words)) < LEAST:
        return ""
    (language, first), (_, second) = _identifier().rank(sample)[:2]
    return str(language) if first >= max(SURE, MARGIN * second) else ""
