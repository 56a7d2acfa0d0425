"""Two versions of Footnote on one home: each has its index, and neither harms the other's."""

from pathlib import Path

import pytest

from index.build import open_index
from index.settings import Settings

TEXT = "The funicular climbs 312 metres. It was built in 1897 by a brewer."


def version(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be another version, which reads and keeps documents otherwise."""
    for module in ("corpus.folder", "index.build", "index.generations"):
        monkeypatch.setattr(f"{module}.HOME_FORMAT", number)


@pytest.mark.slow
def test_versions_take_turns_on_one_home(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "in"
    documents.mkdir()
    (documents / "funicular.txt").write_text(TEXT)
    settings = Settings(tmp_path / "home", documents, embedder=str(tiny_model))
    opened = []
    for number in (901, 902, 901, 902):
        version(number, monkeypatch)
        index, report = open_index(settings)
        assert not report.problems
        opened.append(index)
        for one in opened:  # those that the other version opened go on answering
            (found,) = one.search("How high does the funicular climb?")
            assert "312 metres" in found.passage.text
    for one in opened:
        one.close()
