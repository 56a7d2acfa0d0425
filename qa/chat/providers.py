"""Chat models by name: `PROVIDER:MODEL` of any provider LangChain knows, or `local:PATH.gguf`."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten
from time import monotonic
from typing import TYPE_CHECKING, Any

from corpus.installation import install_command
from qa.answer import Usage
from qa.chat.connection import (
    MAX_BYTES,
    LimitedTransport,
    ReadersBusy,
    ReplyStopped,
    ReplyTooLarge,
    limited_client,
    read_apart,
)
from qa.chat.local_server import ChatModelError, local_server
from qa.chat.prompts import Messages, answer_grammar, hide_unseen

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

ALIASES = {"google": "google_genai", "mistral": "mistralai"}
PROVIDERS = {  # what the requirements file is called, and the variables of a key, if one is needed
    "openai": ("openai", "OPENAI_API_KEY"),
    "anthropic": ("anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": ("google", "GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "mistralai": ("mistral", "MISTRAL_API_KEY"),
    "ollama": ("ollama",),
}
PROBABLE = ("openai", "local")  # those that give log-probabilities, as far as is known
RIVALS = 20  # of a token
OWN_SERVER = ("OPENAI_BASE_URL", "OPENAI_API_BASE")  # which may need no key
_REFUSALS = dict.fromkeys((401, 403), "refused the key; check the provider's key variable") | {
    404: "is not known to its server; check the model's name",
    429: "has had too many requests or its quota is used up; try later",
}

_OURS = {  # errors of `connection`, in words
    ReplyStopped.__name__: "was stopped",
    ReplyTooLarge.__name__: f"sent more than the {MAX_BYTES // 10**6} MB that are allowed",
    ReadersBusy.__name__: "was not asked: too many requests still wait for servers that hang",
}


_LONGEST_REASON = 200  # characters told of what a server says itself
_CUT = frozenset(["length", "max_tokens", "MAX_TOKENS"])  # a reply ended by its limit


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply: its text and cost, and whether the length limit ended the reply there.

    `tokens` are those of the text with the log-probabilities of the alternatives, if requested.
    """

    text: str
    usage: Usage = Usage()
    cut: bool = False
    tokens: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a model, in tokens and seconds."""

    budget: int = 4_000  # tokens of passages given to it
    output: int = 2_000  # models that reason spend most of it unseen
    pause: float = 60.0  # how long it may stay silent
    total: float = 180.0  # how long one answer may take
    retries: int = 2  # with back-off, by the provider's own client


# A processor reads some dozens of tokens a second, and says nothing meanwhile.
LOCAL_LIMITS = Limits(budget=700, output=500, pause=300.0, total=600.0, retries=0)


class ChatModel:
    """A named model that streams text; failures become a ChatModelError."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        connect: Callable[[], "BaseChatModel"],
        reports_end: bool = False,
        cites: bool = True,
    ) -> None:
        """Take the factory of the LangChain model, and the abilities of its server.

        If `reports_end`, a stream without a finish reason is truncated. A model that does not cite
        is held to plain sentences by llama.cpp's grammar.
        """
        self.name = name
        self.label = name.partition(":")[2].split("/")[-1].removesuffix(".gguf")
        self.limits = limits
        self._connect = connect
        self.local = name.startswith("local:")
        self._reports_end = reports_end
        self.cites = cites
        self.probable = name.partition(":")[0] in PROBABLE
        self._refuses_temperature = False

    def stream(
        self, messages: Messages, formed: bool = False, tokens: int = 0
    ) -> Generator[Piece, None, None]:
        """Yield pieces of text, the last one with their cost.

        Args:
            messages: what is asked.
            formed: whether the reply must have the form of an answer.
            tokens: the most it may write, with log-probabilities if available; by default its own
                limit, without them.

        Raises:
            ChatModelError: the model cannot be reached, refuses, is too slow, or breaks off.
        """
        form: dict[str, Any] = {}
        if formed and not self.cites:
            form = {"extra_body": {"grammar": answer_grammar()}}
        if tokens and self.probable:
            form |= {"max_tokens": tokens, "logprobs": True, "top_logprobs": RIVALS}
        started = monotonic()

        def begin() -> "Iterator[AIMessageChunk]":
            chat = self._connect()
            if self._refuses_temperature:
                chat = chat.model_copy(update={"temperature": None})
            chunks: Any = chat.bind(**form).stream(messages)
            return iter(chunks)

        try:
            with closing(read_apart(begin, self.limits.total)) as chunks:
                ended = False
                for chunk in chunks:
                    finish = chunk.response_metadata.get("finish_reason")
                    finish = finish or chunk.response_metadata.get("stop_reason")
                    ended |= "finish_reason" in chunk.response_metadata
                    yield Piece(chunk.text, _usage(chunk), finish in _CUT, _tokens(chunk))
                    if monotonic() - started > self.limits.total:
                        raise TimeoutError
                if self._reports_end and not ended:
                    raise EOFError
        except ChatModelError:
            raise
        except Exception as error:  # each provider has its own; a sentence says what it was
            if "temperature" in str(error) and not self._refuses_temperature:
                self._refuses_temperature = True  # some models that reason do
            elif "logprobs" in str(error) and tokens and self.probable:
                self.probable = False
            else:
                raise ChatModelError(self._describe(error)) from error
            yield from self.stream(messages, formed, tokens)

    def _describe(self, error: Exception) -> str:
        """Return the description of an error."""
        kind = type(error).__name__
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        if kind in _OURS:
            what = _OURS[kind]
        elif "Timeout" in kind:
            what = "took too long"
        elif isinstance(status, int):
            what = _REFUSALS.get(status, f"could not answer: its server sent status {status}")
            if status not in _REFUSALS and (reason := _reason(error)):
                what += f" and says: {reason}"
        elif "Connect" in kind:
            what = "cannot be reached; check that its server is running"
        else:
            what = f"broke off or sent an unreadable answer ({kind})"
        return f"{self.label} {what}"


