"""The corruption table: true statements with citations, and twins with one thing made false.

    python -m tests.benchmarks.verification_table [--held-out] [--show]

What is corrupted is found by rules of this module alone, not by those of the code under test, and
no case is taken out. `--held-out` adds the paraphrases that were not looked at while tuning.
"""

import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from corpus.document import Document
from corpus.folder import load_documents
from corpus.passages import split_document
from index.models import MINILM, load_embedder
from index.settings import Settings, read_settings
from qa.verification.verifier import Source, Verifier
from tests.support.running import ROOT
from tests.support.verification_cases import PARAPHRASES, TEXTS

DATA = ROOT.parent / "shared" / "data"
PUBLIC = 240  # statements from the public sets
TARGETS = {
    "digit": 0.99, "scale": 0.99, "unit": 0.99, "percentage": 0.99, "year": 0.99,
    "moved citation": 0.95, "entity": 0.95, "direction": 0.90, "negation": 0.90,
    "superlative": 0.80,
}  # fmt: skip
FALSE_FLAGS = 0.05


@dataclass(frozen=True)
class Case:
    """A true statement, the passage that bears it, one beside that, and the names of its text."""

    group: str  # "verbatim", "paraphrase", "held out" or "public"
    text: str
    cited: Source
    neighbour: Source
    names: tuple[str, ...]


# --- corruptions: a statement to a false one, or None where it has nothing to corrupt ---

_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][a-zà-ÿ]{2,}|[A-Z]{3,5})(?: [A-Z][a-zà-ÿ]+)*\b(?![-’'%])")
_NO_NAME = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|RMB"
    r"|First|Second|Third|Fourth|Section|In|On|The|At|By)\b"
)
_NUMBER = re.compile(
    r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\d-])(?!\s?(?:%|percent|per cent)|"
    r" (?:January|February|March|April|May|June|July|August|September|October|November|December))"
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?!,\d| (?:m|k|p))")
_PERCENT = re.compile(r"\b\d+(?:\.\d+)?(?=\s?(?:%|percent\b|per cent\b))")
_SCALE = re.compile(r"\b(?:thousand|million|billion|trillion|bn|m)\b|(?<=\d),000\b")
_SCALED = {
    "thousand": "million", "million": "billion", "billion": "trillion", "trillion": "billion",
    "bn": "m", "m": "bn", ",000": ",000,000",
}  # fmt: skip
_UNITS = {
    r"\bRMB (?=\d)": "USD ", r"(?<=\d )yuan\b": "euros", r"(?<=illion )yuan\b": "euros",
    r"\$(?=\d)": "€", r"£(?=\d)": "$", r"€(?=\d)": "£", r"(?<=\d )euros\b": "pounds",
    r"(?<=illion )dollars\b": "euros", r"\bpercentage points\b": "percent",
    r"(?<=\d) km\b": " miles", r"\bkilometres\b": "miles", r"(?<=\d )met(?:re|er)s\b": "feet",
    r"\bmiles\b": "kilometres", r"(?<=\d) kg\b": " tonnes", r"\bkilograms\b": "grams",
    r"(?<=\d) mg\b": " g", r"\btonn?e?s\b": "kilograms", r"\bmicrograms\b": "milligrams",
    r"°C\b": "°F", r"\bdegrees Celsius\b": "degrees Fahrenheit", r"(?<=\w )cents\b": "dollars",
    r"\bdays\b": "weeks", r"\bweeks\b": "months", r"\bmonths\b": "years", r"\bhours\b": "minutes",
    r"\bminutes\b": "hours", r"(?<=\d )years\b": "months", r"(?<=\d) m\b": " ft",
    r"(?<=\d )(?:feet|inches)\b": "metres",
}  # fmt: skip
_OPPOSITES = """
rose/fell rise/fall rising/falling increased/decreased increase/decrease
increasing/decreasing grew/shrank grown/shrunk growth/decline growing/shrinking up/down
climbed/dropped higher/lower more/less exports/imports exported/imported export/import
exporting/importing gained/lost won/lost above/below faster/slower stronger/weaker
before/after expand/shrink expanded/shrank improved/worsened improve/worsen older/younger
warmer/colder reduced/raised reduce/raise reduces/raises reducing/raising surplus/deficit
longer/shorter jumped/slumped profit/loss over/under allows/forbids accepted/rejected
recovered/worsened cut/raised accelerated/slowed larger/smaller declined/rose dropped/climbed
inside/outside northern/southern eastern/western maximum/minimum common/rare
"""
_DIRECTIONS = [pair.split("/") for pair in _OPPOSITES.split()]
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|could|may|must|should|did|does|do)\b(?! not\b)"
)
_DENIAL = re.compile(r"\b(?:not |no (?=[a-z])|never )")
_MORE = {
    r"\b(?:second|third)[ -](?=largest|highest|longest|biggest)": "",
    r"\b(?<!second )(?<!second-)largest\b": "smallest|second largest",
    r"\b(?<!second )highest\b": "lowest|second highest", r"\blongest\b": "shortest",
    r"\bbiggest\b": "smallest", r"\bfastest\b": "slowest", r"\boldest\b": "youngest",
    r"\bcheapest\b": "dearest", r"\bbest\b": "worst", r"\bworst\b": "best",
    r"\bearliest\b": "latest", r"\bsmallest\b": "largest", r"\blowest\b": "highest",
    r"\b(?:[Aa]lmost|[Nn]early) all\b": "all|hardly any", r"\ball of\b": "none of|some of",
    r"\b(?<!of )(?<!at )(?<![Aa]lmost )(?<!early )all\b": "few|hardly any",
    r"\bAll\b": "Few|Hardly any", r"\b[Ee]very\b": "hardly any",
    r"\b[Mm]ost\b(?= of\b| [a-z]+s\b)": "all|few", r"\b[Ss]ome\b": "all|no",
    r"\b[Ss]everal\b": "all|no", r"\b[Mm]any\b": "few|all", r"\b[Ff]ew\b": "all|most",
    r"\bonly one\b": "every", r"\bmost\b(?= [a-z]+(?:ed|ful|ant|ing|able|ive|ous|al)\b)": "least",
    r"\b[Ee]ach\b": "hardly any", r"\bsecond\b(?= (?:highest|largest))": "",
}  # fmt: skip


