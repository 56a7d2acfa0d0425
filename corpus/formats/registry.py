"""The reader of each file name ending.

A reader takes the bytes and the name of a file and returns its text with typed blocks. Unless the
file is plain text, the layout is ours: each block has its own lines, and blank lines separate
blocks. Libraries are imported where they are used: answering a question must not load them.
"""

import warnings
from collections.abc import Callable

from corpus.errors import CorpusError
from corpus.formats.content import MAX_TEXT, Content
from corpus.formats.epub import read_epub
from corpus.formats.html import read_html
from corpus.formats.mail import read_mail
from corpus.formats.markdown import read_markdown
from corpus.formats.office.slides import read_pptx
from corpus.formats.office.word import read_docx
from corpus.formats.office.workbook import read_xlsx
from corpus.formats.opendocument.files import read_odp, read_ods, read_odt
from corpus.formats.pdf import read_pdf
from corpus.formats.plain import read_plain
from corpus.formats.separated import read_csv

Reader = Callable[[bytes, str], Content]

MARKDOWN = (".md", ".markdown")
PLAIN = (".txt", ".text", ".rst", *MARKDOWN)  # the text is the file's own
READERS: dict[str, Reader] = {
    ".txt": read_plain, ".text": read_plain, ".rst": read_plain,
    ".md": read_markdown, ".markdown": read_markdown,
    ".pdf": read_pdf, ".docx": read_docx, ".docm": read_docx, ".odt": read_odt,
    ".pptx": read_pptx, ".pptm": read_pptx, ".odp": read_odp,
    ".xlsx": read_xlsx, ".xlsm": read_xlsx, ".ods": read_ods, ".csv": read_csv, ".tsv": read_csv,
    ".html": read_html, ".htm": read_html, ".xhtml": read_html,
    ".epub": read_epub, ".eml": read_mail,
}  # fmt: skip
SUFFIXES = tuple(READERS)
SHEETS = (".xlsx", ".xlsm", ".ods", ".csv", ".tsv")  # their headings are names of sheets
SLIDES = (".pptx", ".pptm", ".odp")


def read_content(data: bytes, name: str) -> Content:
    """Return the content of a file, read by the ending of its name.

    Raises:
        CorpusError: it contains no text or too much, or is not what its ending says.
    """
    warnings.simplefilter("ignore")  # the libraries' own; what a person needs is in Content
    content = READERS[name[name.rindex(".") :].lower()](data, name)
    if not content.text.strip():
        raise CorpusError("contains no text" + "".join(f"; {w}" for w in content.warnings[:1]))
    if len(content.text) > MAX_TEXT:
        raise CorpusError(f"has more than {MAX_TEXT:,} characters; split it")
    return content
