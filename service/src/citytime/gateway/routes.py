"""The table of routes: the one source for what is served, how it is documented, and what the metrics call it."""

from __future__ import annotations

from dataclasses import dataclass

from citytime.gateway import parameters as p
from citytime.gateway.negotiation import PNG
from citytime.gateway.parameters import Parameter

RESERVED = frozenset({"v1", "docs", "openapi.json", "static", "favicon.ico", "robots.txt", "homersimpson"})
"""First segments that are never cities."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `answer` names the schema of its 200 answer (schemas.py), `path` is the variable of its template.

    `pictures` are the media types of answers that are pictures. `problems` are the statuses that it may answer besides
    those that all may.
    """

    method: str
    template: str
    name: str
    summary: str
    description: str = ""
    answer: str = ""
    parameters: tuple[Parameter, ...] = ()
    path: Parameter | None = None
    problems: tuple[int, ...] = ()
    pictures: tuple[str, ...] = ()


_STEERING = (p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.LIMIT)
_LOOKUP_PROBLEMS = (300, 404)
_PICTURES = (PNG, "image/jpeg", "image/webp", "image/svg+xml")
_PICTURE_PROBLEMS = (412, 416)

CITY = Route(
    "GET",
    "/{city}",
    "time",
    "The time in a city",
    "The city's IANA zone and its local time. A city is read as a zone (`/Europe/Lisbon`), coordinates "
    "(`/38.72,-9.14`), a typed code (`/iata:LIS`, `/geonames:2267057`), or a name with up to three qualifiers "
    "(`/paris,texas`), in this order.",
    "TimeAnswer",
    (*_STEERING, p.CITY_FORMAT),
    path=p.CITY,
    problems=(*_LOOKUP_PROBLEMS, 412),
    pictures=(PNG,),
)

POSTCARD = Route(
    "GET",
    "/{city}.png",
    "postcard",
    "A city's postcard",
    "The time in a city as a picture for link previews, 1200 x 630: its name, its time to the minute, and the sky by "
    "its sun's height. `/{city}` has the same for `Accept: image/png` and `format=png`.",
    parameters=(p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG),
    path=p.CITY,
    problems=(*_LOOKUP_PROBLEMS, 412),
    pictures=(PNG,),
)

ROUTES = (
    Route("GET", "/", "home", "The start page"),
    Route("GET", "/docs", "docs", "The API reference"),
    Route("GET", "/openapi.json", "openapi", "This document"),
    Route("GET", "/robots.txt", "robots", "What crawlers may read"),
    Route("GET", "/favicon.ico", "favicon", "The icon"),
    Route(
        "GET",
        "/v1/time",
        "time",
        "The time in a city whose name collides with a route",
        "As `/{city}`.",
        "TimeAnswer",
        (p.CITY, *_STEERING, p.CITY_FORMAT),
        problems=(*_LOOKUP_PROBLEMS, 412),
        pictures=(PNG,),
    ),
    Route(
        "GET",
        "/v1/places",
        "places",
        "Search places",
        "Places whose name is, begins with or resembles `q`, best first; fit for suggestions while one types.",
        "PlacesAnswer",
        (p.Q, p.LIMIT, p.NEAR, p.COUNTRY, p.LANG, p.FORMAT),
    ),
    Route(
        "GET",
        "/v1/places/{id}",
        "place",
        "One place",
        "A place by its stable id, such as `geonames:2267057`, `iata:LIS`, `country:PT` or `region:US.TX`.",
        "PlaceAnswer",
        (p.LANG, p.FORMAT),
        path=p.ID,
        problems=(404,),
    ),
    Route(
        "GET",
        "/v1/nearest",
        "nearest",
        "Cities around a point",
        "Cities by great-circle distance, nearest first, in km.",
        "NearestAnswer",
        (p.LAT, p.LNG, p.LIMIT, p.LANG, p.FORMAT),
    ),
    Route(
        "GET",
        "/v1/timezone",
        "timezone",
        "The zone of a point",
        "The IANA zone of any point on earth, at sea its nautical zone.",
        "TimezoneAnswer",
        (p.LAT, p.LNG, p.AT, p.FORMAT),
    ),
    Route("GET", "/v1/zones", "zones", "All zones", "", "ZonesAnswer", (p.FORMAT,)),
    Route(
        "GET",
        "/v1/zones/{zone}",
        "zone",
        "One zone",
        "A zone by its IANA name, links included, in any case.",
        "ZoneAnswer",
        (p.AT, p.FORMAT),
        path=p.ZONE,
        problems=(404,),
    ),
    Route(
        "GET",
        "/v1/convert",
        "convert",
        "One moment in several places",
        "The moment `at` (without an offset: a reading of the clock of `from`; without `at`: now) on the clocks of all "
        "`to`. `reading` says when a reading falls into a gap or an overlap of daylight saving time.",
        "ConvertAnswer",
        (p.FROM, p.TO, p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.FORMAT),
        problems=_LOOKUP_PROBLEMS,
    ),
    Route(
        "POST",
        "/v1/batch",
        "batch",
        "Many look-ups in one call",
        'The body is JSON, `{"queries": ["lisbon", {"city": "paris", "country": "US"}]}` or the list alone. A query is '
        "a text or an object with `city` and, if need be, `at`, `near`, `country`, `strict`, `lang` and `limit`. Each "
        "has its own answer or problem, in order; those that time runs out for have status 504.",
        "BatchAnswer",
        (p.FORMAT,),
        problems=(413, 415),
    ),
    Route(
        "GET",
        "/v1/images/random",
        "picture",
        "A picture",
        "A picture of the library: the operator's, or our own. Another one each time, or always the same for a `seed`, "
        "which may then be cached, and fetched in parts (`Range`).",
        parameters=(p.SEED,),
        problems=_PICTURE_PROBLEMS,
        pictures=_PICTURES,
    ),
    Route(
        "GET",
        "/homersimpson",
        "picture",
        "A picture, as in the days of old",
        "As `/v1/images/random`.",
        parameters=(p.SEED,),
        problems=_PICTURE_PROBLEMS,
        pictures=_PICTURES,
    ),
    POSTCARD,
    CITY,
)
