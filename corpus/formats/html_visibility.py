"""Hidden elements of an HTML page: by attribute, inline style, or the page's own style sheets."""

import re
from collections.abc import Iterator
from typing import Any

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SIMPLE = re.compile(r"\s*(?:\w*)([.#])([\w-]+)\s*")


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of a style sheet, except those for print."""
    preludes: list[str] = []
    at = 0
    for brace in re.finditer("[{}]", sheet):
        text = sheet[at : brace.start()]
        at = brace.end()
        if brace[0] == "{":
            preludes.append(text)
        elif preludes:
            selectors = preludes.pop()
            if not any("@media" in outer and "print" in outer for outer in preludes):
                yield selectors, text


class Visibility:
    """The classes and ids that a page's own style sheets hide."""

    def __init__(self, root: Any) -> None:
        """Take the page with its style sheets."""
        found: dict[str, set[str]] = {".": set(), "#": set()}
        sheets = (s.text or "" for s in root.iter("style") if "print" not in s.get("media", ""))
        for selectors, declarations in (rule for sheet in sheets for rule in _rules(sheet)):
            if _HIDING.search(declarations):
                for selector in selectors.rpartition(";")[2].split(","):
                    if simple := _SIMPLE.fullmatch(selector):
                        found[simple[1]].add(simple[2])
        self._classes, self._ids = found["."], found["#"]

    def hides(self, element: Any) -> bool:
        """Tell whether an element is hidden."""
        return bool(
            element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or _HIDDEN_STYLE.search(element.get("style", ""))
            or (self._ids and element.get("id") in self._ids)
            or (self._classes and self._classes & set(element.get("class", "").split()))
        )
