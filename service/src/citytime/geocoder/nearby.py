"""Places by distance: the R*Tree of positions, on a round earth."""

from __future__ import annotations

import math
import sqlite3

from citytime.domain import Point, distance_km

KM_PER_DEGREE = 111.195
"""Length of a degree of latitude on the mean sphere."""

FIRST_REACH = 0.25
"""Degrees of arc to look within first; three times as far until enough is found."""

MARGIN = 1e-4
"""The tree keeps its own numbers in 32 bits: a margin in degrees keeps the border's cities in."""

_WITHIN = """
    SELECT p.id, p.latitude, p.longitude FROM position b JOIN place p ON p.id = b.place
    WHERE b.north >= ? AND b.south <= ? AND b.east >= ? AND b.west <= ?"""


def nearest(db: sqlite3.Connection, point: Point, limit: int) -> list[tuple[int, float]]:
    """Keys of the `limit` cities nearest to a point and their distances in km, nearest first."""
    reach = FIRST_REACH
    while True:
        found = sorted(
            (distance_km(point, Point(latitude, longitude)), key)
            for key, latitude, longitude in _within(db, point, reach)
        )
        # What lies beyond the reach is met in the corners of the box only: another there may be nearer.
        sure = found if reach >= 180 else [entry for entry in found if entry[0] <= reach * KM_PER_DEGREE]
        if len(sure) >= limit or reach >= 180:
            return [(key, km) for km, key in sure[:limit]]
        reach *= 3


def _within(db: sqlite3.Connection, point: Point, reach: float) -> set[tuple[int, float, float]]:
    """Cities in a box that holds all within `reach` degrees of arc of the point, a few others, and none twice."""
    south, north = point.latitude - reach, point.latitude + reach
    if north >= 90 or south <= -90:
        width = 360.0  # a pole is inside: every meridian is near
    else:
        width = math.degrees(math.asin(math.sin(math.radians(reach)) / math.cos(math.radians(point.latitude))))
    west, east = point.longitude - width, point.longitude + width
    spans = [(west, east)]
    if west < -180:
        spans.append((west + 360, 180.0))
    if east > 180:
        spans.append((-180.0, east - 360))
    return {
        row
        for west, east in spans
        for row in db.execute(_WITHIN, (south - MARGIN, north + MARGIN, west - MARGIN, east + MARGIN))
    }