def _replace_one(text: str, pattern: str, new: str, draw: random.Random) -> str | None:
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    match = draw.choice(found)
    return text[: match.start()] + draw.choice(new.split("|")) + text[match.end() :]


def _other_digit(number: str, draw: random.Random) -> str:
    at = draw.choice([i for i, c in enumerate(number) if c.isdigit()])
    choices = [d for d in "123456789" if d != number[at]]
    return number[:at] + draw.choice(choices) + number[at + 1 :]


def digit(case: Case, draw: random.Random) -> str | None:
    found = [m for m in _NUMBER.finditer(case.text) if not _YEAR.fullmatch(m[0])]
    if not found:
        return None
    match = draw.choice(found)
    number = match[0].rstrip(",")
    return (
        case.text[: match.start()]
        + _other_digit(number, draw)
        + case.text[match.start() + len(number) :]
    )


def scale(case: Case, draw: random.Random) -> str | None:
    found = [m for m in _SCALE.finditer(case.text) if re.search(r"\d\s?$", case.text[: m.start()])]
    if not found:
        return None
    match = draw.choice(found)
    return case.text[: match.start()] + _SCALED[match[0]] + case.text[match.end() :]


def unit(case: Case, draw: random.Random) -> str | None:
    possible = [
        (pattern, new)
        for pattern, new in _UNITS.items()
        if re.search(pattern, case.text) and re.search(r"\d", case.text)
    ]
    possible = [
        (p, n)
        for p, n in possible
        if not re.match(r"\\b[a-z]", p)
        or re.search(r"(?:\d|ten|two|three|four|five|six|seven|eleven)[- ]" + p[2:], case.text)
    ]
    if not possible:
        return None
    pattern, new = draw.choice(possible)
    return re.sub(pattern, new, case.text, count=1)


def percentage(case: Case, draw: random.Random) -> str | None:
    found = list(_PERCENT.finditer(case.text))
    if not found:
        return None
    match = draw.choice(found)
    number = match[0]
    moved = f"{float(number) / 10:g}" if draw.random() < 0.5 else _other_digit(number, draw)
    return case.text[: match.start()] + moved + case.text[match.end() :]


