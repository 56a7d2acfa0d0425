"""Which reader reads which ending.

What is no plain text becomes Markdown that we write: every paragraph, heading and table row is one
line, and blank lines part them. A table's row names its columns (`Port: Oslo; Ships: 1,204`), so
that it is understood alone. Libraries are imported where they are used: answering a question must
not load them.
"""

import warnings
from collections.abc import Callable
from pathlib import Path

from corpus.errors import CorpusError
from corpus.formats.content import Content, decoded_text
from corpus.formats.html import read_html
from corpus.formats.pdf import read_pdf
from corpus.formats.sheets import read_csv, read_xlsx
from corpus.formats.slides import read_pptx
from corpus.formats.word import read_docx

READERS_VERSION = 3  # raise it when the same file would be read otherwise

READERS: dict[str, Callable[[Path], Content]] = {
    ".pdf": read_pdf, ".docx": read_docx, ".pptx": read_pptx, ".xlsx": read_xlsx,
    ".csv": read_csv, ".tsv": read_csv, ".html": read_html, ".htm": read_html, ".xhtml": read_html,
}  # fmt: skip

MARKDOWN = (".md", ".markdown")
PLAIN = (".txt", ".text", ".rst", *MARKDOWN)
SUFFIXES = (*PLAIN, *READERS)


def read_plain(path: Path) -> Content:
    """Read plain text: nothing is changed but its encoding."""
    text, guessed = decoded_text(path)
    return Content(text, warnings=guessed)


def read_content(path: Path) -> Content:
    """Return what a file holds, by its ending.

    Raises:
        CorpusError: it holds no text, or is not what its ending says.
    """
    warnings.simplefilter("ignore")  # the libraries' own; what a person needs is in Content
    content = READERS[path.suffix.lower()](path)
    if not content.text.strip():
        raise CorpusError("holds no text" + "".join(f"; {w}" for w in content.warnings[:1]))
    return content
