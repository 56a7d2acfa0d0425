"""Small parts of the chat view, without a page."""

from datetime import UTC, datetime

import pytest

from qa.conversations.exports import file_name
from ui.chat import version_names


def id_at(*moment: int) -> str:
    return f"{datetime(*moment, tzinfo=UTC).timestamp():017.6f}-x"  # type: ignore[arg-type,misc]


def test_versions_are_named_by_the_time_where_the_visitor_is() -> None:
    early, late = id_at(2025, 1, 8, 23, 30, 5), id_at(2025, 1, 8, 23, 50, 7)
    names = version_names([(early, "extractive"), (late, "extractive")], "Asia/Tokyo")
    assert list(names.values()) == ["08:30", "08:50"]
    names = version_names([(early, "extractive"), (late, "openai:x")], "Europe/Athens")
    assert list(names.values()) == ["01:30 · extractive", "01:50 · openai:x"]
    soon = id_at(2025, 1, 8, 23, 30, 50)
    assert list(version_names([(early, "a"), (soon, "a")], "UTC").values()) == [
        "23:30:05",
        "23:30:50",
    ]
    next_day = id_at(2025, 1, 9, 0, 10, 0)
    assert list(version_names([(early, "a"), (next_day, "a")], "UTC").values()) == [
        "08 Jan, 23:30",
        "09 Jan, 00:10",
    ]
    assert len(version_names([(early, "a")], "No/Where")) == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How tall is the mast?", "How tall is the mast"),
        ("../../etc: a/b\\c|d", "etc a b c d"),
        ("Wie hoch ist „Möwe“ (1912)?", "Wie hoch ist Möwe (1912)"),
        ("💡", "conversation"),
        ("x" * 300, "x" * 80),
    ],
)
def test_exports_are_named_by_the_title(title: str, name: str) -> None:
    assert file_name(title) == name
