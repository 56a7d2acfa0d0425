"""OpenDocument styles: the look of text, and the numbering of lists and headings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.formats.office.numbering import BULLET, counted
from corpus.formats.office.package import local_name

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman",
          "I": "upperRoman", "": "none"}  # fmt: skip
_PARTS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")


@dataclass(frozen=True, slots=True)
class Look:
    """The look that a style gives to text; None where it says nothing."""

    bold: bool | None = None
    struck: bool = False
    hidden: bool = False
    shift: int = 0  # 1: raised, -1: lowered


def _shift(position: str) -> int:
    first = position.split()[0] if position.split() else ""
    if first in ("super", "sub"):
        return 1 if first == "super" else -1
    share = first.removesuffix("%").replace(".", "", 1)
    if not share.lstrip("-").isdigit() or not share.strip("-0"):
        return 0
    return -1 if share.startswith("-") else 1


class Styles:
    """The styles of a file, and the counters of its lists."""

    def __init__(self, *roots: Any) -> None:
        """Take the roots of the parts that have styles; None for a missing part."""
        self._raw: dict[str, Any] = {}
        self._lists: dict[str, dict[int, Any]] = {}
        self._outline: dict[int, Any] = {}
        self._masters: list[Any] = []
        self._counters: dict[str, dict[int, int]] = {}  # of lists, by style
        self._headings: dict[int, int] = {}
        self._looks: dict[str, Look] = {}
        for element in (e for root in roots if root is not None for e in root.iter()):
            name = element.get(f"{STYLE}name", "")
            match local_name(element):
                case "style":
                    self._raw.setdefault(name, element)
                case "list-style":
                    self._lists.setdefault(name, _by_level(element))
                case "outline-style":
                    self._outline = _by_level(element)
                case "master-page":
                    self._masters.append(element)

    def properties(self, name: str, part: str) -> Any:
        """Return an element of a style's own properties, such as "table-properties"."""
        style = self._raw.get(name)
        return style.find(f"{STYLE}{part}") if style is not None else None

    def line_of(self, name: str) -> list[str]:
        """Return the names of a style and those it is based on."""
        names: list[str] = []
        while name and name not in names:
            names.append(name)
            style = self._raw.get(name)
            name = style.get(f"{STYLE}parent-style-name", "") if style is not None else ""
        return names

    def look(self, name: str) -> Look:
        """Return the look that a style gives to text."""
        if name not in self._looks:
            said: dict[str, str] = {}
            for one in reversed(self.line_of(name)):
                text = self.properties(one, "text-properties")
                said.update(text.attrib if text is not None else {})
            weight = said.get(f"{_FO}font-weight")
            line = said.get(f"{STYLE}text-line-through-style", "none")
            line_type = said.get(f"{STYLE}text-line-through-type", "none")
            self._looks[name] = Look(
                None if weight is None else weight in ("bold", "600", "700", "800", "900"),
                line != "none" or line_type != "none",
                said.get(f"{TEXT}display") == "none",
                _shift(said.get(f"{STYLE}text-position", "")),
            )
        return self._looks[name]

    def furniture(self) -> Iterator[Any]:
        """Yield the headers and footers of all pages."""
        for master in self._masters:
            yield from (part for part in master if local_name(part) in _PARTS)

    # Numbers

    def number_heading(self, heading: Any, level: int) -> str | None:
        """Return the outline number of a heading."""
        if heading.get(f"{TEXT}is-list-header") == "true":
            return None
        return _next(self._outline, self._headings, level, heading.get(f"{TEXT}start-value"))

    def begin_list(self, element: Any, style: str, level: int) -> None:
        """Begin a list; its numbering restarts unless it is declared to continue."""
        continued = element.get(f"{TEXT}continue-list")
        if continued and continued in self._counters:
            self._counters[style] = self._counters[continued]
        elif level == 1 and element.get(f"{TEXT}continue-numbering") != "true":
            self._counters[style] = {}
        elif level > 1:
            counters = self._counters.setdefault(style, {})
            for lower in [lower for lower in counters if lower >= level]:
                if element.get(f"{TEXT}continue-numbering") != "true":
                    del counters[lower]

    def end_list(self, element: Any, style: str) -> None:
        """Store the counter of a list for the lists that continue it."""
        id_ = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if id_ and style in self._counters:
            self._counters[id_] = self._counters[style]

    def next_marker(self, item: Any, style: str, level: int) -> str | None:
        """Return the marker of the next item of a list."""
        levels = self._lists.get(style)
        if levels is None:
            return BULLET
        counters = self._counters.setdefault(style, {})
        return _next(levels, counters, level, item.get(f"{TEXT}start-value"))


def _by_level(element: Any) -> dict[int, Any]:
    levels = ((child.get(f"{TEXT}level", ""), child) for child in element)
    return {int(level): child for level, child in levels if level.isdigit()}


def _start(level: Any) -> int:
    value = level.get(f"{TEXT}start-value", "1") if level is not None else "1"
    return int(value) if value.isdigit() else 1


def _shown(level: Any, number: int) -> str:
    form = level.get(f"{STYLE}num-format", "") if level is not None else "1"
    return counted(number, _FORMS.get(form, "decimal"))


def _next(
    levels: dict[int, Any], counters: dict[int, int], at: int, start: str | None
) -> str | None:
    level = levels.get(at)
    if level is None or local_name(level) == "list-level-style-image":
        return BULLET if level is not None else None
    if local_name(level) == "list-level-style-bullet":
        return BULLET
    first = int(start) if start and start.isdigit() else None
    counters[at] = first if first is not None else counters.get(at, _start(level) - 1) + 1
    for lower in [lower for lower in counters if lower > at]:
        del counters[lower]
    for upper in range(1, at):
        counters.setdefault(upper, _start(levels.get(upper)))
    if not level.get(f"{STYLE}num-format"):
        return None
    pattern = level.get(f"{STYLE}num-list-format") or level.get(f"{_LOEXT}num-list-format")
    if pattern:
        for upper in range(1, at + 1):
            pattern = pattern.replace(f"%{upper}%", _shown(levels.get(upper), counters[upper]))
        return pattern.strip() or None
    shown = level.get(f"{TEXT}display-levels", "1")
    count = int(shown) if shown.isdigit() else 1
    numbers = [_shown(levels.get(n), counters[n]) for n in range(max(1, at - count + 1), at + 1)]
    text = ".".join(filter(None, numbers))
    before, after = level.get(f"{STYLE}num-prefix", ""), level.get(f"{STYLE}num-suffix", "")
    return f"{before}{text}{after}".strip() or None
