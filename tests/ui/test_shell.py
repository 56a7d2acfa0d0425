"""What stands around the page: headers, closed metrics, no look-up of its own address."""

import resource
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins

from ui.shell import HEADERS, METRICS, Shell, prepare_server, wants_metrics


@pytest.fixture(params=[False, True])
def asked(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def client(asked: bool) -> Iterator[TestClient]:
    def said(request: object) -> PlainTextResponse:
        return PlainTextResponse("said", headers={"X-Frame-Options": "ALLOWALL", "X-Own": "kept"})

    page = Starlette(routes=[Route(path, said) for path in ("/", METRICS, f"/below{METRICS}")])
    arguments = ["app.py", *(["--metrics"] if asked else [])]
    with TestClient(Shell(page, metrics=wants_metrics(arguments))) as opened:
        yield opened


def test_every_reply_has_the_headers(client: TestClient) -> None:
    for path in ("/", METRICS, "/nowhere"):
        reply = client.get(path)
        assert {name: reply.headers[name] for name in HEADERS} == HEADERS
    assert client.get("/").headers["X-Own"] == "kept"


def test_metrics_are_closed_unless_asked_for(client: TestClient, asked: bool) -> None:
    for path in (METRICS, f"/below{METRICS}"):
        assert client.get(path).status_code == (200 if asked else 404)
    assert client.get("/").text == "said"


def test_no_server_is_asked_for_this_machines_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*arguments: object, **named: object) -> None:
        raise AssertionError("a look-up of an outside address")

    monkeypatch.setattr(net_util, "_make_blocking_http_get", look_up)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # put back after
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        prepare_server()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= limits[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    for origin in ("https://evil.example", "http://203.0.113.7", "null"):
        assert not is_url_from_allowed_origins(origin)
    assert net_util.get_external_ip() is None
