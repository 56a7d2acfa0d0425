"""Packages import downwards only; importing them does nothing."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

LAYERS = ["corpus", "index", "qa", "ui", "app"]  # each may import those before it
MODULES = sorted(
    path
    for layer in LAYERS
    for path in [*(ROOT / layer).rglob("*.py"), ROOT / f"{layer}.py"]
    if path.is_file()
)
NAMES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES]


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


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_point_down_and_only_the_store_knows_chroma(path: Path) -> None:
    relative = path.relative_to(ROOT)
    layer = relative.parts[0].removesuffix(".py")
    above = LAYERS[LAYERS.index(layer) + 1 :]
    packages = {name.split(".")[0] for name in imported(path)}
    assert not packages & set(above), f"{relative} imports upward"
    assert "tests" not in packages
    if relative.as_posix() != "index/store.py":
        assert "chromadb" not in packages
    if layer in ("corpus", "index", "qa"):
        assert "streamlit" not in packages


def test_every_package_is_found() -> None:
    assert {"corpus.passages", "index.store", "qa.pipeline", "app"} <= set(NAMES)


IMPORT_ALL = """
import importlib, json, os, pathlib, sys, threading
before = dict(os.environ)
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
for name in sys.argv[1:]:
    importlib.import_module(name)
root = str(pathlib.Path.cwd())
print(json.dumps({
    "heavy": sorted({"torch", "sentence_transformers", "sklearn"} & set(sys.modules)),
    "changed": sorted(k for k in {*os.environ, *before} if os.environ.get(k) != before.get(k)),
    "threads": threading.active_count(),
    "opened": [f for f in opened if f.startswith(root) and ".venv" not in f
               and not f.endswith((".py", ".pyc")) and "__pycache__" not in f],
}))
"""


def test_importing_does_nothing() -> None:
    names = [n for n in NAMES if not n.endswith("__main__") and not n.startswith(("ui", "app"))]
    names = [n for n in names if not n.startswith("qa.training")]  # trains models; run by hand
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert done == {"heavy": [], "changed": [], "threads": 1, "opened": []}


def test_the_lock_keeps_step_with_the_requirements() -> None:
    pins = re.findall(
        r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / "requirements.txt").read_text(), re.M
    )
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.M))
    stale = {name for name, version in pins if locked.get(name.lower()) != version}
    assert stale == {"torch"}, "run make lock; torch stands apart"
