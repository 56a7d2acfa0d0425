"""A folder of files that attack or break readers, and a table of the outcomes.

python -m tests.support.hostile_files [DIR]
"""

import argparse
import io
import os
import random
import re
import socket
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document
from corpus.folder import iter_documents, list_documents
from corpus.passages import split_document
from tests.support.format_files import MAKERS

ENDINGS = tuple(MAKERS)
ZIPPED = {"docx": "word/document.xml", "pptx": "ppt/slides/slide1.xml",
          "xlsx": "xl/worksheets/sheet1.xml"}  # fmt: skip
OPEN = ("odt", "ods", "odp", "epub")  # zipped, and with rules of their own
SECRET = "the secret beside the folder"
NAMES = ("new\nline", "tab\there", "right\u202eto left", "mark\u200f", "up\\..\\..\\up", "-rf", "'quoted\"",
         "$(touch x)", "%2e%2e%2fup", "x" * 250, "é" * 124, "\U0001f600", "a:b|c<d>", "trailing ",
         "con", "\x1b[31mred", "&lt;b&gt;")  # fmt: skip

Made = Iterator[tuple[str, str, bytes]]


def flipped(data: bytes, seed: int) -> bytes:
    """Return the bytes with one in two hundred changed, at least one."""
    chance, changed = random.Random(seed), bytearray(data)
    for _ in range(max(1, len(data) // (200 if seed % 2 else 5000))):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def damaged(good: dict[str, bytes]) -> Made:
    for kind, data in good.items():
        for part in range(6):
            yield "truncated", f"{part}.{kind}", data[: len(data) * (part + 1) // 8]
        if kind not in ("txt", "md", "csv", "eml"):
            for seed in range(14):
                yield "bit-flipped", f"{seed}.{kind}", flipped(data, seed)
        for other in good:
            if other != kind:
                yield "mislabelled", f"{kind}.{other}", data
        yield "empty", f"none.{kind}", b""
        yield "empty", f"spaces.{kind}", b" \r\n\t " * 9
        yield "random bytes", f"long.{kind}", random.Random(kind).randbytes(200_000)
        yield "random bytes", f"nul.{kind}", bytes(5000)
        head = data[:200]
        yield "random bytes", f"headed.{kind}", head + random.Random(kind).randbytes(50_000)


def rezipped(data: bytes, changes: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zipped file with parts put in the place of, or beside, its own."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", mode, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return made.getvalue()


def xml_attacks(port: int, secret: Path) -> dict[str, str]:
    """Return document type declarations and the entity each defines to be used."""
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return {
        "xxe-file": f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]>',
        "xxe-http": f'<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/e">]>',
        "xxe-dtd": f'<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/d" [<!ENTITY e "x">]>',
        "xxe-parameter": f'<!DOCTYPE a [<!ENTITY % p SYSTEM "file://{secret}"> %p;'
        '<!ENTITY e "x">]>',
        "laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}<!ENTITY e "&l9;">]>',
        "quadratic": f'<!DOCTYPE a [<!ENTITY e "{"ha" * 50_000}">]>',
    }


def office(good: dict[str, bytes], port: int, secret: Path) -> Made:
    for kind, part in ZIPPED.items():
        data = good[kind]
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            xml = zipped.read(part).decode()
            rels = zipped.read("_rels/.rels").decode()
        body = xml[xml.index("?>") + 2 :] if xml.startswith("<?xml") else xml
        at = body.index(">", body.index("<w:t>") if kind == "docx" else body.index("<")) + 1
        for name, doctype in xml_attacks(port, secret).items():
            uses = "&e;" * (2000 if name == "quadratic" else 1)
            attack = f'<?xml version="1.0"?>{doctype}{body[:at]}{uses}{body[at:]}'
            yield "XML entities", f"{name}.{kind}", rezipped(data, {part: attack.encode()})
        deep = "<a>" * 100_000 + "</a>" * 100_000
        nested = (body[:at] + deep + body[at:]).encode()
        yield "nested 100,000 deep", f"deep.{kind}", rezipped(data, {part: nested})
        outside = f'<Relationship Id="rX" TargetMode="External" Type="http://x/image" Target="http://127.0.0.1:{port}/r"/></Relationships>'  # noqa: E501
        linked = rels.replace("</Relationships>", outside).encode()
        yield "outside links", f"rels.{kind}", rezipped(data, {"_rels/.rels": linked})
        template = rels.replace(
            'Target="', f'TargetMode="External" Target="file://{secret}?'
        ).encode()
        yield "outside links", f"template.{kind}", rezipped(data, {"_rels/.rels": template})
        yield (
            "macros",
            f"vba.{kind}",
            rezipped(data, {f"{part[:4]}/vbaProject.bin": b"\xd0\xcf" * 999}),
        )
        types = "[Content_Types].xml"
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            macro = zipped.read(types).replace(b".main+xml", b".macroEnabled.main+xml")
        yield "macros", f"enabled.{kind}", rezipped(data, {types: macro})
        yield (
            "password",
            f"cfb.{kind}",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage" * 99,
        )
        entries = rb"(PK\x01\x02..\x14\x00|PK\x03\x04\x14\x00)\x00\x00"
        flag = re.sub(entries, lambda entry: entry[1] + b"\1\0", data, flags=re.DOTALL)
        yield "password", f"zip.{kind}", flag
        yield "zip bomb", f"zeros.{kind}", rezipped(data, {part: bytes(310_000_000)})
        spaces = (body[:at] + " " * 150_000_000).encode()
        yield "zip bomb", f"spaces.{kind}", rezipped(data, {part: spaces})
        many = {f"x/{i}": b"" for i in range(20_000)}
        yield "zip bomb", f"parts.{kind}", rezipped(data, many, zipfile.ZIP_STORED)
        yield (
            "zip bomb",
            f"within.{kind}",
            rezipped(data, {"x.zip": rezipped(data, {"y": bytes(9_000_000)})}),
        )
        up = {"../../up.txt": b"up", "/tmp/footnote-hostile": b"root", "..\\up": b"up"}
        yield "zip paths", f"up.{kind}", rezipped(data, up)
        size = data.rindex(b"PK\1\2")
        lying = bytearray(data)
        lying[size + 20 : size + 28] = b"\xff" * 8
        yield "zip lies", f"size.{kind}", bytes(lying)
        yield "zip lies", f"part.{kind}", rezipped(data, {part: b""})
        yield "zip lies", f"types.{kind}", rezipped(data, {types: b"<Types/>"})
        yield "zip lies", f"rels.{kind}", rezipped(data, {"_rels/.rels": rels.encode() * 2})
        loop = rels.replace('Target="', 'Target="_rels/.rels?').encode()
        yield "zip lies", f"loop.{kind}", rezipped(data, {"_rels/.rels": loop})
    numbers = "".join(
        f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 3000)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{numbers}<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'  # noqa: E501
    yield "huge tables", "sheet.xlsx", rezipped(good["xlsx"], {ZIPPED["xlsx"]: sheet.encode()})


def open_documents(good: dict[str, bytes], port: int, secret: Path) -> Made:
    """Yield attacks on the zipped formats that are not of Office."""
    for kind in OPEN:
        data = good[kind]
        part = "OEBPS/1.xhtml" if kind == "epub" else "content.xml"
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            xml = zipped.read(part).decode()
        body = xml[xml.index("?>") + 2 :]
        at = body.rindex("</")
        for name, doctype in xml_attacks(port, secret).items():
            uses = "&e;" * (2000 if name == "quadratic" else 1)
            attack = f'<?xml version="1.0"?>{doctype}{body[:at]}{uses}{body[at:]}'
            yield "XML entities", f"{name}.{kind}", rezipped(data, {part: attack.encode()})
        deep = "<a>" * 100_000 + "</a>" * 100_000
        nested = (body[:at] + deep + body[at:]).encode()
        yield "nested 100,000 deep", f"deep.{kind}", rezipped(data, {part: nested})
        spaces = (body[:at] + " " * 150_000_000 + body[at:]).encode()
        yield "zip bomb", f"spaces.{kind}", rezipped(data, {part: spaces})
        yield "zip bomb", f"zeros.{kind}", rezipped(data, {part: bytes(310_000_000)})
        yield "zip lies", f"part.{kind}", rezipped(data, {part: b""})
        up = {"../../up.txt": b"up", "/tmp/footnote-hostile": b"root"}
        yield "zip paths", f"up.{kind}", rezipped(data, up)
        yield "password", f"cfb.{kind}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 999
    namespaces = ('xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
                  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')  # fmt: skip
    cell = "<table:table-cell table:number-columns-repeated='999999999'><text:p>x</text:p>"
    row = f"<table:table-row table:number-rows-repeated='999999999'>{cell}</table:table-cell>"
    book = (f"<office:document-content {namespaces}><office:body><office:spreadsheet>"
            f"<table:table table:name='a'>{row}</table:table-row></table:table>"
            "</office:spreadsheet></office:body></office:document-content>")  # fmt: skip
    yield "huge tables", "repeated.ods", rezipped(good["ods"], {"content.xml": book.encode()})


def mails() -> Made:
    head = b"From: a@b.example\nSubject: On ships\nMIME-Version: 1.0\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n)
                      for n in range(2_000))  # fmt: skip
    yield "nested 100,000 deep", "parts.eml", head + nested + b"\nwords"
    rfc = b"Content-Type: message/rfc822\n\n" + head
    yield "nested 100,000 deep", "mails.eml", head + rfc * 3_000 + b"\nwords"
    for name, rest in {
        "charset": b"Content-Type: text/plain; charset=no-such\n\nwords",
        "encoding": b"Content-Transfer-Encoding: base64\n\n!!!!" * 9,
        "header": b"To: " + b"a@b.example, " * 100_000 + b"\n\nwords",
        "date": b"Date: Xyz, 99 Foo 99999\nFrom: =?utf-8?q?" + b"=FF" * 999 + b"?=\n\nwords",
        "boundary": b"Content-Type: multipart/mixed\n\nwords",
    }.items():
        yield "strange mail", f"{name}.eml", head + rest


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of numbered objects; the first is the catalog."""
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d %b>>\nstartxref\n%d\n%%%%EOF"
    return bytes(data) + end % (size, table, size, trailer, len(data))


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d %b>>stream\n%b\nendstream" % (len(data), extra, data)


def pdfs(port: int, secret: Path) -> Made:
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>"
    said = b"BT /F 12 Tf 20 200 Td (Words of the page stand here.) Tj ET\n"
    content = stream(said)

    def with_content(body: bytes, form: bytes = b"null") -> bytes:
        return pdf(catalog, pages, page, body, font, form)

    many = 100_000
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(many))
    empty = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    yield (
        "PDF of 100,000 pages",
        "empty.pdf",
        pdf(catalog, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, many), *[empty] * many),
    )
    same = b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * many, many)
    yield "PDF of 100,000 pages", "same.pdf", pdf(catalog, same, page, content, font, b"null")
    for name, node in {
        "self": b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
        "both": b"<</Type/Pages/Kids[3 0 R 2 0 R 3 0 R]/Count 3>>",
        "count": b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>",
        "negative": b"<</Type/Pages/Kids[3 0 R]/Count -5>>",
        "parent": b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>",
        "none": b"null",
    }.items():
        yield "cyclic objects", f"tree-{name}.pdf", pdf(catalog, node, page, content, font, b"null")
    calls = stream(
        b"/X Do " * 9,
        b"/Type/XObject/Subtype/Form/BBox[0 0 300 300]/Resources<</XObject<</X 6 0 R>>>>",
    )
    yield "cyclic objects", "form.pdf", with_content(stream(said + b"/X Do"), calls)
    yield (
        "cyclic objects",
        "length.pdf",
        with_content(b"<</Length 4 0 R>>stream\n" + said + b"endstream"),
    )
    yield "cyclic objects", "reference.pdf", with_content(b"4 0 R")
    yield (
        "cyclic objects",
        "font.pdf",
        pdf(
            catalog,
            pages,
            page,
            content,
            b"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/ToUnicode 5 0 R>>",
            b"null",
        ),
    )
    for name, trailer in {
        "prev": b"/Root 1 0 R/Prev 9",
        "root": b"/Root 9 0 R",
        "size": b"/Root 1 0 R/Size 999999999",
        "xrefstm": b"/Root 1 0 R/XRefStm 15",
    }.items():
        yield (
            "cyclic objects",
            f"trailer-{name}.pdf",
            pdf(catalog, pages, page, content, font, b"null", trailer=trailer),
        )
    zeros = zlib.compress(said + bytes(300_000_000), 1)
    yield "PDF bomb", "flate.pdf", with_content(stream(zeros, b"/Filter/FlateDecode"))
    twice = zlib.compress(zlib.compress(bytes(300_000_000), 1), 1)
    yield "PDF bomb", "twice.pdf", with_content(stream(twice, b"/Filter[/FlateDecode/FlateDecode]"))
    drawn = zlib.compress(said + b"0 0 m 9 9 l S " * 3_000_000, 1)
    yield "PDF bomb", "paths.pdf", with_content(stream(drawn, b"/Filter/FlateDecode"))
    letters = zlib.compress(b"BT /F 1 Tf " + b"(abcdefghij) Tj " * 500_000 + b"ET", 1)
    yield "PDF bomb", "letters.pdf", with_content(stream(letters, b"/Filter/FlateDecode"))
    rules = b"".join(
        b"%d 0 m %d 300 l S 0 %d m 300 %d l S " % (i % 300, i % 300, i, i) for i in range(700)
    )
    yield "PDF bomb", "rules.pdf", with_content(stream(said + rules))
    saved = zlib.compress(b"q " * 5_000_000 + said, 1)
    yield "PDF bomb", "saved.pdf", with_content(stream(saved, b"/Filter/FlateDecode"))
    yield "nested 100,000 deep", "arrays.pdf", with_content(b"[" * 100_000 + b"]" * 100_000)
    yield "nested 100,000 deep", "content.pdf", with_content(stream(b"[" * 100_000 + said))
    yield (
        "nested 100,000 deep",
        "dictionaries.pdf",
        with_content(b"<</A" * 100_000 + b">>" * 100_000),
    )
    for name, box in {
        "huge": b"0 0 1e30 1e30",
        "none": b"0 0 0 0",
        "nan": b"a b c d",
        "back": b"9 9 -9 -9",
    }.items():
        changed = page.replace(b"0 0 300 300", box)
        yield "strange pages", f"{name}.pdf", pdf(catalog, pages, changed, content, font, b"null")
    for name, matrix in {
        "tiny": b"1e-30 0 0 1e-30 0 0",
        "far": b"1 0 0 1 1e30 -1e30",
        "turned": b"0 1 -1 0 200 0",
    }.items():
        yield "strange pages", f"{name}.pdf", with_content(stream(matrix + b" cm " + said))
    for name, action in {
        "launch": b"<</S/Launch/F(/bin/sh)>>", "uri": b"<</S/URI/URI(http://127.0.0.1:%d/p)>>" % port,
        "script": b"<</S/JavaScript/JS(while(1){};app.launchURL('http://127.0.0.1:%d'))>>" % port,
        "remote": b"<</S/GoToR/F(%b)>>" % os.fsencode(secret), "submit": b"<</S/SubmitForm/F(http://127.0.0.1:%d/)>>" % port,
    }.items():  # fmt: skip
        opened = b"<</Type/Catalog/Pages 2 0 R/OpenAction %b>>" % action
        yield "PDF actions", f"{name}.pdf", pdf(opened, pages, page, content, font, b"null")
    for name, user in {"user": "secret", "owner": ""}.items():
        for strength in (40, 128):
            made = io.BytesIO()
            canvas = Canvas(made, encrypt=StandardEncryption(user, "owner", strength=strength))
            canvas.drawString(72, 700, "Words behind a password.")
            canvas.save()
            yield "password", f"{name}{strength}.pdf", made.getvalue()


def html(port: int, secret: Path) -> Made:
    deep = 100_000
    for tag in ("div", "b", "table><tr><td", "ul><li", "blockquote", "font", "span", "p", "a", "form",
                "svg", "select", "pre", "h1", "ol><li", "template"):  # fmt: skip
        nested = f"<p>Before.</p>{f'<{tag}>' * deep}deep"
        yield "nested 100,000 deep", f"{tag.split('>')[0]}.html", nested.encode()
    for name, text in {
        "spans": "<table>" + "<tr><td colspan=999999999 rowspan=999999999>x</td></tr>" * 200 + "</table>",
        "span-text": "<table><tr><td colspan='-1' rowspan='a' >x<td colspan='٣'>y</table>",
        "cells": "<table><tr>" + "<td>x" * 300_000 + "</table>",
        "rows": "<table>" + "<tr><td>x<td>y" * 100_000 + "</table>",
        "brackets": "<" * 1_000_000, "attributes": "<p " + "a=b " * 200_000 + ">text",
        "attribute": f"<p title='{'x' * 5_000_000}'>text", "comment": "text <!-- " + "-" * 1_000_000,
        "entities": "&amp;&#x110000;&#xD800;&#0;&nosuch;" * 50_000, "script": "<script>" + "x" * 99_999,
        "line": "<p>" + "word " * 1_000_000, "unbroken": "<p>" + "x" * 3_000_000,
        "iframe": f"<iframe src=file://{secret}></iframe><img src=http://127.0.0.1:{port}/i>text",
        "base": f"<base href=http://127.0.0.1:{port}/><link rel=stylesheet href=x>text",
        "charset": "<meta charset=no-such-code>café", "doctype": "<!DOCTYPE html SYSTEM 'file:///etc/passwd'>text",
        "breaks": "<br>" * 500_000 + "text", "marks": "\ufdd0\ufdd1\ufdd2 text \ufdd3" * 9,
    }.items():  # fmt: skip
        yield "strange HTML", f"{name}.html", text.encode()
    for name, doctype in xml_attacks(port, secret).items():
        text = f'<?xml version="1.0"?>{doctype}<html><body><p>Text &e;</p></body></html>'
        yield "XML entities", f"{name}.xhtml", text.encode()


def plain() -> Made:
    for name, data in {
        "field.csv": b"a,b\n" + b"x" * 500_000 + b",y\n", "quote.csv": b'a,b\n"' + b"x,\n" * 200_000,
        "columns.csv": b"a," * 1_000_000, "rows.csv": b"a,b\n" * 300_000, "separators.csv": b",;\t|" * 50_000,
        "quotes.csv": b'"' * 999_999, "ragged.csv": b"\n".join(b"a," * (i % 90) + b"b" for i in range(9000)),
        "formula.csv": b"=cmd|'/c calc'!A0,b\n1,2\n", "nul.csv": b"a,b\n\0,2\n", "cr.csv": b"a,b\r1,2\r\r",
        "hashes.md": b"#" * 1_000_000, "quotes.md": b">" * 300_000 + b" text", "pipes.md": b"|" * 300_000 + b"\n" + b"|-" * 150_000 + b"|",
        "fences.md": b"```\n" * 100_000, "items.md": b"- " * 200_000 + b"text", "brackets.md": b"[" * 300_000 + b"a](" * 9,
        "table.md": b"|a|b|\n|-|-|\n" + b"|1|2|\n" * 50_000, "rules.md": b"a\n" + b"---\n" * 100_000,
        "surrogate.txt": b"\xff\xfe" + b"a\0\x00\xd8" * 99, "utf32.txt": "text".encode("utf-32"), "overlong.txt": b"\xc0\xaf\xe0\x80\xaf text",
        "bom.txt": b"\xef\xbb\xbf", "unbroken.txt": b"x" * 3_000_000, "dots.txt": b". " * 500_000, "lines.txt": b"\n" * 999_999 + b"x",
        "marks.txt": "e" .encode() + "\u0301".encode() * 300_000, "directions.txt": "\u202e\u2066".encode() * 100_000 + b"x",
        "numbers.txt": b"1. " * 200_000, "quotes.txt": b'"' * 300_000, "breaks.txt": b"\x0b\x0c\x1c\x85\n" * 9999 + b"x",
    }.items():  # fmt: skip
        yield "strange text", name, data


def contents(port: int, secret: Path, good: dict[str, bytes]) -> Made:
    """Yield the kind, name and bytes of every hostile file that is a regular one."""
    yield from damaged(good)
    yield from office(good, port, secret)
    yield from pdfs(port, secret)
    yield from html(port, secret)
    yield from plain()
    yield from open_documents(good, port, secret)
    yield from mails()


def bind_socket(path: Path) -> None:
    """Make a file that is a socket; its name may be longer than an address, so it is relative."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


def make_hostile(folder: Path, port: int = 9, sample: bool = False) -> dict[Path, str]:
    """Fill a folder with hostile files, or a quick sample of them; return each one's kind."""
    secret = folder.parent / "secret.txt"
    secret.write_text(SECRET)
    good: dict[str, bytes] = {}
    for kind in ENDINGS:
        MAKERS[kind](folder.parent / f"good.{kind}")
        good[kind] = (folder.parent / f"good.{kind}").read_bytes()
    folder.mkdir()
    kinds: dict[Path, str] = {}
    made = islice(damaged(good), None, None, 7) if sample else contents(port, secret, good)
    for number, (kind, name, data) in enumerate(made):
        path = folder / f"{number:03}-{name}"
        path.write_bytes(data)
        kinds[path] = kind
    for ending in ENDINGS:
        sparse = folder / f"sparse.{ending}"
        with sparse.open("wb") as file:
            file.truncate(4 << 30)
        kinds[sparse] = "sparse file of 4 GB"
    for name in NAMES:
        for ending in ("txt", "html", "pdf"):
            if len(os.fsencode(f"{name}.{ending}")) <= 255:
                path = folder / f"{name}.{ending}"
                path.write_bytes(good[ending])
                kinds[path] = "strange names"
    broken = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.pdf"))
    broken.write_bytes(good["pdf"])
    kinds[broken] = "strange names"
    for ending in ("txt", "pdf", "docx"):
        special: dict[str, Callable[[Path], object]] = {
            "pipe": os.mkfifo, "folder": Path.mkdir, "loop": lambda path: path.symlink_to(path),
            "outside": lambda path: path.symlink_to(secret), "gone": lambda path: path.symlink_to("x"),
            "device": lambda path: path.symlink_to("/dev/zero"),
            "socket": bind_socket,
        }  # fmt: skip
        for name, make in special.items():
            path = folder / f"{name}.{ending}"
            make(path)
            if name != "folder":  # one that has a file's name is walked like any other
                kinds[path] = "no regular files"
    return kinds


@dataclass(frozen=True)
class Outcome:
    """What became of one hostile file."""

    path: Path
    kind: str
    seconds: float
    document: Document | None
    problem: str

    @property
    def said(self) -> str:
        """In a few words: that it was read, or why not."""
        if self.document:
            return "read, with warnings" if self.document.warnings else "read"
        problem = self.problem.replace(repr(str(self.path)), "").partition(";")[0]
        return re.sub(r"[\d,]{3,}|\(.*|:.*", "…", problem).strip()


def outcomes(folder: Path, kinds: dict[Path, str]) -> Iterator[Outcome]:
    """Read every hostile file, split what it holds, and yield what became of it."""
    files, left_out = list_documents(folder)
    for path in kinds.keys() - {file.path for file in files}:
        [problem] = [line for line in left_out if repr(str(path)) in line]
        yield Outcome(path, kinds[path], 0.0, None, problem)
    started = monotonic()
    for file, (_, read) in zip(files, iter_documents(files), strict=True):
        document = read if isinstance(read, Document) else None
        if document:
            split_document(document, lambda text: len(text) // 5, 190)
        problem = "" if document else str(read)
        yield Outcome(file.path, kinds[file.path], monotonic() - started, document, problem)
        started = monotonic()


def print_table(found: list[Outcome]) -> None:
    """Print how many files of each kind there were, the slowest time and the outcome."""
    print(f"{'kind':24} {'files':>5} {'slowest':>8}  outcome")
    for kind, count in Counter(outcome.kind for outcome in found).items():
        of_kind = [outcome for outcome in found if outcome.kind == kind]
        said = Counter(outcome.said for outcome in of_kind).most_common()
        what = "; ".join(f"{number} {words}" for words, number in said)
        print(f"{kind:24} {count:5} {max(o.seconds for o in of_kind):7.1f}s  {what}")
    read = sum(outcome.document is not None for outcome in found)
    print(f"{'all':24} {len(found):5}           {read} read, {len(found) - read} refused by name")


def main() -> None:
    """Make the files in a folder, read them and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.hostile_files")
    parser.add_argument("folder", nargs="?", type=Path, help="where to keep the files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = (options.folder or Path(place)) / "hostile"
        print_table(list(outcomes(folder, make_hostile(folder))))


if __name__ == "__main__":
    main()
