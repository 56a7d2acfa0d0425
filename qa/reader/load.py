"""Readers by name."""

from pathlib import Path

from qa.reader.cross_encoder import CrossEncoderReader
from qa.reader.reader import MODEL_FOLDER, OnnxReader
from qa.reader.reading import Reader


def load_reader(name: str | None = None) -> Reader:
    """Return the shipped reader, or another: a folder with `model.onnx`, or a cross-encoder.

    Raises:
        ReaderError: `name` is neither.
    """
    folder = MODEL_FOLDER if name is None else Path(name).expanduser()
    if name is None or (folder / "model.onnx").is_file():
        return OnnxReader(folder)
    return CrossEncoderReader(name)


def open_reader(name: str) -> Reader | None:
    """Return the reader of a setting: "footnote" for the shipped one, "none" for none.

    Raises:
        ReaderError: the folder `name` contains no reader.
    """
    if name == "none":
        return None
    return load_reader(None if name == "footnote" else name)
