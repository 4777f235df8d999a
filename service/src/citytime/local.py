"""Everything in one process: the gateway on local objects, as `serve` and the command line use it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from citytime.gateway.application import Gateway, make_gateway
from citytime.geocoder.chain import build_chain
from citytime.geocoder.service import LocalGeocoder
from citytime.images.service import LocalImages
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.service import LocalTimeZones
from citytime.vitals import tell_age, tell_build

if TYPE_CHECKING:
    from citytime.health import Ping
    from citytime.serving import Close


async def build_local(settings: Settings, metrics: Metrics) -> tuple[Gateway, Mapping[str, Ping], Close]:
    """The gateway, the pings of what it depends on, and what closes it all.

    Raises DataError for a gazetteer that cannot be used, ConfigurationError for geocoders that there are not
    and for a folder without pictures.
    """
    async with AsyncExitStack() as stack:
        geocoder, timezones = LocalGeocoder(settings.gazetteer), LocalTimeZones()
        stack.push_async_callback(geocoder.close)
        chain = build_chain(settings, geocoder, timezones.zone_at, metrics)
        stack.push_async_callback(chain.close)
        images = LocalImages(settings)
        stack.push_async_callback(images.close)
        gateway = make_gateway(chain, timezones, images, settings, metrics)
        await gateway.catalogue.load()
        stack.callback(tell_age(metrics, datetime.fromisoformat(geocoder.meta["built"])))
        tell_build(metrics)
        return gateway, {"geocoder": chain.ping, "timezones": timezones.ping}, stack.pop_all().aclose
