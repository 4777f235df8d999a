"""The geo database of another process."""

from __future__ import annotations

from citytime.domain import Candidate, Place, PlaceQuery, Point, Resolution
from citytime.geocoder import messages
from citytime.rpc.client import Remote
from citytime.rpc.fields import write_point
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.v1 import geocoding_pb2 as pb


class RemoteGeocoder:
    """`citytime.domain.Geocoder` at `settings.geocoder_target`.

    Besides what the Protocol names, each method raises Unavailable and DeadlineExceeded.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        service = pb.DESCRIPTOR.services_by_name["GeocodingService"]
        self._remote = Remote("geocoder", service, settings.geocoder_target, settings, metrics)
        self._resolve = self._remote.method(pb.ResolvePlaceRequest, pb.ResolvePlaceResponse)
        self._search = self._remote.method(pb.SearchPlacesRequest, pb.SearchPlacesResponse)
        self._place = self._remote.method(pb.GetPlaceRequest, pb.GetPlaceResponse)
        self._nearest = self._remote.method(pb.ListNearestPlacesRequest, pb.ListNearestPlacesResponse)
        self._gazetteer = self._remote.method(pb.GetGazetteerRequest, pb.GetGazetteerResponse)

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """See `Geocoder.resolve`."""
        answer = await self._resolve(pb.ResolvePlaceRequest(query=messages.write_query(query)))
        return messages.read_resolution(answer)

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        """See `Geocoder.search`."""
        answer = await self._search(pb.SearchPlacesRequest(query=messages.write_query(query)))
        return messages.read_candidates(answer.candidates)

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        """See `Geocoder.place`."""
        answer = await self._place(pb.GetPlaceRequest(id=place_id, lang=lang))
        return messages.read_place(answer.place)

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """See `Geocoder.nearest`."""
        request = pb.ListNearestPlacesRequest(point=write_point(point), limit=limit, lang=lang)
        return messages.read_candidates((await self._nearest(request)).candidates)

    async def version(self) -> str:
        """See `Geocoder.version`."""
        return (await self._gazetteer(pb.GetGazetteerRequest())).version

    async def ping(self) -> None:
        """See `Geocoder.ping`."""
        await self._remote.ping()

    async def close(self) -> None:
        """Close the connections."""
        await self._remote.close()
