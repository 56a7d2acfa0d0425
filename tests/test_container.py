"""The container: no image can be built by the tests, so its commands run outside of one."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pathspec import GitIgnoreSpec

from tests.support.browser import free_port, wait_until_healthy
from tests.support.installed import lend_packages
from tests.support.running import ROOT
from tests.test_package import pins

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
PLACES = re.compile(r"(?<![\w./-])/(?=(?:opt|src|data|documents|home)\b)")


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Dockerfile with what they are given."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for line in re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.M)).splitlines():
        if line:
            name, _, rest = line.partition(" ")
            yield name, rest


def last(instruction: str) -> str:
    return [rest for name, rest in instructions() if name == instruction][-1]


def copy_context(target: Path) -> None:
    """Copy what Docker would be sent: .dockerignore names what is kept out, then what is in."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    out = GitIgnoreSpec.from_lines(line for line in lines if line.startswith("**"))
    for name in [line.removeprefix("!") for line in lines if line.startswith("!")]:
        for path in [ROOT / name, *(ROOT / name).rglob("*")]:
            relative = path.relative_to(ROOT)
            if path.is_file() and not out.match_file(relative):
                (target / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target / relative)


@pytest.mark.slow
def test_the_commands_of_each_layer_make_a_page_that_is_healthy(
    tmp_path: Path, tiny_model: Path
) -> None:
    """Of downloads there are none: the environment is lent the tests' packages."""

    def placed(text: str) -> str:
        return PLACES.sub(f"{tmp_path}/", text)

    context = tmp_path / "context"
    copy_context(context)
    only_here = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_CONFIG_FILE": os.devnull}
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    env |= only_here
    folder = tmp_path
    for name, rest in instructions():
        rest = placed(rest)
        if name in ("ENV", "ARG"):
            for variable, value in (pair.split("=", 1) for pair in rest.split()):
                env[variable] = value.replace("$PATH", env["PATH"])
        elif name == "WORKDIR":
            folder = Path(rest)
            folder.mkdir(parents=True, exist_ok=True)
        elif name == "COPY" and rest == ". .":
            shutil.copytree(context, folder, dirs_exist_ok=True)
        elif name == "COPY" and not rest.startswith("--from"):
            for file in rest.split()[:-1]:
                shutil.copy(context / file, folder)
            lock = folder / "requirements.lock"  # what the tests have in other versions goes
            lock.write_text("")
        elif name == "RUN":
            # A person is not made: that would be one of this machine.
            command = re.sub(r"useradd [^&]+&&|&& chown footnote \S+", "", rest)
            ran = subprocess.run(["bash", "-ec", command], cwd=folder, env=env, capture_output=True)
            assert ran.returncode == 0, ran.stderr
            if "venv" in command:
                lend_packages(tmp_path / "opt" / "footnote")
    (tmp_path / "documents" / "tram.txt").write_text("The tram needs 14 minutes to the harbour.")
    number = str(free_port())
    health = [placed(part) for part in json.loads(last("HEALTHCHECK").partition("CMD ")[2])]
    health[-1] = health[-1].replace("8501", number)
    start = [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD")), "--port", number]
    env |= {"FOOTNOTE_EMBEDDER": str(tiny_model)}
    program = shutil.which(start[0], path=env["PATH"])
    assert program == str(tmp_path / "opt" / "footnote" / "bin" / "footnote")
    assert subprocess.run(health, env=env, capture_output=True).returncode == 1
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen([program, *start[1:]], cwd=folder, env=env, stdout=log, stderr=log) as app,
    ):
        try:
            wait_until_healthy(f"http://127.0.0.1:{number}/_stcore/health", app)
            assert subprocess.run(health, env=env).returncode == 0
        finally:
            app.terminate()
    assert "documents: 1 new" in (tmp_path / "log").read_text()


def test_it_does_not_run_as_root() -> None:
    assert f"--uid {last('USER')} " in last("RUN")
    assert f"chown footnote {last('VOLUME')}" in last("RUN")


def test_compose_names_what_the_settings_and_the_pins_are() -> None:
    assert (
        COMPOSE["chroma"]["image"] == f"chromadb/chroma:{pins('requirements.txt')['chromadb'][1]}"
    )
    assert f":{last('EXPOSE')}" in COMPOSE["footnote"]["ports"][0]
    assert COMPOSE["footnote"]["ports"][0].startswith("127.0.0.1:")
    volumes = [volume.split(":/")[1] for volume in COMPOSE["footnote"]["volumes"]]
    assert volumes == ["documents:ro", last("VOLUME").removeprefix("/")]
    assert set(COMPOSE["footnote"]["depends_on"]) == COMPOSE.keys() - {"footnote"}


def test_the_workflow_and_the_hooks_run_what_make_runs() -> None:
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(workflow)["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert "make test " in workflow
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    made = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin")
    for hook in hooks[0]["hooks"]:
        assert hook["entry"].replace(" --force-exclude", "") in made