def year(case: Case, draw: random.Random) -> str | None:
    found = list(_YEAR.finditer(case.text))
    if not found:
        return None
    match = draw.choice(found)
    there = set(_YEAR.findall(case.cited.text)) - set(_YEAR.findall(case.text))
    near = [str(int(match[0]) + d) for d in (-10, -3, -2, -1, 1, 2, 3, 10)]
    near = [y for y in near if y not in case.text]
    other = draw.choice(sorted(there)) if there and draw.random() < 0.5 else draw.choice(near)
    return case.text[: match.start()] + other + case.text[match.end() :]


def entity(case: Case, draw: random.Random) -> str | None:
    found = [m for m in _NAME.finditer(case.text) if not _NO_NAME.match(m[0])]
    if not found:
        return None
    match = draw.choice(found)
    parts = set(re.findall(r"\w{4}", case.text))
    others = [n for n in case.names if not set(re.findall(r"\w{4}", n)) & parts and n != match[0]]
    if not others:
        return None
    return case.text[: match.start()] + draw.choice(others) + case.text[match.end() :]


def direction(case: Case, draw: random.Random) -> str | None:
    found = [
        (m, new)
        for pair in _DIRECTIONS
        for old, new in (pair, pair[::-1])
        for m in re.finditer(rf"\b{old}\b(?! than\b(?= \d))", case.text)
        if not re.search(r"(?:import|export)s? and $", case.text[: m.start()])
        and not re.match(r" and (?:im|ex)port", case.text[m.end() :])
    ]
    if not found:
        return None
    match, new = draw.choice(found)
    return case.text[: match.start()] + new + case.text[match.end() :]


def negation(case: Case, draw: random.Random) -> str | None:
    denied = _DENIAL.search(case.text)
    if denied:
        return case.text[: denied.start()] + case.text[denied.end() :]
    found = list(_AUXILIARY.finditer(case.text))
    if not found:
        return None
    match = draw.choice(found)
    return f"{case.text[: match.end()]} not{case.text[match.end() :]}"


def superlative(case: Case, draw: random.Random) -> str | None:
    possible = [p for p in _MORE if re.search(p, case.text)]
    if not possible:
        return None
    pattern = draw.choice(possible)
    return _replace_one(case.text, pattern, _MORE[pattern], draw)


CORRUPTIONS: dict[str, Callable[[Case, random.Random], str | None]] = {
    function.__name__: function
    for function in (
        digit, scale, unit, percentage, year, entity, direction, negation, superlative,
    )
}  # fmt: skip


# --- true statements ---


def _names(text: str) -> tuple[str, ...]:
    found = (m[0] for m in _NAME.finditer(text) if not _NO_NAME.match(m[0]))
    return tuple(sorted(set(found)))


