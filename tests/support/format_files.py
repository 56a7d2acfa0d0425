"""Makers of one document in every format that is read, with the same pages, tables and headings."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    """One page, slide, sheet or section of a document."""

    heading: str
    sentences: tuple[str, ...]
    rows: Rows = ()


PARTS = (
    Part(
        "Harbour traffic",
        (
            "The harbour of Tromsø handled 1,204 ships in 2023, more than in any year before.",
            "Its pilots say that the well-known storm of March kept ninety of them outside.",
        ),
        (
            ("Port", "Ships", "Cargo (t)", "Mayor"),
            ("Oslo", "1,204", "3,500,000", "Anne Lindboe"),
            ("Bergen", "980", "2,100,000", "Christine Meyer"),
            ("Tromsø", "310", "400,000", "Gunnar Wilhelmsen"),
        ),
    ),
    Part(
        "Wages and rents",
        (
            "A lighthouse keeper earns 41,500 kroner a month.",
            "Rents on the quay rose by 5.3 percent & stayed there.",
        ),
    ),
    Part(
        "Weather",
        ("It rained on 212 days.",),
        (
            ("Month", "Rain (mm)", "Wind"),
            ("January", "88.5", "strong"),
            ("June", "41", "weak; from the west"),
        ),
    ),
)


def write_pdf(path: Path) -> None:
    styles = getSampleStyleSheet()
    story: list[object] = []
    for number, part in enumerate(PARTS):
        story += [Paragraph(part.heading, styles["Heading1"])]
        story += [Paragraph(escape(" ".join(part.sentences * 4)), styles["BodyText"])]
        if part.rows:
            table = Table(part.rows, colWidths=110)
            if number == 0:
                table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
            story += [Spacer(1, 12), table]
        story.append(PageBreak())

    def edges(canvas: object, layout: object) -> None:
        canvas.drawString(72, A4[1] - 40, "Harbour Report 2023")  # type: ignore[attr-defined]
        canvas.drawString(280, 30, f"Page {layout.page} of 3")  # type: ignore[attr-defined]

    SimpleDocTemplate(str(path), pagesize=A4).build(story, onFirstPage=edges, onLaterPages=edges)


def write_docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading("Report of the harbour", 0)
    for part in PARTS:
        document.add_heading(part.heading, 1)
        document.add_paragraph(part.sentences[0])
        for sentence in part.sentences[1:]:
            document.add_paragraph(sentence, style="List Bullet")
        if part.rows:
            table = document.add_table(len(part.rows), len(part.rows[0]))
            for row, texts in zip(table.rows, part.rows, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
    document.save(str(path))


def write_pptx(path: Path) -> None:
    show = pptx.Presentation()
    for part in PARTS:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = part.heading
        slide.placeholders[1].text = part.sentences[0]
        slide.notes_slide.notes_text_frame.text = "\n".join(part.sentences[1:])
        if part.rows:
            size = (len(part.rows), len(part.rows[0]))
            table = slide.shapes.add_table(*size, 0, 0, 5_000_000, 1_000_000).table
            for i, row in enumerate(part.rows):
                for j, text in enumerate(row):
                    table.cell(i, j).text = text
    show.save(str(path))


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for part in PARTS:
        sheet = book.create_sheet(part.heading)
        for row in part.rows or [(sentence,) for sentence in part.sentences]:
            sheet.append(row)
    book.save(path)


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";" if path.stem.endswith("semicolon") else ",").writerows(
            PARTS[0].rows
        )


def _html_table(rows: Rows) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows[1:])
    return f"<table><tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in body) + "</table>"


def write_html(path: Path) -> None:
    parts = "".join(
        f"<h2>{part.heading}</h2><p>{escape(part.sentences[0])}"
        + "".join(f"<li><p>{escape(sentence)}</p>" for sentence in part.sentences[1:])
        + (_html_table(part.rows) if part.rows else "")
        for part in PARTS
    )
    path.write_text(
        "<html><head><meta charset=iso-8859-1><title>Harbour &amp; co</title>"
        "<script>var secret = 1</script></head><body><nav>Home page</nav>"
        f"<div role=main>{parts}</div><footer>All rights reserved</footer></body></html>",
        encoding="iso-8859-1",
    )


def write_markdown(path: Path) -> None:
    path.write_text(
        "\n\n".join(
            f"## {part.heading}\n\n" + "\n".join(part.sentences) + "\n\n" + _pipes(part.rows)
            for part in PARTS
        ),
        encoding="utf-8",
    )


def _pipes(rows: Rows) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines[:1], "|---" * len(rows[0]) + "|", *lines[1:]]) if rows else ""


def write_text(path: Path) -> None:
    text = "\r\n\r\n".join(sentence for part in PARTS for sentence in part.sentences)
    path.write_text(text, encoding="cp1252", newline="")


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(
    f'xmlns:{name}="{_OFFICE}{name if name != "draw" else "drawing"}:1.0"'
    for name in ("office", "text", "table", "draw", "presentation", "style")
)


def open_document(kind: str, body: str, styles: str = "") -> bytes:
    """Return a file of OpenDocument of its least parts."""
    xml = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}>'
           f"<office:automatic-styles>{styles}</office:automatic-styles>"
           f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
           "</office:document-content>")  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("content.xml", xml)
    return buffer.getvalue()


def _write_open(path: Path, kind: str, body: str) -> None:
    path.write_bytes(open_document(kind, body))


def _open_table(rows: Rows, name: str = "") -> str:
    lines = (
        "".join(
            f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row
        )
        for row in rows
    )
    inner = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    return f'<table:table table:name="{name}">{inner}</table:table>'


def _paragraphs(sentences: Sequence[str]) -> str:
    return "".join(f"<text:p>{escape(sentence)}</text:p>" for sentence in sentences)


def write_odt(path: Path) -> None:
    body = "".join(
        f'<text:h text:outline-level="1">{part.heading}</text:h>{_paragraphs(part.sentences)}'
        + (_open_table(part.rows) if part.rows else "")
        for part in PARTS
    )
    _write_open(path, "text", body)


def write_ods(path: Path) -> None:
    sheets = (
        _open_table(part.rows or [(sentence,) for sentence in part.sentences], part.heading)
        for part in PARTS
    )
    _write_open(path, "spreadsheet", "".join(sheets))


def write_odp(path: Path) -> None:
    def slide(part: Part) -> str:
        title = f'<draw:frame presentation:class="title"><draw:text-box><text:p>{part.heading}'
        table = f"<draw:frame>{_open_table(part.rows)}</draw:frame>" if part.rows else ""
        text = (
            f"<draw:frame><draw:text-box>{_paragraphs(part.sentences)}</draw:text-box></draw:frame>"
        )
        return f"<draw:page>{title}</text:p></draw:text-box></draw:frame>{text}{table}</draw:page>"

    _write_open(path, "presentation", "".join(map(slide, PARTS)))


def write_epub(path: Path) -> None:
    def chapter(part: Part) -> str:
        text = "".join(f"<p>{escape(sentence)}</p>" for sentence in part.sentences)
        table = _html_table(part.rows) if part.rows else ""
        return (f'<?xml version="1.0" encoding="utf-8"?><html><body><h2>{part.heading}</h2>{text}'
                f"{table}</body></html>")  # fmt: skip

    items = "".join(
        f'<item id="c{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in (1, 2, 3)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in (1, 2, 3))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        zipped.writestr(
            "OEBPS/book.opf",
            f"<package><metadata><title>The harbour</title></metadata><manifest>{items}"
            f"</manifest><spine>{spine}</spine></package>",
        )
        for number, part in enumerate(PARTS, 1):
            zipped.writestr(f"OEBPS/{number}.xhtml", chapter(part))


def write_mail(path: Path) -> None:
    message = EmailMessage()
    message["From"] = "Pilot <pilot@harbour.example>"
    message["Subject"] = "On the harbour"
    message.set_content("\n\n".join(sentence for part in PARTS for sentence in part.sentences))
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="tides.pdf")
    path.write_bytes(bytes(message))


MAKERS: dict[str, Callable[[Path], None]] = {
    "pdf": write_pdf,
    "docx": write_docx,
    "pptx": write_pptx,
    "xlsx": write_xlsx,
    "csv": write_csv,
    "html": write_html,
    "md": write_markdown,
    "txt": write_text,
    "odt": write_odt,
    "ods": write_ods,
    "odp": write_odp,
    "epub": write_epub,
    "eml": write_mail,
}
