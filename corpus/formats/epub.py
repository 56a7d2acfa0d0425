"""EPUB: the chapters of a book, in the order of its spine, each a page of HTML."""

import posixpath
from urllib.parse import unquote

from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, one_line, open_zip
from corpus.formats.html import add_page, decode_html, parse_html
from corpus.formats.office.package import Package, local_name

_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def _check_rights(package: Package) -> None:
    """Refuse a book whose chapters are encrypted; fonts often are."""
    root = package.xml("META-INF/encryption.xml")
    for method in root.iter() if root is not None else ():
        if local_name(method) == "EncryptionMethod" and method.get("Algorithm") not in _FONTS:
            raise CorpusError("is protected against copying; use a copy without protection")


def read_epub(data: bytes, name: str) -> Content:
    """Read an EPUB book."""
    with open_zip(data, "EPUB", "META-INF/container.xml") as zipped:
        package = Package(zipped)
        _check_rights(package)
        container = package.xml("META-INF/container.xml")
        files = [e.get("full-path", "") for e in container.iter() if local_name(e) == "rootfile"]
        book = package.xml(files[0]) if files else None
        if book is None:
            raise CorpusError("is not an EPUB file, or is damaged; save it again")
        titles = (one_line(e.text or "") for e in book.iter() if local_name(e) == "title")
        builder = ContentBuilder(next(filter(None, titles), ""))
        items = {e.get("id"): e for e in book.iter() if local_name(e) == "item"}
        folder = posixpath.dirname(files[0])
        for entry in (e for e in book.iter() if local_name(e) == "itemref"):
            item = items.get(entry.get("idref"))
            if item is None or "nav" in item.get("properties", "").split():
                continue
            part = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
            if part not in package.names or "html" not in item.get("media-type", ""):
                builder.warn(f"chapter {item.get('href', '')!r} is not read")
                continue
            with package.open(part) as file:
                text, _ = decode_html(file.read())
            if text.strip():
                add_page(builder, parse_html(text))
        return builder.build()
