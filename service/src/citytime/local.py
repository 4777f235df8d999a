"""Everything in one process: the gateway on local objects, as `serve` and the command line use it."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
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


async def build_local(settings: Settings, metrics: Metrics) -> tuple[Gateway, Mapping[str, Ping], Close]:
    """The gateway, the pings of what it depends on, and what closes it all.

    Raises DataError for a gazetteer that cannot be used, ConfigurationError for geocoders that there are not.
    """
    async with AsyncExitStack() as stack:
        geocoder, timezones = LocalGeocoder(settings.gazetteer), LocalTimeZones()
        stack.push_async_callback(geocoder.close)
        chain = build_chain(settings, geocoder, timezones.zone_at, metrics)
        stack.push_async_callback(chain.close)
        gateway = await make_gateway(chain, timezones, settings, metrics)
        built = datetime.fromisoformat(geocoder.meta["built"]).timestamp()
        metrics.data_age.set_function(lambda: time.time() - built)
        metrics.build_info.labels(__version__, platform.python_version()).set(1)
        return gateway, {"geocoder": chain.ping, "timezones": timezones.ping}, stack.pop_all().aclose
