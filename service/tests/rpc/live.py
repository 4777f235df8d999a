"""Real gRPC servers and clients on loopback, in the process of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc

from citytime.domain import Geocoder
from citytime.geocoder.client import RemoteGeocoder
from citytime.geocoder.server import geocoding_service
from citytime.rpc.server import Server
from citytime.settings import Settings
from citytime.telemetry import Metrics

RESOLVE = "/citytime.v1.GeocodingService/ResolvePlace"


@dataclass(frozen=True)
class Live:
    """A server, its metrics, and a plain channel to it."""

    server: Server
    metrics: Metrics
    channel: grpc.aio.Channel

    def calls(self, method: str, code: str) -> float:
        """How many calls were counted of a method of the geocoding service (or `_OTHER`) with a status."""
        method = method if method.startswith("_") else f"citytime.v1.GeocodingService/{method}"
        labels = {"rpc_system_name": "grpc", "rpc_method": method, "rpc_response_status_code": code}
        return self.metrics.registry.get_sample_value("rpc_server_call_duration_seconds_count", labels) or 0.0


def settings(**given: object) -> Settings:
    """Settings for a test: free ports, no request log."""
    return Settings(**{"grpc_port": 0, "admin_port": 0, "log_level": "warning"} | given)  # type: ignore[arg-type]


@asynccontextmanager
async def live(geocoder: Geocoder, **given: object) -> AsyncIterator[Live]:
    """A geocoder behind gRPC."""
    metrics = Metrics()
    server = Server(settings(**given), metrics)
    await server.start([geocoding_service(geocoder)])
    try:
        async with grpc.aio.insecure_channel(server.url) as channel:
            yield Live(server, metrics, channel)
    finally:
        await server.close()


@asynccontextmanager
async def remote(*addresses: str, metrics: Metrics | None = None, **given: object) -> AsyncIterator[RemoteGeocoder]:
    """A client of a geocoder at some addresses (`host:port`)."""
    target = f"ipv4:{','.join(addresses)}"
    geocoder = RemoteGeocoder(settings(geocoder_target=target, **given), metrics or Metrics())
    try:
        yield geocoder
    finally:
        await geocoder.close()
