"""The base of all errors that the user can fix.

FootnoteError
├── CorpusError      a document or folder that cannot be read
│   └── PassingError a file that may be readable at the next try
├── EmbedderError    an embedding model that cannot be used
├── StoreError       an index that cannot be read or written
│   └── DamagedError a damaged index, which the next build replaces
├── SettingsError    a setting that is unknown or cannot be used
├── ReaderError      a reader model that cannot be used
├── QuestionError    a question or questions file that cannot be used
├── ChatModelError   a chat model that cannot be used
├── StoppedError     work stopped on request
├── EvaluationError  an evaluation that cannot be run as asked
└── HistoryError     a database of conversations that cannot be used
"""


class FootnoteError(Exception):
    """An error that the user can fix; the message says what happened and what to do."""


class CorpusError(FootnoteError):
    """A document or folder that cannot be read; the message says what to do."""


class PassingError(CorpusError):
    """A file that cannot be read now but may be at the next try: the failure is not cached."""
