"""The table of routes: the one source for what is served, how it is documented, and what the metrics call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from citytime.gateway import parameters as p
from citytime.gateway.parameters import Parameter

RESERVED = frozenset({"v1", "docs", "openapi.json", "static", "favicon.ico", "robots.txt", "homersimpson"})
"""First segments that are never cities."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `answer` names the schema of its 200 answer (schemas.py); `path` names the variable of its template."""

    method: str
    template: str
    name: str
    summary: str
    description: str = ""
    answer: str = ""
    parameters: tuple[Parameter, ...] = ()
    path: str | None = None
    problems: tuple[int, ...] = ()


_STEERING = (p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.LIMIT)
_LOOKUP_PROBLEMS = (300, 400, 404, 406, 414, 429, 503, 504)
_PROBLEMS = (400, 404, 406, 414, 429, 503, 504)

CITY = Route(
    "GET",
    "/{city}",
    "time",
    "The time in a city",
    "The city's IANA zone and its local time. A city is read as a zone (`/Europe/Lisbon`), coordinates "
    "(`/38.72,-9.14`), a typed code (`/iata:LIS`, `/geonames:2267057`), or a name with up to three qualifiers "
    "(`/paris,texas`), in this order.",
    "TimeAnswer",
    (*_STEERING, p.FORMAT),
    path="city",
    problems=_LOOKUP_PROBLEMS,
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
        (p.CITY, *_STEERING, p.FORMAT),
        problems=_LOOKUP_PROBLEMS,
    ),
    Route(
        "GET",
        "/v1/places",
        "places",
        "Search places",
        "Places whose name is, begins with or resembles `q`, best first; fit for suggestions while one types.",
        "PlacesAnswer",
        (p.Q, p.LIMIT, p.NEAR, p.COUNTRY, p.LANG, p.FORMAT),
        problems=_PROBLEMS,
    ),
    Route(
        "GET",
        "/v1/places/{id}",
        "place",
        "One place",
        "A place by its stable id, such as `geonames:2267057`, `iata:LIS`, `country:PT` or `region:US.TX`.",
        "PlaceAnswer",
        (p.LANG, p.FORMAT),
        path="id",
        problems=_PROBLEMS,
    ),
    Route(
        "GET",
        "/v1/nearest",
        "nearest",
        "Cities around a point",
        "Cities by great-circle distance, nearest first, in km.",
        "NearestAnswer",
        (p.LAT, p.LNG, p.LIMIT, p.LANG, p.FORMAT),
        problems=_PROBLEMS,
    ),
    Route(
        "GET",
        "/v1/timezone",
        "timezone",
        "The zone of a point",
        "The IANA zone of any point on earth, at sea its nautical zone.",
        "TimezoneAnswer",
        (p.LAT, p.LNG, p.AT, p.FORMAT),
        problems=_PROBLEMS,
    ),
    Route("GET", "/v1/zones", "zones", "All zones", "", "ZonesAnswer", (p.FORMAT,), problems=_PROBLEMS),
    Route(
        "GET",
        "/v1/zones/{zone}",
        "zone",
        "One zone",
        "A zone by its IANA name, links included, in any case.",
        "ZoneAnswer",
        (p.AT, p.FORMAT),
        path="zone",
        problems=_PROBLEMS,
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
        "Each query has its own answer or problem, in order.",
        "BatchAnswer",
        (p.FORMAT,),
        problems=(400, 406, 413, 414, 415, 429, 503, 504),
    ),
    CITY,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A route with the text of its path variable, and the methods that its path takes."""

    route: Route
    text: str | None
    allowed: Sequence[str]


_FIXED = {route.template: route for route in ROUTES if route.path is None}
_PREFIXES = {
    route.template[: route.template.index("{")]: route
    for route in ROUTES
    if route.path is not None and route is not CITY
}


def match(path: str) -> Target | None:
    """The route of a raw path (percent-encoded); None for what is reserved but not there.

    >>> match("/v1/zones/Europe/Lisbon").text, match("/S%C3%A3o%20Paulo").text, match("/v1/nothing")
    ('Europe/Lisbon', 'São Paulo', None)
    """
    if route := _FIXED.get(path if path == "/" else path.rstrip("/")):
        return _target(route, None)
    for prefix, route in _PREFIXES.items():
        if path.startswith(prefix) and len(path) > len(prefix):
            return _target(route, unquote(path[len(prefix) :]))
    text = unquote(path[1:]).strip("/")
    if text.partition("/")[0].lower() in RESERVED or not text.strip():
        return None
    return _target(CITY, text)


def _target(route: Route, text: str | None) -> Target:
    methods = ("GET", "HEAD", "OPTIONS") if route.method == "GET" else (route.method, "OPTIONS")
    return Target(route, text, methods)
