"""Training questions for the reader, from public sets; held-out articles are named here.

Articles held out for measuring are never trained on, in any of the sets they occur in.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import bm25s

from index.words import stem
from qa.evaluation.squad import read_squad_file
from qa.reader.reading import ReaderInput
from qa.reader.windows import STOPWORDS
from qa.training.question_variants import (
    Candidate,
    joined,
    keywords,
    make_false,
    misspell,
    name_kinds,
    without_answer,
)

_HELD_OUT = (
    "1973_oil_crisis European_Union_law Harvard_University American_Broadcasting_Company"
    " Black_Death Construction Doctor_Who Genghis_Khan Oxygen Pharmacy Southern_California"
    " Victoria_(Australia)"
)
HELD_OUT = frozenset(_HELD_OUT.split())
PARAGRAPH_CHARACTERS = 900  # longer texts are cut between sentences: about 200 word pieces
# How often each set is gone through in one run; the small sets with true near misses most.
ROUNDS = {"squad2": 4.0, "xquad": 3.0, "nq": 0.9, "covid": 0.25, "pairs": 0.5, "policy": 0.1}
NEGATIVE_SHARE = 0.6  # of answerable questions that get a second passage, without their answer
FALSE_SHARE = 0.5  # of answerable questions that come again with something false
CUT_SHARE = 0.12  # of answerable questions that come again without the sentences that answer
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|vs|No|Inc|Jr|Sr|Co|etc|al|Fig)|\.\w)\.$")
_END = re.compile(r"[.!?][\"')\]\u201d]*\s+(?=[\"'(\[\u201c]*[A-Z0-9])|\n+")


@dataclass(frozen=True, slots=True)
class Example:
    """A question with candidates to choose from, the one with its answer (if any) first."""

    question: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set: its answers (paragraph → spans) and the paragraph it was asked on."""

    question: str
    gold: dict[int, tuple[tuple[int, int], ...]]
    asked_of: int  # the paragraph it was written for
    answerable: bool


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs of one text and the questions about them."""

    title: str
    paragraphs: tuple[ReaderInput, ...]
    questions: tuple[Asked, ...]


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the character spans of a text's sentences, found by rules."""
    starts = [0]
    for match in _END.finditer(text):
        if match[0].isspace() or not _ABBREVIATION.search(text[: match.start() + 1][-12:]):
            starts.append(match.end())
    spans = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if body := text[start:end].strip():
            at = text.index(body, start)
            spans.append((at, at + len(body)))
    return tuple(spans)


def _paragraphs(heading: str, text: str) -> Iterator[tuple[int, ReaderInput]]:
    """Return a text in stretches of whole sentences, each with its offset."""
    block: list[tuple[int, int]] = []
    for span in [*split_sentences(text), None]:
        if block and (span is None or span[1] - block[0][0] > PARAGRAPH_CHARACTERS):
            at, end = block[0][0], block[-1][1]
            moved = tuple((a - at, b - at) for a, b in block)
            yield at, ReaderInput(heading, text[at:end], moved)
            block = []
        if span is not None:
            block.append(span)


def read_squad(path: Path) -> list[Article]:
    """Return the articles of a SQuAD file; a question asked on several paragraphs is one."""
    articles = []
    for number, raw in enumerate(read_squad_file(path)[1].data):
        title = raw.title or f"{path.stem}-{number}"
        heading = raw.title.replace("_", " ")
        paragraphs: list[ReaderInput] = []
        asked: dict[tuple[str, bool], Asked] = {}
        for paragraph in raw.paragraphs:
            blocks = list(_paragraphs(heading, paragraph.context))
            first = len(paragraphs)
            paragraphs += [block for _, block in blocks]
            for qa in paragraph.qas:
                gold: dict[int, tuple[tuple[int, int], ...]] = {}
                for answer in qa.answers:
                    start = answer.answer_start
                    for n, (at, block) in enumerate(blocks, first):
                        if at <= start < at + len(block.text):
                            end = min(start + len(answer.text), at + len(block.text))
                            gold[n] = tuple({*gold.get(n, ()), (start - at, end - at)})
                answerable = not qa.is_impossible
                question = " ".join(qa.question.split())
                new = Asked(question, {}, min(gold, default=first), answerable)
                known = asked.setdefault((question, answerable), new)
                if answerable:
                    known.gold.update(gold)
        questions = tuple(a for a in asked.values() if a.gold or not a.answerable)
        articles.append(Article(title, tuple(paragraphs), questions))
    return articles


