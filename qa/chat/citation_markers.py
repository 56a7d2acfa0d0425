"""What a chat model wrote, read as statements with the passage numbers they carry."""

import re
from dataclasses import dataclass
from itertools import pairwise

from sentencex import get_sentence_boundaries

from qa.chat.prompts import NOT_SAID, hide_unseen
from qa.chat.statements import Cutter, Written
from qa.language.replies import CITED_AS, LIST_SIGN, THOUGHT, THOUGHT_CLOSED

MAX_RANGE = 10  # passages; what claims to rest on more of them rests on none
UNIT = 8  # characters; what comes back over and over is at least so long
TIMES = 4

_BRACKETS = str.maketrans("【】［］", "[][]")
_NUMBERS = r"\d{1,9}(?:\s*[,;–—-]\s*\d{1,9})*"
_MARK = rf"\[+\s*\^?(?:{CITED_AS}\s*[:#]?)?\s*{_NUMBERS}\s*(?:†[^\[\]\n]{{0,40}})?\]+"
_MARKS = re.compile(rf"\s*(?<!\[){_MARK}(?:\s*(?:[,;&]|and)?\s*{_MARK})*", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*[–—-]\s*(\d+))?")
_SOURCE_NOTE = re.compile(r"†[^\[\]]*")
# Backwards, from a text's end: searched for forwards, they would be tried at each bracket.
_HALF = re.compile(r"(?:[^\[\]\n]{0,24}\[)+\s*")  # a marker that is still being written
_UNCLOSED = re.compile(r"(?:[\s\d,;^–—-]*\[)+\s*")
_ESCAPED = re.compile(r"\\([\[\]()])")
_RAISED = re.compile(  # "rose¹", but neither "m²" nor "10³"
    r"(?<=[^\W\d]|[.!?,;:)”\"])(?<!\b\w)(?<!\b[ckdm]m)(?<!\b(?:ft|in))[⁰¹²³⁴-⁹]+"
)
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ROUND = re.compile(r"(?<=\S)\s\((\d{1,2}(?:\s?,\s?\d{1,2})*)\)(?=[.!?]?(?:\s|$))")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_FIGURE = re.compile(r"\d[\d.,]*")
_REPEATED = re.compile(rf"(.{{{UNIT},200}}?)\1{{{TIMES - 1},}}$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """The complete statements, and the text of one that is still being written."""

    statements: tuple[Written, ...]
    rest: str = ""


def read_marked(text: str, whole: bool) -> Reading:
    """Return the statements of a text; with `whole`, the text is complete, and so are they.

    A marker belongs to the sentence that contains or precedes it, and to those before it on its
    line that have none. `[1,2]`, `[1-3]`, `[[1]]`, `[^1]`, `[ID:1]`, `【1】`, `¹` and, at the end
    of a sentence, `(1)` are markers, escaped or not; half of one at the end is no text.
    """
    seen = _ESCAPED.sub(r"\1", hide_unseen(hide_thought(text)).translate(_BRACKETS))
    *lines, last = seen.split("\n")
    cutter = Cutter(lambda line: _share(_read_line(line)))
    for line in [*lines, last] if whole else lines:
        cutter.read(line)
    if whole:
        return Reading(tuple(cutter.finish()))
    last = " ".join(last.split())
    plain = cutter.reads_plainly(last)
    trailing = _read_line(_without(_HALF, LIST_SIGN.sub("", last)))
    rest = _without(_HALF, trailing.pop().text) if trailing else ""
    while trailing and not (plain and trailing[-1].marks):  # one may follow yet
        rest = f"{trailing.pop().text} {rest}"
    return Reading(tuple(cutter.statements + _share(trailing)), rest)


def _without(end: re.Pattern[str], text: str) -> str:
    """Return a text without the end that a pattern matches backwards."""
    match = end.match(text[::-1])
    return text[: -match.end()] if match else text


def _share(statements: list[Written]) -> list[Written]:
    """Return the statements of one line; those without markers get those of the next."""
    shared: list[Written] = []
    marks: tuple[int, ...] = ()
    for written in reversed(statements):
        marks = written.marks or marks
        shared.append(Written(written.text, marks))
    return shared[::-1]


def _read_line(line: str) -> list[Written]:
    """Return the statements of one line."""
    line = _EMPHASIS.sub(r"\2", line).replace("`", "")
    line = _RAISED.sub(lambda m: f"[{m[0].translate(_RAISED_DIGITS)}]", line)
    if not _MARKS.search(line):
        line = _ROUND.sub(r" [\1]", line)
    plain = ""
    marks: list[tuple[int, int]] = []  # place in `plain`, number
    at = 0
    for match in _MARKS.finditer(line):
        plain += line[at : match.start()]
        marks += [(len(plain) - 1, number) for number in _numbers(match[0])]
        at = match.end()
        plain += " " if line[at : at + 1].isalnum() else ""
    plain += line[at:]
    ends = [b["end_index"] for b in get_sentence_boundaries("en", plain)] if plain.strip() else []
    statements: list[Written] = []
    for start, end in pairwise([0, *ends]):
        said = " ".join(_without(_UNCLOSED, plain[start:end]).split())
        numbers = [number for place, number in marks if start <= max(place, 0) < end]
        if statements and not any(c.isalnum() for c in said):  # a lone bracket or full stop
            before = statements.pop()
            said, numbers = before.text, [*before.marks, *numbers]
        if any(c.isalnum() for c in said):
            statements.append(Written(said, tuple(dict.fromkeys(numbers))))
    return statements


def _numbers(marks: str) -> list[int]:
    """Return the numbers that markers name; a range gives all of them, a huge one only its ends."""
    numbers: list[int] = []
    for match in _RANGE.finditer(_SOURCE_NOTE.sub("", marks)):
        first, last = int(match[1]), int(match[2] or match[1])
        few = first <= last < first + MAX_RANGE
        numbers += range(first, last + 1) if few else [first, last]
    return numbers


def hide_thought(text: str) -> str:
    """Return a text without a reasoning model's thoughts, whether or not their start is marked.

    >>> hide_thought("Is it [2]? No.</think>It rose [1].")
    'It rose [1].'
    """
    return THOUGHT_CLOSED.split(THOUGHT.sub("", text))[-1].lstrip()


def declines(text: str, whole: bool) -> bool:
    """Tell whether a text abstains or, if it is not `whole`, may yet do so."""
    said = hide_thought(text).lstrip("\"'*-. \n").upper()
    return said.startswith(NOT_SAID) or (not whole and NOT_SAID.startswith(said))


def read_line(text: str, longest: int, known: str) -> str | None:
    """Return the first line of a text; None if it is too long or has unknown figures."""
    line = hide_thought(text).split("\n")[0].strip("\"'*` ")
    figures = set(_FIGURE.findall(line)) - set(_FIGURE.findall(known))
    usable = len(line) <= longest and any(c.isalnum() for c in line) and not figures
    return line if usable else None


def repeats_itself(text: str) -> bool:
    """Tell whether a text ends in the same words over and over."""
    return _REPEATED.search(text[-UNIT * 100 :]) is not None
