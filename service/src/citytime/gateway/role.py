"""The gateway as a process of its own: the HTTP interface on services that it asks over gRPC."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import AsyncExitStack

from citytime.errors import CitytimeError
from citytime.gateway.application import Gateway, make_gateway
from citytime.gateway.catalogue import Catalogue
from citytime.geocoder.client import RemoteGeocoder
from citytime.health import Ping, Tolerated
from citytime.images.client import RemoteImages
from citytime.serving import Close
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.client import RemoteTimeZones
from citytime.vitals import tell_build

FIRST_INTERVAL, INTERVAL = 1.0, 60.0
"""Seconds between two looks at what the services' data is: until it is known, and to see it renewed."""


async def build_gateway(settings: Settings, metrics: Metrics) -> tuple[Gateway, Mapping[str, Ping], Close]:
    """The gateway, the pings of what it depends on, and what closes it all. The services need not be there yet."""
    async with AsyncExitStack() as stack:
        geocoder, timezones = RemoteGeocoder(settings, metrics), RemoteTimeZones(settings, metrics)
        stack.push_async_callback(geocoder.close)
        stack.push_async_callback(timezones.close)
        images = RemoteImages(settings, metrics)
        stack.push_async_callback(images.close)
        gateway = make_gateway(geocoder, timezones, images, settings, metrics)
        stack.callback(asyncio.create_task(_keep_loading(gateway.catalogue)).cancel)
        tell_build(metrics)
        pings = {
            "geocoder": Tolerated(geocoder.ping, first=True),
            "timezones": Tolerated(timezones.ping, first=True),
            "images": Tolerated(images.ping, first=False),
        }
        return gateway, pings, stack.pop_all().aclose


async def _keep_loading(catalogue: Catalogue) -> None:
    interval = FIRST_INTERVAL
    while True:
        with contextlib.suppress(CitytimeError):  # asked again soon, and told of to whoever asks meanwhile
            await catalogue.load()
            interval = INTERVAL
        await asyncio.sleep(interval)
