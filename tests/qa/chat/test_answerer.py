"""Answers written by a chat model behind a real HTTP server, which behaves or does not."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from index.embedder import Embedder
from index.retriever import SearchableIndex
from qa.answer import Answerer, Draft, Question, Turn, Usage
from qa.chat import grounding
from qa.chat.answerer import MAX_CHARACTERS, ChatAnswerer
from qa.chat.judging import ChatJudge
from qa.chat.local_server import ChatModelError
from qa.chat.prompts import NOT_SAID, PROMPT_VERSION
from qa.chat.providers import Limits, open_model
from qa.langchain import PipelineRunnable
from qa.pipeline import Pipeline
from tests.support.answers import CORPUS, open_corpus
from tests.support.chat_server import Behaviour, Handler, chat_with, serving, writing

QUESTION = Question("How many kilograms of honey did the apiary harvest in 2021?")
TRUE = "In 2021 the apiary harvested 410 kilograms of honey"
FALSE = "In 2021 the apiary harvested 140 kilograms of honey"
TEXTS = {document.doc: document.text for document in CORPUS.documents}


@pytest.fixture(scope="module")
def index(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableIndex]:
    index = open_corpus(tmp_path_factory.mktemp("index"), minilm)
    yield index
    index.close()


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


Ask = Callable[..., list[Draft]]


@pytest.fixture
def ask(index: SearchableIndex, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return all states of the answer of a model that behaves so."""

    def ask_with(behaviour: Behaviour, question: Question = QUESTION) -> list[Draft]:
        with serving(behaviour) as server:
            answerer = chat_with(server, index, monkeypatch)
            seen = list(answerer.stream(question, index.search(question.text)))
        check(seen[-1])
        return seen

    return ask_with


def check(answer: Draft) -> None:
    """Assert what holds of every whole answer."""
    numbers = {citation.n for citation in answer.citations}
    for citation in answer.citations:
        assert TEXTS[citation.doc][citation.start : citation.end] == citation.quote
        assert f"[{citation.n}]" in answer.answer
    for statement in answer.statements:
        assert set(statement.citations) <= numbers
        assert statement.verdict == "unverified" or statement.citations
        assert (statement.verdict != "unverified") == (statement.reason is None)
    for statement in answer.written:
        assert not statement.citations
    assert bool(answer.citations) == (answer.status == "answered")
    assert answer.prompt_version == PROMPT_VERSION


def test_statements_come_one_by_one_and_no_half_marker_shows(ask: Ask) -> None:
    seen = ask(writing(f"{TRUE} [1]. The orchard was planted in 1990 [3]. It moved to Mars [99]."))
    assert len(seen) > 50
    for state in seen[:-1]:
        rest = state.answer
        for statement in state.statements:
            marks = "".join(f"[{n}]" for n in statement.citations)
            rest = rest.removeprefix(f"{statement.text} {marks}".strip()).strip()
        assert "[" not in rest
    counts = [len(state.statements) for state in seen]
    assert counts == sorted(counts)
    assert {0, 1, 2, 3} == set(counts)
    whole = seen[-1]
    assert [s.verdict for s in whole.statements] == ["verified", "unverified", "unverified"]
    assert whole.statements[0].text == TRUE + "."
    assert whole.citations[0].quote == TRUE + "."
    assert "1987" in str(whole.statements[1].reason)
    assert "[99]" in str(whole.statements[2].reason)
    assert whole.answer.startswith(f"{TRUE}. [1] The orchard")
    assert whole.usage.tokens > 500  # prompt and answer, counted where the server does not tell


def test_what_the_provider_tells_of_tokens_and_cost_is_kept(ask: Ask) -> None:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.say(f"{TRUE} [1].")
        handler.end(usage={"prompt_tokens": 70, "completion_tokens": 7, "total_tokens": 77})

    assert ask(behave)[-1].usage.tokens == 77


