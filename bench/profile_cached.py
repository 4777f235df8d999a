"""Where the CPU of a cached city goes: `citytime serve` under cProfile. `python -m bench.profile_cached`.

The profiler makes calls look dear; the order is what tells.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import signal
import sys
import time
from multiprocessing import get_context

from bench.load import Address, drive
from bench.server import free_port
from bench.workloads import CITY, CONNECTIONS
from citytime.cli.main import main

COUNT = 20_000


def _ask(address: Address, server: int) -> None:
    """The client's process: ask when there is somebody, then stop the server."""
    try:
        for _ in range(200):
            try:
                drive(address, [CITY], 1)
                break
            except ConnectionError:
                time.sleep(0.05)
        drive(address, [CITY] * COUNT, CONNECTIONS)
    finally:
        os.kill(server, signal.SIGTERM)


if __name__ == "__main__":
    port = free_port()
    client = get_context("spawn").Process(target=_ask, args=(("127.0.0.1", port), os.getpid()), daemon=True)
    client.start()
    terminal, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 (the request log)
    profile = cProfile.Profile()
    profile.runcall(main, ["serve", "--port", str(port), "--admin-port", "0"])
    pstats.Stats(profile, stream=terminal).sort_stats("tottime").print_stats(25)
