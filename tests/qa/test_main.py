"""`python -m qa ask`, as the contract has it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.folder import SHIPPED, load_documents
from qa.answer import QuestionError
from qa.question.files import read_questions
from tests.support.chat_server import serving, writing
from tests.support.running import ROOT, Run

FIELDS = {
    "id": str, "question": str, "status": str, "answer": str, "statements": list,
    "citations": list, "passages": list, "confidence": float, "answerer": str,
    "latency_ms": float,
}  # fmt: skip
DEV = ROOT.parent / "shared" / "questions" / "china-trade-dev.jsonl"
CARS = "The export of cars rose by 5.03 percent in 2023. It had been growing for years."
TEXTS = {document.doc: document.text for document in load_documents(SHIPPED).documents}


@pytest.fixture
def folder(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one document, read by a tiny model."""
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", str(tiny_model))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cars.txt").write_text(CARS)
    return tmp_path / "in"


def check(result: dict[str, Any], texts: dict[str, str]) -> None:
    """Assert what the contract says of one result."""
    for name, kind in FIELDS.items():
        assert type(result[name]) is kind, name
    assert result["status"] in ("answered", "abstained")
    assert 0 <= result["confidence"] <= 1
    assert len(result["passages"]) <= 10
    scores = [passage["score"] for passage in result["passages"]]
    assert scores == sorted(scores, reverse=True)
    numbers = [citation["n"] for citation in result["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in result["citations"]:
        assert texts[citation["doc"]][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"].strip()
        assert f"[{citation['n']}]" in result["answer"]
        assert {"page", "score"} <= citation.keys()
    for passage in result["passages"]:
        assert 0 <= passage["start"] < passage["end"] <= len(texts[passage["doc"]])
    for statement in result["statements"]:
        assert statement["verdict"] in ("quoted", "verified", "unverified")
        assert set(statement["citations"]) <= set(numbers)
        assert {"text", "reason"} <= statement.keys()
    if result["status"] == "abstained":
        assert not result["citations"]
    else:
        assert result["citations"]


@pytest.mark.slow
def test_every_citation_on_the_development_questions_is_verbatim(
    run: Run, shipped_home: Path, shipped_pipeline: object
) -> None:
    if not DEV.is_file():
        pytest.skip("shared/questions is not beside the project")
    ran = run("qa", "ask", "--questions", DEV, "--json", "--store", shipped_home)
    assert (ran.status, ran.err) == (0, "")
    asked = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    results = [json.loads(line) for line in ran.out.splitlines()]
    assert [r["id"] for r in results] == [q["id"] for q in asked]
    assert [r["question"] for r in results] == [q["question"] for q in asked]
    for result in results:
        check(result, TEXTS)
    assert any(r["status"] == "answered" for r in results)


def test_one_question(run: Run, shipped_home: Path, shipped_pipeline: object) -> None:
    question = "How many vehicles were exported in 2023?"
    ran = run("qa", "ask", question, "--json", "--store", shipped_home)
    result = json.loads(ran.out)
    check(result, TEXTS)
    assert (ran.status, ran.err, result["id"], result["question"]) == (0, "", "1", question)
    assert "5.221 million" in result["answer"]
    shown = run("qa", "ask", question, "--store", shipped_home)
    assert shown.status == 0
    assert "5.221 million" in shown.out
    assert "[1] China's foreign trade in 2023" in shown.out


def test_history_is_taken_and_other_fields_are_ignored(run: Run, folder: Path) -> None:
    lines = [
        {"id": "b", "question": "Did the export of cars rise?", "answers": 7, "evidence": [None]},
        {"id": "a", "question": "By how much? \u2028 and why", "history": [
            {"role": "user", "content": "Did cars rise?"}, {"role": "assistant", "content": "Yes."},
        ]},
        {"id": "", "question": "Hello!", "history": None},
    ]  # fmt: skip
    path = folder / "questions.jsonl"
    text = "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(b"\xef\xbb\xbf" + f"{text}\r\n\r\n".encode())
    ran = run("qa", "ask", "--questions", path, "--json", "--documents", folder)
    assert ran.status == 0, ran.err
    results = [json.loads(line) for line in ran.out.splitlines()]
    assert [r["id"] for r in results] == ["b", "a", ""]
    for result in results:
        check(result, {"cars": CARS})
    assert results[2]["status"] == "abstained"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "jsonl:2: Expecting property name"),
        (b"[]", "should be a valid dictionary"),
        (b"7", "should be a valid dictionary"),
        (b'{"id": 1, "question": "What?"}', "'id' is 1; input should be a valid string"),
        (b'{"id": "1"}', "'question' is missing; add it"),
        (b'{"id": "1", "question": ""}', "contains no words"),
        (b'{"id": "1", "question": "\\ud83d what"}', "half of a character"),
        (b'{"id": "\\ud83d", "question": "What?"}', "half of a character"),
        (b'{"id": "1", "question": "What?", "history": "no"}', "'history' is 'no'; input"),
        (b'{"id": "1", "question": "What?", "history": [{"role": "bot"}]}', "history.0.role"),
        (b'{"id": "1", "question": "W?", "history": [{"role": "user"}]}', "'history.0.content' is"),
        (b'{"id": "1", "question": "' + b"x" * 100_000 + b'"}', "100,000 characters"),
        (b"[" * 100_000, "jsonl:2: "),
        (b'{"id": "1", "question": "caf\xe9"}', "not UTF-8"),
        (b"a\0b", "jsonl:2: Expecting value"),
    ],
)
def test_a_broken_line_is_told_with_file_and_line(
    run: Run, folder: Path, line: bytes, says: str
) -> None:
    path = folder / "questions.jsonl"
    path.write_bytes(b'{"id": "1", "question": "What?"}\n' + line + b"\n")
    ran = run("qa", "ask", "--questions", path, "--json", "--documents", folder)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "questions.jsonl" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert len(ran.err) < 600


