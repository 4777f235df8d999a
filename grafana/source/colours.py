"""Colours that mean the same on every dashboard. Red is for failures alone."""

from __future__ import annotations

Colours = dict[str, str]
"""A series' legend to its colour; a key between slashes is a regular expression."""

GOOD, NOTICE, BAD = "green", "orange", "red"

PALETTE = (
    "blue",
    "purple",
    "yellow",
    "semi-dark-green",
    "light-blue",
    "light-purple",
    "dark-yellow",
    "light-green",
    "dark-blue",
    "dark-purple",
    "light-yellow",
    "dark-green",
    "super-light-blue",
    "super-light-purple",
    "semi-dark-yellow",
    "super-light-green",
    "semi-dark-blue",
    "semi-dark-purple",
    "super-light-yellow",
)
"""Colours that say neither good nor bad."""


def named(*names: str) -> Colours:
    """A colour for each of these names, in the order of the palette."""
    return dict(zip(names, PALETTE, strict=False))


PERCENTILES: Colours = {"p50": "super-light-blue", "p95": "blue", "p99": "dark-purple"}

_SERVICES = named("gateway", "geocoder", "timezones", "images") | {"valkey": "light-green", "nominatim": "light-purple"}
SERVICES: Colours = {f"/^{name}\\b/": colour for name, colour in _SERVICES.items()}
"""Whatever begins with a service's name: itself, its replicas, what it asks."""

ASKED: Colours = {f"/ (asks|to) {name}$/": colour for name, colour in _SERVICES.items()}
"""By the service that is asked."""

ROUTES = named(
    "/{city}",
    "/v1/places",
    "/v1/time",
    "/v1/timezone",
    "/v1/nearest",
    "/v1/convert",
    "/v1/batch",
    "/v1/zones/{zone}",
    "/v1/zones",
    "/{city}.png",
    "/v1/images/random",
    "/homersimpson",
    "/v1/places/{id}",
    "/",
    "/docs",
    "/openapi.json",
    "/robots.txt",
    "/favicon.ico",
) | {"unmatched": "#8e8e8e"}

METHODS = named(
    "ResolvePlace",
    "FindTimeZone",
    "GetClock",
    "SearchPlaces",
    "ListNearestPlaces",
    "DrawPostcard",
    "PickImage",
    "LocateLocalTime",
    "GetPlace",
    "ListTimeZones",
    "GetGazetteer",
    "GetTimeZoneData",
)

JOBS = _SERVICES | named(
    *("", "", "", ""),  # those are the services'
    *("mesh", "prometheus", "node", "collector", "jaeger", "alertmanager", "blackbox", "grafana"),
)
JOBS.pop("")

PROBES: Colours = {"city": "blue", "search": "purple", "zone": "yellow", "picture": "semi-dark-green"}

STATUSES: Colours = {"2xx": GOOD, "3xx": "blue", "4xx": "yellow", "5xx": BAD}

CODES: Colours = {
    "OK": GOOD,
    "NOT_FOUND": "yellow",
    "FAILED_PRECONDITION": "blue",
    "INVALID_ARGUMENT": "purple",
    "CANCELLED": "#8e8e8e",
    "RESOURCE_EXHAUSTED": "orange",
    "UNAVAILABLE": BAD,
    "DEADLINE_EXCEEDED": "semi-dark-red",
    "INTERNAL": "dark-red",
    "UNKNOWN": "light-red",
}

MATCHES: Colours = {
    "exact": GOOD,
    "alternate": "light-green",
    "prefix": "blue",
    "code": "light-blue",
    "coordinates": "purple",
    "zone": "light-purple",
    "fuzzy": "yellow",
}

OUTCOMES: Colours = {
    "/ found$/": GOOD,
    "/ not_found$/": "yellow",
    "/ timeout$/": "semi-dark-red",
    "/ error$/": BAD,
    "/ rate_limited$/": "orange",
    "/ open$/": "dark-red",
}

CACHES: Colours = {"answers": "blue", "resolutions": "purple", "/^valkey:/": "light-green"}

RESULTS: Colours = {"hit": GOOD, "miss": "blue", "error": BAD}