def _sources(document: Document) -> Iterator[tuple[Source, list[str]]]:
    """Yield the passages of a document under their headings, with their sentences."""
    passages = split_document(document, lambda text: len(text.split()) * 4 // 3, 200)
    for n, passage in enumerate(passages, 1):
        quotes = [passage.quote(s) for s in passage.sentences if not s.heading]
        shown = f"{passage.section}\n{passage.text}" if passage.section else passage.text
        yield Source(f"[{n}]", shown), [" ".join(q.split()) for q in quotes]


def _own(held_out: bool) -> Iterator[Case]:
    documents = {d.doc: d for d in load_documents(Settings().documents).documents}
    parts = {name: list(_sources(document)) for name, document in documents.items()}
    for name, text in TEXTS.items():
        parts[name] = [
            (Source(f"[{n}]", part), re.split(r"(?<=[.”]) (?=[A-Z])", part))
            for n, part in enumerate(text.split("\n\n"), 1)
        ]
    whole = {name: " ".join(source.text for source, _ in found) for name, found in parts.items()}

    def case(group: str, name: str, at: int, text: str) -> Case:
        beside = parts[name][at + 1 if at + 1 < len(parts[name]) else at - 1][0]
        return Case(group, text, parts[name][at][0], beside, _names(whole[name]))

    for name, found in parts.items():
        for at, (_, sentences) in enumerate(found):
            for sentence in sentences:
                if len(sentence.split()) >= 5:
                    yield case("verbatim", name, at, sentence)
    for n, (name, anchor, text) in enumerate(PARAPHRASES):
        group = "held out" if n % 3 == 2 else "paraphrase"
        at = next(i for i, (source, _) in enumerate(parts[name]) if anchor in source.text)
        if held_out or group != "held out":
            yield case(group, name, at, text)


def own_cases(held_out: bool) -> list[Case]:
    """Return the cases from the shipped documents and the texts written for the tests."""
    return list(_own(held_out))


def public_cases(seed: int = 5, count: int = PUBLIC) -> list[Case]:
    """Return cases from public sets, each sentence of a sampled paragraph; none without them."""
    draw = random.Random(seed)
    cases = []
    for file in ("xquad-en-dev.json", "squad2-part-dev.json", "covidqa.json", "policyqa-dev.json"):
        if not (DATA / file).is_file():
            continue
        articles = json.loads((DATA / file).read_text(encoding="utf-8"))["data"]
        here = []
        for article in draw.sample(articles, min(12, len(articles))):
            text = "\n\n".join(p["context"][:6000] for p in article["paragraphs"][:12])
            found = list(_sources(Document("public", "", text)))
            names = _names(text)
            for at, (source, sentences) in enumerate(found):
                beside = found[at + 1 if at + 1 < len(found) else at - 1][0]
                here += [
                    Case("public", s, source, beside, names)
                    for s in sentences
                    if 8 <= len(s.split()) <= 60 and len(found) > 1
                ]
        cases += draw.sample(here, min(count // 4, len(here)))
    return cases


# --- the table ---


@dataclass
class Table:
    """What was checked, by (kind of corruption or "true", group): all and what was flagged."""

    checked: dict[tuple[str, str], int]
    flagged: dict[tuple[str, str], int]
    wrong: list[tuple[str, Case, str, str | None]]
    seconds: list[float]

    def rate(self, kind: str, *groups: str) -> float:
        """Return the share flagged, over groups."""
        checked = sum(self.checked[kind, g] for g in groups)
        return sum(self.flagged[kind, g] for g in groups) / checked if checked else float("nan")

    def __str__(self) -> str:
        groups = sorted({group for _, group in self.checked})
        lines = [f"{'':16}" + "".join(f"{g:>22}" for g in groups) + f"{'target':>9}"]
        for kind in ("true", *TARGETS):
            cells = []
            for group in groups:
                n, k = self.checked[kind, group], self.flagged[kind, group]
                cells.append(f"{f'{k} of {n} = {k / n:.3f}' if n else '–':>22}")
            target = f"≤ {FALSE_FLAGS}" if kind == "true" else f"≥ {TARGETS[kind]}"
            lines.append(f"{kind:16}" + "".join(cells) + f"{target:>9}")
        lines.append(f"median {1000 * median(self.seconds):.1f} ms a statement")
        return "\n".join(lines)


def check(verifier: Verifier, cases: list[Case], seed: int = 11) -> Table:
    """Check every case and its twins: one of each kind that applies, drawn with a fixed seed."""
    table = Table(defaultdict(int), defaultdict(int), [], [])

    def one(kind: str, case: Case, text: str, cited: Source) -> None:
        start = time.perf_counter()
        finding = verifier.verify(text, [cited])
        table.seconds.append(time.perf_counter() - start)
        flagged = finding.verdict == "unverified"
        table.checked[kind, case.group] += 1
        table.flagged[kind, case.group] += flagged
        if flagged == (kind == "true"):
            table.wrong.append((kind, case, text, finding.reason))

    for case in cases:
        draw = random.Random(f"{seed}{case.text}")
        one("true", case, case.text, case.cited)
        one("moved citation", case, case.text, case.neighbour)
        for kind, corrupt in CORRUPTIONS.items():
            twin = corrupt(case, draw)
            if twin is not None and twin != case.text:
                one(kind, case, twin, case.cited)
    return table


def main() -> None:
    """Print the table."""
    embedder = load_embedder(MINILM, read_settings().home / "models")
    verifier = Verifier(embedder.embed)
    cases = own_cases("--held-out" in sys.argv) + public_cases()
    table = check(verifier, cases)
    if "--show" in sys.argv:
        for kind, case, text, reason in table.wrong:
            print(f"{kind} | {case.group} | {text}\n      {reason}\n      {case.text}")  # noqa: T201
    print(table)  # noqa: T201


if __name__ == "__main__":
    main()
