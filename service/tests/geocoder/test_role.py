"""What the geocoder's process is made of: the gazetteer, and what online geocoders find with zones from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from citytime.domain import PlaceQuery
from citytime.errors import DeadlineExceeded, Unavailable
from citytime.geocoder.client import RemoteGeocoder
from citytime.geocoder.role import build_geocoder
from citytime.rpc.server import Server
from citytime.telemetry import Metrics
from citytime.timezones.server import time_zone_service
from citytime.timezones.service import LocalTimeZones
from tests.fakes.nominatim import LISBON, Behaviour, FakeNominatim, after, answers
from tests.rpc.live import remote, settings

ONLINE = PlaceQuery("lisbon")


@asynccontextmanager
async def role(gazetteer: Path, behaviour: Behaviour, **given: object) -> AsyncIterator[RemoteGeocoder]:
    """A client of the role, which asks a fake Nominatim alone."""
    async with FakeNominatim(behaviour) as nominatim:
        online = {"geocoders": ("nominatim",), "geocoder_options": {"nominatim": nominatim.options}}
        services, pings, close = await build_geocoder(settings(gazetteer=gazetteer, **online, **given), Metrics())
        server = Server(settings(), Metrics())
        await server.start(services)
        try:
            await pings["gazetteer"]()
            async with remote(server.url) as client:
                yield client
        finally:
            await server.close()
            await close()


def test_what_an_online_geocoder_finds_has_its_zone_from_the_time_zones(small_gazetteer: Path) -> None:
    async def scenario() -> None:
        timezones = Server(settings(), Metrics())
        await timezones.start([time_zone_service(LocalTimeZones())])
        try:
            async with role(small_gazetteer, answers(LISBON), timezones_target=f"ipv4:{timezones.url}") as client:
                best = (await client.resolve(ONLINE)).best
                assert (best.match.source, best.place.timezone) == ("nominatim", "Europe/Lisbon")
        finally:
            await timezones.close()

    asyncio.run(scenario())


def test_without_the_time_zones_they_are_what_is_missing(small_gazetteer: Path) -> None:
    async def scenario() -> None:
        async with role(small_gazetteer, answers(LISBON), timezones_target="ipv4:127.0.0.1:1") as client:
            with pytest.raises(Unavailable, match="timezones cannot be reached") as caught:
                await client.resolve(ONLINE)
            assert caught.value.dependency == "timezones"

    asyncio.run(scenario())


def test_it_gives_up_before_its_callers_do(small_gazetteer: Path) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        async with role(small_gazetteer, after(1.2, answers(LISBON)), rpc_timeout=0.5, geocoder_retries=0) as client:
            begun = loop.time()
            with pytest.raises((DeadlineExceeded, Unavailable), match="nominatim"):
                await client.resolve(ONLINE)
            assert loop.time() - begun < 1

    asyncio.run(scenario())
