import json
from pathlib import Path
from typing import Any

import pytest

from corpus.document import Corpus, Document
from corpus.folder import SHIPPED, load_documents
from qa.answer import QuestionError
from qa.evaluation.check_questions import main as validate
from qa.evaluation.question_sets import read_question_sets

TEXT = "Apples fell by 3%. Pears rose by 4%. Plums rose by 5%. Pears rose by 4%."
CORPUS = Corpus((Document("fruit", "Fruit", TEXT),))


def record(**changes: Any) -> dict[str, Any]:
    fields = {
        "id": "a", "question": "How much did plums rise?", "type": "factoid_percent",
        "answerable": True, "answers": ["5%"], "key_points": [],
        "evidence": [{"doc": "fruit", "quote": "Plums rose by 5%."}], "history": [], "notes": "",
    } | changes  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def write(path: Path, *lines: Any) -> Path:
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, per_article: bool = False) -> list[Any]:
    sets = read_question_sets([path], lambda: CORPUS, per_article)
    return [gold for group in sets[0].groups for gold in group.questions]


def test_a_line_becomes_a_question_with_spans(tmp_path: Path) -> None:
    turn = {"role": "user", "content": "And pears?"}
    path = write(tmp_path / "q.jsonl", "", record(history=[turn], section="2"))  # blank, unknown
    (gold,) = read(path)
    assert gold.evidence == ((("fruit", 37, 54),),) and TEXT[37:54] == "Plums rose by 5%."
    assert gold.answer_spans == (("fruit", 37, 54),)
    assert gold.question.history[0].content == "And pears?"


def test_history_and_notes_may_be_missing(tmp_path: Path) -> None:
    assert read(write(tmp_path / "q.jsonl", record(history=None, notes=None)))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Invalid JSON"),
        ("[]", "should be an object"),
        (record(type="riddle"), "'type' is 'riddle'; input should be 'factoid_number'"),
        (record(answerable=None), "'answerable' is missing; add it"),
        (record(answerable="yes"), "'answerable' is 'yes'"),
        (record(answers=["5%", ""]), "'answers.1' is ''"),
        (record(key_points=[[]]), "'key_points.0' is []"),
        (record(question="?!"), "contains no words"),
        (record(history=[{"role": "system", "content": "x"}]), "'history.0.role' is 'system'"),
        (record(evidence=[{"doc": "fruit", "quote": "Plums rose 5%"}]), "is not verbatim"),
        (
            record(evidence=[{"doc": "meat", "quote": "Plums"}]),
            "'meat' does not exist; the documents are fr",
        ),
        (record(evidence=[]), "no evidence"),
        (record(answers=[]), "neither answers nor key points"),
        (record(type="list"), "no key points"),
        (record(answerable=False), "not answerable but has gold answers"),
        (record(type="unanswerable_near"), "answerable but of type 'unanswerable_near'"),
    ],
)
def test_bad_lines_are_refused_with_file_line_and_remedy(
    tmp_path: Path, line: Any, says: str
) -> None:
    path = write(tmp_path / "q.jsonl", record(id="fine"), line)
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:2: ") and says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_problems_are_told_at_once_but_not_hundreds(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", *[record(id=str(i), type="riddle") for i in range(30)])
    with pytest.raises(QuestionError) as caught:
        read(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21 and lines[-1] == "… and 10 more"


def test_ids_are_unique_across_files(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.jsonl", record()) for n in "ab"]
    with pytest.raises(QuestionError, match=r"b\.jsonl:1: id 'a' is also used by .*a\.jsonl:1"):
        read_question_sets(paths, lambda: CORPUS)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\xff"])
def test_files_without_questions_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "q.jsonl").write_bytes(content)
    with pytest.raises(QuestionError, match=r"q\.jsonl"):
        read(tmp_path / "q.jsonl")
    with pytest.raises(QuestionError, match="cannot be read"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(QuestionError, match="neither"):
        read(tmp_path / "q.csv")


def squad(*qas: dict[str, Any], title: str = "Fruit") -> dict[str, Any]:
    pages = [{"context": TEXT, "qas": list(qas)}, {"context": "Nothing here.", "qas": []}]
    return {"data": [{"title": title, "paragraphs": pages}] * 2}


def ask(start: int = 51, text: str = "5%", **more: Any) -> dict[str, Any]:
    answers = [{"answer_start": start, "text": text}] if text else []
    return {"id": str(more), "question": "How much?", "answers": answers} | more


def test_squad_paragraphs_become_documents_and_answers_alternatives(tmp_path: Path) -> None:
    both = [{"answer_start": 51, "text": "5%"}, {"answer_start": 48, "text": "by 5%"}]
    data = squad(ask(), ask(text="", is_impossible=True))
    data["data"] = data["data"][:1]
    data["data"][0]["paragraphs"][0]["qas"][0]["answers"] = both
    path = write(tmp_path / "s.json", data)
    first, second = read(path)
    assert first.answers == ("5%", "by 5%") and first.type == "squad_answerable"
    assert first.evidence == ((("001_Fruit/001", 48, 53), ("001_Fruit/001", 51, 53)),)
    assert not second.answerable and second.evidence == ()


def test_an_answer_elsewhere_in_the_context_is_found_there(tmp_path: Path) -> None:
    data = squad(ask(40), ask(-2, n=2))
    data["data"] = data["data"][:1]
    [found] = read_question_sets([write(tmp_path / "s.json", data)], lambda: Corpus(()))
    [group] = found.groups
    assert all(g.evidence == ((("001_Fruit/001", 51, 53),),) for g in group.questions)
    [warning] = found.warnings
    assert "answer_start is wrong for 2 answers" in warning and "s.json" in warning
    data["data"][0]["paragraphs"][0]["context"] = TEXT + " Again by 5%."
    near, _ = read(write(tmp_path / "t.json", data))
    assert near.evidence[0][0][1] == 51, "the nearest"


def test_a_sample_is_the_same_every_time_and_keeps_the_documents(tmp_path: Path) -> None:
    data = squad(*(ask(n=n) for n in range(20)))
    data["data"] = data["data"][:1]
    path = write(tmp_path / "s.json", data)

    def ids(size: int) -> list[str]:
        [found] = read_question_sets([path], lambda: Corpus(()), sample=size)
        [group] = found.groups
        assert len(group.corpus.documents) == 2
        asked = [g.question.id for g in group.questions]
        assert len(asked) == found.count
        return asked

    assert ids(5) == ids(5) and len(ids(5)) == 5
    assert ids(5) == sorted(ids(5), key=ids(50).index), "in the file's order"
    assert len(ids(50)) == 20
    digests = {
        read_question_sets([path], lambda: Corpus(()), sample=n)[0].digest for n in (None, 5, 6)
    }
    assert len(digests) == 3, "another sample is another run"


def test_squad_whole_or_per_article(tmp_path: Path) -> None:
    data = squad(ask())
    data["data"] = [json.loads(json.dumps(article)) for article in data["data"]]
    data["data"][1]["paragraphs"][0]["qas"][0]["id"] = 7
    path = write(tmp_path / "s.json", data)
    for per_article, sizes in ((False, [4]), (True, [2, 2])):
        (s,) = read_question_sets([path], lambda: CORPUS, per_article)
        groups = [(g.name, len(g.corpus.documents), len(list(g.questions))) for g in s.groups]
        assert [size for _, size, _ in groups] == sizes and sum(n for *_, n in groups) == 2
        assert len({name for name, *_ in groups}) == len(sizes)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("{", "Invalid JSON"),
        ({"data": [{}]}, "'data.0.paragraphs' is missing"),
        (squad(ask(51, "6%")), "not in the context"),
        (squad(ask(51, is_impossible=True)), "must have either answers or 'is_impossible'"),
        (squad(ask(text="")), "must have either answers or 'is_impossible'"),
        (squad(ask()), "is also used by"),  # both articles are one
        (squad(), "contains no questions"),
    ],
)
def test_bad_squad_files_are_refused(tmp_path: Path, data: Any, says: str) -> None:
    path = write(tmp_path / "s.json", data)
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert str(path) in str(caught.value) and says in str(caught.value)