def read_nq(path: Path) -> list[Article]:
    """Return Natural Questions, one article per title; every occurrence of an answer counts."""
    rows = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["title"]].append(row)
    articles = []
    for title, group in rows.items():
        paragraphs: list[ReaderInput] = []
        questions = []
        for row in group:
            first = len(paragraphs)
            paragraphs += [block for _, block in _paragraphs(title, row["text"])]
            gold = {}
            pattern = "|".join(rf"(?<!\w){re.escape(a)}(?!\w)" for a in row["answers"] if a)
            for n, block in enumerate(paragraphs[first:], first):
                found = re.finditer(pattern, block.text, re.IGNORECASE)
                if spans := tuple(match.span() for match in found):
                    gold[n] = spans
            if gold:
                questions.append(Asked(row["question"], gold, min(gold), True))
        articles.append(Article(title, tuple(paragraphs), tuple(questions)))
    return articles


def is_nq_held_out(article: Article) -> bool:
    """Tell whether a Natural Questions article is for measuring only: a sixth of the titles."""
    return crc32(article.title.encode()) % 6 == 0


def _bm25(texts: Sequence[str]) -> Callable[[str, int], list[int]]:
    """Return a function that gives the indices of the best texts for a question, best first."""

    def tokens(text: str) -> list[str]:
        return [stem(word) for word in re.findall(r"\w+", text.lower())] or ["?"]

    index = bm25s.BM25()
    index.index([tokens(text) for text in texts], show_progress=False)

    def best(question: str, count: int) -> list[int]:
        words = [word for word in tokens(question) if word not in STOPWORDS]
        scores = [float(score) for score in index.get_scores(words or ["?"])]
        return sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:count]

    return best


def _example(question: str, candidates: Sequence[Candidate], rng: random.Random) -> Example:
    """Return an example in some style; at times without headings, as not all texts have them."""
    draw = rng.random()
    if draw < 0.12:
        question = misspell(question, rng)
    elif draw < 0.22:
        question = keywords(question)
    if rng.random() < 0.3:
        candidates = [replace(c, passage=replace(c.passage, heading="")) for c in candidates]
    return Example(question, tuple(candidates))


Round = Callable[[random.Random], Iterator[Example]]


def article_examples(articles: Sequence[Article], pool: str) -> Round:
    """Return a function for a round of examples; `pool` says where hard negatives come from.

    "article": BM25 in the same article; "set": in the whole set; "random": a random one of it.
    """
    home = [(a, n) for a, article in enumerate(articles) for n in range(len(article.paragraphs))]
    texts = [articles[a].paragraphs[n] for a, n in home]
    ranked: dict[tuple[int, int], list[int]] = {}
    if pool != "random":
        rank = _bm25([f"{p.heading} {p.text}" for p in texts])
        for a, article in enumerate(articles):
            for q, asked in enumerate(article.questions):
                best = rank(asked.question, 60 if pool == "article" else 8)
                same = [b for b in best if pool == "set" or home[b][0] == a]
                ranked[a, q] = [b for b in same if home[b] != (a, asked.asked_of)][:4]

    def round_of(rng: random.Random) -> Iterator[Example]:
        for a, article in enumerate(articles):
            names = name_kinds([p.text for p in article.paragraphs])
            others = [b for b, (owner, _) in enumerate(home) if owner == a]
            for q, asked in enumerate(article.questions):
                own_places = {(a, n) for n in (*asked.gold, asked.asked_of)}
                answers = {
                    article.paragraphs[n].text[s:e].lower()
                    for n, spans in asked.gold.items()
                    for s, e in spans
                }
                hard = [
                    b
                    for b in (ranked.get((a, q)) or rng.sample(others, min(4, len(others))))
                    if home[b] not in own_places
                    and not (pool == "set" and any(t in texts[b].text.lower() for t in answers))
                ]
                taken = min(len(hard), int(rng.random() < NEGATIVE_SHARE))
                negatives = [Candidate(texts[b]) for b in rng.sample(hard, taken)]
                if not asked.answerable:
                    own = Candidate(article.paragraphs[asked.asked_of])
                    negatives = negatives if rng.random() < 0.2 else []
                    yield _example(asked.question, [own, *negatives], rng)
                    continue
                n = rng.choice(sorted(asked.gold))
                own = Candidate(article.paragraphs[n], asked.gold[n])
                yield _example(asked.question, [own, *negatives], rng)
                false = make_false(asked.question, own, names, rng)
                if false and rng.random() < FALSE_SHARE:
                    yield _example(false, [Candidate(own.passage)], rng)
                if rng.random() < CUT_SHARE and (cut := without_answer(own)):
                    yield _example(asked.question, [cut], rng)

    return round_of


