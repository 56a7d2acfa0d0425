"""The identity of a document: its title, organisation, date or period, and language.

Taken from the file's metadata, its title page and its name, in this order of trust. Text that all
documents of a kind share, such as the letterhead of an authority, is not a title.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.blocks import Block
from corpus.formats.content import one_line
from corpus.formats.markdown import plain_text
from corpus.language import language_of
from corpus.title_patterns import (
    ABBREVIATED,
    AFTER_COMMA,
    BOILERPLATE,
    CAMEL,
    CONTACT,
    DATE,
    GENERIC,
    GOES_ON,
    HOUSE,
    KIND,
    NAME_ONLY,
    OPAQUE,
    OPEN,
    PART,
    PERIOD,
    REGISTRANT,
    SENTENCE,
    UNNAMED,
    YEAR,
    YEAR_ALONE,
)

MAX_TITLE = 150  # characters
MAX_LINE = 120  # of a line that is a title by itself
MAX_NAME = 80  # of a registrant
MAX_WORDS = 8  # of an organisation's name
PLAIN = 6  # the level of headings that are only bold
HIGH = 2  # the levels of headings that may be titles below running text
MAX_HOUSE = 5  # words of a title that may be but the name of a house
MAX_RUN = 5  # headings that are one title
COVER = 3_000  # characters where an unpaged document says who it is
FEW = 200  # a first page with fewer characters is a cover
FRONT = 8  # lines among which a kind of document is told
FIRST_BLOCKS = 4  # among which a document without headings has its title
BORNE_OUT = 0.6  # of a declared title's words, to be found in the text
LOOKED_IN = 20_000  # characters, for those words


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a document; "" where unknown.

    `period` is the time it covers ("fiscal year ended December 31, 2022"), `date` its date of
    issue; both as printed. `language` is an ISO 639-1 code.
    """

    title: str
    organisation: str = ""
    date: str = ""
    period: str = ""
    language: str = ""


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _names_a_document(line: str) -> bool:
    """Tell whether a line may be a title: no sentence, letterhead, date, address or number."""
    if _letters(line) < max(3, len(line) / 3) or len(line) > MAX_LINE or CONTACT.search(line):
        return False
    if SENTENCE.search(line) and not ABBREVIATED.search(line):
        return False
    if ")" in re.sub(r"\([^()]*\)", "", line):  # a piece of a sentence
        return False
    if line.islower() and line.isalpha():  # a piece of a line
        return False
    return _letters(DATE.sub("", line)) >= 3 and not BOILERPLATE.fullmatch(line.strip(" .*–—-:"))


@dataclass(frozen=True, slots=True)
class _Line:
    """A block of the title page; `level` is that of a heading, else 0."""

    text: str
    level: int


def _ends(pages: Sequence[tuple[int, int]] | None) -> tuple[int, int]:
    """Return where a cover ends, 0 if there is none, and where the title page ends.

    A cover is a first page with little text; the page after it may say more.
    """
    shown = [page for page in pages or () if page[1] > page[0]]
    end = min((page[1] for page in shown if page[1] - shown[0][0] > FEW), default=COVER)
    return (shown[0][1] if shown and shown[0][1] < end else 0), end


def _heads(text: str, blocks: Sequence[Block]) -> str:
    """Return the running heads that stand before all else: the title of reports in tables."""
    front = takewhile(lambda block: block.kind == "furniture", blocks)
    said = [one_line(text[block.start : block.end]) for block in front]
    return _joined(line for line in said if _names_a_document(line))


def _lines(text: str, blocks: Sequence[Block], end: int, markdown: bool) -> list[_Line]:
    """Return the lines of the title page."""
    found: list[_Line] = []
    for block in blocks:
        if block.start >= end:
            break
        if block.kind in ("furniture", "table", "code", "caption"):
            continue
        whole = text[block.start : block.end]
        said = one_line(whole) if block.kind == "heading" else whole.split("\n")[0].strip()
        level = (block.level or 6) if block.kind == "heading" else 0
        said = plain_text(said) if markdown else said
        last = found[-1] if found else _Line("", 0)
        part = PART.fullmatch(last.text) and not DATE.search(last.text)
        if level and level == last.level and (part or last.text.endswith(",")):
            found[-1] = _Line(f"{last.text} {said}", level)  # one heading on two lines
        else:
            found.append(_Line(said, level))
    return found


