"""Documents and how they become passages."""

__version__ = "0.2.0"  # the one place; pyproject.toml reads it here
