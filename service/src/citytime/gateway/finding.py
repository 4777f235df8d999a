"""Finding what a caller names: a zone, a position, a code or a place (design, section 2).

The order is a contract: an IANA zone, coordinates, a typed code, a name. Zones of one word (*Singapore*, *Japan*) are
the exception: where a place of that very name keeps that very time, the answer is the place, which says more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from citytime import tracing
from citytime.domain import Candidate, Geocoder, Match, MatchKind, Place, PlaceQuery, Point, Resolution, TimeZones, Zone
from citytime.errors import DeadlineExceeded, Unavailable, UnknownPlace
from citytime.gateway.cache import Cache
from citytime.gateway.catalogue import Catalogue, Known
from citytime.gateway.parameters import read_point
from citytime.gateway.query import Options

OWN_SOURCES = ("gazetteer", "tzdata", "boundaries")
"""Who answers from our own data. What online geocoders said is kept by themselves, as long as the settings allow."""

_LITERAL = (MatchKind.EXACT, MatchKind.ALTERNATE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query means: a zone, with the place or position that led to it where one did.

    `distance_km` is that of the place from `point`.
    """

    query: str
    zone: str
    match: Match
    place: Place | None = None
    point: Point | None = None
    distance_km: float | None = None
    alternatives: tuple[Candidate, ...] = ()
    ambiguous: bool = False


class Finder:
    """Finds zones and places, through a cache of what was resolved."""

    def __init__(
        self, geocoder: Geocoder, timezones: TimeZones, catalogue: Catalogue, cache: Cache[PlaceQuery, Resolution]
    ) -> None:
        self._geocoder = geocoder
        self._timezones = timezones
        self._catalogue = catalogue
        self._cache = cache

    async def find(self, text: str, options: Options) -> Found:
        """What `text` means. Raises UnknownPlace, UnknownZone, InvalidInput, Unavailable or DeadlineExceeded."""
        known = await self._catalogue.get()
        zone = known.zone(text)
        if zone and "/" in zone.name:
            return _of_zone(text, zone)
        if point := read_point(text):
            return await self._at(text, point, options)
        if zone:
            return await self._namesake(text, zone, known, options) or _of_zone(text, zone)
        if text.partition("/")[0].lower() in known.areas and "/" in text:
            await self._timezones.clock(text, datetime.now(UTC))  # raises UnknownZone, with those that resemble it
        return _of_place(text, await self.resolve(options.query(text)))

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """The geocoder's answer, kept where it is our own data's; while the geocoder is out, however old."""
        with tracing.span("resolve") as span:
            resolution = await self._resolve(query, span)
            match = resolution.best.match
            span.set(match=match.kind.value, source=match.source, alternatives=len(resolution.alternatives))
            return resolution

    async def _resolve(self, query: PlaceQuery, span: tracing.Step) -> Resolution:
        if kept := self._cache.get(query):
            span.set(cache="hit")
            return kept
        try:
            resolution = await self._geocoder.resolve(query)
        except (Unavailable, DeadlineExceeded):
            if kept := self._cache.stale(query):
                span.set(cache="stale")
                return kept
            raise
        if resolution.best.match.source in OWN_SOURCES:
            self._cache.put(query, resolution)
        return resolution

    async def _at(self, text: str, point: Point, options: Options) -> Found:
        with tracing.span("zone lookup"):
            zone = await self._timezones.zone_at(point)
        nearby = await self._geocoder.nearest(point, options.limit + 1, options.lang)
        found = Found(text, zone, Match(MatchKind.COORDINATES, 1.0, "boundaries"), point=point)
        if not nearby:
            return found
        nearest, *others = nearby
        return replace(found, place=nearest.place, distance_km=nearest.distance_km, alternatives=tuple(others))

    async def _namesake(self, text: str, zone: Zone, known: Known, options: Options) -> Found | None:
        try:
            resolution = await self.resolve(options.query(text))
        except (UnknownPlace, Unavailable, DeadlineExceeded):
            return None
        place = resolution.best.place
        other = known.zone(place.timezone)
        if resolution.best.match.kind in _LITERAL and other and other.canonical == zone.canonical:
            return _of_place(text, resolution)
        return None


def _of_zone(text: str, zone: Zone) -> Found:
    return Found(text, zone.name, Match(MatchKind.ZONE, 1.0, "tzdata"))


def _of_place(text: str, resolution: Resolution) -> Found:
    best = resolution.best
    return Found(
        text,
        best.place.timezone,
        best.match,
        place=best.place,
        distance_km=best.distance_km,
        alternatives=resolution.alternatives,
        ambiguous=resolution.ambiguous,
    )
