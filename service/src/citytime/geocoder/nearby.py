"""Places by distance: the R*Tree of positions, on a round earth."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator

from citytime.domain import EARTH_RADIUS_KM, Point, distance_km

FIRST_REACH, GROWTH = 0.25, 1.5
"""Degrees of arc to look within first, and how much farther each time until enough is found."""

BAND = 5.0
"""Degrees of latitude in one box: over more than that, a circle is too unlike a box."""

MARGIN = 1e-4
"""The tree keeps its own numbers in 32 bits: a margin in degrees keeps the border's cities in."""

_INSIDE = """
    SELECT p.id, p.latitude, p.longitude FROM position b JOIN place p ON p.id = b.place
    WHERE b.north >= ? AND b.south <= ? AND b.east >= ? AND b.west <= ?"""

Box = tuple[float, float, float, float]
"""South, north, west and east in degrees."""


def nearest(db: sqlite3.Connection, point: Point, limit: int) -> list[tuple[int, float]]:
    """Keys of the `limit` cities nearest to a point and their distances in km, nearest first."""
    reach = FIRST_REACH
    while True:
        cities = {city for box in _boxes(point, reach) for city in _inside(db, box)}
        found = sorted((distance_km(point, Point(latitude, longitude)), key) for key, latitude, longitude in cities)
        within = [(key, km) for km, key in found if km <= math.radians(reach) * EARTH_RADIUS_KM or reach == 180]
        if len(within) >= limit or reach == 180:
            return within[:limit]
        reach = min(GROWTH * reach, 180)


def _inside(db: sqlite3.Connection, box: Box) -> sqlite3.Cursor:
    south, north, west, east = box
    return db.execute(_INSIDE, (south - MARGIN, north + MARGIN, west - MARGIN, east + MARGIN))


def _boxes(point: Point, reach: float) -> Iterator[Box]:
    """Boxes that hold together all that lies within `reach` degrees of arc of a point."""
    south, end = max(point.latitude - reach, -90), min(point.latitude + reach, 90)
    while south < end:
        north = min(south + BAND, end)
        width = _width(point.latitude, reach, south, north)
        west, east = point.longitude - width, point.longitude + width
        yield south, north, west, east
        if west < -180:
            yield south, north, west + 360, 180
        if east > 180:
            yield south, north, -180, east - 360
        south = north


def _width(latitude: float, reach: float, south: float, north: float) -> float:
    """How far east and west a circle of `reach` around a latitude gets between two others, in degrees of longitude."""
    if reach >= 90:
        return 180.0
    here, arc = math.radians(latitude), math.radians(reach)
    latitudes = [math.radians(south), math.radians(north)]
    if abs(tangent := math.sin(here) / math.cos(arc)) < 1:  # where a meridian only touches the circle
        latitudes.append(min(max(math.asin(tangent), latitudes[0]), latitudes[1]))
    return max(_crossing(here, arc, there) for there in latitudes)


def _crossing(here: float, arc: float, there: float) -> float:
    """Degrees of longitude to where a circle around `here` crosses the parallel `there`, by the law of cosines."""
    parallels = math.cos(here) * math.cos(there)
    beyond = math.cos(arc) - math.sin(here) * math.sin(there)
    if beyond <= -parallels:
        return 180.0  # all of the parallel is inside
    return math.degrees(math.acos(beyond / parallels)) if beyond < parallels else 0.0
