"""Colours that mean the same on every dashboard. Red is for failures alone, and nothing else is red."""

from __future__ import annotations

Colours = dict[str, str]
"""A series' legend to its colour; a key between slashes is a regular expression."""

GOOD, NOTICE, BAD = "green", "orange", "red"

PERCENTILES: Colours = {"p50": "super-light-blue", "p95": "blue", "p99": "dark-purple"}

SERVICES: Colours = {
    "gateway": "blue",
    "geocoder": "purple",
    "timezones": "yellow",
    "images": "semi-dark-green",
    "valkey": "light-orange",
    "nominatim": "super-light-purple",
}

STATUSES: Colours = {"2xx": GOOD, "3xx": "blue", "4xx": "yellow", "5xx": BAD}

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

RESULTS: Colours = {"hit": GOOD, "miss": "blue", "error": BAD}
