"""When clocks agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.compile.zones import AROUND, find_zones, same_clock, spells_apart
from citytime.timezones.clock import clock
from citytime.timezones.finder import ZoneFinder

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "other", "same"),
    [
        ("Europe/Lisbon", "Europe/Lisbon", True),
        ("Europe/Paris", "Europe/Berlin", True),
        ("Europe/Lisbon", "Europe/London", True),
        ("Europe/Lisbon", "Africa/Abidjan", False),
        ("America/Phoenix", "America/Denver", False),
        ("Asia/Jerusalem", "Asia/Hebron", False),
    ],
)
def test_clocks_agree_only_if_they_do_all_year(zone: str, other: str, same: bool) -> None:
    assert same_clock(zone, other, NOW) is same
    assert same_clock(other, zone, NOW) is same


def test_spells_are_where_looking_every_hour_finds_them() -> None:
    start, end = NOW - AROUND, NOW + AROUND
    spells = list(spells_apart("Asia/Jerusalem", "Asia/Hebron", start, end))
    at = start
    while at < end:
        apart = clock("Asia/Jerusalem", at).offset != clock("Asia/Hebron", at).offset
        assert any(first <= at < last for first, last in spells) is apart
        at += timedelta(hours=1)


def test_zones_that_never_agree_are_apart_all_the_time() -> None:
    assert list(spells_apart("Asia/Tokyo", "Asia/Kolkata", NOW, NOW + AROUND)) == [(NOW, NOW + AROUND)]
    assert list(spells_apart("Asia/Tokyo", "Asia/Tokyo", NOW, NOW + AROUND)) == []


def test_a_place_has_the_zone_of_its_position_at_sea_too() -> None:
    places = [
        SourcePlace(1, "Lisbon", 38.725, -9.15, "PT", "", 1),
        SourcePlace(2, "Nowhere", 0.0, -150.0, "XX", "", 1),
    ]
    find_zones(ZoneFinder(), places)
    assert [place.zone for place in places] == ["Europe/Lisbon", "Etc/GMT+10"]
