"""The gateway's own application behind the real server, on fakes or on the real data."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tornado.netutil import bind_sockets

from citytime.domain import Geocoder, Images, TimeZones
from citytime.gateway.application import Gateway, make_gateway
from citytime.gateway.http import Request
from citytime.gateway.server import make_server
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.service import LocalTimeZones
from tests.fakes.images import FakeImages
from tests.wire import Answer, fetch


@dataclass(frozen=True)
class Live:
    """A gateway, and the port that it answers on."""

    gateway: Gateway
    metrics: Metrics
    port: int

    async def get(self, target: str, *headers: str, method: str = "GET") -> Answer:
        """An answer from the socket."""
        return await fetch(self.port, target, *headers, method=method)

    async def ask(self, path: str, query: str = "", accept: str = "") -> bytes:
        """The body of an answer, as the server would get it."""
        request = Request("GET", path, query, accept)
        response = self.gateway.cached(request) or await self.gateway.answer(request)
        return response.body


@asynccontextmanager
async def live(
    geocoder: Geocoder,
    timezones: TimeZones | None = None,
    now: Callable[[], float] = time.time,
    images: Images | None = None,
    **settings: Any,
) -> AsyncIterator[Live]:
    """A gateway on these dependencies, listening."""
    metrics, given = Metrics(), Settings(log_level="warning", **settings)
    gateway = make_gateway(geocoder, timezones or LocalTimeZones(), images or FakeImages(), given, metrics, now=now)
    server = make_server(given, gateway, metrics)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    try:
        yield Live(gateway, metrics, sockets[0].getsockname()[1])
    finally:
        await server.close()