def _headline(lines: Sequence[_Line]) -> str:
    """Return the heading of the highest level, with those next to it."""
    named = [
        line.level > 0
        and _names_a_document(line.text if at else line.text.rstrip("?"))
        and not PART.fullmatch(line.text)
        for at, line in enumerate(lines)
    ]
    highest = min((line.level for line, may in zip(lines, named, strict=True) if may), default=0)
    run: list[str] = []
    for line, may in zip(lines, named, strict=True):
        goes_on = line.level and run and (GOES_ON.match(line.text) or OPEN.search(run[-1]))
        if may and line.level == highest or goes_on:
            run.append(line.text)
        elif run:
            break
    if len(run) > MAX_RUN:  # a list of what follows
        return ""
    return _joined(run)


def _joined(lines: Iterable[str]) -> str:
    """Return as many lines as a title holds."""
    title = ""
    for said in dict.fromkeys(lines):
        if title and len(f"{title} {said}") > MAX_TITLE:
            break
        title = f"{title} {said}".strip()
    return title


def _cover_title(lines: Sequence[_Line]) -> str:
    """Return the title on a cover: its heading of the highest level, and that of the next."""
    title = _headline(lines)
    at = next((n for n, line in enumerate(lines) if line.text in title), 0)
    other = [
        line if line.level < PLAIN and line.text not in title else _Line("", 0) for line in lines
    ]
    rest = _headline(other[at:]) or _headline(other)
    if len(re.findall(r"[^\W\d_]{2,}", rest)) < 2 or len(title) + len(rest) > MAX_TITLE:
        return title
    return f"{title} {rest}" if title.endswith(("?", ":")) else f"{title}: {rest}"


def _completed(title: str, lines: Sequence[_Line]) -> str:
    """Return a title with the house, the kind of document or the year in the lines beside it."""
    at = next((n for n, line in enumerate(lines) if line.text and line.text in title), None)
    before = lines[max(0, at - 2) : at] if at is not None else []
    if GENERIC.fullmatch(title):
        house = next((a.text for a in reversed(before) if _names_a_house(a.text)), "")
        title = f"{house}: {title}" if house else title
    elif not KIND.search(title) and len(title.split()) <= MAX_HOUSE:
        kind = next((a.text for a in lines[:FRONT] if _is_kind(a.text)), "")
        title = f"{title}: {kind}" if kind else title
    if at is not None and not re.search(YEAR, title):
        beside = [*lines[at + 1 : at + 2], *before[-1:]]
        year = next((a.text for a in beside if YEAR_ALONE.fullmatch(a.text)), "")
        title = f"{title} {year}".strip()
    return title


def _names_a_house(line: str) -> bool:
    """Tell whether a line above "Annual Report" may name whose it is."""
    return (
        1 < len(line.split()) <= MAX_WORDS
        and bool(NAME_ONLY.fullmatch(line))
        and _names_a_document(line)
        and not PART.fullmatch(line)
        and not GENERIC.fullmatch(line)
    )


def _is_kind(line: str) -> bool:
    """Tell whether a line names a kind of document that many houses issue, and only that."""
    return len(line) <= MAX_LINE and bool(GENERIC.fullmatch(line) and KIND.search(line))


def _first_line(lines: Sequence[_Line]) -> str:
    """Return the first line that may be a title."""
    return next((a.text for a in lines[:FIRST_BLOCKS] if _names_a_document(a.text)), "")


