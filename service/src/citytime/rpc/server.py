"""A role's gRPC server: its services beside `grpc.health.v1` and reflection, its limits, and how it stops.

Fills `serving.Front`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection

from citytime import serving
from citytime.errors import ConfigurationError
from citytime.logs import RequestLog
from citytime.rpc.interceptor import Context, Interceptor
from citytime.settings import Settings
from citytime.telemetry import Metrics

__all__ = ["Context", "Server", "Service", "bind"]

REQUEST_LIMIT = 65_536
"""Bytes of a request; the longest valid one has a few kB."""

CONNECTION_AGE = 60.0
"""Seconds after which a connection is closed, in peace, so that clients look for new replicas."""

LINGER = 0.5
"""Seconds for which a stopping server waits for those who only watch, and for answers to leave."""

_OPTIONS = (
    ("grpc.so_reuseport", 0),  # or a second server would take half of the first one's calls
    ("grpc.max_receive_message_length", REQUEST_LIMIT),
    ("grpc.max_connection_age_ms", int(CONNECTION_AGE * 1000)),
    # Clients find out about a dead connection by pings as often as they like.
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.keepalive_permit_without_calls", 1),
)


class Service(NamedTuple):
    """A service of a role: what it offers, and what adds its servicer to a server."""

    descriptor: ServiceDescriptor
    add_to: Callable[[grpc.aio.Server], None]


class Server:
    """Listens on the address that the settings give from when it is made, within a running event loop.

    Raises ConfigurationError naming the address, the port and their settings where that cannot be had.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        request_log = RequestLog(sys.stdout) if settings.log_level in ("debug", "info") else None
        self._request_log = request_log
        self._interceptor = Interceptor(metrics, request_log)
        self._server = grpc.aio.server(interceptors=(self._interceptor,), options=_OPTIONS)
        self._health = health.aio.HealthServicer()
        self.url = _listen(self._server, settings)

    @property
    def busy(self) -> int:
        """Calls under way."""
        return self._interceptor.busy

    async def start(self, services: Sequence[Service]) -> None:
        """Answer calls of these services from now on."""
        names = [service.descriptor.full_name for service in services]
        for service in services:
            service.add_to(self._server)
            self._interceptor.add(service.descriptor)
        add_HealthServicer_to_server(self._health, self._server)
        for name in ("", *names):
            await self._health.set(name, HealthCheckResponse.SERVING)
        reflection.enable_server_reflection((health.SERVICE_NAME, reflection.SERVICE_NAME, *names), self._server)
        await self._server.start()

    async def drain(self, grace: float) -> None:
        """Tell everyone to go elsewhere, take no new calls, and wait up to `grace` seconds for those under way."""
        await self._health.enter_graceful_shutdown()
        # What outlasts the grace is for `close` to end, once it has been counted.
        self._stopping = asyncio.create_task(self._server.stop(grace + LINGER))
        await self._idle(grace)  # and not for the task, which would also wait for those who watch our health

    async def close(self) -> None:
        """End the calls that are left, and write the rest of the log."""
        await self._server.stop(0 if self.busy else LINGER)
        await self._idle(LINGER)  # what was cancelled needs its turn to end
        if self._request_log is not None:
            self._request_log.flush()

    async def _idle(self, timeout: float) -> None:  # noqa: ASYNC109 - it does not raise
        """Wait until no calls are under way, but no longer than `timeout` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._interceptor.idle.wait()


def bind(settings: Settings, metrics: Metrics) -> serving.Bound[Sequence[Service]]:
    """A server and the admin port's sockets, listening. Raises ConfigurationError for what cannot be had."""
    if settings.workers > 1:
        raise ConfigurationError(f"CITYTIME_WORKERS={settings.workers} is for HTTP; run more replicas of this role")
    admin = serving.listen(settings, "admin_address", "admin_port")
    try:
        return serving.Bound(Server(settings, metrics), admin)
    except ConfigurationError:
        for listener in admin:
            listener.close()
        raise


def _listen(server: grpc.aio.Server, settings: Settings) -> str:
    """Have the server listen; returns where, as `host:port`."""
    host = f"[{settings.grpc_address}]" if ":" in settings.grpc_address else settings.grpc_address
    try:
        port = server.add_insecure_port(f"{host}:{settings.grpc_port}")
    except RuntimeError:  # says nothing; the system does
        for listener in serving.listen(settings, "grpc_address", "grpc_port"):
            listener.close()
        raise ConfigurationError(
            f"cannot listen on {host} port {settings.grpc_port}; change CITYTIME_GRPC_ADDRESS or CITYTIME_GRPC_PORT"
        ) from None
    return f"{host}:{port}"
