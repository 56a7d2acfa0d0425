"""Answers written by a chat model, every statement checked against what it cites."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.tokens import count_chat_tokens
from index.retriever import RetrievedPassage, SearchableIndex
from qa.answer import Answer, Answerer, Question
from qa.chat.citation_markers import declines, hide_thought, read_line, read_marked, repeats_itself
from qa.chat.grounding import Checker
from qa.chat.local_server import ChatModelError
from qa.chat.prompts import (
    PROMPT_VERSION,
    Messages,
    answer_messages,
    ask_again,
    fit_passages,
    rewrite_messages,
)
from qa.chat.providers import ChatModel, Usage
from qa.verification.verifier import Verifier

HOPELESS = 0.1  # probability of an answer in the documents below which no model is asked
ATTEMPTS = 2  # at keeping the form
MAX_CHARACTERS = 6_000  # read of one answer, however much a server sends
MAX_REWRITTEN = 400  # characters of a rewritten question


@dataclass(slots=True)
class _Draft:
    """What a model has written so far, what that cost, and why the rest was not read."""

    text: str = ""
    usage: Usage = field(default_factory=Usage)
    cut: str = ""


class ChatAnswerer:
    """Lets a chat model write from the passages; another answerer stands in where it fails."""

    def __init__(
        self, index: SearchableIndex, model: ChatModel, standin: Answerer, verifier: Verifier
    ) -> None:
        """Take the index the passages come from, the model, its stand-in, and what checks it."""
        self.name = model.name
        self._index = index
        self._model = model
        self._standin = standin
        self._verifier = verifier

    def answer(self, question: Question, passages: Sequence[RetrievedPassage]) -> Answer:
        """Return the whole answer."""
        *_, whole = self.stream(question, passages)
        return whole

    def stream(
        self, question: Question, passages: Sequence[RetrievedPassage]
    ) -> Generator[Answer, None, None]:
        """Yield the answer as it grows: whole statements, checked, then what is being written."""
        standin = self._standin.answer(question, passages)
        standin = replace(standin, answerer=self.name, prompt_version=PROMPT_VERSION)
        if standin.status == "abstained" and standin.confidence < HOPELESS:
            yield standin
            return
        given = fit_passages(passages, self._model.limits.budget)
        checker = Checker(self._index, self._verifier, given, standin, self._model.cites)
        messages = answer_messages(question, given, self._model.cites)
        usage = Usage()
        for _ in range(ATTEMPTS):
            draft = _Draft()
            why = ""
            try:
                with closing(self._write(messages, draft, formed=True)) as pieces:
                    for _ in pieces:
                        if not declines(draft.text, whole=False):
                            yield checker.put_together(read_marked(draft.text, whole=False))
            except ChatModelError as error:
                why = draft.cut = str(error)
            usage += draft.usage
            spent: dict[str, Any] = {"tokens": usage.tokens, "cost": usage.cost}
            if not why and declines(draft.text, whole=True):
                yield replace(self._decline(standin), **spent)
                return
            unfinished = read_marked(draft.text, whole=False).rest
            reading = read_marked(draft.text, whole=True)
            written = checker.put_together(reading, draft.cut if unfinished else "")
            if why or written.citations:
                break
            messages = ask_again(messages, draft.text)
        if not why and any(s.verdict == "verified" for s in written.statements):
            yield replace(written, **spent)
            return
        if not why and written.citations:
            why = f"nothing that {self._model.label} wrote is borne out by the passages it cites"
        instead = "This is" if standin.citations else "There is no answer"
        said = why or f"{self._model.label} twice wrote nothing with a citation"
        yield replace(
            standin,
            **spent,
            fallback=f"{instead} in the documents' own sentences: {said}.",
            written=tuple(replace(s, citations=()) for s in written.statements),
        )

    def _write(
        self, messages: Messages, draft: _Draft, formed: bool = False
    ) -> Generator[None, None, None]:
        """Let `draft` grow by what the model writes, and stop after each piece."""
        with closing(self._model.stream(messages, formed)) as pieces:
            for piece, usage in pieces:
                draft.text += piece
                draft.usage += usage
                if len(draft.text) > MAX_CHARACTERS:
                    draft.text = draft.text[:MAX_CHARACTERS]
                    draft.cut = "the model wrote too much"
                elif repeats_itself(draft.text):
                    draft.cut = "the model repeated itself"
                if piece:
                    yield
                if draft.cut:
                    break
        if not draft.usage.tokens:  # not told: counted as most models would
            texts = [draft.text, *(text for _, text in messages)]
            draft.usage += Usage(sum(count_chat_tokens(text) for text in texts))

    def _decline(self, standin: Answer) -> Answer:
        """Return that the documents do not say; with what differs, where the stand-in knows."""
        if standin.status == "abstained":
            return standin
        said = f"{self._model.label} found no answer in the nearest passages"
        return replace(
            standin, status="abstained", answer=f"The documents don't say: {said}.",
            statements=(), citations=(), highlights=(), lookalikes=(),
        )  # fmt: skip

    def rewrite(self, question: Question) -> tuple[str | None, Usage]:
        """Return a question as it would be asked without its history; None where that fails."""
        draft = _Draft()
        try:
            with closing(self._write(rewrite_messages(question), draft)) as pieces:
                for _ in pieces:
                    if len(hide_thought(draft.text)) > MAX_REWRITTEN:
                        break
        except ChatModelError:
            return None, draft.usage  # the answer itself will meet the same and say so
        if draft.cut:
            return None, draft.usage
        said = [question.text, *(turn.content for turn in question.history)]
        return read_line(draft.text, MAX_REWRITTEN, " ".join(said)), draft.usage
