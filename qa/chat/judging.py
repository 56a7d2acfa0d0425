"""A chat model as the judge of statements: asked about each one, or about all at once."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from math import exp, log

from corpus.tokens import count_chat_tokens
from index.words import terms
from qa.answer import Usage
from qa.chat.citation_markers import hide_thought
from qa.chat.local_server import ChatModelError
from qa.chat.prompts import Messages, judge_all_messages, judge_messages
from qa.chat.providers import ChatModel, Limits, Piece, open_model
from qa.chat.screening import without_orders
from qa.verification.judge import Judge, Judgement, Pair

NOBODY = "none"  # the name of no judge
LIMITS = Limits(output=4_000, pause=30.0, total=60.0, retries=0)
LOCAL_LIMITS = Limits(output=8, pause=300.0, total=300.0, retries=0)
LONGEST_REPLY = 20_000  # characters
LONGEST_DIFFERENCE = 200  # characters
ATTEMPTS = 2  # at keeping the form
AGREEING = 1.0  # log-odds by which a judge must tell the control apart
# What no judge may call borne out, asked along with the rest: one that does says yes to anything.
CONTROL = Pair("The kiosk at the north gate opens at nine.",
               "The kiosk at the north gate opens at seven, except on Sundays.")  # fmt: skip
CONTROL_TRUE = Pair("The kiosk at the north gate is closed until seven.", CONTROL.passage)
_LIST = re.compile(r"\[.*\]", re.DOTALL)
_SUPPORTED = re.compile(r'"supported"\s*:\s*$')


class ChatJudge:
    """Asks a chat model: a local one about each statement, a remote one about all in one call."""

    def __init__(self, model: ChatModel) -> None:
        """Take the model."""
        self.name = model.name
        self.label = model.label
        self._model = model
        self._trusted: bool | None = None  # whether a local one tells the control apart

    def judge(self, pairs: Sequence[Pair]) -> Iterator[Judgement]:
        """Yield a judgement for each pair in order; one that fails says why."""
        heard = [
            Pair(pair.statement, without_orders(pair.passage, pair.statement)) for pair in pairs
        ]
        yield from map(self._judge_one, heard) if self._model.local else self._judge_all(heard)

    def _ask(self, messages: Messages, tokens: int) -> tuple[str, list[Piece], Usage]:
        """Return a reply, its pieces and its cost."""
        text, usage = "", Usage()
        heard: list[Piece] = []
        with closing(self._model.stream(messages, tokens=tokens)) as pieces:
            for piece in pieces:
                text, usage = text + piece.text, usage + piece.usage
                heard.append(piece)
                if len(text) > LONGEST_REPLY:
                    raise ChatModelError(f"{self.label} wrote too much instead of judging")
        if not usage.tokens:  # not told: counted as most models would
            usage += Usage(sum(count_chat_tokens(t) for t in [text, *(t for _, t in messages)]))
        return text, heard, usage

    def _judge_one(self, pair: Pair) -> Judgement:
        try:
            if self._trusted is None:
                told, untold = (self._margin(p)[0] for p in (CONTROL_TRUE, CONTROL))
                self._trusted = told is not None and untold is not None and told > untold + AGREEING
            margin, usage = self._margin(pair)
        except ChatModelError as error:
            return Judgement(None, reason=f"could not be checked: {error}")
        if margin is None or not self._trusted:
            return Judgement(None, usage=usage, reason=f"{self.label} cannot judge: "
                             "it does not tell supported statements from others")  # fmt: skip
        return Judgement(margin > 0, margin, usage=usage)

    def _margin(self, pair: Pair) -> tuple[float | None, Usage]:
        """Return the log-odds of yes against no, None if neither is among the likely tokens."""
        _, pieces, usage = self._ask(judge_messages(pair.statement, pair.passage), tokens=1)
        tokens = [token for piece in pieces for token in piece.tokens]
        return _log_odds(tokens[0][1] if tokens else (), "yes", "no"), usage

    def _judge_all(self, pairs: Sequence[Pair]) -> Iterator[Judgement]:
        asked = [*pairs, CONTROL]
        messages = judge_all_messages([(pair.statement, pair.passage) for pair in asked])
        spent, why = Usage(), ""
        for _ in range(ATTEMPTS):
            try:
                text, pieces, usage = self._ask(messages, tokens=self._model.limits.output)
            except ChatModelError as error:
                why = f"could not be checked: {error}"
                break
            spent += usage
            replies = read_judgements(hide_thought(text), len(asked))
            if replies is None:
                why = f"{self.label} did not judge in the requested form"
                continue
            if replies[-1].get("supported") is not False:
                why = f"{self.label} cannot judge: it accepted a false statement"
                break
            margins = _margins(pieces, len(asked))
            for n, (pair, reply) in enumerate(zip(pairs, replies, strict=False)):
                found = self._believe(pair, reply, margins[n])
                yield Judgement(found.supported, found.margin, found.reason,
                                Usage() if n else spent)  # fmt: skip
            return
        for n in range(len(pairs)):
            yield Judgement(None, reason=why, usage=Usage() if n else spent)

    def _believe(self, pair: Pair, reply: dict[str, object], margin: float | None) -> Judgement:
        """Return the judgement of a structured reply, if its quote is in the passage."""
        quote, said = str(reply.get("quote") or ""), str(reply.get("differs") or "")
        plain = " ".join(quote.casefold().split()).strip("\"'“”. …")
        stands = bool(plain) and plain in " ".join(pair.passage.casefold().split())
        differs = " ".join(said.split())[:LONGEST_DIFFERENCE]
        if reply.get("supported") is True:
            if stands and set(terms(quote)) & set(terms(pair.statement)):
                return Judgement(True, margin)
            what = "is not in the passage" if not stands else "does not mention it"
            return Judgement(None, reason=f"{self.label} calls it supported by a quote that {what}")
        told = f"; the passage says “{' '.join(quote.split())}”" if stands else ""
        return Judgement(False, margin, (differs or "something differs") + told)


def read_judgements(text: str, count: int) -> list[dict[str, object]] | None:
    """Return the objects of a structured reply by number; None if it is malformed.

    >>> read_judgements('[{"n": 1, "supported": false}]', 1)
    [{'n': 1, 'supported': False}]
    """
    found = _LIST.search(text)
    try:
        read = json.loads(found[0]) if found else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, list) or not all(isinstance(reply, dict) for reply in read):
        return None
    by_number = {reply.get("n"): reply for reply in read if type(reply.get("n")) is int}
    if len(read) != len(by_number) or any(
        type(by_number.get(n, {}).get("supported")) is not bool for n in range(1, count + 1)
    ):
        return None
    return [by_number[n] for n in range(1, count + 1)]


def _log_odds(rivals: Sequence[tuple[str, float]], yes: str, no: str) -> float | None:
    """Return the log-odds of two words among a token's rivals, None if neither is there.

    >>> _log_odds([("Yes", -0.1), ("no", -2.6), (" yes", -4.0)], "yes", "no") > 2.5
    True
    """
    if not rivals:
        return None
    least = exp(min(chance for _, chance in rivals)) / 2  # of what is not among them
    chances = {yes: 0.0, no: 0.0}
    for token, chance in rivals:
        word = token.strip(" \n\"'*.").lower()
        if word in chances:
            chances[word] += exp(chance)
    if not any(chances.values()):
        return None
    return log(max(chances[yes], least)) - log(max(chances[no], least))


def _margins(pieces: Sequence[Piece], count: int) -> list[float | None]:
    """Return the log-odds of true against false for each "supported", None if not given."""
    found: list[float | None] = []
    written = ""
    for token, rivals in (token for piece in pieces for token in piece.tokens):
        if _SUPPORTED.search(written) and token.strip():
            found.append(_log_odds(rivals, "true", "false"))
        written += token
    return found if len(found) == count else [None] * count


def open_judge(name: str, key: str = "") -> Judge | None:
    """Return the judge of a name, None for `none`; nothing is started yet.

    Raises:
        ChatModelError: the model cannot be used.
    """
    if name == NOBODY:
        return None
    return ChatJudge(open_model(name, LOCAL_LIMITS if name.startswith("local:") else LIMITS, key))
