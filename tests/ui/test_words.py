"""The words of the page stand in one module."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.running import ROOT
from ui import words

VIEWS = sorted(p for p in (ROOT / "ui").glob("*.py") if p.stem not in ("words", "__main__"))
SAYS = re.compile(r"[A-Za-z]{2,}")  # a word of a person's language
LABELLED = {"button", "caption", "checkbox", "chat_input", "dialog", "download_button",
            "file_uploader", "menu_button", "multiselect", "popover", "segmented_control",
            "selectbox", "slider", "text_area", "text_input", "toggle"}  # fmt: skip
SOURCES = "\n".join(
    p.read_text("utf-8") for p in [*ROOT.glob("ui/*"), ROOT / "app.py"] if p.is_file()
)
CLASSES = [c for c in vars(words).values() if isinstance(c, type)]


@pytest.mark.parametrize("path", [*VIEWS, ROOT / "app.py"], ids=lambda path: path.stem)
def test_no_view_has_labels_of_its_own(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    labels = [
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in LABELLED and call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert not [label for label in labels if SAYS.search(str(label))]


def test_the_answer_says_nothing_of_its_own() -> None:
    template = (ROOT / "ui" / "answer.html.j2").read_text("utf-8")
    template = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", " ", template, flags=re.S)
    text = re.sub(r"<[^>]*>|&#?\w+;", " ", template)
    assert not SAYS.findall(text)


def test_every_word_is_used() -> None:
    unused = [
        f"{view.__name__}.{name}"
        for view in CLASSES
        for name in vars(view)
        if name.isupper() and not re.search(rf"\b(?:{view.__name__}|words)\.{name}\b", SOURCES)
    ]
    scripts = "".join(p.read_text("utf-8") for p in ROOT.glob("ui/*.js"))
    unused += [key for key in words.READER if not re.search(rf"\w\.{key}\b", scripts)]
    assert not unused
