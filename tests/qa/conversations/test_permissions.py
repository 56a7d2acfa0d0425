"""Roles and actions, cell by cell, against a real database and what the documentation says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit

from index.settings import Settings, SettingsError
from qa.conversations.history import History, open_history
from qa.conversations.permissions import ALLOWED, Action, Role
from tests.support.running import ROOT
from ui import session
from ui.session import Visitor, permits, tailored

OWNER, OTHER = Visitor("browser:mine"), Visitor("browser:another")
SIGNED_IN = Visitor("account:x me", "x me", "Me")
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[History]:
    opened = open_history(tmp_path)
    yield opened
    opened.close()


def documented() -> dict[str, list[str]]:
    """Return the rows of the table of conversations by their first cell."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in SECURITY.splitlines()
        if line.startswith("|")
    ]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_cell_is_as_documented_and_as_it_is_done(
    kept: History, role: Role, action: Action
) -> None:
    table = documented()
    said = table[role.value][table["role"].index(action.value)]
    made = kept.start(OWNER.owner, "Talk")
    if role is Role.WRITER:
        kept.share(made.id, True)
    who = {Role.OWNER: OWNER, Role.STRANGER: SIGNED_IN}.get(role, OTHER)
    assert permits(kept, who, made.id, action) is (said == "yes")


@pytest.mark.parametrize("role", [Role.OWNER, Role.STRANGER])
@pytest.mark.parametrize("action", Action)
def test_conversations_of_accounts_are_theirs_only(
    kept: History, role: Role, action: Action
) -> None:
    made = kept.start(SIGNED_IN.owner, "Mine")
    kept.share(made.id, True)
    who = SIGNED_IN if role is Role.OWNER else OTHER
    assert permits(kept, who, made.id, action) is (role is Role.OWNER)
    another = Visitor("account:x you", "x you", "You")
    assert not permits(kept, another, made.id, action)


def test_sharing_is_taken_back_at_once(kept: History) -> None:
    made = kept.start(OWNER.owner, "Talk")
    assert not made.writable, "a new link is for reading"
    for writable in (True, False):
        kept.share(made.id, writable)
        assert permits(kept, OTHER, made.id, Action.ASK) is writable
        assert permits(kept, OTHER, made.id, Action.READ)
    assert not permits(kept, OTHER, "no such conversation", Action.READ)


def test_the_table_has_every_role_and_action() -> None:
    assert ALLOWED.keys() == set(Role)
    assert documented()["role"] == [action.value for action in Action]


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ({}, ("extractive",)),
        ({"answerer": "openai:a"}, ("openai:a", "extractive")),
        ({"answerers": " openai:b , local:/m.gguf,openai:b,"},
         ("extractive", "openai:b", "local:/m.gguf")),
    ],
)  # fmt: skip
def test_visitors_choose_only_what_is_offered(
    given: dict[str, str], offered: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(**given)  # type: ignore[arg-type]
    assert settings.offered_answerers == offered
    monkeypatch.setattr(session, "shared_settings", lambda: settings)
    for name in ("local:/etc/passwd", "local:/etc/shadow.gguf", "openai:other", "nonsense"):
        for state in ({"answerer": name}, {}):
            monkeypatch.setattr(streamlit, "session_state", state)
            with pytest.raises(SettingsError, match="not offered here.*FOOTNOTE_ANSWERERS"):
                tailored(None, "" if state else name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["extractiv", "openai", "openai:", ":x"])
def test_an_answerer_that_cannot_be_offered_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"answerer {name!r} is not known")):
        Settings(answerers=f"extractive,{name}")
