"""A cross-encoder as the reader, for ranking only."""

import threading
from collections.abc import Sequence
from pathlib import Path

from index.onnx_runtime import set_threads
from qa.reader.reading import NEUTRAL, ReaderError, ReaderInput, Reading


class CrossEncoderReader:
    """A cross-encoder of sentence-transformers or transformers, for ranking only.

    Scores each sentence under its heading; does not say whether or where a passage answers.
    """

    judges = False

    def __init__(self, name: str) -> None:
        """Load a folder, or a model of the Hugging Face hub.

        Raises:
            ReaderError: there is no such model, or it does not score pairs of texts.
        """
        folder = Path(name).expanduser()
        if not folder.is_dir() and (name.startswith((".", "/", "~")) or name.count("/") > 1):
            raise _refuse(name, "there is no such folder")
        set_threads()
        from sentence_transformers import CrossEncoder  # slow to import
        from torch.nn import Identity

        try:
            here = folder.is_dir()
            source = str(folder) if here else name
            self._model = CrossEncoder(source, device="cpu", local_files_only=here)
        except Exception as error:  # whatever a foreign model's files can cause
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            raise _refuse(name, f"it cannot be loaded: {reason}") from error
        made_for = self._model.config.architectures or []
        if self._model.num_labels != 1 or not any("Classification" in n for n in made_for):
            raise _refuse(name, f"it gives no score for a question and a text (it is {made_for})")
        self._plain = Identity()  # logits, as ours
        self._lock = threading.Lock()  # its tokenizer serves one at a time

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        """Score the sentences of each passage; the same order, one reading each."""
        pairs = [
            (question, f"{p.heading}: {p.text[s:e]}" if p.heading else p.text[s:e])
            for p in passages
            for s, e in p.sentences
        ]
        if not pairs:
            return [Reading((), NEUTRAL, None, NEUTRAL) for _ in passages]
        with self._lock:
            scores = iter(
                self._model.predict(pairs, activation_fn=self._plain, show_progress_bar=False)
            )
        return [
            Reading(tuple(float(next(scores)) for _ in p.sentences), NEUTRAL, None, NEUTRAL)
            for p in passages
        ]


def _refuse(name: str, reason: str) -> ReaderError:
    return ReaderError(
        f"FOOTNOTE_READER={name!r}: {reason}. Name a folder with model.onnx, or a cross-encoder"
        " (a folder or a model of the hub) with one output; 'none' runs without."
    )
