"""Questions in another language than English."""

import re

from corpus.language import language_of
from index.words import STOPWORDS, words

_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f]")  # letters of another script than Latin
_ABROAD = (  # common words of other languages that English does not have
    "wie viel viele wann welche welcher welches wer warum ist sind und der das den mit von nicht "
    "quel quelle quels quelles combien comment pourquoi est sont les des une dans avec qui "
    "cuál cual cuánto cuánta cuántos cuántas cuanto cuantos qué cómo dónde quién los las una con "
    "quanto quanti quante quale quali perché cosa dove gli della qual quais onde uma dos "
    "hoeveel wat waar wie welke het een ile jest jakie który hvor hvad hur vad"
)
_SHARED = "a am an as do has he i in is me no on so to us was were will"  # that English has, too


ENGLISH_WORDS = 3  # different stop words from which a passage is taken for English


def is_foreign_passage(text: str) -> bool:
    """Tell whether a passage of a document is in another language than English."""
    if len({*words(text)} & STOPWORDS - {*_SHARED.split()}) >= ENGLISH_WORDS:
        return False
    script = len(_FOREIGN.findall(text)) * 2 > len("".join(text.split()))
    return script or language_of(text) not in ("", "en")


def is_foreign(question: str) -> bool:
    """Tell whether a question is asked in another language than English."""
    said = set(words(question))
    english = said & STOPWORDS - {*_SHARED.split()}
    if not english and language_of(question) not in ("", "en"):
        return True
    script = len(_FOREIGN.findall(question)) * 2 > len(question.replace(" ", ""))
    return script or (bool(said & {*_ABROAD.split()}) and not english)
