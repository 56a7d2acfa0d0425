"""Settings, read once from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from corpus.errors import FootnoteError
from corpus.folder import SHIPPED
from corpus.installation import default_home

EXTRACTIVE = "extractive"
_SERVER = re.compile(r"https?://[\w.-]+(:\d{1,5})?/?")


class SettingsError(FootnoteError):
    """A setting that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; see README for what each means."""

    home: Path = field(default_factory=default_home)
    documents: Path = SHIPPED
    embedder: str = "minilm"
    reader: str = "footnote"
    answerer: str = EXTRACTIVE
    answerers: str = ""
    judge: str = ""
    chroma_url: str = ""
    database_url: str = ""

    def __post_init__(self) -> None:
        if self.chroma_url and not _SERVER.fullmatch(self.chroma_url):
            raise SettingsError(
                f"FOOTNOTE_CHROMA_URL={self.chroma_url!r} is not a URL such as "
                "'http://localhost:8000'"
            )
        named = [("answerer", name, EXTRACTIVE) for name in self.offered_answerers]
        for role, name, plain in (*named, ("judge", self.judge or "none", "none")):
            provider, _, model = name.partition(":")
            if name != plain and not (provider and model):
                raise SettingsError(
                    f"{role} {name!r} is not known; use {plain!r}, 'PROVIDER:MODEL' such as "
                    "'openai:gpt-4o-mini', or 'local:PATH.gguf'"
                )

    @property
    def offered_answerers(self) -> tuple[str, ...]:
        """The answerers that a visitor may choose, the default first; never a path."""
        listed = (name.strip() for name in self.answerers.split(","))
        return tuple(dict.fromkeys(filter(None, (self.answerer, EXTRACTIVE, *listed))))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the `FOOTNOTE_…` variables.

    Raises:
        SettingsError: one of them is unknown, or its value cannot be used.
    """
    known = {f"FOOTNOTE_{name.upper()}": name for name in Settings.__slots__}
    given: dict[str, str] = {}
    for variable, value in environment.items():
        if not variable.upper().startswith("FOOTNOTE_"):
            continue
        if variable not in known:
            near = get_close_matches(variable.upper(), known, 1, cutoff=0)[0]
            raise SettingsError(f"{variable!r} is not a setting; did you mean {near!r}?")
        if value:
            given[known[variable]] = value
    paths = {name: Path(given.pop(name)) for name in ("home", "documents") if name in given}
    return Settings(**paths, **given)  # type: ignore[arg-type]
