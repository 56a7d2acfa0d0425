"""The tree of errors that corpus/errors.py draws is the one there is."""

import re
from importlib import import_module
from inspect import getdoc

import corpus.errors
from corpus.errors import FootnoteError
from tests.support.running import ROOT

FILES = [
    path
    for layer in ("corpus", "index", "qa", "ui")
    for path in sorted((ROOT / layer).rglob("*.py"))
]
BY_HAND = ("__main__", "qa.training.train_reader", "qa.training.measure_reader")


def drawn() -> set[str]:
    """Return the names of the drawn tree, those of its branches' branches too."""
    lines = (corpus.errors.__doc__ or "").splitlines()
    branches = [line for line in lines if "─" in line]
    assert all(re.match(r"(?:│   )?[├└]── \w+ ", line) for line in branches)
    return {line.replace("│", "").split()[1] for line in branches}


def test_the_tree_is_drawn_as_it_is() -> None:
    for path in FILES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not name.endswith(BY_HAND):
            import_module(name)
    errors = FootnoteError.__subclasses__()
    errors += [below for error in errors for below in error.__subclasses__()]
    ours = [e for e in errors if e.__module__.startswith(("corpus", "index", "qa", "ui"))]
    assert drawn() == {error.__name__ for error in ours}


def test_every_error_says_what_it_is_for() -> None:
    for error in FootnoteError.__subclasses__():
        assert getdoc(error) != getdoc(FootnoteError), error


def test_no_other_error_is_raised_for_a_person_to_mend() -> None:
    """Classes that end in Error belong to the tree."""
    named = re.compile(r"^class (\w+Error)\(", re.MULTILINE)
    found = {name for path in FILES for name in named.findall(path.read_text(encoding="utf-8"))}
    assert found == drawn() | {"FootnoteError"}
