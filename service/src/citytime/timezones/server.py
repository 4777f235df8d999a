"""The time zones behind gRPC."""

from __future__ import annotations

from functools import partial

from citytime.domain import TimeZones
from citytime.rpc.fields import check_moment, check_point, check_text
from citytime.rpc.server import Context, Service
from citytime.timezones import messages
from citytime.v1 import time_zones_pb2 as pb
from citytime.v1 import time_zones_pb2_grpc as pb_grpc


class TimeZoneServicer(pb_grpc.TimeZoneServiceServicer):
    """Answers by asking `TimeZones`. Errors of the tree are the interceptor's to tell."""

    def __init__(self, timezones: TimeZones) -> None:
        self._timezones = timezones

    async def FindTimeZone(self, request: pb.FindTimeZoneRequest, context: Context) -> pb.FindTimeZoneResponse:
        """See the contract."""
        return pb.FindTimeZoneResponse(time_zone=await self._timezones.zone_at(check_point(request, "point")))

    async def ListTimeZones(self, request: pb.ListTimeZonesRequest, context: Context) -> pb.ListTimeZonesResponse:
        """See the contract."""
        return pb.ListTimeZonesResponse(time_zones=map(messages.write_zone, await self._timezones.zones()))

    async def GetClock(self, request: pb.GetClockRequest, context: Context) -> pb.GetClockResponse:
        """See the contract."""
        zone, at = check_text(request.time_zone, "time_zone"), check_moment(request, "at")
        return pb.GetClockResponse(clock=messages.write_clock(await self._timezones.clock(zone, at)))

    async def LocateLocalTime(self, request: pb.LocateLocalTimeRequest, context: Context) -> pb.LocateLocalTimeResponse:
        """See the contract."""
        zone, local = check_text(request.time_zone, "time_zone"), messages.check_local_time(request.local_time)
        return messages.write_local_moment(await self._timezones.locate(zone, local))

    async def GetTimeZoneData(self, request: pb.GetTimeZoneDataRequest, context: Context) -> pb.GetTimeZoneDataResponse:
        """See the contract."""
        tzdata, boundaries = await self._timezones.versions()
        return pb.GetTimeZoneDataResponse(tzdata_version=tzdata, boundaries_version=boundaries)


def time_zone_service(timezones: TimeZones) -> Service:
    """The service, to be added to a server."""
    add = partial(pb_grpc.add_TimeZoneServiceServicer_to_server, TimeZoneServicer(timezones))
    return Service(pb.DESCRIPTOR.services_by_name["TimeZoneService"], add)
