"""Numbers of lists and clauses as Word shows them: "2.1", "(b)", "Article IV"."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.formats.office.package import W

BULLET = "•"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_FIRST = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip


def letters(number: int) -> str:
    """Return 1 as "a", 26 as "z", 27 as "aa", as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else "0"


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * min(count, 20)
    return text


def counted(number: int, form: str) -> str:
    """Return a number in one of Word's forms; in digits where the form is not known."""
    match form:
        case "lowerLetter":
            return letters(number)
        case "upperLetter":
            return letters(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case "ordinal":
            last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(
                number % 10, "th")  # fmt: skip
            return f"{number}{last}"
        case "cardinalText" if number < len(_ONES):
            return _ONES[number].title()
        case "ordinalText" if number < len(_FIRST):
            return _FIRST[number].title()
        case "none":
            return ""
        case _:
            return str(number)


@dataclass(slots=True)
class Level:
    """One level of a list: its form, its text with %1 for numbers, and where it begins."""

    form: str
    text: str
    start: int = 1
    restart: int | None = None  # the level, from 1, after which it begins anew; 0: never
    legal: bool = False  # numbers of levels above in digits
    style: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, Level]
    counters: dict[int, int] = field(default_factory=dict)


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val", "1")


def _number(value: str | None, usual: int) -> int:
    try:
        return usual if value is None else max(-1, min(int(value), 10**6))
    except ValueError:
        return usual


def _levels(root: Any) -> Iterator[tuple[int, Level]]:
    for level in root.iterfind(f"{W}lvl"):
        restart = _value(level, "lvlRestart")
        yield (
            _number(level.get(f"{W}ilvl"), 0),
            Level(
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText") or "",
                _number(_value(level, "start"), 0),
                None if restart is None else _number(restart, 0),
                _value(level, "isLgl") not in (None, "0", "false"),
                _value(level, "pStyle") or "",
            ),
        )


class Numbering:
    """The lists of a document, with their counters."""

    def __init__(self, root: Any) -> None:
        """Take the root of numbering.xml, None where there is none."""
        self._lists: dict[str, _List] = {}  # by the abstract list: its numbers go on
        self._of: dict[str, str] = {}  # abstract list by numId
        self._starts: dict[str, dict[int, int]] = {}  # overridden, until first used
        self._own: dict[str, dict[int, Level]] = {}
        self._styles: dict[str, str] = {}
        for abstract in root.iterfind(f"{W}abstractNum") if root is not None else ():
            id_ = abstract.get(f"{W}abstractNumId", "")
            self._lists[id_] = _List(dict(_levels(abstract)))
            if style := _value(abstract, "styleLink"):
                self._styles[style] = id_
        for abstract in root.iterfind(f"{W}abstractNum") if root is not None else ():
            linked = self._styles.get(_value(abstract, "numStyleLink") or "")
            if linked:
                self._lists[abstract.get(f"{W}abstractNumId", "")] = self._lists[linked]
        for number in root.iterfind(f"{W}num") if root is not None else ():
            id_ = number.get(f"{W}numId", "")
            self._of[id_] = _value(number, "abstractNumId") or ""
            for override in number.iterfind(f"{W}lvlOverride"):
                at = _number(override.get(f"{W}ilvl"), 0)
                if (start := _value(override, "startOverride")) is not None:
                    self._starts.setdefault(id_, {})[at] = _number(start, 1)
                self._own.setdefault(id_, {}).update(_levels(override))

    def level_of_style(self, num_id: str, style: str) -> int | None:
        """Return the list level that a paragraph style is tied to."""
        found = self._lists.get(self._of.get(num_id, ""))
        levels = found.levels if found else {}
        return next((at for at, level in levels.items() if level.style == style), None)

    def next(self, num_id: str, at: int) -> str | None:
        """Return the marker of the next paragraph at a list level; None if it has none."""
        found = self._lists.get(self._of.get(num_id, ""))
        if found is None:
            return None
        levels = found.levels | self._own.get(num_id, {})
        level = levels.get(at)
        if level is None:
            return None
        counters = found.counters
        starts = self._starts.pop(num_id, {})
        for other, start in starts.items():
            counters[other] = start - 1
        counters[at] = counters.get(at, level.start - 1) + 1
        for lower in [lower for lower in counters if lower > at]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or at < restart:
                del counters[lower]
        if level.form == "bullet":
            return BULLET
        text = level.text
        for upper in range(at, -1, -1):
            if f"%{upper + 1}" not in text:
                continue
            known = levels.get(upper, Level("decimal", ""))
            form = "decimal" if level.legal and upper < at else known.form
            shown = counted(counters.setdefault(upper, known.start), form)
            text = text.replace(f"%{upper + 1}", shown)
        return text.strip() or None
