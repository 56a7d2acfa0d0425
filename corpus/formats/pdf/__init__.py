"""PDF: words at places on pages, made into columns, paragraphs, headings and tables again."""

from corpus.formats.pdf.reader import read_pdf as read_pdf
