"""The server under test, on a real port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tornado.netutil import bind_sockets

from citytime.gateway.server import IDLE_TIMEOUT, Server, make_app
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.application import FakeApplication


@dataclass(frozen=True)
class Running:
    """A server that listens on `port`, and what it was made of."""

    port: int
    server: Server
    app: FakeApplication
    metrics: Metrics

    def count(self, method: str, route: str, status: int) -> float | None:
        """How many requests the histogram has seen with these labels."""
        labels = {"http_request_method": method, "http_route": route, "http_response_status_code": str(status)}
        return self.metrics.registry.get_sample_value("http_server_request_duration_seconds_count", labels)


@asynccontextmanager
async def running(idle_timeout: float = IDLE_TIMEOUT, **settings: Any) -> AsyncIterator[Running]:
    """A server with a fake application and these settings."""
    app, metrics, given = FakeApplication(), Metrics(), Settings(**settings)
    server = Server(given, make_app(given, app, metrics), idle_timeout)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    try:
        yield Running(sockets[0].getsockname()[1], server, app, metrics)
    finally:
        await server.close()
