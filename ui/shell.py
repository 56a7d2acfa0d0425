"""What stands around the page: its headers, and what Streamlit leaves open by itself."""

import resource
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import net_util

METRICS = "/_stcore/metrics"
METRICS_FLAG = "--metrics"  # after `--` of `streamlit run`
DESCRIPTORS = 65_536  # that the server asks the system for: each visitor has one, each index some
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",  # Streamlit's page has scripts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",  # reports are shown in frames of their own
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # addresses have the ids of conversations
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Shell:
    """Gives every reply the headers; metrics are answered only to who has asked for them."""

    def __init__(self, app: ASGIApp, metrics: bool = False) -> None:
        """Take what replies, and whether its metrics are open."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reply as the app does, under the headers."""

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        closed = scope["type"] == "http" and scope["path"].endswith(METRICS) and not self._metrics
        app = PlainTextResponse("Not found", 404) if closed else self._app
        await app(scope, receive, send_headed)


def wants_metrics(arguments: Sequence[str]) -> bool:
    """Tell whether who started the server asked for its metrics."""
    return METRICS_FLAG in arguments


def prepare_server() -> None:
    """Have this process look up no address of its own, and hold as many files as it may."""
    # Streamlit asks a server in the internet for its own address whenever a visitor names a
    # strange origin, and when it starts on all addresses.
    net_util.get_external_ip = lambda: None
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wished, most))