def _reason(error: Exception) -> str:
    """Return the reason that a server gives for refusing a request, "" if it gives none."""
    body = getattr(error, "body", None)
    while isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail")
    said = " ".join(hide_unseen(body).split()) if isinstance(body, str) else ""
    return "" if "<" in said else shorten(said, _LONGEST_REASON, placeholder=" …")


def _tokens(chunk: "AIMessageChunk") -> tuple[tuple[str, tuple[tuple[str, float], ...]], ...]:
    told = chunk.response_metadata.get("logprobs") or {}
    return tuple(
        (t["token"], tuple((r["token"], float(r["logprob"])) for r in t["top_logprobs"]))
        for t in told.get("content") or ()
    )


def _usage(chunk: "AIMessageChunk") -> Usage:
    told = chunk.response_metadata.get("token_usage")
    cost = told.get("cost") if isinstance(told, dict) else None
    tokens = chunk.usage_metadata["total_tokens"] if chunk.usage_metadata else 0
    return Usage(tokens, float(cost) if isinstance(cost, int | float) else None)


def open_model(name: str, limits: Limits | None = None, key: str = "") -> ChatModel:
    """Return the model `name`; nothing is sent and nothing is started yet.

    `key` replaces that of the provider's environment variable.

    Raises:
        ChatModelError: the provider is unknown, or its package, its key or the file is missing.
    """
    provider, _, model = name.partition(":")
    if provider == "local":
        return _open_local(Path(model).expanduser(), limits or LOCAL_LIMITS)
    if not model:
        raise ChatModelError(f"{name!r} names no model; give PROVIDER:MODEL or local:PATH.gguf")
    limits = limits or Limits()
    provider = ALIASES.get(provider, provider)
    requirements, *keys = PROVIDERS.get(provider, ("",))
    if requirements:
        _require(f"langchain_{provider}", requirements, name)
    options: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":  # its default reads 2,048 tokens and drops the rest in silence
        options |= {"num_predict": limits.output, "num_ctx": 2 * limits.budget}
        options["client_kwargs"] = {"timeout": limits.pause, "transport": LimitedTransport()}
    else:
        options |= _options(limits)
    if provider == "openai":
        options["http_client"] = limited_client()
    if key:
        options["api_key"] = key
    elif keys and not any(map(os.environ.get, keys)):
        if provider != "openai" or not any(map(os.environ.get, OWN_SERVER)):
            raise ChatModelError(f"{name!r} needs a key: set {keys[0]}")
        options["api_key"] = "none"
    chat = _init(name, provider, model, options)
    return ChatModel(name, limits, lambda: chat, reports_end=provider == "openai")


def _options(limits: Limits) -> dict[str, Any]:
    return {
        "temperature": 0, "max_tokens": limits.output, "timeout": limits.pause,
        "max_retries": limits.retries,
    }  # fmt: skip


def _require(package: str, requirements: str, name: str) -> None:
    if find_spec(package) is None:
        raise ChatModelError(
            f"{name!r} needs a package that is not installed: "
            f"run {install_command(requirements, package.replace('_', '-'))}"
        )


def _init(name: str, provider: str, model: str, options: dict[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
        return chat
    except Exception as error:
        said = " ".join(str(error).split())
        if "Unsupported provider" in said:
            said = f"provider {provider!r} is not known; try {', '.join(PROVIDERS)} or local"
        raise ChatModelError(f"chat model {name!r} cannot be used: {said:.300}") from error


def _open_local(path: Path, limits: Limits) -> ChatModel:
    name = f"local:{path}"
    for package in ("xllamacpp", "langchain_openai"):
        _require(package, "local", name)
    server = local_server(path)

    @lru_cache(maxsize=1)
    def client_of(address: str) -> "BaseChatModel":
        # The loopback address needs no proxy, whatever the environment says.
        own = {"http_client": limited_client(use_proxies=False), "base_url": f"{address}/v1"}
        own |= {"api_key": server.key, "stream_usage": True}
        return _init(name, "openai", path.stem, own | _options(limits))

    return ChatModel(name, limits, lambda: client_of(server.address), reports_end=True, cites=False)