def test_what_a_model_that_does_not_cite_says_is_looked_for(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grounding, "LONGEST_LINE", 80)
    long = f"{TRUE}, and more than that in some of the years"[:79]
    said = f"{TRUE}.\n{FALSE}.\n{TRUE}.\n{NOT_SAID}.\n410 kilograms.\n{long}.\n{QUESTION.text}"
    with serving(writing(said)) as server:
        answerer = chat_with(server, index, monkeypatch)
        answerer._model.cites = False
        answer = answerer.answer(QUESTION, index.search(QUESTION.text)[::-1])  # the right one last
        [system, _] = server.requests[0]["messages"]
    check(answer)
    assert "[1]" not in system["content"]
    assert [s.verdict for s in answer.statements] == ["verified", *["unverified"] * 4]
    assert answer.statements[2].reason == "says too little to be checked"
    assert answer.statements[3].reason == "cut off: a sentence may have at most 80 characters"
    assert answer.statements[4].reason == "only repeats the question"
    assert [c.quote for c in answer.citations][0] == f"{TRUE}."


@pytest.mark.parametrize(
    ("text", "citations", "verdict"),
    [
        (f"{TRUE} [1].", 1, "verified"),
        (f"{TRUE}. [1]", 1, "verified"),
        (f"[1] {TRUE}.", 1, "verified"),
        (f"{TRUE} 【1†source】.", 1, "verified"),
        (f"{TRUE} [[1]].", 1, "verified"),
        (f"{TRUE} [^1].", 1, "verified"),
        (f"{TRUE} [1,2].", 2, "verified"),
        (f"{TRUE} [1-3].", 3, "verified"),
        (f"{TRUE} [[1], [2]].", 2, "verified"),
        (f"- **{TRUE}** [1][1]", 1, "verified"),
        (f"<think>Is it [2]? No.</think>{TRUE} [1].", 1, "verified"),
        (f"{TRUE} [0][1].", 1, "unverified"),
        (f"{TRUE} [99][1].", 1, "unverified"),
        (f"{TRUE} [1-99999].", 1, "unverified"),
        (f"{FALSE} [1].", 1, "unverified"),
        (f"{TRUE}, {TRUE} and {TRUE} [1].", 1, "unverified"),
    ],
)
def test_markers_of_all_kinds(ask: Ask, text: str, citations: int, verdict: str) -> None:
    said = f"{TRUE} [1].\n{text}" if verdict == "unverified" else text
    whole = ask(writing(said))[-1]
    assert whole.fallback is None
    last = whole.statements[-1]
    assert (len(last.citations), last.verdict) == (citations, verdict)
    assert "[" not in last.text
    assert "think" not in whole.answer


@pytest.mark.parametrize(
    "text", [f"{TRUE} [0].", f"{TRUE} [99].", TRUE, f"{TRUE} [1", "I [like] it"]
)
def test_a_model_that_twice_cites_nothing_is_stood_in_for(ask: Ask, text: str) -> None:
    asked: list[Any] = []

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        asked.append(body["messages"])
        writing(text)(handler, body)

    whole = ask(behave)[-1]
    assert [len(messages) for messages in asked] == [2, 4]
    assert "twice wrote no statement with a citation" in str(whole.fallback)
    assert whole.written
    assert "410 kilograms" in whole.answer
    assert whole.statements[0].verdict == "quoted"


def test_a_second_try_in_form_is_taken(ask: Ask) -> None:
    whole = ask(writing("It was a good year.", f"{TRUE} [1]."))[-1]
    assert (whole.fallback, whole.answer) == (None, f"{TRUE}. [1]")


def test_where_nothing_is_borne_out_the_sentences_come_first(ask: Ask) -> None:
    whole = ask(writing(f"{FALSE} [1]. It was sold to Mars [2]."))[-1]
    assert "nothing that fake wrote is supported" in str(whole.fallback)
    assert "410 kilograms" in whole.answer
    assert FALSE not in whole.answer
    assert [s.verdict for s in whole.written] == ["unverified"] * 2
    assert "140" in str(whole.written[0].reason)


