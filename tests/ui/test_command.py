"""The command `footnote`, and what any command line prints on a poor terminal."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import ROOT, Run
from ui.__main__ import COMMANDS, STREAMLIT, streamlit_options

LIGHTHOUSE = (
    "The “Old Keeper” – a lighthouse – stands on Möwe island… Its lamp\u00a0weighs 1,204 kilograms."
)


@pytest.fixture(autouse=True)
def _tiny(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tiny_model))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lighthouse.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    return tmp_path / "in"


def helps(run: Run, *command: str) -> str:
    ran = run("ui", *command, "--help")
    assert (ran.status, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_has_an_example(run: Run, name: str) -> None:
    assert name in helps(run)
    text = helps(run, name)
    assert text.startswith(f"usage: footnote {name} ")
    parts = re.search(r"^  \{([\w,-]+)\}$", text, re.M)  # commands of the command
    for part in parts[1].split(",") if parts else []:
        assert f"example: footnote {name} {part} " in helps(run, name, part)
    assert parts or f"example: footnote {name} " in text


def test_what_qa_can_do_footnote_can(run: Run) -> None:
    listed = re.search(r"^  \{([\w,-]+)\}$", run("qa", "--help").out, re.M)
    assert listed and set(listed[1].split(",")) <= COMMANDS.keys()


@pytest.mark.parametrize("given", [[], ["serv"], ["--documents", "x"], ["ask-me"]])
def test_an_unknown_command_is_refused_with_those_there_are(run: Run, given: list[str]) -> None:
    ran = run("ui", *given)
    assert (ran.status, ran.out) == (2, "")
    assert "COMMAND" in ran.err
    assert not given or given[0].startswith("-") or all(name in ran.err for name in COMMANDS)


def test_commands_do_what_the_modules_do(run: Run, folder: Path) -> None:
    built = run("ui", "index", "build", folder)
    assert (built.status, built.out[:18]) == (0, "documents: 1 new, ")
    assert run("ui", "index", "status", folder).out == run("index", "status", folder).out
    shown = run("ui", "corpus", "show", folder / "lighthouse.txt")
    assert (shown.status, shown.out) == (0, LIGHTHOUSE)
    asked = run("ui", "ask", "What does the lamp weigh?", "--documents", folder)
    assert asked.status == 0
    assert "1,204 kilograms" in asked.out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["nowhere"], "nowhere"),
        (["empty"], "empty"),
        ([""], "must not be empty"),
        (["in", "--port", "80000"], "'80000' is not a number from 1 to 65535"),
        (["in", "--port", "http"], "'http' is not a number from 1 to 65535"),
        (["in", "--answerer", "clever"], "'clever' is not known"),
        (["in", "--store", "in/lighthouse.txt"], "FOOTNOTE_HOME"),
    ],
)
def test_what_cannot_be_served_is_refused_before(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], says: str
) -> None:
    (folder.parent / "empty").mkdir()
    monkeypatch.chdir(folder.parent)
    for name in ("FOOTNOTE_DOCUMENTS", "FOOTNOTE_ANSWERER", "FOOTNOTE_HOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # what `run` sets is taken back
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it was served"))
    ran = run("ui", "run", *given)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_the_page_has_its_own_options_wherever_it_is_served_from() -> None:
    from streamlit.web.cli import main_run

    known = {name for option in main_run.params for name in option.opts}
    options = list(streamlit_options())
    assert {option.partition("=")[0] for option in options} <= known
    assert STREAMLIT == ROOT / ".streamlit" / "config.toml"
    assert "--server.allowedHosts=127.0.0.1" in options
    assert "--server.enableStaticServing=false" in options
    assert any(option.startswith("--theme.dark.linkColor=#") for option in options)


def test_a_terminal_of_ascii_and_60_columns_without_colour(folder: Path) -> None:
    command = [sys.executable, "-m", "qa", "ask", "What does the lamp weigh?", "--documents"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "60", "NO_COLOR": "1"}
    env |= {"TERM": "dumb", "PYTHONUTF8": "0"}
    ran = subprocess.run([*command, folder], cwd=ROOT, env=env, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    text = ran.stdout.decode("ascii")
    shown = text.replace("\\xf6", "ö").replace("...", "…")  # what stands for them is longer
    assert max(map(len, shown.splitlines())) <= 60
    assert '"Old Keeper" - a lighthouse - stands' in " ".join(text.split())
    assert "M\\xf6we island..." in " ".join(text.split())
    assert "\x1b" not in text
