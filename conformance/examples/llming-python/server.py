"""Starts the server, with the port and the settings that the kit gives it."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys

try:
    import websockets  # noqa: F401
except ImportError:
    sys.exit(
        f"{sys.executable} has no module websockets. Install it with `pip install websockets`, "
        "or for Debian's own /usr/bin/python3 with `apt-get install python3-websockets`."
    )

from fixture import Fixture
from web import serve_connection


async def main() -> None:
    settings = os.environ.get("AGENTWIRE_SETTINGS")
    fixture = Fixture(json.loads(settings or "{}"), control=settings is not None)
    fixture.start()
    port = int(os.environ.get("AGENTWIRE_PORT", "8080"))
    # Reachable from this machine only: whoever calls the control API can do everything.
    server = await asyncio.start_server(functools.partial(serve_connection, fixture), "127.0.0.1", port)
    print(f"listening on http://127.0.0.1:{port}", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    server.close()
    fixture.stop()


if __name__ == "__main__":
    asyncio.run(main())
