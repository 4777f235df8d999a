"""Nearest places: the same as measuring all distances, everywhere on the globe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Point, distance_km
from citytime.geocoder.compile.database import write_positions
from citytime.geocoder.nearby import SCALE, nearest

# Real numbers, and those where a longitude or a latitude ends.
LATITUDES = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, -89.99, -0.00001, 0.0, 37.0, 89.99, 90.0]))
LONGITUDES = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, -179.99, 0.0, 179.99, 180.0]))
POINTS = st.builds(Point, LATITUDES, LONGITUDES)
ENDS = st.sampled_from([Point(0, 180), Point(90, 0), Point(-90, 0), Point(51, 0), Point(-17, 179.9)])
PLACE = """INSERT INTO place (id, name, latitude, longitude, population, zone, capital, served, importance)
    VALUES (?, 'x', ?, ?, 0, 0, 0, 0, 0)"""


def shifted(point: Point, by: Point) -> Point:
    """A point within a degree or two of another."""
    latitude = max(-90.0, min(90.0, point.latitude + by.latitude / 90))
    return Point(latitude, (point.longitude + by.longitude / 90 + 180) % 360 - 180)


SPREAD = st.one_of(POINTS, st.builds(shifted, ENDS, POINTS))


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(empty()) as connection:
        yield connection


def empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.executescript((resources.files("citytime.geocoder") / "schema.sql").read_text())
    return db


def put(db: sqlite3.Connection, points: list[Point]) -> None:
    for key, point in enumerate(points, 1):
        db.execute(PLACE, (key, round(SCALE * point.latitude), round(SCALE * point.longitude)))
    write_positions(db)


def stored(point: Point) -> Point:
    """A point as the database has it, to the metre."""
    return Point(round(SCALE * point.latitude) / SCALE, round(SCALE * point.longitude) / SCALE)


def measured(points: list[Point], point: Point) -> list[tuple[float, int]]:
    return sorted((distance_km(point, other), key) for key, other in enumerate(points, 1))


@given(st.lists(SPREAD.map(stored), max_size=40), SPREAD, st.integers(1, 5))
def test_nearest_equals_measuring_all(points: list[Point], point: Point, limit: int) -> None:
    with closing(empty()) as db:
        put(db, points)
        found = nearest(db, point, limit)
    assert [km for _, km in found] == [km for km, _ in measured(points, point)][:limit]
    assert all(distance_km(point, points[key - 1]) == km for key, km in found)
    assert len({key for key, _ in found}) == len(found)


@pytest.mark.parametrize(
    ("point", "other"),
    [
        (Point(-16.4, 179.999), Point(-16.4, -179.999)),
        (Point(-16.4, 180), Point(-16.4, -180)),
        (Point(89.9, 0), Point(89.9, 180)),
        (Point(-89.9, -90), Point(-89.9, 90)),
        (Point(90, 17), Point(88, -120)),
    ],
)
def test_neither_the_antimeridian_nor_a_pole_is_in_the_way(db: sqlite3.Connection, point: Point, other: Point) -> None:
    put(db, [Point(0, 0), other])
    assert [key for key, _ in nearest(db, point, 1)] == [2]


def test_fewer_places_than_asked_for_are_all_given_nearest_first(db: sqlite3.Connection) -> None:
    put(db, [Point(0, 179), Point(0, 10), Point(0, -1)])
    assert [key for key, _ in nearest(db, Point(0, 0), 10)] == [3, 2, 1]


def test_where_nothing_is_nothing_is_near(db: sqlite3.Connection) -> None:
    assert nearest(db, Point(0, 0), 3) == []


def test_of_places_as_near_the_first_key_comes_first(db: sqlite3.Connection) -> None:
    put(db, [Point(1, 1), Point(1, 1), Point(1, 1)])
    assert [key for key, _ in nearest(db, Point(1, 1), 3)] == [1, 2, 3]