def pair_examples(path: Path) -> Round:
    """Return examples of the question-sentence pairs; neighbours in the file form a paragraph."""
    pairs = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    order = {text: n for n, text in enumerate(dict.fromkeys(pair[1] for pair in pairs))}
    sentences = list(order)

    def passage(numbers: Sequence[int], gold: int | None) -> Candidate:
        whole = joined("", [sentences[n] for n in numbers])
        found = tuple(s for n, s in zip(numbers, whole.sentences, strict=True) if n == gold)
        return Candidate(whole, found, weak=True)

    def round_of(rng: random.Random) -> Iterator[Example]:
        for question, sentence in pairs:
            at = order[sentence]
            first, last = max(0, at - rng.randrange(4)), at + rng.randrange(1, 4)
            around = [n for n in range(first, min(last, len(sentences))) if n != at]
            if around and rng.random() < 0.3:  # all but what answers: a near miss
                yield _example(question, [passage(around, None)], rng)
                continue
            after = range(min(last, len(sentences)), min(last + 4, len(sentences)))
            before = range(max(0, first - 4), first)
            near = (after or before) if rng.random() < 0.5 else (before or after)
            own = passage(sorted([*around, at]), at)
            other = [passage(near, None)] if rng.random() < NEGATIVE_SHARE else []
            yield _example(question, [own, *other], rng)
            if rng.random() < FALSE_SHARE and (false := make_false(question, own, {}, rng)):
                yield _example(false, [replace(own, spans=())], rng)

    return round_of


def training_examples(folder: Path, seed: int, without: str = "") -> list[Example]:
    """Return all examples of a run, shuffled; `without` one set, named as in `ROUNDS`."""
    squad2 = [a for a in read_squad(folder / "squad2-part-dev.json") if a.title not in HELD_OUT]
    seen = {q.question for a in squad2 for q in a.questions}
    xquad = [
        replace(a, questions=tuple(q for q in a.questions if q.question not in seen))
        for a in read_squad(folder / "xquad-en-dev.json")
        if a.title not in HELD_OUT
    ]
    nq = [a for a in read_nq(folder / "nq-oracle.jsonl") if not is_nq_held_out(a)]
    rounds = {
        "squad2": article_examples(squad2, "article"),
        "xquad": article_examples(xquad, "article"),
        "nq": article_examples(nq, "set"),
        "covid": article_examples(read_squad(folder / "covidqa.json"), "article"),
        "pairs": pair_examples(folder / "squad-question-sentence.tsv"),
        "policy": article_examples(read_squad(folder / "policyqa-dev.json"), "random"),
    }
    rng = random.Random(seed)
    examples = []
    for name, times in ROUNDS.items():
        while times > 0 and name != without:
            examples += [e for e in rounds[name](rng) if rng.random() < times]
            times -= 1
    rng.shuffle(examples)
    return examples
