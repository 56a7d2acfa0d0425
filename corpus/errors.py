"""What all errors that a person can mend have in common.

FootnoteError
├── CorpusError      a document or folder that cannot be read
│   └── PassingError now, and perhaps not at the next try
├── EmbedderError    an embedding model that cannot be used
├── StoreError       an index that cannot be read or written
│   └── DamagedError now not as it was written: the next build makes another
├── SettingsError    a setting that is unknown or cannot be used
├── ReaderError      a reader model that cannot be used
├── QuestionError    a question or questions file that cannot be used
├── ChatModelError   a chat model that cannot be used
├── StoppedError     work that somebody wished to end
├── EvaluationError  an evaluation that cannot be run as asked
└── HistoryError     a database of conversations that cannot be used
"""


class FootnoteError(Exception):
    """Something a person can mend; the message says what happened and what to do."""


class CorpusError(FootnoteError):
    """A document or folder that cannot be read; the message says what to do."""


class PassingError(CorpusError):
    """A file that cannot be read now, and may be at the next try: nothing to be kept."""
