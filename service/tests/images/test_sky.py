"""The sky: astronomy against an almanac, and colours without a leap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Point
from citytime.images.sky import Palette, moon_at, palette, sun_at

LISBON, LONGYEARBYEN, SYDNEY = Point(38.72, -9.14), Point(78.22, 15.65), Point(-33.87, 151.21)
MOMENTS = st.datetimes(timezones=st.just(UTC))
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def channels(sky: Palette) -> list[float]:
    return [channel for colour in (sky.top, sky.middle, sky.horizon, sky.glow, sky.land) for channel in colour]


@pytest.mark.parametrize(
    ("point", "at", "height", "azimuth"),
    [
        (
            LISBON,
            datetime(2026, 6, 21, 12, 38, tzinfo=UTC),
            74.7,
            180,
        ),  # solar noon at the solstice: 90 - 38.72 + 23.44
        (LISBON, datetime(2026, 3, 20, 18, 49, tzinfo=UTC), -0.8, 270),  # sunset at the equinox
        (LONGYEARBYEN, datetime(2026, 12, 21, 10, 56, tzinfo=UTC), -11.7, 180),  # the polar night's noon
        (LONGYEARBYEN, datetime(2026, 6, 21, 22, 59, tzinfo=UTC), 11.7, 0),  # the midnight sun
        (SYDNEY, datetime(2026, 12, 22, 1, 54, tzinfo=UTC), 79.6, 0),  # noon is in the north
        (Point(90, 0), datetime(2026, 6, 21, 12, tzinfo=UTC), 23.4, 180),
    ],
)
def test_the_sun_stands_where_it_does(point: Point, at: datetime, height: float, azimuth: float) -> None:
    sun = sun_at(point, at)
    assert sun.height == pytest.approx(height, abs=0.5)
    assert (sun.azimuth - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=3)
    assert sun.up is (height > 0)


def test_the_moon_stands_where_it_does_and_has_its_phase() -> None:
    full = datetime(2026, 3, 3, 11, 38, tzinfo=UTC)  # an eclipse: opposite to the sun, wherever one is
    for point in (LISBON, LONGYEARBYEN, SYDNEY):
        moon, age = moon_at(point, full)
        sun = sun_at(point, full)
        assert moon.height == pytest.approx(-sun.height, abs=1.5)
        assert age == pytest.approx(0.5, abs=0.04)
    _, age = moon_at(LISBON, datetime(2026, 8, 12, 17, 37, tzinfo=UTC))  # new: an eclipse of the sun
    assert min(age, 1 - age) < 0.04


@given(POINTS, MOMENTS)
def test_there_is_a_sky_over_every_point_at_every_moment(point: Point, at: datetime) -> None:
    sun, (moon, age) = sun_at(point, at), moon_at(point, at)
    for body in (sun, moon):
        assert -91 <= body.height <= 91
        assert 0 <= body.azimuth <= 360
    assert 0 <= age < 1
    assert all(0 <= channel <= 255 for channel in channels(palette(sun.height)))


@given(st.floats(-90, 90))
def test_colours_change_without_a_leap(height: float) -> None:
    here, above = palette(height), palette(height + 0.01)
    assert all(abs(a - b) < 1 for a, b in zip(channels(here), channels(above), strict=True))
    assert 0 <= above.stars <= here.stars <= 1


def test_nights_are_dark_and_noons_are_blue() -> None:
    night, dusk, noon = palette(-40), palette(-2), palette(60)
    assert max(channels(night)) < 100
    assert night.stars == 1
    assert noon.stars == 0
    assert noon.top[2] > noon.top[0] + 80
    assert dusk.horizon[0] > dusk.horizon[2] + 60
