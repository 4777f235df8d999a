"""Reading a geopy Location: what an online geocoder says of a place, as far as it can be believed.

geopy keeps the service's own answer as `Location.raw`. Its shape is each service's own; what is read here is what
Nominatim's family and Photon (GeoJSON) give, and every part of it may be missing or of any type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from citytime.domain import Place, PlaceKind

_LONGEST_NAME = 200

_OSM_TYPES = {kind[0].upper(): kind for kind in ("node", "way", "relation")}
_KINDS = {"country": PlaceKind.COUNTRY, "state": PlaceKind.REGION}
_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
_POSITION_KEY = re.compile("lat|lon|lng|pos|[xy]$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,]+")


def read(service: str, location: Any) -> Place | None:
    """The place, its time zone still empty; None if it has no name or no position to trust."""
    facts = _mapping(location.raw)
    facts = _mapping(facts.get("properties")) or facts
    address = _mapping(facts.get("address")) or facts
    name = one_line(facts.get("name")) or one_line(location.address, until=",")
    if name is None or not _stated(location):
        return None
    code = one_line(address.get("country_code")) or one_line(address.get("countrycode")) or ""
    return Place(
        id=f"{service}:{_osm_id(facts) or f'{location.latitude:.5f},{location.longitude:.5f}'}",
        name=name,
        region=one_line(address.get("state")),
        country=one_line(address.get("country")),
        country_code=code.upper() if _COUNTRY_CODE.fullmatch(code) else None,
        latitude=location.latitude,
        longitude=location.longitude,
        population=0,
        timezone="",
        kind=_KINDS.get(one_line(facts.get("addresstype")) or one_line(facts.get("type")) or "", PlaceKind.CITY),
    )


def _stated(location: Any) -> bool:
    """Whether the service itself gave this position.

    geopy reads a missing coordinate as 0 and turns a longitude of 400 into 40. So both numbers must occur in the
    service's answer, where coordinates stand: under a key that says so or in a list (GeoJSON). And 0 is never believed:
    on the equator or the prime meridian to the last digit lies no city.
    """
    missing = {location.latitude, location.longitude}
    parts: list[tuple[str, Any]] = [("", location.raw)]
    while parts and missing:
        key, value = parts.pop()
        if isinstance(value, Mapping):
            parts.extend(value.items())
        elif isinstance(value, list):
            parts.extend(("", item) for item in value)
        elif key and not _POSITION_KEY.match(key):
            continue
        elif isinstance(value, str):
            missing -= {_number(word) for word in _SEPARATORS.split(value)}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            missing.discard(value)
    return not missing and 0 not in (location.latitude, location.longitude)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _osm_id(facts: Mapping[str, Any]) -> str | None:
    kind, number = one_line(facts.get("osm_type")), facts.get("osm_id")
    if kind is None or not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        return None
    full = _OSM_TYPES.get(kind[0].upper())  # Photon says N, W and R
    return f"{full}/{number}" if full and kind.lower() in (full, full[0]) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def one_line(value: object, until: str = "\n") -> str | None:
    """A name as one printable line, up to `until`; None for anything else."""
    if not isinstance(value, str) or len(value) > 10 * _LONGEST_NAME:
        return None
    line = value.strip().partition(until)[0]
    line = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    return line if 0 < len(line) <= _LONGEST_NAME else None
