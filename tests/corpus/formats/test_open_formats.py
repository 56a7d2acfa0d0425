"""OpenDocument, EPUB and mail: lists, notes, comments, hidden parts, attachments."""

import io
import zipfile
from email.message import EmailMessage

from corpus.formats.content import Content
from corpus.formats.registry import read_content
from tests.support.format_files import open_document
from tests.support.office_files import said


def read(kind: str, body: str, styles: str = "") -> Content:
    ending = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}[kind]
    return read_content(open_document(kind, body, styles), f"a.{ending}")


def cells(*texts: str) -> str:
    inner = "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in texts)
    return f"<table:table-row>{inner}</table:table-row>"


LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
    'style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" '
    'style:num-format="a" style:num-suffix=")"/></text:list-style>'
)


def test_lists_have_the_numbers_of_their_style() -> None:
    def item(inner: str) -> str:
        return f"<text:list-item>{inner}</text:list-item>"

    deep = f"<text:list>{item('<text:p>Fish</text:p>')}{item('<text:p>Salt</text:p>')}</text:list>"
    body = item("<text:p>Load</text:p>" + deep) + item("<text:p>Sail</text:p>")
    content = read("text", f'<text:list text:style-name="L">{body}</text:list>', LIST)
    assert [block.marker for block in content.blocks] == ["1.", "a)", "b)", "2."]
    assert [block.level for block in content.blocks] == [1, 2, 2, 1]


def test_notes_and_annotations() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>At high tide.</text:p></text:note-body></text:note>"
    )
    comment = (
        '<office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada'
        "</dc:creator><text:p>Measure again.</text:p></office:annotation>"
    )
    content = read("text", f"<text:p>It is 9 m deep.{note}{comment}</text:p>")
    assert said(content) == [
        ("paragraph", "It is 9 m deep.¹"), ("note", "¹ At high tide."),
        ("note", "Ada: Measure again."),
    ]  # fmt: skip


def test_deletions_are_counted_and_hidden_sections_left_out() -> None:
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old fee.</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    hidden = '<text:section text:display="none"><text:p>Secret.</text:p></text:section>'
    content = read("text", f"{changes}<text:p>New fee.</text:p>{hidden}")
    assert content.text.strip() == "New fee."
    assert set(content.warnings) == {
        "1 tracked deletion is not read", "1 hidden section is not read",
    }  # fmt: skip


def test_a_sheet_with_a_title_repeated_and_hidden_rows() -> None:
    hidden = cells("Old", "1", "1").replace(
        "<table:table-row", '<table:table-row table:visibility="collapse"'
    )
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    rows = [
        cells("Catch (tonnes)"),
        cells("Boat", "Cod", "Crab"),
        cells("Ran", "4", "6"),
        hidden,
        cells("Ull", "7", "9"),
        blank,
        cells("Boat", "Crew", "Age"),
        cells("Ran", "5", "12"),
    ]
    content = read("spreadsheet", f'<table:table table:name="May">{"".join(rows)}</table:table>')
    assert "Boat: Ull; Cod: 7; Crab: 9" in content.text
    assert "Boat: Ran; Crew: 5; Age: 12" in content.text
    assert "Old" not in content.text
    assert content.warnings == ("1 hidden row is left out in sheet 'May'",)
    assert [b.table.unit for b in content.blocks if b.table] == ["tonnes", ""]


def test_cells_that_span_rows_of_a_text_table() -> None:
    tall = cells("North", "May", "4").replace(
        "<table:table-cell>", '<table:table-cell table:number-rows-spanned="2">', 1
    )
    rest = f"<table:table-row><table:covered-table-cell/>{cells('June', '6')[17:]}"
    rows = cells("Quay", "Month", "Ships") + tall + rest + cells("South", "May", "2")
    content = read("text", f"<table:table>{rows}</table:table>")
    assert "Quay: North; Month: June; Ships: 6" in content.text


def test_chapters_follow_the_spine() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        )
        kinds = {"two": "application/xhtml+xml", "one": "application/xhtml+xml", "pic": "image/png"}
        items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="{kind}"/>'
                        for n, kind in kinds.items())  # fmt: skip
        spine = "".join(f'<itemref idref="{n}"/>' for n in ("one", "two", "pic"))
        zipped.writestr("b.opf", f"<package><metadata><title>Tides</title></metadata><manifest>"
                        f"{items}</manifest><spine>{spine}</spine></package>")  # fmt: skip
        for name in kinds:
            zipped.writestr(
                f"{name}.xhtml", f"<html><body><h1>{name}</h1><p>Sea.</p></body></html>"
            )
    content = read_content(buffer.getvalue(), "a.epub")
    assert content.title == "Tides"
    assert [text for _, text in said(content)] == ["one", "Sea.", "two", "Sea."]
    assert content.warnings == ("chapter 'pic.xhtml' is not read",)


def test_attachments_of_a_mail_are_named_and_mails_in_it_read() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Ole <ole@quay.example>", "Crane broken"
    inner.set_content("It broke on Monday.")
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ada <ada@quay.example>", "Bo <bo@quay.example>"
    mail["Subject"], mail["Date"] = "Fwd: Crane broken", "Mon, 04 Mar 2024 10:00:00 +0100"
    mail.set_content("Please see below.\n\n- order a part\n- call Ole\n")
    mail.add_alternative("<p>Please see <b>below</b>.</p>", subtype="html")
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="plans März.zip")
    mail.add_attachment(inner)
    content = read_content(bytes(mail), "a.eml")
    assert content.title == "Fwd: Crane broken"
    assert "From: Ada <ada@quay.example>\nTo: Bo <bo@quay.example>" in content.text
    assert "Please see below." in content.text
    assert ("heading", "Crane broken") in said(content)
    assert "It broke on Monday." in content.text
    assert content.warnings == (
        "attachment 'plans März.zip' is not read; save it as a file of its own",
    )
