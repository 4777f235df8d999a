"""The four roles as processes that can be killed, paused, slowed and started again where they were."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.proxy import SlowProxy
from tests.instance import ROLES, environment
from tests.process import event, free_port


class Role:
    """One role as a process, always on the same ports."""

    def __init__(self, name: str, **settings: object) -> None:
        self.name = name
        self._settings = {"port": free_port(), "grpc_port": free_port(), "admin_port": free_port()} | settings
        self._process: Process | None = None
        self._drain: asyncio.Task[bytes] | None = None
        self.port = int(str(self._settings["port" if name == "gateway" else "grpc_port"]))
        self.admin_port = int(str(self._settings["admin_port"]))

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        command = (sys.executable, "-m", "citytime", self.name)
        env = environment(**self._settings)
        self._process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=PIPE, env=env)
        await event(self._process, "listening")
        assert self._process.stderr is not None
        self._drain = asyncio.create_task(self._process.stderr.read())  # or a full pipe would stop it

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it at once, also while it is paused."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._drain is not None:
            await self._drain

    async def stop(self) -> int:
        """Let it end by itself; returns its exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        return await self._process.wait()


class Services:
    """The gateway and what is behind it, each of those through a proxy that can be slow."""

    def __init__(self, **settings: object) -> None:
        self.behind = {name: Role(name, **settings) for name in ROLES}
        self.proxies = {name: SlowProxy(role.port) for name, role in self.behind.items()}
        self._settings = settings
        self.gateway = Role("gateway", **settings)

    @property
    def roles(self) -> dict[str, Role]:
        """All four, by name."""
        return self.behind | {"gateway": self.gateway}

    @classmethod
    @asynccontextmanager
    async def running(cls, **settings: object) -> AsyncIterator[Services]:
        """All of them, listening; killed at the end."""
        services = cls(**settings)
        try:
            targets = {}
            for name, proxy in services.proxies.items():
                targets[f"{name}_target"] = f"ipv4:127.0.0.1:{await proxy.start()}"
            services.gateway = Role("gateway", **settings | targets)
            await asyncio.gather(*(role.start() for role in services.roles.values()))
            yield services
        finally:
            await asyncio.gather(*(role.kill() for role in services.roles.values()))
            await asyncio.gather(*(proxy.close() for proxy in services.proxies.values()))
