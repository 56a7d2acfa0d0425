"""The input of the reader's model: word pieces of question, heading and text.

A passage is read once, together with the question and its heading. Word pieces have one of four
types, which give the encoder at its first layer what a cross-encoder of this size learns late:
which words of the question are missing from the passage, and which words of the passage are in the
question.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from index.words import stem
from qa.reader.reading import ReaderInput

MAX_TOKENS = 256  # of one window: question, heading and text together
MAX_QUESTION_TOKENS = 48
MAX_HEADING_TOKENS = 24
QUESTION_KNOWN, QUESTION_UNKNOWN, TEXT_PLAIN, TEXT_SHARED = range(4)
# The shipped model was trained with these: not those of the lexical index.
_STOPWORDS = (
    "a an and are as at be been by can could did do does for from had has have how i in into is it"
    " its me my of on or should so than that the their them there these they this those to was we"
    " were what when where which who whom whose why will with would you your s t"
)
STOPWORDS = frozenset(_STOPWORDS.split())


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one passage as the model reads it: word pieces after question and heading."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    first: int  # index in `ids` of the first word piece of the text
    spans: tuple[tuple[int, int], ...]  # of the text's word pieces: character offsets into it
    sentence_of: tuple[int, ...]  # of the text's word pieces: which sentence, -1 for none


def _stems(encoding: Encoding, text: str) -> list[str]:
    """Return the stem of each word piece's word; empty for stop words and punctuation."""
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


def make_windows(
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
    """Return the model's inputs for windows, each of shape (windows, longest)."""
    shape = (len(batch), max(len(window.ids) for window in batch))
    ids, types, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = window.ids
        types[row, : len(window.types)] = window.types
        mask[row, : len(window.ids)] = 1
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