@pytest.mark.parametrize("text", [NOT_SAID, f"{NOT_SAID}.", f'"{NOT_SAID}"\n', f"{NOT_SAID} [1]"])
def test_the_sentinel_declines_and_never_shows(ask: Ask, text: str) -> None:
    seen = ask(writing(text))
    assert len(seen) == 1
    assert seen[0].status == "abstained"
    assert not seen[0].statements
    assert NOT_SAID not in seen[0].answer
    assert seen[0].answer.startswith("The documents don't say")


def test_what_the_documents_cannot_answer_is_not_asked(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(writing(f"{TRUE} [1].")) as server:
        answerer = chat_with(server, index, monkeypatch)

        class Sure(Answerer):
            name = "extractive"

            def answer(self, *given: Any) -> Draft:
                return Draft(confidence=0.05, abstention="They don't say.")

            def stream(self, *given: Any) -> Iterator[Draft]:
                yield self.answer(*given)

            def rewrite(self, question: Question) -> tuple[str | None, Usage]:
                return None, Usage()

        answerer._standin = Sure()
        assert answerer.answer(QUESTION, index.search(QUESTION.text)).status == "abstained"
        assert not server.requests


def _html(status: int) -> Behaviour:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin(status, "text/html")
        handler.wfile.write(b"<html><body>Welcome to nginx</body></html>")

    return behave


def _hangs(handler: Handler, body: dict[str, Any]) -> None:
    handler.server.over.wait(20)


def _hangs_within(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.say(f"{TRUE} [1]. And the")
    handler.server.over.wait(20)


def _closes(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.say(f"{TRUE} [1]. And the")
    handler.wfile.write(b"data: {")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def _not_utf8(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.wfile.write(b'data: {"choices": [{"delta": {"content": "\xff\xfe\xc3"}}]}\n\n')


def _not_json(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.wfile.write(b"data: {nonsense\n\n")


def _nothing(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (_hangs, "took too long"),
        (_hangs_within, "took too long"),
        (_closes, "broke off"),
        (_nothing, "broke off"),
        (_html(200), "broke off"),
        (_html(502), "status 502"),
        (_html(401), "refused the key"),
        (_html(403), "refused the key"),
        (_html(404), "not known to its server"),
        (_html(429), "too many requests"),
        (_html(400), "status 400"),
        (_not_utf8, "broke off"),
        (_not_json, "broke off"),
        (writing(""), "twice wrote no statement"),
        (writing(" \n\t"), "twice wrote no statement"),
    ],
)
def test_a_server_that_fails_is_stood_in_for(ask: Ask, behaviour: Behaviour, says: str) -> None:
    whole = ask(behaviour)[-1]
    assert says in str(whole.fallback)
    assert "nginx" not in str(whole.fallback)
    assert "410 kilograms" in whole.answer
    assert all(statement.verdict == "quoted" for statement in whole.statements)
    if behaviour in (_hangs_within, _closes):
        assert whole.written[0].text == f"{TRUE}."
        assert str(whole.written[-1].reason).startswith("cut off: ")


def test_a_server_that_is_down(index: SearchableIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(writing("")) as server:
        answerer = chat_with(server, index, monkeypatch)
    whole = answerer.answer(QUESTION, index.search(QUESTION.text))
    assert "cannot be reached" in str(whole.fallback)
    assert "410 kilograms" in whole.answer


def test_one_who_dribbles_is_cut_off(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        while not handler.server.over.wait(0.05):
            handler.say("ha ")

    with serving(behave) as server:
        answerer = chat_with(server, index, monkeypatch, Limits(pause=5, total=0.3, retries=0))
        whole = answerer.answer(QUESTION, index.search(QUESTION.text))
        assert "took too long" in str(whole.fallback)
        assert server.left.wait(30)


@pytest.mark.parametrize("sentence", [f"{TRUE} [1].\n", "ha ", "so that the hill "])
def test_one_who_repeats_for_ever_is_cut_off(ask: Ask, sentence: str) -> None:
    written = 0

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        nonlocal written
        handler.begin()
        while not handler.server.over.is_set():  # ends with the connection
            handler.say(sentence)
            written += 1

    whole = ask(behave)[-1]
    if sentence.startswith(TRUE):
        assert (whole.fallback, len(whole.statements)) == (None, 1)
    else:
        assert "twice wrote no statement" in str(whole.fallback)
        assert str(whole.written[-1].reason) == "cut off: the model repeated itself"


def test_one_who_writes_100_000_tokens_is_cut_off(ask: Ask) -> None:
    text = " ".join(f"Number {n} is a number [2]." for n in range(20_000))
    whole = ask(writing([text[:200], text[200:]]))[-1]
    assert "wrote" in str(whole.fallback)
    assert 10 < len(whole.written) < MAX_CHARACTERS / 20


@pytest.mark.parametrize(
    ("before", "after"), [("<think>", "</think>"), ("", "</think>"), ("[THINK]", "[/THINK]")]
)
def test_a_long_thought_counts_towards_no_limit(ask: Ask, before: str, after: str) -> None:
    thought = " ".join(f"Step {n}: passage {n} may speak of it [{n}]." for n in range(400))
    whole = ask(writing([before, thought, after, f"\n\n{TRUE} [1]."]))[-1]
    assert whole.fallback is None
    assert [(s.text, s.verdict) for s in whole.statements] == [(f"{TRUE}.", "verified")]
    assert "Step" not in whole.answer


def test_a_reply_cut_by_its_length_says_so(ask: Ask) -> None:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.say(f"{TRUE} [1]. The orchard was")
        handler.send(choices=[{"index": 0, "delta": {}, "finish_reason": "length"}])
        handler.wfile.write(b"data: [DONE]\n\n")

    whole = ask(behave)[-1]
    assert whole.statements[0].verdict == "verified"
    assert "length limit" in str(whole.statements[-1].reason)


def test_what_a_server_says_of_a_bad_request_reaches_the_person(ask: Ask) -> None:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin(400, "application/json")
        handler.wfile.write(b'{"error": {"message": "maximum context length is 512 tokens"}}')

    assert "says: maximum context length is 512 tokens" in str(ask(behave)[-1].fallback)


def test_the_model_that_wrote_judges_unless_another_is_named(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    yes = json.dumps(
        [
            {"n": 1, "supported": True, "quote": "harvested 410 kilograms", "differs": ""},
            {"n": 2, "supported": False, "quote": "", "differs": "nine, not seven"},
        ]
    )
    with serving(writing(f"{TRUE} [1].", yes)) as server:
        answerer = chat_with(server, index, monkeypatch)
        answerer._verifier.judge = ChatJudge(answerer._model)
        seen = list(answerer.stream(QUESTION, index.search(QUESTION.text)))
        assert len(server.requests) == 2
    verdicts = [state.statements[0].verdict for state in seen if state.statements]
    assert verdicts[0] == "unverified"  # shown first, judged then
    assert verdicts[-1] == "verified"
    judging = seen[-1].judging
    assert judging
    assert judging.judge == "openai:fake"
    assert judging.tokens > 100


def test_what_is_closed_stops_the_server(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.say(f"{TRUE} [1]. The orchard")
        while not handler.server.over.wait(0.01):
            handler.say(" and")

    with serving(behave) as server:
        pipeline = _pipeline(index, server.server_port, monkeypatch)
        states = pipeline.stream(QUESTION)
        kept = next(state for state in states if state.statements)
        states.close()
        assert server.left.wait(30)
    assert kept.statements[0].verdict == "verified"
    assert "The orchard" in kept.answer


def _pipeline(index: SearchableIndex, port: int, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return Pipeline(index, None).with_answerer("openai:fake", judge="none")


HISTORY = (
    Turn("user", "How much honey did the apiary harvest in 2022?"),
    Turn("assistant", "385 kilograms."),
)


@pytest.mark.parametrize(
    ("rewritten", "asked"),
    [
        ("How much honey did the apiary harvest in 2021?", "in 2021?"),
        ("<think>hm</think>\n'How much honey was harvested in 2021?'", "was harvested in 2021?"),
        ("How much honey in 1850?", "in 2021"),  # a figure that nobody named: the rules do it
        ("", "in 2021"),
        ("word " * 200, "in 2021"),
    ],
)
def test_the_model_rewrites_a_follow_up(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch, rewritten: str, asked: str
) -> None:
    with serving(writing(rewritten, f"{TRUE} [1].")) as server:
        pipeline = _pipeline(index, server.server_port, monkeypatch)
        whole = pipeline.invoke(Question("And in 2021?", history=HISTORY))
        assert "385 kilograms" in str(server.requests[0])
    assert asked in whole.standalone_question
    assert "harvest" in whole.standalone_question
    assert whole.question == "And in 2021?"
    assert whole.answer == f"{TRUE}. [1]"


def test_only_the_chosen_documents_are_asked(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(writing("The lace museum opens on Fridays [1].")) as server:
        pipeline = _pipeline(index, server.server_port, monkeypatch)
        whole = pipeline.invoke(Question("When does the museum open?", docs=("museum",)))
        sent = str(server.requests)
    assert {p.passage.doc for p in whole.passages} == {"museum"}
    assert "apiary" not in sent
    assert whole.citations[0].doc == "museum"


class Recorder(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[str] = []

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.events.append("start")

    def on_llm_end(self, *_: Any, **__: Any) -> None:
        self.events.append("end")


@pytest.mark.parametrize("streaming", [False, True])
def test_callbacks_reach_the_model(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch, streaming: bool
) -> None:
    recorder = Recorder()
    with serving(writing(f"{TRUE} [1].")) as server:
        runnable = PipelineRunnable(_pipeline(index, server.server_port, monkeypatch))
        if streaming:
            *_, whole = runnable.stream(QUESTION, {"callbacks": [recorder]})
        else:
            whole = runnable.invoke(QUESTION, {"callbacks": [recorder]})
    assert whole.answer == f"{TRUE}. [1]"
    assert recorder.events == ["start", "end"]


def test_a_model_that_refuses_a_temperature_is_asked_without(ask: Ask) -> None:
    asked: list[Any] = []

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        asked.append(body.get("temperature"))
        if "temperature" in body:
            handler.begin(400, "application/json")
            handler.wfile.write(b'{"error": {"message": "temperature is not supported"}}')
        else:
            writing(f"{TRUE} [1].")(handler, body)

    assert ask(behave)[-1].answer == f"{TRUE}. [1]"
    assert asked == [0, None]


def test_failures_are_tried_again_by_the_client(
    index: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [503]

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        if left:
            handler.begin(left.pop(), "application/json")
        else:
            writing(f"{TRUE} [1].")(handler, body)

    with serving(behave) as server:
        answerer = chat_with(server, index, monkeypatch, Limits(retries=2))
        whole = answerer.answer(QUESTION, index.search(QUESTION.text))
        assert len(server.requests) == 2
    assert whole.fallback is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nobody:x", "provider 'nobody' is not known; try openai"),
        ("openai:", "names no model"),
        ("openai:gpt-4o-mini", "set OPENAI_API_KEY"),
        ("mistral:small", "requirements-mistral.txt"),
        ("google:gemini", "requirements-google.txt"),
        ("cohere:x", "langchain-cohere"),
        ("local:none.gguf", "cannot be read: No such file"),
        ("local:.", "cannot be read: Is a directory"),
        (f"local:{__file__}", "is not a GGUF file"),
    ],
)
def test_a_model_that_cannot_be_used_is_told(name: str, says: str) -> None:
    with pytest.raises(ChatModelError) as refused:
        open_model(name)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_command_line_refuses_it_before_the_documents_are_read(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    ran = run("qa", "ask", "What?", "--answerer", "local:none.gguf", "--store", tmp_path / "new")
    assert (ran.status, ran.out) == (2, "")
    assert "none.gguf" in ran.err
    assert not (tmp_path / "new").exists()


def test_it_is_an_answerer(index: SearchableIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(writing(f"{TRUE} [1].")) as server:
        answerer: ChatAnswerer = chat_with(server, index, monkeypatch)
        passages = index.search(QUESTION.text)
        assert answerer.answer(QUESTION, passages) == [*answerer.stream(QUESTION, passages)][-1]
