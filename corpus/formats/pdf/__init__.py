"""PDF: words at positions on pages, reassembled into columns, paragraphs, headings and tables."""

from corpus.formats.pdf.reader import read_pdf as read_pdf
