"""The time zone service in process: what `serve` uses itself and the `timezones` role puts behind gRPC."""

from __future__ import annotations

from datetime import datetime

from citytime.domain import Clock, LocalMoment, Point, Zone
from citytime.timezones.clock import clock
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.local import locate
from citytime.timezones.zones import all_zones, require_zone, tzdata_version, zone_row


class LocalTimeZones:
    """`citytime.domain.TimeZones` from the data installed with the program. Zone names are taken in any case."""

    def __init__(self, finder: ZoneFinder | None = None) -> None:
        self._finder = finder or ZoneFinder()

    async def zone_at(self, point: Point) -> str:
        """The IANA zone of a point, at sea a zone `Etc/GMT±h`. Raises Unavailable without boundaries."""
        return self._finder.zone_at(point)

    async def zones(self) -> tuple[Zone, ...]:
        """All zones known, links included, sorted by name."""
        return tuple(map(zone_row, all_zones()))

    async def clock(self, zone: str, at: datetime) -> Clock:
        """The zone's clock at an aware moment. Raises UnknownZone."""
        return clock(require_zone(zone), at)

    async def locate(self, zone: str, local: datetime) -> LocalMoment:
        """Place a naive wall-clock reading of the zone on the time line. Raises UnknownZone, InvalidInput."""
        return locate(require_zone(zone), local)

    async def versions(self) -> tuple[str, str]:
        """Versions of tzdata and of the zone boundaries."""
        return tzdata_version(), self._finder.boundaries_version()

    async def ping(self) -> None:
        """Load what is not loaded yet. Raises Unavailable without boundaries."""
        tzdata_version()
        self._finder.load()
