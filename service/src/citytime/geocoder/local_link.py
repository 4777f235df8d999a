"""The gazetteer as a link of the chain, and what stands in its place where there is none."""

from __future__ import annotations

from citytime.domain import Candidate, Geocoder, Place, PlaceQuery, Point, Resolution
from citytime.errors import UnknownPlace
from citytime.telemetry import Metrics

GAZETTEER = "gazetteer"


class LocalLink:
    """The gazetteer as a link of the chain, its answers counted."""

    name = GAZETTEER

    def __init__(self, local: Geocoder, metrics: Metrics) -> None:
        self._local = local
        self._count = metrics.geocoder_requests

    async def geocode(self, query: PlaceQuery, deadline: float) -> Resolution:
        """The gazetteer's answer, which needs no deadline."""
        try:
            resolution = await self._local.resolve(query)
        except UnknownPlace:
            self._count.labels(GAZETTEER, "not_found").inc()
            raise
        self._count.labels(GAZETTEER, "found").inc()
        return resolution

    async def close(self) -> None:
        """Nothing: whoever made the gazetteer closes it."""


class NoGazetteer:
    """Stands in for the gazetteer where there is none: knows no place."""

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """Always UnknownPlace."""
        raise UnknownPlace(f"there is no gazetteer here to know {query.text!r}")

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        """Nothing."""
        return []

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        """Always UnknownPlace."""
        raise UnknownPlace(f"there is no gazetteer here to know {place_id!r}")

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """Nothing."""
        return []

    async def version(self) -> str:
        """`none`."""
        return "none"

    async def ping(self) -> None:
        """Return: what does not exist cannot fail."""