def _front(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Return the lines before the running text, if there is any."""
    prose = (at for at, line in enumerate(lines) if len(line.text) > MAX_LINE)
    return lines[: next(prose, len(lines))]


def _shown_title(lines: Sequence[_Line], by_line: bool, heads: str = "") -> str:
    """Return the title on the title page: before its running text, if there is one."""
    front = _front(lines)
    return (
        _headline([line for line in front if line.level < PLAIN])
        or heads
        or _headline(front)
        or by_line and _first_line(front)
        or _headline([line for line in lines if by_line or line.level <= HIGH])
        or by_line and _first_line(lines)
        or ""
    )  # fmt: skip


def _declared(title: str, text: str, blocks: Sequence[Block], end: int) -> str:
    """Return the declared title if it is plausible and the text supports it.

    A heading that stands after the title page, and not on it, is that of a part.
    """
    alone = DATE.sub("", title)
    if UNNAMED.fullmatch(title) or _letters(alone) < 3 or BOILERPLATE.fullmatch(title):
        return ""
    parts = (text[b.start : b.end] for b in blocks if b.kind == "heading" and b.start >= end)
    if title not in text[:end] and any(part.endswith(title) for part in parts):
        return ""
    words = re.findall(r"[^\W\d_]{3,}", title.casefold())
    known = re.sub(r"[\W\d_]+", "", text[:LOOKED_IN].casefold())  # titles are set with wide spaces
    return title if sum(word in known for word in words) >= BORNE_OUT * len(words) else ""


def _organisations(lines: Sequence[_Line], text: str) -> Iterator[str]:
    """Yield candidates for the organisation: the registrant of a filing, names on the cover."""
    head = text[:COVER]
    if found := REGISTRANT.search(head):
        above = [line.strip(" _") for line in head[: found.start()].split("\n")]
        name = next((line for line in reversed(above) if _letters(line) >= 3), "")
        if name and len(name) <= MAX_NAME:
            yield one_line(name)
    for line in lines:
        name = line.text.rstrip(" ,;:*†∗")
        whole = NAME_ONLY.fullmatch(name) and "," not in AFTER_COMMA.sub("", name)
        words = len(name.split())
        if whole and words <= MAX_WORDS and _letters(name) > 4 and HOUSE.search(name):
            yield name


def _house_and_kind(lines: Sequence[_Line], organisation: str) -> str:
    """Return the title that an organisation's name and a kind of document beside it make."""
    for one, other in zip(lines, lines[1:], strict=False):
        for house, kind in ((one.text, other.text), (other.text, one.text)):
            if house == organisation and _is_kind(kind):
                return f"{house}: {kind}"
    return ""


def _is_opaque(stem: str) -> bool:
    """Tell whether a file's name means nothing to a reader."""
    return bool(OPAQUE.fullmatch(stem)) or _letters(stem) < 3


def identify(
    text: str,
    blocks: Sequence[Block],
    pages: Sequence[tuple[int, int]] | None,
    stem: str,
    declared: Identity | None = None,
    markdown: bool = False,
    named_by_file: bool = False,
) -> Identity:
    """Return the identity of a document.

    Args:
        text: of the document.
        blocks: of the text.
        pages: spans of its pages, if it has any.
        stem: its file's name without the ending.
        declared: the file's metadata.
        markdown: whether the text is Markdown.
        named_by_file: whether its headings are names of sheets, so that the file names it.

    >>> from corpus.formats.plain import plain_blocks
    >>> lines = ["FOR IMMEDIATE RELEASE", "Harbour Ferries Ltd", "Timetable of 2024", "We sail."]
    >>> text = (2 * chr(10)).join(lines)
    >>> found = identify(text, plain_blocks(text), None, "release_7")
    >>> found.title, found.organisation, found.period
    ('Harbour Ferries Ltd: Timetable of 2024', 'Harbour Ferries Ltd', '2024')
    """
    said = declared or Identity("")
    cover, end = _ends(pages)
    lines = _lines(text, blocks, end, markdown)
    name = one_line(CAMEL.sub(" ", stem.replace("_", " ").replace("-", " ")))
    opaque = _is_opaque(stem)
    title = _declared(said.title, text, blocks, end)
    organisation = said.organisation or next(_organisations(lines, text), "")
    if not title and not named_by_file:
        by_line = not pages or opaque
        title = _house_and_kind(lines, organisation)
        title = title or _cover_title(_lines(text, blocks, cover, markdown))
        title = title or _shown_title(lines, by_line, _heads(text, blocks) if opaque else "")
        more = ""
        if title and title == organisation:
            more = _shown_title([line for line in lines if line.text != title], by_line)
            more = more if by_line or GENERIC.fullmatch(more) else name
        elif title and GENERIC.fullmatch(name) and not by_line and _few_words(title, name):
            more = name  # the page says whose it is, the file's name what it is
        title = f"{title}: {more}" if more else title
        title = _completed(title or name, _front(lines))
    title = title or name
    short = [line.text for line in lines if len(line.text) <= MAX_LINE]
    date = said.date or next((f[0] for line in short if (f := DATE.search(line))), "")
    exact = [p for line in short if (p := _period(line)) and not p[:1].isdigit()]
    periods = [_period(title), *exact, *map(_period, short), _period(name)]
    period = next(filter(None, periods), "")
    if GENERIC.fullmatch(title) and organisation.casefold() not in title.casefold():
        title = f"{organisation}: {title}"
    if period and not re.search(YEAR, title) and GENERIC.fullmatch(title.split(": ")[-1]):
        title = f"{title}, {period}"
    year = re.search(YEAR, name)
    within = set(title.casefold().split()) < set(name.casefold().split())
    if year and within and not re.search(YEAR, title):
        title = f"{title} {year[0]}"  # it stands apart on the page
    return Identity(title, organisation, date, period, said.language or language_of(text))


def _few_words(title: str, name: str) -> bool:
    """Tell whether a title is a short name, with none of the words of the file's name."""
    words = title.casefold().split()
    return len(words) <= MAX_HOUSE and not set(words) & set(name.casefold().split())


def _period(line: str) -> str:
    """Return the most exact period that a line names; "" if it names none."""
    found = [match[0] for match in PERIOD.finditer(line)]
    return max(found, key=len, default="")
