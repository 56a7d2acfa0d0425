"""How true the reading of a folder's PDFs is: words, rows of figures, paragraphs.

    python -m tests.benchmarks.reading_pdf DIR [--sample N --pictures OUT] [--seed N]

Words are compared, as sets, with those that `pdftotext` (poppler-utils) finds. A row of figures is
*named* where every figure in it has the name of its column; `rows*` counts what looks like such
rows to `pdftotext -layout`: two figures or more, set apart. A paragraph is *cut* where it ends
without a sentence's end and the next begins with a small letter. With --sample, rows that are named
are drawn at random, and each is shown with its table's head and its place on the page, to be read.
"""

import argparse
import random
import re
import subprocess
import textwrap
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument

from corpus.document import Document
from corpus.errors import CorpusError
from corpus.folder import read_document
from corpus.formats.tables import is_value
from tests.benchmarks.reading import words_of

FIGURE = re.compile(r"\(?[-−–$€£]?\s?\(?\d[\d,.]*\)?\s?%?\)?|[—–-]")
PERIOD = re.compile(r"(?:19|20)\d\d")
ENDS = re.compile(r"[.!?:;…][\"'”’)\]»¹²³⁰⁴-⁹\d,]*$")


@dataclass(frozen=True)
class Row:
    """A row of figures of a document: its place in the text, and that of its table."""

    path: Path
    start: int
    end: int
    table: int
    text: str


@dataclass(frozen=True)
class MeasuredPdf:
    """One file's counts."""

    name: str
    pages: int
    seconds: float
    words: int
    lost: tuple[str, ...]
    invented: tuple[str, ...]
    warned: bool
    rows: int
    named: int
    source_rows: int
    paragraphs: int
    cut: tuple[str, ...]


def pdftotext(path: Path, *options: str) -> str:
    """Return the text that poppler finds."""
    ran = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"], capture_output=True, check=False
    )
    return ran.stdout.decode("utf-8", "replace")


def rows_of(path: Path, document: Document) -> tuple[list[Row], int]:
    """Return the rows of figures that are named, and how many there are in all."""
    named, count = [], 0
    for block in document.blocks:
        rows: dict[int, list[tuple[int, int]]] = {}
        for cell in block.table.cells if block.table else ():
            if not cell.header:
                rows.setdefault(cell.row, []).append((cell.start, cell.end))
        for spans in rows.values():
            figures = [(a, b) for a, b in spans if is_value(document.text[a:b])]
            if len(figures) < 2:
                continue
            count += 1
            line = document.text.rfind("\n", 0, figures[0][0]) + 1
            end = document.text.find("\n", line)
            if all(_name(document.text, line, a) for a, _ in figures):
                named.append(Row(path, line, end, block.start, document.text[line:end]))
    return named, count


def _name(text: str, line: int, start: int) -> bool:
    """Tell whether a name stands before a cell."""
    before = text[max(line, text.rfind("; ", line, start)) : start]
    return bool(re.search(r"[^\W_].*: $|[%$€£#]: $", before))


def source_rows(path: Path) -> int:
    """Return how many lines of a page look like rows of figures."""
    count = 0
    for line in pdftotext(path, "-layout").splitlines():
        parts = re.split(r"\s{2,}", re.sub(r"([$€£])\s+(?=\d)", r"\1", line.strip()))
        figures = [part for part in parts if FIGURE.fullmatch(part)]
        count += len(figures) > 1 and not all(map(PERIOD.fullmatch, figures))
    return count


def cut_paragraphs(document: Document) -> tuple[list[str], int]:
    """Return the ends of paragraphs whose sentence goes on in the next, and how many there are."""
    texts = [
        (block.kind, document.text[block.start : block.end])
        for block in document.blocks
        if block.kind in ("paragraph", "list_item", "heading")
    ]
    cut = [
        f"{text[-40:]} || {after[:40]}"
        for (kind, text), (next_kind, after) in zip(texts, texts[1:], strict=False)
        if kind != "heading" and next_kind == "paragraph"
        and not ENDS.search(text) and after[:1].islower()
    ]  # fmt: skip
    return cut, sum(kind == "paragraph" for kind, _ in texts)


def measure_pdf(path: Path, root: Path) -> tuple[MeasuredPdf, list[Row], Document]:
    """Read a file and compare it with what poppler finds."""
    started = perf_counter()
    document = read_document(path, path.stem)
    seconds = perf_counter() - started
    source = pdftotext(path)
    theirs = set(words_of(source))
    parted = re.sub(r"(?<=\w)[-\u00ad‐]\s*\n\s*(?=\w)", "", source)
    every = theirs | set(words_of(parted))
    blocks = document.blocks
    marks = {w for block in blocks for w in words_of(block.marker or "")}
    ours = set(words_of(document.text.replace("☒", " ").replace("☐", " ")))
    whole = set(words_of(document.text)) | set(words_of(re.sub(r"[-^_]", "", document.text)))
    parts = re.findall(r"(\w+)[-\u00ad‐]\s*\n\s*(\w+)", source)
    ends = {w for pair in parts for w in words_of(" ".join(pair))}
    lost = sorted(theirs - whole - ends - marks)
    glued = "".join(words_of(source))
    invented = sorted(w for w in ours - every if w not in glued)
    named, rows = rows_of(path, document)
    cut, paragraphs = cut_paragraphs(document)
    warned = bool(document.warnings)
    return MeasuredPdf(
        str(path.relative_to(root)), len(document.pages or ()), seconds, len(theirs),
        tuple(w for w in lost if not w.isdigit() or len(w) > 3), tuple(invented), warned,
        rows, len(named), source_rows(path), paragraphs, tuple(cut),
    ), named, document  # fmt: skip


