"""The geo database behind gRPC."""

from __future__ import annotations

from functools import partial

from citytime.domain import Geocoder
from citytime.geocoder import messages
from citytime.rpc.fields import check_point, check_text
from citytime.rpc.server import Context, Service
from citytime.v1 import geocoding_pb2 as pb
from citytime.v1 import geocoding_pb2_grpc as pb_grpc


class GeocodingServicer(pb_grpc.GeocodingServiceServicer):
    """Answers by asking a `Geocoder`. Errors of the tree are the interceptor's to tell."""

    def __init__(self, geocoder: Geocoder) -> None:
        self._geocoder = geocoder

    async def ResolvePlace(self, request: pb.ResolvePlaceRequest, context: Context) -> pb.ResolvePlaceResponse:
        """See the contract."""
        return messages.write_resolution(await self._geocoder.resolve(messages.check_query(request.query)))

    async def SearchPlaces(self, request: pb.SearchPlacesRequest, context: Context) -> pb.SearchPlacesResponse:
        """See the contract."""
        found = await self._geocoder.search(messages.check_query(request.query))
        return pb.SearchPlacesResponse(candidates=messages.write_candidates(found))

    async def GetPlace(self, request: pb.GetPlaceRequest, context: Context) -> pb.GetPlaceResponse:
        """See the contract."""
        place = await self._geocoder.place(check_text(request.id, "id"), messages.check_lang(request))
        return pb.GetPlaceResponse(place=messages.write_place(place))

    async def ListNearestPlaces(
        self, request: pb.ListNearestPlacesRequest, context: Context
    ) -> pb.ListNearestPlacesResponse:
        """See the contract."""
        point, limit = check_point(request, "point"), messages.check_limit(request.limit)
        found = await self._geocoder.nearest(point, limit, messages.check_lang(request))
        return pb.ListNearestPlacesResponse(candidates=messages.write_candidates(found))

    async def GetGazetteer(self, request: pb.GetGazetteerRequest, context: Context) -> pb.GetGazetteerResponse:
        """See the contract."""
        return pb.GetGazetteerResponse(version=await self._geocoder.version())


def geocoding_service(geocoder: Geocoder) -> Service:
    """The service, to be added to a server."""
    add = partial(pb_grpc.add_GeocodingServiceServicer_to_server, GeocodingServicer(geocoder))
    return Service(pb.DESCRIPTOR.services_by_name["GeocodingService"], add)
