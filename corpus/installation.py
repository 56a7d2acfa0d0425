"""How this program is installed: as a checkout, or as a package among others."""

from pathlib import Path

from platformdirs import user_data_path

ROOT = Path(__file__).parent.parent


def in_checkout() -> bool:
    """Tell whether the code runs from its source tree and not from an installed package."""
    return (ROOT / "pyproject.toml").is_file()


def default_home() -> Path:
    """Return the default of FOOTNOTE_HOME: `.footnote` in a checkout, else the user's data folder.

    The folder is not created.
    """
    return ROOT / ".footnote" if in_checkout() else user_data_path("footnote", appauthor=False)


def install_command(extra: str, *packages: str) -> str:
    """Return the command that installs the packages of an extra of this project.

    Args:
        extra: such as "openai".
        packages: its distributions, which an installed Footnote names instead: the package index in
            use may not have Footnote.
    """
    if in_checkout():
        return f".venv/bin/pip install -r requirements-{extra}.txt"
    return f"pip install {' '.join(map(repr, packages))}"
