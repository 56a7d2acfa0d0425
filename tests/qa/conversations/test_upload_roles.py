"""Who may do what with an upload, cell by cell, on real folders, as the documentation says."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit

from corpus.errors import CorpusError
from index.settings import Settings
from qa.conversations.uploads import Library
from tests.support.running import ROOT
from ui import library as view
from ui.session import Visitor

TEXT = b"The walrus Olga weighs 1,204 kilograms.\n"
FILE = "walrus.txt"
BROWSER, OTHER = Visitor("browser:mine"), Visitor("browser:another")
ACCOUNT, STRANGER = (Visitor(f"account:x {name}", f"x {name}", name) for name in ("me", "you"))
ACTIONS = ("see, ask about", "remove, undo", "share, stop sharing", "stop the reading")
ROLES = {  # who brought it, who comes, whether it is shared
    "account that uploaded it": (ACCOUNT, ACCOUNT, False),
    "another account": (ACCOUNT, STRANGER, False),
    "browser that uploaded it": (BROWSER, BROWSER, False),
    "another browser": (BROWSER, OTHER, False),
    "another browser, once it is shared": (BROWSER, OTHER, True),
    "any browser, for an upload from before browsers owned theirs": (None, OTHER, False),
}


def documented() -> dict[str, list[str]]:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+) \|$", text.partition("Uploads (")[2].partition("\n\nA ")[0], re.M)
    return {row.split(" | ")[0]: row.split(" | ")[1:] for row in rows}


def allowed(do: Callable[[], object]) -> bool:
    try:
        do()
    except CorpusError:
        return False
    return True


def may(library: Library, action: str, who: Visitor) -> bool:
    """Do it, and tell whether it was done."""
    seen = [upload.path.name for upload in library.uploads()]
    if action == ACTIONS[0]:
        assert ("walrus" in str(library._both().documents)) == (FILE in seen)
        return FILE in seen
    if action == ACTIONS[1]:
        offered = any(upload.removable for upload in library.uploads())
        done = allowed(lambda: library.remove(FILE))
        assert done == offered
        if done:
            assert library.removed() == [FILE] and not library.uploads()
            library.restore(FILE)
            assert [upload.path.name for upload in library.uploads()] == seen
        return done
    if action == ACTIONS[2]:
        offered = any(upload.shareable for upload in library.uploads())
        done = allowed(lambda: library.share(FILE, True))
        assert done == offered
        if done:
            assert Library(library.settings, OTHER.library).uploads()
            library.share(FILE, False)
            assert not Library(library.settings, OTHER.library).uploads()
        return done
    return stop_is_offered(library, who)


def stop_is_offered(library: Library, who: Visitor) -> bool:
    """Draw the documents while they are read; tell whether there is a button to stop that."""
    reading: Future[None] = Future()
    opening = SimpleNamespace(
        library=library if library.has_own else Library(library.settings),
        latest=reading, problem="", stopped=False, stop=None, progress=(0.5, "Reading"),
        addresses={}, pipeline=None,
    )  # fmt: skip
    uploads = SimpleNamespace(library=library, busy=False, seconds_left=None)
    buttons: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(view, "shared_uploads", lambda owner: uploads)
        patched.setattr(view, "opening_of", lambda owner: opening)
        patched.setattr(view, "sleep", lambda _: reading.set_result(None))
        patched.setattr(streamlit, "rerun", lambda: None)
        patched.setattr(streamlit, "button", lambda *_, key, **__: buttons.append(key))
        index = SimpleNamespace(statuses=())
        view.draw_library(who, SimpleNamespace(problems=(), index=index))  # type: ignore[arg-type]
    return "stop-reading" in buttons


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_cell_is_as_documented_and_as_it_is_done(
    tmp_path: Path, role: str, action: str
) -> None:
    (tmp_path / "documents").mkdir()
    settings = Settings(home=tmp_path / "home", documents=tmp_path / "documents")
    brought_by, who, shared = ROLES[role]
    brought = Library(settings, brought_by.library if brought_by else "")
    brought.save(FILE, TEXT)
    if shared:
        brought.share(FILE, True)
    said = documented()[role][ACTIONS.index(action)]
    assert may(Library(settings, who.library), action, who) is (said == "yes")


def test_the_table_has_every_role_and_action() -> None:
    table = documented()
    assert table.pop("who") == [*ACTIONS]
    table.pop("---")
    assert [*table] == [*ROLES]


def test_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    """What somebody else shares takes no name from one's own documents, which answers cite."""
    (tmp_path / "documents").mkdir()
    settings = Settings(home=tmp_path / "home", documents=tmp_path / "documents")
    mine, other = Library(settings, BROWSER.library), Library(settings, OTHER.library)
    mine.save(FILE, TEXT)
    other.save(FILE, b"The walrus Ida weighs 900 kilograms.\n")
    before = mine.state()
    assert [upload.doc for upload in mine.uploads()] == ["uploads/walrus"]
    other.share(FILE, True)
    assert [upload.doc for upload in mine.uploads()] == ["uploads/walrus", "uploads/walrus.txt"]
    assert mine.state() != before
    texts = [file.load() for file in mine._both().documents]
    assert texts[0] == TEXT and b"Ida" in texts[1]
    mine.remove(FILE)
    assert [upload.removable for upload in mine.uploads()] == [False], "the other's stays"
