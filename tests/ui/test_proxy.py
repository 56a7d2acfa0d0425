"""The reverse proxy that the documentation gives, with a real Caddy before the real page."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from corpus.folder import SHIPPED
from tests.benchmarks.visits import OPENING, visit
from tests.support.browser import free_port, serve, wait_until_healthy
from tests.support.running import ROOT
from ui.shell import HEADERS, METRICS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("caddy"), reason="needs Debian's caddy"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(models)
    site = f"http://localhost:{free_port()}"
    with serve(home, SHIPPED, home / "log") as page:
        env = os.environ | {"SITE": site, "PAGE": page, "XDG_DATA_HOME": str(home)}
        command = ["caddy", "run", "--config", str(ROOT / "docs" / "Caddyfile")]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as proxy:
            try:
                wait_until_healthy(f"{site}/_stcore/health", proxy)
                yield site
            finally:
                proxy.terminate()


def reply_to(request: str) -> tuple[int, list[tuple[str, str]]]:
    try:
        with urlopen(request, timeout=30) as reply:
            return reply.status, reply.headers.items()
    except HTTPError as refused:
        return refused.code, refused.headers.items()


def test_the_page_is_reached_and_its_headers_stand_once(address: str) -> None:
    status, headers = reply_to(address)
    assert status == 200
    assert {(n.lower(), v) for n, v in HEADERS.items()} <= {(n.lower(), v) for n, v in headers}
    names = [name.lower() for name, _ in headers]
    assert "server" not in names and "strict-transport-security" in names
    assert not {name for name in names if names.count(name) > 1}
    assert asyncio.run(visit(address, patience=OPENING)) > 0


def test_the_proxy_keeps_out_what_is_none_of_visitors(address: str) -> None:
    assert reply_to(address + METRICS)[0] == 404
    with pytest.raises(Exception, match="403"):
        asyncio.run(visit(address, origin="https://evil.example"))
