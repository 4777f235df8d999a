"""What a city's postcard says: from what was found to its two lines, its clock and its point."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from citytime.domain import Clock, Place, Point, Postcard, Zone
from citytime.gateway.finding import Found

_NEAR_KM = 50.0
"""Up to where a position is called by the name of the nearest city."""

_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
"""Those that postcards are written in, as Unicode's names of characters begin."""

MAX_TEXT = 200
"""Characters of a line, as the contract of the images has it."""


def can_be_written(found: Found) -> bool:
    """Whether the place and where it is are called by letters that postcards have."""
    place = found.place
    letters = filter(str.isalpha, f"{place.name}{place.region}{place.country}" if place else "")
    return all(unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters)


def postcard(found: Found, zone: Zone | None, clock: Clock, at: datetime) -> Postcard:
    """The card of a place, a position or a zone at an aware moment; `zone` is what is known of its zone."""
    title, subtitle, point = _lines(found, zone)
    return Postcard(title[:MAX_TEXT], subtitle[:MAX_TEXT], found.zone, at, clock.offset, point)


def _lines(found: Found, zone: Zone | None) -> tuple[str, str, Point | None]:
    """What it is, where that is, and where its sun is seen from."""
    place, point = found.place, found.point
    if point is not None and (place is None or (found.distance_km or 0.0) > _NEAR_KM):
        away = f"{found.distance_km:.0f} km from {', '.join([place.name, *_around(place)])}" if place else ""
        return _position(point), away, point
    if place is not None:
        return place.name, ", ".join(_around(place)), point or place.point
    area, _, name = found.zone.replace("_", " ").rpartition("/")
    return name, (zone.comment if zone else None) or area, zone.point if zone else None


def _around(place: Place) -> list[str]:
    """Region and country, each where it says more."""
    names = dict.fromkeys(name for name in (place.region, place.country) if name and name != place.name)
    return list(names)


def _position(point: Point) -> str:
    """`38.72° N, 9.14° W`."""
    north, east = "N" if point.latitude >= 0 else "S", "E" if point.longitude >= 0 else "W"
    return f"{abs(point.latitude):.2f}° {north}, {abs(point.longitude):.2f}° {east}"
