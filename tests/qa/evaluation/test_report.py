import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from corpus.document import Document
from qa.evaluate import main
from qa.evaluation.report import AROUND, MOST_LISTED, choose_listed, cut_excerpts
from qa.evaluation.runs import REPORT
from tests.support.evaluation import ScriptedPipeline, read_golds, scripted

EVIL = "<script>alert(1)</script> & <img src=x onerror=alert(2)> https://evil.example/x.png"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on hostile documents and questions."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "documents").mkdir()
    text = f"Pears rose by 4%. {EVIL} Plums fell by 3%. " + "Nothing more is known. " * 40
    (folder / "documents" / "fruit.txt").write_text(text)
    base = {"type": "factoid_percent", "answerable": True, "answers": ["4%"], "key_points": [],
            "evidence": [{"doc": "fruit", "quote": f"Pears rose by 4%. {EVIL}"}]}  # fmt: skip
    lines: list[dict[str, Any]] = [
        base | {"id": f"{i}", "question": f"How did pears do, {EVIL}? {i}", "notes": EVIL}
        for i in range(25)
    ]
    lines += [
        {"id": f"n{i}", "question": f"And in year {i}?", "type": "unanswerable_near",
         "answerable": False, "answers": [], "key_points": [], "evidence": []}
        for i in range(8)
    ]  # fmt: skip
    path = folder / "q.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    golds = read_golds([path], folder / "documents")
    arguments = [str(path), "--documents", str(folder / "documents"), "--out", str(folder / "out")]
    assert main(arguments, scripted(golds, ScriptedPipeline)) == 0
    return folder / "out" / REPORT


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_is_self_contained_and_escaped(report: Path) -> None:
    page = report.read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    names = [name for name, _ in tags.found]
    assert names.count("script") == names.count("style") == 1
    assert not {"img", "link", "iframe", "a", "object"} & set(names)
    attributes = {name for _, attrs in tags.found for name in attrs}
    assert not {"src", "href", "style"} & attributes
    assert not [name for name in attributes if name.startswith("on")]
    assert page.count("&lt;script&gt;alert(1)") >= 25
    policy = next(a["content"] for t, a in tags.found if t == "meta" and "http-equiv" in a)
    assert policy and policy.startswith("default-src 'none'") and "unsafe" not in policy


def test_excerpts_keep_the_text_and_mark_it() -> None:
    text = "word " * 100 + "Pears rose." + " word" * 100 + " Plums fell." + " word" * 300
    documents = {"d": Document("d", "Fruit", text)}
    pears, plums = text.index("Pears"), text.index("Plums")
    marks = [(("d", pears, pears + 11), "gold"), (("d", pears, pears + 5), "cited"),
             (("d", plums, plums + 11), "cited")]  # fmt: skip
    (excerpt,) = cut_excerpts(marks, documents)
    assert ("Pears", "cited gold") in excerpt.pieces and (" rose.", "gold") in excerpt.pieces
    assert excerpt.pieces[0] == ("… ", "") and excerpt.pieces[-1] == (" …", "")
    middle = "".join(text for text, _ in excerpt.pieces[1:-1])
    assert middle in text and len(middle) < 2 * AROUND + (plums - pears) + 30
    assert len(cut_excerpts([marks[0], (("d", 1_400, 1_404), "gold")], documents)) == 2
    assert cut_excerpts([], documents) == []


def test_long_lists_show_misses_and_a_sample() -> None:
    listed, note = choose_listed(["right"] * 9_000 + ["declined"] * 1_000)
    assert len(listed) == MOST_LISTED and sum(i >= 9_000 for i in listed) == 1_000
    assert "1,000 of the 1,000 misses and a sample of 1,000 of the 9,000 others" in note
    listed, note = choose_listed(["declined"] * 9_000 + ["right"] * 1_000)
    assert len(listed) == MOST_LISTED and sum(i >= 9_000 for i in listed) == 200
    assert choose_listed(["right"] * 20)[1] == "All 20 questions."


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_contrast_in_both_schemes(report: Path) -> None:
    page = report.read_text("utf-8")
    schemes = re.findall(r":root \{(.*?)\}", page, re.S)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#\w{6})", scheme))
        grounds = {"ink": ("ground", "card", "cited", "near"), "soft": ("ground", "card"),
                   "good": ("card",), "bad": ("card",)}  # fmt: skip
        for ink, behind in grounds.items():
            for ground in behind:
                pair = sorted((luminance(colours[ink]), luminance(colours[ground])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("width", [1280, 390])
def test_sorts_and_filters_in_a_browser_without_a_network(report: Path, width: int) -> None:
    with sync_playwright() as playwright:
        system = Path("/usr/bin/chromium")
        browser = playwright.chromium.launch(
            executable_path=str(system) if system.exists() else None, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": width, "height": 844})
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(report.as_uri())
        assert page.inner_text("#count") == "33 of 33 shown"
        page.select_option("#type", "unanswerable_near")
        assert page.inner_text("#count") == "8 of 33 shown"
        page.fill("#search", "year 3")
        assert page.inner_text("#count") == "1 of 33 shown"
        page.fill("#search", "")
        page.select_option("#outcome", "*")
        shown = page.locator("details:not([hidden])")
        assert set(shown.evaluate_all("all => all.map(d => d.dataset.fine)")) == {"0"}
        page.select_option("#sort", "confidence")
        given = page.locator("details").evaluate_all("all => all.map(d => +d.dataset.confidence)")
        assert given == sorted(given)
        shown.first.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == [] and asked == [report.as_uri()]
        browser.close()
