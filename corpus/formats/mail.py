"""Mail: headers and text; attachments are named."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from corpus.errors import CorpusError
from corpus.formats.content import Content, ContentBuilder, one_line
from corpus.formats.html import add_page, parse_html
from corpus.formats.plain import plain_blocks
from corpus.formats.tables import of_texts

HEADERS = ("From", "To", "Cc", "Date", "Subject")
DEPTH = 10  # of mails within mails


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, AttributeError, IndexError, TypeError):  # what the parser cannot take
        raw = dict(message.raw_items()).get(name, "")
        return one_line(str(raw))


def _body_text(part: EmailMessage) -> str:
    """Return the text of a part in its declared encoding, or else in one that fits."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        data = part.get_payload(decode=True)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)


def _add_plain(builder: ContentBuilder, text: str) -> None:
    for block in plain_blocks(text):
        line = one_line(text[block.start : block.end])
        marker = block.marker
        shown = line.removeprefix(marker).strip() if marker else line
        builder.add(block.kind, shown, block.level, marker)


def _add_message(builder: ContentBuilder, message: EmailMessage, depth: int) -> None:
    builder.add("heading", _header(message, "Subject"), min(depth + 1, 6))
    known = [[name, value] for name in HEADERS if (value := _header(message, name))]
    builder.add_table(of_texts(known), headers=0)
    body = message.get_body(("html", "plain"))
    if isinstance(body, EmailMessage):
        text = _body_text(body)
        if body.get_content_subtype() == "html" and text.strip():
            add_page(builder, parse_html(text))
        else:
            _add_plain(builder, text)
    for part in message.iter_attachments() if message.is_multipart() else ():
        inner = part.get_payload() if part.get_content_type() == "message/rfc822" else None
        if isinstance(inner, list) and isinstance(inner[0], EmailMessage) and depth < DEPTH:
            _add_message(builder, inner[0], depth + 1)
        elif part.get_content_disposition() == "inline" and part.get_content_maintype() == "image":
            builder.lose("picture", "pictures")
        else:
            named = one_line(part.get_filename() or part.get_content_type())
            builder.warn(f"attachment {named!r} is not read; save it as a file of its own")


def read_mail(data: bytes, name: str) -> Content:
    """Read a saved mail message."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not any(name in message for name in HEADERS):
        raise CorpusError("is not a mail message: it has neither sender nor subject; save it again")
    builder = ContentBuilder(_header(message, "Subject"))
    _add_message(builder, message, 0)
    return builder.build()
