"""The admin port: metrics for Prometheus, liveness and readiness for whatever runs the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from tornado import web

Ping = Callable[[], Awaitable[None]]
"""Returns if a dependency can answer, raises if not."""

PING_TIMEOUT = 1.0
"""Seconds that a dependency has to answer a ping."""


class Tolerated:
    """The ping of a dependency whose loss leaves much to serve: what is cached, what does without it.

    The process is ready once it has answered (`first`), or in any case; after that it is only reported when it is out.
    To call all replicas unready because one thing behind them is out would make a failure of a part one of the whole.
    """

    def __init__(self, ping: Ping, *, first: bool) -> None:
        self._ping = ping
        self.needed = first

    async def __call__(self) -> None:
        """Ask the dependency."""
        await self._ping()
        self.needed = False


class Phase(StrEnum):
    """Where the process is in its life."""

    STARTING = "starting"
    SERVING = "serving"
    STOPPING = "stopping"


class Health:
    """Whether the process should get requests: it is serving, and all that it needs answers."""

    def __init__(self, dependencies: Mapping[str, Ping], timeout: float = PING_TIMEOUT) -> None:
        self.phase = Phase.STARTING
        self._dependencies = dependencies
        self._timeout = timeout

    async def checks(self) -> dict[str, str]:
        """`ok` or the reason why not, for the process itself (`server`) and each dependency."""
        if self.phase is not Phase.SERVING:
            return {"server": self.phase.value}
        answers = await asyncio.gather(*map(self._check, self._dependencies.values()))
        return {"server": "ok"} | dict(zip(self._dependencies, answers, strict=True))

    def needs(self, name: str) -> bool:
        """Whether the check of this name must be `ok` for the process to be ready."""
        ping = self._dependencies.get(name)
        return not isinstance(ping, Tolerated) or ping.needed

    async def _check(self, ping: Ping) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                await ping()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except Exception as error:
            return str(error) or type(error).__name__
        return "ok"


class _Live(web.RequestHandler):
    """Answers as long as the event loop runs; asks nobody, or a dependency's failure would restart us."""

    async def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok")

    head = get


class _Ready(web.RequestHandler):
    def initialize(self, health: Health) -> None:
        self._health = health

    async def get(self) -> None:
        checks = await self._health.checks()
        out = [name for name, answer in checks.items() if answer != "ok"]
        ready = not any(map(self._health.needs, out))
        self.set_status(200 if ready else 503)
        self.finish({"status": ("degraded" if out else "ready") if ready else "not ready", "checks": checks})

    head = get


class _Exposition(web.RequestHandler):
    def initialize(self, registry: Collector) -> None:
        self._registry = registry

    async def get(self) -> None:
        try:
            encode, content_type = choose_encoder(self.request.headers.get("Accept", ""))
        except TypeError:  # what the library makes of a version that is no number
            encode, content_type = choose_encoder("")
        self.set_header("Content-Type", content_type)
        self.finish(encode(self._registry))

    head = get


def make_admin(registry: Collector, health: Health) -> web.Application:
    """The admin port's routes: `/metrics`, `/livez`, `/readyz`."""
    return web.Application(
        [
            ("/metrics", _Exposition, {"registry": registry}),
            ("/livez", _Live),
            ("/readyz", _Ready, {"health": health}),
        ],
        log_function=lambda _: None,
    )
