"""Finding what a caller names: a zone, a position, a code or a place (design, section 2).

The order is a contract: an IANA zone, coordinates, a typed code, a name. Zones of one word (*Singapore*, *Japan*) are
the exception: where a place of that very name keeps that very time, the answer is the place, which says more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from citytime.domain import Candidate, Geocoder, Match, MatchKind, Place, PlaceQuery, Point, Resolution, TimeZones, Zone
from citytime.errors import DeadlineExceeded, Unavailable, UnknownPlace
from citytime.gateway.cache import Cache
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
        self, geocoder: Geocoder, timezones: TimeZones, zones: Iterable[Zone], cache: Cache[PlaceQuery, Resolution]
    ) -> None:
        self._geocoder = geocoder
        self._timezones = timezones
        self._zones = {zone.name.lower(): zone for zone in zones}
        self._areas = {name.partition("/")[0] for name in self._zones if "/" in name}
        self._cache = cache

    async def find(self, text: str, options: Options) -> Found:
        """What `text` means. Raises UnknownPlace, UnknownZone, InvalidInput, Unavailable or DeadlineExceeded."""
        zone = self.zone(text)
        if zone and "/" in zone.name:
            return _of_zone(text, zone)
        if point := read_point(text):
            return await self._at(text, point, options)
        if zone:
            return await self._namesake(text, zone, options) or _of_zone(text, zone)
        if text.partition("/")[0].lower() in self._areas and "/" in text:
            await self._timezones.clock(text, datetime.now(UTC))  # raises UnknownZone, with those that resemble it
        return _of_place(text, await self.resolve(options.query(text)))

    def zone(self, text: str) -> Zone | None:
        """The zone of this name, in any case, with spaces or hyphens for underscores and a space for a plus sign."""
        name = text.strip().lower()
        spaced = name.replace(" ", "_")
        for spelling in (name, spaced, spaced.replace("-", "_"), name.replace(" ", "+")):  # ?city=Etc/GMT+5
            if zone := self._zones.get(spelling):
                return zone
        return None

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """The geocoder's answer, kept where it is our own data's."""
        if known := self._cache.get(query):
            return known
        resolution = await self._geocoder.resolve(query)
        if resolution.best.match.source in OWN_SOURCES:
            self._cache.put(query, resolution)
        return resolution

    async def _at(self, text: str, point: Point, options: Options) -> Found:
        zone = await self._timezones.zone_at(point)
        nearby = await self._geocoder.nearest(point, options.limit + 1, options.lang)
        found = Found(text, zone, Match(MatchKind.COORDINATES, 1.0, "boundaries"), point=point)
        if not nearby:
            return found
        nearest, *others = nearby
        return replace(found, place=nearest.place, distance_km=nearest.distance_km, alternatives=tuple(others))

    async def _namesake(self, text: str, zone: Zone, options: Options) -> Found | None:
        try:
            resolution = await self.resolve(options.query(text))
        except (UnknownPlace, Unavailable, DeadlineExceeded):
            return None
        place = resolution.best.place
        other = self.zone(place.timezone)
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
