"""Decoding of files: from bytes to text."""

import codecs
import unicodedata

from corpus.errors import CorpusError

LATIN_NULS = 0.2  # of all bytes; UTF-16 of Latin letters has 0.5
GUESSED_FROM = 200_000  # bytes; a guess from more costs minutes
# Of encodings that a text could be in alike, the first is the likeliest.
LEGACY = ["cp1252", "cp1251", "cp1250", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256",
          "cp1257", "cp1258", "gb18030", "euc_jp", "cp932", "cp949", "big5", "cp874"]  # fmt: skip


def is_whole(text: str) -> bool:
    """Tell whether a text can be encoded as UTF-8: JSON and file names may hold lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _marked_encoding(data: bytes) -> str | None:
    """Return the UTF-16 variant shown by a byte-order mark or by the NUL bytes of Latin letters."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data[1::2].count(0) > len(data) * LATIN_NULS:
        return "utf-16-le"
    return "utf-16-be" if data[::2].count(0) > len(data) * LATIN_NULS else None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text of `data` in a tentative encoding; None if it does not decode."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_strange(text: str) -> bool:
    """Tell whether a text contains control, unassigned or private-use characters."""
    return any(unicodedata.category(c) in ("Cc", "Cn", "Co") and not c.isspace() for c in text)


def _unmarked_utf16(data: bytes) -> str | None:
    """Return the text of UTF-16 in a non-Latin script, recognised by the NUL bytes of its spaces.

    None otherwise: Latin text with a few NUL bytes would decode too, as Chinese.
    """
    controls = any(byte < 0x20 and byte not in b"\0\t\n\r\f" for byte in data)
    if not controls and _decoded(data, "utf-8") is not None:
        return None
    order = "le" if data[1::2].count(0) >= data[::2].count(0) else "be"
    text = _decoded(data, f"utf-16-{order}")
    return None if text is None or _is_strange(text) else text


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8 or UTF-16, unchanged but for a byte-order mark.

    Raises:
        CorpusError: the bytes are neither, or hold NUL characters, or nothing but spaces.
    """
    encoding = _marked_encoding(data) or "utf-8-sig"
    text = _unmarked_utf16(data) if encoding == "utf-8-sig" and b"\0" in data else None
    try:
        text = text if text is not None else data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise CorpusError(f"is not {name} text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise CorpusError("contains NUL characters, so it is not text; save it as UTF-8 text")
    if not text.strip():
        raise CorpusError("contains no text; add some, or leave it out of the folder")
    return text


def decode_any(data: bytes, declared: str = "") -> tuple[str, str | None]:
    """Return the text of `data`, and its encoding if that is only the likeliest.

    Args:
        data: the bytes of a file.
        declared: the encoding that the file itself names; used where it is not UTF-8 or UTF-16.

    Raises:
        CorpusError: as `decode`, or no encoding fits the bytes.
    """
    try:
        return decode(data), None
    except CorpusError as error:
        if "\0" in str(error) or b"\0" in data or not data.strip():
            raise
        refused = error
    try:
        if declared and not _is_strange(text := data.decode(declared)):
            return text, None
    except (UnicodeError, LookupError):
        declared = ""  # it names none, or not its own: then the likeliest
    from charset_normalizer import from_bytes  # heavy, and seldom needed

    matches = from_bytes(data[:GUESSED_FROM], cp_isolation=LEGACY)
    best = matches.best()
    tied = [
        encoding
        for match in matches
        if best and (match.chaos, match.coherence) == (best.chaos, best.coherence)
        for encoding in match.could_be_from_charset
    ]
    for encoding in [*sorted(tied, key=LEGACY.index)[:1], "cp1252"]:
        guess = _decoded(data, encoding)
        if guess and not _is_strange(guess):
            return guess, encoding
    raise refused
