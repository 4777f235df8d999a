"""Named stand-ins for what the gateway asks: a geocoder of five places, and ones that are out, late or odd."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from citytime.domain import (
    Candidate,
    Clock,
    LocalMoment,
    Match,
    MatchKind,
    Place,
    PlaceKind,
    PlaceQuery,
    Point,
    Resolution,
    Zone,
    distance_km,
)
from citytime.errors import Unavailable, UnknownPlace
from citytime.timezones.service import LocalTimeZones

LISBON = Place("geonames:1", "Lisbon", None, "Portugal", "PT", 38.72, -9.14, 500_000, "Europe/Lisbon")
PARIS = Place("geonames:2", "Paris", "Île-de-France", "France", "FR", 48.85, 2.35, 2_000_000, "Europe/Paris")
PARIS_TX = Place("geonames:3", "Paris", "Texas", "United States", "US", 33.66, -95.56, 25_000, "America/Chicago")
SINGAPORE = Place(
    "country:SG", "Singapore", None, "Singapore", "SG", 1.3, 103.8, 5_000_000, "Asia/Singapore", PlaceKind.COUNTRY
)
MONROVIA = Place("geonames:5", "Monrovia", None, "Liberia", "LR", 6.3, -10.8, 900_000, "Africa/Monrovia")
PLACES = (LISBON, PARIS, PARIS_TX, SINGAPORE, MONROVIA)


def candidate(place: Place, kind: MatchKind = MatchKind.EXACT, source: str = "gazetteer") -> Candidate:
    return Candidate(place, Match(kind, 0.9, source))


class FakeGeocoder:
    """Knows `PLACES` by name, all but the first letter of it as a misspelling, and `paris` as ambiguous.

    `asked` holds the questions that reached it; answers carry `source`.
    """

    def __init__(self, source: str = "gazetteer") -> None:
        self.asked: list[PlaceQuery] = []
        self._source = source

    async def resolve(self, query: PlaceQuery) -> Resolution:
        self.asked.append(query)
        name = query.text.lower()
        found = [candidate(place, source=self._source) for place in PLACES if place.name.lower() == name]
        if found:
            return Resolution(found[0], tuple(found[1:]), ambiguous=len(found) > 1)
        for place in PLACES:
            if place.name.lower()[1:] == name:
                return Resolution(candidate(place, MatchKind.FUZZY, self._source), ambiguous=True)
        raise UnknownPlace(f"no place is called {query.text!r}", ("Lisbon, Portugal", "Paris, Texas, United States"))

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        found = [place for place in PLACES if place.name.lower().startswith(query.text.lower())]
        return [candidate(place, MatchKind.PREFIX) for place in found][: query.limit]

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        for place in PLACES:
            if place.id == place_id:
                return place
        raise UnknownPlace(f"no place has the id {place_id!r}")

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        match = Match(MatchKind.COORDINATES, 1.0, "gazetteer")
        found = [Candidate(place, match, distance_km(point, place.point)) for place in PLACES]
        return sorted(found, key=lambda one: one.distance_km or 0.0)[:limit]

    async def version(self) -> str:
        return "fake"

    async def ping(self) -> None:
        return


class AgreeableGeocoder(FakeGeocoder):
    """Knows Lisbon by any name."""

    async def resolve(self, query: PlaceQuery) -> Resolution:
        return Resolution(candidate(LISBON))


class FailingGeocoder(FakeGeocoder):
    """Raises what it is given whenever it is asked for a place."""

    def __init__(self, fail: Callable[[], Exception]) -> None:
        super().__init__()
        self._fail = fail

    async def resolve(self, query: PlaceQuery) -> Resolution:
        raise self._fail()

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        raise self._fail()

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        raise self._fail()

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        raise self._fail()


class ComingAndGoing(FakeGeocoder):
    """Out whenever `here` is False; its data has the version `edition`."""

    def __init__(self, here: bool = True) -> None:
        super().__init__()
        self.here = here
        self.edition = "1"

    async def resolve(self, query: PlaceQuery) -> Resolution:
        await self.ping()
        return await super().resolve(query)

    async def version(self) -> str:
        await self.ping()
        return self.edition

    async def ping(self) -> None:
        if not self.here:
            raise Unavailable("the geocoder cannot be reached", "geocoder")


class HangingGeocoder(FakeGeocoder):
    """Never answers for `nowhere`, and is slow by `delay` seconds for everything else."""

    def __init__(self, delay: float = 0.0, source: str = "gazetteer") -> None:
        super().__init__(source)
        self._delay = delay
        self.given_up = 0

    async def resolve(self, query: PlaceQuery) -> Resolution:
        try:
            await asyncio.sleep(3600 if query.text == "nowhere" else self._delay)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return await super().resolve(query)


class LonelyGeocoder(FakeGeocoder):
    """Has no place near any point."""

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        return []


class FailingTimeZones(LocalTimeZones):
    """Knows its zones, and raises what it is given when asked for a clock or the zone of a point."""

    def __init__(self, fail: Callable[[], Exception]) -> None:
        super().__init__()
        self._fail = fail

    async def zone_at(self, point: Point) -> str:
        raise self._fail()

    async def clock(self, zone: str, at: datetime) -> Clock:
        raise self._fail()

    async def locate(self, zone: str, local: datetime) -> LocalMoment:
        raise self._fail()


class CountingTimeZones(LocalTimeZones):
    """Counts how often it was asked for a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clocks = 0

    async def clock(self, zone: str, at: datetime) -> Clock:
        self.clocks += 1
        return await super().clock(zone, at)


class NewerTimeZones(LocalTimeZones):
    """Lists fewer zones than it knows, as a service does that was renewed after the gateway started."""

    async def zones(self) -> tuple[Zone, ...]:
        return tuple(zone for zone in await super().zones() if zone.name != "Europe/Kyiv")
