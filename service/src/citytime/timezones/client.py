"""The time zones of another process."""

from __future__ import annotations

from datetime import datetime

from citytime.domain import Clock, LocalMoment, Point, Zone
from citytime.rpc.client import Remote
from citytime.rpc.fields import write_moment, write_point
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.timezones import messages
from citytime.v1 import time_zones_pb2 as pb


class RemoteTimeZones:
    """`citytime.domain.TimeZones` at `settings.timezones_target`.

    Besides what the Protocol names, each method raises Unavailable and DeadlineExceeded.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        service = pb.DESCRIPTOR.services_by_name["TimeZoneService"]
        self._remote = Remote("timezones", service, settings.timezones_target, settings, metrics)
        self._find = self._remote.method(pb.FindTimeZoneRequest, pb.FindTimeZoneResponse)
        self._list = self._remote.method(pb.ListTimeZonesRequest, pb.ListTimeZonesResponse)
        self._clock = self._remote.method(pb.GetClockRequest, pb.GetClockResponse)
        self._locate = self._remote.method(pb.LocateLocalTimeRequest, pb.LocateLocalTimeResponse)
        self._data = self._remote.method(pb.GetTimeZoneDataRequest, pb.GetTimeZoneDataResponse)

    async def zone_at(self, point: Point) -> str:
        """See `TimeZones.zone_at`."""
        return (await self._find(pb.FindTimeZoneRequest(point=write_point(point)))).time_zone

    async def zones(self) -> tuple[Zone, ...]:
        """See `TimeZones.zones`."""
        return tuple(map(messages.read_zone, (await self._list(pb.ListTimeZonesRequest())).time_zones))

    async def clock(self, zone: str, at: datetime) -> Clock:
        """See `TimeZones.clock`."""
        answer = await self._clock(pb.GetClockRequest(time_zone=zone, at=write_moment(at)))
        return messages.read_clock(answer.clock)

    async def locate(self, zone: str, local: datetime) -> LocalMoment:
        """See `TimeZones.locate`."""
        request = pb.LocateLocalTimeRequest(time_zone=zone, local_time=local.isoformat())
        return messages.read_local_moment(await self._locate(request))

    async def versions(self) -> tuple[str, str]:
        """See `TimeZones.versions`."""
        data = await self._data(pb.GetTimeZoneDataRequest())
        return data.tzdata_version, data.boundaries_version

    async def ping(self) -> None:
        """See `TimeZones.ping`."""
        await self._remote.ping()

    async def close(self) -> None:
        """Close the connections."""
        await self._remote.close()