def picture(row: Row, document: Document) -> Image.Image:
    """Return the head of a row's table, the row where it stands, and its text below."""
    boxes = list(document.boxes.within(row.start, row.end))
    page_number = boxes[0].page
    head = next(box for box in document.boxes.within(row.table, row.end) if box.page == page_number)
    with PdfDocument(row.path) as pdf:
        page = pdf[page_number - 1]
        scale = min(1.6, 1000 / page.get_width())
        image = page.render(scale=scale).to_pil().convert("RGB")
    top = max(0, int((head.top / 10 - 60) * scale))
    y0 = int((min(b.top for b in boxes) / 10) * scale)
    y1 = int((max(b.bottom for b in boxes) / 10) * scale)
    ImageDraw.Draw(image).line([(2, y0), (2, y1)], fill="red", width=4)
    parts = [image.crop((0, top, image.width, min(top + 190, y1 + 14)))]
    if y1 > top + 176:
        parts.append(image.crop((0, max(top + 190, y0 - 30), image.width, y1 + 14)))
    said = textwrap.wrap(f"{row.path.stem} p.{page_number}: {row.text}", 150)
    width = 1010
    height = sum(p.height + 3 for p in parts) + 14 * len(said) + 10
    out = Image.new("RGB", (width, height), "white")
    y = 0
    draw = ImageDraw.Draw(out)
    for part in parts:
        out.paste(part, (0, y))
        y += part.height
        draw.line([(0, y), (width, y)], fill="orange")
        y += 3
    for line in said:
        draw.text((4, y), line.encode("latin-1", "replace").decode("latin-1"), fill="blue")
        y += 14
    draw.line([(0, height - 3), (width, height - 3)], fill="black", width=4)
    return out


def draw_sample(
    rows: list[Row], documents: dict[Path, Document], count: int, seed: int, folder: Path
) -> None:
    """Write sheets of rows drawn at random, at most four of one file, as pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = random.Random(seed)
    generator.shuffle(rows)
    taken: Counter[Path] = Counter()
    chosen: list[Row] = []
    for row in rows:
        if taken[row.path] < 4 and len(chosen) < count:
            taken[row.path] += 1
            chosen.append(row)
    sheet: list[Image.Image] = []
    number = 0
    for at, row in enumerate(chosen):
        sheet.append(picture(row, documents[row.path]))
        if len(sheet) == 5 or at == len(chosen) - 1:
            out = Image.new("RGB", (1010, sum(p.height for p in sheet)), "white")
            y = 0
            for part in sheet:
                out.paste(part, (0, y))
                y += part.height
            out.save(folder / f"sheet{number:02}.png")
            number, sheet = number + 1, []


def main() -> None:
    """Measure every PDF below a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading_pdf")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--pictures", type=Path, default=Path("rows"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    found, rows, documents = list[MeasuredPdf](), list[Row](), dict[Path, Document]()
    for path in sorted(arguments.folder.rglob("*.pdf")):
        try:
            one, named, documents[path] = measure_pdf(path, arguments.folder)
        except CorpusError as error:
            print(f"refused: {error}")
            continue
        found.append(one)
        rows += named
        print(
            f"{one.name[:44]:44} p {one.pages:4} {one.seconds:5.1f}s words {one.words:6} "
            f"lost {len(one.lost):4} new {len(one.invented):3} rows {one.named}/{one.rows}/"
            f"{one.source_rows}* cut {len(one.cut)}/{one.paragraphs} "
            f"{' '.join(one.lost[:5])!r} {' '.join(one.invented[:4])!r} {'; '.join(one.cut[:2])}",
            flush=True,
        )
    words, lost = sum(o.words for o in found), sum(len(o.lost) for o in found)
    silent = sum(len(o.lost) for o in found if not o.warned)
    count, named_rows = sum(o.rows for o in found), sum(o.named for o in found)
    paragraphs, cut = sum(o.paragraphs for o in found), sum(len(o.cut) for o in found)
    print(
        f"{len(found)} files, {sum(o.pages for o in found)} pages in "
        f"{sum(o.seconds for o in found):.0f} s; words {words:,}, lost {100 * lost / words:.2f} % "
        f"({silent} of {lost} in files without a warning), invented "
        f"{sum(len(o.invented) for o in found)}; rows of figures named {named_rows} of {count} "
        f"({100 * named_rows / max(1, count):.1f} %; rows* {sum(o.source_rows for o in found)}); "
        f"paragraphs cut {cut} of {paragraphs} ({100 * cut / max(1, paragraphs):.2f} %)"
    )
    if arguments.sample:
        draw_sample(rows, documents, arguments.sample, arguments.seed, arguments.pictures)


if __name__ == "__main__":
    main()
