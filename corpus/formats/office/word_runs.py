"""The displayed text of Word's runs, by the toggle properties of their styles."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from corpus.formats.content import ContentBuilder, one_line
from corpus.formats.inline import lowered, raised, struck
from corpus.formats.office.numbering import Numbering
from corpus.formats.office.package import MC, Package, W, formula, local_name

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_OFF = ("0", "false", "off", "none")
_SYMBOLS = {"f0fc": "✓", "f0fe": "☑", "f0a8": "☐", "f06f": "☐", "f0b7": "•", "f0d8": "➢",
            "f0e0": "→", "f0df": "←", "f0b0": "°", "f0b1": "±", "f0a3": "≤", "f0b3": "≥",
            "f06d": "µ", "f057": "Ω", "f044": "Δ", "f0b4": "×"}  # fmt: skip


def is_on(properties: Any, name: str) -> bool | None:
    """Return whether a toggle property is set; None if it is absent."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style, with what it inherits."""

    name: str = ""
    outline: int | None = None
    num_id: str | None = None
    level: int | None = None
    switches: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """The text of a paragraph as it is assembled, and its properties."""

    text: str = ""
    bold: int = 0  # letters
    letters: int = 0
    boxes: list[Any] = field(default_factory=list)  # text boxes and charts found in it
    fields: list[bool] = field(default_factory=list)  # open fields: whether the result has begun


