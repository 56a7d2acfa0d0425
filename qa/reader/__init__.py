"""A small trained reader: which sentences of a passage answer a question, where, and whether."""

from qa.reader.load import load_reader, open_reader
from qa.reader.reading import Reader, ReaderError, ReaderInput, Reading, Span

__all__ = [
    "Reader", "ReaderError", "ReaderInput", "Reading", "Span", "load_reader", "open_reader",
]  # fmt: skip