def test_the_shipped_sets_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(f) for f in Path("qa/evaluation/questions").glob("*.jsonl"))
    assert validate(files) == 0
    out, err = capsys.readouterr()
    assert err == "" and len(out.splitlines()) == len(files) > 0
    sets = read_question_sets([Path(f) for f in files], lambda: load_documents(SHIPPED))
    golds = [gold for s in sets for group in s.groups for gold in group.questions]
    assert len(golds) >= 200
    assert sum(not gold.answerable for gold in golds) >= len(golds) / 4


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (record(question="Did plums rise by 5%?"), "the answer '5%' occurs in the question"),
        (record(id="b", question="how much did  PLUMS rise"), "repeats"),
        (record(id="b", question="And pears?", answers=["4%"],
                evidence=[{"doc": "fruit", "quote": "Pears rose by 4%."}]), "more than once"),
        (record(id="b", question="Plums?", histroy=[]), "'histroy' is not known"),
    ],
)  # fmt: skip
def test_the_validator_finds_flaws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: Any, says: str
) -> None:
    (tmp_path / "fruit.txt").write_text(TEXT)
    lines = [line] if line["id"] == "a" else [record(), line]
    path = write(tmp_path / "q.jsonl", *lines)
    assert validate([str(path), "--documents", str(tmp_path)]) == 2
    assert f"{path}:{len(lines)}: " in (err := capsys.readouterr().err) and says in err


def test_the_validator_prints_nothing_on_standard_output_for_bad_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validate([str(write(tmp_path / "q.jsonl", "{"))]) == 2
    assert capsys.readouterr().out == ""
