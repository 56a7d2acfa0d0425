"""Many short visits: `python -m tests.benchmarks.visits ADDRESS PID [VISITS] [SECONDS]`.

Each opens the page's connection as a browser does, with a cookie of its own, waits until the page
is drawn and goes away. Prints how long they took, and the memory and open files of the server
before, after, and when it has forgotten them; fails on a visit that was not drawn.
"""

import asyncio
import os
import sys
from statistics import median
from time import monotonic, sleep

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from tests.benchmarks.load_pages import memory_of

FORGOTTEN = 150.0  # seconds in which Streamlit forgets who went away
PATIENCE = 60.0  # seconds a visit may take
OPENING = 600.0  # and the first one, for which the documents are opened


async def visit(
    address: str, number: int = 0, origin: str = "", patience: float = PATIENCE
) -> float:
    """Open the page, wait until it is drawn, and go; return the seconds.

    Raises:
        OSError, WebSocketException, TimeoutError, ValueError: it was not drawn.
    """
    begun = monotonic()
    async with (
        asyncio.timeout(patience),
        connect(
            address.replace("http", "ws", 1) + "/_stcore/stream",
            origin=Origin(origin or address),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"footnote_browser=visit-{number}"},
            max_size=None,
        ) as page,
    ):
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        await page.send(ask.SerializeToString())
        async for data in page:
            said = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            if said.WhichOneof("type") == "script_finished":
                if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise ValueError(f"the page ended with {said.script_finished}")
                return monotonic() - begun
    raise ValueError("the page was closed before it was drawn")


async def visit_all(address: str, visits: int, seconds: float) -> tuple[list[float], list[str]]:
    """Visit so often, evenly over some seconds; return how long each took, and the faults."""
    took: list[float] = []
    faults: list[str] = []

    async def one(number: int) -> None:
        await asyncio.sleep(number * seconds / visits)
        try:
            took.append(await visit(address, number))
        except (OSError, WebSocketException, TimeoutError, ValueError) as error:
            faults.append(f"{type(error).__name__}: {error}")

    await asyncio.gather(*map(one, range(visits)))
    return took, faults


def state_of(pid: int) -> str:
    """Return the memory and the open files of a process, in words."""
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return f"{memory_of(pid) // 1024:,} MB, {files:,} files open"


def main() -> None:
    """Read the arguments, visit, print what came of it."""
    address, pid, *rest = sys.argv[1:]
    visits, seconds = (int(rest[0]) if rest else 1000), (float(rest[1]) if rest[1:] else 120.0)
    asyncio.run(visit(address, patience=OPENING))
    before, begun = state_of(int(pid)), monotonic()
    took, faults = asyncio.run(visit_all(address, visits, seconds))
    after = state_of(int(pid))
    sys.stdout.write(
        f"{visits:,} visits in {monotonic() - begun:.0f} s: median {median(took or [0]):.2f} s, "
        f"longest {max(took, default=0):.1f} s; {len(faults)} faults\nbefore {before}; "
        f"after {after}\n"
    )
    sys.stdout.writelines(f"{fault}\n" for fault in dict.fromkeys(faults))
    sys.stdout.flush()
    sleep(FORGOTTEN)
    again = asyncio.run(visit(address))
    sys.stdout.write(f"{FORGOTTEN:.0f} s later {state_of(int(pid))}; a visit {again:.2f} s\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
