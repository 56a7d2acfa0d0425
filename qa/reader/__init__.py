"""A small trained reader: which sentences of a passage answer a question, where, and whether."""

from qa.reader.reader import Reader, ReaderError, ReaderInput, Reading, Span, load_reader

__all__ = ["Reader", "ReaderError", "ReaderInput", "Reading", "Span", "load_reader"]
