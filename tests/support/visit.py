"""A whole visit in a network of its own: `python -m tests.support.visit FOLDER`.

Prints what tried to leave.

The caller gives it a network namespace and a mount namespace. Every packet for another host, name
look-ups among them, goes down a wire that nobody listens at, and is counted.
"""

import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from corpus.folder import SHIPPED
from tests.support.browser import ask, chromium, serve, watched_page

QUESTION = "How many vehicles were exported in 2023?"
NETWORK = """
set -e
ip link set lo up
test ! -e /proc/sys/net/ipv6 || echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add out type veth peer name nobody
ip address add 10.77.0.1/24 dev out
ip link set out up
ip link set nobody up
ip neighbour add 10.77.0.2 lladdr 02:00:00:00:00:02 dev out
ip neighbour add 10.77.0.3 lladdr 02:00:00:00:00:03 dev out
ip route add default via 10.77.0.2
mount --bind {resolver} /etc/resolv.conf
"""
NO_LOOKUPS = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"  # Chromium's own


def packets_out() -> int:
    """Return how many packets were sent to other hosts."""
    line = next(x for x in Path("/proc/net/dev").read_text().splitlines() if " out:" in f" {x}")
    return int(line.split(":")[1].split()[9])


def visit_strangely(address: str) -> None:
    """Come from other sites and by other names, as Streamlit would look itself up to judge."""
    strange = ("https://evil.example", "http://203.0.113.7:8501", "null", "nonsense")
    for origin in strange:
        for host in ("", "evil.example", "203.0.113.7"):
            named = {"Origin": origin} | ({"Host": host} if host else {})
            for place in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics"):
                with (
                    suppress(HTTPError),
                    urlopen(Request(address + place, headers=named), timeout=60),
                ):
                    pass
        stream = address.replace("http", "ws", 1) + "/_stcore/stream"
        with suppress(WebSocketException), connect(stream, origin=Origin(origin)) as page:
            page.recv(5)
            raise AssertionError(f"a page of {origin!r} may connect")


def main() -> None:
    """Visit by command line and page, then prove that the counter counts."""
    folder = Path(sys.argv[1])
    resolver = folder / "resolv.conf"
    resolver.write_text("nameserver 10.77.0.3\noptions timeout:1 attempts:1\n")
    subprocess.run(["sh", "-c", NETWORK.format(resolver=resolver)], check=True)
    before = packets_out()
    home = str(folder / "home")
    for command in (["index", "build"], ["qa", "ask", QUESTION]):
        subprocess.run(
            [sys.executable, "-m", *command, "--store", home], check=True, capture_output=True
        )
    with (
        serve(folder / "home", SHIPPED, folder / "page.log") as address,
        chromium(NO_LOOKUPS) as browser,
        watched_page(browser, address) as page,
    ):
        ask(page, QUESTION)
        visit_strangely(address)
    left = packets_out() - before
    with suppress(OSError):
        socket.getaddrinfo("footnote.example", 443)
    print(f"{left} packets left; {packets_out() - before - left} of a look-up were counted")


if __name__ == "__main__":
    main()