class RunReader:
    """Reads the text of a document's paragraphs, and collects what they contain besides."""

    def __init__(self, package: Package, main: str) -> None:
        """Take the parts of the file, and the name of the main one."""
        self.package = package
        self.main = main
        self.builder = ContentBuilder(package.title())
        self.relations = package.relations(main)
        by_kind = {kind: target for kind, target in self.relations.values()}
        self.numbering = Numbering(package.xml(by_kind.get("numbering", "")))
        self.parts = {kind: package.xml(by_kind.get(kind, "")) for kind in
                      ("styles", "footnotes", "endnotes", "comments")}  # fmt: skip
        self.notes: dict[tuple[str, str], int] = {}
        styles = self.parts["styles"]
        every = styles.iterfind(f"{W}style") if styles is not None else ()
        self._raw = {style.get(f"{W}styleId", ""): style for style in every}
        self._default = next((id_ for id_, style in self._raw.items()
                              if style.get(f"{W}default") == "1"
                              and style.get(f"{W}type") == "paragraph"), "")  # fmt: skip
        self.style = lru_cache(None)(self._style)
        self.titled = False

    def _style(self, id_: str, depth: int = 0) -> Style:
        raw = self._raw.get(id_)
        if raw is None or depth > 20:
            return Style()
        parent = raw.find(f"{W}basedOn")
        above = self._style(parent.get(f"{W}val", ""), depth + 1) if parent is not None else Style()
        named = raw.find(f"{W}name")
        properties, run = raw.find(f"{W}pPr"), raw.find(f"{W}rPr")
        outline, num_id, level = above.outline, above.num_id, above.level
        if properties is not None:
            if (found := properties.find(f"{W}outlineLvl")) is not None:
                outline = int(found.get(f"{W}val", "9"))
            if (found := properties.find(f"{W}numPr/{W}numId")) is not None:
                num_id = found.get(f"{W}val", "0")
                level = self.numbering.level_of_style(num_id, id_)
            if (found := properties.find(f"{W}numPr/{W}ilvl")) is not None:
                level = int(found.get(f"{W}val", "0"))
        switches = dict(above.switches)
        for name in ("b", "vanish", "strike", "dstrike"):
            if (on := is_on(run, name)) is not None:
                switches[name] = on
        return Style(named.get(f"{W}val", "").lower() if named is not None else "",
                      outline, num_id, level, switches)  # fmt: skip

    # Text of runs

    def add_run(self, run: Any, line: Line, style: Style, part: str) -> None:
        """Add the displayed text of a run to a line."""
        properties = run.find(f"{W}rPr")
        own = properties.find(f"{W}rStyle") if properties is not None else None
        switches = dict(style.switches)
        if own is not None:
            switches |= self.style(own.get(f"{W}val", "")).switches
        for name in ("b", "vanish", "strike", "dstrike"):
            if (on := is_on(properties, name)) is not None:
                switches[name] = on
        text = ""
        for child in run:
            text += self._piece(child, line, part)
        if line.fields and not line.fields[-1]:
            return  # the code of a field, not what it shows
        if not text.strip():
            line.text += text
            return
        if switches.get("vanish"):
            self.builder.lose("hidden text", "hidden texts")
            return
        height = properties.find(f"{W}vertAlign") if properties is not None else None
        shift = height.get(f"{W}val", "") if height is not None else ""
        if shift in ("superscript", "subscript"):
            text = raised(text) if shift == "superscript" else lowered(text)
        if switches.get("strike") or switches.get("dstrike"):
            text = struck(text)
        line.letters += len(text.strip())
        line.bold += len(text.strip()) * bool(switches.get("b"))
        line.text += text

    def _piece(self, child: Any, line: Line, part: str) -> str:
        """Return the text of one element of a run."""
        name = child.tag.removeprefix(W) if isinstance(child.tag, str) else ""
        match name:
            case "t":
                return child.text or ""
            case "tab" | "ptab":
                return " "
            case "br" | "cr":
                return " " if child.get(f"{W}type") in ("page", "column") else "\n"
            case "noBreakHyphen":
                return "-"
            case "sym":
                code = child.get(f"{W}char", "").lower()
                return _SYMBOLS.get(code, "•" if code.startswith("f0") else _chr(code))
            case "fldChar":
                return self._field(child, line)
            case "footnoteReference" | "endnoteReference":
                key = (f"{name.removesuffix('Reference')}s", child.get(f"{W}id", ""))
                return raised(str(self.notes.setdefault(key, len(self.notes) + 1)))
            case "drawing" | "pict" | "object":
                line.boxes.append((child, part))
            case _:
                if child.tag == f"{MC}AlternateContent":
                    chosen = child.find(f"{MC}Choice")
                    chosen = chosen if chosen is not None else child.find(f"{MC}Fallback")
                    line.boxes += [
                        (found, part) for found in (chosen if chosen is not None else ())
                    ]
        return ""

    def _field(self, mark: Any, line: Line) -> str:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            line.fields.append(False)
            return _form_field(mark.find(f"{W}ffData"))
        if line.fields and kind == "separate":
            line.fields[-1] = True
        elif line.fields and kind == "end":
            line.fields.pop()
        return ""

    def add_runs(self, element: Any, line: Line, style: Style, part: str) -> None:
        """Add the displayed text of the runs below an element; deleted runs are counted."""
        for child in element:
            match local_name(child):
                case "r":
                    self.add_run(child, line, style, part)
                case "del" | "moveFrom":
                    if any((t.text or "").strip() for t in child.iter(f"{W}delText", f"{W}t")):
                        self.builder.lose("tracked deletion", "tracked deletions")
                case "ins" | "moveTo":
                    self.builder.warn("tracked insertions are read as if accepted")
                    self.add_runs(child, line, style, part)
                case "oMath" | "oMathPara":
                    line.text += one_line(formula(child))
                case "sdt":
                    box = child.find(f"{W}sdtPr/{_W14}checkbox/{_W14}checked")
                    content = child.find(f"{W}sdtContent")
                    if box is not None:
                        line.text += "☒" if box.get(f"{_W14}val") in ("1", "true") else "☐"
                    elif content is not None:
                        self.add_runs(content, line, style, part)
                case "ruby":
                    base = child.find(f"{W}rubyBase")
                    self.add_runs(base if base is not None else (), line, style, part)
                case "hyperlink" | "smartTag" | "fldSimple" | "customXml":
                    self.add_runs(child, line, style, part)


def _chr(code: str) -> str:
    try:
        return chr(int(code, 16))
    except ValueError:
        return ""


def _form_field(data: Any) -> str:
    """Return the value of a form field."""
    if data is None:
        return ""
    if (box := data.find(f"{W}checkBox")) is not None:
        checked = is_on(box, "checked")
        return "☒" if (checked if checked is not None else is_on(box, "default")) else "☐"
    if (choice := data.find(f"{W}ddList")) is not None:
        at = choice.find(f"{W}result")
        entries = choice.findall(f"{W}listEntry")
        number = int(at.get(f"{W}val", "0")) if at is not None else 0
        return entries[number].get(f"{W}val", "") if number < len(entries) else ""
    return ""
