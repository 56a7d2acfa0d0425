"""Data flows one way: packages and the rooms of qa import only from below, and in no circle."""

import ast
import doctest
import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.running import ROOT

PACKAGES = ["corpus", "index", "qa", "ui", "app"]  # each may import those before it
FLOORS = [  # of qa: a room may import those of earlier floors, and none of its own
    {"language", "answer", "background", "words"},
    {"reader", "question", "verification"},
    {"extractive", "tables"},
    {"chat"},
    {"pipeline"},
    {"conversations", "evaluation", "terminal"},
    {"training", "__main__", "evaluate", "langchain"},
]
FILES = sorted(
    path
    for package in PACKAGES
    for path in [*(ROOT / package).rglob("*.py"), ROOT / f"{package}.py"]
    if path.is_file()
)
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in FILES
}


def imported(path: Path) -> set[str]:
    """Return the full names a file imports anywhere in it, relative ones refused."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules_imported(path: Path) -> set[str]:
    """Return the modules of ours that a file imports."""
    found = set()
    for name in imported(path):
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        found |= {name} - {""}
    return found


GRAPH = {name: modules_imported(path) - {name} for name, path in MODULES.items()}


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    package, room = (*name.split("."), "")[:2]
    for other in GRAPH[name]:
        lower, beside = (*other.split("."), "")[:2]
        assert PACKAGES.index(lower) <= PACKAGES.index(package), f"{name} imports {other}"
        if package == lower == "qa" and room != beside and beside:
            assert floor_of(beside) < floor_of(room), f"{name} imports {other}"


def test_no_imports_go_in_a_circle() -> None:
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")


@pytest.mark.parametrize("name", MODULES)
def test_only_the_store_knows_chroma_and_only_the_page_streamlit(name: str) -> None:
    packages = {other.partition(".")[0] for other in imported(MODULES[name])}
    assert "tests" not in packages
    if name != "index.store":
        assert "chromadb" not in packages
    if name.startswith(("corpus", "index", "qa")):
        assert "streamlit" not in packages


def test_every_room_is_found() -> None:
    assert {"corpus.passages", "index.store", "qa.pipeline", "app"} <= MODULES.keys()
    rooms = {name.split(".")[1] for name in MODULES if name.startswith("qa.")}
    assert rooms <= set().union(*FLOORS)


IMPORT_ALL = """
import importlib, json, os, pathlib, sys, threading
HEAVY = ("torch", "sentence_transformers", "sklearn", "scipy.stats")
before = dict(os.environ)
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
for name in sys.argv[1:]:
    importlib.import_module(name)
root = str(pathlib.Path.cwd())
print(json.dumps({
    "heavy": sorted(sys.modules.keys() & set(HEAVY)),
    "changed": sorted(k for k in {*os.environ, *before} if os.environ.get(k) != before.get(k)),
    "threads": threading.active_count(),
    "opened": [f for f in opened if f.startswith(root) and ".venv" not in f
               and not f.endswith((".py", ".pyc")) and "__pycache__" not in f],
}))
"""
BY_HAND = ("qa.training", "ui", "app")  # trains models; draws the page


def test_importing_does_nothing() -> None:
    names = [n for n in MODULES if not n.endswith("__main__") and not n.startswith(BY_HAND)]
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert done == {"heavy": [], "changed": [], "threads": 1, "opened": []}


@pytest.mark.parametrize("name", [n for n, p in MODULES.items() if ">>> " in p.read_text("utf-8")])
def test_examples_in_docstrings_run(name: str) -> None:
    ran = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert ran.attempted and not ran.failed
