from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Point
from citytime.errors import Unavailable
from citytime.timezones.finder import ZoneFinder, nautical_zone
from citytime.timezones.zones import all_zones

from .reference import unhurried

FINDER = ZoneFinder()


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (38.72, -9.14, "Europe/Lisbon"),
        (40.2797, -7.5049, "Europe/Lisbon"),
        (35.68, 139.69, "Asia/Tokyo"),
        (27.7, 85.32, "Asia/Kathmandu"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (1.87, -157.4, "Pacific/Kiritimati"),
        (48.01, 11.0, "Europe/Berlin"),
        # At sea.
        (0, 0, "Etc/GMT"),
        (0, -30, "Etc/GMT+2"),
        (-40, 80, "Etc/GMT-5"),
        # The antimeridian is one line, whichever sign it has.
        (0, 180, "Etc/GMT-12"),
        (-16.8, 180, "Pacific/Fiji"),
        (-16.8, -180, "Pacific/Fiji"),
        (-90, 0, "Antarctica/McMurdo"),
    ],
)
def test_known_points(latitude: float, longitude: float, zone: str) -> None:
    assert FINDER.zone_at(Point(latitude, longitude)) == zone


@unhurried
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_point_has_a_zone_with_a_clock(latitude: float, longitude: float) -> None:
    assert FINDER.zone_at(Point(latitude, longitude)) in all_zones()


@pytest.mark.parametrize("latitude", [-90.0, 90.0])
@pytest.mark.parametrize("longitude", [-180.0, -97.5, -0.0, 0.0, 52.5, 180.0])
def test_the_poles_have_a_zone_at_every_longitude(latitude: float, longitude: float) -> None:
    assert FINDER.zone_at(Point(latitude, longitude)) in all_zones()


@pytest.mark.parametrize(
    ("longitude", "zone"),
    [
        (0.0, "Etc/GMT"),
        (7.4, "Etc/GMT"),
        (7.6, "Etc/GMT-1"),
        (-7.6, "Etc/GMT+1"),
        (172.6, "Etc/GMT-12"),
        (180.0, "Etc/GMT-12"),
        (-180.0, "Etc/GMT+12"),
    ],
)
def test_the_nautical_zone_is_fifteen_degrees_wide(longitude: float, zone: str) -> None:
    assert nautical_zone(longitude) == zone


@unhurried
@given(st.floats(-179.9, 179.9).filter(lambda longitude: abs(longitude % 15 - 7.5) > 0.1))
def test_the_boundaries_have_the_nautical_zones_in_the_southern_ocean(longitude: float) -> None:
    assert FINDER.zone_at(Point(-57.5, longitude)) == nautical_zone(longitude)


def test_the_version_is_that_of_the_loaded_boundaries() -> None:
    from timezonefinder import TimezoneFinder

    with TimezoneFinder() as finder:
        assert FINDER.boundaries_version() == finder.data_version


def test_missing_boundaries_make_the_finder_unavailable(tmp_path: Path) -> None:
    finder = ZoneFinder(tmp_path / "nowhere")
    for ask in (finder.load, finder.boundaries_version, lambda: finder.zone_at(Point(0, 0))):
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.dependency == "boundaries"


def test_a_process_that_asks_for_no_point_does_not_load_the_boundaries() -> None:
    program = (
        "import sys; from citytime.timezones.finder import ZoneFinder; "
        "ZoneFinder().boundaries_version(); print({'timezonefinder', 'numpy', 'h3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
