from __future__ import annotations

import re

import pytest
import tzdata

from citytime.domain import Point
from citytime.errors import UnknownZone
from citytime.timezones.tzif import read_zone
from citytime.timezones.zones import (
    all_zones,
    canonical,
    find_zone,
    links,
    require_zone,
    tzdata_version,
    zone_row,
)


def test_all_zones_are_sorted_and_whole() -> None:
    names = all_zones()
    assert list(names) == sorted(set(names))
    assert len(names) > 590
    assert {"Europe/Lisbon", "Asia/Calcutta", "UTC", "Etc/GMT+12"} <= set(names)


def test_all_zones_hold_no_file_that_is_not_a_zone() -> None:
    assert "Factory" not in all_zones()
    assert not any(name.startswith(("posix", "right")) or name.endswith((".tab", ".zi")) for name in all_zones())


def test_the_version_is_that_of_the_wheel() -> None:
    assert tzdata_version() == tzdata.IANA_VERSION
    assert re.fullmatch(r"20\d\d[a-z]+", tzdata_version())


def test_links_lead_from_one_zone_to_another_in_one_step() -> None:
    assert set(links()) < set(all_zones())
    assert not set(links().values()) & set(links())
    assert set(links().values()) < set(all_zones())


def test_a_link_has_the_same_clock_as_its_canonical_zone() -> None:
    for name, target in links().items():
        assert read_zone(name) == read_zone(target)


def test_the_canonical_zone_of_a_zone_is_itself() -> None:
    assert canonical("Asia/Calcutta") == "Asia/Kolkata"
    assert canonical("Asia/Kolkata") == "Asia/Kolkata"


@pytest.mark.parametrize("name", ["Europe/Lisbon", "europe/LISBON", "EUROPE/lisbon"])
def test_zones_are_found_in_any_case(name: str) -> None:
    assert find_zone(name) == "Europe/Lisbon"


def test_no_two_zones_differ_in_case_alone() -> None:
    assert [find_zone(name.upper()) for name in all_zones()] == list(all_zones())


@pytest.mark.parametrize("name", ["", "lisbon", "Europe/Lisbon/", "../tzdata.zi", "zone.tab", "Factory", "\0", "東京"])
def test_what_is_no_zone_is_not_found(name: str) -> None:
    assert find_zone(name) is None


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("europe/lisbom", "Europe/Lisbon"),
        ("lisbon", "Europe/Lisbon"),
        ("America/New York", "America/New_York"),
        ("us/estern", "US/Eastern"),
        ("calcuta", "Asia/Calcutta"),
        ("Asia/Tokio", "Asia/Tokyo"),
    ],
)
def test_an_unknown_zone_is_refused_with_what_was_meant(name: str, suggestion: str) -> None:
    with pytest.raises(UnknownZone) as caught:
        require_zone(name)
    assert caught.value.suggestions[0] == suggestion
    assert len(caught.value.suggestions) <= 3


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "x" * 100_000, "東京"])
def test_a_name_like_no_zone_has_no_suggestions(name: str) -> None:
    with pytest.raises(UnknownZone) as caught:
        require_zone(name)
    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 200


def test_a_zone_shared_by_countries_names_them_all() -> None:
    row = zone_row("Europe/Brussels")
    assert row.countries == ("BE", "LU", "NL")
    assert row.point == Point(50.83333, 4.33333)


def test_a_link_with_a_country_of_its_own_keeps_it() -> None:
    row = zone_row("Europe/Amsterdam")
    assert (row.canonical, row.countries) == ("Europe/Brussels", ("NL",))


def test_a_former_name_has_the_row_of_its_canonical_zone() -> None:
    row = zone_row("US/Eastern")
    assert (row.name, row.canonical) == ("US/Eastern", "America/New_York")
    assert row.countries == ("US",)
    assert row.comment == "Eastern (most areas)"
    # Its seconds count: +404251-0740023.
    assert row.point == Point(40.71417, -74.00639)


def test_a_zone_of_no_country_has_neither_countries_nor_a_position() -> None:
    row = zone_row("Etc/UTC")
    assert (row.countries, row.point, row.comment) == ((), None, None)


def test_every_zone_has_a_row_within_the_bounds_of_the_earth() -> None:
    rows = [zone_row(name) for name in all_zones()]
    assert all(len(country) == 2 for row in rows for country in row.countries)
    points = [row.point for row in rows if row.point]
    assert len(points) > 500
    assert all(abs(point.latitude) <= 90 and abs(point.longitude) <= 180 for point in points)
