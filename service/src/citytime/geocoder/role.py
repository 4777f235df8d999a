"""The geocoder as a process of its own: the gazetteer, with what follows it in the chain, behind gRPC."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime

from citytime.domain import Point
from citytime.geocoder.chain import build_chain
from citytime.geocoder.local_link import GAZETTEER
from citytime.geocoder.server import geocoding_service
from citytime.geocoder.service import LocalGeocoder
from citytime.health import Ping
from citytime.rpc.client import call_timeout
from citytime.rpc.server import Service
from citytime.serving import Close
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.client import RemoteTimeZones
from citytime.vitals import tell_age, tell_build


async def build_geocoder(settings: Settings, metrics: Metrics) -> tuple[Sequence[Service], Mapping[str, Ping], Close]:
    """The service, the pings of what it depends on, and what closes it all.

    Raises DataError for a gazetteer that cannot be used, ConfigurationError for geocoders that there are not.
    """
    async with AsyncExitStack() as stack:
        geocoder = LocalGeocoder(settings.gazetteer)
        stack.push_async_callback(geocoder.close)
        # What callers wait for is not the request as a whole but one call.
        settings = dataclasses.replace(settings, request_timeout=call_timeout(settings))
        chain = build_chain(settings, geocoder, _zone_at(settings, metrics, stack), metrics)
        stack.push_async_callback(chain.close)
        stack.callback(tell_age(metrics, datetime.fromisoformat(geocoder.meta["built"])))
        tell_build(metrics)
        return [geocoding_service(chain)], {"gazetteer": geocoder.ping}, stack.pop_all().aclose


def _zone_at(settings: Settings, metrics: Metrics, stack: AsyncExitStack) -> Callable[[Point], Awaitable[str]]:
    """The zones of what online geocoders find, which know none; without any, nobody is asked."""
    if set(settings.geocoders) <= {GAZETTEER}:
        return _no_zone
    timezones = RemoteTimeZones(settings, metrics)
    stack.push_async_callback(timezones.close)
    return timezones.zone_at


async def _no_zone(point: Point) -> str:
    raise AssertionError("only online geocoders ask for zones, and there are none")
