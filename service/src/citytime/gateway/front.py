"""The HTTP interface as a process serves it: its sockets and its server, in one process or in several workers.

Fills `serving.Front`.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass

from citytime import logs, serving
from citytime.errors import ConfigurationError
from citytime.gateway.http import Application
from citytime.gateway.server import Server, make_server
from citytime.serving import Bound, Build
from citytime.settings import Settings
from citytime.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Sockets:
    """Listening sockets; a host name may stand for several addresses."""

    http: list[socket.socket]
    admin: list[socket.socket]


def listen(settings: Settings) -> Sockets:
    """Sockets as the settings say. Raises ConfigurationError when one cannot be had."""
    http = serving.listen(settings, "address", "port")
    try:
        return Sockets(http, serving.listen(settings, "admin_address", "admin_port"))
    except ConfigurationError:
        for listener in http:
            listener.close()
        raise


class HttpFront:
    """Carries HTTP between listening sockets and an application."""

    def __init__(self, settings: Settings, metrics: Metrics, sockets: list[socket.socket]) -> None:
        self.url = serving.url(sockets[0])
        self._settings = settings
        self._metrics = metrics
        self._sockets = sockets
        self._server: Server | None = None

    @property
    def busy(self) -> int:
        """Requests under way."""
        return self._server.busy if self._server else 0

    async def start(self, answering: Application) -> None:
        """Answer requests from now on."""
        self._server = make_server(self._settings, answering, self._metrics)
        self._server.add_sockets(self._sockets)

    async def drain(self, grace: float) -> None:
        """Take no new requests, and wait up to `grace` seconds for those under way."""
        if self._server:
            await self._server.drain(grace)

    async def close(self) -> None:
        """Close everything at once."""
        if self._server:
            await self._server.close()


def bind(settings: Settings, metrics: Metrics) -> Bound[Application]:
    """The front and the admin port of one process; a worker has them from its parent. Raises ConfigurationError."""
    if settings.workers > 1:
        from citytime import workers  # noqa: PLC0415 (one process alone needs none of it)

        sockets = workers.adopt()
    else:
        sockets = listen(settings)
    return Bound(HttpFront(settings, metrics, sockets.http), sockets.admin)


def main(role: str, settings: Settings, build: Build[Application]) -> int:
    """Serve with `settings.workers` processes until told to stop; returns the exit code, 1 if requests were cut off.

    Raises ConfigurationError, and whatever `build` raises.
    """
    if settings.workers > 1:
        from citytime import workers  # noqa: PLC0415

        if not workers.is_worker():
            logs.configure(settings.log_level)
            return asyncio.run(workers.supervise(settings, listen(settings)))
    return serving.main(role, settings, build, bind)
