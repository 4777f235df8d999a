"""Places by distance: cities by whole degrees of latitude, and within one by longitude, on a round earth.

An ordinary index, as fast as SQLite's R*Tree and a third of its size.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator

from citytime.domain import EARTH_RADIUS_KM, Point, distance_km

FIRST_REACH, GROWTH = 0.25, 1.5
"""Degrees of arc to look within first, and how much farther each time until enough is found."""

TALLEST = 5.0
"""Degrees of latitude in one box: over more than that, a circle is too unlike a box."""

SCALE = 100_000
"""Parts of a degree that coordinates are stored in: a metre each, which is what GeoNames has."""

MARGIN = 1 / SCALE
"""What a box is larger by on each side, in degrees, so that no rounding loses a city on its border."""

_INSIDE = """
    SELECT place, latitude, longitude FROM position
    WHERE band IN ({}) AND longitude BETWEEN ? AND ? AND latitude BETWEEN ? AND ?"""

Box = tuple[float, float, float, float]
"""South, north, west and east in degrees."""


def nearest(db: sqlite3.Connection, point: Point, limit: int) -> list[tuple[int, float]]:
    """Keys of the `limit` cities nearest to a point and their distances in km, nearest first."""
    reach = FIRST_REACH
    while True:
        cities = {city for box in _boxes(point, reach) for city in _inside(db, box)}
        found = sorted(
            (distance_km(point, Point(latitude / SCALE, longitude / SCALE)), key) for key, latitude, longitude in cities
        )
        within = [(key, km) for km, key in found if km <= math.radians(reach) * EARTH_RADIUS_KM or reach == 180]
        if len(within) >= limit or reach == 180:
            return within[:limit]
        reach = min(GROWTH * reach, 180)


def _inside(db: sqlite3.Connection, box: Box) -> sqlite3.Cursor:
    south, north, west, east = box[0] - MARGIN, box[1] + MARGIN, box[2] - MARGIN, box[3] + MARGIN
    bands = ",".join(str(degree) for degree in range(math.floor(south), math.floor(north) + 1))
    return db.execute(_INSIDE.format(bands), [SCALE * degrees for degrees in (west, east, south, north)])


def _boxes(point: Point, reach: float) -> Iterator[Box]:
    """Boxes that hold together all that lies within `reach` degrees of arc of a point."""
    south, end = max(point.latitude - reach, -90), min(point.latitude + reach, 90)
    while south < end:
        north = min(south + TALLEST, end)
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
