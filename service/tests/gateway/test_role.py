"""The gateway on services that it asks over gRPC, which come when they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from citytime.errors import Unavailable
from citytime.gateway.http import Request
from citytime.gateway.role import build_gateway
from citytime.geocoder.server import geocoding_service
from citytime.rpc.server import Server
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.server import time_zone_service
from citytime.timezones.service import LocalTimeZones
from tests.fakes.dependencies import FakeGeocoder
from tests.process import free_port
from tests.wire import until


@asynccontextmanager
async def behind(settings: Settings) -> AsyncIterator[None]:
    """A geocoder and time zones, both on `settings.grpc_port`."""
    server = Server(settings, Metrics())
    await server.start([geocoding_service(FakeGeocoder()), time_zone_service(LocalTimeZones())])
    try:
        yield
    finally:
        await server.close()


def test_a_gateway_starts_before_its_services_and_answers_once_they_are_there() -> None:
    async def scenario() -> None:
        port, metrics = free_port(), Metrics()
        target = f"ipv4:127.0.0.1:{port}"
        settings = Settings(
            grpc_port=port, geocoder_target=target, timezones_target=target, images_target=target, log_level="warning"
        )
        gateway, pings, close = await build_gateway(settings, metrics)
        assert (await gateway.answer(Request("GET", "/lisbon"))).status == 503
        for ping in pings.values():
            with pytest.raises(Unavailable, match="cannot be reached"):
                await ping()
        async with behind(settings):
            info = {"tzdata": (await LocalTimeZones().versions())[0], "gazetteer": "fake"}
            info["boundaries"] = (await LocalTimeZones().versions())[1]
            await until(lambda: metrics.registry.get_sample_value("citytime_data_info", info) == 1)  # nobody has asked
            assert (await gateway.answer(Request("GET", "/lisbon"))).status == 200
            for name in ("geocoder", "timezones"):
                await pings[name]()
        await close()

    asyncio.run(scenario())
