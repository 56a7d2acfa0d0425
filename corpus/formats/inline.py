"""Superscripts, subscripts and struck-out text, written in plain characters."""

import re

_SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_TOLD = {"tm": "™", "sm": "℠"}
_JOINED = {"st", "nd", "rd", "th", "er", "re", "ère", "ème", "o", "a", "os", "as", "ième", *_TOLD}
_STRUCK_END = "\ufdd0"  # of what is struck out, until its end is known


def raised(text: str) -> str:
    """Return a superscript in plain characters: 10⁶, m², 5th, x^k."""
    if all(c in "0123456789+-−=()ni" for c in text):
        return text.translate(_SUPER)
    told = text.strip().lower()
    return _TOLD.get(told, text) if told in _JOINED or not told else f"^{text}"


def lowered(text: str) -> str:
    """Return a subscript in plain characters: H₂O, x_k."""
    if all(c in "0123456789+-−=()" for c in text):
        return text.translate(_SUB)
    return text if not text.strip() else f"_{text}"


def struck(text: str) -> str:
    """Return text marked as struck out; apply `apart` to the line that contains it."""
    core = text.strip()
    return text.replace(core, f"~~{core}{_STRUCK_END}", 1) if core else text


def apart(line: str) -> str:
    """Return a line with struck-out text separated from the text that follows."""
    line = line.replace(f"{_STRUCK_END}~~", "")  # two pieces in a row are one
    return re.sub(rf"{_STRUCK_END}(?=\w)", "~~ ", line).replace(_STRUCK_END, "~~")