def test_a_questions_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n\n")
    for name in ("none", ".", "empty"):
        with pytest.raises(QuestionError):
            read_questions(tmp_path / name)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "contains no words"),
        (" \n\t", "contains no words"),
        ("🚀🚀 ?!", "contains no words"),
        ("why " * 25_000, "100,000 characters"),
        ("what \udcff", "half of a character"),
    ],
)
def test_a_question_that_is_none_is_refused(
    run: Run, folder: Path, question: str, says: str
) -> None:
    ran = run("qa", "ask", question, "--documents", folder)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize(
    "arguments",
    [[], ["what", "--questions", "x.jsonl"], ["what", "--documents", ""], ["what", "--store", ""],
     ["what", "--answerer", "nobody"], ["--questions", "none.jsonl"], ["--questions", ""],
     ["what", "--documents", "none"], ["what", "--unknown"]],
)  # fmt: skip
def test_bad_usage_is_refused(run: Run, folder: Path, arguments: list[str]) -> None:
    ran = run("qa", "ask", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.strip()


def test_one_bad_document_is_a_warning(run: Run, folder: Path) -> None:
    (folder / "bad.md").write_bytes(b"\0\0")
    ran = run("qa", "ask", "Did the export of cars rise?", "--json", "--documents", folder)
    assert ran.status == 0
    check(json.loads(ran.out), {"cars": CARS})
    assert sum("bad.md" in line for line in ran.err.splitlines()) == 1


def test_documents_cannot_command_the_terminal(run: Run, folder: Path) -> None:
    (folder / "cars.txt").write_text("\x1b[2J\x1b]0;owned\x07" + CARS.replace(". ", ".\x9b2J "))
    ran = run("qa", "ask", "Did the export of cars rise?", "--documents", folder)
    assert ran.status == 0
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.out)


def test_a_terminal_that_cannot_show_a_text(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "cars.txt").write_text("“中国” 🚀: " + CARS, encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    shown = subprocess.run(
        [sys.executable, "-m", "qa", "ask", "--documents", folder, "Did the export of cars rise?"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert (shown.returncode, shown.stdout.isascii()) == (0, True), shown.stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


WRITTEN = "The export of cars rose by 5.03 percent in 2023 [1]. It rose by 9 percent in 1999 [1]."


@pytest.mark.parametrize(
    ("text", "says", "tally"),
    [
        (WRITTEN, "(unverified: ", "1 of 2 statements verified."),
        ("Cars cost 7 euros [1].\x1b[2J", "What x wrote:", "own sentences: "),
        ("NOT IN THE DOCUMENTS", "The documents don't say", "nearest: "),
    ],
)
def test_a_written_answer_appears_as_it_comes(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, terminal: None,
    text: str, says: str, tally: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("FOOTNOTE_JUDGE", "none")
    with serving(writing(text)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
        asked = ("Did the export of cars rise?", "--documents", folder, "--answerer", "openai:x")
        shown = run("qa", "ask", *asked)
        result = json.loads(run("qa", "ask", *asked, "--json").out)
    assert shown.status == 0, shown.err
    assert says in shown.out.replace("openai:x", "x")
    assert tally in shown.out
    assert "\x1b" not in shown.out
    check(result, {"cars": CARS})
    assert result["answerer"] == "openai:x"
    assert result["tokens"] > 100
    for statement in result["statements"]:
        assert shown.out.count(statement["text"]) == 1 + (statement["text"] in CARS)


@pytest.mark.slow
def test_a_closed_pipe(folder: Path) -> None:
    path = folder / "questions.jsonl"
    path.write_text('{"id": "1", "question": "Did the export of cars rise?"}\n' * 400)
    ask = f"{sys.executable} -m qa ask --documents {folder} --questions {path} --json"
    ran = subprocess.run(
        ["bash", "-c", f"{ask} | head -c 20; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert (
        ran.stderr.splitlines()[-1] == "Standard output was closed before all output was written."
    )
    assert "Traceback" not in ran.stderr


def test_pairs_are_verified_a_line_each(run: Run, folder: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "passage": CARS, "statement": "Exports of cars rose by 5.03 percent in 2023."},
        {"id": "b", "passage": CARS, "statement": "Exports of cars rose by 5.3 percent in 2023."},
        {"id": "c", "passage": "", "statement": "", "true": False},
    ]
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run("qa", "verify", "--pairs", pairs, "--json", "--judge", "none")
    assert (ran.status, ran.err) == (0, "")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [result["id"] for result in found] == ["a", "b", "c"]
    assert [result["verdict"] for result in found] == ["verified", "unverified", "unverified"]
    assert found[0]["reason"] is None
    assert found[0]["score"] >= 0.5 > found[1]["score"]
    assert "it says 5.03 percent" in found[1]["reason"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": "a", "passage": "x"}', "pairs.jsonl:1: field 'statement' is missing"),
        ("{", "pairs.jsonl:1: "),
        ("", "contains no"),
    ],
)
def test_pairs_that_are_none_are_refused(run: Run, tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "pairs.jsonl").write_text(line)
    ran = run("qa", "verify", "--pairs", tmp_path / "pairs.jsonl", "--json")
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_a_judge_that_is_not_known_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text('{"id": "a", "passage": "x", "statement": "y"}')
    ran = run("qa", "verify", "--pairs", tmp_path / "pairs.jsonl", "--judge", "nonsense")
    assert (ran.status, ran.out) == (2, "")
    assert "judge 'nonsense' is not known" in ran.err
