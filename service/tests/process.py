"""A fake service as a process of its own, for what only a process shows: signals, ports, exit codes, output."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.wire import LONG


class Service:
    """A running fake."""

    def __init__(self, process: Process, port: int, admin_port: int) -> None:
        self._process = process
        self.port = port
        self.admin_port = admin_port
        self.pid = process.pid

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(number)

    async def end(self) -> tuple[int, list[dict[str, Any]], str]:
        """Exit code, request lines of its standard output, and the rest of its standard error."""
        async with asyncio.timeout(LONG):
            out, err = await self._process.communicate()
        return self._process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode()

    async def event(self, name: str) -> dict[str, Any]:
        """The next line of standard error that logs this event."""
        return await event(self._process, name)


async def event(process: Process, name: str) -> dict[str, Any]:
    """The next line of a process's standard error that logs this event."""
    assert process.stderr is not None
    seen = b""
    async with asyncio.timeout(LONG):
        while line := await process.stderr.readline():
            seen += line
            if line.startswith(b"{") and (fields := json.loads(line))["event"] == name:
                return dict(fields)
    raise AssertionError(f"ended before {name}:\n{seen.decode()}")


async def start(fake: str = "service", **environment: object) -> Process:
    """The process of `tests.fakes.<fake>`, just started; `environment` is added to the test's own."""
    given = {name: str(value) for name, value in environment.items()}
    ports = {f"CITYTIME_{name}PORT": "0" for name in ("", "ADMIN_", "GRPC_")}
    env = os.environ | ports | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = (sys.executable, "-m", f"tests.fakes.{fake}")
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=env | given)


@asynccontextmanager
async def service(fake: str = "service", **environment: object) -> AsyncIterator[Service]:
    """The fake, listening; killed at the end if it still runs."""
    process = await start(fake, **environment)
    try:
        listening = await event(process, "listening")
        ports = [int(listening[name].rpartition(":")[2]) for name in ("url", "admin")]
        yield Service(process, *ports)
    finally:
        if process.returncode is None:
            process.kill()  # also ends one that is paused
            await process.communicate()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
