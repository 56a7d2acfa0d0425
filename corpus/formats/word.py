"""Word documents, by way of HTML."""

from pathlib import Path

from corpus.formats.content import Content, as_text, check_zip
from corpus.formats.html import html_lines, parse_html


def read_docx(path: Path) -> Content:
    """Read a Word document: paragraphs, lists, tables, footnotes; pictures and macros are not."""
    import mammoth

    check_zip(path, "word/document.xml")
    with path.open("rb") as file:
        styles = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
        no_pictures = mammoth.images.img_element(lambda image: {})
        result = mammoth.convert_to_html(file, style_map=styles, convert_image=no_pictures)
    return Content(as_text(html_lines(parse_html(f"<body>{result.value}</body>"))))
