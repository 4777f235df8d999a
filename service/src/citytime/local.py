"""Everything in one process: the gateway on local objects, as `serve` and the command line use it."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citytime import __version__
from citytime.gateway.application import Gateway, make_gateway
from citytime.geocoder.chain import build_chain
from citytime.geocoder.service import LocalGeocoder
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.service import LocalTimeZones

if TYPE_CHECKING:
    from citytime.health import Ping
    from citytime.serving import Close


AGE_INTERVAL = 15.0
"""Seconds between two updates of the gazetteer's age: the usual interval between two scrapes."""


async def build_local(settings: Settings, metrics: Metrics) -> tuple[Gateway, Mapping[str, Ping], Close]:
    """The gateway, the pings of what it depends on, and what closes it all.

    Raises DataError for a gazetteer that cannot be used, ConfigurationError for geocoders that there are not.
    """
    async with AsyncExitStack() as stack:
        geocoder, timezones = LocalGeocoder(settings.gazetteer), LocalTimeZones()
        stack.push_async_callback(geocoder.close)
        chain = build_chain(settings, geocoder, timezones.zone_at, metrics)
        stack.push_async_callback(chain.close)
        gateway = make_gateway(chain, timezones, settings, metrics)
        await gateway.catalogue.load()
        built = datetime.fromisoformat(geocoder.meta["built"])
        _tell_age(metrics, built)
        stack.callback(asyncio.create_task(_keep_telling_age(metrics, built)).cancel)
        metrics.build_info.labels(__version__, platform.python_version()).set(1)
        return gateway, {"geocoder": chain.ping, "timezones": timezones.ping}, stack.pop_all().aclose


def _tell_age(metrics: Metrics, built: datetime) -> None:
    metrics.data_age.set((datetime.now(UTC) - built).total_seconds())


async def _keep_telling_age(metrics: Metrics, built: datetime) -> None:
    """A function of the gauge would do for one process, but several workers' metrics have no functions."""
    while True:
        await asyncio.sleep(AGE_INTERVAL)
        _tell_age(metrics, built)
