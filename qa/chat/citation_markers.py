"""What a chat model wrote, read as statements with the passage numbers they carry."""

import re
from dataclasses import dataclass
from itertools import pairwise

from sentencex import get_sentence_boundaries

from qa.chat.prompts import NOT_SAID, hide_unseen

MAX_RANGE = 10  # passages; what claims to rest on more of them rests on none
UNIT = 8  # characters; what comes back over and over is at least so long
TIMES = 4

_BRACKETS = str.maketrans("【】［］", "[][]")
_NUMBERS = r"\d{1,9}(?:\s*[,;–—-]\s*\d{1,9})*"
_MARK = rf"\[+\s*\^?(?:passages?|sources?)?\s*{_NUMBERS}\s*(?:†[^\[\]\n]{{0,40}})?\]+"
_MARKS = re.compile(rf"\s*(?<!\[){_MARK}(?:\s*(?:[,;&]|and)?\s*{_MARK})*", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*[–—-]\s*(\d+))?")
_SOURCE_NOTE = re.compile(r"†[^\[\]]*")
# Backwards, from a text's end: searched for forwards, they would be tried at each bracket.
_HALF = re.compile(r"(?:[^\[\]\n]{0,24}\[)+\s*")  # a marker that is still being written
_UNCLOSED = re.compile(r"(?:[\s\d,;^–—-]*\[)+\s*")
_LINE_SIGN = re.compile(r"^(?:#{1,6}|[-*+•]|\d{1,2}[.)]) ")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_FIGURE = re.compile(r"\d[\d.,]*")
_REPEATED = re.compile(rf"(.{{{UNIT},200}}?)\1{{{TIMES - 1},}}$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """One statement without its markers, and the numbers those named, each once, in order."""

    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Complete statements, and the text of one that is still being written."""

    statements: tuple[Written, ...]
    rest: str = ""


def read_marked(text: str, whole: bool) -> Reading:
    """Return the statements of a text; with `whole`, nothing more follows and all are complete.

    A marker belongs to the sentence that it stands in or follows, and to those before it on its
    line that have none. `[1,2]`, `[1-3]`, `[[1]]`, `[^1]` and `【1】` are markers; half of one at
    the end is no text.
    """
    seen = hide_unseen(hide_thought(text)).translate(_BRACKETS)
    *lines, last = (" ".join(line.split()) for line in seen.split("\n"))
    found = [written for line in lines for written in _share(_read_line(line))]
    if whole:
        return Reading(tuple(found + _share(_read_line(last))))
    trailing = _read_line(_without(_HALF, last))
    rest = _without(_HALF, trailing.pop().text) if trailing else ""
    while trailing and not trailing[-1].marks:  # one may follow yet
        rest = f"{trailing.pop().text} {rest}"
    return Reading(tuple(found + _share(trailing)), rest)


def _without(end: re.Pattern[str], text: str) -> str:
    """Return a text without the end that a pattern matches backwards."""
    match = end.match(text[::-1])
    return text[: -match.end()] if match else text


def _share(statements: list[Written]) -> list[Written]:
    """Return statements of one line; those without markers have the next one's."""
    shared: list[Written] = []
    marks: tuple[int, ...] = ()
    for written in reversed(statements):
        marks = written.marks or marks
        shared.append(Written(written.text, marks))
    return shared[::-1]


def _read_line(line: str) -> list[Written]:
    """Return the statements of one line."""
    line = _EMPHASIS.sub(r"\2", _LINE_SIGN.sub("", line))
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
    """Return the numbers that markers name; a range is all of them, a huge one its ends."""
    numbers: list[int] = []
    for match in _RANGE.finditer(_SOURCE_NOTE.sub("", marks)):
        first, last = int(match[1]), int(match[2] or match[1])
        few = first <= last < first + MAX_RANGE
        numbers += range(first, last + 1) if few else [first, last]
    return numbers


def hide_thought(text: str) -> str:
    """Return a text without what a reasoning model writes to itself."""
    return _THOUGHT.sub("", text).lstrip()


def declines(text: str, whole: bool) -> bool:
    """Tell whether a text says that the documents do not say, or, if not `whole`, yet might."""
    said = hide_thought(text).lstrip("\"'*-. \n").upper()
    return said.startswith(NOT_SAID) or (not whole and NOT_SAID.startswith(said))


def read_line(text: str, longest: int, known: str) -> str | None:
    """Return the first line of a text, None if it is too long or has figures that are not known."""
    line = hide_thought(text).split("\n")[0].strip("\"'*` ")
    figures = set(_FIGURE.findall(line)) - set(_FIGURE.findall(known))
    usable = len(line) <= longest and any(c.isalnum() for c in line) and not figures
    return line if usable else None


def repeats_itself(text: str) -> bool:
    """Tell whether a text ends in the same words over and over."""
    return _REPEATED.search(text[-UNIT * 100 :]) is not None
