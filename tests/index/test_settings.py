"""Settings are read once, and what is unknown is refused."""

from pathlib import Path

import pytest
from platformdirs import user_data_path

from corpus import installation
from index.settings import Settings, SettingsError, read_settings
from tests.support.running import ROOT


def test_defaults() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({"FOOTNOTE_HOME": "", "OTHER": "1"}) == Settings()


def test_the_home_of_a_checkout_and_of_an_installed_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Settings().home == ROOT / ".footnote"
    assert installation.install_command("postgres", "psycopg") == (
        ".venv/bin/pip install -r requirements-postgres.txt"
    )
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    assert Settings().home == user_data_path("footnote", appauthor=False)
    assert installation.install_command("postgres", "psycopg[binary]", "x") == (
        "pip install 'psycopg[binary]' 'x'"
    )


def test_given() -> None:
    read = read_settings({"FOOTNOTE_HOME": "/a", "FOOTNOTE_EMBEDDER": "/model"})
    assert (read.home, read.embedder) == (Path("/a"), "/model")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("FOOTNOTE_DOCUMENT", "FOOTNOTE_DOCUMENTS"),
        ("FOOTNOTE_STORE", "FOOTNOTE_HOME"),
        ("footnote_home", "FOOTNOTE_HOME"),
        ("FOOTNOTE_", "FOOTNOTE_HOME"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({name: "1"})
    assert repr(name) in str(refused.value)
    assert "did you mean 'FOOTNOTE_" in str(refused.value)
    if name != "FOOTNOTE_STORE" and name != "FOOTNOTE_":
        assert repr(near) in str(refused.value)


@pytest.mark.parametrize("name", ["FOOTNOTE_ANSWERER", "FOOTNOTE_CHROMA_URL", "FOOTNOTE_JUDGE"])
def test_a_value_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="nonsense"):
        read_settings({name: "nonsense"})
