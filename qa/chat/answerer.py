"""Answers written by a chat model, with every statement checked against its citations."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import perf_counter

from corpus.tokens import count_chat_tokens
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import Answerer, Draft, Judging, Question, Usage
from qa.chat.citation_markers import (
    Reading,
    declines,
    hide_thought,
    read_line,
    read_marked,
    repeats_itself,
)
from qa.chat.grounding import Grounding
from qa.chat.judging import open_judge
from qa.chat.local_server import ChatModelError
from qa.chat.prompts import (
    PROMPT_VERSION,
    Messages,
    answer_messages,
    ask_again,
    fit_passages,
    rewrite_messages,
)
from qa.chat.providers import ChatModel, open_model
from qa.verification.verifier import Verifier

HOPELESS = 0.1  # probability of an answer in the documents below which no model is asked
ATTEMPTS = 2  # at keeping the form
MAX_CHARACTERS = 6_000  # kept of one answer, however much a server sends
MAX_READ = 40_000  # characters of one reply, thoughts included
MAX_REWRITTEN = 400  # characters of a rewritten question


@dataclass(slots=True)
class _Reply:
    """The text a model has written so far, its cost, and why the rest was not read."""

    text: str = ""
    usage: Usage = field(default_factory=Usage)
    cut: str = ""


class ChatAnswerer:
    """Lets a chat model write from the passages; another answerer stands in if it fails."""

    def __init__(
        self, index: SearchableIndex, model: ChatModel, standin: Answerer, verifier: Verifier
    ) -> None:
        """Take the index of the passages, the model, its stand-in, and the verifier."""
        self.name = model.name
        self._index = index
        self._model = model
        self._standin = standin
        self._verifier = verifier

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Draft:
        """Return the whole draft."""
        *_, whole = self.stream(question, passages)
        return whole

    def stream(
        self, question: Question, passages: Sequence[RetrievedPassage]
    ) -> Generator[Draft, None, None]:
        """Yield the draft as it grows: checked statements, then the text being written."""
        standin = self._standin.answer(question, passages)
        standin = replace(standin, prompt_version=PROMPT_VERSION)
        if standin.abstention and standin.confidence < HOPELESS:
            yield standin
            return
        given = fit_passages(passages, self._model.limits.budget)
        grounding = Grounding(
            self._index, self._verifier, question.text, passages, given, self._model.cites
        )
        messages = answer_messages(question, given, self._model.cites)
        usage = Usage()
        for _ in range(ATTEMPTS):
            reply = _Reply()
            why = ""
            try:
                with closing(self._write(messages, reply, formed=True)) as pieces:
                    for _ in pieces:
                        long = len(hide_thought(reply.text)) > MAX_CHARACTERS  # a thought, perhaps
                        if not long and not declines(reply.text, whole=False):
                            yield grounding.ground(read_marked(reply.text, whole=False), standin)
            except ChatModelError as error:
                why = reply.cut = str(error)
            usage += reply.usage
            if not why and declines(reply.text, whole=True):
                yield replace(self._decline(standin), usage=usage)
                return
            unfinished = read_marked(reply.text, whole=False).rest
            reading = read_marked(reply.text, whole=True)
            written = grounding.ground(reading, standin, reply.cut if unfinished else "")
            if why or written.citations:
                break
            messages = ask_again(messages, reply.text)
        if not why and written.citations:
            for state in self._judge(grounding, reading, standin, reply.cut if unfinished else ""):
                written = replace(state, usage=usage + state.usage)
                yield written
            usage = written.usage
        if not why and any(s.verdict != "unverified" for s in written.statements):
            return
        if not why and written.citations:
            why = f"nothing that {self._model.label} wrote is supported by the passages it cites"
        instead = "This is" if standin.citations else "There is no answer"
        said = why or f"{self._model.label} twice wrote no statement with a citation"
        yield replace(
            standin,
            usage=usage,
            judging=written.judging,
            fallback=f"{instead} in the documents' own sentences: {said}.",
            written=tuple(replace(s, citations=()) for s in written.statements),
        )

    def _judge(
        self, grounding: Grounding, reading: Reading, standin: Draft, cut: str
    ) -> Iterator[Draft]:
        """Yield the draft, and again after each verdict of the judge, with its cost."""
        judge = self._verifier.judge
        judging = Judging(judge.name if judge else "none")
        yield replace(grounding.ground(reading, standin, cut), judging=judging)
        started, spent = perf_counter(), Usage()
        for usage in grounding.judge(reading):
            spent += usage
            judging = replace(
                judging, tokens=spent.tokens, seconds=round(perf_counter() - started, 3)
            )
            yield replace(grounding.ground(reading, standin, cut), usage=spent, judging=judging)

    def _write(
        self, messages: Messages, reply: _Reply, formed: bool = False
    ) -> Generator[None, None, None]:
        """Extend `reply` with the model's text, yielding after each piece."""
        with closing(self._model.stream(messages, formed)) as pieces:
            for piece in pieces:
                reply.text += piece.text
                reply.usage += piece.usage
                seen = hide_thought(reply.text)  # a thought counts towards no limit of an answer
                if piece.cut:
                    reply.cut = "the reply reached the length limit of the model"
                elif len(reply.text) > MAX_READ or (len(seen) > MAX_CHARACTERS and not formed):
                    reply.cut = "the model wrote too much"
                elif repeats_itself(seen):
                    reply.cut = "the model repeated itself"
                if piece.text:
                    yield
                if reply.cut:
                    break
        if len(seen := hide_thought(reply.text)) > MAX_CHARACTERS:
            reply.text = seen[:MAX_CHARACTERS]
            reply.cut = reply.cut or "the model wrote too much"
        if not reply.usage.tokens:  # not told: counted as most models would
            texts = [reply.text, *(text for _, text in messages)]
            reply.usage += Usage(sum(count_chat_tokens(text) for text in texts))

    def _decline(self, standin: Draft) -> Draft:
        """Return an abstention, with what differs if the stand-in knows."""
        if standin.abstention:
            return standin
        said = f"{self._model.label} found no answer in the nearest passages"
        return Draft(
            confidence=standin.confidence,
            abstention=f"The documents don't say: {said}.",
            candidates=standin.candidates,
            prompt_version=standin.prompt_version,
        )

    def rewrite(self, question: Question) -> tuple[str | None, Usage]:
        """Return the stand-alone form of a question; None if that fails."""
        reply = _Reply()
        try:
            with closing(self._write(rewrite_messages(question), reply)) as pieces:
                for _ in pieces:
                    if len(hide_thought(reply.text)) > MAX_REWRITTEN:
                        break
        except ChatModelError:
            return None, reply.usage  # the answer itself will meet the same and say so
        if reply.cut:
            return None, reply.usage
        said = [question.text, *(turn.content for turn in question.history)]
        return read_line(reply.text, MAX_REWRITTEN, " ".join(said)), reply.usage


def open_chat_answerer(
    name: str, key: str, index: SearchableIndex, standin: Answerer, judge: str = ""
) -> ChatAnswerer:
    """Return the answerer of a chat model; `key` replaces that of its environment variable.

    `judge` names the model that checks statements: by default the same one; or "none".

    Raises:
        ChatModelError: the model cannot be used.
    """
    model = open_model(name, key=key)
    judged = open_judge(judge or name, key if judge in ("", name) else "")
    return ChatAnswerer(index, model, standin, Verifier(judged))
