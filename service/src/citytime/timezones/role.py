"""The time zones as a process of its own, behind gRPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citytime.health import Ping
from citytime.rpc.server import Service
from citytime.serving import Close
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones.server import time_zone_service
from citytime.timezones.service import LocalTimeZones
from citytime.vitals import tell_build


async def build_timezones(settings: Settings, metrics: Metrics) -> tuple[Sequence[Service], Mapping[str, Ping], Close]:
    """The service, the pings of what it depends on, and what closes it all.

    Raises Unavailable without boundaries, DataError where tzdata is damaged.
    """
    timezones = LocalTimeZones()
    await timezones.ping()  # loads everything, so that no caller waits for it
    tell_build(metrics)
    return [time_zone_service(timezones)], {"boundaries": timezones.ping}, _nothing


async def _nothing() -> None:
    """There is nothing to close."""
