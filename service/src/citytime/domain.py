"""The domain: places, matches, clocks, pictures, and what the gateway asks of the services behind it.

Pure values and Protocols. Nothing here knows of Tornado, gRPC or SQLite; the in-process objects (`serve`) and the
clients of remote services (`gateway`) fill the same Protocols, and the same tests run against both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees, WGS 84: latitude in [-90, 90], longitude in [-180, 180]."""

    latitude: float
    longitude: float


EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG R1), in kilometres."""


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance in km (haversine; within 0.5 % of the ellipsoid's)."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lng = math.radians(b.longitude - a.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


class PlaceKind(StrEnum):
    """What a place is. An area (country, region, zone area) stands at its main city's position."""

    CITY = "city"
    AIRPORT = "airport"
    COUNTRY = "country"
    REGION = "region"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Place:
    """One named place and the IANA zone its clock follows.

    `id` is stable across data refreshes and typed: `geonames:2267057`, `iata:LIS`, `country:PT`, `region:US.TX`,
    `zone:Atlantic/Azores`. Places found by an online geocoder have that geocoder's own type.
    """

    id: str
    name: str
    region: str | None
    country: str | None
    country_code: str | None
    latitude: float
    longitude: float
    population: int
    timezone: str
    kind: PlaceKind = PlaceKind.CITY

    @property
    def point(self) -> Point:
        """The place's position."""
        return Point(self.latitude, self.longitude)


class MatchKind(StrEnum):
    """Why a place was chosen, from the strongest reason to the weakest (design, section 2)."""

    EXACT = "exact"
    ALTERNATE = "alternate"
    PREFIX = "prefix"
    FUZZY = "fuzzy"
    CODE = "code"
    COORDINATES = "coordinates"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Match:
    """How a query met a place: `score` in [0, 1] (1 is certain), `source` names the geocoder that answered."""

    kind: MatchKind
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place with the reason it is offered; `distance_km` only where a position was asked for."""

    place: Place
    match: Match
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """A name or a typed code as a caller wrote it, and what steers the choice among its namesakes.

    `text` is not yet normalised; `country` is an ISO 3166-1 alpha-2 or alpha-3 code or a country's name;
    `lang` is a BCP 47 tag for the names in the answer.
    """

    text: str
    near: Point | None = None
    country: str | None = None
    lang: str | None = None
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Resolution:
    """The best candidate and the others that answer to the same name, best first, without the best."""

    best: Candidate
    alternatives: tuple[Candidate, ...] = ()
    ambiguous: bool = False
    """Whether choosing `best` was a guess: a rival is nearly as likely, or the name is not literally its own."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A moment (aware, UTC) at which a zone's clock rules change, and the rules that hold from then on.

    `offset` and `offset_before` are seconds east of UTC, after and before `at`.
    """

    at: datetime
    offset_before: int
    offset: int
    abbreviation: str
    dst: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """What a zone's clock does around one moment: constant from `previous.at` until `next.at`.

    `offset` is in seconds east of UTC. `previous` is None before the zone's first known transition and `next`
    after its last; both are None in a zone that never changes.
    """

    zone: str
    offset: int
    abbreviation: str
    dst: bool
    previous: Transition | None
    next: Transition | None

    def covers(self, instant: datetime) -> bool:
        """Whether this clock also holds at `instant` (aware)."""
        return (self.previous is None or self.previous.at <= instant) and (self.next is None or instant < self.next.at)


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA zone: what the tables say of it besides its clock.

    `canonical` is the zone that it is a link to, or itself. `countries` are ISO 3166-1 alpha-2 codes, the one with
    the most people first; `point` is where the zone's main city lies, `comment` tells the zones of one country apart.
    Zones that belong to no country, such as `Etc/UTC`, have none of the three.
    """

    name: str
    canonical: str
    countries: tuple[str, ...] = ()
    point: Point | None = None
    comment: str | None = None


class LocalKind(StrEnum):
    """How often a wall-clock reading occurs in a zone: once, never (gap) or twice (overlap)."""

    UNIQUE = "unique"
    GAP = "gap"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A wall-clock reading placed on the time line.

    `instant` (aware, UTC) is the one meant: in an overlap the earlier one, in a gap the reading moved forward by the
    gap's length (RFC 5545, section 3.3.5). `later` is the second instant of an overlap.
    """

    kind: LocalKind
    instant: datetime
    later: datetime | None = None


@dataclass(frozen=True, slots=True)
class DataVersions:
    """Versions of the data an answer rests on: IANA tzdata, zone boundaries, gazetteer."""

    tzdata: str
    boundaries: str
    gazetteer: str


@dataclass(frozen=True, slots=True)
class Image:
    """A whole picture; `content_type` is its media type by its content, `etag` names this very content."""

    content: bytes
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Postcard:
    """What a city's postcard shows: `at` (aware) is the moment, on a clock `offset` seconds east of UTC.

    `point` is where the sun is seen from; without it the sky is plain.
    """

    title: str
    subtitle: str
    zone: str
    at: datetime
    offset: int
    point: Point | None = None


class Geocoder(Protocol):
    """The geo database: names, codes and positions to places."""

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """The place meant by `query`. Raises UnknownPlace, InvalidInput, Unavailable or DeadlineExceeded."""

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        """Up to `query.limit` places whose name begins with or resembles the text, best first; may be empty."""

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        """The place with this stable id. Raises UnknownPlace."""

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """The `limit` cities nearest to `point`, nearest first, each with its distance."""

    async def version(self) -> str:
        """The version of the gazetteer."""

    async def ping(self) -> None:
        """Return if the service can answer; raise Unavailable if not."""


class TimeZones(Protocol):
    """Zones: of a point, and what their clocks do."""

    async def zone_at(self, point: Point) -> str:
        """The IANA zone of a point, at sea a zone `Etc/GMT±h`."""

    async def zones(self) -> tuple[Zone, ...]:
        """All zones known, links included, sorted by name."""

    async def clock(self, zone: str, at: datetime) -> Clock:
        """The zone's clock at an aware moment. Raises UnknownZone."""

    async def locate(self, zone: str, local: datetime) -> LocalMoment:
        """Place a naive wall-clock reading of the zone on the time line. Raises UnknownZone, InvalidInput."""

    async def versions(self) -> tuple[str, str]:
        """Versions of tzdata and of the zone boundaries."""

    async def ping(self) -> None:
        """Return if the service can answer; raise Unavailable if not."""


class Images(Protocol):
    """Pictures: of a library, and of cities."""

    async def pick(self, seed: str | None = None) -> Image:
        """A picture of the library; the same one for the same seed. Raises Unavailable."""

    async def postcard(self, card: Postcard) -> Image:
        """The city's postcard, a PNG. Raises Unavailable."""

    async def ping(self) -> None:
        """Return if the service can answer; raise Unavailable if not."""
